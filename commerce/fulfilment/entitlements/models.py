"""Entitlements: the right of a holder to use a feature, from and until a time."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from commerce.shared.fields import ReferenceField
from commerce.shared.ids import new_id


class Entitlement(models.Model):
    """One right, under the reference of whoever granted it.

    A revocation that overtakes its grant is kept without a holder, so that the late grant does
    not open what was already closed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reference = models.CharField(max_length=200, unique=True)
    holder_id = ReferenceField("identity.User", null=True, db_index=False)
    feature = models.CharField(max_length=100, blank=True, default="")
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True, help_text="Exclusive; NULL: for good.")
    granted_from = models.DateTimeField(null=True, help_text="Where the newest grant begins.")
    revoked_at = models.DateTimeField(
        null=True, help_text="The newest revocation; grants from before it open nothing any more."
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="fulfilment_entitlement_granted_or_revoked",
                condition=Q(holder_id__isnull=False, valid_from__isnull=False)
                | Q(holder_id__isnull=True, revoked_at__isnull=False),
            ),
            models.CheckConstraint(
                name="fulfilment_entitlement_ends_after_start",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(name="fulfilment_entitlement_held", fields=["holder_id", "feature"]),
        ]

    def __str__(self) -> str:
        return f"{self.feature} of {self.holder_id}"
