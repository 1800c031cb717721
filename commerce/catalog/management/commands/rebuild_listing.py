"""`manage.py rebuild_listing`: make every document again, while the shop goes on, and tell how far it is."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand

from commerce.catalog.listing.rebuild_listing import rebuild_listing
from commerce.catalog.listing.refresh_listing import refresh_listing
from commerce.shared import clock

TELLS_EVERY_S: Final = 1.0


class Command(BaseCommand):
    help = "Make every document of lists and pages again; the shop goes on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--no-wait", action="store_true", help="only begin; a worker does it in its own time"
        )

    def handle(self, *args: Any, no_wait: bool, **options: Any) -> None:
        rebuild = rebuild_listing(now=clock.now())
        self.stdout.write(f"{rebuild.products:,} products")
        while not no_wait and rebuild.finished_at is None:
            # A worker may be at it already: then this returns at once, and it is watched.
            refresh_listing(now=clock.now())
            rebuild.refresh_from_db()
            self.stdout.write(f"{rebuild.done:,} done")
            if rebuild.finished_at is None:
                time.sleep(TELLS_EVERY_S)
