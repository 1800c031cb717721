"""Takes personal and secret values out of whatever is about to leave: log lines, Sentry events.

Two nets, because neither is enough: keys that say what they hold, and patterns that give a value
away wherever it stands. Code still must not log such values; this is for the day it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

MASK = "[removed]"

# A key is looked at without case, dashes and underscores, and by what it contains.
_SECRET_KEYS = re.compile(
    r"password|passwd|secret|token|authorization|cookie|csrf|session|apikey|credential|signature"
    r"|cardnumber|^pan$|cvc|cvv|iban|accountnumber"
    r"|email|phone|address|line1|line2|postalcode|zipcode|street|fullname|firstname|lastname"
    r"|customername|recipient|birth|ssn|taxid|vat(id|number)|ipaddr|useragent"
)

_EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
# Stripe's and our own secrets by their marks; bearer tokens by what stands before them; knox
# tokens and hashes of secrets by their length.
_SECRET = re.compile(
    r"\b(?:sk|rk|pk|whsec|ck)_(?:test_|live_)?[\w-]{8,}"
    r"|\b(?:pi|seti|pm|src)_\w+_secret_\w+"
    r"|(?i:\bbearer\s+)[\w.~+/=-]+"
    r"|\b[0-9a-f]{64,}\b"
    r"|(?<=://)[^\s/@:]*:[^\s/@]+(?=@)"
)
# What card networks issue begins with 3 to 6, or with 22 to 27; times in milliseconds do not.
_CARD = re.compile(r"(?<![\w-])(?:[3-6]\d|2[2-7])(?:[ -]?\d){11,17}(?![\w-])")

# Deeper than anything we log; a cycle ends here too.
_DEPTH = 12


def scrub(value: Any, *, _depth: int = 0) -> Any:
    """Give a copy without what must not be seen; keeps the shape."""
    if isinstance(value, str):
        return scrub_text(value)
    if _depth > _DEPTH:
        return MASK
    if isinstance(value, Mapping):
        return {
            key: MASK
            if _is_secret(key) and _holds_something(inner)
            else scrub(inner, _depth=_depth + 1)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [scrub(inner, _depth=_depth + 1) for inner in value]
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return MASK if scrub_text(str(value)) == MASK else value
    return scrub_text(str(value))


def scrub_text(text: str) -> str:
    """Mask addresses, secrets and card numbers inside a sentence."""
    text = _SECRET.sub(MASK, text)
    text = _EMAIL.sub(MASK, text)
    return _CARD.sub(lambda found: MASK if is_card_number(found[0]) else found[0], text)


def is_card_number(text: str) -> bool:
    """Tell whether digits pass the check every card number passes (Luhn, ISO/IEC 7812-1)."""
    digits = [int(character) for character in text if character.isdigit()]
    if not 13 <= len(digits) <= 19:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_secret(key: object) -> bool:
    return bool(_SECRET_KEYS.search(re.sub(r"[\s_-]", "", str(key).lower())))


def _holds_something(value: object) -> bool:
    # `{"token": None}` and `{"email_sent": True}` give nothing away, and are worth reading.
    return value is not None and not isinstance(value, bool)
