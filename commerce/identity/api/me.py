"""REST endpoints of the caller's own account."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.identity.api.fields import Me, render_user
from commerce.identity.users.change_profile import change_profile
from commerce.identity.users.models import User
from commerce.shared.api.pages import check_query
from commerce.shared.api.serializers import Input, StrictCharField, read


class MyAccount(APIView):
    """GET and PATCH /me: the account that is calling."""

    class MeInput(Input):
        name = StrictCharField(max_length=200, allow_blank=True, required=False)

    @extend_schema(responses={200: Me})
    def get(self, request: Request) -> Response:
        check_query(request.query_params, allowed=set())
        return Response(render_user(_user(request)))

    @extend_schema(request=MeInput, responses={200: Me})
    def patch(self, request: Request) -> Response:
        changes = read(self.MeInput, request.data)
        user = _user(request)
        if changes:
            user = change_profile(user=user, **changes)
        return Response(render_user(user))


def _user(request: Request) -> User:
    if not isinstance(request.user, User):
        raise NotAuthenticated
    return request.user
