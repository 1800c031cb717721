"""Open reads before Django: the same answers, the same headers, and Django for all the rest."""

from __future__ import annotations

import datetime as dt
import json
from unittest import mock

import pytest
from django.db import connection
from django.test import RequestFactory
from django.urls import resolve

from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.catalog.products.queries import UnknownProduct
from commerce.shared.ids import encode
from config import open_door
from config.open_door import OpenDoor
from tests.context.config.test_metrics import figure
from tests.factories.catalog import CategoryFactory, on_sale

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
DJANGO = [b"Django was asked"]

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def door():
    return OpenDoor(lambda _environ, _start_response: DJANGO)


@pytest.fixture(autouse=True)
def keep_the_tests_transaction(monkeypatch):
    """Django's own test client does the same, or a request would close the test's connection."""
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture
def mug():
    cups = CategoryFactory(slug="cups", name="Cups")
    mug = on_sale("MUG-RED", slug="mug", title="Mug", brand="Nordic", categories=[cups])
    on_sale("BOWL", slug="bowl", title="Schüssel", price=20_00)
    rebuild_listing(now=NOON)
    refresh_listing(now=NOON)
    return mug.product


def ask(door, path, method="GET", **headers):
    started = []
    headers = {"HTTP_HOST": "testserver"} | headers
    environ = RequestFactory().generic(method, path, **headers).environ
    body = door(environ, lambda status, given: started.append((status, dict(given))))
    return (*(started or [(None, {})])[0], body)


class TestOpenDoor:
    @pytest.mark.parametrize(
        "path",
        [
            "/v1/products",
            "/v1/products?limit=1&sort=-title",
            "/v1/products?filter[category]=cups&fields=slug,price",
            "/v1/products?filter%5Bcategory%5D=cups",
            "/v1/products?q=sch%C3%BCssel&facets=brand,price",
            "/v1/products?filter[category]=nothing-here",
            "/v1/products/mug",
            "/v1/products/mug?fields=slug",
            "/v1/products/{id}",
        ],
    )
    def test_says_what_django_says(self, door, client, mug, path, django_assert_num_queries):
        path = path.format(id=encode("prod", mug.id))
        with django_assert_num_queries(1):
            status, headers, body = ask(door, path)
        theirs = client.get(path)

        assert (status, body) == ("200 OK", [theirs.content])
        assert headers.pop("X-Request-Id").startswith("req_")
        del theirs.headers["X-Request-Id"]
        assert headers == dict(theirs.headers)
        assert headers["Content-Security-Policy"]
        assert "Vary" not in headers

    @pytest.mark.usefixtures("mug")
    @pytest.mark.parametrize("path", ["/v1/products", "/v1/products/mug"])
    def test_says_only_that_nothing_has_changed(self, door, client, path):
        _, known, _ = ask(door, path)
        status, headers, body = ask(door, path, HTTP_IF_NONE_MATCH=known["ETag"])
        theirs = client.get(path, headers={"if-none-match": known["ETag"]})

        assert (status, body, theirs.status_code) == ("304 Not Modified", [b""], 304)
        assert headers["ETag"] == theirs["ETag"] == known["ETag"]

    @pytest.mark.usefixtures("mug")
    @pytest.mark.parametrize(
        ("path", "unusual"),
        [
            ("/v1/products", {"method": "HEAD"}),
            ("/v1/products", {"method": "POST"}),
            ("/v1/products", {"HTTP_AUTHORIZATION": "Bearer x"}),
            ("/v1/products", {"HTTP_COOKIE": "a=b; sessionid=x"}),
            ("/v1/products", {"HTTP_ACCEPT": "text/html"}),
            ("/v1/products", {"HTTP_HOST": "elsewhere.example"}),
            ("/v1/products?colour=red", {}),
            ("/v1/products?limit=0", {}),
            ("/v1/products/nothing", {}),
            ("/v1/products/m%C3%BCg", {}),
            ("/v1/products/", {}),
            ("/v1/productsmug", {}),
            ("/v1/plans", {}),
            ("/", {}),
        ],
    )
    def test_leaves_the_unusual_and_every_refusal_to_django(self, door, settings, path, unusual):
        settings.ALLOWED_HOSTS = ["testserver"]

        assert ask(door, path, **unusual) == (None, {}, DJANGO)

    @pytest.mark.parametrize(
        ("failure", "is_told"), [(RuntimeError, True), (UnknownProduct, False)]
    )
    def test_leaves_a_failure_to_django_and_tells_it(self, door, monkeypatch, failure, is_told):
        log = mock.Mock()
        monkeypatch.setattr(open_door, "log", log)
        monkeypatch.setattr(open_door, "_found", mock.Mock(side_effect=failure))

        assert ask(door, "/v1/products") == (None, {}, DJANGO)
        assert log.exception.called is is_told

    @pytest.mark.usefixtures("mug")
    def test_leaves_it_to_django_to_insist_on_https(self, settings):
        settings.SECURE_SSL_REDIRECT = True
        settings.SECURE_HSTS_SECONDS = 60
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        door = OpenDoor(lambda _environ, _start_response: DJANGO)

        assert ask(door, "/v1/products")[2] == DJANGO
        status, headers, _ = ask(door, "/v1/products", HTTP_X_FORWARDED_PROTO="https")
        assert (status, headers["Strict-Transport-Security"][:10]) == ("200 OK", "max-age=60")

    @pytest.mark.usefixtures("mug")
    @pytest.mark.parametrize("path", ["/v1/products", "/v1/products/mug"])
    def test_is_counted_and_logged_under_djangos_own_route(self, door, path, capfd, caplog):
        caplog.set_level("INFO", logger="config.middleware")
        route = resolve(path).route
        labels = {"route": route, "method": "GET", "status": "200"}
        before = figure("commerce_http_requests_total", **labels)

        ask(door, path + "?currency=USD", HTTP_X_REQUEST_ID="my-own-id-0001")
        ask(door, path, HTTP_X_REQUEST_ID="4242424242424242")

        assert figure("commerce_http_requests_total", **labels) - before == 2
        lines = [json.loads(x) for x in capfd.readouterr().out.splitlines() if x.startswith("{")]
        first, second = [x for x in lines if x["event"] == "http.request"]
        assert (first["route"], first["status"], first["method"]) == (route, 200, "GET")
        assert (first["level"], first["logger"]) == ("info", "config.middleware")
        assert dt.datetime.fromisoformat(first["timestamp"]).tzinfo is not None
        assert first["correlation_id"] == "my-own-id-0001"
        assert second["correlation_id"] == "[removed]"
