"""Errors as RFC 9457 problems."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from uuid import UUID

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from rest_framework import exceptions, serializers

import commerce
from commerce.shared import errors
from commerce.shared.api.problems import STATUS_OF, handle, status_of
from commerce.shared.api.serializers import Input, MoneyInput, StrictCharField, read
from commerce.shared.correlation import correlated
from commerce.shared.ids import InvalidId, new_id
from commerce.shared.money import Money
from tests.architecture.source import ROOT


class OutOfStock(errors.Conflict):
    """Fewer units are available than were asked for."""

    code = "out_of_stock"

    def __init__(self, *, sku: str, price: Money) -> None:
        super().__init__()
        self.sku, self.price = sku, price
        self._internal = "never told"


class TestRefusals:
    def test_tell_what_the_client_can_act_on(self):
        with correlated("req_of_this_test"):
            answer = handle(OutOfStock(sku="mug", price=Money(1250, "EUR")), {})

        assert answer.status_code == 409
        assert answer.content_type == "application/problem+json"
        assert answer.data == {
            "type": "urn:commerce:problem:out_of_stock",
            "title": "Conflict",
            "status": 409,
            "detail": "Fewer units are available than were asked for.",
            "code": "out_of_stock",
            "request_id": "req_of_this_test",
            "errors": [],
            "sku": "mug",
            "price": {"amount": 1250, "currency": "EUR"},
        }

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (errors.Unauthenticated(), 401), (errors.Declined(), 402), (errors.Forbidden(), 403),
            (errors.NotFound(), 404), (errors.Conflict(), 409), (errors.Stale(current_version=2), 412),
            (errors.Rejected(), 422), (errors.Throttled(retry_after_s=7), 429), (errors.Unavailable(), 503),
            (InvalidId("x"), 404), (Http404(), 404), (PermissionDenied(), 403),
            (exceptions.NotAuthenticated(), 401), (exceptions.AuthenticationFailed(), 401),
            (exceptions.PermissionDenied(), 403), (exceptions.MethodNotAllowed("PUT"), 405),
            (exceptions.UnsupportedMediaType("text/csv"), 415), (exceptions.ParseError(), 400),
            (OperationalError("server closed the connection"), 503),
        ],
    )  # fmt: skip
    def test_have_one_status_each(self, error, status):
        answer = handle(error, {})

        assert (answer.status_code, answer.data["status"]) == (status, status)
        assert answer.data["code"]
        assert answer.data["detail"]

    def test_of_every_kind_have_a_status(self):
        kinds = {kind for kind in vars(errors).values() if isinstance(kind, type)} - {
            errors.CommerceError
        }

        assert kinds == set(STATUS_OF)

    def test_of_no_kind_are_a_mistake(self):
        with pytest.raises(TypeError):
            status_of(errors.CommerceError("no kind"))

    @pytest.mark.parametrize(
        ("error", "seconds"),
        [(errors.Throttled(retry_after_s=7), "7"), (errors.Unavailable(), "1"), (OperationalError(), "2"), (exceptions.Throttled(wait=3), "4")],
    )  # fmt: skip
    def test_say_when_to_try_again(self, error, seconds):
        assert handle(error, {})["Retry-After"] == seconds

    def test_for_want_of_credentials_name_the_scheme(self):
        assert handle(errors.Unauthenticated(), {})["WWW-Authenticate"] == "Bearer"

    @pytest.mark.parametrize("error", [ZeroDivisionError(), KeyError("x"), ValueError("x")])
    def test_are_not_made_of_mistakes(self, error):
        assert handle(error, {}) is None

    def test_tell_nothing_about_the_database(self):
        answer = handle(OperationalError("connection to 10.0.0.5 refused for commerce"), {})

        assert "10.0.0.5" not in str(answer.data)


class Line(Input):
    sku = StrictCharField(max_length=5)
    price = MoneyInput()


class Body(Input):
    lines = Line(many=True)
    note = StrictCharField(required=False)

    def validate(self, attrs):
        if attrs.get("note") == "bad":
            raise serializers.ValidationError("These do not fit together.", code="mismatch")
        return attrs


GOOD_LINE = {"sku": "mug", "price": {"amount": 1, "currency": "EUR"}}


class TestValidation:
    def problems_of(self, body):
        with pytest.raises(exceptions.ValidationError) as refused:
            read(Body, body)
        answer = handle(refused.value, {})
        assert (answer.status_code, answer.data["code"]) == (422, "validation_failed")
        return [(problem["pointer"], problem["code"]) for problem in answer.data["errors"]]

    def test_gives_typed_values(self):
        assert read(Body, {"lines": [GOOD_LINE]})["lines"] == [
            {"sku": "mug", "price": Money(1, "EUR")}
        ]

    @pytest.mark.parametrize(
        ("body", "problems"),
        [
            ({}, [("/lines", "required")]),
            ({"lines": [], "nte": 1}, [("/nte", "unknown_field")]),
            ({"lines": [], "a/b~c": 1}, [("/a~1b~0c", "unknown_field")]),
            ({"lines": [GOOD_LINE, {**GOOD_LINE, "sku": 5}]}, [("/lines/1/sku", "invalid")]),
            ({"lines": [{**GOOD_LINE, "sku": ""}]}, [("/lines/0/sku", "blank")]),
            ({"lines": [{**GOOD_LINE, "sku": "\x00"}]}, [("/lines/0/sku", "null_characters_not_allowed")]),
            ({"lines": [{**GOOD_LINE, "price": {"amount": -1, "currency": "EUR"}}]}, [("/lines/0/price/amount", "min_value")]),
            ({"lines": [{**GOOD_LINE, "price": {"amount": 1.0, "currency": "EUR"}}]}, [("/lines/0/price/amount", "invalid")]),
            ({"lines": [{**GOOD_LINE, "price": {"amount": True, "currency": "EUR"}}]}, [("/lines/0/price/amount", "invalid")]),
            ({"lines": [{**GOOD_LINE, "price": {"amount": 2**63, "currency": "EUR"}}]}, [("/lines/0/price/amount", "max_value")]),
            ({"lines": [{**GOOD_LINE, "price": {"amount": 1, "currency": "eur"}}]}, [("/lines/0/price/currency", "invalid_choice")]),
            ({"lines": [{**GOOD_LINE, "price": {"amount": 1, "currency": ["EUR"]}}]}, [("/lines/0/price/currency", "invalid_choice")]),
            ({"lines": [], "note": "bad"}, [("", "mismatch")]),
            ({"lines": "x"}, [("/lines", "not_a_list")]),
            ([], [("", "invalid")]),
            ("x", [("", "invalid")]),
            (None, [("", "null")]),
        ],
    )  # fmt: skip
    def test_points_at_each_field_that_is_wrong(self, body, problems):
        assert self.problems_of(body) == problems


class TestDetails:
    def test_are_the_public_attributes(self):
        assert OutOfStock(sku="mug", price=Money(1, "EUR")).details() == {
            "sku": "mug",
            "price": Money(1, "EUR"),
        }

    def test_may_be_any_plain_data(self):
        @dataclasses.dataclass(frozen=True)
        class Line:
            sku: str

        refusal = errors.Conflict()
        refusal.lines = [Line("mug")]

        assert handle(refusal, {}).data["lines"] == [{"sku": "mug"}]


class TestImports:
    @pytest.mark.parametrize("module", ["actors", "parsing", "problems"])
    def test_work_in_whatever_order(self, module):
        """DRF's defaults name these modules, so loading one may begin with any of them."""
        program = (
            "import os, importlib; from django.conf import settings; settings.DEBUG;"
            f"importlib.import_module('commerce.shared.api.{module}')"
        )
        done = subprocess.run(
            [sys.executable, "-c", program],
            cwd=ROOT,
            env={"DJANGO_SETTINGS_MODULE": "config.settings", "COMMERCE_ENV": "test"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.stderr == ""


class TestEveryRefusal:
    def test_of_every_context_has_a_status(self):
        kinds = _every_kind()

        assert len(kinds) > 30
        assert [kind for kind in kinds if not any(x in STATUS_OF for x in kind.__mro__)] == []

    def test_names_things_as_the_api_does(self):
        told = {kind: _named_by_id(kind) for kind in _every_kind()}

        assert any(told.values())
        assert [
            kind.__name__
            for kind, refusal in told.items()
            if refusal and any(isinstance(x, UUID) for x in refusal.details().values())
        ] == []


def _every_kind() -> set[type[errors.CommerceError]]:
    for module in pkgutil.walk_packages(commerce.__path__, "commerce."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)
    found = set(_below(errors.CommerceError))
    return {kind for kind in found if kind.__module__.startswith("commerce.")}


def _named_by_id(kind: type[errors.CommerceError]) -> errors.CommerceError | None:
    """One of a kind that is told of rows; None for all others."""
    wanted = dict(inspect.signature(kind).parameters)
    if not any("UUID" in str(x.annotation) for x in wanted.values()):
        return None
    return kind(
        **{name: new_id() if "UUID" in str(x.annotation) else 1 for name, x in wanted.items()}
    )


def _below(kind: type) -> Iterator[type]:
    for inner in kind.__subclasses__():
        yield inner
        yield from _below(inner)
