"""A checkout with promotions, over HTTP and with the real catalog: shown, used, paid, called off."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.billing.checkout.expire_checkouts import expire_checkouts
from commerce.billing.ledger.check_ledger import check_ledger
from commerce.billing.models import Checkout, Invoice, Order, OutboxMessage
from commerce.billing.orders.cancel_order import cancel_order
from commerce.billing.orders.record_canceled_units import record_canceled_units
from commerce.billing.orders.record_shipment import record_shipment
from commerce.billing.orders.refund_order import refund_order
from commerce.catalog.interface.services import ConfirmRedemptionsV1
from commerce.catalog.models import Coupon, Promotion, Redemption
from commerce.catalog.promotions.confirm_redemptions import confirm_redemptions
from commerce.catalog.promotions.release_redemptions import release_redemptions
from commerce.catalog.promotions.terms import Selection
from commerce.fulfilment.models import StockLevel
from commerce.shared import clock
from commerce.shared.codec import from_plain
from commerce.shared.ids import encode, new_id
from tests.context.billing.requests import complete, start
from tests.factories.billing import TaxRateFactory
from tests.factories.catalog import CategoryFactory, on_sale, promoted
from tests.factories.fulfilment import delivery_to, stock

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def shop(stripe):
    """Mugs for 12.50 among the cups, pots for 30.00, delivered for 5.99; a tenth is taxed."""
    TaxRateFactory(country="US", category="general", percent=10)
    on_sale("mug", price=12_50, categories=[CategoryFactory(slug="cups")])
    on_sale("pot", price=30_00)
    on_sale("spoon", price=3_00)
    for sku in ("mug", "pot", "spoon"):
        stock(sku, east=5)
    delivery_to("US")
    return stripe


def change(api, checkout, **changes):
    answer = api.patch(
        f"/v1/checkouts/{checkout['id']}",
        changes,
        format="json",
        headers={"Client-Secret": checkout["client_secret"]},
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def amounts(totals):
    return {name: x["amount"] for name, x in totals.items() if isinstance(x, dict)}


def told(name):
    rows = OutboxMessage.objects.filter(name=f"catalog.{name}.v1").order_by("id")
    return list(rows.values_list("payload", flat=True))


def hear():
    """Deliver what the catalog was told, in the order of words rather than of time."""
    for payload in told("confirm_redemptions"):
        message = from_plain(ConfirmRedemptionsV1, payload)
        confirm_redemptions(
            reference=message.reference,
            promotion_ids=message.promotion_ids,
            uses=message.uses,
            confirmed_at=message.confirmed_at,
        )
    for payload in told("release_redemptions"):
        release_redemptions(references=payload["references"], released_at=clock.now())


def balanced():
    return check_ledger().findings == {name: [] for name in check_ledger().findings}


@pytest.fixture
def three_kinds():
    """A tenth off cups, five dollars off all with a code, and half the delivery."""
    return (
        promoted(title="Cups", targets=Selection(categories=["cups"])),
        promoted("fixed", lane="order", title="Welcome", code="WELCOME", amount=5_00),
        promoted(lane="shipping", title="Half the way", percent=Decimal(50)),
    )


class TestACheckoutWithPromotions:
    def test_shows_what_each_takes_off_and_why(self, api, three_kinds):
        checkout = start(api, promotion_codes=["welcome"])

        mug, pot = checkout["lines"]
        assert [(x["title"], x["code"], x["amount"]["amount"], x["why"]) for x in mug["discounts"]] == [
            ("Cups", None, 2_50, "10% of 25.00 USD"),
            ("Welcome", "WELCOME", 2_14, "share of 5.00 USD"),
        ]  # fmt: skip
        assert [x["amount"]["amount"] for x in pot["discounts"]] == [2_86]
        [off_delivery] = checkout["delivery_discounts"]
        assert (off_delivery["amount"]["amount"], off_delivery["why"]) == (3_00, "50% of 5.99 USD")
        assert checkout["delivery_options"][0]["price"]["amount"] == 5_99
        assert checkout["delivery_options"][0]["discount"]["amount"] == 3_00
        # Tax: 20.36 → 2.04, 27.14 → 2.71, 2.99 → 0.30.
        assert amounts(checkout["totals"]) == {
            "items": 55_00,
            "discount": 7_50,
            "delivery": 2_99,
            "tax": 5_05,
            "total": 55_54,
        }
        assert [(x["title"], x["amount"]["amount"]) for x in checkout["promotions"]] == [
            ("Cups", 2_50),
            ("Welcome", 5_00),
        ]

    def test_shows_again_what_it_has_shown(self, api, three_kinds):
        checkout = start(api, promotion_codes=["WELCOME"])
        secret = checkout.pop("client_secret")

        again = api.get(f"/v1/checkouts/{checkout['id']}", headers={"Client-Secret": secret})

        assert again.json() == checkout

    def test_says_why_a_code_does_nothing(self, api):
        promoted(code="BIG", title="Big spender", minimum_total=100_00)

        checkout = start(api, promotion_codes=["BIG"])

        assert checkout["refused_promotions"] == [
            {"title": "Big spender", "code": "BIG", "reason": "minimum_not_reached"}
        ]
        assert checkout["totals"]["discount"]["amount"] == 0

    def test_refuses_a_code_that_nobody_made(self, api):
        answer = api.post(
            "/v1/checkouts",
            {
                "currency": "USD",
                "email": "ada@example.com",
                "lines": [{"sku": "mug", "quantity": 1}],
                "promotion_codes": ["NOBODYS"],
            },
            format="json",
        )

        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_promotion_code")

    def test_is_priced_anew_when_a_code_is_added(self, api, three_kinds):
        checkout = start(api)

        changed = change(api, checkout, promotion_codes=["WELCOME"])

        assert changed["totals"]["discount"]["amount"] == 7_50


class TestAnOrderWithPromotions:
    def test_costs_what_was_shown_and_uses_them_up(self, api, stripe, three_kinds):
        checkout = start(api, promotion_codes=["WELCOME"])

        answer = complete(api, checkout)

        assert answer.status_code == 201, answer.content
        order = answer.json()["order"]
        assert order["totals"] == checkout["totals"]
        assert [x["discount"]["amount"] for x in order["lines"]] == [4_64, 2_86]
        assert [(x["title"], x["amount"]["amount"]) for x in order["promotions"]] == [
            ("Cups", 2_50),
            ("Welcome", 5_00),
            ("Half the way", 3_00),
        ]
        assert [x["amount"] for x in stripe.journal()] == [55_54]
        assert [
            (x.kind, x.unit_price_minor, x.discount_minor, x.net_minor)
            for x in Invoice.objects.get().lines.all()
        ] == [("item", 12_50, 4_64, 20_36), ("item", 30_00, 2_86, 27_14), ("delivery", 5_99, 3_00, 2_99)]  # fmt: skip
        hear()
        used = Redemption.objects.values_list("status", "reference")
        assert set(used) == {("confirmed", checkout["id"])}
        assert [x.times_used for x in Promotion.objects.all()] == [1, 1, 1]
        assert balanced()

    def test_takes_at_most_fifty_statements(self, api, three_kinds):
        with CaptureQueriesContext(connection) as seen:
            answer = complete(api, start(api, promotion_codes=["WELCOME"]))

        assert answer.status_code == 201
        statements = [query["sql"] for query in seen]
        assert len(statements) <= 50, json.dumps(statements, indent=1)

    def test_refunds_units_at_what_was_charged_for_them(self, api, stripe, three_kinds):
        complete(api, start(api, promotion_codes=["WELCOME"]))
        order = Order.objects.get()
        mug = order.lines.get(sku="mug")

        one = refund_order(
            order_id=order.pk,
            reference="one",
            reason="broken",
            units_by_line={mug.pk: 1},
            with_delivery=True,
            now=clock.now(),
        )

        # Half of 20.36 + 2.04, and 2.99 + 0.30 of the delivery.
        assert one.amount_minor == 11_20 + 3_29
        assert balanced()

    @pytest.mark.parametrize("by", ["customer", "warehouse"])
    def test_gives_everything_back_when_it_is_canceled(self, api, stripe, three_kinds, by):
        complete(api, start(api, promotion_codes=["WELCOME"]))
        order = Order.objects.get()

        if by == "customer":
            cancel_order(order_id=order.pk, reason="changed_mind", now=clock.now())
        else:
            record_canceled_units(
                order_id=order.pk,
                units_by_line={str(line.pk): line.quantity for line in order.lines.all()},
                reason="lost",
                canceled_at=clock.now(),
                now=clock.now(),
            )
        hear()

        assert [x["amount"] for x in stripe.journal()] == [55_54, 55_54]
        assert set(Redemption.objects.values_list("status", flat=True)) == {"released"}
        assert [x.times_used for x in Promotion.objects.all()] == [0, 0, 0]
        assert balanced()

    def test_is_earned_to_the_cent_as_it_is_shipped(self, api, three_kinds):
        complete(api, start(api, promotion_codes=["WELCOME"]))
        order = Order.objects.get()

        record_shipment(
            order_id=order.pk,
            shipment_id=new_id(),
            units_by_line={str(line.pk): line.quantity for line in order.lines.all()},
            carrier="ups",
            tracking_number="1Z",
            at=clock.now(),
        )

        assert [x.deferred_minor for x in Invoice.objects.get().lines.all()] == [0, 0, 0]
        assert balanced()

    def test_may_be_delivered_for_nothing(self, api, stripe):
        promoted("free_delivery", lane="shipping", title="On us")

        checkout = start(api)
        complete(api, checkout)

        assert checkout["totals"]["delivery"]["amount"] == 0
        delivery = Invoice.objects.get().lines.get(kind="delivery")
        assert (delivery.unit_price_minor, delivery.discount_minor, delivery.total_minor) == (
            *(5_99, 5_99, 0),
        )
        assert balanced()

    def test_may_cost_nothing_at_all(self, api, stripe):
        promoted("percent", lane="order", percent=Decimal(100))
        promoted("free_delivery", lane="shipping")

        answer = complete(api, start(api))

        assert answer.json()["order"]["status"] == "paid"
        assert stripe.journal() == []
        hear()
        assert set(Redemption.objects.values_list("status", flat=True)) == {"confirmed"}


class TestAGift:
    @pytest.fixture(autouse=True)
    def spoon(self):
        return promoted("gift", lane="order", title="A spoon", gift_sku="spoon")

    def test_comes_last_and_costs_nothing(self, api):
        checkout = start(api)

        gift = checkout["lines"][-1]
        assert (gift["sku"], gift["is_gift"], gift["total"]["amount"]) == ("spoon", True, 0)
        order = complete(api, checkout).json()["order"]
        assert [(x["sku"], x["is_gift"]) for x in order["lines"]] == [
            ("mug", False),
            ("pot", False),
            ("spoon", True),
        ]
        assert StockLevel.objects.get(sku="spoon").reserved == 1
        assert balanced()

    def test_is_not_wanted_twice_when_the_checkout_is_changed(self, api):
        checkout = start(api)

        answer = api.patch(
            f"/v1/checkouts/{checkout['id']}",
            {"email": "grace@example.com"},
            format="json",
            headers={"Client-Secret": checkout["client_secret"]},
        )

        assert [x["sku"] for x in answer.json()["lines"]] == ["mug", "pot", "spoon"]

    def test_that_is_out_of_stock_stops_no_sale(self, api):
        checkout = start(api)
        StockLevel.objects.filter(sku="spoon").update(on_hand=0)

        answer = complete(api, checkout)

        assert answer.status_code == 201, answer.content
        order = answer.json()["order"]
        assert [x["sku"] for x in order["lines"]] == ["mug", "pot"]
        assert order["promotions"] == []
        assert order["totals"]["total"] == checkout["totals"]["total"]
        assert not Redemption.objects.exists()

    def test_hides_no_shortage_of_what_was_bought(self, api):
        checkout = start(api)
        StockLevel.objects.filter(sku="pot").update(on_hand=0)

        answer = complete(api, checkout)

        assert (answer.status_code, answer.json()["code"]) == (409, "out_of_stock")


class TestWhatIsUsedUp:
    def test_is_refused_and_nothing_is_held(self, api):
        promotion = promoted(code="ONCE", limit_total=1)
        first, second = (start(api, promotion_codes=["ONCE"]) for _ in range(2))
        complete(api, first)

        answer = complete(api, second)

        # Quoted again before anything is held: the code does nothing any more.
        assert (answer.status_code, answer.json()["code"]) == (409, "total_changed")
        assert StockLevel.objects.get(sku="mug").reserved == 2
        assert Promotion.objects.get(pk=promotion.pk).times_used == 1
        [refused] = api.get(
            f"/v1/checkouts/{second['id']}", headers={"Client-Secret": second["client_secret"]}
        ).json()["refused_promotions"]
        assert (refused["code"], refused["reason"]) == ("ONCE", "limit_reached")

    def test_between_quote_and_hold_gives_the_stock_back(self, api, monkeypatch):
        promotion = promoted(code="ONCE", limit_total=1)
        checkout = start(api, promotion_codes=["ONCE"])
        from commerce.billing.checkout import complete_checkout as module

        real = module._reserve_stock

        def somebody_is_faster(*args, **kwargs):
            Promotion.objects.filter(pk=promotion.pk).update(times_used=1)
            return real(*args, **kwargs)

        monkeypatch.setattr(module, "_reserve_stock", somebody_is_faster)

        answer = complete(api, checkout)

        assert (answer.status_code, answer.json()["code"]) == (409, "promotion_exhausted")
        assert answer.json()["promotion_code"] == "ONCE"
        assert StockLevel.objects.get(sku="mug").reserved == 0
        assert not Order.objects.exists()

    def test_by_the_same_customer_is_told_when_it_is_shown(self, api):
        promoted(code="MINE", limit_per_customer=1)
        complete(api, start(api, promotion_codes=["MINE"]))

        again = start(api, promotion_codes=["MINE"], email="ADA@example.com")
        other = start(api, promotion_codes=["MINE"], email="grace@example.com")

        assert [x["reason"] for x in again["refused_promotions"]] == ["limit_per_customer_reached"]
        assert other["refused_promotions"] == []

    def test_by_its_own_earlier_try_is_no_obstacle(self, api, monkeypatch):
        promoted(code="ONCE", limit_total=1)
        checkout = start(api, promotion_codes=["ONCE"])
        from commerce.billing.checkout import complete_checkout as module

        def dies(*args, **kwargs):
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(module, "_place", dies)
            with pytest.raises(KeyboardInterrupt):
                complete(api, checkout)

        answer = complete(api, checkout)

        assert answer.status_code == 201, answer.content
        assert Coupon.objects.get().times_used == 1

    @pytest.mark.parametrize("is_changed", [False, True])
    def test_for_a_checkout_that_died_is_free_again_when_it_expires(
        self, api, monkeypatch, is_changed
    ):
        promotion = promoted(code="ONCE", limit_total=1)
        checkout = start(api, promotion_codes=["ONCE"])
        from commerce.billing.checkout import complete_checkout as module

        def dies(*args, **kwargs):
            raise KeyboardInterrupt

        monkeypatch.setattr(module, "_place", dies)
        with pytest.raises(KeyboardInterrupt):
            complete(api, checkout)
        assert Promotion.objects.get(pk=promotion.pk).times_used == 1
        if is_changed:
            change(api, checkout, promotion_codes=[])

        assert expire_checkouts(now=Checkout.objects.get().expires_at) == 1
        hear()

        assert Promotion.objects.get(pk=promotion.pk).times_used == 0


class TestAPromotionForNewcomers:
    def test_is_for_the_first_order_of_an_address(self, api):
        promoted(title="Hello", first_order_only=True)

        first = start(api)
        complete(api, first)
        second = start(api, email="Ada@Example.com")

        assert first["totals"]["discount"]["amount"] == 5_50
        assert second["totals"]["discount"]["amount"] == 0

    def test_counts_no_order_that_was_canceled(self, api):
        promoted(title="Hello", first_order_only=True)
        complete(api, start(api))
        cancel_order(order_id=Order.objects.get().pk, reason="changed_mind", now=clock.now())
        hear()

        assert start(api)["totals"]["discount"]["amount"] == 5_50


def test_the_promotions_public_id_is_the_catalogs(api):
    promotion = promoted()

    assert start(api)["promotions"][0]["promotion"] == encode("promo", promotion.pk)
