"""Rules of the tree that no tool knows. Each gives the places that break it, as sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import models
from django.db.migrations.loader import MigrationLoader

from tests.architecture.source import CONTEXTS, Source, nouns, sources

_DOCS_PATH = re.compile(r"(?<![\w./-])docs/[\w./-]*\.(?:md|yaml)|(?<![\w./-])docs/adr/\d+\b(?!-)")
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)")

# Files of a noun that are never use cases, whatever they define.
TABLES_AND_READS = ("models.py", "queries.py")
WALL_CLOCKS = ("datetime.now", "datetime.utcnow", "timezone.now", "date.today", "time.time")


def use_cases_out_of_shape(root: Path) -> list[str]:
    """A use case is one file with exactly one public function, named as the file."""
    broken = []
    for source in nouns(root):
        if source.path.name in TABLES_AND_READS or not source.is_use_case:
            continue
        if source.public_functions != [source.path.stem]:
            found = ", ".join(source.public_functions) or "none"
            broken.append(f"{source.name}: public functions are {found}")
    return broken


def rules_that_act(root: Path) -> list[str]:
    """Models, reads and pure rules import no use case: they are asked, they do not act.

    A type that a use case takes or gives is not an act, and may be named.
    """
    files = nouns(root)
    use_cases = [
        source
        for source in files
        if source.is_use_case and source.path.name not in TABLES_AND_READS
    ]
    modules = {source.module for source in use_cases}
    acts = modules | {f"{source.module}.{source.path.stem}" for source in use_cases}
    return [
        f"{source.name} imports {name}"
        for source in files
        if source.module not in modules and _is_rule(source)
        for name in sorted(source.imports & acts)
    ]


def _is_rule(source: Source) -> bool:
    if source.path.name in TABLES_AND_READS:
        return True
    return not any(name.split(".")[0] in ("django", "celery") for name in source.imports)


def models_looked_up_by_name(root: Path) -> list[str]:
    """`apps.get_model` is for migrations; everything else imports what it means."""
    return [
        f"{source.name}:{call.lineno}"
        for source in sources(root, "commerce", "config")
        for call, name in source.calls()
        if name.endswith("get_model") and "token" not in name
    ]


def paths_that_lead_nowhere(root: Path) -> list[str]:
    """Wherever a comment or a page names a page of docs/, or links to one, there is one."""
    broken = []
    for pattern in ("*.md", "docs/**/*.md", "*/**/README.md", "*/**/*.py"):
        for file in sorted(root.glob(pattern)):
            name = file.relative_to(root)
            if name.parts[0].startswith((".", "tests")):
                continue
            text = file.read_text()
            named = {root / path for path in _DOCS_PATH.findall(text)}
            if file.suffix == ".md":
                named |= {file.parent / link for link in _LINK.findall(text)}
            broken += [
                f"{name} names {path.relative_to(root, walk_up=True)}"
                for path in sorted(named)
                if not path.exists()
            ]
    return broken


def wall_clocks(root: Path) -> list[str]:
    """Only shared/clock.py reads the system clock, and nouns are told the time by their doors."""
    broken = [
        f"{source.name}:{call.lineno} calls {name}"
        for source in sources(root, "commerce")
        if source.name != "commerce/shared/clock.py"
        for call, name in source.calls()
        if name.endswith(WALL_CLOCKS)
    ]
    broken += [
        f"{source.name}:{call.lineno} asks the clock itself"
        for source in nouns(root)
        for call, name in source.calls()
        if name.endswith("clock.now")
    ]
    return broken


def floats_near_money(root: Path) -> list[str]:
    """A file that amounts pass through knows no float: neither amounts nor rates are ever one."""
    return [
        f"{source.name}:{node.lineno} {ast.unparse(node)}"
        for source in sources(root, "commerce")
        if source.handles_money
        for node in ast.walk(source.tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]


def relations_that_leave(tables: Iterable[type[models.Model]]) -> list[str]:
    """No foreign key, join table or generic relation crosses from one context to another."""
    return [
        f"{table._meta.label}.{field.name} → {field.related_model._meta.label}"
        for table in tables
        for field in table._meta.get_fields(include_hidden=True)
        if field.is_relation
        and field.related_model
        and not isinstance(field.related_model, str)
        and {table._meta.app_label, field.related_model._meta.app_label} <= {*CONTEXTS, "shared"}
        and field.related_model._meta.app_label != table._meta.app_label
    ]


def tables_without_prefix(tables: Iterable[type[models.Model]]) -> list[str]:
    """A table's name begins with its context, so that a context can be moved by its tables."""
    return [
        f"{table._meta.label}: {table._meta.db_table}"
        for table in tables
        if not table._meta.db_table.startswith(f"{table._meta.app_label}_")
    ]


def migrations_that_leave(loader: MigrationLoader) -> list[str]:
    """A context's history is one line, and depends on no other context's."""
    broken = []
    for (app, name), migration in loader.disk_migrations.items():
        broken += [
            f"{app}.{name} depends on {other}.{dependency}"
            for other, dependency in migration.dependencies
            if app in CONTEXTS and other in CONTEXTS and other != app
        ]
    broken += [
        f"{app} has {len(leaves)} last migrations"
        for app in CONTEXTS
        if len(leaves := loader.graph.leaf_nodes(app)) > 1
    ]
    return broken


def routes_that_lead_nowhere(
    routes: Mapping[str, Sequence[str]],
    *,
    messages: Mapping[str, type[Any]],
    receivers: Mapping[str, type[Any]],
) -> list[str]:
    """Every message stands in ROUTES, and every name there is a message or a task that takes it."""
    broken = [f"{name}: no such message" for name in routes.keys() - messages.keys()]
    broken += [f"{name}: not in ROUTES" for name in messages.keys() - routes.keys()]
    routed = [(name, task) for name, tasks in routes.items() for task in tasks]
    for name, task in routed:
        heard = receivers.get(task)
        if heard is None:
            broken.append(f"{name}: no task {task}")
        elif heard.name != name:
            broken.append(f"{name}: {task} understands {heard.name}")
    unrouted = receivers.keys() - {task for _, task in routed}
    broken += [f"{task} is sent nothing" for task in unrouted]
    return sorted(broken)


def unpublished_functions(module: Any) -> list[str]:
    """Whatever an interface offers refuses to be called inside a transaction."""
    return [
        f"{module.__name__}.{name}"
        for name in module.__all__
        if callable(function := getattr(module, name))
        and not isinstance(function, type)
        and not getattr(function, "__published__", False)
    ]
