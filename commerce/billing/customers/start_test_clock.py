"""Start a test clock: one customer lives in a time of their own from now on."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from commerce.billing.customers.models import Customer, TestClock
from commerce.shared.errors import Conflict, Forbidden


class ClocksNotAllowed(Forbidden):
    """A shop that takes real money has no test clocks."""

    code = "test_clocks_not_allowed"


class AlreadyOnATestClock(Conflict):
    """This customer has a test clock; advance that one."""

    code = "already_on_a_test_clock"


def start_test_clock(
    *, owner_id: UUID, customer_id: UUID, at: datetime, now: datetime
) -> TestClock:
    """Make a clock that stands at `at`, and put the customer on it.

    Raises:
        ClocksNotAllowed: this shop takes real money.
        AlreadyOnATestClock: time may not jump back by changing clocks.
    """
    if not settings.TEST_CLOCKS_ALLOWED:
        raise ClocksNotAllowed
    with transaction.atomic(durable=True):
        customer = Customer.objects.select_for_update(no_key=True).get(pk=customer_id)
        if customer.test_clock_id:
            raise AlreadyOnATestClock
        clock = TestClock.objects.create(owner_id=owner_id, now=at, created_at=now)
        customer.test_clock = clock
        customer.save(update_fields=["test_clock"])
    return clock
