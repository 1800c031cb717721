"""Fulfilment's doors for messages and for the clock: each leads to its use case."""

import datetime as dt

import pytest

from commerce.fulfilment import gauges, inbox, tasks
from commerce.fulfilment.entitlements.models import Entitlement
from commerce.fulfilment.fulfilment_orders.models import FulfilmentOrder
from commerce.fulfilment.idempotency import IdempotencyRecord
from commerce.fulfilment.interface.messages import (
    GrantEntitlementV1,
    RequestFulfilmentV1,
    RevokeEntitlementV1,
)
from commerce.fulfilment.inventory.models import StockReservation
from commerce.fulfilment.inventory.reserve_stock import reserve_stock
from commerce.fulfilment.shipments.models import Shipment
from commerce.shared import clock, idempotency
from commerce.shared.ids import new_id
from config.messages import ROUTES
from config.schedule import SCHEDULE
from tests.factories.fulfilment import line, numbers, ordered, packed, stock, told, wish

pytestmark = pytest.mark.django_db


def reserve(*, minutes):
    """Hold two mugs for so many minutes from now; negative, it is overdue."""
    now = clock.now()
    reserve_stock(
        reference=str(new_id()),
        units_by_sku={"mug": 2},
        expires_at=now + dt.timedelta(minutes=minutes),
        now=now - dt.timedelta(hours=1),
    )


class TestInbox:
    def test_takes_an_order_on_as_it_comes_over_the_wire(self):
        stock("mug", east=5)
        payload = wish(line("mug", 2), user_id=new_id()).to_payload()

        inbox.on_request_fulfilment(RequestFulfilmentV1.from_payload(payload))

        assert FulfilmentOrder.objects.get().status == "open"

    def test_grants_and_revokes(self):
        start, holder = clock.now(), new_id()
        grant = GrantEntitlementV1(
            reference="sub-1",
            holder_id=holder,
            feature="library",
            valid_from=start,
            valid_until=None,
        )
        revoke = RevokeEntitlementV1(reference="sub-1", revoked_at=start + dt.timedelta(seconds=1))

        inbox.on_grant_entitlement(GrantEntitlementV1.from_payload(grant.to_payload()))
        inbox.on_revoke_entitlement(RevokeEntitlementV1.from_payload(revoke.to_payload()))

        assert Entitlement.objects.get().valid_until == revoke.revoked_at

    def test_hears_everything_that_is_addressed_to_it(self):
        addressed = {
            task.removeprefix("fulfilment.")
            for tasks_ in ROUTES.values()
            for task in tasks_
            if task.startswith("fulfilment.")
        }

        assert addressed == {name for name in vars(inbox) if name.startswith("on_")}


class TestClock:
    def test_expires_reservations(self):
        stock("mug", east=5)
        reserve(minutes=-1)
        reserve(minutes=30)

        tasks.expire_reservations()

        assert numbers("mug") == (5, 2, 0)

    def test_tells_availability(self):
        stock("mug", east=5)

        tasks.tell_availability()

        assert len(told("catalog.set_availability.v1")) == 1

    def test_finishes_labels(self, carrier):
        stock("mug", east=5)
        carrier.is_silent = True
        shipment = packed(ordered(line("mug")))
        carrier.is_silent = False
        Shipment.objects.update(next_attempt_at=clock.now())

        tasks.finish_labels()

        shipment.refresh_from_db()
        assert shipment.status == "packed"

    def test_forgets_old_idempotency_keys(self):
        long_ago = clock.now() - idempotency.KEEP_FOR - dt.timedelta(days=1)
        for key, created_at in (("old", long_ago), ("new", clock.now())):
            idempotency.claim(
                IdempotencyRecord,
                owner="somebody",
                endpoint="POST /",
                key=key,
                fingerprint="f",
                now=created_at,
            )

        tasks.forget_idempotency_keys()

        assert IdempotencyRecord.objects.get().key == "new"

    def test_rings_for_everything_that_a_sweeper_must_find(self):
        rung = {entry["task"] for entry in SCHEDULE.values()}

        assert {
            "fulfilment.expire_reservations",
            "fulfilment.tell_availability",
            "fulfilment.finish_labels",
            "fulfilment.process_carrier_events",
            "fulfilment.forget_idempotency_keys",
        } <= rung


class TestGauges:
    def test_count_live_reservations_and_how_old_they_are(self):
        assert gauges.reservations_held() == gauges.reservations_oldest_seconds() == 0
        stock("mug", east=5)
        reserve(minutes=-1)
        reserve(minutes=30)

        assert gauges.reservations_held() == 2
        assert 3_600 <= gauges.reservations_oldest_seconds() < 3_660
        assert 60 <= gauges.reservations_overdue_seconds() < 120

        StockReservation.objects.update(status="released")
        assert gauges.reservations_overdue_seconds() == 0

    def test_count_what_waits_for_the_warehouse(self):
        stock("mug", east=5)
        ordered(line("mug"))
        ordered(line("mug", needs_approval=True))

        assert gauges.fulfilment_orders_waiting() == {"open": 1, "on_hold": 1, "in_progress": 0}

    def test_count_what_the_carrier_owes_an_answer(self, carrier):
        stock("mug", east=5)
        carrier.is_silent = True
        packed(ordered(line("mug")))

        assert gauges.labels_unfinished() == 1
        assert gauges.carrier_events_parked() == 0
