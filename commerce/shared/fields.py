"""Model fields with a meaning: references that cross a border, money, states."""

from __future__ import annotations

from typing import Any, Literal

from django.db import models
from django.db.models import F, Func, Value
from django.db.models.lookups import Exact

from commerce.shared.money import Money


class ReferenceField(models.UUIDField):  # type: ignore[type-arg]  # generic only in the stubs
    """The id of a row in another context: greppable, indexed, and without a constraint.

    `ReferenceField("billing.Order")`: the name is kept for readers and for tests. No foreign key,
    join or cascade may cross a border, so that each context can move to its own database.
    """

    def __init__(self, to: str, **kwargs: Any) -> None:
        self.to = to
        self.is_indexed: bool = kwargs.setdefault("db_index", True)
        super().__init__(**kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        if self.is_indexed:
            kwargs.pop("db_index", None)
        else:
            kwargs["db_index"] = False
        return name, path, [self.to, *args], kwargs


class CurrencyField(models.CharField):  # type: ignore[type-arg]  # generic only in the stubs
    """An ISO 4217 code."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs["max_length"] = 3
        super().__init__(**kwargs)


class MoneyOf:
    """Read and write two columns as one amount: `total = MoneyOf("total_minor")`."""

    def __init__(self, minor: str, currency: str = "currency") -> None:
        self.minor, self.currency = minor, currency

    def __get__(self, row: models.Model, owner: type | None = None) -> Money:
        return Money(getattr(row, self.minor), getattr(row, self.currency))

    def __set__(self, row: models.Model, amount: Money) -> None:
        setattr(row, self.minor, amount.minor)
        setattr(row, self.currency, amount.currency)


def state_is_known(
    field: str, choices: type[models.TextChoices], *, table: str
) -> models.CheckConstraint:
    """Keep unknown states out of a column, also for writes that bypass the state machine."""
    return models.CheckConstraint(
        name=f"{table}_{field}_known", condition=models.Q((f"{field}__in", choices.values))
    )


def is_json(field: str, kind: Literal["object", "array"], *, table: str) -> models.CheckConstraint:
    """Keep anything but an object, or a list, out of a JSON column."""
    kind_of = Func(F(field), function="jsonb_typeof", output_field=models.TextField())
    return models.CheckConstraint(
        name=f"{table}_{field}_are_{kind}", condition=Exact(kind_of, Value(kind))
    )
