"""`manage.py check_ledger`: look at the books, print the verdict, exit 1 if anything is wrong."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commerce.billing.ledger.check_ledger import check_ledger


class Command(BaseCommand):
    help = "Check that the ledger balances and agrees with invoices, attempts and refunds."

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = check_ledger()
        for check, findings in verdict.findings.items():
            self.stdout.write(f"{'ok ' if not findings else 'BAD'}  {check}")
            for finding in findings:
                self.stdout.write(f"     {finding}")
        if not verdict.is_balanced:
            raise CommandError("the ledger does not balance")
        self.stdout.write("the ledger balances")
