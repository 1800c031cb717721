"""`make demo`: the shop's story, each step read back. Exit status 0 only if all of it was true."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import requests

from dev.demo.bundling import buy_a_bundle_and_a_course
from dev.demo.buying import ask_the_bank, be_declined, buy_and_send_back
from dev.demo.client import Unexpected, wait_for
from dev.demo.moves import Shop
from dev.demo.narrator import Narrator
from dev.demo.subscribing import join_and_read, subscribe_and_renew
from dev.state import State, local_folder
from dev.terminal import console
from dev.witness import needs_sandboxes, read_journal, violations

STORIES = (
    buy_and_send_back,
    be_declined,
    ask_the_bank,
    subscribe_and_renew,
    join_and_read,
    buy_a_bundle_and_a_course,
)


def main() -> int:
    """Tell every story to the running shop, then let the witness look at what is left behind."""
    facts = State(local_folder()).running()
    if not facts.get("ready"):
        console.print("No shop is running: start it with `make up`")
        return 2
    if why_not := needs_sandboxes(facts):
        console.print(why_not)
        return 2
    shop, story, started = Shop(facts=facts), Narrator(), time.monotonic()
    try:
        for tell in STORIES:
            tell(shop, story)
        _close_the_books(shop, story)
    except (Unexpected, requests.RequestException) as failure:
        console.print(f"\n[red]✗[/red] {failure}", highlight=False)
        return 1
    console.print(
        f"\n{story.verified} steps verified in {time.monotonic() - started:.0f} s", style="green"
    )
    return 0


def _close_the_books(shop: Shop, story: Narrator) -> None:
    story.chapter("An outside witness compares shop, provider and stock")
    journal = Path(shop.facts["stripe"]["journal"])
    found: list[str] = []

    def is_at_rest() -> bool:
        found[:] = violations(
            database_url=shop.facts["database_url"], journal=read_journal(journal), grace_s=0
        )
        return not found

    try:
        # Messages of the last story are still on their way.
        wait_for("the shop comes to rest", is_at_rest)
    except Unexpected:
        raise Unexpected("\n".join(found)) from None
    story.verify("violations", len(found), 0)


if __name__ == "__main__":
    sys.exit(main())
