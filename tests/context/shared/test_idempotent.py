"""`@idempotent` on a view: what is kept, what is let go, what a repeat is told."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from commerce.shared.api.actors import Anybody
from commerce.shared.api.idempotent import idempotent
from commerce.shared.api.serializers import Input, StrictCharField, read
from commerce.shared.errors import Conflict, Declined, Rejected, Unavailable
from commerce.shared.idempotency import LEASE
from tests.factories.identity import UserFactory
from tests.sample.models import IdempotencyRecord, Note

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


class Broke(Conflict):
    """It has been done by somebody else."""

    code = "broke"

    def __init__(self) -> None:
        super().__init__()
        self.sku = "mug"


class Busy(Conflict):
    """Somebody is at it; that will be over soon."""

    code = "busy"
    _retry_after_s = 7


FAILURES = {
    "busy": Busy,
    "conflict": Broke,
    "declined": Declined,
    "rejected": Rejected,
    "unavailable": Unavailable,
    "bug": ZeroDivisionError,
}


class WriteNote(APIView):
    permission_classes = [Anybody]

    class NoteInput(Input):
        text = StrictCharField(max_length=20)
        tags = serializers.ListField(child=StrictCharField(), required=False)

    @idempotent(IdempotencyRecord)
    def post(self, request: Request) -> Response:
        text = read(self.NoteInput, request.data)["text"]
        if failure := FAILURES.get(text):
            Note.objects.create(text=f"tried {text}")
            raise failure
        Note.objects.get_or_create(id=request.reference, defaults={"text": text})
        return Response({"id": str(request.reference), "count": Note.objects.count()}, status=201)


urlpatterns = [path("notes", WriteNote.as_view()), path("other-notes", WriteNote.as_view())]


def write(api, text="hello", *, key="key-1", address="/notes", **body):
    headers = {} if key is None else {"Idempotency-Key": key}
    return api.post(address, {"text": text, **body}, format="json", headers=headers)


class TestFirstRequest:
    def test_needs_a_key(self, api):
        answer = write(api, key=None)

        assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_required")
        assert not Note.objects.exists()

    @pytest.mark.parametrize("key", ["", "   ", "x" * 256, "a\tb"])
    def test_needs_a_key_that_can_be_kept(self, api, key):
        assert write(api, key=key).status_code == 400

    def test_is_answered_as_if_there_were_no_key(self, api):
        answer = write(api)

        assert answer.status_code == 201
        assert "Idempotent-Replayed" not in answer


class TestRepeat:
    def test_gets_the_first_answer_byte_for_byte(self, api):
        first, again = write(api), write(api)

        assert (again.status_code, again.content) == (201, first.content)
        assert again["Idempotent-Replayed"] == "true"
        assert again["Content-Type"] == first["Content-Type"]
        assert Note.objects.count() == 1

    def test_may_write_its_body_in_another_order(self, api):
        first = api.generic("POST", "/notes", '{"text": "x", "tags": ["a"]}', content_type="application/json", headers={"Idempotency-Key": "k"})  # fmt: skip
        again = api.generic("POST", "/notes", '{ "tags":["a"],"text":"x" }', content_type="application/json", headers={"Idempotency-Key": "k"})  # fmt: skip

        assert again.content == first.content

    def test_with_another_body_is_refused(self, api):
        write(api)

        answer = write(api, "something else")

        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
        assert Note.objects.count() == 1

    def test_of_somebody_else_is_no_repeat(self, api, sign_in):
        mine = write(sign_in(UserFactory()))
        theirs = write(sign_in(UserFactory()))

        assert mine.json()["id"] != theirs.json()["id"]

    def test_at_another_address_is_no_repeat(self, api):
        assert write(api).json()["id"] != write(api, address="/other-notes").json()["id"]

    def test_while_the_first_is_running_is_told_to_wait(self, api):
        write(api)
        now = dt.datetime.now(dt.UTC)
        IdempotencyRecord.objects.update(
            response_status=None, response_body=None, lease_until=now + LEASE
        )

        answer = write(api)

        assert (answer.status_code, answer.json()["code"]) == (409, "request_in_progress")
        assert answer["Retry-After"] == "1"


class TestRefusals:
    @pytest.mark.parametrize(("text", "status"), [("conflict", 409), ("declined", 402)])
    def test_that_are_definite_are_told_again_without_trying(self, api, text, status):
        first, again = write(api, text), write(api, text)

        assert (first.status_code, again.status_code) == (status, status)
        assert again.content == first.content
        assert again["Content-Type"] == "application/problem+json"
        assert again["Idempotent-Replayed"] == "true"
        assert Note.objects.count() == 1

    def test_keep_the_members_that_say_what_to_do(self, api):
        write(api, "conflict")

        assert write(api, "conflict").json()["sku"] == "mug"

    def test_of_a_bad_body_leave_the_key_free_for_a_corrected_one(self, api):
        bad = write(api, "x" * 21)
        good = write(api, "x" * 20)

        assert (bad.status_code, good.status_code) == (422, 201)

    def test_of_a_rule_leave_the_key_free_for_a_corrected_body(self, api):
        assert write(api, "rejected").status_code == 422
        assert write(api, "corrected").status_code == 201

    def test_because_something_is_away_can_be_tried_again_at_once(self, api):
        first, again = write(api, "unavailable"), write(api, "unavailable")

        assert (first.status_code, again.status_code) == (503, 503)
        assert "Idempotent-Replayed" not in again
        assert Note.objects.count() == 2

    def test_that_will_be_over_soon_are_not_kept(self, api):
        first, again = write(api, "busy"), write(api, "busy")

        assert (first.status_code, again.status_code) == (409, 409)
        assert again["Retry-After"] == "7"
        assert "Idempotent-Replayed" not in again
        assert Note.objects.count() == 2

    def test_nobody_expected_can_be_tried_again_under_the_same_reference(self, api):
        api.raise_request_exception = False
        first, again = write(api, "bug"), write(api, "bug")

        assert (first.status_code, again.status_code) == (500, 500)
        assert IdempotencyRecord.objects.count() == 1


class TestDeath:
    def test_of_the_first_lets_a_later_one_finish_the_work(self, api):
        first = write(api)
        with time_machine.travel(dt.datetime.now(dt.UTC) + LEASE * 2, tick=False):
            IdempotencyRecord.objects.update(
                response_status=None,
                response_body=None,
                lease_until=dt.datetime.now(dt.UTC) - LEASE,
            )
            later = write(api)

        assert later.json()["id"] == first.json()["id"]
        assert Note.objects.count() == 1
