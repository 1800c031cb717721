"""REST endpoints of what belongs to a product: its languages, its markets, its variants at once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.catalog.api import product_shapes as shapes
from commerce.catalog.api.if_match import IF_MATCH, STALE
from commerce.catalog.api.permissions import CATALOG_STAFF
from commerce.catalog.products.drafts import NewVariant, ProductTexts
from commerce.catalog.products.generate_variants import generate_variants
from commerce.catalog.products.models import Product, ProductPublication
from commerce.catalog.products.queries import UnknownProduct
from commerce.catalog.products.set_publications import NewPublication, set_publications
from commerce.catalog.products.translate_product import translate_product
from commerce.identity.interface import services as identity
from commerce.shared import clock, ids
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.etags import etag, version_expected
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import read


class ProductTranslations(APIView):
    """GET /products/{product_id}/translations"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"

    @extend_schema(
        operation_id="list_translations",
        summary="List what a product says in other languages, by locale",
        responses=shapes.TranslationsOutput,
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        return _translations(product_id)


class ProductTranslation(APIView):
    """PUT and DELETE /products/{product_id}/translations/{locale}"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="translate_product",
        summary="Say what a product says in another language",
        parameters=[IF_MATCH],
        request=shapes.ProductTextsInput,
        responses=shapes.TranslationsOutput,
    )
    def put(self, request: Request, product_id: UUID, locale: str) -> Response:
        check_query(request.query_params, allowed=set())
        translate_product(
            product_id=product_id,
            locale=locale,
            texts=_texts(request.data),
            expected_version=version_expected(request, required=True),
            now=clock.now(),
        )
        _note(request, "translate", product_id, locale=locale)
        return _translations(product_id)

    @extend_schema(
        operation_id="remove_translation",
        summary="Say it no longer; other languages and the product's own words stay",
        parameters=[IF_MATCH],
        request=None,
        responses={200: shapes.TranslationsOutput},
    )
    def delete(self, request: Request, product_id: UUID, locale: str) -> Response:
        check_query(request.query_params, allowed=set())
        translate_product(
            product_id=product_id,
            locale=locale,
            texts=None,
            expected_version=version_expected(request, required=True),
            now=clock.now(),
        )
        _note(request, "translate", product_id, locale=locale)
        return _translations(product_id)


class ProductPublications(APIView):
    """GET and PUT /products/{product_id}/publications"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="list_publications",
        summary="List the markets a product is for sale in; none: in every one",
        responses=shapes.PublicationsOutput,
    )
    def get(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        return _publications(product_id)

    @extend_schema(
        operation_id="set_publications",
        summary="Let a product be for sale in these markets only, while their windows are open",
        parameters=[IF_MATCH],
        request=shapes.PublicationsInput,
        responses=shapes.PublicationsOutput,
    )
    def put(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        wanted = read(shapes.PublicationsInput, request.data)["publications"]
        set_publications(
            product_id=product_id,
            publications=[NewPublication(**window) for window in wanted],
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "set_publications", product_id, markets=[x["market"] for x in wanted])
        return _publications(product_id)


class GenerateVariants(APIView):
    """POST /products/{product_id}/generate-variants"""

    permission_classes = [Staff]
    roles = CATALOG_STAFF
    scope = "catalog"
    problems = STALE

    @extend_schema(
        operation_id="generate_variants",
        summary="Make a variant like this for each combination of options that has none",
        description="`sku` is how theirs begin: `MUG` gives `MUG-RED-LARGE`.",
        parameters=[IF_MATCH],
        request=shapes.VariantInput,
        responses={201: shapes.GeneratedVariantsOutput},
    )
    def post(self, request: Request, product_id: UUID) -> Response:
        check_query(request.query_params, allowed=set())
        expected_version = version_expected(request, required=True)
        skus = generate_variants(
            product_id=product_id,
            pattern=_variant(request.data),
            expected_version=expected_version,
            now=clock.now(),
        )
        _note(request, "generate_variants", product_id, variants=len(skus))
        return Response({"skus": skus}, status=201, headers=_etag(_find(product_id)))


def _texts(data: Any) -> ProductTexts:
    texts: ProductTexts = shapes.ProductTextsInput().run_validation(data)
    return texts


def _variant(data: Any) -> NewVariant:
    variant: NewVariant = shapes.VariantInput().run_validation(data)
    return variant


def _find(product_id: UUID) -> Product:
    product = Product.objects.filter(pk=product_id).only("version", "translations").first()
    if product is None:
        raise UnknownProduct
    return product


def _translations(product_id: UUID) -> Response:
    product = _find(product_id)
    data = [
        {
            "locale": locale,
            "title": texts.get("title", ""),
            "description": texts.get("description", ""),
            "options": texts.get("options", {}),
        }
        for locale, texts in sorted(product.translations.items())
    ]
    return Response({"data": data}, headers=_etag(product))


def _publications(product_id: UUID) -> Response:
    product = _find(product_id)
    windows = ProductPublication.objects.filter(product=product_id).order_by("market_code")
    data = [
        {
            "market": x.market_code,
            "published_from": x.published_from,
            "published_until": x.published_until,
        }
        for x in windows
    ]
    return Response({"data": data}, headers=_etag(product))


def _etag(product: Product) -> dict[str, str]:
    return {"ETag": etag(product.version)}


def _note(request: Request, verb: str, product_id: UUID, **details: object) -> None:
    identity.record_act(
        actor=actor_of(request),
        action=f"catalog.product.{verb}",
        subject=ids.encode("prod", product_id),
        details=details,
        now=clock.now(),
    )
