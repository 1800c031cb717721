"""Catalog's clock: config/schedule.py says when it is rung, and so does every change.

What is to be done stands in rows. A bell that is lost, or rung twice, costs nothing but time.
"""

from __future__ import annotations

import time
from functools import partial
from typing import Final
from uuid import UUID

from celery import shared_task

from commerce.catalog.imports import forget_imports as _forget_imports
from commerce.catalog.imports.load_next_batch import load_next_batch
from commerce.catalog.imports.queries import imports_to_do
from commerce.catalog.listing import forget_words as _forget_words
from commerce.catalog.listing import rebuild_outdated_listing as _rebuild_outdated_listing
from commerce.catalog.listing import refresh_listing as _refresh_listing
from commerce.catalog.media import sweep_files as _sweep_files
from commerce.catalog.promotions import lapse_redemptions as _lapse_redemptions
from commerce.catalog.promotions.end_overdue_promotions import (
    end_overdue_promotions as _end_overdue_promotions,
)
from commerce.shared import clock
from commerce.shared.sweeping import goes_well

# The next bell goes on where this one stops, well before the task's time limit.
IMPORT_AT_MOST_S: Final = 50


@shared_task(name="catalog.refresh_listing")
def refresh_listing() -> None:
    _refresh_listing.refresh_listing(now=clock.now())


@shared_task(name="catalog.rebuild_outdated_listing")
def rebuild_outdated_listing() -> None:
    _rebuild_outdated_listing.rebuild_outdated_listing(now=clock.now())


@shared_task(name="catalog.forget_words")
def forget_words() -> None:
    _forget_words.forget_words()


@shared_task(name="catalog.sweep_files")
def sweep_files() -> None:
    _sweep_files.sweep_files(now=clock.now())


@shared_task(name="catalog.lapse_redemptions")
def lapse_redemptions() -> None:
    while _lapse_redemptions.lapse_redemptions(now=clock.now()) == _lapse_redemptions.BATCH_SIZE:
        pass


@shared_task(name="catalog.end_overdue_promotions")
def end_overdue_promotions() -> None:
    _end_overdue_promotions(now=clock.now())


@shared_task(name="catalog.run_imports")
def run_imports() -> None:
    """Go on with imports for a while; whoever is interrupted is followed up at the next bell.

    One that nobody can load, for a reason nobody thought of, does not keep the others waiting.
    """
    stop_at = time.monotonic() + IMPORT_AT_MOST_S

    def load(import_id: UUID) -> None:
        while time.monotonic() < stop_at:
            row = load_next_batch(import_id=import_id, now=clock.now())
            if row is None or row.ended_at is not None:
                break

    for import_id in imports_to_do().values_list("pk", flat=True):
        goes_well(partial(load, import_id), event="catalog.import.failed", import_id=str(import_id))


@shared_task(name="catalog.forget_imports")
def forget_imports() -> None:
    _forget_imports.forget_imports(now=clock.now())
