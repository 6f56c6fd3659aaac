"""Where the elements of JSON arrays begin and end, found in memory bounded by the longest, whatever is damaged."""

from __future__ import annotations

import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import IO, Final, NamedTuple

from traceviz.sources.jsonlines import MOST_LINE
from traceviz.sources.packings import BUFFER
from traceviz.sources.quarantine import SHOWN, Rejected

#: Bytes of one element that is read.
MOST_ELEMENT: Final = MOST_LINE

#: Bytes that are read at once.
_MOST_READ: Final = 1 << 26

#: A string, a bracket, or a quotation mark whose string has not ended yet.
_TOKEN: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{}"]', re.DOTALL)

#: The first name in an object.
_FIRST_NAME: Final = re.compile(rb'\{[ \t\r\n]*+("(?:[^"\\]|\\.){1,200}?")[ \t\r\n]*+:')

#: Bytes around a bracket that say whether a record begins there.
_LOOKED_BACK: Final = 64
_LOOKED_AHEAD: Final = 512

_QUOTE, _BRACE, _BRACKET = b'"{['

BETWEEN: Final = b" \t\r\n,\0\x1e"


class Element(NamedTuple):
    """The bytes of one element, where they begin, and the name that the elements before it began with."""

    raw: bytes
    line: int
    offset: int
    first_name: bytes
    is_cut: bool = False


class Scan:
    """Find where elements begin and end, in what was read so far."""

    def __init__(self, buffer: bytes, offset: int) -> None:
        self.buffer = buffer
        self._offset = offset  # of the buffer in the file
        self._line, self._counted = 1, 0  # the line at a place in the buffer
        self._first_name = b""
        self._at = 0  # what comes before was looked at
        self._after = 0  # where the last element ended
        self._start: int | None = None  # where the element begins in which we are
        self._open = bytearray()  # the brackets that are open in that element
        self._in_array = False
        self._is_last = False  # nothing more can be read

    def of(self, file: IO[bytes]) -> Iterator[Element | Rejected]:
        """Give the elements of the arrays of a file, and the objects that stand outside of any."""
        yield from self._whole()
        # Ever more is read, so that a long element is not looked at anew often.
        while more := file.read(min(max(BUFFER, self._pending()), _MOST_READ)):
            self._add(more)
            yield from self._whole()
            if self._pending() > MOST_ELEMENT:
                yield self._passed_over(file)
                yield from self._whole()
        self._is_last = True
        yield from self._whole()
        if self._start is not None:
            yield self._element(self._start, len(self.buffer))._replace(is_cut=True)
        else:
            yield from self._stray(len(self.buffer))

    def end(self) -> int:
        """Give the place in the file up to which it was read."""
        return self._offset + len(self.buffer)

    def _add(self, more: bytes) -> None:
        """Go on with more bytes; what was given away is forgotten."""
        gone = self._after if self._start is None else self._start
        self._count(gone)
        self.buffer = self.buffer[gone:] + more
        self._offset += gone
        self._at -= gone
        self._counted = 0
        self._after = 0
        self._start = None if self._start is None else 0

    def _pending(self) -> int:
        """Count the bytes that no element has taken yet."""
        return len(self.buffer) - (self._after if self._start is None else self._start)

    def _whole(self) -> Iterator[Element]:
        """Give the elements that end in what was read."""
        while token := _TOKEN.search(self.buffer, self._at):
            begin, end = token.span()
            byte = self.buffer[begin]
            if byte == _QUOTE and end - begin == 1:
                self._at = begin  # its end is not read yet
                return
            hidden = self._hidden(begin, end)
            if hidden is not None:
                if len(self.buffer) - end < _LOOKED_AHEAD and not self._is_last:
                    self._at = begin
                    return
                if _begins(self.buffer, hidden, self._name()):
                    yield from self._ended(hidden)
                    self._at = hidden
                    continue
            self._at = end
            if byte == _QUOTE:
                continue
            if self._start is None:
                yield from self._stray(begin)
                self._enter(byte, begin, end)
            elif byte in b"{[":
                self._open.append(byte)
            else:
                self._open.pop()
                if not self._open:
                    yield from self._ended(end)

    def _hidden(self, begin: int, end: int) -> int | None:
        """Give the place of an object in the element that we are in which only damage puts there.

        It lies in what reads like a string whose other mark is that of its first name, or stands where a name belongs.
        """
        if self._start is None or begin == self._start:
            return None
        if self.buffer[begin] == _QUOTE:
            at = end - 2
            while at > begin and end - at < _LOOKED_BACK and self.buffer[at] in b" \t\r\n":
                at -= 1
            return at if at > begin and self.buffer[at] == _BRACE else None
        if self.buffer[begin] != _BRACE or self._open[-1] != _BRACE:
            return None
        before = self.buffer[max(begin - _LOOKED_BACK, 0) : begin].rstrip()
        return begin if before and not before.endswith(b":") else None

    def _name(self) -> bytes:
        """Give the name that elements begin with."""
        if not self._first_name and self._start is not None and (found := _FIRST_NAME.match(self.buffer, self._start)):
            return found[1]
        return self._first_name

    def _enter(self, byte: int, begin: int, end: int) -> None:
        """Go into an element, or into an array of elements, or out of one."""
        if byte == _BRACE or (byte == _BRACKET and self._in_array):
            self._start, self._open = begin, bytearray([byte])
        else:
            self._in_array = byte == _BRACKET
            self._after = end

    def _ended(self, end: int) -> Iterator[Element]:
        start, self._start = self._start, None
        if start is not None:
            yield self._element(start, end)

    def _stray(self, end: int) -> Iterator[Element]:
        """Give what stands between elements and should not: numbers, strings, words."""
        stray = self.buffer[self._after : end]
        if stray.strip(BETWEEN):
            start = self._after + len(stray) - len(stray.lstrip(BETWEEN))
            yield self._element(start, end)

    def _element(self, start: int, end: int) -> Element:
        self._count(start)
        raw = self.buffer[start:end].rstrip(BETWEEN)
        found = _FIRST_NAME.match(raw)
        element = Element(raw, self._line, self._offset + start, self._first_name or (found[1] if found else b""))
        self._first_name = found[1] if found else self._first_name
        self._after = end
        return element

    def _passed_over(self, file: IO[bytes]) -> Rejected:
        """Set aside what has no end within the bytes that are held, up to where a record seems to begin."""
        name = self._name()
        start = self._start
        if start is None:
            start = self._after + len(self.buffer[self._after :]) - len(self.buffer[self._after :].lstrip(BETWEEN))
        self._count(start)
        line, offset, head = self._line, self._offset + start, self.buffer[start : start + SHOWN]
        hashed, cut = blake2b(digest_size=16), next_record(self.buffer, start + 1, name)
        while cut is None:
            kept = max(len(self.buffer) - _LOOKED_AHEAD, start)
            hashed.update(self.buffer[start:kept])
            self._count(kept)
            more = file.read(BUFFER)
            self.buffer, self._offset = self.buffer[kept:] + more, self._offset + kept
            self._counted, start = 0, 0
            cut = next_record(self.buffer, 0, name) if more else len(self.buffer)
        hashed.update(self.buffer[start:cut])
        self._start, self._after, self._at = None, cut, cut
        reason = f"an element without an end within {MOST_ELEMENT} bytes"
        return Rejected(reason, line, offset, self._offset + cut - offset, head, hashed.hexdigest())

    def _count(self, place: int) -> None:
        self._line += self.buffer.count(b"\n", self._counted, place)
        self._counted = max(place, self._counted)


def _begins(raw: bytes, place: int, name: bytes) -> bool:
    """Tell whether an object that begins with this name stands at a place."""
    found = _FIRST_NAME.match(raw, place)
    return found is not None and found[1] == name


def next_record(raw: bytes, start: int, name: bytes) -> int | None:
    """Give the first place where an element may begin with this name: behind another one, a comma or a new line."""
    for found in _FIRST_NAME.finditer(raw, start) if name else ():
        before = raw[max(found.start() - _LOOKED_BACK, 0) : found.start()]
        kept = before.rstrip()
        if found[1] == name and (kept[-1:] in (b"}", b",") or b"\n" in before[len(kept) :]):
            return found.start()
    return None
