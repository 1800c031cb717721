"""REST endpoint of plans."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import shapes
from commerce.catalog.api.listing_query import (
    CURRENCY_PARAMETER,
    PAGE_PARAMETERS,
    currency_of,
)
from commerce.catalog.plans.queries import plans_on_offer
from commerce.shared.api.actors import Anybody
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.ids import encode


class Plans(APIView):
    """GET /plans"""

    permission_classes = [Anybody]

    @extend_schema(
        operation_id="list_plans",
        summary="List what can be subscribed to, with the terms new subscribers get",
        parameters=[CURRENCY_PARAMETER, *PAGE_PARAMETERS],
        responses=shapes.PlanPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"currency", "limit", "cursor"})
        currency = currency_of(request.query_params)
        return Response(
            keyset_page(
                plans_on_offer(currency=currency),
                request.query_params,
                order_by=("plan_id",),
                render=lambda row: _render(row, currency),
                scope=currency,
            )
        )


def _render(row: Any, currency: str) -> dict[str, Any]:
    return {
        "id": encode("plan", row.plan_id),
        "code": row.code,
        "version": row.version,
        "title": row.title,
        "kind": row.kind,
        "interval_unit": row.interval_unit,
        "interval_count": row.interval_count,
        "trial_days": row.trial_days,
        "price": {"amount": row.amount_minor, "currency": currency},
        "sku": row.variant.sku if row.variant else None,
        "feature": row.feature,
    }
