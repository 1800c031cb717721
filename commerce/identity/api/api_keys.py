"""REST endpoints of API keys; only staff with the role admin see them."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.identity.api.fields import ApiKeyOutput, ScopesField, render_api_key
from commerce.identity.api_keys.create_api_key import create_api_key
from commerce.identity.api_keys.models import ApiKey
from commerce.identity.api_keys.revoke_api_key import revoke_api_key
from commerce.shared import clock
from commerce.shared.api.actors import Staff, actor_of
from commerce.shared.api.pages import check_query, keyset_page
from commerce.shared.api.serializers import Input, PageOutput, StrictCharField, many, read


class ApiKeys(APIView):
    """GET and POST /api-keys: all keys, newest first; a new one."""

    permission_classes = [Staff]
    roles = ("admin",)

    class ApiKeyInput(Input):
        name = StrictCharField(max_length=100, help_text="Who uses it, and for what.")
        scopes = ScopesField(help_text="For example `orders:read`.")

    class ApiKeyPage(PageOutput):
        data = many(ApiKeyOutput)

    class NewApiKeyOutput(ApiKeyOutput):
        key = serializers.CharField(help_text="Told once.")

    @extend_schema(
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses={200: ApiKeyPage},
    )
    def get(self, request: Request) -> Response:
        query = request.query_params
        check_query(query, allowed={"limit", "cursor"})
        return Response(
            keyset_page(ApiKey.objects.all(), query, order_by=("-id",), render=render_api_key)
        )

    @extend_schema(request=ApiKeyInput, responses={201: NewApiKeyOutput})
    def post(self, request: Request) -> Response:
        made = create_api_key(
            **read(self.ApiKeyInput, request.data), actor=actor_of(request), now=clock.now()
        )
        return Response(
            {**render_api_key(made.row), "key": made.secret}, status=status.HTTP_201_CREATED
        )


class RevokeApiKey(APIView):
    """POST /api-keys/{key_id}/revoke: from now on it opens nothing."""

    permission_classes = [Staff]
    roles = ("admin",)

    @extend_schema(request=None, responses={200: ApiKeyOutput})
    def post(self, request: Request, key_id: UUID) -> Response:
        key = revoke_api_key(key_id=key_id, actor=actor_of(request), now=clock.now())
        return Response(render_api_key(key))
