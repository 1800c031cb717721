"""Words as a search sees them: the same cutting for what is stored and for what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

# PostgreSQL's own stemmer, of a shop that says nothing about its language.
LANGUAGE: Final = "english"

# PostgreSQL would read "CJ-862799" as a word and a negative number, and only sometimes. Cut at
# everything that is neither letter nor digit, both sides agree.
_WORD: Final = re.compile(r"[^\W_]+")
_WORDS_MAX: Final = 16
_TITLE_KEY_MAX: Final = 100

# Shorter ones are spelled like too many others, longer ones are no words.
_CORRECTED_FROM: Final = 3
_CORRECTED_TO: Final = 40


def plain_words(text: str) -> str:
    return " ".join(_WORD.findall(text))


def asked_words(text: str) -> list[str]:
    """Cut what was asked for into words; there is an end, however much is pasted."""
    return [word.lower() for word in _WORD.findall(text)[:_WORDS_MAX]]


def search_expression(asked: str) -> str:
    """A `to_tsquery` text: every word must be there, the last may still be being typed."""
    words = _WORD.findall(asked)[:_WORDS_MAX]
    return " & ".join([*words[:-1], f"{words[-1]}:*"]) if words else ""


def is_correctable(word: str) -> bool:
    """Tell whether a typing error in it can be mended. Codes and sizes are meant as they stand."""
    return _CORRECTED_FROM <= len(word) <= _CORRECTED_TO and not any(x.isdigit() for x in word)


def vocabulary(texts: Iterable[str]) -> set[str]:
    """Give the words that typing errors are corrected to."""
    words = (word.lower() for text in texts for word in _WORD.findall(text))
    return {word for word in words if is_correctable(word)}


def title_key(title: str) -> str:
    """What titles are sorted by: case does not count, nor do quotes and brackets around words."""
    return plain_words(title).casefold()[:_TITLE_KEY_MAX]
