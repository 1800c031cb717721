"""Messages: frozen, named once, readable by the next release."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from typing import ClassVar
from uuid import UUID

import pytest

from commerce.shared.codec import DecodeError
from commerce.shared.messages import MESSAGES, Message
from tests.sample.messages import NoteWrittenV1

ID = UUID(int=7)


class TestMessages:
    def test_travel_as_plain_json(self):
        message = NoteWrittenV1(note_id=ID, text="hello")

        assert message.to_payload() == {"note_id": str(ID), "text": "hello"}
        assert NoteWrittenV1.from_payload(message.to_payload()) == message

    def test_of_a_newer_release_can_be_read(self):
        payload = {"note_id": str(ID), "text": "hello", "mood": "good"}

        assert NoteWrittenV1.from_payload(payload).text == "hello"

    def test_with_a_field_missing_cannot(self):
        with pytest.raises(DecodeError, match="note_id: missing"):
            NoteWrittenV1.from_payload({"text": "hello"})

    def test_cannot_be_changed(self):
        with pytest.raises(FrozenInstanceError):
            NoteWrittenV1(note_id=ID, text="hello").text = "bye"

    def test_have_a_name_each(self):
        with pytest.raises(TypeError, match=r"two messages are named sample\.note_written\.v1"):

            @dataclass(frozen=True, kw_only=True)
            class AnotherV1(Message):
                name: ClassVar[str] = "sample.note_written.v1"

        assert MESSAGES["sample.note_written.v1"] is NoteWrittenV1
