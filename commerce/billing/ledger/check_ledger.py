"""Check the ledger as an auditor would: every movement balances, and the books agree with the rows.

The database refuses an unbalanced transaction anyway; this looks again, from outside, for what a
superuser, a restore or a bug in the recipes may have done.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import connection

# Each query returns what is wrong: one text a row, nothing when all is well.
_CHECKS = {
    "transactions sum to zero per currency": """
        SELECT t.reference || ': ' || sum(e.amount_minor) || ' ' || e.currency
          FROM billing_entry e JOIN billing_transaction t ON t.id = e.transaction_id
         GROUP BY t.reference, e.currency HAVING sum(e.amount_minor) <> 0
    """,
    "every transaction has at least two entries": """
        SELECT t.reference FROM billing_transaction t
          LEFT JOIN billing_entry e ON e.transaction_id = t.id
         GROUP BY t.id HAVING count(e.id) < 2
    """,
    "no entry stands alone": """
        SELECT 'entry ' || e.id FROM billing_entry e
          LEFT JOIN billing_transaction t ON t.id = e.transaction_id WHERE t.id IS NULL
    """,
    "all accounts together are zero per currency": """
        SELECT sum(amount_minor) || ' ' || currency FROM billing_entry
         GROUP BY currency HAVING sum(amount_minor) <> 0
    """,
    "receivable is what open invoices owe": """
        SELECT coalesce(ledger.currency, rows.currency)
               || ': ledger ' || coalesce(ledger.minor, 0) || ', invoices ' || coalesce(rows.minor, 0)
          FROM (SELECT currency, sum(amount_minor) AS minor FROM billing_entry
                 WHERE account_id = 'receivable' GROUP BY currency) AS ledger
          FULL JOIN (SELECT currency, sum(total_minor - credited_minor - paid_minor) AS minor
                       FROM billing_invoice WHERE status IN ('open', 'uncollectible')
                      GROUP BY currency) AS rows USING (currency)
         WHERE coalesce(ledger.minor, 0) <> coalesce(rows.minor, 0)
    """,
    "deferred revenue is what is invoiced and not delivered": """
        SELECT coalesce(ledger.currency, rows.currency)
               || ': ledger ' || -coalesce(ledger.minor, 0) || ', lines ' || coalesce(rows.minor, 0)
          FROM (SELECT currency, sum(amount_minor) AS minor FROM billing_entry
                 WHERE account_id = 'deferred_revenue' GROUP BY currency) AS ledger
          FULL JOIN (SELECT line.currency,
                            sum(line.net_minor - line.recognized_minor - line.released_minor)
                            AS minor
                       FROM billing_invoiceline line JOIN billing_invoice i ON i.id = line.invoice_id
                      WHERE i.status NOT IN ('draft', 'void') GROUP BY line.currency) AS rows
               USING (currency)
         WHERE -coalesce(ledger.minor, 0) <> coalesce(rows.minor, 0)
    """,
    "every succeeded attempt is posted once, with its amount": """
        SELECT 'attempt ' || a.id FROM billing_attempt a
          LEFT JOIN billing_transaction t
            ON t.reference IN ('payment_settled:' || a.id, 'unowed_payment_settled:' || a.id)
          LEFT JOIN billing_entry e
            ON e.transaction_id = t.id AND e.account_id = 'provider_clearing'
           AND e.amount_minor = a.amount_minor AND e.currency = a.currency
         WHERE a.status = 'succeeded' GROUP BY a.id HAVING count(e.id) <> 1
    """,
    "every succeeded refund is posted, with its amount": """
        SELECT 'refund ' || r.id FROM billing_refund r
          LEFT JOIN billing_transaction t ON t.reference = 'refund_settled:' || r.id
          LEFT JOIN billing_entry e
            ON e.transaction_id = t.id AND e.account_id = 'provider_clearing'
           AND e.amount_minor = -r.amount_minor AND e.currency = r.currency
         WHERE r.status = 'succeeded' GROUP BY r.id HAVING count(e.id) <> 1
    """,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was checked, and for each check what is wrong."""

    findings: dict[str, list[str]] = field(default_factory=dict)

    @property
    def is_balanced(self) -> bool:
        return not any(self.findings.values())


def check_ledger() -> Verdict:
    """Look at everything; changes nothing."""
    findings = {}
    with connection.cursor() as cursor:
        for name, query in _CHECKS.items():
            cursor.execute(query)
            findings[name] = [row[0] for row in cursor.fetchall()]
    return Verdict(findings=findings)
