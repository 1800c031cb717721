"""Catalog's clock: config/schedule.py says when it is rung, and so does every change.

What is to be done stands in rows. A bell that is lost, or rung twice, costs nothing but time.
"""

from __future__ import annotations

from celery import shared_task

from commerce.catalog.listing import forget_words as _forget_words
from commerce.catalog.listing import rebuild_outdated_listing as _rebuild_outdated_listing
from commerce.catalog.listing import refresh_listing as _refresh_listing
from commerce.catalog.media import sweep_files as _sweep_files
from commerce.catalog.promotions import lapse_redemptions as _lapse_redemptions
from commerce.catalog.promotions.end_overdue_promotions import (
    end_overdue_promotions as _end_overdue_promotions,
)
from commerce.shared import clock


@shared_task(name="catalog.refresh_listing", queue="default")
def refresh_listing() -> None:
    _refresh_listing.refresh_listing(now=clock.now())


@shared_task(name="catalog.rebuild_outdated_listing", queue="bulk")
def rebuild_outdated_listing() -> None:
    _rebuild_outdated_listing.rebuild_outdated_listing(now=clock.now())


@shared_task(name="catalog.forget_words", queue="bulk")
def forget_words() -> None:
    _forget_words.forget_words()


@shared_task(name="catalog.sweep_files", queue="bulk")
def sweep_files() -> None:
    _sweep_files.sweep_files(now=clock.now())


@shared_task(name="catalog.lapse_redemptions", queue="default")
def lapse_redemptions() -> None:
    while _lapse_redemptions.lapse_redemptions(now=clock.now()) == _lapse_redemptions.BATCH_SIZE:
        pass


@shared_task(name="catalog.end_overdue_promotions", queue="default")
def end_overdue_promotions() -> None:
    _end_overdue_promotions(now=clock.now())
