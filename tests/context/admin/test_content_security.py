"""The Content-Security-Policy: strict everywhere, a little looser where a page needs it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.context.admin.conftest import pages

pytestmark = pytest.mark.django_db

STRICT = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


def policy_of(response) -> dict[str, str]:
    header = response.headers["Content-Security-Policy"]
    return dict(part.strip().partition(" ")[::2] for part in header.split(";"))


class TestTheAdmin:
    @pytest.mark.parametrize("page", pages()[::8], ids=lambda page: page.opts.label)
    def test_lets_the_theme_evaluate_and_style(self, page, at_desk):
        policy = policy_of(at_desk("admin").get(page.address))

        assert policy["script-src"] == "'self' 'unsafe-eval'"
        assert policy["style-src"] == "'self' 'unsafe-inline'"

    def test_does_so_from_the_first_page_on(self, client):
        assert "'unsafe-eval'" in policy_of(client.get(reverse("admin:login")))["script-src"]

    def test_lets_nothing_come_from_elsewhere(self, at_desk):
        policy = policy_of(at_desk("admin").get(reverse("admin:index")))

        sources = {source for value in policy.values() for source in value.split()}
        assert sources == {"'self'", "'none'", "'unsafe-eval'", "'unsafe-inline'", "data:"}

    def test_has_no_script_in_its_pages(self, at_desk):
        page = at_desk("admin").get(reverse("admin:billing_order_changelist")).content.decode()

        tags = [part.partition(">")[0] for part in page.split("<script")[1:]]
        assert all("src=" in tag or 'type="application/json"' in tag for tag in tags)


class TestTheDocumentation:
    def test_runs_scripts_from_files_only(self, client):
        page = client.get(reverse("docs"))

        assert policy_of(page) == {
            "default-src": "'self'",
            "style-src": "'self' 'unsafe-inline'",
            "img-src": "'self' data:",
        }
        assert all(
            "src=" in part.partition(">")[0] for part in page.content.decode().split("<script")[1:]
        )


class TestEverythingElse:
    @pytest.mark.parametrize(
        "address", ["/v1/me", "/v1/products", "/nothing-here", "/v1/openapi.json"]
    )
    def test_is_strict(self, address, client):
        assert client.get(address).headers["Content-Security-Policy"] == STRICT
