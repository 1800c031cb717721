"""Which units of a fulfilment order are packed, canceled or sent back."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django import forms

from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.fulfilment_orders.queries import allocations_of
from commerce.fulfilment.inventory.models import StockLocation
from commerce.fulfilment.returns.queries import returnable_units
from commerce.shared.admin import UnitsForm

# Ten tonnes: more is no parcel.
WEIGHT_G_MAX = 10_000_000


class OpenUnitsForm(UnitsForm):
    """Units of an order that are neither packed nor canceled."""

    def lines_of(self, row: FulfilmentOrder) -> Iterable[tuple[UUID, str, int]]:
        units: dict[UUID, tuple[str, int]] = {}
        for allocation in allocations_of(row):
            line = allocation.line
            _, so_far = units.get(line.line_id, ("", 0))
            units[line.line_id] = (f"{line.sku} {line.title}", so_far + allocation.open)
        return [(pk, title, open_units) for pk, (title, open_units) in units.items() if open_units]


class CancelUnitsForm(OpenUnitsForm):
    reason = forms.CharField(max_length=200, help_text="Whoever sold it is told.")


class PackForm(OpenUnitsForm):
    """What goes into one parcel, of what is open at one location."""

    audited = ("location", "weight_g")

    location = forms.ChoiceField()
    weight_g = forms.IntegerField(min_value=1, max_value=WEIGHT_G_MAX, label="Weight in grams")

    def fields_for(self, row: FulfilmentOrder) -> dict[str, forms.Field]:
        self.fields["location"] = forms.ChoiceField(
            choices=[
                (location.code, location.title)
                for location in StockLocation.objects.order_by("priority", "code")
            ]
        )
        units = super().fields_for(row)
        for field in units.values():
            field.initial = field.max_value  # type: ignore[attr-defined]  # UnitsField
        return units


class ReturnForm(UnitsForm):
    """Units that have left and are in no return yet."""

    reason = forms.CharField(max_length=500, help_text="What the customer says.")

    def lines_of(self, row: FulfilmentOrder) -> Iterable[tuple[UUID, str, int]]:
        return [
            (line.line_id, f"{line.sku} {line.title}", units)
            for line, units in returnable_units(row).items()
            if units > 0
        ]
