"""Tables of the read model. All but availability can be thrown away and made again.

No foreign keys lead in or out: a document is written whole and in one transaction with its
placements, and is only ever as true as the change that made it.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F

from commerce.catalog.interface.dto import Availability
from commerce.shared.fields import CurrencyField

# The category of every listing, so that "all products" is read like any category page.
EVERYTHING = ""


class ProductChange(models.Model):
    """This product's documents are to be made again: at once, or when `due_at` has come.

    Written in the transaction that changes the product; deleted by the one that has made the
    documents. So a crash can delay a document, and never leave it stale.
    """

    product_id = models.UUIDField()
    noted_at = models.DateTimeField()
    due_at = models.DateTimeField(
        null=True, help_text="Nobody will touch the product then; time itself changes it."
    )

    class Meta:
        indexes = [models.Index(name="catalog_productchange_due", fields=["due_at"])]

    def __str__(self) -> str:
        return f"{self.product_id} noted {self.noted_at}"


class Listing(models.Model):
    """What a shopper sees of a product in one currency, ready to be sent."""

    pk = models.CompositePrimaryKey("product_id", "currency")
    product_id = models.UUIDField()
    currency = CurrencyField()
    slug = models.CharField(max_length=150)
    version = models.PositiveIntegerField(help_text="Of the product when this was made: the ETag.")
    brand = models.CharField(max_length=120)
    availability = models.CharField(max_length=20)
    # Sort keys.
    title_key = models.CharField(max_length=100, db_collation="C")
    price_minor = models.BigIntegerField()
    published_at = models.DateTimeField()
    # What a search looks at.
    words = SearchVectorField()
    title = models.CharField(max_length=250)
    # JSON text, sent as it is: for lists, and for the product's own page.
    summary = models.TextField()
    document = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="catalog_listing_slug_once", fields=["slug", "currency"]),
        ]
        indexes = [
            models.Index(name="catalog_listing_brand", fields=["currency", "brand"]),
            models.Index(name="catalog_listing_availability", fields=["currency", "availability"]),
            GinIndex(name="catalog_listing_words", fields=["words"]),
            GinIndex(OpClass(F("title"), name="gin_trgm_ops"), name="catalog_listing_trigrams"),
        ]

    def __str__(self) -> str:
        return f"{self.slug} in {self.currency}"


class Placement(models.Model):
    """A listing's place on one category's page, in each order the page can be sorted by.

    One row for the category, each category above it, and EVERYTHING: a page is one range of an
    index, however many products stand in the category.
    """

    pk = models.CompositePrimaryKey("product_id", "currency", "category")
    product_id = models.UUIDField()
    currency = CurrencyField()
    category = models.CharField(max_length=100, db_collation="C")
    title_key = models.CharField(max_length=100, db_collation="C")
    price_minor = models.BigIntegerField()
    published_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(
                name="catalog_placement_by_title",
                fields=["category", "currency", "title_key", "product_id"],
            ),
            models.Index(
                name="catalog_placement_by_price",
                fields=["category", "currency", "price_minor", "product_id"],
            ),
            models.Index(
                name="catalog_placement_by_newest",
                fields=["category", "currency", "published_at", "product_id"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.category or 'everything'}"


class VariantAvailability(models.Model):
    """What fulfilment last said about a SKU, known here or not yet: messages may come early."""

    sku = models.CharField(max_length=64, primary_key=True)
    availability = models.CharField(
        max_length=20, choices=[(x.value, x.value) for x in Availability]
    )
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="catalog_availability_known",
                condition=models.Q(availability__in=[x.value for x in Availability]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sku}: {self.availability}"
