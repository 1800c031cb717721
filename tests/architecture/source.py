"""The tree as the checkers see it: files, what they define and what they import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTEXTS = ("identity", "catalog", "fulfilment", "billing", "integrations")
# Folders of a context that are no noun.
DOORS = ("admin", "api", "interface", "management", "migrations")


@dataclass(frozen=True)
class Source:
    """One Python file under a root."""

    root: Path
    path: Path

    @cached_property
    def name(self) -> str:
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def module(self) -> str:
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.path.read_text(), filename=self.name)

    @cached_property
    def public_functions(self) -> list[str]:
        return [
            node.name
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
        ]

    @cached_property
    def imports(self) -> set[str]:
        """Name all that is imported, wherever in the file: `a.b` for `from a import b`."""
        found: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                found |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found |= {f"{node.module}.{alias.name}" for alias in node.names}
        return found

    @cached_property
    def handles_money(self) -> bool:
        """Whether amounts pass through this file."""
        text = self.path.read_text()
        return "_minor" in text or ".minor" in text or "Money" in text

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Yield every call with the dotted name of what is called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node, ast.unparse(node.func)

    @cached_property
    def commits(self) -> bool:
        """Whether it opens a transaction of its own: the mark of a use case."""
        return any(
            name.endswith("atomic") and any(keyword.arg == "durable" for keyword in call.keywords)
            for call, name in self.calls()
        )

    @property
    def is_use_case(self) -> bool:
        return self.commits or self.path.stem in self.public_functions


def sources(root: Path, *folders: str) -> list[Source]:
    """List the files of some folders, migrations left out."""
    return [
        Source(root, path)
        for folder in folders
        for path in sorted((root / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def nouns(root: Path) -> list[Source]:
    """List the files that stand in a noun's folder."""
    found = []
    for source in sources(root, "commerce"):
        parts = source.name.split("/")
        if len(parts) == 4 and parts[1] in CONTEXTS and parts[2] not in DOORS:
            found.append(source)
    return [source for source in found if source.path.name != "__init__.py"]
