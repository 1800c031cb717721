"""Words as a search sees them: the same cutting for what is stored and for what is asked."""

from __future__ import annotations

import re
from typing import Final

# PostgreSQL's own stemmer. A market with another language will bring its own.
LANGUAGE: Final = "english"

# PostgreSQL would read "CJ-862799" as a word and a negative number, and only sometimes. Cut at
# everything that is neither letter nor digit, both sides agree.
_WORD: Final = re.compile(r"[^\W_]+")
_WORDS_MAX: Final = 16
_TITLE_KEY_MAX: Final = 100


def plain_words(text: str) -> str:
    return " ".join(_WORD.findall(text))


def search_expression(asked: str) -> str:
    """A `to_tsquery` text: every word must be there, the last may still be being typed."""
    words = _WORD.findall(asked)[:_WORDS_MAX]
    return " & ".join([*words[:-1], f"{words[-1]}:*"]) if words else ""


def title_key(title: str) -> str:
    """What titles are sorted by: case does not count, nor do quotes and brackets around words."""
    return plain_words(title).casefold()[:_TITLE_KEY_MAX]
