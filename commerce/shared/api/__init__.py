"""HTTP conventions, the same for every context: what docs/openapi.yaml promises, in code."""
