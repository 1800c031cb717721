"""The import contracts of pyproject.toml: kept here, and each one broken by a planted import."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

PACKAGES = ("commerce", "config", "data", "dev", "sandbox")
NAMES = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
]

# Contract → where to write what, so that this contract breaks.
PLANTED = {
    "Calls go down, events come up": (
        "commerce/catalog/products/planted_1.py",
        "from commerce.fulfilment.interface import services",
    ),
    "Contexts meet only at interface.services": (
        "commerce/billing/orders/planted_2.py",
        "from commerce.fulfilment.interface.dto import Reservation",
    ),
    "Config wires everything and is imported by nobody; tools of development stay outside": (
        "commerce/billing/orders/planted_3.py",
        "from config.messages import ROUTES",
    ),
    "The demo data is made by the seed commands alone": (
        "commerce/catalog/listing/planted_13.py",
        "from data.prepare import write_shop",
    ),
    "The demo data imports none of ours": (
        "data/planted_14.py",
        "from dev.state import State",
    ),
    "The product does not know its sandboxes, and they do not know it": (
        "sandbox/planted_4.py",
        "from commerce.shared.money import Money",
    ),
    "Plain words and money import no framework": (
        "commerce/fulfilment/interface/dto.py",
        "from django.db import models",
    ),
    "Stripe is imported by one file; its sandbox is held to the same SDK": (
        "commerce/billing/orders/planted_6.py",
        "import stripe",
    ),
    "The admin's theme is imported by one package, where it can be taken out": (
        "commerce/billing/admin/planted_12.py",
        "from unfold.admin import ModelAdmin",
    ),
    "Inside billing: doors > interface > nouns > outbox > words": (
        "commerce/billing/outbox.py",
        "from commerce.billing.orders import models",
    ),
    "Inside fulfilment: doors > interface > nouns > outbox > words": (
        "commerce/fulfilment/inventory/planted_8.py",
        "from commerce.fulfilment.api import urls",
    ),
    "Inside catalog: doors > interface > nouns > outbox > words": (
        "commerce/catalog/pricing/planted_9.py",
        "from commerce.catalog.interface import services",
    ),
    "Inside identity: doors > interface > nouns > words": (
        "commerce/identity/users/planted_10.py",
        "from commerce.identity.interface.authentication import Authentication",
    ),
    "Inside the kernel: doors and HTTP > mechanisms > words": (
        "commerce/shared/money.py",
        "from commerce.shared import codec",
    ),
}


def verdicts(tree: Path) -> dict[str, str]:
    """Run import-linter on a tree, and give KEPT or BROKEN for each contract."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=tree,
        env={"PYTHONPATH": str(tree), "COLUMNS": "500"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    shown = done.stdout + done.stderr
    found = dict(re.findall(r"^(.+?) (KEPT|BROKEN)\b", shown, re.MULTILINE))
    assert found.keys() == set(NAMES), shown
    return found


@pytest.fixture
def tree(tmp_path) -> Path:
    """Copy what the contracts are about, so that it can be spoilt."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


class TestContracts:
    def test_are_kept(self):
        assert verdicts(ROOT) == dict.fromkeys(NAMES, "KEPT")

    def test_each_have_an_import_here_that_breaks_them(self):
        assert PLANTED.keys() == set(NAMES)

    def test_are_broken_by_what_they_forbid(self, tree):
        for name, line in PLANTED.values():
            path = tree / name
            text = path.read_text() if path.exists() else ""
            path.write_text(f"{text}\n{line}\n")

        assert verdicts(tree) == dict.fromkeys(NAMES, "BROKEN")

    def test_know_every_context_and_every_noun(self, tree):
        for folder in ("commerce/planted", "commerce/billing/planted", "commerce/catalog/planted"):
            (tree / folder).mkdir()
            (tree / folder / "__init__.py").touch()

        broken = {name for name, verdict in verdicts(tree).items() if verdict == "BROKEN"}

        assert broken == {
            "Calls go down, events come up",
            "Inside billing: doors > interface > nouns > outbox > words",
            "Inside catalog: doors > interface > nouns > outbox > words",
        }
