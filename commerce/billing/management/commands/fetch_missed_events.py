"""`manage.py fetch_missed_events --hours 48`: list what the provider has said, and process it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from commerce.billing.provider_events.fetch_missed_events import fetch_missed_events
from commerce.billing.provider_events.sweep_events import sweep_events
from commerce.shared import clock


class Command(BaseCommand):
    help = "Fetch the provider's events that no webhook has brought, and process them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--hours", type=int, default=24, help="how far to look back")

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        fetched = fetch_missed_events(since=now - timedelta(hours=options["hours"]), now=now)
        # Those just stored would wait for their bell; here nobody rings it.
        processed = 0
        while found := sweep_events(now=clock.now() + timedelta(minutes=1)):
            processed += found
        self.stdout.write(f"{fetched} new, {processed} processed")
