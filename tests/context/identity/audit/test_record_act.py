"""The audit trail: written with the act, never changed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from commerce.identity.interface import services as identity
from commerce.identity.models import AuditEntry
from commerce.shared.api.actors import Actor, ActorKind
from commerce.shared.correlation import correlated
from commerce.shared.ids import new_id

NOON = dt.datetime(2027, 3, 1, 12, tzinfo=dt.UTC)
WES = Actor(kind=ActorKind.STAFF, user_id=new_id(), email="wes@example.com")


@pytest.fixture
def entry(db):
    with correlated("req_of_this_test"):
        identity.record_act(
            actor=WES,
            action="billing.order.cancel",
            subject="ord_x",
            details={"reason": "fraud", "at": NOON},
            now=NOON,
        )
    return AuditEntry.objects.get()


class TestRecordAct:
    def test_keeps_who_did_what_to_which_object_and_when(self, entry):
        assert (entry.actor_kind, entry.actor_id) == ("staff", WES.user_id)
        assert (entry.action, entry.subject, entry.at) == ("billing.order.cancel", "ord_x", NOON)
        assert entry.details == {"reason": "fraud", "at": "2027-03-01T12:00:00+00:00"}
        assert entry.correlation_id == "req_of_this_test"

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE identity_auditentry SET action = 'nothing'",
            "DELETE FROM identity_auditentry",
            "TRUNCATE identity_auditentry",
        ],
    )
    def test_cannot_be_undone(self, entry, statement):
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)

        entry.refresh_from_db()
        assert entry.action == "billing.order.cancel"
