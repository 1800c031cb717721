"""Collections, when and where they are shown, and what stands in them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from commerce.catalog.products.models import Product
from commerce.shared.fields import is_json, state_is_known
from commerce.shared.ids import new_id

SLUG_MAX = 100
TITLE_MAX = 200
DESCRIPTION_MAX = 5_000


class CollectionKind(models.TextChoices):
    """Whether staff put each product in, or rules find them. For good: it is another thing else."""

    MANUAL = "manual"
    RULES = "rules"


class Matching(models.TextChoices):
    ALL = "all"
    ANY = "any"


class Collection(models.Model):
    """A shelf beside the tree of categories. `version` counts its changes and is the ETag."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(max_length=SLUG_MAX)
    title = models.CharField(max_length=TITLE_MAX)
    description = models.TextField(blank=True, default="")
    translations = models.JSONField(
        default=dict, blank=True, help_text="{locale: {title, description}}; the rest falls back."
    )
    kind = models.CharField(max_length=20, choices=CollectionKind)
    matching = models.CharField(
        max_length=20,
        choices=Matching,
        default=Matching.ALL,
        help_text="Whether a product keeps all rules, or any of them.",
    )
    rules = models.JSONField(default=list, blank=True, help_text="See collections/rules.py.")
    is_published = models.BooleanField(default=False, help_text="Shoppers may see it.")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    evaluation_due_at = models.DateTimeField(
        null=True,
        help_text="Since then its rules wait to be put to every product; none: they were.",
    )
    evaluated_to = models.UUIDField(
        null=True, help_text="The last product they were put to, while that goes on."
    )

    class Meta:
        ordering = ("slug",)
        constraints = [
            models.UniqueConstraint(name="catalog_collection_slug_once", fields=["slug"]),
            state_is_known("kind", CollectionKind, table="catalog_collection"),
            state_is_known("matching", Matching, table="catalog_collection"),
            is_json("rules", "array", table="catalog_collection"),
            is_json("translations", "object", table="catalog_collection"),
            models.CheckConstraint(
                name="catalog_collection_arranged_by_hand_or_by_rules",
                condition=Q(kind=CollectionKind.RULES) | Q(rules=[], evaluation_due_at=None),
            ),
        ]
        indexes = [
            models.Index(
                name="catalog_collection_to_evaluate",
                fields=["evaluation_due_at"],
                condition=Q(evaluation_due_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class CollectionPublication(models.Model):
    """The collection is shown in this market while the window is open.

    Without any such row it is shown in every market; with one, only in those that are named.
    """

    collection = models.ForeignKey(
        Collection, on_delete=models.CASCADE, related_name="publications", db_index=False
    )
    market_code = models.CharField(max_length=40)
    published_from = models.DateTimeField(null=True, help_text="None: from the beginning.")
    published_until = models.DateTimeField(null=True, help_text="Exclusive; none: for good.")

    class Meta:
        ordering = ("collection", "market_code")
        constraints = [
            models.UniqueConstraint(
                name="catalog_collection_once_in_market", fields=["collection", "market_code"]
            ),
            models.CheckConstraint(
                name="catalog_collection_begins_before_it_ends",
                condition=Q(published_from=None)
                | Q(published_until=None)
                | Q(published_from__lt=F("published_until")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collection_id} in {self.market_code}"


class CollectionMember(models.Model):
    """A product stands in a collection: put there by hand, or found by rules and kept fresh."""

    collection = models.ForeignKey(
        Collection, on_delete=models.CASCADE, related_name="members", db_index=False
    )
    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="collection_members"
    )
    position = models.PositiveIntegerField(default=0, help_text="0 for all that rules have found.")

    class Meta:
        ordering = ("collection", "position", "product")
        constraints = [
            models.UniqueConstraint(
                name="catalog_product_once_in_collection", fields=["collection", "product"]
            ),
        ]
        indexes = [
            models.Index(
                name="catalog_collection_in_order", fields=["collection", "position", "product"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.collection_id}"
