"""`manage.py check_invariants --journal PATH`: print the verdict, exit 1 if anything is violated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from commerce.billing.ledger.check_invariants import check_invariants
from commerce.shared import clock


class Command(BaseCommand):
    help = "Check what must always hold about money, also against the sandbox provider's journal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--journal", type=Path, help="the sandbox Stripe's journal.jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["journal"]
        if path and not path.exists():
            raise CommandError(f"there is no journal at {path}")
        journal = [json.loads(line) for line in path.read_text().splitlines()] if path else None
        findings = check_invariants(journal=journal, now=clock.now())
        for name, found in findings.items():
            self.stdout.write(f"{'ok ' if not found else 'BAD'}  {name}")
            for finding in found:
                self.stdout.write(f"     {finding}")
        violations = sum(map(len, findings.values()))
        if violations:
            raise CommandError(f"{violations} violations")
        self.stdout.write("all invariants hold")
