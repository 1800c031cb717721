"""Assign roles: who works here, and what they may do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction
from knox.models import AuthToken

from commerce.identity.audit.record_act import record_act
from commerce.identity.roles.role import Role
from commerce.identity.users.models import User
from commerce.shared import ids
from commerce.shared.api.actors import Actor
from commerce.shared.errors import Conflict, NotFound


class OwnAdminRole(Conflict):
    """Nobody takes the role admin from themselves: another administrator has to."""

    code = "own_admin_role"


def assign_roles(*, user_id: UUID, roles: Collection[Role], actor: Actor, now: datetime) -> User:
    """Give a person exactly these roles; with none they are a customer like any other.

    Assigning what is already so changes nothing. Tokens end where somebody becomes staff or
    stops being it: a customer's token lives longer than staff's may.

    Raises:
        NotFound: there is no such account.
        OwnAdminRole: the actor would lock themselves out.
    """
    wanted = {Role(role).value for role in roles}
    with transaction.atomic(durable=True):
        user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
        if user is None:
            raise NotFound
        present = set(user.groups.filter(name__in=Role.values).values_list("name", flat=True))
        if wanted == present and user.is_staff == bool(wanted):
            return user
        if user.pk == actor.user_id and Role.ADMIN in present - wanted:
            raise OwnAdminRole

        if user.is_staff != bool(wanted):
            user.is_staff = bool(wanted)
            user.save(update_fields=["is_staff"])
            AuthToken.objects.filter(user=user).delete()
        user.groups.remove(*Group.objects.filter(name__in=present - wanted))
        user.groups.add(*Group.objects.filter(name__in=wanted - present))
        record_act(
            actor=actor,
            action="identity.user.assign_roles",
            subject=ids.encode("usr", user.pk),
            details={"before": sorted(present), "after": sorted(wanted)},
            now=now,
        )
    return user
