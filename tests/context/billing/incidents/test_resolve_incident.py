"""Resolving an incident: a person has looked, and said what was done."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import transaction

from commerce.billing.incidents.open_incident import open_incident
from commerce.billing.incidents.resolve_incident import resolve_incident
from commerce.billing.models import Incident

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOON + dt.timedelta(hours=1)


def opened() -> Incident:
    with transaction.atomic():
        open_incident(kind="amount_mismatch", subject="pay_1", now=NOON)
    return Incident.objects.get(resolved_at=None)


class TestResolvingAnIncident:
    def test_says_what_was_done(self):
        resolved = resolve_incident(incident_id=opened().pk, resolution="Refunded.", now=LATER)

        assert (resolved.resolved_at, resolved.resolution) == (LATER, "Refunded.")

    def test_keeps_the_first_resolution(self):
        incident = opened()
        resolve_incident(incident_id=incident.pk, resolution="Refunded.", now=NOON)

        again = resolve_incident(incident_id=incident.pk, resolution="Nothing.", now=LATER)

        assert (again.resolved_at, again.resolution) == (NOON, "Refunded.")

    def test_lets_the_same_open_anew(self):
        first = opened()
        resolve_incident(incident_id=first.pk, resolution="Refunded.", now=NOON)

        assert opened().pk != first.pk
