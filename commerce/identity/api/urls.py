"""Addresses of identity."""

from django.urls import path

from commerce.identity.api import api_keys, auth, me

urlpatterns = [
    path("auth/register", auth.Register.as_view()),
    path("auth/login", auth.Login.as_view()),
    path("auth/logout", auth.Logout.as_view()),
    path("auth/password-reset", auth.PasswordResetRequest.as_view()),
    path("auth/password-reset/confirm", auth.PasswordResetConfirm.as_view()),
    path("me", me.MyAccount.as_view()),
    path("api-keys", api_keys.ApiKeys.as_view()),
    path("api-keys/<key:key_id>/revoke", api_keys.RevokeApiKey.as_view()),
]
