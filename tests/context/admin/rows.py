"""A hundred rows of any table: made up from its fields, where factories would make a story."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from django.db import models

from commerce.billing.models import Entry, LedgerAccount, Transaction
from commerce.catalog.models import Category

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
TOMORROW = NOON + dt.timedelta(days=1)
ADDRESS = {"name": "Ada L.", "line1": "1 Main St", "city": "Portland", "country": "US"}

# No two rows of a run are alike.
_numbers = itertools.count(1)

# What a constraint wants, or a list shows, beyond the type of a column. Functions get a new number.
WANTED: Mapping[str, Mapping[str, Any]] = {
    "billing.Checkout": {"shipping_address": ADDRESS},
    "billing.CheckoutLine": {"sku": "mug"},
    "billing.CreditNote": {"net_minor": 10_00, "total_minor": 10_00},
    "billing.Entry": {"account_id": "revenue"},
    "billing.Invoice": {"status": "open", "number": lambda i: f"INV-{i}"},
    "billing.Order": {"shipping_address": ADDRESS},
    "billing.Subscription": {
        "kind": "access",
        "feature": "members",
        "status": "past_due",
        "next_billing_at": TOMORROW,
        "current_period_end": TOMORROW + dt.timedelta(days=30),
    },
    "billing.SubscriptionPeriod": {
        "collect_at": TOMORROW,
        "period_end": TOMORROW + dt.timedelta(days=30),
    },
    "catalog.Coupon": {"code": lambda i: f"CODE-{i}"},
    "catalog.ListingRebuild": {"finished_at": lambda i: NOON + dt.timedelta(seconds=i)},
    "catalog.MarketCountry": {"currency": "USD"},
    "catalog.MediaFile": {
        "digest": lambda i: f"{i:064x}",
        "renditions": [{"name": "original.webp", "width": 800, "height": 600}],
    },
    "catalog.PlanVersion": {"kind": "access", "feature": "members", "interval_unit": "month"},
    "fulfilment.CarrierEvent": {"body": "{}"},
    "fulfilment.Entitlement": {"holder_id": lambda _: uuid4(), "valid_from": NOON},
    "fulfilment.FulfilmentOrder": {"ship_to": ADDRESS, "requested_at": NOON},
    "fulfilment.Shipment": {"status": "packed", "tracking_number": lambda i: f"T{i}"},
    "identity.User": {"email": lambda i: f"person{i}@example.com"},
}


def rows_of(model: type[models.Model], count: int, **given: Any) -> list[Any]:
    """Store rows with parents of their own; nullable columns stay empty unless they are wanted."""
    wanted = {**WANTED.get(model._meta.label, {}), **given}
    values_by_field = {
        field.attname: _values(field, count, wanted)
        for field in model._meta.concrete_fields
        if _is_needed(field, wanted)
    }
    rows = [
        model(**{name: values[i] for name, values in values_by_field.items()}) for i in range(count)
    ]
    for row in rows:
        if isinstance(row, Category):
            row.path = row.slug
    made: list[Any] = model._default_manager.bulk_create(rows)
    return made


def some_rows(model: type[models.Model], count: int) -> list[Any]:
    """Store rows as `rows_of`, also of tables whose rows only exist together."""
    if model is LedgerAccount:
        return list(LedgerAccount.objects.all())  # the chart of accounts, there from the start
    if model is Transaction:
        return [entry.transaction for entry in _debits_with_credits(count)]
    return _debits_with_credits(count) if model is Entry else rows_of(model, count)


def _debits_with_credits(count: int) -> list[Entry]:
    debits = rows_of(Entry, count)
    ids = iter([entry.transaction_id for entry in debits])
    rows_of(Entry, count, transaction_id=lambda _: next(ids), amount_minor=-1)
    return debits


def _is_needed(field: Any, wanted: Mapping[str, Any]) -> bool:
    if field.attname in wanted or field.name in wanted:
        return True
    return not (
        field.null
        or field.has_default()
        or field.has_db_default()
        or isinstance(field, models.AutoField)
    )


def _values(field: Any, count: int, wanted: Mapping[str, Any]) -> list[Any]:
    given = wanted.get(field.attname, wanted.get(field.name, ...))
    if given is not ...:
        return [given(next(_numbers)) if callable(given) else given for _ in range(count)]
    if field.is_relation:
        return [row.pk for row in rows_of(field.related_model, count)]
    return [_value(field, next(_numbers)) for _ in range(count)]


def _value(field: Any, i: int) -> Any:
    match field:
        case models.EmailField():
            return f"{field.name}{i}@example.com"
        case models.CharField() if field.name == "currency":
            return "USD"
        case models.CharField() if field.choices:
            return field.choices[0][0]
        case models.CharField() if field.max_length <= 4:
            return "US" if field.max_length == 2 else "4242"
        case models.CharField() | models.TextField():
            return f"{field.name}-{i}"[: field.max_length]
        case models.UUIDField():
            return uuid4()
        case models.BooleanField():
            return False
        case models.DateTimeField():
            return NOON + dt.timedelta(seconds=i)
        case models.DateField():
            return NOON.date() + dt.timedelta(days=i)
        case models.JSONField():
            return {}
        case models.IntegerField() | models.DecimalField():
            # Amounts that are parts of a sum are nothing, so that every sum is right.
            is_part = field.name.endswith("_minor") and field.name != "amount_minor"
            return 0 if is_part else 1
    return []
