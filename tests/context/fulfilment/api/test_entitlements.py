"""Entitlements over HTTP: what you may use, and nobody else's."""

import datetime as dt

import pytest

from commerce.fulfilment.entitlements.grant_entitlement import grant_entitlement
from commerce.shared import clock

pytestmark = pytest.mark.django_db


class TestEntitlements:
    def test_are_those_you_have_now(self, ada, as_ada, as_somebody_else):
        now = clock.now()
        for feature, days in (("library", 1), ("printing", -1)):
            grant_entitlement(
                reference=feature,
                holder_id=ada.id,
                feature=feature,
                valid_from=now - dt.timedelta(days=9),
                valid_until=now + dt.timedelta(days=days),
            )

        mine = as_ada.get("/v1/entitlements").json()["data"]

        assert [each["feature"] for each in mine] == ["library"]
        assert as_somebody_else.get("/v1/entitlements").json()["data"] == []

    def test_are_for_those_who_have_signed_in(self, api):
        assert api.get("/v1/entitlements").status_code == 401
