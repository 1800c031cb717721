"""What the commands say: one line a step, a table at the end."""

import contextlib
import time
from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

console = Console(highlight=False)


_open_step: str | None = None


def say(text: str) -> None:
    global _open_step  # noqa: PLW0603 - there is one terminal
    if _open_step:
        # Leave its line; the end of the step is told on a line of its own.
        console.print()
        _open_step = None
    console.print(f"  {text}", markup=False, soft_wrap=True)


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
    staff = facts["staff"]
    rows = {
        "API": f"{facts['api']}/v1/",
        "API documentation": facts["docs"],
        "Admin": facts["admin"],
        "Staff login": f"{staff['email']}   {staff['password']}",
        "Staff token": staff["token"],
        "Test card": "4242 4242 4242 4242, any future date, any CVC",
        "For programs": f"{facts['log_dir'].removesuffix('logs')}run.json",
    }
    took = f" after {took_s:.1f} s" if took_s is not None else ""
    console.print(f"\n  [bold green]The shop is open{took}.[/]\n")
    for name, value in rows.items():
        # Never wrapped, so that an address or a token can be copied whole.
        console.print(f"  [dim]{name:<19}[/]{escape(value)}", soft_wrap=True)
    console.print()
