"""In which markets something is shown, and from when until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.utils.safestring import SafeString

from commerce.catalog.collections.models import Collection, CollectionPublication
from commerce.catalog.markets.models import Market
from commerce.catalog.products.models import Product, ProductPublication
from commerce.shared.admin import ActForm, GivenField, MomentField, RowForm, RowsField, grid

MARKETS_MAX = 300


class WindowRow(RowForm):
    market = GivenField()
    is_shown = forms.BooleanField(label="shown", required=False)
    begins = MomentField(label="from (UTC)", required=False)
    ends = MomentField(label="until (UTC)", required=False, help_text="Exclusive.")


class WindowsForm(ActForm):
    """A switch and a window for each market; none switched on: shown in every one."""

    markets = RowsField(WindowRow, at_most=MARKETS_MAX, is_fixed=True)

    def fields_for(self, row: Product | Collection) -> dict[str, forms.Field]:
        standing = {x.market_code: x for x in row.publications.all()}
        codes = Market.objects.order_by("code").values_list("code", flat=True)
        self.initial["markets"] = [
            {
                "market": code,
                "is_shown": code in standing,
                "begins": window.published_from if (window := standing.get(code)) else None,
                "ends": window.published_until if window else None,
            }
            for code in codes
        ]
        return {}

    def windows(self) -> list[tuple[str, datetime | None, datetime | None]]:
        """Give the market, the beginning and the end of each window that is switched on."""
        rows: list[dict[str, Any]] = self.cleaned_data["markets"]
        return [(x["market"], x["begins"], x["ends"]) for x in rows if x["is_shown"]]

    def audit(self) -> dict[str, object]:
        return {"markets": [market for market, _, _ in self.windows()]}


def shown_windows(
    windows: Iterable[ProductPublication | CollectionPublication],
) -> SafeString | str:
    rows = [
        (
            window.market_code,
            _said(window.published_from, "the beginning"),
            _said(window.published_until, "further notice"),
        )
        for window in windows
    ]
    return grid(("market", "from", "until"), rows) if rows else "in every market"


def _said(moment: datetime | None, otherwise: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else otherwise
