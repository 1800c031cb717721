"""Who calls fulfilment's API in these tests."""

import pytest

from commerce.shared.api.actors import hash_secret
from commerce.shared.ids import encode, new_id
from tests.factories.fulfilment import line, ordered, stock
from tests.factories.identity import UserFactory


@pytest.fixture
def clerk(sign_in):
    return sign_in(UserFactory(roles=["warehouse"]))


@pytest.fixture
def ada(db):
    return UserFactory()


@pytest.fixture
def as_ada(ada, sign_in):
    return sign_in(ada)


@pytest.fixture
def as_somebody_else(sign_in):
    return sign_in(UserFactory())


@pytest.fixture
def guest(api):
    """A guest who holds the secret of the order below."""
    api.credentials(HTTP_CLIENT_SECRET="open sesame")
    return api


@pytest.fixture
def mugs(db):
    stock("mug", east=5, west=2)
    return line("mug", 3)


@pytest.fixture
def order(mugs, ada):
    return ordered(mugs, user_id=ada.id, secret_hash=hash_secret("open sesame"))


@pytest.fixture
def key():
    """A new Idempotency-Key each time: `client.post(path, body, headers=key())`."""
    return lambda: {"Idempotency-Key": str(new_id())}


@pytest.fixture
def fo(order):
    return encode("fo", order.id)
