"""Reads the golden cases (tests/cases/README.md)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "cases"


def cases_of(file: str, *areas: str) -> list[dict[str, Any]]:
    """List the cases of some areas; an area without cases is a mistake of the asker."""
    every = json.loads((FOLDER / f"{file}.json").read_text())
    known = {case["area"] for case in every}
    assert set(areas) <= known, set(areas) - known
    return [case for case in every if case["area"] in areas]


def every_area(file: str) -> set[str]:
    """Name all areas, so that a module can account for each of its own."""
    return {case["area"] for case in json.loads((FOLDER / f"{file}.json").read_text())}
