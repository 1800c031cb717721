"""Takes personal and secret values out of what is about to leave: log lines, reports, kept errors.

Two nets, because neither is enough: keys that say what they hold, and patterns that give a value
away wherever it stands. Code still must not log such values; this is for the day it does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

MASK = "[removed]"

# A key is looked at without case, dashes and underscores, and by what it contains.
_SECRET_KEYS = re.compile(
    r"password|passwd|secret|token|authorization|cookie|csrf|session|apikey|credential|signature"
    r"|cardnumber|^pan$|cvc|cvv|iban|accountnumber"
    r"|email|phone|address|line1|line2|postalcode|zipcode|street|fullname|firstname|lastname"
    r"|customername|recipient|birth|ssn|taxid|vat(id|number)|useragent"
    r"|^name$|^city$|contact|ipaddr|remoteaddr|^(client|remote)?ip$|forwarded|connectingip|realip"
)

# Percent-encoded too: addresses travel in query strings.
_EMAIL = re.compile(r"[\w.+%-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
# Stripe's and our own secrets by their marks; bearer tokens by what stands before them; knox
# tokens and hashes of secrets by their length.
_SECRET = re.compile(
    r"\b(?:sk|rk|pk|whsec|ck)_(?:test_|live_)?[\w-]{8,}"
    r"|\b(?:pi|seti|pm|src)_\w+_secret_\w+"
    r"|(?i:\bbearer\s+)[\w.~+/=-]+"
    r"|\b[0-9a-f]{64,}\b"
    # As far as the last @: a password may hold one itself.
    r"|(?<=://)\S*:\S+(?=@)"
    # libpq's way to write an address: host=db password=…
    r"|(?i:\b(?:password|passwd|pwd)\s*=\s*)(?:'(?:\\.|[^'\\])*'|[^\s&]+)"
)
# PostgreSQL tells whole rows, and the values of keys, in the details of an error; where its usual
# end does not follow, the rest of the line goes.
_ROW = re.compile(
    r"""(?s:(?<=Failing row contains )\(.*?\)(?=\.?(?:\n|\\n|['"]|\Z)))|(?<=Failing row contains )\(.*"""
)
_KEY_VALUE = re.compile(
    r"((?i:\bkey )\(.*?\)=)"
    r"(?:(?s:\(.*?\)(?= (?:already exists|is not present|is still ref|is duplicated|conflicts with)"
    r"|\.?(?:\n|\\n|['\"]|\Z)))|\(.*)"
)
# With the country in front, or in the groups that people write; bare digits may be anything.
_PHONE = re.compile(
    r"(?<![\w+.-])(?:\+\d(?:[ ().-]{0,2}\d){7,14}|\(\d{3}\) ?\d{3}[ -]\d{4}|\d{3}-\d{3}-\d{4})(?![\w-])"
)
_IP = re.compile(
    r"(?<![\w.:-])(?:"
    r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)"
    r"|(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}"
    r"|(?:[0-9a-f]{1,4}:){1,6}(?::[0-9a-f]{1,4}){1,6}"
    r")(?![\w.-]*\w)",
    re.IGNORECASE,
)
# What card networks issue begins with 3 to 6, or with 22 to 27; times in milliseconds do not.
_CARD = re.compile(r"(?<![\w-])(?:[3-6]\d|2[2-7])(?:[ -]?\d){11,17}(?![\w-])")

# What is longer than this is hardly ever said twice.
_SHORT = 40

# Deeper than anything we log; a cycle ends here too.
_DEPTH = 12


def scrub(value: Any, *, _depth: int = 0) -> Any:
    """Give a copy without what must not be seen; keeps the shape."""
    if isinstance(value, str):
        return _scrub_short_text(value) if len(value) <= _SHORT else scrub_text(value)
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
    text = _ROW.sub(MASK, text)
    text = _KEY_VALUE.sub(rf"\1{MASK}", text)
    text = _SECRET.sub(MASK, text)
    text = _EMAIL.sub(MASK, text)
    text = _PHONE.sub(MASK, text)
    text = _IP.sub(_unless_ours, text)
    return _CARD.sub(lambda found: MASK if is_card_number(found[0]) else found[0], text)


def _unless_ours(found: re.Match[str]) -> str:
    # An address of this machine says which server is away, and nothing about a person.
    return found[0] if found[0].startswith("127.") else MASK


@lru_cache(maxsize=2048)
def _scrub_short_text(text: str) -> str:
    """The same, remembered: methods, routes and names of loggers come again with every line."""
    return scrub_text(text)


def is_card_number(text: str) -> bool:
    """Tell whether digits pass the check every card number passes (Luhn, ISO/IEC 7812-1)."""
    digits = [int(character) for character in text if character.isdigit()]
    if not 13 <= len(digits) <= 19:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


@lru_cache(maxsize=1024)  # every line has the same few keys
def _is_secret(key: object) -> bool:
    return bool(_SECRET_KEYS.search(re.sub(r"[\s_-]", "", str(key).lower())))


def _holds_something(value: object) -> bool:
    # `{"token": None}` and `{"email_sent": True}` give nothing away, and are worth reading.
    return value is not None and not isinstance(value, bool)
