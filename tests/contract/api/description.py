"""The API's own description, as these tests read it: operations, and bodies made from schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import yaml

from commerce.shared.management.documents.api import api_documents

METHODS: Final = ("get", "post", "put", "patch", "delete")
# What a string of this format looks like; without a format a short word does.
EXAMPLES: Final = {
    "date-time": "2030-01-01T00:00:00Z",
    "date": "2030-01-01",
    "email": "ada@example.com",
    "uri": "https://example.com/",
    "uuid": "0190a000-0000-7000-8000-000000000000",
    "decimal": "1.00",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A value somewhere in a body: the way to it, and what the description says about it."""

    steps: tuple[str | int, ...]
    schema: Mapping[str, Any]

    @property
    def pointer(self) -> str:
        return "".join(f"/{step}" for step in self.steps)

    @property
    def types(self) -> set[str]:
        named = self.schema.get("type", "any")
        return {named} if isinstance(named, str) else set(named)

    def put(self, body: Any, value: Any) -> Any:
        """Give a copy of the body with another value here."""
        return _put(body, self.steps, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    method: str
    path: str
    is_open: bool
    needs_key: bool
    statuses: frozenset[int]
    body: Any
    """A body of the right shape, every field filled; None where there is no body."""
    places: tuple[Place, ...]

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"

    @property
    def has_id(self) -> bool:
        return "{" in self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    document: dict[str, Any]
    operations: tuple[Operation, ...]

    @classmethod
    def read(cls) -> Self:
        document = yaml.safe_load(api_documents()["openapi.yaml"])
        return cls(document=document, operations=tuple(_operations(document)))

    def with_body(self) -> list[Operation]:
        return [operation for operation in self.operations if operation.body is not None]


def _operations(document: dict[str, Any]) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method not in methods:
                continue
            said = methods[method]
            content = said.get("requestBody", {}).get("content", {})
            schema = content.get("application/json", {}).get("schema")
            yield Operation(
                method=method,
                path=path,
                is_open={} in said.get("security", [{}]),
                needs_key=any(x["name"] == "Idempotency-Key" for x in said.get("parameters", [])),
                statuses=frozenset(int(status) for status in said["responses"]),
                body=None if schema is None else _example(document, schema),
                places=tuple(_places(document, schema, ())) if schema else (),
            )


def _resolve(document: dict[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow references, and of alternatives take the one that is not null."""
    while True:
        if "$ref" in schema:
            found: Any = document
            for step in schema["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            schema = found
            continue
        for choice in ("allOf", "oneOf", "anyOf"):
            if choice in schema:
                schema = next(x for x in schema[choice] if x.get("type") != "null")
                break
        else:
            return schema


def _example(document: dict[str, Any], schema: Mapping[str, Any]) -> Any:
    schema = _resolve(document, schema)
    if choices := [x for x in schema.get("enum", []) if x is not None]:
        return "USD" if "USD" in choices else choices[0]
    kind = schema.get("type", "object")
    kind = kind if isinstance(kind, str) else next(x for x in kind if x != "null")
    match kind:
        case "object":
            return {
                name: _example(document, inner)
                for name, inner in schema.get("properties", {}).items()
            }
        case "array":
            return [_example(document, schema["items"])]
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return True
    return EXAMPLES.get(schema.get("format", ""), "word")


def _places(
    document: dict[str, Any], schema: Mapping[str, Any], steps: tuple[str | int, ...]
) -> Iterator[Place]:
    schema = _resolve(document, schema)
    if steps:
        yield Place(steps=steps, schema=schema)
    for name, inner in schema.get("properties", {}).items():
        yield from _places(document, inner, (*steps, name))
    if "items" in schema:
        yield from _places(document, schema["items"], (*steps, 0))


def _put(body: Any, steps: tuple[str | int, ...], value: Any) -> Any:
    if not steps:
        return value
    first, *rest = steps
    copy = list(body) if isinstance(body, list) else dict(body)
    copy[first] = _put(body[first], tuple(rest), value)  # type: ignore[index]
    return copy
