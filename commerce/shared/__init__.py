"""The kernel: small, boring words that every context uses. It imports no context."""
