"""Who calls the API in a test: `api` is nobody in particular, `sign_in(user)` is somebody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from knox.models import AuthToken
from rest_framework.test import APIClient


@pytest.fixture
def api() -> APIClient:
    """A client without credentials; bodies are JSON."""
    return APIClient()


@pytest.fixture
def sign_in() -> Callable[[AbstractBaseUser], APIClient]:
    """Give a client that carries a real token of the user."""

    def client_of(user: AbstractBaseUser) -> APIClient:
        _, token = AuthToken.objects.create(user)
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        return client

    return client_of
