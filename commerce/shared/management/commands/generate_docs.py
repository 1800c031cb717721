"""Write what can be drawn from the code into docs/, or check that it is up to date."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commerce.shared.management.documents.api import api_documents
from commerce.shared.management.documents.messages import message_documents
from commerce.shared.management.documents.states import state_documents

# Folders that hold nothing else: what is no longer generated is removed from them.
OWNED = ("messages", "states")


class Command(BaseCommand):
    """The same code gives the same files, byte for byte."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="write nothing; exit 1 where a file would change"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        docs = Path(settings.BASE_DIR) / "docs"
        wanted = {**api_documents(), **message_documents(), **state_documents()}
        changed = sorted(name for name, text in wanted.items() if _read(docs / name) != text)
        stale = sorted(_owned(docs) - wanted.keys())
        if options["check"]:
            if changed or stale:
                names = "\n".join(f"  docs/{name}" for name in [*changed, *stale])
                raise CommandError(f"Not up to date, run `manage.py generate_docs`:\n{names}")
            return

        for name in changed:
            (docs / name).parent.mkdir(parents=True, exist_ok=True)
            (docs / name).write_text(wanted[name])
        for name in stale:
            (docs / name).unlink()
        self.stdout.write(f"{len(changed)} written, {len(stale)} removed, {len(wanted)} in all.")


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


def _owned(docs: Path) -> set[str]:
    return {
        path.relative_to(docs).as_posix()
        for folder in OWNED
        for path in (docs / folder).glob("*")
        if path.is_file()
    }
