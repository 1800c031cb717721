"""The one search box, the searches of lists, and what the first page counts."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from structlog.testing import capture_logs

from commerce.billing.models import (
    Attempt,
    Customer,
    Invoice,
    Order,
    ProviderEvent,
    TestClock,
)
from commerce.catalog.models import Card, Product, Variant
from commerce.fulfilment.models import FulfilmentOrder, Return, Shipment
from commerce.shared import ids
from commerce.shared.admin.find import TERM_LENGTH_MAX
from commerce.shared.api.urls import PREFIXES
from tests.context.admin.conftest import page_of, pages
from tests.context.admin.rows import rows_of

pytestmark = pytest.mark.django_db


def filters_in_plan(rows) -> list[str]:
    """Explain a query as if sequential scans were not allowed; give what no index answers."""
    sql, params = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {sql}", params)
        plan = [line for (line,) in cursor.fetchall()]
    return [line.strip() for line in plan if "Filter:" in line or "Seq Scan" in line]


def hits(client, term: str) -> list[tuple[str, str]]:
    """Give (what, kind) of each hit of the one search box, pages left out."""
    page = client.get(reverse("admin:search"), {"s": term}).context["results"]
    return [(hit.title, hit.description) for hit in page if hit.description != "page"]


class TestSearchedColumns:
    @pytest.mark.parametrize(
        ("page", "finder"),
        [(page, finder) for page in pages() for finder in page.finders],
        ids=lambda x: getattr(x, "lookup", None) or x.opts.label,
    )
    def test_have_an_index(self, page, finder):
        if "__" in finder.lookup:
            # The planner finds its way between two tables only if there is something in them.
            rows_of(page.model, 200)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

        assert filters_in_plan(page.model._default_manager.filter(_condition_of(finder))) == []

    @pytest.mark.parametrize("page", pages(), ids=lambda page: page.opts.label)
    def test_stand_in_one_table(self, page):
        """No index answers "this column or that one of another table"."""
        lookups = [finder.lookup for finder in page.finders]

        assert len(lookups) == 1 or not [lookup for lookup in lookups if "__" in lookup]


def _condition_of(finder):
    """Ask a finder for something it can read: an address, or the right kind of public id."""
    terms = ["ada@example.com", *(ids.encode(prefix, ids.new_id()) for prefix in PREFIXES)]
    return next(q for term in terms if (q := finder.condition(term)) is not None)


class TestQueues:
    @pytest.mark.parametrize(
        ("page", "queue"),
        [(page, queue) for page in pages() for queue in page.queues],
        ids=lambda x: getattr(x, "title", None) or x.opts.label,
    )
    def test_are_counted_along_an_index(self, page, queue):
        rows = page.model._default_manager.filter(queue.condition)
        if filters_in_plan(rows):
            # In a table that is as good as empty one index is as good as another.
            rows_of(page.model, 200)
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")

        assert filters_in_plan(rows) == []

    @pytest.mark.parametrize(
        ("page", "queue"),
        [(page, queue) for page in pages() for queue in page.queues],
        ids=lambda x: getattr(x, "title", None) or x.opts.label,
    )
    def test_lead_to_a_list_of_the_same_rows(self, page, queue, at_desk):
        kinds = {getattr(kind, "parameter_name", ""): kind for kind in page.list_filter}
        listed = page.model._default_manager.all()

        for parameter, value in queue.filters.items():
            chosen = kinds[parameter](None, {parameter: [value]}, page.model, page)
            listed = chosen.queryset(None, listed)

        assert str(listed.query) == str(page.model._default_manager.filter(queue.condition).query)

    def test_show_how_many_rows_wait(self, at_desk):
        rows_of(Return, 3)

        index = at_desk("warehouse").get(reverse("admin:index"))

        lengths = {queue["title"]: queue["length"] for queue in index.context["queues"]}
        assert lengths["Returns to approve"] == 3
        assert lengths["Fulfilment orders to pack"] == 3
        assert "Unknown payments" not in lengths

    def test_are_worked_off_from_their_oldest_row(self, at_desk):
        old, new = rows_of(Return, 2)
        client, address = at_desk("warehouse"), page_of(Return).address

        queue = client.get(address, {"status": "requested"}).context["cl"].result_list
        everything = client.get(address).context["cl"].result_list

        assert [row.pk for row in queue] == [old.pk, new.pk]
        assert [row.pk for row in everything] == [new.pk, old.pk]

    def test_cost_one_statement_each(self, at_desk):
        client = at_desk("admin")
        queues = sum(len(page.queues) for page in pages())

        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("admin:index"))

        # Besides: the session and its user.
        assert len(asked) == queues + 2


class TestTestClocks:
    @pytest.fixture
    def orders(self):
        (customer,) = rows_of(Customer, 1, test_clock_id=lambda _: rows_of(TestClock, 1)[0].pk)
        real, guest = rows_of(Order, 1, customer_id=rows_of(Customer, 1)[0].pk) + rows_of(Order, 1)
        (played,) = rows_of(Order, 1, customer_id=customer.pk, number="R4711")
        return real, guest, played

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ({}, "01"),
            ({"status": "placed"}, "01"),
            ({"time": "test"}, "2"),
            ({"time": "all"}, "012"),
        ],
    )
    def test_stay_out_of_the_lists_of_what_is_real(self, query, shown, orders, at_desk):
        listed = at_desk("support").get(page_of(Order).address, query).context["cl"].result_list

        assert {row.pk for row in listed} == {orders[int(i)].pk for i in shown}

    def test_are_found_by_who_looks_for_them(self, orders, at_desk):
        found = at_desk("support").get(page_of(Order).address, {"q": "R4711"}).context["cl"]

        assert [row.pk for row in found.result_list] == [orders[2].pk]

    def test_are_one_choice_away(self, orders, at_desk):
        page = at_desk("support").get(page_of(Order).address)

        (offered,) = [
            list(kind.choices(page.context["cl"]))
            for kind in page.context["cl"].filter_specs
            if kind.title == "time"
        ]
        assert [(x["display"], x["selected"]) for x in offered] == [
            ("Real", True),
            ("On a test clock", False),
            ("All", False),
        ]


class TestSearch:
    def test_finds_an_order_by_its_number_in_any_case(self, at_desk):
        (order,) = rows_of(Order, 1, number="R4711")
        rows_of(FulfilmentOrder, 1, order_number="R4711", order_id=order.pk)

        found = hits(at_desk("support"), " r4711 ")

        assert found == [("R4711", "order"), ("R4711 open", "fulfilment order")]

    def test_finds_people_by_their_address_in_any_case(self, at_desk):
        rows_of(Customer, 1, email="Ada@Example.com")

        assert hits(at_desk("support"), "ada@example.COM") == [("Ada@Example.com", "customer")]

    def test_finds_anything_by_its_public_id(self, at_desk):
        (order,) = rows_of(Order, 1, number="R1")

        assert hits(at_desk("finance"), ids.encode("ord", order.pk))[0] == ("R1", "order")

    @pytest.mark.parametrize(
        ("model", "column", "term", "kind"),
        [
            (Shipment, "tracking_number", "1Z999", "shipment"),
            (Attempt, "provider_id", "pi_3QxYz", "attempt"),
            (Invoice, "number", "INV-202703-000001", "invoice"),
            (Variant, "sku", "CJ-1000237", "variant"),
            (ProviderEvent, "event_id", "evt_1", "provider event"),
        ],
    )
    def test_finds_by_what_is_written_on_papers(self, model, column, term, kind, at_desk):
        rows_of(
            model, 1, **{column: term}, **({"provider": "stripe"} if column == "event_id" else {})
        )

        assert [found_kind for _, found_kind in hits(at_desk("admin"), term)] == [kind]

    def test_finds_for_each_role_only_what_it_may_open(self, at_desk):
        rows_of(Customer, 1, email="ada@example.com")

        assert hits(at_desk("warehouse"), "ada@example.com") == []

    def test_finds_what_was_made_a_moment_ago(self, at_desk):
        client = at_desk("support")
        assert hits(client, "R9") == []
        rows_of(Order, 1, number="R9")

        assert hits(client, "R9") == [("R9", "order")]

    @pytest.mark.parametrize("term", ["", " ", "\0", "x" * (TERM_LENGTH_MAX + 1), "%", "' OR 1=1"])
    def test_finds_nothing_for_nonsense(self, term, at_desk):
        rows_of(Order, 1)

        answer = at_desk("admin").get(reverse("admin:search"), {"s": term})

        assert answer.status_code == 200
        assert not answer.context or not list(answer.context["results"])

    def test_is_told_to_the_log_without_what_was_typed(self, at_desk):
        client = at_desk("support")

        with capture_logs() as logs:
            hits(client, "ada@example.com")

        assert [entry["hits"] for entry in logs if entry["event"] == "admin.searched"] == [0]
        assert "ada@example.com" not in str(logs)

    def test_of_products_knows_their_words(self, at_desk):
        (mug, _) = rows_of(Product, 2)
        rows_of(Card, 1, product_id=mug.pk)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE catalog_card SET words = to_tsvector('english', 'blue mug')")

        listed = at_desk("catalog").get(page_of(Product).address, {"q": "mugs"})

        assert [row.pk for row in listed.context["cl"].result_list] == [mug.pk]
