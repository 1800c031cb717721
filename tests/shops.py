"""A private running shop for the tests that need all of it; one for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dev.demo.client import Unexpected, wait_for
from dev.demo.moves import Shop
from dev.stack import Stack
from dev.witness import read_journal, violations

# Longer than the leases of what a killed process held.
COMES_TO_REST_WITHIN_S = 200.0


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    # Not below pytest's own folder: another run of pytest clears old ones away, ours among them.
    with (
        TemporaryDirectory(prefix="commerce-shop-") as folder,
        Stack.start(Path(folder)) as running,
    ):
        yield running


@pytest.fixture
def shop(stack: Stack) -> Iterator[Shop]:
    """The running shop, with a provider that makes no trouble unless the test asks for it."""
    shop = Shop(facts=stack.facts)
    yield shop
    shop.stripe("DELETE", "faults")


def comes_to_rest(stack: Stack) -> None:
    """Wait until the witness finds nothing wrong any more, and nothing under way.

    Raises:
        Unexpected: it still does; the message has what.
    """
    found: list[str] = []

    def look() -> bool:
        found[:] = violations(
            database_url=stack.database_url, journal=read_journal(stack.journal), grace_s=0
        )
        return not found

    try:
        wait_for("the shop comes to rest", look, within_s=COMES_TO_REST_WITHIN_S)
    except Unexpected:
        raise Unexpected("\n".join(found)) from None
