"""Ids in Stripe's style: a prefix that tells the kind, then letters that tell nothing."""

import secrets


def new_id(prefix: str) -> str:
    return f"{prefix}_{secrets.token_hex(12)}"


def new_secret(owner_id: str) -> str:
    """The secret a browser needs to act on one intent."""
    return f"{owner_id}_secret_{secrets.token_hex(12)}"
