"""JSON Lines: one record a line, each read on its own, so that one bad line never costs the file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO, Any, Final

import orjson

from traceviz.sources.containers import BUFFER, Stream
from traceviz.sources.quarantine import Found, Rejected, set_aside
from traceviz.sources.rescue import rescue

#: Longest line that is read, in bytes.
MOST_LINE: Final = 256 << 20

#: A record broken over lines is joined again within these limits.
_MOST_JOINED_LINES: Final = 64
_MOST_JOINED_BYTES: Final = 16 << 20

#: Integers from here on do not fit 64 bits; the fast parser makes floats of them.
_BIG: Final = float(2**63)

#: How many lines of the head are looked at.
_LOOKED_AT: Final = 50

#: A line that failed: its number, its place, its bytes.
_Line = tuple[int, int, bytes]

_OBJECT: Final = re.compile(rb"\{\s*[\"'}]")


#: What users call the format.
NAME: Final = "JSON Lines"


def knows(head: bytes) -> bool:
    """Tell JSON Lines by a line that is an object of its own, or is too long to be seen whole."""
    head = head.removeprefix(codecs.BOM_UTF8).lstrip()
    lines = head.split(b"\n")[:_LOOKED_AT]
    if head.startswith(b"["):
        return _are_lists(lines)
    if _OBJECT.match(lines[0]) and (len(lines) == 1 or _is_object(lines[0])):
        return True
    if sum(line.startswith(b'{"') for line in lines) > 1:
        return True
    return any(line.startswith(b"{") and _is_object(line) for line in lines[1:])


def _are_lists(lines: list[bytes]) -> bool:
    """Tell lines that begin with a list, and of which another one is a value of its own too."""
    try:
        if not isinstance(orjson.loads(lines[0]), list):
            return False
    except orjson.JSONDecodeError:
        return False
    return any(line.startswith(b"{") and _is_object(line) for line in lines[1:])


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(orjson.loads(line), dict)
    except orjson.JSONDecodeError:
        outcome = rescue(line) if line.startswith(b"{") else None
        return outcome is not None and bool(outcome.values)


def records(stream: Stream) -> Iterator[Found | Rejected]:
    """Give the records of the lines, mended where they were damaged, and the lines that are beyond that."""
    broken: list[_Line] = []
    loads = orjson.loads
    for line, offset, raw, length in _lines(stream.file):
        if length:
            yield from _given_up(broken)
            yield Rejected(f"a line of more than {MOST_LINE} bytes", line, offset, length, raw[:200])
            continue
        if raw.isspace():
            if broken and len(broken) <= _MOST_JOINED_LINES:
                broken.append((line, offset, raw))  # it may stand in a string that is broken over lines
            continue
        try:
            value = loads(raw)
        except orjson.JSONDecodeError:
            items = list(_rescued(line, offset, raw))
        else:
            if value.__class__ is dict:
                if broken:
                    yield from _given_up(broken)
                yield _exact(value, line, offset, raw)
                continue
            items = list(_values([value], line, offset, raw, ()))
        if items and all(isinstance(item, Rejected) for item in items) and len(raw) <= _MOST_JOINED_BYTES:
            broken.append((line, offset, raw))
            yield from _joined(broken)
        else:
            yield from _given_up(broken)
            yield from items
    _leave_unfinished(broken, stream)
    yield from _given_up(broken)


def _leave_unfinished(broken: list[_Line], stream: Stream) -> None:
    """Leave a last line that is still being written to the next reading."""
    if broken and not broken[-1][2].endswith(b"\n") and stream.has_grown(broken[-1][1] + len(broken[-1][2])):
        stream.notes.append("file_growing")
        broken.pop()


def _lines(file: IO[bytes]) -> Iterator[tuple[int, int, bytes, int]]:
    """Give each line: its number, its place, its bytes, and the length of one of which not all bytes are given."""
    offset = line = 0
    while raw := file.readline(MOST_LINE):
        line += 1
        start, offset = offset, offset + len(raw)
        length = 0
        while len(raw) >= MOST_LINE and not raw.endswith(b"\n"):
            rest = file.readline(BUFFER)
            if rest:
                length, offset = (length or len(raw)) + len(rest.removesuffix(b"\n")), offset + len(rest)
            if rest.endswith(b"\n") or not rest:
                break
        if line == 1 and raw.startswith(codecs.BOM_UTF8):
            raw = raw.removeprefix(codecs.BOM_UTF8)
            start += len(codecs.BOM_UTF8)
        yield line, start, raw, length


def _exact(value: dict[str, Any], line: int, offset: int, raw: bytes) -> Found:
    """Read numbers beyond 64 bits again: an id must not be rounded."""
    for item in value.values():
        if item.__class__ is float and (item >= _BIG or item < -_BIG):
            outcome = rescue(raw)
            return Found(outcome.values[0], line, offset, ("big_integer", *outcome.notes), len(raw))
    return Found(value, line, offset, (), len(raw))


def _rescued(line: int, offset: int, raw: bytes) -> Iterator[Found | Rejected]:
    outcome = rescue(raw)
    yield from _values(outcome.values, line, offset, raw, tuple(outcome.notes))
    if outcome.stopped is not None:
        rest = raw[outcome.stopped :].rstrip(b"\r\n")
        yield set_aside(outcome.error, line, offset + outcome.stopped, rest)


def _values(
    values: list[Any], line: int, offset: int, raw: bytes, notes: tuple[str, ...]
) -> Iterator[Found | Rejected]:
    for value in values:
        if isinstance(value, dict):
            yield Found(value, line, offset, notes, len(raw))
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield from (Found(item, line, offset, (*notes, "multi_value_line"), len(raw)) for item in value)
        else:
            kind = "null" if value is None else type(value).__name__
            yield set_aside(f"a JSON {kind}, not an object", line, offset, raw.rstrip(b"\r\n"))


def _joined(broken: list[_Line]) -> Iterator[Found | Rejected]:
    """Try whether the lines that failed are one record with raw newlines in a string."""
    line, offset, first = broken[0]
    size = sum(len(raw) for _, _, raw in broken)
    if not first.lstrip().startswith(b"{") or size > _MOST_JOINED_BYTES or len(broken) > _MOST_JOINED_LINES:
        yield from _given_up(broken)
        return
    if len(broken) == 1 or b"}" not in broken[-1][2]:
        return
    whole = b"".join(raw for _, _, raw in broken)
    outcome = rescue(whole)
    if outcome.stopped is None and len(outcome.values) == 1 and isinstance(outcome.values[0], dict):
        broken.clear()
        yield Found(outcome.values[0], line, offset, (*outcome.notes, "joined_lines"), len(whole))


def _given_up(broken: list[_Line]) -> Iterator[Rejected]:
    for line, offset, raw in broken:
        yield from (item for item in _rescued(line, offset, raw) if isinstance(item, Rejected))
    broken.clear()
