"""Records of a file, one by one, each with its line and the byte after it. Pure.

Any record's end is a place where another worker can begin: that is what makes an import resumable.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import orjson

BOM: Final = b"\xef\xbb\xbf"
# More than the longest description in the widest encoding; a file without line ends is no file.
LINE_BYTES_MAX: Final = 1024 * 1024
# PostgreSQL stores every character but this one, and would refuse a whole batch for it.
_NULL: Final = "\x00"
_NULL_IN_JSON: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record: the cells of a CSV line, or the value of a JSON line; or why it is unreadable."""

    line: int
    """Where it begins, counted from 1."""
    end: int
    """The byte behind it."""
    next_line: int
    value: Any = None
    problem: str = ""


def csv_records(chunks: Iterable[bytes], *, position: int = 0, line: int = 1) -> Iterator[Record]:
    """Read CSV (RFC 4180) from a byte and a line on; a cell may hold line ends. Empty lines are skipped."""
    lines = _Lines(chunks, position=position, line=line)
    reader = csv.reader(lines, strict=True)
    while True:
        begins = lines.next_line
        value, problem = None, ""
        try:
            value = next(reader)
        except StopIteration:
            return
        except (csv.Error, _Unreadable) as failure:
            problem = str(failure)
        if value == []:
            continue
        yield Record(
            line=begins,
            end=lines.position,
            next_line=lines.next_line,
            value=value,
            problem=problem,
        )


def json_records(chunks: Iterable[bytes], *, position: int = 0, line: int = 1) -> Iterator[Record]:
    """Read JSON Lines (https://jsonlines.org) from a byte and a line on. Empty lines are skipped."""
    lines = _Lines(chunks, position=position, line=line)
    while True:
        begins = lines.next_line
        value, problem = None, ""
        try:
            text = next(lines)
            if not text.strip():
                continue
            value = _value_of(text)
        except StopIteration:
            return
        except (orjson.JSONDecodeError, _Unreadable) as failure:
            problem = str(failure)
        yield Record(
            line=begins,
            end=lines.position,
            next_line=lines.next_line,
            value=value,
            problem=problem,
        )


def _value_of(text: str) -> Any:
    if _NULL_IN_JSON.search(text):
        raise _Unreadable("a null character")
    return orjson.loads(text)


class _Unreadable(ValueError):
    """A line that is no text that can be stored."""


class _Lines:
    """Lines of text from chunks of bytes, knowing how far it has read."""

    def __init__(self, chunks: Iterable[bytes], *, position: int, line: int) -> None:
        self._chunks = iter(chunks)
        self._whole: deque[bytes] = deque()
        self._rest = b""
        self._is_first = position == 0
        self.position = position
        self.next_line = line

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = self._take()
        if not raw:
            raise StopIteration
        self.position += len(raw)
        self.next_line += 1
        if self._is_first:
            raw, self._is_first = raw.removeprefix(BOM), False
        if len(raw) > LINE_BYTES_MAX:
            raise _Unreadable(f"longer than {LINE_BYTES_MAX:,} bytes")
        try:
            text = raw.decode()
        except UnicodeDecodeError as failure:
            raise _Unreadable("not in UTF-8") from failure
        if _NULL in text:
            raise _Unreadable("a null character")
        return text

    def _take(self) -> bytes:
        while not self._whole:
            more = next(self._chunks, None)
            if more is None:
                last, self._rest = self._rest, b""
                return last
            *ended, self._rest = (self._rest + more).split(b"\n")
            self._whole.extend(line + b"\n" for line in ended)
            if len(self._rest) > LINE_BYTES_MAX:
                self._whole.append(self._rest)
                self._rest = b""
        return self._whole.popleft()
