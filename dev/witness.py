"""An outside witness: compares what the shop says with what the provider's journal says.

It shares no code with the shop, so a wrong idea in one is not repeated in the other. Everything it
reports is a violation; a shop at rest has none. `python -m dev.witness` asks the running one.

The numbers are those of docs/reliability.md.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg

from dev.state import State, local_folder
from dev.terminal import console

# What a shop that is open may still be busy with; a shop at rest is given no grace at all.
GRACE_S = 120.0

# Each query returns one text a violation. "Too long" is longer than the grace, by the time that the
# row lives by: customers on a test clock by theirs, all others by the real one.
QUERIES = {
    "I3 a ledger transaction sums to zero per currency": """
        SELECT t.reference || ': ' || sum(e.amount_minor) || ' ' || e.currency
          FROM billing_transaction t JOIN billing_entry e ON e.transaction_id = t.id
         GROUP BY t.id, e.currency HAVING sum(e.amount_minor) <> 0
    """,
    "I3 all accounts together are zero per currency": """
        SELECT currency || ': ' || sum(amount_minor) FROM billing_entry
         GROUP BY currency HAVING sum(amount_minor) <> 0
    """,
    "I3 receivables are what open invoices still owe": """
        WITH ledger AS (SELECT currency, sum(amount_minor) AS minor FROM billing_entry
                         WHERE account_id = 'receivable' GROUP BY currency),
             owed AS (SELECT currency, sum(total_minor - credited_minor - paid_minor) AS minor
                        FROM billing_invoice WHERE status IN ('open', 'uncollectible')
                       GROUP BY currency)
        SELECT currency || ': ledger ' || coalesce(l.minor, 0) || ', invoices ' || coalesce(o.minor, 0)
          FROM ledger l FULL JOIN owed o USING (currency)
         WHERE coalesce(l.minor, 0) <> coalesce(o.minor, 0)
    """,
    "I4 units on hand are the sum of the movements": """
        SELECT l.sku || ': ' || l.on_hand || ' on hand, moved ' || coalesce(sum(m.quantity), 0)
          FROM fulfilment_stocklevel l LEFT JOIN fulfilment_stockmovement m ON m.level_id = l.id
         GROUP BY l.id HAVING l.on_hand <> coalesce(sum(m.quantity), 0)
    """,
    "I4 units reserved are the sum of the live holds": """
        SELECT l.sku || ': ' || l.reserved || ' reserved, held ' || coalesce(h.units, 0)
          FROM fulfilment_stocklevel l
          LEFT JOIN (SELECT rl.level_id, sum(rl.quantity) AS units
                       FROM fulfilment_stockreservationline rl
                       JOIN fulfilment_stockreservation r ON r.id = rl.reservation_id
                      WHERE r.status = 'held' GROUP BY rl.level_id) h ON h.level_id = l.id
         WHERE l.reserved <> coalesce(h.units, 0)
    """,
    "I4 units allocated are the sum of the allocations": """
        SELECT l.sku || ': ' || l.allocated || ' allocated, ' || coalesce(a.units, 0)
               || ' promised, ' || coalesce(s.units, 0) || ' shipped'
          FROM fulfilment_stocklevel l
          LEFT JOIN (SELECT level_id, sum(al.quantity - al.canceled) AS units
                       FROM fulfilment_allocation al
                       JOIN fulfilment_fulfilmentorderline fl ON fl.id = al.line_id
                      WHERE NOT fl.is_made_to_order GROUP BY level_id) a ON a.level_id = l.id
          LEFT JOIN (SELECT level_id, -sum(quantity) AS units FROM fulfilment_stockmovement
                      WHERE reason = 'shipped' GROUP BY level_id) s ON s.level_id = l.id
         WHERE l.allocated <> coalesce(a.units, 0) - coalesce(s.units, 0)
    """,
    "I4 no hold outlives its checkout": """
        SELECT reference FROM fulfilment_stockreservation
         WHERE status = 'held' AND expires_at < now() - %(grace)s
    """,
    "I7 no attempt is under way without a time to ask": """
        SELECT id::text || ' ' || status FROM billing_attempt
         WHERE status IN ('sending', 'processing', 'unknown') AND check_at IS NULL
    """,
    "I7 nothing was left half sent": """
        SELECT id::text FROM billing_attempt
         WHERE status = 'sending' AND created_at < now() - %(grace)s
    """,
    "I7 the provider is asked about an attempt when it is time": """
        SELECT id::text || ' ' || status FROM billing_attempt
         WHERE status IN ('processing', 'unknown') AND check_at < now() - %(grace)s
    """,
    "I7 a refund that was decided reaches the card": """
        SELECT id::text || ' ' || status FROM billing_refund
         WHERE status IN ('sending', 'unknown') AND created_at < now() - %(grace)s
    """,
    "I7 an event that was heard is processed": """
        SELECT event_id || ' ' || last_error FROM billing_providerevent
         WHERE processed_at IS NULL AND received_at < now() - %(grace)s
         UNION ALL
        SELECT event_id || ' ' || last_error FROM fulfilment_carrierevent
         WHERE processed_at IS NULL AND received_at < now() - %(grace)s
    """,
    "I7 a parcel gets its label": """
        SELECT id::text || ' ' || failure FROM fulfilment_shipment
         WHERE status = 'packing' AND created_at < now() - %(grace)s
    """,
    "I7 a cancellation that was begun is finished": """
        SELECT number FROM billing_order
         WHERE canceled_at IS NULL AND cancel_requested_at < now() - %(grace)s
    """,
    "I7 an unpaid order is canceled when its time is over": """
        SELECT number FROM billing_order o
         WHERE status = 'placed' AND pay_by < now() - %(grace)s
           AND NOT EXISTS (SELECT FROM billing_payment p JOIN billing_attempt a ON a.payment_id = p.id
                            WHERE p.order_id = o.id AND a.status IN ('unknown', 'processing'))
    """,
    "I7 a paid order that has to be delivered is known to the warehouse": """
        SELECT o.number FROM billing_order o
          LEFT JOIN fulfilment_fulfilmentorder f ON f.order_id = o.id
          LEFT JOIN billing_customer c ON c.id = o.customer_id
          LEFT JOIN billing_testclock t ON t.id = c.test_clock_id
         WHERE o.status = 'paid' AND o.fulfilment_status <> 'not_required' AND f.id IS NULL
           AND o.paid_at <= coalesce(t.now, now()) - %(grace)s
    """,
    "I9 a paid invoice is paid by one payment": """
        SELECT i.number FROM billing_invoice i LEFT JOIN billing_payment p
            ON p.invoice_id = i.id AND p.status = 'succeeded'
         WHERE i.status = 'paid' AND i.total_minor - i.credited_minor > 0
         GROUP BY i.id HAVING count(p.id) <> 1
    """,
    "I9 a period is billed once": """
        SELECT subscription_id || ' ' || period_start FROM billing_invoice
         WHERE subscription_id IS NOT NULL
         GROUP BY subscription_id, period_start HAVING count(*) > 1
    """,
    "I9 a period that is due is billed": """
        SELECT s.id || ' ' || s.next_billing_at || ' ' || s.billing_failure
          FROM billing_subscription s JOIN billing_customer c ON c.id = s.customer_id
          LEFT JOIN billing_testclock t ON t.id = c.test_clock_id
         WHERE s.next_billing_at < coalesce(t.now, now()) - %(grace)s
    """,
    "I9 a period that is billed is collected when it is time": """
        SELECT s.id || ' ' || p.period_start
          FROM billing_subscriptionperiod p JOIN billing_subscription s ON s.id = p.subscription_id
          JOIN billing_customer c ON c.id = s.customer_id
          LEFT JOIN billing_testclock t ON t.id = c.test_clock_id
         WHERE p.collect_at < coalesce(t.now, now()) - %(grace)s
           AND NOT EXISTS (SELECT FROM billing_payment y JOIN billing_attempt a ON a.payment_id = y.id
                            WHERE y.invoice_id = p.invoice_id
                              AND a.status IN ('unknown', 'processing', 'requires_action'))
    """,
    "I9 no period was left out": """
        SELECT subscription_id || ' ' || ended || ' to ' || period_start
          FROM (SELECT subscription_id, period_start, lag(period_end) OVER (
                       PARTITION BY subscription_id ORDER BY period_start) AS ended
                  FROM billing_subscriptionperiod) AS periods
         WHERE ended <> period_start
         UNION ALL
        SELECT s.id || ' ' || s.current_period_start FROM billing_subscription s
         WHERE s.status IN ('active', 'past_due')
           AND NOT EXISTS (SELECT FROM billing_subscriptionperiod p
                            WHERE p.subscription_id = s.id
                              AND p.period_start = s.current_period_start)
    """,
    "I1 a checkout became one order": """
        SELECT checkout_id::text FROM billing_order WHERE checkout_id IS NOT NULL
         GROUP BY checkout_id HAVING count(*) > 1
    """,
}

OUTBOXES = ("billing", "catalog", "fulfilment")


@dataclass(slots=True)
class Charged:
    """What the journal says of one PaymentIntent."""

    taken: list[int] = field(default_factory=list)
    refunded: int = 0
    attempt_id: str | None = None


def violations(
    *, database_url: str, journal: Sequence[dict[str, Any]], grace_s: float = GRACE_S
) -> list[str]:
    """List everything that must not be; changes nothing. What is younger than the grace may be."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        return [
            *_from_queries(connection, grace=timedelta(seconds=grace_s)),
            *_from_outboxes(connection),
            *_from_journal(connection, _by_intent(journal)),
        ]


def read_journal(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _from_queries(connection: psycopg.Connection[Any], *, grace: timedelta) -> Iterator[str]:
    for name, query in QUERIES.items():
        for (finding,) in connection.execute(query, {"grace": grace}):
            yield f"{name}: {finding}"


def _from_outboxes(connection: psycopg.Connection[Any]) -> Iterator[str]:
    for context in OUTBOXES:
        query = (
            f"SELECT name, coalesce(last_error, '') FROM {context}_outboxmessage "  # noqa: S608 - three names above
            "WHERE delivered_at IS NULL"
        )
        for name, error in connection.execute(query):
            yield f"I5 every message is delivered: {name} {error}"


def _by_intent(journal: Sequence[dict[str, Any]]) -> dict[str, Charged]:
    found: dict[str, Charged] = defaultdict(Charged)
    for line in journal:
        charged = found[line["payment_intent"]]
        charged.attempt_id = (line["metadata"] or {}).get("attempt_id")
        match line["kind"]:
            case "charge_succeeded" | "charge_captured":
                charged.taken.append(line["amount"])
            case "refund_succeeded":
                charged.refunded += line["amount"]
            case "refund_failed":
                charged.refunded -= line["amount"]
    return found


def _from_journal(
    connection: psycopg.Connection[Any], intents: dict[str, Charged]
) -> Iterator[str]:
    rows = connection.execute(
        """
        SELECT a.provider_id, a.id::text, a.status, a.amount_minor,
               coalesce((SELECT sum(e.amount_minor) FROM billing_transaction t
                           JOIN billing_entry e ON e.transaction_id = t.id
                          WHERE t.reference IN ('payment_settled:' || a.id,
                                                'unowed_payment_settled:' || a.id)
                            AND e.account_id = 'provider_clearing'), 0),
               coalesce((SELECT -sum(e.amount_minor) FROM billing_refund r
                           JOIN billing_transaction o ON o.reference = 'refund_settled:' || r.id
                           JOIN billing_transaction t ON t.id = o.id OR t.reverses_id = o.id
                           JOIN billing_entry e ON e.transaction_id = t.id
                          WHERE r.attempt_id = a.id AND e.account_id = 'provider_clearing'), 0)
          FROM billing_attempt a
        """
    ).fetchall()
    known = {row[1] for row in rows}
    by_attempt: dict[str, list[Charged]] = defaultdict(list)
    for intent, charged in intents.items():
        if charged.attempt_id is None or charged.attempt_id not in known:
            if charged.taken:
                yield f"I2 the provider took money for nothing we know: {intent}"
            continue
        by_attempt[charged.attempt_id].append(charged)

    for provider_id, attempt_id, status, amount, booked, booked_back in rows:
        charges = by_attempt.get(attempt_id, [])
        taken = [minor for charge in charges for minor in charge.taken]
        refunded = sum(charge.refunded for charge in charges)
        who = f"attempt {attempt_id} ({provider_id}, {status})"
        if len(taken) > 1:
            yield f"I1 charged twice: {who} {taken}"
        if sum(taken) != booked:
            yield f"I2 the provider took {sum(taken)}, the ledger says {booked}: {who}"
        if taken and taken[0] != amount:
            yield f"I2 {amount} was asked for, {taken[0]} was taken: {who}"
        if refunded != booked_back:
            yield f"I2 the provider gave back {refunded}, the ledger says {booked_back}: {who}"
        if refunded > sum(taken):
            yield f"I1 more was given back than taken: {who}"


def needs_sandboxes(facts: Mapping[str, Any]) -> str:
    """Say why a shop cannot be witnessed: one that uses Stripe itself has no journal to compare."""
    if facts["stripe"]["journal"] is None:
        return (
            "This shop uses Stripe itself, and only the sandbox keeps a journal to compare with: "
            "unset STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET, then `make down up`"
        )
    return ""


def main() -> int:
    """Look at the running shop once, and say what is wrong."""
    facts = State(local_folder()).running()
    if not facts:
        console.print("No shop is running: start it with `make up`")
        return 2
    if why_not := needs_sandboxes(facts):
        console.print(why_not)
        return 2
    found = violations(
        database_url=facts["database_url"],
        journal=read_journal(Path(facts["stripe"]["journal"])),
    )
    for violation in found:
        console.print(violation, markup=False, style="red")
    console.print(f"{len(found)} violations of {len(QUERIES) + len(OUTBOXES) + 5} invariants")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
