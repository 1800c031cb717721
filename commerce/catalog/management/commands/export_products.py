"""`manage.py export_products FILE`: every product that is not retired, as an import reads it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from commerce.catalog.imports.export_products import export_products
from commerce.catalog.imports.models import ImportFormat
from commerce.shared import clock


class Command(BaseCommand):
    help = "Write all products that are not retired to a file, CSV or (FILE.jsonl) JSON Lines."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        file_format = ImportFormat.JSONL if file.suffix == ".jsonl" else ImportFormat.CSV
        with file.open("wb") as stream:
            for piece in export_products(file_format=file_format, at=clock.now()):
                stream.write(piece)
        self.stdout.write(f"{file}: {file.stat().st_size:,} bytes")
