"""Fields with a meaning."""

from __future__ import annotations

from django.db import models

from commerce.shared.fields import MoneyOf, ReferenceField, state_is_known
from commerce.shared.money import Money


class Status(models.TextChoices):
    OPEN = "open"
    DONE = "done"


class Row:
    total = MoneyOf("total_minor")

    def __init__(self) -> None:
        self.total_minor, self.currency = 12_50, "EUR"


class TestReferenceField:
    def test_is_indexed_and_remembers_what_it_names(self):
        field = ReferenceField("billing.Order")

        assert (field.to, field.db_index, field.is_relation) == ("billing.Order", True, False)

    def test_is_written_into_migrations_and_back(self):
        for field in (ReferenceField("billing.Order"), ReferenceField("billing.Order", db_index=False, null=True)):  # fmt: skip
            _, _, args, kwargs = field.deconstruct()
            again = ReferenceField(*args, **kwargs)

            assert again.deconstruct()[2:] == field.deconstruct()[2:]
            assert (again.db_index, again.null) == (field.db_index, field.null)


class TestMoneyOf:
    def test_reads_and_writes_two_columns_as_one_amount(self):
        row = Row()
        assert row.total == Money(12_50, "EUR")

        row.total = Money(3, "JPY")

        assert (row.total_minor, row.currency) == (3, "JPY")


class TestStateIsKnown:
    def test_allows_the_states_there_are(self):
        constraint = state_is_known("status", Status, table="billing_order")

        assert constraint.name == "billing_order_status_known"
        assert constraint.condition == models.Q(status__in=["open", "done"])
