"""Markets, price lists and prices side by side over HTTP."""

import pytest

from commerce.catalog.models import PriceList
from commerce.shared import clock, ids
from tests.factories.catalog import MarketFactory, PriceFactory, PriceListFactory, on_sale
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

EUROPE = {
    "code": "eu",
    "name": "Europe",
    "currency": "EUR",
    "locale": "de-DE",
    "countries": ["DE", "FR"],
    "prices_include_tax": True,
}
SALE = {"code": "sale", "name": "Sale", "currency": "USD"}


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


def send(client, verb, address, body=None, **headers):
    return getattr(client, verb)(f"/v1/{address}", body or {}, format="json", headers=headers)


class TestMarkets:
    def test_are_there_for_everybody_to_read(self, api):
        MarketFactory(code="us", countries=["US"])

        [market] = api.get("/v1/markets").json()["data"]

        assert (market["code"], market["countries"], market["is_default"]) == ("us", ["US"], True)
        assert api.get("/v1/markets/us")["ETag"] == '"1"'
        assert api.get("/v1/markets/eu").json()["code"] == "unknown_market"

    def test_are_created_and_changed_by_staff(self, staff):
        made = send(staff, "post", "markets", EUROPE)
        assert made.status_code == 201, made.content

        missing = send(staff, "patch", "markets/eu", {"countries": ["DE"]})
        stale = send(staff, "patch", "markets/eu", {"countries": ["DE"]}, **{"If-Match": '"7"'})
        changed = send(
            staff, "patch", "markets/eu", {"countries": ["DE"]}, **{"If-Match": made["ETag"]}
        )

        assert (missing.status_code, stale.status_code) == (428, 412)
        assert (changed.json()["countries"], changed["ETag"]) == (["DE"], '"2"')

    def test_are_not_changed_by_others(self, api, sign_in):
        assert send(api, "post", "markets", EUROPE).status_code == 401
        clerk = sign_in(UserFactory(roles=["support"]))
        assert send(clerk, "post", "markets", EUROPE).status_code == 403

    @pytest.mark.parametrize(
        "wrong",
        [{"currency": "XXX"}, {"countries": "DE"}, {"prices_include_tax": 1}, {"unknown": 1}],
    )
    def test_refuse_what_is_not_described(self, staff, wrong):
        assert send(staff, "post", "markets", EUROPE | wrong).status_code == 422


class TestPriceLists:
    def test_go_through_their_life(self, staff):
        made = send(staff, "post", "price-lists", SALE)
        assert made.status_code == 201, made.content
        address = f"price-lists/{made.json()['id']}"

        changed = send(staff, "patch", address, {"priority": 3}, **{"If-Match": made["ETag"]})
        active = send(staff, "post", f"{address}/activate")
        fixed = send(staff, "patch", address, {"priority": 4}, **{"If-Match": "*"})
        ended = send(staff, "post", f"{address}/end")

        assert [x.json().get("status") for x in (changed, active, ended)] == [
            *("draft", "active", "ended"),
        ]
        assert (fixed.status_code, fixed.json()["code"]) == (409, "price_list_is_active")
        assert staff.get(f"/v1/{address}").json()["version"] == 4

    def test_are_listed_by_their_status(self, staff):
        PriceListFactory(code="old", status="ended", ended_at=clock.now())
        PriceListFactory(code="new")

        listed = staff.get("/v1/price-lists", {"filter[status]": "active"}).json()["data"]

        assert [x["code"] for x in listed] == ["new"]
        assert staff.get("/v1/price-lists", {"filter[status]": "x"}).status_code == 400

    def test_are_nobody_elses_business(self, api):
        assert api.get("/v1/price-lists").status_code == 401


class TestPrices:
    @pytest.fixture
    def mug(self):
        MarketFactory(code="us", countries=["US"])
        PriceListFactory(code="sale")
        return on_sale("mug", price=12_50)

    def put(self, staff, mug, **more):
        body = {"sku": "mug", "price": {"amount": 9_00, "currency": "USD"}} | more
        return send(staff, "post", f"products/{ids.encode('prod', mug.product_id)}/prices", body)

    def test_stand_in_lists_from_a_quantity_on_beside_a_regular_price(self, staff, mug):
        made = self.put(
            staff,
            mug,
            price_list="sale",
            min_quantity=10,
            compare_at={"amount": 12_50, "currency": "USD"},
        )

        assert made.status_code == 201, made.content
        said = made.json()
        assert (said["price_list"], said["min_quantity"]) == ("sale", 10)
        assert said["compare_at"]["amount"] == 12_50

    def test_are_found_by_sku_and_list(self, staff, mug):
        self.put(staff, mug, price_list="sale")
        address = f"/v1/products/{ids.encode('prod', mug.product_id)}/prices"

        def found(**filters):
            names = {f"filter[{name}]": x for name, x in filters.items()}
            return [x["price"]["amount"] for x in staff.get(address, names).json()["data"]]

        assert found() == [9_00, 12_50]
        assert (found(price_list="sale"), found(price_list="")) == ([9_00], [12_50])
        assert (found(sku="mug", price_list="sale"), found(sku="pot")) == ([9_00], [])

    def test_end(self, staff, mug):
        self.put(staff, mug, price_list="sale")
        address = f"products/{ids.encode('prod', mug.product_id)}/prices/end"

        base = send(staff, "post", address, {"sku": "mug", "currency": "USD"})
        ended = send(
            staff, "post", address, {"sku": "mug", "currency": "USD", "price_list": "sale"}
        )

        assert (base.status_code, ended.status_code) == (422, 204)

    def test_stand_side_by_side(self, staff, mug):
        PriceFactory(variant=mug, amount_minor=11_00, min_quantity=10)
        PriceFactory(variant=mug, currency="EUR", amount_minor=10_00, compare_at_minor=14_00)
        self.put(staff, mug, price_list="sale")
        address = f"/v1/products/{ids.encode('prod', mug.product_id)}/price-table"

        [variant] = staff.get(address).json()["variants"]

        eur, us = variant["markets"]
        assert (us["market"], us["price"]["amount"], us["price_list"]) == ("us", 9_00, "sale")
        assert (eur["market"], eur["compare_at"]["amount"], eur["lowest_30_days"]) == (
            *("eur", 14_00, None),
        )
        assert staff.get(address, {"at": "yesterday"}).status_code == 400
        then = staff.get(address, {"at": "2021-01-01T00:00:00+00:00"}).json()["variants"][0]
        assert {x["price"]["amount"] for x in then["markets"]} == {10_00, 12_50}

    def test_have_a_history_in_each_market(self, staff, mug):
        self.put(staff, mug, price_list="sale", compare_at={"amount": 12_50, "currency": "USD"})
        address = f"/v1/products/{ids.encode('prod', mug.product_id)}/price-history"

        answer = staff.get(address, {"sku": "mug", "market": "us", "days": 30}).json()

        assert [x["price"]["amount"] for x in answer["periods"]] == [12_50, 9_00]
        assert answer["lowest_30_days"]["amount"] == 12_50
        for wrong in ({"sku": "mug"}, {"sku": "mug", "market": "us", "days": 999}):
            assert staff.get(address, wrong).status_code == 400
        assert staff.get(address, {"sku": "mug", "market": "eu"}).status_code == 404
        assert staff.get(address, {"sku": "mug", "market": "eur"}).json()["periods"] == []

    def test_of_an_unknown_list_are_refused(self, staff, mug):
        assert self.put(staff, mug, price_list="x").json()["code"] == "unknown_price_list"
        assert PriceList.objects.count() == 1
