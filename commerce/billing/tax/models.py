"""Tax rates: what a country takes of what kind of goods, from which day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from commerce.shared.ids import new_id


class TaxRate(models.Model):
    """One rate. A change of law is a new row with its first day, entered before that day."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    category = models.CharField(max_length=64, help_text="The tax category of the variant.")
    percent = models.DecimalField(max_digits=6, decimal_places=3)
    valid_from = models.DateField(help_text="First day of the rate.")
    source = models.TextField(help_text="The law it follows.")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="billing_taxrate_once", fields=["country", "category", "valid_from"]
            ),
            models.CheckConstraint(
                name="billing_taxrate_percent_possible",
                condition=models.Q(percent__gte=0, percent__lte=100),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.category} {self.percent} %"
