"""Move the subscriptions of a plan to its newest terms, or say what that would do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commerce.billing.subscriptions.migrate_subscriptions import migrate_subscriptions
from commerce.billing.subscriptions.start_migration import start_migration
from commerce.shared import clock
from commerce.shared.errors import CommerceError
from commerce.shared.money import Money


class Command(BaseCommand):
    """`manage.py migrate_subscriptions coffee-monthly --dry-run`: the same job as over REST."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("plan", help="the plan's code")
        parser.add_argument(
            "--dry-run", action="store_true", help="count and add up, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now = clock.now()
        try:
            started = start_migration(plan=options["plan"], is_dry_run=options["dry_run"], now=now)
        except CommerceError as refusal:
            raise CommandError(str(refusal)) from refusal
        done = migrate_subscriptions(migration_id=started.id, now=now)

        verb = "would move" if done.is_dry_run else "moved"
        self.stdout.write(f"{verb} {done.moved} subscriptions to version {done.to_version}")
        for reason, count in sorted(done.left.items()):
            self.stdout.write(f"left {count}: {reason}")
        for currency, sums in sorted(done.amounts.items()):
            before, after = (Money(sums[when], currency) for when in ("before", "after"))
            self.stdout.write(f"next period before tax: {before} before, {after} after")
