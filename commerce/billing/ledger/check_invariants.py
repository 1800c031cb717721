"""Check what must always hold about money: in our own rows, and between them and the provider's.

The provider's side is the append-only journal of the sandbox, one JSON object a line. The numbers
are those of docs/reliability.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from commerce.billing.incidents.models import Incident
from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.payments.models import Attempt
from commerce.billing.payments.stripe_amounts import from_stripe
from commerce.billing.refunds.models import Refund
from commerce.shared import ids

Journal = Iterable[Mapping[str, Any]]
Moved = dict[str, dict[str, int]]

# The sweepers run every few seconds; ten minutes behind means that they do not run.
OVERDUE = timedelta(minutes=10)

# Each query returns what is wrong, one text a row.
_CHECKS = {
    "I1 a checkout has one order": """
        SELECT checkout_id::text FROM billing_order WHERE checkout_id IS NOT NULL
         GROUP BY checkout_id HAVING count(*) > 1
    """,
    "I1 no more is refunded than captured": """
        SELECT id::text FROM billing_payment WHERE refunded_minor > captured_minor
    """,
    "I7 an order waits for money no longer than its stock is held": """
        SELECT o.number FROM billing_order o
         WHERE o.status = 'placed' AND o.pay_by < now() - interval '10 minutes'
           AND NOT EXISTS (SELECT FROM billing_payment p JOIN billing_attempt a ON a.payment_id = p.id
                            WHERE p.order_id = o.id AND a.status = 'unknown')
    """,
    "I9 a period is billed once": """
        SELECT subscription_id || ' ' || period_start FROM billing_invoice
         WHERE subscription_id IS NOT NULL
         GROUP BY subscription_id, period_start HAVING count(*) > 1
    """,
}

# What the ledger says has moved at the provider, by attempt; payments are positive.
_BOOKED = """
    SELECT split_part(t.reference, ':', 2), 'taken', e.currency, e.amount_minor
      FROM billing_transaction t JOIN billing_entry e ON e.transaction_id = t.id
     WHERE t.recipe IN ('payment_settled', 'unowed_payment_settled')
       AND e.account_id = 'provider_clearing'
     UNION ALL
    SELECT r.attempt_id::text, 'given back', e.currency, -e.amount_minor
      FROM billing_refund r
      JOIN billing_transaction o ON o.reference = 'refund_settled:' || r.id
      JOIN billing_transaction t ON t.id = o.id OR t.reverses_id = o.id
      JOIN billing_entry e ON e.transaction_id = t.id
     WHERE e.account_id = 'provider_clearing'
"""


def check_invariants(*, journal: Journal | None = None, now: datetime) -> dict[str, list[str]]:
    """Give for each invariant what violates it; changes nothing.

    The comparison with a journal goes both ways: money that moved and was not booked, and money
    that was booked and never moved.
    """
    findings = {f"I3 {name}": found for name, found in check_ledger().findings.items()}
    with connection.cursor() as cursor:
        for name, query in _CHECKS.items():
            cursor.execute(query)
            findings[name] = [row[0] for row in cursor.fetchall()]
    findings["I7 every open attempt is asked about, or a person has it"] = _forgotten(
        Attempt, prefix="att", now=now
    )
    findings["I7 every open refund is asked about, or a person has it"] = _forgotten(
        Refund, prefix="re", now=now
    )
    if journal is not None:
        lines = list(journal)
        findings["I1 an attempt is charged once"] = _charged_twice(lines)
        findings["I2 what moved is booked, and what is booked has moved"] = _differences(lines)
    return findings


def _forgotten(model: type[Attempt | Refund], *, prefix: str, now: datetime) -> list[str]:
    in_hand = set(Incident.objects.filter(resolved_at=None).values_list("subject", flat=True))
    overdue = model._default_manager.filter(
        Q(check_at__isnull=True) | Q(check_at__lt=now - OVERDUE), status__in=model.OPEN
    )
    public = [ids.encode(prefix, row_id) for row_id in overdue.values_list("pk", flat=True)]
    return [row for row in public if row not in in_hand]


def _charged_twice(journal: Journal) -> list[str]:
    charges: dict[str, int] = defaultdict(int)
    for line in journal:
        if line["kind"] in ("charge_succeeded", "charge_captured"):
            charges[_attempt_of(line)] += 1
    return [f"{attempt}: {count} charges" for attempt, count in charges.items() if count > 1]


def _differences(journal: Journal) -> list[str]:
    at_provider, in_ledger = _moved(journal), _booked()
    nothing: dict[str, int] = {}
    return [
        f"{attempt}: the provider {at_provider.get(attempt, nothing)},"
        f" the ledger {in_ledger.get(attempt, nothing)}"
        for attempt in sorted({*at_provider, *in_ledger})
        if at_provider.get(attempt, nothing) != in_ledger.get(attempt, nothing)
    ]


def _moved(journal: Journal) -> Moved:
    """Sum up the journal by attempt; a charge that is nobody's counts under its intent."""
    moved: Moved = defaultdict(lambda: defaultdict(int))
    given_back = set()
    for line in journal:
        amount = from_stripe(line["amount"], line["currency"])
        match line["kind"]:
            case "charge_succeeded" | "charge_captured":
                what, minor = "taken", amount.minor
            case "refund_succeeded":
                what, minor = "given back", amount.minor
                given_back.add(line["refund"])
            case "refund_failed" if line["refund"] in given_back:
                what, minor = "given back", -amount.minor
            case _:
                continue
        moved[_attempt_of(line)][f"{what} {amount.currency}"] += minor
    return _without_zeros(moved)


def _booked() -> Moved:
    booked: Moved = defaultdict(lambda: defaultdict(int))
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED)
        for attempt, what, currency, minor in cursor.fetchall():
            booked[attempt][f"{what} {currency}"] += minor
    return _without_zeros(booked)


def _attempt_of(line: Mapping[str, Any]) -> str:
    metadata = line["metadata"] or {}
    return str(metadata.get("attempt_id") or line["payment_intent"])


def _without_zeros(moved: Moved) -> Moved:
    kept = {
        attempt: {what: minor for what, minor in sums.items() if minor}
        for attempt, sums in moved.items()
    }
    return {attempt: sums for attempt, sums in kept.items() if sums}
