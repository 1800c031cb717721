"""Catalog's clock: config/schedule.py says when it is rung, and so does every change.

What is to be done stands in rows. A bell that is lost, or rung twice, costs nothing but time.
"""

from __future__ import annotations

from celery import shared_task

from commerce.catalog.listing import refresh_listing as _refresh_listing
from commerce.catalog.media import sweep_files as _sweep_files
from commerce.shared import clock


@shared_task(name="catalog.refresh_listing", queue="default")
def refresh_listing() -> None:
    _refresh_listing.refresh_listing(now=clock.now())


@shared_task(name="catalog.sweep_files", queue="bulk")
def sweep_files() -> None:
    _sweep_files.sweep_files(now=clock.now())
