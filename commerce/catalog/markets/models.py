"""Markets: the countries that are sold to alike, in one currency and one language."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from commerce.shared.fields import CurrencyField
from commerce.shared.ids import new_id

CODE_MAX = 40


class Market(models.Model):
    """Where prices are the same for everybody.

    Its code, its currency and whether its prices include tax are what it is and never change:
    prices and orders of the past were meant that way. Another currency is another market.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=CODE_MAX)
    name = models.CharField(max_length=120)
    currency = CurrencyField()
    locale = models.CharField(max_length=35, help_text="BCP 47: en-US.")
    prices_include_tax = models.BooleanField(
        default=False, help_text="Gross: tax is a part of the price, and not added to it."
    )
    is_default = models.BooleanField(
        default=False, help_text="For whoever asks by the currency, or from a country of no market."
    )
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(name="catalog_market_code_once", fields=["code"]),
            # What a country's row refers to, so that its currency is always its market's.
            models.UniqueConstraint(name="catalog_market_of_currency", fields=["id", "currency"]),
            models.UniqueConstraint(
                name="catalog_market_one_default",
                fields=["currency"],
                condition=Q(is_default=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class MarketCountry(models.Model):
    """A country belongs to a market; to several, if their currencies differ."""

    market = models.ForeignKey(
        Market, on_delete=models.CASCADE, related_name="countries", db_index=False
    )
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    currency = CurrencyField(help_text="Of its market: a foreign key of both keeps it so.")

    class Meta:
        ordering = ("country",)
        constraints = [
            models.UniqueConstraint(
                name="catalog_country_once_in_currency", fields=["country", "currency"]
            ),
            models.UniqueConstraint(
                name="catalog_country_once_in_market", fields=["market", "country"]
            ),
            models.CheckConstraint(
                name="catalog_country_shape", condition=Q(country__regex="^[A-Z]{2}$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country} in {self.market_id}"
