"""REST endpoints of test clocks: let time pass for one customer. A shop that is live has none."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.billing.customers.advance_test_clock import advance_test_clock
from commerce.billing.customers.customer_of_user import customer_of_user
from commerce.billing.customers.models import TestClock
from commerce.billing.customers.queries import find_clock
from commerce.billing.customers.start_test_clock import start_test_clock
from commerce.shared import clock, ids
from commerce.shared.api.actors import actor_of
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import Input, Output, read

# Far from where calendars end, so that the period after the last is still a date.
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)


class InstantInput(Input):
    now = serializers.DateTimeField(
        default_timezone=UTC, help_text=f"From {EARLIEST:%Y} to {LATEST:%Y}, ISO 8601."
    )

    def validate_now(self, value: datetime) -> datetime:
        if not EARLIEST <= value < LATEST:
            raise serializers.ValidationError("No clock goes there.", code="out_of_range")
        return value


class TestClockOutput(Output):
    __test__ = False  # pytest would collect it by its name

    id = serializers.CharField(help_text="`clk_…`")
    status = serializers.ChoiceField(choices=TestClock.Status.values)
    now = serializers.DateTimeField(help_text="What its customer takes for the present.")
    target = serializers.DateTimeField(allow_null=True, help_text="Where it is moving to.")


class TestClocks(APIView):
    """POST /test-clocks"""

    __test__ = False

    @extend_schema(
        operation_id="start_test_clock",
        summary="Live by a clock of your own from now on",
        request=InstantInput,
        responses={201: TestClockOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        body, actor, now = read(InstantInput, request.data), actor_of(request), clock.now()
        assert actor.user_id, "SignedIn lets nobody else in"
        customer = customer_of_user(user_id=actor.user_id, now=now)
        started = start_test_clock(
            owner_id=actor.user_id, customer_id=customer.id, at=body["now"], now=now
        )
        return Response(render(started), status=status.HTTP_201_CREATED)


class TestClockDetail(APIView):
    """GET /test-clocks/{clock_id}"""

    __test__ = False

    @extend_schema(
        operation_id="get_test_clock",
        summary="See where a clock is",
        responses=TestClockOutput,
    )
    def get(self, request: Request, clock_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        return Response(render(find_clock(actor_of(request), clock_id)))


class AdvanceTestClock(APIView):
    """POST /test-clocks/{clock_id}/advance"""

    __test__ = False

    @extend_schema(
        operation_id="advance_test_clock",
        summary="Move a clock forward; it is *ready* once all that falls due on the way has happened",
        request=InstantInput,
        responses={202: TestClockOutput},
    )
    def post(self, request: Request, clock_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        body = read(InstantInput, request.data)
        found = find_clock(actor_of(request), clock_id)
        advancing = advance_test_clock(clock_id=found.id, to=body["now"])
        return Response(render(advancing), status=status.HTTP_202_ACCEPTED)


def render(row: TestClock) -> dict[str, Any]:
    return {
        "id": ids.encode("clk", row.id),
        "status": row.status,
        "now": row.now,
        "target": row.target,
    }
