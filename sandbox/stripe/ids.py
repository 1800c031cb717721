"""Ids in Stripe's style: a prefix that tells the kind, then the moment, then chance.

Ids made one after the other sort so: the index over them grows at its end only, which keeps a
store of a million objects as fast as an empty one.
"""

import secrets
import time


def new_id(prefix: str) -> str:
    return f"{prefix}_{time.time_ns() // 1000:013x}{secrets.token_hex(6)[1:]}"


def new_secret(owner_id: str) -> str:
    """The secret a browser needs to act on one intent."""
    return f"{owner_id}_secret_{secrets.token_hex(12)}"
