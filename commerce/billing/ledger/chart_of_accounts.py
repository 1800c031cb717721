"""The chart of accounts: every place where value can sit, and which side it grows on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Side(StrEnum):
    """Debits are positive in the ledger, credits negative."""

    DEBIT = "debit"
    CREDIT = "credit"


class Account(StrEnum):
    """What postings name; the value is the key of the row."""

    RECEIVABLE = "receivable"
    PROVIDER_CLEARING = "provider_clearing"
    DISPUTED_FUNDS = "disputed_funds"
    DEFERRED_REVENUE = "deferred_revenue"
    TAX_PAYABLE = "tax_payable"
    REFUNDS_PAYABLE = "refunds_payable"
    REVENUE = "revenue"
    DISPUTE_LOSSES = "dispute_losses"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    title: str
    normal_side: Side


CHART: dict[Account, Description] = {
    Account.RECEIVABLE: Description(
        title="Owed by customers: the open invoices", normal_side=Side.DEBIT
    ),
    Account.PROVIDER_CLEARING: Description(
        title="Money the payment provider holds for us", normal_side=Side.DEBIT
    ),
    Account.DISPUTED_FUNDS: Description(
        title="Money the provider took back until a dispute is decided", normal_side=Side.DEBIT
    ),
    Account.DEFERRED_REVENUE: Description(
        title="Invoiced and not yet delivered", normal_side=Side.CREDIT
    ),
    Account.TAX_PAYABLE: Description(title="Tax we owe the state", normal_side=Side.CREDIT),
    Account.REFUNDS_PAYABLE: Description(
        title="Owed back to customers and not yet returned", normal_side=Side.CREDIT
    ),
    Account.REVENUE: Description(title="Earned by delivering", normal_side=Side.CREDIT),
    Account.DISPUTE_LOSSES: Description(title="Lost to disputes", normal_side=Side.DEBIT),
}
