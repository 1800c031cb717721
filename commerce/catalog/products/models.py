"""Products, the variants of them that can be bought, and the tree of categories they stand in."""

from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django_fsm import FSMField, FSMModelMixin, transition

from commerce.shared.fields import is_json, state_is_known
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
    product_type = models.ForeignKey(
        "catalog.ProductType", null=True, on_delete=models.PROTECT, related_name="products"
    )
    attributes = models.JSONField(
        default=dict, blank=True, help_text="{attribute: value}, as its type asks for."
    )
    options = models.JSONField(
        default=list,
        blank=True,
        help_text="By what variants may differ: [[name, [value, …]], …]; empty: by anything.",
    )
    translations = models.JSONField(
        default=dict,
        blank=True,
        help_text="{locale: {title, description, options: {word: word}}}; the rest falls back.",
    )
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
            is_json("attributes", "object", table="catalog_product"),
            is_json("options", "array", table="catalog_product"),
            is_json("translations", "object", table="catalog_product"),
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
    attributes = models.JSONField(
        default=dict, blank=True, help_text="{attribute: value}, as its product's type asks for."
    )
    weight_g = models.PositiveIntegerField(default=0)
    # Packed, like the weight: what a carrier asks for.
    length_mm = models.PositiveIntegerField(null=True, blank=True)
    width_mm = models.PositiveIntegerField(null=True, blank=True)
    height_mm = models.PositiveIntegerField(null=True, blank=True)
    tax_category = models.CharField(max_length=40, default="general")
    requires_shipping = models.BooleanField(default=True)
    needs_approval = models.BooleanField(default=False)
    is_gift_card = models.BooleanField(
        default=False, help_text="Its buyer gets a code worth its price."
    )
    grants = models.JSONField(
        default=list,
        blank=True,
        help_text="Access one unit gives: [{feature, days}, …]; days null: for good.",
    )
    made_to_order_days = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Made once it is sold, in so many days; no stock is held."
    )
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
            models.CheckConstraint(
                name="catalog_variant_has_all_dimensions_or_none",
                condition=Q(length_mm=None, width_mm=None, height_mm=None)
                | Q(length_mm__gt=0, width_mm__gt=0, height_mm__gt=0),
            ),
            models.CheckConstraint(
                name="catalog_variant_gift_card_is_nothing_else",
                condition=Q(is_gift_card=False)
                | Q(requires_shipping=False, made_to_order_days=None, grants=[]),
            ),
            models.CheckConstraint(
                name="catalog_variant_made_in_some_days",
                condition=Q(made_to_order_days=None) | Q(made_to_order_days__gt=0),
            ),
            is_json("attributes", "object", table="catalog_variant"),
            is_json("grants", "array", table="catalog_variant"),
        ]

    def __str__(self) -> str:
        return self.sku


class BundleComponent(models.Model):
    """One unit of a bundle is so many units of another variant. No bundle stands in a bundle."""

    bundle = models.ForeignKey(
        Variant, on_delete=models.PROTECT, related_name="components", db_index=False
    )
    component = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="bundles")
    quantity = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("bundle", "position", "id")
        constraints = [
            models.UniqueConstraint(
                name="catalog_component_once_in_bundle", fields=["bundle", "component"]
            ),
            models.CheckConstraint(
                name="catalog_component_counts",
                condition=Q(quantity__gt=0) & ~Q(bundle=F("component")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.component_id} in {self.bundle_id}"


class ProductPublication(models.Model):
    """The product is for sale in this market while the window is open.

    Without any such row it is for sale in every market; with one, only in those that are named.
    """

    product = models.ForeignKey(
        Product, on_delete=models.PROTECT, related_name="publications", db_index=False
    )
    market_code = models.CharField(max_length=40)
    published_from = models.DateTimeField(null=True, help_text="None: from the beginning.")
    published_until = models.DateTimeField(null=True, help_text="Exclusive; none: for good.")

    class Meta:
        ordering = ("product", "market_code")
        constraints = [
            models.UniqueConstraint(
                name="catalog_publication_once_in_market", fields=["product", "market_code"]
            ),
            models.CheckConstraint(
                name="catalog_publication_begins_before_it_ends",
                condition=Q(published_from=None)
                | Q(published_until=None)
                | Q(published_from__lt=F("published_until")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.market_code}"


class Category(models.Model):
    """A shelf. `path` is the slugs from the root down, so descendants are one range of an index."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    slug = models.CharField(max_length=100)
    name = models.CharField(max_length=120)
    # Compared byte by byte, whatever the database's collation: a prefix is a range then.
    path = models.CharField(max_length=1000, db_collation="C")
    translations = models.JSONField(
        default=dict, blank=True, help_text="{locale: {name}}; what is missing falls back."
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("path",)
        constraints = [
            is_json("translations", "object", table="catalog_category"),
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
