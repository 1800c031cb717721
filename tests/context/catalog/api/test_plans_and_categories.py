"""Plans and categories over REST."""

import pytest

from tests.factories.catalog import (
    CategoryFactory,
    PlanPriceFactory,
    PlanVersionFactory,
    offered,
    on_sale,
)

pytestmark = pytest.mark.django_db


class TestPlans:
    def test_show_the_terms_new_subscribers_get(self, api, django_assert_num_queries):
        on_sale("beans")
        offered("coffee", title="Coffee", price=6_99, sku="beans", trial_days=7)

        with django_assert_num_queries(1):
            body = api.get("/v1/plans").json()

        [plan] = body["data"]
        assert plan | {"id": ""} == {
            "id": "",
            "code": "coffee",
            "version": 1,
            "title": "Coffee",
            "kind": "goods",
            "interval_unit": "month",
            "interval_count": 1,
            "trial_days": 7,
            "anchor_day": None,
            "price": {"amount": 6_99, "currency": "USD"},
            "setup_fee": {"amount": 0, "currency": "USD"},
            "minimum": {"amount": 0, "currency": "USD"},
            "charges": [],
            "phases": [],
            "sku": "beans",
            "feature": None,
        }
        assert (body["next_cursor"], body["has_more"]) == (None, False)

    def test_show_the_latest_version_that_is_published(self, api):
        first = offered("membership", title="One")
        second = offered_again(first, 2, title="Two")
        offered_again(first, 3, title="Three", published_at=None)

        [plan] = api.get("/v1/plans").json()["data"]

        assert (plan["version"], plan["title"]) == (second.version, "Two")

    def test_show_what_has_a_price_in_the_currency(self, api):
        offered("membership", currency="EUR", price=4_00)

        assert api.get("/v1/plans").json()["data"] == []
        [plan] = api.get("/v1/plans", {"currency": "EUR"}).json()["data"]
        assert plan["price"] == {"amount": 4_00, "currency": "EUR"}

    def test_come_page_by_page(self, api):
        for n in range(3):
            offered(f"plan-{n}")

        first = api.get("/v1/plans", {"limit": 2}).json()
        second = api.get("/v1/plans", {"limit": 2, "cursor": first["next_cursor"]}).json()

        codes = [x["code"] for x in first["data"] + second["data"]]
        assert codes == ["plan-0", "plan-1", "plan-2"]

    @pytest.mark.parametrize("query", [{"currency": "x"}, {"q": "x"}, {"cursor": "x"}])
    def test_refuse_a_query_they_do_not_understand(self, api, query):
        assert api.get("/v1/plans", query).status_code == 400


class TestCategories:
    def test_show_the_tree(self, api, django_assert_num_queries):
        drinks = CategoryFactory(slug="drinks", name="Drinks")
        CategoryFactory(slug="tea", name="Tea", parent=drinks)

        with django_assert_num_queries(1):
            body = api.get("/v1/categories").json()

        assert [(x["slug"], x["name"], x["parent"], x["path"]) for x in body["data"]] == [
            ("drinks", "Drinks", None, "drinks"),
            ("tea", "Tea", "drinks", "drinks/tea"),
        ]

    def test_come_page_by_page(self, api):
        for n in range(3):
            CategoryFactory(slug=f"c{n}")

        first = api.get("/v1/categories", {"limit": 2}).json()
        second = api.get("/v1/categories", {"limit": 2, "cursor": first["next_cursor"]}).json()

        assert [x["slug"] for x in first["data"] + second["data"]] == ["c0", "c1", "c2"]


def offered_again(first, version, **terms):
    later = PlanVersionFactory(plan=first.plan, version=version, **terms)
    PlanPriceFactory(plan_version=later)
    return later
