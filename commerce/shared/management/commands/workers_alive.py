"""Tell whether every queue is being worked on; for supervisors and liveness probes."""

from __future__ import annotations

from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError, CommandParser

from commerce.shared.heartbeats import silent_for_s


class Command(BaseCommand):
    """Exits 0 when all are, else 1 and names the others."""

    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--max-age",
            type=float,
            default=60,
            help="seconds a queue may go without a task being taken (default: %(default)s)",
        )
        parser.add_argument("--queues", help="only these, separated by commas; else all")

    def handle(self, *args: Any, **options: Any) -> None:
        queues = (options["queues"] or "").split(",") if options["queues"] else _every_queue()
        silent = silent_for_s(queues)
        dead = {queue: age for queue, age in silent.items() if age > options["max_age"]}
        if dead:
            ages = ", ".join(f"{queue} ({age:.0f} s)" for queue, age in dead.items())
            raise CommandError(f"Nothing is taken from: {ages}")
        self.stdout.write(f"Alive: {', '.join(silent)}")


def _every_queue() -> list[str]:
    return sorted(queue.name for queue in current_app.conf.task_queues)
