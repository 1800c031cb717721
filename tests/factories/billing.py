"""Customers and subscriptions, as tests need them."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4
from zoneinfo import ZoneInfo

import factory

from commerce.billing.models import (
    Customer,
    PaymentMethod,
    Subscription,
    SubscriptionMigration,
    TaxRate,
    TestClock,
)
from commerce.billing.subscriptions.periods import Schedule

NOON = dt.datetime(2027, 1, 31, 12, tzinfo=dt.UTC)
HOME = {
    "name": "Ada L.",
    "line1": "1 Main St",
    "city": "Portland",
    "region": "OR",
    "postal_code": "97201",
    "country": "US",
}


class ClockFactory(factory.django.DjangoModelFactory[TestClock]):
    class Meta:
        model = TestClock

    owner_id = factory.LazyFunction(uuid4)
    now = NOON
    created_at = NOON


class CustomerFactory(factory.django.DjangoModelFactory[Customer]):
    class Meta:
        model = Customer

    user_id = factory.LazyFunction(uuid4)
    email = factory.Sequence(lambda n: f"customer{n}@example.com")
    stripe_customer_id = factory.Sequence(lambda n: f"cus_{n}")
    created_at = NOON


class PaymentMethodFactory(factory.django.DjangoModelFactory[PaymentMethod]):
    class Meta:
        model = PaymentMethod

    customer = factory.SubFactory(CustomerFactory)
    provider_id = factory.Sequence(lambda n: f"pm_{n}")
    brand = "visa"
    last4 = "4242"
    exp_month = 12
    exp_year = 2035
    is_default = True
    created_at = NOON


class TaxRateFactory(factory.django.DjangoModelFactory[TaxRate]):
    class Meta:
        model = TaxRate
        django_get_or_create = ("country", "category", "valid_from")

    country = "US"
    category = "general"
    percent = 0
    valid_from = dt.date(2000, 1, 1)
    source = "made up for a test"


class SubscriptionFactory(factory.django.DjangoModelFactory[Subscription]):
    """A membership of 10 dollars a month, active, in its first period. `Goods` is a trait."""

    class Meta:
        model = Subscription

    class Params:
        goods = factory.Trait(
            kind="goods",
            sku="COFFEE-1KG",
            feature=None,
            shipping_address=HOME,
            delivery_option="standard",
        )

    customer = factory.SubFactory(CustomerFactory)
    status = "active"
    plan_id = factory.LazyFunction(uuid4)
    plan_code = "membership-monthly"
    plan_version = 1
    title = "Membership"
    kind = "access"
    feature = "members"
    tax_category = "general"
    interval_unit = "month"
    interval_count = 1
    unit_price_minor = 10_00
    currency = "USD"
    quantity = 1
    country = "US"
    time_zone = factory.SelfAttribute("customer.time_zone")
    started_at = NOON
    anchor_date = factory.LazyAttribute(
        lambda row: row.started_at.astimezone(ZoneInfo(row.time_zone)).date()
    )
    current_period_start = factory.LazyAttribute(lambda row: _first_period(row).start)
    current_period_end = factory.LazyAttribute(lambda row: _first_period(row).end)
    next_billing_at = factory.SelfAttribute("current_period_end")


class SubscriptionMigrationFactory(factory.django.DjangoModelFactory[SubscriptionMigration]):
    """One that has only begun."""

    class Meta:
        model = SubscriptionMigration

    plan_code = "membership-monthly"
    to_version = 2
    terms = factory.LazyFunction(dict)
    is_dry_run = True
    created_at = NOON


def _first_period(row):
    schedule = Schedule(
        anchor_date=row.anchor_date,
        unit=row.interval_unit,
        count=row.interval_count,
        zone=row.time_zone,
    )
    return schedule.period_containing(schedule.boundary(0))
