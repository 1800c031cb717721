"""Is a webhook really the carrier's? Signatures as Standard Webhooks has them.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta

from commerce.shared.errors import Rejected

# The specification's advice: wide enough for clocks that differ, too narrow to replay old mail.
TOLERANCE = timedelta(minutes=5)
SECRET_PREFIX = "whsec_"  # noqa: S105 - the mark of a secret, not one


class BadSignature(Rejected):
    """The signature does not fit the body, or is too old."""

    code = "bad_signature"


def verify_signature(
    *,
    event_id: str,
    timestamp: str,
    signatures: str,
    body: bytes,
    secrets: Iterable[str],
    now: datetime,
) -> None:
    """Accept a webhook that one of our secrets has signed within the last minutes.

    Several secrets hold while one is being replaced; a sender may sign with several as well.

    Raises:
        BadSignature: nobody we share a secret with has sent this, or it is an old one again.
    """
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= len("9999999999")):
        raise BadSignature
    if abs(now.timestamp() - int(timestamp)) > TOLERANCE.total_seconds():
        raise BadSignature
    content = f"{event_id}.{timestamp}.".encode() + body
    expected = [f"v1,{_signature(key, content)}" for key in map(_key_of, secrets) if key]
    for given in signatures.split(" "):
        for own in expected:
            if hmac.compare_digest(given.encode(), own.encode()):
                return
    raise BadSignature


def _signature(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def _key_of(secret: str) -> bytes:
    """Decode a secret; one that is no base64 has no key, and verifies nothing."""
    try:
        return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
    except binascii.Error:
        return b""
