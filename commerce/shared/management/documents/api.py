"""docs/openapi.yaml: the REST API as OpenAPI 3.1."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.management import call_command


def api_documents() -> dict[str, str]:
    """Describe the API.

    Raises:
        SchemaGenerationError: a view cannot be described; the warnings above it say which.
    """
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "openapi.yaml"
        call_command("spectacular", file=str(file), fail_on_warn=True, validate=True)
        return {"openapi.yaml": file.read_text()}
