"""What the commands say: one line a step, a table at the end."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

console = Console(highlight=False)


_open_step: str | None = None


def say(text: str) -> None:
    global _open_step  # noqa: PLW0603 - there is one terminal
    if _open_step:
        # Leave its line; the end of the step is told on a line of its own.
        console.print()
        _open_step = None
    console.print(f"  {text}", markup=False)


@contextlib.contextmanager
def step(text: str) -> Iterator[None]:
    """Say what is being done, then how long it took.

    No spinner: it would be a second thread, which the supervisor must not have.
    """
    global _open_step  # noqa: PLW0603 - there is one terminal
    console.print(f"  {text} ", end="", markup=False)
    _open_step = text
    started = time.monotonic()
    outcome = "[red]failed[/]"
    try:
        yield
        outcome = "[green]done[/]"
    finally:
        again = "" if _open_step else f"  {text} "
        _open_step = None
        console.print(f"{again}{outcome} [dim]{time.monotonic() - started:.1f} s[/]")


def table(facts: Mapping[str, Any], *, took_s: float | None = None) -> None:
    """Show a shop that is running."""
    staff = facts["staff"] or {}
    grid = Table(show_header=False, box=None, padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    grid.add_row("API", f"{facts['api']}/v1/")
    grid.add_row("API documentation", facts["docs"])
    grid.add_row("Admin", facts["admin"])
    grid.add_row("Staff login", f"{staff.get('email')}   {staff.get('password')}")
    grid.add_row("Staff token", str(staff.get("token")))
    grid.add_row("Test card", "4242 4242 4242 4242, any future date, any CVC")
    grid.add_row("For programs", f"{facts['log_dir'].removesuffix('logs')}run.json")
    console.print()
    ready = "The shop is open" + (f" after {took_s:.1f} s." if took_s is not None else ".")
    console.print(f"  [bold green]{ready}[/]")
    console.print(grid)
    console.print()
