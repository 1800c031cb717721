"""Bill everybody who is due, now or as of another instant."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commerce.billing.subscriptions.run_billing import run_billing
from commerce.shared import clock


class Command(BaseCommand):
    """`manage.py run_billing --now 2027-03-31T00:00:00Z`: the same run the clock rings for."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--now", metavar="ISO-8601", help="bill as of this instant; UTC where no zone is given"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            now = datetime.fromisoformat(options["now"]) if options["now"] else clock.now()
        except ValueError as failure:
            raise CommandError(f"--now: {failure}") from failure
        now = now if now.tzinfo else now.replace(tzinfo=UTC)
        if now > clock.now() and not settings.TEST_CLOCKS_ALLOWED:
            raise CommandError("--now is still to come, and this shop takes real money")
        renewed = run_billing(now=now)
        self.stdout.write(
            f"billed {renewed.billed}, ended {renewed.ended}, failed {renewed.failed}"
        )
