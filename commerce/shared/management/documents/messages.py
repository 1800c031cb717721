"""docs/messages/: a JSON Schema for each message, and the topology on one page."""

from __future__ import annotations

import inspect
import json

from django.conf import settings
from django.utils.module_loading import autodiscover_modules

from commerce.shared.management.documents import GENERATED
from commerce.shared.management.documents.json_schema import schema_of
from commerce.shared.messages import MESSAGES, Message

INTRODUCTION = """# Messages

{generated}

Contexts tell each other what happened (events) and what to do (commands). Delivery is at least once, in no particular order; every receiver is idempotent (docs/adr/0006-outbox-confirmed-by-receivers.md). A new optional field keeps the version, any other change is a new message beside the old one.

| message | says | is received by |
|---|---|---|
"""


def message_documents() -> dict[str, str]:
    """Describe every message that ROUTES knows."""
    autodiscover_modules("interface.messages")
    messages = {name: MESSAGES[name] for name in sorted(settings.MESSAGE_ROUTES)}
    schemas = {f"messages/{name}.json": _schema_text(name, kind) for name, kind in messages.items()}
    rows = [_row(name, kind) for name, kind in messages.items()]
    page = INTRODUCTION.format(generated=GENERATED) + "\n".join(rows) + "\n"
    return {"messages/README.md": page, **schemas}


def _schema_text(name: str, kind: type[Message]) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:commerce:message:{name}",
        **schema_of(kind),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _row(name: str, kind: type[Message]) -> str:
    says = inspect.cleandoc(kind.__doc__ or "").splitlines()[0]
    receivers = ", ".join(f"`{task}`" for task in settings.MESSAGE_ROUTES[name]) or "nobody yet"
    return f"| [`{name}`]({name}.json) | {says} | {receivers} |"
