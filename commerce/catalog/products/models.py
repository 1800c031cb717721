"""Products, the variants of them that can be bought, and the tree of categories they stand in."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.shared.fields import state_is_known
from commerce.shared.ids import new_id

# Unique by named constraints and not by `unique=True`, which would add a second index for LIKE.


class ProductStatus(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


class Product(FSMModelMixin, models.Model):
    """What is described.

    It is the aggregate: whoever changes a variant, a price or a category of it locks this row
    first and counts `version` up, so that one ETag stands for all of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.CharField(max_length=150)
    title = models.CharField(max_length=250)
    description = models.TextField(blank=True, default="")
    brand = models.CharField(max_length=120, blank=True, default="")
    status = FSMField(choices=ProductStatus, default=ProductStatus.DRAFT, protected=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, help_text="From then on it could be bought.")
    retired_at = models.DateTimeField(null=True, help_text="From then on it could not any more.")
    categories = models.ManyToManyField(
        "catalog.Category", through="catalog.ProductCategory", related_name="products"
    )

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(name="catalog_product_slug_once", fields=["slug"]),
            state_is_known("status", ProductStatus, table="catalog_product"),
            models.CheckConstraint(
                name="catalog_product_dates_fit_status",
                condition=Q(status="draft", published_at=None, retired_at=None)
                | Q(status="published", published_at__isnull=False, retired_at=None)
                | Q(status="retired", retired_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    # Transitions: every way a product can change, in the order it usually happens.

    @transition(field=status, source=ProductStatus.DRAFT, target=ProductStatus.PUBLISHED)
    def publish(self, *, at: datetime) -> None:
        self.published_at = at

    @transition(
        field=status,
        source=[ProductStatus.DRAFT, ProductStatus.PUBLISHED],
        target=ProductStatus.RETIRED,
    )
    def retire(self, *, at: datetime) -> None:
        """End it for good. Nothing is deleted: orders and subscriptions still name it."""
        self.retired_at = at


class Variant(models.Model):
    """What can be bought: one size, colour or pack of a product, named by its SKU."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="variants")
    sku = models.CharField(max_length=64)
    gtin = models.CharField(max_length=14, null=True, blank=True)
    # Pairs and not an object: JSONB forgets the order of names, and "Red, Large" has one.
    options = models.JSONField(
        default=list, blank=True, help_text="What tells it from its siblings: [[name, value], …]."
    )
    weight_g = models.PositiveIntegerField(default=0)
    tax_category = models.CharField(max_length=40, default="general")
    requires_shipping = models.BooleanField(default=True)
    needs_approval = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("product", "position", "id")
        constraints = [
            models.UniqueConstraint(name="catalog_variant_sku_once", fields=["sku"]),
            # The check digit is checked where a number comes in; here only its shape.
            models.CheckConstraint(
                name="catalog_variant_gtin_shape",
                condition=Q(gtin=None) | Q(gtin__regex=r"^([0-9]{8}|[0-9]{12,14})$"),
            ),
        ]

    def __str__(self) -> str:
        return self.sku


class Category(models.Model):
    """A shelf. `path` is the slugs from the root down, so descendants are one range of an index."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    slug = models.CharField(max_length=100)
    name = models.CharField(max_length=120)
    # Compared byte by byte, whatever the database's collation: a prefix is a range then.
    path = models.CharField(max_length=1000, db_collation="C")

    class Meta:
        ordering = ("path",)
        constraints = [
            models.UniqueConstraint(name="catalog_category_slug_once", fields=["slug"]),
            models.UniqueConstraint(name="catalog_category_path_once", fields=["path"]),
            models.CheckConstraint(
                name="catalog_category_path_ends_in_slug",
                condition=Q(parent=None, path=F("slug"))
                | Q(parent__isnull=False, path__endswith=F("slug")),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductCategory(models.Model):
    """A product stands in a category, and thereby in every category above it."""

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="places", db_index=False
    )
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="places")

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                name="catalog_product_once_in_category", fields=["product", "category"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.category_id}"
