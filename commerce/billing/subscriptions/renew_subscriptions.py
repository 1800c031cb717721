"""Renew subscriptions: bill the next period of each, a batch at a time.

Every batch is one transaction of a fixed number of statements, however many rows it has. It is
also the only writer of many subscriptions at once, so it may write states past the transitions.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import structlog
from django.db import DataError, IntegrityError, connection, transaction

from commerce.billing.interface.messages import SubscriptionCanceledV1
from commerce.billing.outbox import publish
from commerce.billing.subscriptions import access
from commerce.billing.subscriptions.period_prices import NextPrice, price_next_periods
from commerce.billing.subscriptions.renewal import Due, Renewal, renewal_of
from commerce.billing.subscriptions.renewal_rows import write_renewals
from commerce.billing.tax.queries import rates_on
from commerce.shared.messages import Message
from commerce.shared.scrubbing import scrub_text
from commerce.shared.sweeping import outcome_of

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """What became of a batch, in counts."""

    billed: int = 0
    ended: int = 0
    failed: int = 0

    def __add__(self, other: Renewed) -> Renewed:
        return Renewed(
            billed=self.billed + other.billed,
            ended=self.ended + other.ended,
            failed=self.failed + other.failed,
        )


def renew_subscriptions(*, ids: Sequence[UUID], now: datetime) -> Renewed:
    """Bill the next period of each subscription that is due, and end those that were canceled.

    Several missed periods are caught up one call at a time. Repeating it, or running it twice at
    once, bills nothing twice: rows in another run's hands are left out, billed ones are no longer
    due, and each period has one invoice. A row that cannot be billed is skipped, and says why in
    `billing_failure`; it never fails its neighbours.
    """
    try:
        return _renew(ids, now=now)
    except (DataError, IntegrityError) as refusal:
        # The database refuses a batch as a whole. Halving finds the row it means.
        if len(ids) > 1:
            middle = len(ids) // 2
            return renew_subscriptions(ids=ids[:middle], now=now) + renew_subscriptions(
                ids=ids[middle:], now=now
            )
        log.exception("billing.renewal.failed", subscription_id=str(ids[0]))
        with transaction.atomic(durable=True):
            _set_aside({ids[0]: repr(refusal)}, now=now)
        return Renewed(failed=1)


# What a renewal needs to know. SKIP LOCKED: a row in another run's hands is that run's work.
_LOAD = """
    SELECT s.id, s.customer_id, c.user_id, c.email, COALESCE(t.now, %(now)s) AS present,
           s.title, s.tax_category, s.country, s.unit_price_minor, s.prices_include_tax,
           s.quantity, s.currency,
           s.interval_unit, s.interval_count, s.time_zone, s.anchor_date, s.current_period_end,
           s.next_billing_at, s.cancel_at_period_end, s.feature,
           s.plan_version, s.periods_billed, s.terms IS NOT NULL
      FROM billing_subscription s
      JOIN billing_customer c ON c.id = s.customer_id
      LEFT JOIN billing_testclock t ON t.id = c.test_clock_id
     WHERE s.id = ANY(%(ids)s) AND s.next_billing_at <= COALESCE(t.now, %(now)s)
       AND s.billing_failed_at IS NULL
     ORDER BY s.id FOR NO KEY UPDATE OF s SKIP LOCKED
"""

_END = """
    UPDATE billing_subscription s
       SET status = 'canceled', next_billing_at = NULL, canceled_at = s.next_billing_at
     WHERE s.id = ANY(%s)
"""

_SET_ASIDE = """
    UPDATE billing_subscription s SET billing_failed_at = %(now)s, billing_failure = bad.reason
      FROM unnest(%(ids)s::uuid[], %(reasons)s::text[]) AS bad (id, reason) WHERE s.id = bad.id
"""


def _renew(ids: Sequence[UUID], *, now: datetime) -> Renewed:
    # Asked before the transaction opens: the catalog may be another machine one day.
    prices = price_next_periods(ids)
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, {"ids": list(ids), "now": now})
            loaded = [Due(*row) for row in cursor.fetchall()]
        ending = [due for due in loaded if due.cancel_at_period_end]
        billable = [due for due in loaded if not due.cancel_at_period_end]
        renewals, bad = _decide([due for due in billable if _is_priced(due, prices)], prices=prices)
        _end(ending)
        _set_aside(bad, now=now)
        write_renewals(renewals)
    return Renewed(billed=len(renewals), ended=len(ending), failed=len(bad))


def _is_priced(due: Due, prices: Mapping[UUID, NextPrice]) -> bool:
    """Tell whether the price is of the row as it is now. Another one stays due for the next run."""
    price = prices.get(due.id)
    return price.state == due.state if price else not due.has_terms


def _decide(
    loaded: Sequence[Due], *, prices: Mapping[UUID, NextPrice]
) -> tuple[list[Renewal], dict[UUID, str]]:
    """Work out every row on its own: whatever is wrong with one stays with that one."""
    countries = {due.country for due in loaded}
    rates = {day: rates_on(day, countries=countries) for day in {_day(due) for due in loaded}}
    renewals, bad = [], {}
    for due in loaded:
        renewal = outcome_of(
            functools.partial(renewal_of, due, price=prices.get(due.id), rates=rates[_day(due)])
        )
        if isinstance(renewal, Exception):
            log.error("billing.renewal.failed", subscription_id=str(due.id), exc_info=renewal)
            bad[due.id] = scrub_text(repr(renewal))
        else:
            renewals.append(renewal)
    return renewals, bad


def _day(due: Due) -> date:
    """Whose tax rates apply. One day for a whole batch, unless test clocks are mixed in."""
    return due.present.date()


def _end(ending: Sequence[Due]) -> None:
    """End what was canceled to the end of its period or trial, exactly there, however late this runs."""
    if not ending:
        return
    with connection.cursor() as cursor:
        cursor.execute(_END, [[due.id for due in ending]])
    messages: list[Message] = []
    for due in ending:
        at = due.next_billing_at
        messages.append(
            SubscriptionCanceledV1(subscription_id=due.id, reason="customer", canceled_at=at)
        )
        if due.feature:
            messages.append(access.revoke(subscription_id=due.id, at=at))
    publish(*messages, occurred_at=ending[0].present)


def _set_aside(bad: Mapping[UUID, str], *, now: datetime) -> None:
    """Keep a row that cannot be billed out of the next runs, and say on it why."""
    if not bad:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SET_ASIDE, {"ids": list(bad), "reasons": list(bad.values()), "now": now})
