"""API keys, made and ended by administrators."""

from __future__ import annotations

import pytest

from commerce.identity.models import ApiKey, AuditEntry
from commerce.shared import ids
from tests.factories.identity import UserFactory

pytestmark = pytest.mark.django_db

BODY = {"name": "Warehouse robot", "scopes": ["stock:write", "stock:read", "stock:read"]}


@pytest.fixture
def admin(sign_in):
    return sign_in(UserFactory(roles=["admin"]))


@pytest.fixture
def key(admin):
    return admin.post("/v1/api-keys", BODY, format="json").json()


class TestCreateApiKey:
    def test_tells_the_key_once(self, admin, key):
        listed = admin.get("/v1/api-keys").json()["data"]

        assert key["key"].startswith(key["prefix"])
        assert [row["id"] for row in listed] == [key["id"]]
        assert key["key"] not in str(listed)

    def test_stores_a_hash(self, key):
        row = ApiKey.objects.get()

        assert key["key"] not in {row.prefix, row.secret_hash}
        assert row.scopes == ["stock:read", "stock:write"]

    def test_leaves_an_entry_in_the_audit_trail(self, key):
        entry = AuditEntry.objects.get()

        assert (entry.action, entry.subject) == ("identity.api_key.create", key["id"])
        assert key["key"] not in str(entry.details)

    @pytest.mark.parametrize(
        "changes",
        [{"scopes": []}, {"scopes": ["everything"]}, {"scopes": "stock:read"}, {"scopes": ["a:read"] * 21}, {"name": ""}, {"name": "x" * 101}, {"admin": True}],
    )  # fmt: skip
    def test_refuses_what_is_no_scope_or_name(self, admin, changes):
        assert admin.post("/v1/api-keys", BODY | changes, format="json").status_code == 422
        assert not ApiKey.objects.exists()


class TestRevokeApiKey:
    def test_ends_the_key_at_once(self, api, admin, key):
        api.credentials(HTTP_AUTHORIZATION=f"Bearer {key['key']}")
        before = api.get("/v1/api-keys").status_code

        revoked = admin.post(f"/v1/api-keys/{key['id']}/revoke").json()

        assert before == 403  # known, and no administrator
        assert api.get("/v1/api-keys").status_code == 401
        assert revoked["revoked_at"] is not None

    def test_changes_nothing_the_second_time(self, admin, key):
        first = admin.post(f"/v1/api-keys/{key['id']}/revoke").json()
        second = admin.post(f"/v1/api-keys/{key['id']}/revoke").json()

        assert first == second
        assert AuditEntry.objects.filter(action="identity.api_key.revoke").count() == 1

    @pytest.mark.parametrize(
        "wrong", ["key_01h455vb4pex5vsknk084sn02q", "ord_01h455vb4pex5vsknk084sn02q", "key_x"]
    )
    def test_knows_no_other_keys(self, admin, wrong):
        assert admin.post(f"/v1/api-keys/{wrong}/revoke").status_code == 404


class TestApiKeys:
    @pytest.mark.parametrize("roles", [[], ["support"], ["warehouse", "finance", "catalog"]])
    def test_are_for_administrators_only(self, sign_in, key, roles):
        client = sign_in(UserFactory(roles=roles))

        answers = [
            client.get("/v1/api-keys"),
            client.post("/v1/api-keys", BODY, format="json"),
            client.post(f"/v1/api-keys/{key['id']}/revoke"),
        ]

        assert [answer.status_code for answer in answers] == [403, 403, 403]

    def test_are_listed_newest_first_page_by_page(self, admin):
        made = [
            admin.post("/v1/api-keys", BODY | {"name": f"{i}"}, format="json").json()["id"]
            for i in range(5)
        ]

        first = admin.get("/v1/api-keys?limit=3").json()
        second = admin.get(f"/v1/api-keys?limit=3&cursor={first['next_cursor']}").json()

        assert [row["id"] for row in first["data"] + second["data"]] == made[::-1]
        assert (first["has_more"], second["has_more"]) == (True, False)
        assert ids.decode("key", made[0])
