"""What the sample says."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from commerce.shared.messages import Message


@dataclass(frozen=True, kw_only=True)
class NoteWrittenV1(Message):
    """Somebody wrote a note."""

    name: ClassVar[str] = "sample.note_written.v1"

    note_id: UUID
    text: str
