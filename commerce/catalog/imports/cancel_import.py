"""Stop an import between two of its batches."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from commerce.catalog.imports.models import Import
from commerce.catalog.imports.queries import UnknownImport
from commerce.shared.errors import Conflict


class ImportEnded(Conflict):
    """It has ended already."""

    code = "import_ended"


def cancel_import(*, import_id: UUID, now: datetime) -> Import:
    """Load no further batch. What was loaded stays; canceling again changes nothing.

    Raises:
        UnknownImport: there is none.
        ImportEnded: it was finished, or had failed.
    """
    with transaction.atomic(durable=True):
        # Waits for the batch that is being loaded.
        row = Import.objects.select_for_update(no_key=True).filter(pk=import_id).first()
        if row is None:
            raise UnknownImport
        if row.status == Import.Status.CANCELED:
            return row
        if row.ended_at is not None:
            raise ImportEnded
        row.cancel(at=now)
        row.save(update_fields=["status", "ended_at"])
    return row
