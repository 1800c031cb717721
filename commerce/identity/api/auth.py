"""REST endpoints of signing in and out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import logout
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.identity.api.fields import EmailField, Me, PasswordField, render_user
from commerce.identity.interface.authentication import bearer_token
from commerce.identity.users.issue_token import SignedIn
from commerce.identity.users.register_user import register_user
from commerce.identity.users.request_password_reset import request_password_reset
from commerce.identity.users.reset_password import reset_password
from commerce.identity.users.sign_in import sign_in
from commerce.identity.users.sign_out import sign_out
from commerce.shared import clock
from commerce.shared.api.actors import Anybody
from commerce.shared.api.serializers import Input, Output, StrictCharField, read


class TokenOutput(Output):
    token = serializers.CharField(help_text="Told once: `Authorization: Bearer <token>`.")
    expires_at = serializers.DateTimeField()
    user = Me()


class Register(APIView):
    """POST /auth/register: a new account, signed in."""

    permission_classes = [Anybody]
    authentication_classes = ()

    class RegisterInput(Input):
        email = EmailField()
        password = PasswordField()
        name = StrictCharField(max_length=200, required=False, allow_blank=True, default="")

    @extend_schema(request=RegisterInput, responses={201: TokenOutput})
    def post(self, request: Request) -> Response:
        signed_in = register_user(**read(self.RegisterInput, request.data), now=clock.now())
        return Response(_render(signed_in), status=status.HTTP_201_CREATED)


class Login(APIView):
    """POST /auth/login: a token for a password."""

    permission_classes = [Anybody]
    authentication_classes = ()
    problems = {429: "Too many tries for this account; Retry-After says when the next is welcome."}

    class LoginInput(Input):
        email = EmailField()
        password = PasswordField()

    @extend_schema(request=LoginInput, responses={200: TokenOutput})
    def post(self, request: Request) -> Response:
        return Response(_render(sign_in(**read(self.LoginInput, request.data), now=clock.now())))


class Logout(APIView):
    """POST /auth/logout: ends the token that is sent with it."""

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        token = bearer_token(request)
        if token is None:
            logout(request._request)  # noqa: SLF001 - the session lives on Django's own request
        else:
            sign_out(token=token)
        return Response(status=status.HTTP_204_NO_CONTENT)


class PasswordResetRequest(APIView):
    """POST /auth/password-reset: the same answer whether or not there is such an account."""

    permission_classes = [Anybody]
    authentication_classes = ()

    class PasswordResetInput(Input):
        email = EmailField()

    @extend_schema(request=PasswordResetInput, responses={202: None})
    def post(self, request: Request) -> Response:
        request_password_reset(**read(self.PasswordResetInput, request.data), now=clock.now())
        return Response(status=status.HTTP_202_ACCEPTED)


class PasswordResetConfirm(APIView):
    """POST /auth/password-reset/confirm: a new password for the token that was mailed."""

    permission_classes = [Anybody]
    authentication_classes = ()

    class PasswordResetConfirmInput(Input):
        token = StrictCharField(max_length=200, help_text="From the mail.")
        password = PasswordField()

    @extend_schema(request=PasswordResetConfirmInput, responses={204: None})
    def post(self, request: Request) -> Response:
        reset_password(**read(self.PasswordResetConfirmInput, request.data), now=clock.now())
        return Response(status=status.HTTP_204_NO_CONTENT)


def _render(signed_in: SignedIn) -> dict[str, Any]:
    return {
        "token": signed_in.token,
        "expires_at": signed_in.expires_at,
        "user": render_user(signed_in.user),
    }
