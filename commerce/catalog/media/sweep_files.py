"""Delete the files that no media names: of uploads that broke off, and of pictures taken away."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import orjson
from django.db import connection, transaction

from commerce.catalog.media.models import MediaFile
from commerce.catalog.media.storage import remove_files

# Pages and caches may still name a picture that was taken away, and an upload may still be on its
# way: a day is longer than either lasts.
KEEP_FOR: Final = timedelta(days=1)
# A sweeper that has not finished by then was killed, and another one takes over.
_REMOVES_WITHIN: Final = timedelta(minutes=10)
_BATCH_SIZE: Final = 100


def sweep_files(*, now: datetime) -> int:
    """Delete what nothing has used for a day, and say how many uploads that were.

    Several may run at once, and each may be killed: a row is marked before its files go and
    deleted after, so the next sweep finds what is left. While it is marked, the same file is
    refused (`FileRaced`), so nobody comes to name what is about to go.
    """
    swept = 0
    while marked := _mark(now):
        for folder, renditions in marked:
            remove_files(folder, [x["name"] for x in renditions])
        with transaction.atomic(durable=True):
            MediaFile.objects.filter(folder__in=[folder for folder, _ in marked]).delete()
        swept += len(marked)
    return swept


def _mark(now: datetime) -> list[tuple[str, list[dict[str, str]]]]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE catalog_mediafile SET removing_at = %(now)s
             WHERE digest IN (
                   SELECT digest FROM catalog_mediafile file
                    WHERE used_at < %(unused_since)s
                      AND (removing_at IS NULL OR removing_at < %(given_up_at)s)
                      AND NOT EXISTS (SELECT FROM catalog_media WHERE file_id = file.digest)
                    ORDER BY used_at LIMIT %(batch_size)s FOR UPDATE SKIP LOCKED)
            RETURNING folder, renditions
            """,
            {
                "now": now,
                "unused_since": now - KEEP_FOR,
                "given_up_at": now - _REMOVES_WITHIN,
                "batch_size": _BATCH_SIZE,
            },
        )
        return [(folder, orjson.loads(renditions)) for folder, renditions in cursor.fetchall()]
