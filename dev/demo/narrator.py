"""Tells the story on the terminal while it happens, and keeps count of what was verified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dev.demo.client import Unexpected
from dev.terminal import console


class Narrator:
    def __init__(self) -> None:
        self.verified = 0

    def chapter(self, title: str) -> None:
        console.print(f"\n[bold]{title}[/bold]")

    def tell(self, sentence: str) -> None:
        console.print(f"  {sentence}", highlight=False)

    def verify(self, sentence: str, found: object, expected: object) -> None:
        """Say what was read back, and stop the story if it is something else.

        Raises:
            Unexpected: the shop says otherwise.
        """
        if found != expected:
            raise Unexpected(f"{sentence}: {expected!r} was expected, the shop says {found!r}")
        self.verified += 1
        console.print(f"  [green]✓[/green] {sentence}: {found}", highlight=False)


def amount(money: Mapping[str, Any]) -> str:
    """Write an amount of a currency with two digits, as all of the demo's are."""
    return f"{money['amount'] / 100:,.2f} {money['currency']}"
