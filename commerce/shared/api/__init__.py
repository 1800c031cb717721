"""HTTP conventions, the same for every context: what docs/api.md promises, in code."""
