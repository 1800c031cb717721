"""Recipes: whatever the amounts, every movement balances."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from commerce.billing.ledger import templates
from commerce.billing.ledger.chart_of_accounts import Account
from commerce.shared.money import EXPONENTS, Money

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
ID = UUID(int=7)

currencies = st.sampled_from(sorted(EXPONENTS))
minors = st.integers(min_value=0, max_value=10**15)


def legs(posting):
    return {leg.account: leg.amount.minor for leg in posting.legs}


class TestEveryRecipe:
    @given(currencies, minors, minors, minors, st.booleans())
    def test_balances(self, currency, a, b, c, is_paid):
        x, y, z = (Money(minor, currency) for minor in (a, b, c))
        for posting in (
            templates.invoice_finalized(invoice_id=ID, net=x, tax=y, at=NOON),
            templates.revenue_recognized(cause="s", net=x, at=NOON),
            templates.credit_note_issued(
                credit_note_id=ID, deferred=x, earned=y, tax=z, is_paid=is_paid, at=NOON
            ),
            templates.payment_settled(attempt_id=ID, amount=x, at=NOON),
            templates.unowed_payment_settled(attempt_id=ID, amount=x, at=NOON),
            templates.refund_settled(refund_id=ID, amount=x, at=NOON),
            templates.dispute_funds_withdrawn(dispute_id=ID, amount=x, at=NOON),
            templates.dispute_funds_reinstated(dispute_id=ID, amount=x, at=NOON),
            templates.dispute_lost(dispute_id=ID, amount=x, at=NOON),
        ):
            assert sum(leg.amount.minor for leg in posting.legs) == 0
            assert all(leg.amount for leg in posting.legs)
            assert len(posting.legs) != 1

    def test_books_a_paid_credit_note_against_what_is_owed_back(self):
        amounts = {"deferred": Money(1, "USD"), "earned": Money(2, "USD"), "tax": Money(3, "USD")}

        paid = templates.credit_note_issued(credit_note_id=ID, **amounts, is_paid=True, at=NOON)
        unpaid = templates.credit_note_issued(credit_note_id=ID, **amounts, is_paid=False, at=NOON)

        assert legs(paid)[Account.REFUNDS_PAYABLE] == -6
        assert legs(unpaid)[Account.RECEIVABLE] == -6

    def test_is_named_for_its_cause(self):
        posting = templates.payment_settled(attempt_id=ID, amount=Money(1, "USD"), at=NOON)

        assert posting.reference == f"payment_settled:{ID}"
