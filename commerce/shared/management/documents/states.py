"""docs/states/: every state machine as a diagram, drawn from its transitions."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django_fsm import FSMField

from commerce.shared.management.documents import GENERATED

INTRODUCTION = """# States

{generated}

| what | states |
|---|---|
"""


def state_documents() -> dict[str, str]:
    """Draw every state machine of our contexts."""
    machines = sorted(_machines(), key=lambda machine: machine[0])
    pages = {f"states/{name}.md": _page(table, field) for name, table, field in machines}
    rows = [
        f"| [{table._meta.label}]({name}.md) | {', '.join(_states(field))} |"
        for name, table, field in machines
    ]
    index = INTRODUCTION.format(generated=GENERATED) + "\n".join(rows) + "\n"
    return {"states/README.md": index, **pages}


def _machines() -> Iterator[tuple[str, type[models.Model], Any]]:
    for table in apps.get_models():
        if not table.__module__.startswith("commerce."):
            continue
        for field in table._meta.get_fields():
            if isinstance(field, FSMField):
                one_of_several = "" if field.name in ("status", "state") else f".{field.name}"
                yield f"{table._meta.label_lower}{one_of_several}", table, field


def _states(field: Any) -> list[str]:
    return [str(value) for value, _ in field.choices]


def _page(table: type[models.Model], field: Any) -> str:
    moves = sorted(
        (position, target, name, meaning)
        for position, source in enumerate(_states(field))
        for target, name, meaning in _moves_from(table, field, source)
    )
    states = _states(field)
    arrows = [f"    {states[position]} --> {target}: {name}" for position, target, name, _ in moves]
    finals = [state for i, state in enumerate(states) if i not in {move[0] for move in moves}]
    notes = {name: meaning for _, _, name, meaning in moves if meaning}
    return "\n".join(
        [
            f"# {table._meta.label}",
            "",
            GENERATED,
            "",
            _first_line(table.__doc__),
            "",
            "```mermaid",
            "stateDiagram-v2",
            f"    [*] --> {field.get_default()}",
            *arrows,
            *(f"    {state} --> [*]" for state in finals),
            "```",
            *(["", *(f"- `{name}`: {notes[name]}" for name in sorted(notes))] if notes else []),
            "",
        ]
    )


def _moves_from(
    table: type[models.Model], field: Any, state: str
) -> Iterator[tuple[str, str, str]]:
    """Yield where a state leads; "*" and "+" stand for every state and every other state."""
    for transition in field.get_all_transitions(table):
        target = state if transition.target is None else str(transition.target)
        if transition.source in (state, "*") or (transition.source == "+" and target != state):
            yield target, transition.name, _first_line(transition.method.__doc__)


def _first_line(text: str | None) -> str:
    return (inspect.cleandoc(text or "").splitlines() or [""])[0]
