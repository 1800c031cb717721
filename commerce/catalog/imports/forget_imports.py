"""Forget the files of imports that ended some time ago; their counts and problems stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from commerce.catalog.imports.models import ImportPart

# Long enough to look at a file once more over a weekend.
KEEP_FILES_FOR: Final = timedelta(days=7)


def forget_imports(*, now: datetime) -> int:
    """Delete what is left of old files, and say how many pieces that were."""
    with transaction.atomic(durable=True):
        gone, _ = ImportPart.objects.filter(batch__ended_at__lt=now - KEEP_FILES_FOR).delete()
    return gone
