"""A payment provider in memory: it remembers what it was asked, and answers as it is told to.

For what the sandbox Stripe cannot be told: which answer a kept card gets next. Everything else is
tested against the sandbox, which is a process of its own and speaks through Stripe's SDK.
"""

from __future__ import annotations

from collections import deque
from uuid import UUID

import pytest

from commerce.billing.payments.gateway import (
    Card,
    Charge,
    ChargeRequest,
    ChargeStatus,
    ProviderUnavailable,
    ProviderUnknown,
)
from commerce.shared.db import in_transaction
from commerce.shared.money import Money


class PowerCut(BaseException):
    """The process ends here: nothing in the code may catch it."""


class FakeProvider:
    """Charges succeed unless `answers` says otherwise, one answer for each charge that is asked.

    A decline code; or one of the four below. A key that was used before gets its first answer.
    """

    UNKNOWN = "took it, and the answer was lost"
    UNAVAILABLE = "could not be reached"
    CUT_BEFORE = "the process ends before it is asked"
    CUT_AFTER = "took it, and the process ends"

    def __init__(self) -> None:
        self.answers: deque[str] = deque()
        self.asked: list[ChargeRequest] = []
        self.made: dict[UUID, Charge] = {}
        self.forgotten: list[str] = []
        self.customers: dict[UUID, str] = {}

    @property
    def taken(self) -> list[Charge]:
        """The charges that moved money."""
        return [c for c in self.made.values() if c.status == ChargeStatus.SUCCEEDED]

    def charge(self, request: ChargeRequest) -> Charge:
        assert not in_transaction()
        if request.attempt_id in self.made:
            return self.made[request.attempt_id]
        answer = self.answers.popleft() if self.answers else ""
        if answer == self.UNAVAILABLE:
            raise ProviderUnavailable
        if answer == self.CUT_BEFORE:
            raise PowerCut
        self.asked.append(request)
        is_taken = answer in ("", self.UNKNOWN, self.CUT_AFTER)
        charge = Charge(
            provider_id=f"pi_{len(self.made) + 1}",
            status=ChargeStatus.SUCCEEDED if is_taken else ChargeStatus.DECLINED,
            captured=request.amount if is_taken else Money.zero(request.amount.currency),
            attempt_id=request.attempt_id,
            decline_code="" if is_taken else answer,
        )
        self.made[request.attempt_id] = charge
        if answer == self.UNKNOWN:
            raise ProviderUnknown
        if answer == self.CUT_AFTER:
            raise PowerCut
        return charge

    def find(self, attempt_id: UUID) -> Charge | None:
        return self.made.get(attempt_id)

    def retrieve(self, provider_id: str) -> Charge:
        return next(c for c in self.made.values() if c.provider_id == provider_id)

    def create_customer(self, *, customer_id: UUID, email: str, name: str) -> str:
        assert not in_transaction()
        return self.customers.setdefault(customer_id, f"cus_{customer_id.hex}")

    def keep_card(self, *, customer: str, payment_method: str) -> Card:
        assert not in_transaction()
        return Card(
            provider_id=payment_method, brand="visa", last4="4242", exp_month=12, exp_year=2035
        )

    def forget_card(self, provider_id: str) -> None:
        assert not in_transaction()
        self.forgotten.append(provider_id)


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> FakeProvider:
    """Put a fake in the provider's place, and no pace between two charges."""
    fake = FakeProvider()
    monkeypatch.setattr("commerce.billing.payments.provider._stripe", lambda *_: fake)
    monkeypatch.setattr("commerce.billing.payments.collect_invoice.pacer", _NoPace)
    return fake


class _NoPace:
    def wait_turn(self) -> None:
        pass
