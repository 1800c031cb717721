"""Promotions over REST, for staff: made, changed, given codes, ended, and explained."""

import datetime as dt
import time

import pytest

from commerce.catalog.models import Collection, CollectionMember, Coupon, Promotion
from commerce.catalog.promotions.terms import Selection
from commerce.identity.models import AuditEntry
from commerce.shared.ids import encode
from tests.factories.catalog import CategoryFactory, CouponFactory, on_sale, promoted
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
TENTH = {"title": "A tenth", "lane": "item", "terms": {"effect": "percent", "percent": "10"}}


@pytest.fixture
def staff(sign_in):
    return sign_in(UserFactory(roles=["catalog"]))


def path(promotion, *rest):
    return "/".join([f"/v1/promotions/{encode('promo', promotion.pk)}", *rest])


def create(staff, **words):
    answer = staff.post("/v1/promotions", {**TENTH, **words}, format="json")
    assert answer.status_code == 201, answer.content
    return Promotion.objects.latest("id")


class TestWhoMay:
    @pytest.mark.parametrize(
        ("method", "rest"),
        [
            ("get", []),
            ("patch", []),
            ("post", ["activate"]),
            ("post", ["end"]),
            ("get", ["coupons"]),
            ("post", ["coupons"]),
            ("post", ["coupons", "disable"]),
            ("get", ["redemptions"]),
        ],
    )
    def test_is_staff_of_the_catalog(self, api, sign_in, method, rest):
        url = path(promoted(), *rest)

        assert getattr(api, method)(url).status_code == 401
        for caller in (UserFactory(), UserFactory(roles=["warehouse"])):
            assert getattr(sign_in(caller), method)(url).status_code == 403

    def test_explain_is_support_as_well(self, sign_in):
        on_sale("mug")
        body = {"currency": "USD", "lines": [{"sku": "mug", "quantity": 1}]}

        for role, status in (("support", 200), ("catalog", 200), ("warehouse", 403)):
            client = sign_in(UserFactory(roles=[role]))
            answer = client.post("/v1/promotions/explain", body, format="json")
            assert answer.status_code == status, role


class TestCreating:
    def test_gives_a_draft_with_its_etag(self, staff):
        CategoryFactory(slug="cups")
        terms = {
            "effect": "buy_x_get_y",
            "buy_quantity": 2,
            "get_quantity": 1,
            "targets": {"categories": ["cups"]},
            "minimum_total": {"amount": 10_00, "currency": "USD"},
        }

        answer = staff.post(
            "/v1/promotions",
            {**TENTH, "terms": terms, "currency": "USD", "limit_total": 100},
            format="json",
        )

        body = answer.json()
        assert (answer.status_code, answer["ETag"]) == (201, '"1"')
        assert (body["status"], body["limit_total"], body["times_used"]) == ("draft", 100, 0)
        assert body["terms"]["targets"]["categories"] == ["cups"]
        assert AuditEntry.objects.get().action == "catalog.promotion.create"

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"lane": "shipping", "terms": {"effect": "gift", "gift_sku": "mug"}}, "effect"),
            ({"terms": {"effect": "percent"}}, "percent"),
            ({"terms": {"effect": "percent", "percent": "0"}}, "percent"),
            ({"terms": {"effect": "percent", "percent": "10", "quantity": 2}}, "quantity"),
            (
                {"terms": {"effect": "fixed", "amount": {"amount": 1, "currency": "USD"}}},
                "amount",
            ),
            (
                {"terms": {"effect": "percent", "percent": "9", "targets": {"skus": ["no"]}}},
                "targets.skus",
            ),
            ({"terms": {"effect": "percent", "percent": "9", "markets": ["no"]}}, "markets"),
            ({"budget": {"amount": 1, "currency": "USD"}}, "budget"),
        ],
    )
    def test_refuses_what_makes_no_sense(self, staff, words, field):
        answer = staff.post("/v1/promotions", {**TENTH, **words}, format="json")

        assert (answer.status_code, answer.json()["field"]) == (422, field), answer.content
        assert not Promotion.objects.exists()

    @pytest.mark.parametrize(
        "words",
        [
            {"title": ""},
            {"lane": "no"},
            {"terms": {}},
            {"unknown": 1},
            {"terms": {"effect": "percent", "percent": 10}},
            {"limit_total": 0},
        ],
    )
    def test_reads_strictly(self, staff, words):
        answer = staff.post("/v1/promotions", {**TENTH, **words}, format="json")

        assert answer.status_code == 422, answer.content


class TestChanging:
    def test_needs_the_version_that_was_read(self, staff):
        promotion = create(staff)

        missing = staff.patch(path(promotion), {"title": "New"}, format="json")
        stale = staff.patch(
            path(promotion), {"title": "New"}, format="json", headers={"If-Match": '"7"'}
        )
        done = staff.patch(
            path(promotion), {"title": "New"}, format="json", headers={"If-Match": '"1"'}
        )

        assert [x.status_code for x in (missing, stale, done)] == [428, 412, 200]
        assert (done.json()["title"], done["ETag"]) == ("New", '"2"')

    def test_leaves_the_version_where_nothing_changes(self, staff):
        promotion = create(staff)

        same = staff.patch(
            path(promotion), {"title": "A tenth"}, format="json", headers={"If-Match": "*"}
        )

        assert same["ETag"] == '"1"'

    def test_keeps_the_terms_of_what_is_active(self, staff):
        promotion = promoted()

        terms = staff.patch(
            path(promotion),
            {"terms": {"effect": "percent", "percent": "50"}},
            format="json",
            headers={"If-Match": "*"},
        )
        limit = staff.patch(
            path(promotion), {"limit_total": 5}, format="json", headers={"If-Match": "*"}
        )

        assert (terms.status_code, terms.json()["code"]) == (409, "promotion_terms_are_fixed")
        assert (limit.status_code, limit.json()["limit_total"]) == (200, 5)

    def test_lowers_no_limit_below_what_was_used(self, staff):
        promotion = promoted(times_used=6)

        answer = staff.patch(
            path(promotion), {"limit_total": 5}, format="json", headers={"If-Match": "*"}
        )

        assert (answer.status_code, answer.json()["code"]) == (409, "promotion_used_more_often")


class TestActivatingAndEnding:
    def test_makes_it_count_and_stops_it(self, staff):
        on_sale("mug", price=12_50)
        promotion = create(staff)
        any_version = {"If-Match": "*"}

        assert discounts(staff) == []
        assert staff.post(path(promotion, "activate"), headers=any_version).status_code == 200
        assert discounts(staff) == [(1_25, "10% of 12.50 USD")]
        ended = staff.post(path(promotion, "end"), headers=any_version)
        assert (ended.status_code, ended.json()["status"]) == (200, "ended")
        assert discounts(staff) == []

    def test_is_for_good(self, staff):
        promotion = promoted()
        staff.post(path(promotion, "end"), headers={"If-Match": "*"})

        again = staff.post(path(promotion, "activate"), headers={"If-Match": "*"})

        assert (again.status_code, again.json()["code"]) == (409, "promotion_is_over")

    def test_is_over_when_its_last_day_is(self, staff):
        promotion = promoted(ends_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))

        answer = staff.patch(
            path(promotion), {"ends_at": None}, format="json", headers={"If-Match": "*"}
        )

        assert (answer.status_code, answer.json()["code"]) == (409, "promotion_is_over")

    def test_waits_for_its_first_day(self, staff):
        on_sale("mug")
        promotion = create(staff, starts_at="2099-01-01T00:00:00Z")

        staff.post(path(promotion, "activate"), headers={"If-Match": "*"})

        assert discounts(staff) == []
        assert discounts(staff, at="2099-01-01T00:00:00Z") != []


def discounts(staff, **asked):
    answer = staff.post(
        "/v1/promotions/explain",
        {"currency": "USD", "lines": [{"sku": "mug", "quantity": 1}], **asked},
        format="json",
    )
    [line] = answer.json()["lines"]
    return [(x["amount"]["amount"], x["why"]) for x in line["discounts"]]


class TestCoupons:
    def test_are_named_and_naming_them_again_changes_nothing(self, staff):
        promotion = create(staff, needs_code=True)
        body = {"codes": ["Welcome-10", "HELLO"], "limit_total": 5}

        for _ in range(2):
            answer = staff.post(path(promotion, "coupons"), body, format="json")
            assert (answer.status_code, answer.json()["codes"]) == (201, body["codes"])

        listed = staff.get(path(promotion, "coupons")).json()["data"]
        assert [(x["code"], x["limit_total"]) for x in listed] == [("HELLO", 5), ("Welcome-10", 5)]

    def test_are_taken_whatever_their_letters(self, staff):
        CouponFactory(code="WELCOME")
        promotion = create(staff, needs_code=True)

        answer = staff.post(path(promotion, "coupons"), {"codes": ["welcome"]}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "coupon_code_taken")

    def test_are_drawn_by_the_hundred_thousand_in_seconds(self, staff):
        promotion = create(staff, needs_code=True)

        began = time.monotonic()
        answer = staff.post(
            path(promotion, "coupons"),
            {"count": 100_000, "prefix": "VIP-", "limit_total": 1},
            format="json",
        )
        took_s = time.monotonic() - began

        codes = answer.json()["codes"]
        assert len(set(codes)) == Coupon.objects.count() == 100_000
        assert all(code.startswith("VIP-") for code in codes)
        assert took_s < 30

    @pytest.mark.parametrize(
        "body",
        [{}, {"codes": ["A B C"]}, {"codes": ["ABC"], "count": 3}, {"codes": ["AAA", "aaa"]}],
    )
    def test_are_refused_where_they_make_no_sense(self, staff, body):
        promotion = create(staff, needs_code=True)

        answer = staff.post(path(promotion, "coupons"), body, format="json")

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")

    def test_are_not_for_what_everybody_gets(self, staff):
        answer = staff.post(path(promoted(), "coupons"), {"codes": ["ABC"]}, format="json")

        assert (answer.status_code, answer.json()["code"]) == (409, "promotion_needs_no_code")

    def test_bring_nothing_once_disabled(self, staff):
        on_sale("mug")
        promotion = promoted(code="TEN")
        CouponFactory(promotion=promotion, code="OTHER")

        answer = staff.post(
            path(promotion, "coupons", "disable"), {"codes": ["ten"]}, format="json"
        )

        assert answer.json() == {"disabled": 1}
        refused = staff.post(
            "/v1/promotions/explain",
            {
                "currency": "USD",
                "lines": [{"sku": "mug", "quantity": 1}],
                "promotion_codes": ["TEN"],
            },
            format="json",
        ).json()["refused_promotions"]
        assert [(x["code"], x["reason"]) for x in refused] == [("TEN", "disabled")]


class TestExplaining:
    def test_names_every_promotion_that_does_nothing(self, staff):
        on_sale("mug", price=12_50)
        promoted(title="For groups", customer_groups=["vip"])
        promoted(title="Above 20", minimum_total=20_00)
        promoted(lane="shipping", title="On the way")

        body = staff.post(
            "/v1/promotions/explain",
            {"currency": "USD", "lines": [{"sku": "mug", "quantity": 1}]},
            format="json",
        ).json()

        assert {(x["title"], x["reason"]) for x in body["refused_promotions"]} == {
            ("For groups", "not_for_this_customer"),
            ("Above 20", "minimum_not_reached"),
        }
        assert [x["title"] for x in body["delivery_promotions"]] == ["On the way"]
        assert body["total"] == {"amount": 12_50, "currency": "USD"}

    def test_takes_off_what_stands_in_a_collection(self, staff):
        mug, _pot = on_sale("mug", price=12_50), on_sale("pot", price=10_00)
        gifts = Collection.objects.create(
            slug="gifts", title="Gifts", kind="manual", created_at=NOON
        )
        CollectionMember.objects.create(collection=gifts, product=mug.product)
        promoted(title="Gifts", targets=Selection(collections=["gifts"]))

        body = staff.post(
            "/v1/promotions/explain",
            {
                "currency": "USD",
                "lines": [{"sku": "mug", "quantity": 1}, {"sku": "pot", "quantity": 1}],
            },
            format="json",
        ).json()

        assert [[y["amount"]["amount"] for y in x["discounts"]] for x in body["lines"]] == [
            [1_25],
            [],
        ]

    def test_knows_no_collection_that_there_is_not(self, staff):
        answer = staff.post(
            "/v1/promotions",
            {
                **TENTH,
                "terms": {**TENTH["terms"], "targets": {"collections": ["nowhere"]}},
            },
            format="json",
        )

        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_field")

    def test_lists_filter_by_state(self, staff):
        create(staff)
        promoted()

        def titles(query):
            return [x["title"] for x in staff.get(f"/v1/promotions{query}").json()["data"]]

        assert titles("?filter[status]=draft") == ["A tenth"]
        assert len(titles("")) == 2
        assert staff.get("/v1/promotions?filter[status]=no").status_code == 400
