"""Imports, what is wrong in them, and their files."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet

from commerce.catalog.imports.models import Import, ImportPart, ImportProblem
from commerce.shared.errors import NotFound


class UnknownImport(NotFound):
    """There is no such import."""

    code = "import_not_found"


def import_of(import_id: UUID) -> Import:
    """Raises `UnknownImport`."""
    row = Import.objects.filter(pk=import_id).first()
    if row is None:
        raise UnknownImport
    return row


def problems_of(import_id: UUID) -> QuerySet[ImportProblem]:
    """In the order of the file."""
    return ImportProblem.objects.filter(batch=import_id)


def imports_to_do() -> QuerySet[Import]:
    """What is waited for, the oldest first."""
    return Import.objects.filter(
        status__in=[Import.Status.WAITING, Import.Status.RUNNING]
    ).order_by("pk")


def bytes_from(row: Import, position: int) -> Iterator[bytes]:
    """The file from a byte on, a part at a time."""
    parts = ImportPart.objects.filter(batch=row).order_by("begins_at")
    start = parts.filter(begins_at__lte=position).values_list("begins_at", flat=True).last()
    for begins_at in parts.filter(begins_at__gte=start or 0).values_list("begins_at", flat=True):
        content = bytes(parts.get(begins_at=begins_at).content)
        yield content[max(0, position - begins_at) :]
