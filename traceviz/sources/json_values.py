"""JSON files that are no lines: arrays, one object, or several values, pretty-printed or not.

What is large or damaged is read element by element, in memory bounded by the longest one.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import IO, Any, Final, NamedTuple

import orjson

from traceviz.sources.containers import BUFFER, Stream
from traceviz.sources.quarantine import Found, Rejected
from traceviz.sources.rescue import rescue

#: What users call the format.
NAME: Final = "JSON"

#: Bytes of a file that is read at once, by the fast parser.
_SMALL: Final = 1 << 26

#: Bytes of one element that is read.
MOST_ELEMENT: Final = 1 << 30

#: A string, a bracket, or a quotation mark whose string has not ended yet.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}"]', re.DOTALL)

#: The first name in an object.
_FIRST_NAME: Final = re.compile(rb'\{\s*("(?:[^"\\]|\\.){1,200}?")\s*:')

_BETWEEN: Final = b" \t\r\n,"


def knows(head: bytes) -> bool:
    """Tell JSON by its first character."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def records(stream: Stream) -> Iterator[Found | Rejected]:
    """Give the objects of the arrays, and those that stand alone."""
    head = stream.file.read(_SMALL)
    if len(head) < _SMALL:
        try:
            value = orjson.loads(head.removeprefix(codecs.BOM_UTF8))
        except orjson.JSONDecodeError:
            pass
        else:
            yield from _objects(value)
            return
    for element in _elements(stream.file, head):
        yield from _read(element)


def _objects(value: Any) -> Iterator[Found | Rejected]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield Found(item)
        else:
            shown = repr(item).encode("utf-8", "replace")
            yield Rejected(_no_object(item), None, None, len(shown), shown[:200])


def _no_object(value: Any) -> str:
    return f"a JSON {'null' if value is None else type(value).__name__}, not an object"


class _Element(NamedTuple):
    """The bytes of one element, where they begin, and the name that the elements before it began with."""

    raw: bytes
    line: int
    offset: int
    first_name: bytes


def _read(element: _Element) -> Iterator[Found | Rejected]:
    """Read one element; a damaged one may hide others, because a stray quotation mark moves its end."""
    found = _parsed(element.raw, element.line, element.offset)
    if found is not None:
        yield from found
        return
    for raw, line, offset in _pieces(element):
        yield from _parsed(raw, line, offset) or _rescued(raw, line, offset)


def _parsed(raw: bytes, line: int, offset: int) -> list[Found | Rejected] | None:
    """Read an element that is whole, None if it is not."""
    try:
        values, notes = [orjson.loads(raw)], ()
    except orjson.JSONDecodeError:
        outcome = rescue(raw)
        if outcome.stopped is not None:
            return None
        values, notes = outcome.values, tuple(outcome.notes)  # type: ignore[assignment]  # of any length
    return [
        Found(value, line, offset, notes)
        if isinstance(value, dict)
        else Rejected(_no_object(value), line, offset, len(raw), raw[:200])
        for value in values
    ]


def _rescued(raw: bytes, line: int, offset: int) -> Iterator[Found | Rejected]:
    """Give what stands before the damage, and the rest as a reject."""
    outcome = rescue(raw)
    yield from (Found(value, line, offset, tuple(outcome.notes)) for value in outcome.values if isinstance(value, dict))
    start = outcome.stopped or 0
    rest = raw[start:]
    yield Rejected(outcome.error, line + raw.count(b"\n", 0, start), offset + start, len(rest), rest[:200])


def _pieces(element: _Element) -> Iterator[tuple[bytes, int, int]]:
    """Cut a damaged element where a record seems to begin: at an object whose first name is that of the others."""
    raw, line, offset, first_name = element
    begins = re.compile(rb"\}\s*,?\s*(?=\{\s*" + re.escape(first_name) + rb"\s*:)") if first_name else None
    cuts = [0, *(match.end() for match in begins.finditer(raw, 1))] if begins else [0]
    for start, end in pairwise([*cuts, len(raw)]):
        yield raw[start:end].rstrip(_BETWEEN if end < len(raw) else _BETWEEN + b"]"), line, offset + start
        line += raw.count(b"\n", start, end)


def _elements(file: IO[bytes], head: bytes) -> Iterator[_Element]:
    """Give the elements of the arrays of a file, and the objects that stand outside of any."""
    body = head.removeprefix(codecs.BOM_UTF8)
    scan = _Scan(body, len(head) - len(body))
    yield from scan.whole()
    while more := file.read(max(BUFFER, scan.pending())):  # ever more, so that a long element is not read anew often
        scan.add(more)
        yield from scan.whole()
        if scan.pending() > MOST_ELEMENT:
            break
    yield from scan.rest()


class _Scan:
    """Find where elements begin and end, in what was read so far."""

    def __init__(self, buffer: bytes, offset: int) -> None:
        self.buffer = buffer
        self._offset = offset  # of the buffer in the file
        self._line, self._counted = 1, 0  # the line at a place in the buffer
        self._first_name = b""
        self._at = 0  # what comes before was looked at
        self._after = 0  # where the last element ended
        self._start: int | None = None  # where the element begins in which we are
        self._depth = 0  # of brackets, in that element
        self._in_array = False

    def add(self, more: bytes) -> None:
        """Go on with more bytes; what was given away is forgotten."""
        gone = self._after if self._start is None else self._start
        self._count(gone)
        self.buffer = self.buffer[gone:] + more
        self._offset += gone
        self._at -= gone
        self._counted = 0
        self._after = 0
        self._start = None if self._start is None else 0

    def pending(self) -> int:
        """Count the bytes that no element has taken yet."""
        return len(self.buffer) - (self._after if self._start is None else self._start)

    def whole(self) -> Iterator[_Element]:
        """Give the elements that end in what was read."""
        for token in _TOKEN.finditer(self.buffer, self._at):
            byte = self.buffer[token.start()]
            if byte == 0x22 and token.end() - token.start() == 1:
                self._at = token.start()  # its end is not read yet
                return
            self._at = token.end()
            if byte == 0x22:
                continue
            if self._start is not None:
                self._depth += 1 if byte in b"{[" else -1
                if self._depth == 0:
                    start, self._start = self._start, None
                    yield self._element(start, token.end())
                continue
            yield from self._stray(token.start())
            if byte == 0x7B or (byte == 0x5B and self._in_array):
                self._start, self._depth = token.start(), 1
            else:
                self._in_array = byte == 0x5B
                self._after = token.end()

    def rest(self) -> Iterator[_Element]:
        """Give what has no end, when nothing more comes."""
        if self._start is not None:
            yield self._element(self._start, len(self.buffer))
        else:
            yield from self._stray(len(self.buffer))

    def _stray(self, end: int) -> Iterator[_Element]:
        """Give what stands between elements and should not: numbers, strings, words."""
        stray = self.buffer[self._after : end]
        if stray.strip(_BETWEEN):
            start = self._after + len(stray) - len(stray.lstrip(_BETWEEN))
            yield self._element(start, self._after + len(stray.rstrip(_BETWEEN)))

    def _element(self, start: int, end: int) -> _Element:
        self._count(start)
        raw = self.buffer[start:end]
        found = _FIRST_NAME.match(raw)
        element = _Element(raw, self._line, self._offset + start, self._first_name or (found[1] if found else b""))
        self._first_name = found[1] if found else self._first_name
        self._after = end
        return element

    def _count(self, place: int) -> None:
        self._line += self.buffer.count(b"\n", self._counted, place)
        self._counted = max(place, self._counted)
