"""REST endpoints of promotions, for staff: make them, give them codes, see who used them and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import coupon_shapes, explanation_shapes
from commerce.catalog.api import promotion_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.interface.dto import QuoteLine
from commerce.catalog.pricing.quote_prices import quote_prices
from commerce.catalog.promotions.activate_promotion import activate_promotion
from commerce.catalog.promotions.change_promotion import change_promotion
from commerce.catalog.promotions.create_coupons import NewCoupons, create_coupons
from commerce.catalog.promotions.create_promotion import create_promotion
from commerce.catalog.promotions.disable_coupons import disable_coupons
from commerce.catalog.promotions.drafts import NewPromotion
from commerce.catalog.promotions.end_promotion import end_promotion
from commerce.catalog.promotions.models import Coupon, Promotion, PromotionStatus, Redemption
from commerce.catalog.promotions.queries import find_promotion
from commerce.identity.interface import services as identity
from commerce.shared import clock
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import check_query, choice_of, keyset_page
from commerce.shared.api.serializers import read
from commerce.shared.ids import encode

STATUS: Final = OpenApiParameter(
    "filter[status]", {"type": "string", "enum": PromotionStatus.values}
)


class PromotionView(APIView):
    """What all doors of promotions have in common."""

    permission_classes = [Staff]
    roles: tuple[str, ...] = CATALOG_STAFF
    scope = "catalog"


class Promotions(PromotionView):
    """GET and POST /promotions"""

    @extend_schema(
        operation_id="list_promotions",
        summary="List promotions, the newest first",
        parameters=[STATUS, *PAGE_PARAMETERS],
        responses=shapes.PromotionPageOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed={"filter[status]", "limit", "cursor"})
        status = choice_of(request.query_params, "filter[status]", among=PromotionStatus.values)
        rows = Promotion.objects.all()
        if status is not None:
            rows = rows.filter(status=status)
        return Response(
            keyset_page(
                rows,
                request.query_params,
                order_by=("-id",),
                render=shapes.promotion,
                scope=status or "",
            )
        )

    @extend_schema(
        operation_id="create_promotion",
        summary="Describe a promotion; nobody gets it before it is activated",
        request=shapes.PromotionInput,
        responses={201: shapes.PromotionOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        values = shapes.promotion_values(read(shapes.PromotionInput, request.data))
        created = create_promotion(promotion=NewPromotion(**values), now=clock.now())
        return _changed(request, "create", created, status=201)


class PromotionDetail(PromotionView):
    """GET and PATCH /promotions/{promotion_id}"""

    problems = STALE

    @extend_schema(
        operation_id="get_promotion",
        summary="Read a promotion",
        responses=shapes.PromotionOutput,
    )
    def get(self, request: Request, promotion_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        row = find_promotion(promotion_id)
        return Response(shapes.promotion(row), headers={"ETag": etag(row.version)})

    @extend_schema(
        operation_id="change_promotion",
        summary="Change a draft in everything, an active one in title, end, limits and budget",
        parameters=[IF_MATCH],
        request=shapes.PromotionChangesInput,
        responses=shapes.PromotionOutput,
    )
    def patch(self, request: Request, promotion_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        expected = version_expected(request, required=True)
        changed = change_promotion(
            promotion_id=promotion_id,
            changes=shapes.promotion_values(read(shapes.PromotionChangesInput, request.data)),
            expected_version=expected,
            now=clock.now(),
        )
        return _changed(request, "change", changed)


class ActivatePromotion(PromotionView):
    """POST /promotions/{promotion_id}/activate"""

    problems = STALE

    @extend_schema(
        operation_id="activate_promotion",
        summary="Let customers have it, from now or from its first day on",
        parameters=[IF_MATCH],
        request=None,
        responses=shapes.PromotionOutput,
    )
    def post(self, request: Request, promotion_id: UUID) -> Response:
        return _act(request, "activate", activate_promotion, promotion_id)


class EndPromotion(PromotionView):
    """POST /promotions/{promotion_id}/end"""

    problems = STALE

    @extend_schema(
        operation_id="end_promotion",
        summary="Let nobody have it any more, for good; orders keep what they were given",
        parameters=[IF_MATCH],
        request=None,
        responses=shapes.PromotionOutput,
    )
    def post(self, request: Request, promotion_id: UUID) -> Response:
        return _act(request, "end", end_promotion, promotion_id)


class PromotionCoupons(PromotionView):
    """GET and POST /promotions/{promotion_id}/coupons"""

    @extend_schema(
        operation_id="list_coupons",
        summary="List the codes of a promotion, the newest first",
        parameters=PAGE_PARAMETERS,
        responses=coupon_shapes.CouponPageOutput,
    )
    def get(self, request: Request, promotion_id: UUID) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        find_promotion(promotion_id)
        return Response(
            keyset_page(
                Coupon.objects.filter(promotion=promotion_id),
                request.query_params,
                order_by=("-id",),
                render=coupon_shapes.coupon,
                scope=str(promotion_id),
            )
        )

    @extend_schema(
        operation_id="create_coupons",
        summary="Give a promotion codes: by name, or up to 100,000 drawn ones at once",
        request=coupon_shapes.CouponsInput,
        responses={201: coupon_shapes.CreatedCouponsOutput},
    )
    def post(self, request: Request, promotion_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        coupons = NewCoupons(**read(coupon_shapes.CouponsInput, request.data))
        codes = create_coupons(promotion_id=promotion_id, coupons=coupons, now=clock.now())
        _note(request, "create_coupons", promotion_id, count=len(codes))
        return Response({"codes": codes}, status=201)


class DisableCoupons(PromotionView):
    """POST /promotions/{promotion_id}/coupons/disable"""

    @extend_schema(
        operation_id="disable_coupons",
        summary="Let codes bring nothing any more",
        request=coupon_shapes.DisableCouponsInput,
        responses=coupon_shapes.DisabledCouponsOutput,
    )
    def post(self, request: Request, promotion_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        values = read(coupon_shapes.DisableCouponsInput, request.data)
        disabled = disable_coupons(
            promotion_id=promotion_id, codes=values.get("codes"), now=clock.now()
        )
        _note(request, "disable_coupons", promotion_id, count=disabled)
        return Response({"disabled": disabled})


class PromotionRedemptions(PromotionView):
    """GET /promotions/{promotion_id}/redemptions"""

    @extend_schema(
        operation_id="list_redemptions",
        summary="List the uses of a promotion, the newest first",
        parameters=PAGE_PARAMETERS,
        responses=coupon_shapes.RedemptionPageOutput,
    )
    def get(self, request: Request, promotion_id: UUID) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        find_promotion(promotion_id)
        return Response(
            keyset_page(
                Redemption.objects.filter(promotion=promotion_id).select_related("coupon"),
                request.query_params,
                order_by=("-id",),
                render=coupon_shapes.redemption,
                scope=str(promotion_id),
            )
        )


class ExplainPrices(PromotionView):
    """POST /promotions/explain"""

    roles = (*CATALOG_STAFF, "support")

    @extend_schema(
        operation_id="explain_prices",
        summary="Say to the cent why lines would cost what they would, and why others do nothing",
        request=explanation_shapes.ExplainInput,
        responses=explanation_shapes.ExplanationOutput,
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        values: dict[str, Any] = read(explanation_shapes.ExplainInput, request.data)
        lines = [QuoteLine(**line) for line in values.pop("lines")]
        at = values.pop("at", None) or clock.now()
        return Response(
            explanation_shapes.explanation(
                quote_prices(lines=lines, at=at, tells_all=True, **values)
            )
        )


def _act(
    request: Request, verb: str, act: Callable[..., Promotion], promotion_id: UUID
) -> Response:
    check_query(request.query_params, allowed=set())
    expected = version_expected(request, required=True)
    row = act(promotion_id=promotion_id, expected_version=expected, now=clock.now())
    return _changed(request, verb, row)


def _changed(request: Request, verb: str, row: Promotion, *, status: int = 200) -> Response:
    """Note who of the staff did it, and answer with the promotion as it is now."""
    _note(request, verb, row.pk)
    return Response(shapes.promotion(row), status=status, headers={"ETag": etag(row.version)})


def _note(request: Request, verb: str, promotion_id: UUID, **details: object) -> None:
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.promotion.{verb}",
        subject=encode("promo", promotion_id),
        details=details,
        now=clock.now(),
    )
