"""Take a file for import: it is stored, and a worker begins with it at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from commerce.catalog.imports.models import Import, ImportFormat, ImportPart
from commerce.shared.bells import ring
from commerce.shared.db import copy_rows
from commerce.shared.errors import Rejected
from commerce.shared.ids import new_id

PART_BYTES: Final = 1024 * 1024
# The whole catalog of the demo's retailer is 9 MB; beyond this, cut the file.
FILE_BYTES_MAX: Final = 512 * 1024 * 1024


class FileTooLarge(Rejected):
    """The file is larger than what is taken at once."""

    code = "file_too_large"

    def __init__(self) -> None:
        super().__init__(f"at most {FILE_BYTES_MAX:,} bytes")
        self.limit_bytes = FILE_BYTES_MAX


class FileEmpty(Rejected):
    """There is nothing in the file."""

    code = "file_empty"


def start_import(
    *,
    chunks: Iterable[bytes],
    format: ImportFormat,  # noqa: A002 - the field's name
    currency: str = "USD",
    file_name: str = "",
    is_dry_run: bool = False,
    user_id: UUID | None = None,
    import_id: UUID | None = None,
    now: datetime,
) -> Import:
    """Store a file and have it imported: once under an id. Importing a file again changes nothing.

    `currency` is that of a Shopify file's prices, which do not say it themselves.

    Raises:
        FileTooLarge, FileEmpty: nothing is stored.
    """
    with transaction.atomic(durable=True):
        row, is_new = Import.objects.get_or_create(
            pk=import_id or new_id(),
            defaults={
                "format": format,
                "currency": currency,
                "file_name": file_name[:200],
                "is_dry_run": is_dry_run,
                "user_id": user_id,
                "size": 0,
                "created_at": now,
            },
        )
        if not is_new:
            return row
        copy_rows(ImportPart, ["batch_id", "begins_at", "content"], _parts(row, chunks))
        if not row.size:
            raise FileEmpty
        row.save(update_fields=["size"])
        transaction.on_commit(lambda: ring("catalog.run_imports"))
    return row


def _parts(row: Import, chunks: Iterable[bytes]) -> Iterator[tuple[UUID, int, bytes]]:
    for part in _pieces(chunks):
        yield row.id, row.size, part
        row.size += len(part)
        if row.size > FILE_BYTES_MAX:
            raise FileTooLarge


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes]:
    rest = bytearray()
    for chunk in chunks:
        rest += chunk
        while len(rest) >= PART_BYTES:
            yield bytes(rest[:PART_BYTES])
            del rest[:PART_BYTES]
    if rest:
        yield bytes(rest)
