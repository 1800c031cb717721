"""What the sample hears; `poison` is a text that no receiver survives."""

import structlog

from commerce.shared.inbox import receives
from tests.sample.messages import NoteWrittenV1
from tests.sample.models import Note

log = structlog.get_logger(__name__)


class Poisoned(Exception):
    pass


@receives(NoteWrittenV1)
def on_note_written(message: NoteWrittenV1) -> None:
    if message.text == "poison":
        raise Poisoned(message.text)
    log.info("sample.note.heard")
    Note.objects.get_or_create(id=message.note_id, defaults={"text": message.text})


@receives(NoteWrittenV1)
def on_note_written_too(message: NoteWrittenV1) -> None:
    """Hear the same message a second time: each receiver confirms for itself."""
