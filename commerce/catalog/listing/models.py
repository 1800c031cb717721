"""Tables of the read model. All but availability can be thrown away and made again.

No foreign keys lead in or out: a document is written whole and in one transaction with its card
and its placements, and is only ever as true as the change that made it.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from commerce.catalog.interface.dto import Availability
from commerce.catalog.markets.models import CODE_MAX
from commerce.shared.fields import CurrencyField
from commerce.shared.ids import new_id

# Every product of a market; the shelves besides are categories and collections.
EVERYTHING = ""


def collection_shelf(slug: str) -> str:
    """Name the shelf of a collection. A category's is its slug alone, which has no slash."""
    return f"collections/{slug}"


class MarketCodeField(models.CharField):  # type: ignore[type-arg]  # generic only in the stubs
    """A market's code; a currency stands for itself where no market has it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": CODE_MAX, "db_collation": "C", **kwargs})


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


class ListingRebuild(models.Model):
    """One run through all products, in the order of their ids; it goes on where it was killed.

    How far it has come is written in the transaction that has made the documents so far.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    products = models.PositiveIntegerField(help_text="There were so many when it began.")
    done = models.PositiveIntegerField(default=0)
    after_id = models.UUIDField(null=True, help_text="Up to this product all is done.")
    made_for = models.JSONField(help_text="The markets, and the form of what is made.")

    class Meta:
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                name="catalog_listingrebuild_one_at_a_time",
                fields=["finished_at"],
                condition=Q(finished_at=None),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.done} of {self.products}"


class ListedMarket(models.Model):
    """A market as lists know it: it comes in once all of its documents have been made."""

    code = MarketCodeField(primary_key=True)
    currency = CurrencyField()
    locale = models.CharField(max_length=35)
    language = models.CharField(max_length=20, help_text="Of PostgreSQL's text search.")
    is_default = models.BooleanField()
    countries = ArrayField(models.CharField(max_length=2))

    def __str__(self) -> str:
        return str(self.code)


class Listing(models.Model):
    """What a shopper sees of a product in one market, ready to be sent."""

    pk = models.CompositePrimaryKey("product_id", "market")
    market = MarketCodeField()
    product_id = models.UUIDField()
    slug = models.CharField(max_length=150)
    version = models.PositiveIntegerField(help_text="Of the product when this was made.")
    etag = models.CharField(max_length=32, help_text="The version, and a digest of the document.")
    # JSON text, sent as it is: for lists, and for the product's own page.
    summary = models.TextField()
    document = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="catalog_listing_slug_once", fields=["market", "slug"]),
        ]

    def __str__(self) -> str:
        return f"{self.slug} in {self.market}"


class SortKeys(models.Model):
    """What lists are sorted and narrowed by; narrow, because half of a shop may be looked through."""

    market = MarketCodeField()
    product_id = models.UUIDField()
    title_key = models.CharField(max_length=100, db_collation="C")
    price_minor = models.BigIntegerField()
    published_at = models.DateTimeField()
    # One number for each facet, in its slot: which of its sets of values the product has.
    facets = ArrayField(models.IntegerField())

    class Meta:
        abstract = True


class Card(SortKeys):
    """A product's index card in one market: lists of everything and searches look through these."""

    pk = models.CompositePrimaryKey("product_id", "market")
    words = SearchVectorField()

    class Meta:
        indexes = [
            models.Index(
                name="catalog_card_by_title", fields=["market", "title_key", "product_id"]
            ),
            models.Index(
                name="catalog_card_by_price", fields=["market", "price_minor", "product_id"]
            ),
            models.Index(
                name="catalog_card_by_newest", fields=["market", "published_at", "product_id"]
            ),
            # Not fast to update: what is gathered for later would have to be read by each search.
            GinIndex(name="catalog_card_words", fields=["words"], fastupdate=False),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} in {self.market}"


class Placement(SortKeys):
    """A listing's place on one shelf, in each order the shelf's page can be sorted by.

    One row for each category, each category above it, and each collection: a page is one range
    of an index, however much stands on the shelf.
    """

    pk = models.CompositePrimaryKey("product_id", "market", "shelf")
    shelf = models.CharField(max_length=120, db_collation="C")
    position = models.IntegerField(default=0, help_text="In a collection that somebody arranged.")

    class Meta:
        indexes = [
            models.Index(
                name="catalog_placement_by_title",
                fields=["shelf", "market", "title_key", "product_id"],
            ),
            models.Index(
                name="catalog_placement_by_price",
                fields=["shelf", "market", "price_minor", "product_id"],
            ),
            models.Index(
                name="catalog_placement_by_newest",
                fields=["shelf", "market", "published_at", "product_id"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} on {self.shelf}"


class Facet(models.Model):
    """What products can be narrowed down by, and its slot in their `facets`. A slot stays for good."""

    name = models.CharField(max_length=60, primary_key=True, db_collation="C")
    slot = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="catalog_facet_slot_once", fields=["slot"])]

    def __str__(self) -> str:
        return self.name


class FacetSet(models.Model):
    """Values of one facet that some product has together: a shirt that comes in red and in blue.

    There are few of these and many products: a condition on values is looked up here once, and
    then is one number to compare.
    """

    id = models.AutoField(primary_key=True)
    facet = models.CharField(max_length=60, db_collation="C")
    digest = models.CharField(
        max_length=32, db_collation="C", help_text="Of the values, which may be too long to index."
    )
    values = ArrayField(models.TextField())
    measures = ArrayField(
        models.FloatField(), null=True, help_text="Of numbers and days, for conditions of range."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(name="catalog_facetset_once", fields=["facet", "digest"]),
        ]

    def __str__(self) -> str:
        return f"{self.facet}: {', '.join(self.values)}"


class Word(models.Model):
    """A word that stands in a card, so that one spelled alike can be found for a typing error."""

    id = models.BigAutoField(primary_key=True)
    language = models.CharField(max_length=20)
    word = models.CharField(max_length=40, db_collation="C")
    stem = models.CharField(max_length=60, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="catalog_word_once", fields=["language", "word"])
        ]
        indexes = [
            models.Index(name="catalog_word_stem", fields=["language", "stem"]),
            GistIndex(OpClass(F("word"), name="gist_trgm_ops"), name="catalog_word_trigrams"),
        ]

    def __str__(self) -> str:
        return self.word


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
