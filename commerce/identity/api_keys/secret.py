"""What an API key looks like: `ck_` and 256 random bits."""

from __future__ import annotations

import secrets

MARK = "ck_"
# Enough to tell keys apart in a list, useless for guessing the rest.
PREFIX_LENGTH = len(MARK) + 6


def new_secret() -> str:
    return MARK + secrets.token_urlsafe(32)


def prefix_of(secret: str) -> str:
    return secret[:PREFIX_LENGTH]
