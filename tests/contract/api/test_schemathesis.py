"""Every operation does what the description says, whatever is sent, whoever sends it.

Schemathesis reads the description and writes requests: examples, the edges of every schema, and
generated ones, good and bad. `SCHEMATHESIS_EXAMPLES=200 make test ARGS=tests/contract/api` looks
harder: so many generated requests for each operation and caller, instead of a few.
"""

from __future__ import annotations

import contextlib
import copy
import os
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from knox.models import AuthToken
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, events, from_schema

from commerce.identity.models import User
from commerce.shared.ids import new_id
from config.wsgi import application
from tests.contract.api.description import Description
from tests.contract.api.test_access import send
from tests.contract.api.world import World

EXAMPLES: Final = int(os.environ.get("SCHEMATHESIS_EXAMPLES", "3"))

# What is left out, and why:
# - positive_data_acceptance, negative_data_rejection: a body of the right shape may still name a
#   sku that is not sold, and a query string turns every wrong type into a right one;
#   test_bad_input.py says exactly which bad input gets which problem.
# - missing_required_header, ignored_auth, object_level_authorization: test_bad_input.py and
#   test_access.py name each expected answer.
# - use_after_free, ensure_resource_availability: what is removed here stays readable, on purpose.
CHECKS: Final = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
    "unsupported_method",
    "allow_header_conformance",
]

_CONNECTIONS: Final = set[BaseDatabaseWrapper]()

pytestmark = pytest.mark.django_db(transaction=True)


class TestAnswers:
    @pytest.mark.parametrize("role", ["anonymous", "customer", "staff"])
    def test_are_as_described(self, world, description, role):
        surprising = list(surprises(world, description, role))

        assert not surprising, "\n\n".join(surprising)
        # Whoever was signed in still is: what was asked last was asked as this caller, too.
        assert world.as_(role).get("/v1/me").status_code == (401 if role == "anonymous" else 200)


def surprises(world: World, description: Description, role: str) -> Iterator[str]:
    """Send everything as this caller; tell each answer that the description does not have.

    Where the door is shut to the caller whatever is sent, one request says so as well as hundreds.
    """
    closed = _closed_to(world, description, role)
    tried: set[str] = set()
    for is_closed in (False, True):
        schema = schemathesis.openapi.from_dict(
            _with_ids_that_exist(description.document, world),
            config=_config(world.headers(role), is_closed=is_closed),
        )
        schema.app = _prepared(application, world.users.get(role))
        chosen = schema.include(
            lambda context, is_closed=is_closed: (context.operation.label in closed) == is_closed
        )
        with _lasting_connections():
            for event in from_schema(chosen).execute():
                match event:
                    case events.ScenarioFinished():
                        tried.add(event.label or "")
                        yield from _failures(event)
                    case events.NonFatalError():
                        yield f"{event.label}: {event.value!r}"
                    case events.FatalError():
                        raise event.exception
    # What is shut was asked once already, to find that out.
    assert tried | closed >= {operation.label for operation in description.operations}


@contextlib.contextmanager
def _lasting_connections() -> Iterator[None]:
    """Keep connections from one request to the next: opening them takes longer than the answers.

    Around nothing that uses Django's test client: it connects these signals again.
    """
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
        for connection in _CONNECTIONS:  # of threads that have ended
            connection.inc_thread_sharing()
            connection.close()
        _CONNECTIONS.clear()


def _closed_to(world: World, description: Description, role: str) -> set[str]:
    """What answers nobody of this kind, as a caller who owns nothing finds out."""
    if role == "staff":
        return set()
    caller = world.anonymous if role == "anonymous" else world.stranger
    refused = {401} if role == "anonymous" else {403}
    return {
        operation.label
        for operation in description.operations
        if not operation.is_open and send(caller, world, description, operation.label) in refused
    }


def _config(headers: dict[str, str], *, is_closed: bool) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "seed": 20270301,
            "headers": headers,
            "checks": {"enabled": False, **{name: {"enabled": True} for name in CHECKS}},
            "generation": {
                "deterministic": True,
                "database": "none",
                "max-examples": 1 if is_closed else EXAMPLES,
                "no-shrink": True,
                # Who is calling is settled by the headers above.
                "with-security-parameters": False,
            },
            "phases": {"stateful": {"enabled": False}, "coverage": {"enabled": not is_closed}},
        }
    )


def _with_ids_that_exist(document: dict[str, Any], world: World) -> dict[str, Any]:
    """Say which ids there are: a made-up one never gets beyond 404."""
    document = copy.deepcopy(document)
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    parameter["schema"] = {"type": "string", "enum": [world.ids[parameter["name"]]]}
    return document


def _prepared(app: Callable[..., Any], user: User | None) -> Callable[..., Any]:
    """Let no request spoil the next: each has a key of its own, and who signs out, a token.

    With one key all but the first would only be told that it is reused; with one token all that
    follow a sign-out would only be told to sign in.
    """

    def prepared(environ: dict[str, Any], start_response: Any) -> Any:
        _CONNECTIONS.add(connections["default"])
        if environ.get("HTTP_IDEMPOTENCY_KEY", "").isalnum():
            environ["HTTP_IDEMPOTENCY_KEY"] = str(new_id())
        if user is not None and environ["PATH_INFO"] == "/v1/auth/logout":
            environ["HTTP_AUTHORIZATION"] = f"Bearer {AuthToken.objects.create(user)[1]}"
        return app(environ, start_response)

    return prepared


def _failures(event: events.ScenarioFinished) -> Iterator[str]:
    for case_id, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is Status.FAILURE and check.failure_info is not None:
                failure, answer = check.failure_info.failure, event.recorder.interactions[case_id]
                body = (answer.response.content if answer.response else b"")[:500]
                yield (
                    f"{event.label} [{event.phase}] {failure.title}: {failure.message}\n"
                    f"{check.failure_info.code_sample}\n{body!r}"
                )
