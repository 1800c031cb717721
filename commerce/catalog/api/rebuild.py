"""REST endpoint of the run that makes all documents again."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.listing.models import ListingRebuild
from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.identity.interface import services as identity
from commerce.shared import clock
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import Output
from commerce.shared.errors import NotFound


class NoRebuild(NotFound):
    """The documents have never been made again."""

    code = "no_rebuild"


class Rebuild(APIView):
    """GET and POST /listing-rebuild"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = {404: "The documents have never been made again."}

    class RebuildOutput(Output):
        status = serializers.ChoiceField(choices=["running", "finished"])
        products = serializers.IntegerField(help_text="There were so many when it began.")
        done = serializers.IntegerField()
        started_at = serializers.DateTimeField()
        finished_at = serializers.DateTimeField(allow_null=True)

    @extend_schema(
        operation_id="get_listing_rebuild",
        summary="How far the latest run through all products is",
        responses=RebuildOutput,
    )
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        latest = ListingRebuild.objects.order_by("-id").first()
        if latest is None:
            raise NoRebuild
        return Response(_render(latest))

    @extend_schema(
        operation_id="start_listing_rebuild",
        summary="Make every document again, while the shop goes on",
        request=None,
        responses={202: RebuildOutput},
    )
    def post(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        rebuild = rebuild_listing(now=clock.now())
        identity.record_act(
            actor=actor_of(request), action="catalog.listing.rebuild", subject="", now=clock.now()
        )
        return Response(_render(rebuild), status=status.HTTP_202_ACCEPTED)


def _render(rebuild: ListingRebuild) -> dict[str, Any]:
    return {
        "status": "finished" if rebuild.finished_at else "running",
        "products": rebuild.products,
        "done": rebuild.done,
        "started_at": rebuild.started_at,
        "finished_at": rebuild.finished_at,
    }
