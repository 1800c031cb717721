"""Disputes: the customer's bank takes money back, and the books follow."""

from __future__ import annotations

import pytest

from commerce.billing.disputes.record_dispute import record_dispute
from commerce.billing.models import Attempt, Dispute, Incident
from commerce.billing.payments.provider import provider
from tests.context.billing.flows import NOON, balances, bought, findings, ship

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def disputed(stripe):
    """The provider's id of a dispute about a delivered order."""
    order = bought()
    ship(order)
    intent = provider()._client.v1.payment_intents.retrieve(Attempt.objects.get().provider_id)
    return stripe.control("POST", f"charges/{intent.latest_charge}/dispute", {})["id"]


def look(dispute_id):
    return record_dispute(answer=provider().retrieve_dispute(dispute_id), now=NOON)


class TestADispute:
    def test_takes_the_money_out_of_the_clearing_account(self, disputed):
        look(disputed)

        assert balances() == {"disputed_funds": 30_99, "revenue": -30_99}
        assert Dispute.objects.get().withdrawn_at == NOON
        assert Incident.objects.get().kind == "dispute_opened"
        assert findings() == []

    def test_that_is_won_brings_it_back(self, disputed, stripe):
        look(disputed)
        stripe.control("POST", f"disputes/{disputed}/close", {"outcome": "won"})

        look(disputed)

        assert Dispute.objects.get().status == "won"
        assert balances() == {"provider_clearing": 30_99, "revenue": -30_99}

    def test_that_is_lost_is_a_loss(self, disputed, stripe):
        look(disputed)
        stripe.control("POST", f"disputes/{disputed}/close", {"outcome": "lost"})

        look(disputed)

        assert balances() == {"dispute_losses": 30_99, "revenue": -30_99}

    def test_is_booked_once_however_often_it_is_told(self, disputed, stripe):
        look(disputed)
        look(disputed)
        stripe.control("POST", f"disputes/{disputed}/close", {"outcome": "lost"})
        look(disputed)
        look(disputed)

        assert balances() == {"dispute_losses": 30_99, "revenue": -30_99}

    def test_that_is_first_heard_of_when_it_is_over_is_booked_whole(self, disputed, stripe):
        stripe.control("POST", f"disputes/{disputed}/close", {"outcome": "won"})

        look(disputed)

        assert balances() == {"provider_clearing": 30_99, "revenue": -30_99}
        assert Dispute.objects.get().reinstated_at == NOON

    def test_of_another_shops_payment_is_none_of_ours(self, disputed):
        Attempt.objects.update(provider_id="pi_other")

        assert look(disputed) is None
