"""A customer who is signed in."""

import pytest

from tests.factories.identity import UserFactory


@pytest.fixture
def ada():
    return UserFactory()


@pytest.fixture
def client(ada, sign_in):
    return sign_in(ada)
