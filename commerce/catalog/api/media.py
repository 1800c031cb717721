"""REST endpoints of media: staff show pictures of a product, and put them in order."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import media_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH
from commerce.catalog.api.listing_query import PAGE_PARAMETERS
from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.api.uploads import UploadParser, parts_of
from commerce.catalog.media.add_media import add_media
from commerce.catalog.media.change_media import MediaChanges, change_media
from commerce.catalog.media.document import media_document
from commerce.catalog.media.models import Media
from commerce.catalog.media.queries import media_facts
from commerce.catalog.media.remove_media import remove_media
from commerce.catalog.products.models import Product
from commerce.catalog.products.queries import UnknownProduct
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import read


class ProductMedia(APIView):
    """GET and POST /products/{product_id}/media"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    parser_classes = [UploadParser]
    problems = {415: "The body is not multipart/form-data."}

    @extend_schema(
        operation_id="list_media",
        summary="List the pictures of a product, in the order they are shown in",
        parameters=PAGE_PARAMETERS,
        responses=shapes.MediaPageOutput,
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed={"limit", "cursor"})
        if not Product.objects.filter(pk=product_id).exists():
            raise UnknownProduct
        rows = Media.objects.filter(product=product_id).select_related("file")
        return Response(
            keyset_page(
                rows,
                request.query_params,
                order_by=("position", "id"),
                render=_render,
                scope=str(product_id),
            )
        )

    @extend_schema(
        operation_id="add_media",
        summary="Show a picture of a product, or of one of its variants, as the last",
        request={"multipart/form-data": shapes.MediaUploadInput},
        responses={201: shapes.StaffMediaOutput},
    )
    def post(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        values = read(shapes.MediaUploadInput, parts_of(request))
        media = add_media(
            product_id=product_id,
            data=values["file"].read(),
            alt=values.get("alt", ""),
            variant_id=values.get("variant"),
            now=clock.now(),
        )
        _note(request, "add", media)
        return _answer(media, status=201)


class MediaDetail(APIView):
    """PATCH and DELETE /products/{product_id}/media/{media_id}"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = {
        412: "The product has changed since you read it.",
        428: "If-Match is missing.",
    }

    @extend_schema(
        operation_id="change_media",
        summary="Change what is said of a picture, and where it stands",
        parameters=[IF_MATCH],
        request=shapes.MediaChangesInput,
        responses=shapes.StaffMediaOutput,
    )
    def patch(self, request: Request, product_id: UUID, media_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        media = change_media(
            product_id=product_id,
            media_id=media_id,
            changes=MediaChanges(**read(shapes.MediaChangesInput, request.data)),
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "change", media)
        return _answer(media)

    @extend_schema(
        operation_id="remove_media",
        summary="Show a picture no more",
        parameters=[IF_MATCH],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request, product_id: UUID, media_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        media = remove_media(
            product_id=product_id,
            media_id=media_id,
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "remove", media)
        return Response(status=204, headers={"ETag": etag(media.product.version)})


def _answer(media: Media, *, status: int = 200) -> Response:
    """Answer with the picture, and the new ETag of its product."""
    return Response(_render(media), status=status, headers={"ETag": etag(media.product.version)})


def _render(media: Media) -> dict[str, Any]:
    return {
        **media_document(media_facts(media)),
        "position": media.position,
        "translations": media.translations,
    }


def _note(request: Request, verb: str, media: Media) -> None:
    """Leave in the audit trail who of the staff did it."""
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.media.{verb}",
        subject=ids.encode("prod", media.product_id),
        details={"media": ids.encode("med", media.pk)},
        now=clock.now(),
    )
