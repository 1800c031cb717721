"""`manage.py import_products FILE`: products and prices from a file, with its progress."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

from commerce.catalog.imports.load_next_batch import load_next_batch
from commerce.catalog.imports.models import Import, ImportFormat
from commerce.catalog.imports.queries import import_of, problems_of
from commerce.catalog.imports.start_import import PART_BYTES, start_import
from commerce.shared import clock, ids
from commerce.shared.errors import CommerceError
from commerce.shared.money import EXPONENTS

PROBLEMS_SHOWN: Final = 20
# A worker may have taken the next batch; it says nothing to us when it is done.
LOOK_AGAIN_AFTER_S: Final = 0.2


class Command(BaseCommand):
    help = "Load products and prices from a file. Loading a file again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("file", nargs="?", type=Path)
        source.add_argument("--resume", metavar="imp_…", help="go on with an import that stopped")
        parser.add_argument(
            "--format", choices=ImportFormat.values, help="where the name does not tell it"
        )
        parser.add_argument(
            "--currency",
            choices=sorted(EXPONENTS),
            default="USD",
            metavar="CODE",
            help="of the prices in a Shopify file",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be, change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            row = self._import_of(options)
        except CommerceError as refusal:
            raise CommandError(str(refusal)) from refusal
        row = self._run(row)
        self._tell(row)
        if row.status != Import.Status.FINISHED:
            raise CommandError(row.failure or f"the import was {row.status}")

    def _import_of(self, options: dict[str, Any]) -> Import:
        if options["resume"]:
            try:
                return import_of(ids.decode("imp", options["resume"]))
            except ids.InvalidId as failure:
                raise CommandError("an import's id begins with imp_") from failure
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"there is no file {file}")
        return start_import(
            chunks=_chunks(file),
            format=ImportFormat(options["format"] or _format_of(file)),
            currency=options["currency"],
            file_name=file.name,
            is_dry_run=options["dry_run"],
            now=clock.now(),
        )

    def _run(self, row: Import) -> Import:
        console = Console(file=self.stdout, stderr=False)  # type: ignore[arg-type]  # writes text, which is all that is used
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[counts]}"),
            TimeElapsedColumn(),
        )
        with Progress(*columns, console=console) as bar:
            task = bar.add_task(ids.encode("imp", row.id), total=1.0, counts="")

            while row.ended_at is None:
                found = load_next_batch(import_id=row.id, now=clock.now())
                if found is None:
                    time.sleep(LOOK_AGAIN_AFTER_S)
                row = found or import_of(row.id)
                bar.update(task, completed=row.progress, counts=_counts(row))
        return row

    def _tell(self, row: Import) -> None:
        what = "would be " if row.is_dry_run else ""
        self.stdout.write(f"{what}{_counts(row)}")
        for problem in problems_of(row.id)[:PROBLEMS_SHOWN]:
            self.stdout.write(f"line {problem.line}, {problem.field or 'whole'}: {problem.message}")
        if row.problems > PROBLEMS_SHOWN:
            self.stdout.write(f"… and {row.problems - PROBLEMS_SHOWN:,} more problems")


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as stream:
        yield from iter(lambda: stream.read(PART_BYTES), b"")


def _format_of(file: Path) -> str:
    return "jsonl" if file.suffix in (".jsonl", ".ndjson") else "csv"


def _counts(row: Import) -> str:
    return (
        f"{row.rows_created:,} created, {row.rows_changed:,} changed, "
        f"{row.rows_unchanged:,} unchanged, {row.rows_refused:,} refused"
    )
