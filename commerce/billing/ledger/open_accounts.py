"""Open the ledger's accounts: the rows follow the chart, which is the truth."""

from __future__ import annotations

from commerce.billing.ledger.chart_of_accounts import CHART
from commerce.billing.ledger.models import LedgerAccount


def open_accounts() -> None:
    """Make the row of every account of the chart, or bring it up to date."""
    LedgerAccount.objects.bulk_create(
        [
            LedgerAccount(code=account, title=about.title, normal_side=about.normal_side)
            for account, about in CHART.items()
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["title", "normal_side"],
    )
