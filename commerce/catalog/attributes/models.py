"""Product types, and the attributes by which products of a type are described and compared."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commerce.shared.fields import is_json, state_is_known
from commerce.shared.ids import new_id


class AttributeKind(models.TextChoices):
    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    BOOLEAN = "boolean"
    DATE = "date"
    REFERENCE = "reference"


class ReferenceTo(models.TextChoices):
    """What an attribute may point at, by its public id."""

    PRODUCT = "product"
    VARIANT = "variant"
    CATEGORY = "category"


class AttributeScope(models.TextChoices):
    """Who states it: the product as a whole, or each of its variants."""

    PRODUCT = "product"
    VARIANT = "variant"


class Attribute(models.Model):
    """A fact products can state, with the kind its values have for good.

    `version` counts its own changes and those of its choices: it is the ETag.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120, help_text="As shoppers read it.")
    kind = models.CharField(max_length=20, choices=AttributeKind)
    unit = models.CharField(max_length=20, blank=True, default="", help_text="Of a number.")
    reference_to = models.CharField(max_length=20, choices=ReferenceTo, blank=True, default="")
    is_filterable = models.BooleanField(default=False)
    translations = models.JSONField(
        default=dict, blank=True, help_text="{locale: {name}}; what is missing falls back."
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(name="catalog_attribute_code_once", fields=["code"]),
            state_is_known("kind", AttributeKind, table="catalog_attribute"),
            models.CheckConstraint(
                name="catalog_attribute_unit_is_of_a_number",
                condition=Q(unit="") | Q(kind=AttributeKind.NUMBER),
            ),
            models.CheckConstraint(
                name="catalog_attribute_reference_leads_somewhere",
                condition=Q(kind=AttributeKind.REFERENCE, reference_to__in=ReferenceTo.values)
                | (~Q(kind=AttributeKind.REFERENCE) & Q(reference_to="")),
            ),
            is_json("translations", "object", table="catalog_attribute"),
        ]

    def __str__(self) -> str:
        return self.code


class AttributeChoice(models.Model):
    """One of the values a choice can have. Never taken away: products may have chosen it."""

    attribute = models.ForeignKey(
        Attribute, on_delete=models.PROTECT, related_name="choices", db_index=False
    )
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField()
    translations = models.JSONField(
        default=dict, blank=True, help_text="{locale: {label}}; what is missing falls back."
    )

    class Meta:
        ordering = ("attribute", "position", "id")
        constraints = [
            models.UniqueConstraint(
                name="catalog_attribute_choice_once", fields=["attribute", "code"]
            ),
            is_json("translations", "object", table="catalog_attributechoice"),
        ]

    def __str__(self) -> str:
        return self.label


class ProductType(models.Model):
    """A kind of product: which attributes it has. `version` counts its changes and is the ETag.

    Products are read through their type: a value whose attribute the type has no more is kept
    and not shown.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(name="catalog_producttype_code_once", fields=["code"]),
        ]

    def __str__(self) -> str:
        return self.name


class TypeAttribute(models.Model):
    """Products of this type state this attribute; where it is required, before they are sold."""

    product_type = models.ForeignKey(
        ProductType, on_delete=models.PROTECT, related_name="type_attributes", db_index=False
    )
    attribute = models.ForeignKey(
        Attribute, on_delete=models.PROTECT, related_name="type_attributes"
    )
    scope = models.CharField(max_length=20, choices=AttributeScope)
    is_required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("product_type", "position", "id")
        constraints = [
            models.UniqueConstraint(
                name="catalog_attribute_once_in_type", fields=["product_type", "attribute"]
            ),
            state_is_known("scope", AttributeScope, table="catalog_typeattribute"),
        ]

    def __str__(self) -> str:
        return f"{self.attribute_id} of {self.product_type_id}"
