"""Access that was paid for is earned once its period is over."""

from __future__ import annotations

import pytest

from commerce.billing.checkout.price_checkout import WantedLine
from commerce.billing.invoices.recognize_periods import recognize_periods
from commerce.billing.models import SubscriptionPeriod
from commerce.shared.money import Money
from tests.context.billing.flows import SECOND, balances, bought, findings, mugs

pytestmark = pytest.mark.usefixtures("shop")


@pytest.fixture
def end(catalog, stripe):
    """A mug and a month of membership, both paid; gives the month's end."""
    catalog.sell_plan("membership", Money(5_00, "USD"))
    bought(*mugs(1), WantedLine(plan="membership", quantity=1))
    return SubscriptionPeriod.objects.get().period_end


class TestAPeriod:
    def test_is_deferred_until_its_end(self, end):
        assert recognize_periods(now=end - SECOND) == 0
        assert "revenue" not in balances()

    def test_is_earned_at_its_end_and_the_goods_beside_it_are_not(self, end):
        assert recognize_periods(now=end) == 1

        assert balances()["revenue"] == -5_00
        assert balances()["deferred_revenue"] == -(12_50 + 5_99)
        assert findings() == []

    def test_is_earned_once(self, end):
        recognize_periods(now=end)

        assert recognize_periods(now=end) == 0
        assert balances()["revenue"] == -5_00
