"""JSON Lines: one record a line, each read on its own, so that one bad line never costs the file."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from hashlib import blake2b
from typing import IO, Any, Final

import orjson

from traceviz.sources.containers import Stream
from traceviz.sources.packings import BUFFER
from traceviz.sources.quarantine import NO_OBJECT, SHOWN, Found, Rejected, set_aside
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

_NEWLINE: Final = 0x0A

#: A line that failed: its number, its place, its bytes.
_Line = tuple[int, int, bytes]

_OBJECT: Final = re.compile(rb"\{\s*[\"'}]")
#: What a sequence of JSON texts may begin with.
_MARKS: Final = b" \t\r\n\x1e"


#: What users call the format.
NAME: Final = "JSON Lines"


def knows(head: bytes) -> bool:
    """Tell JSON Lines by a line that is an object of its own, or is too long to be seen whole."""
    head = head.removeprefix(codecs.BOM_UTF8).lstrip(_MARKS)
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
    for line, offset, raw, too_long in _lines(stream.file):
        if too_long is not None:
            yield from _given_up(broken)
            yield too_long
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
                yield exact(value, line, offset, raw)
                continue
            items = list(_values([value], [(0, len(raw.rstrip(b"\r\n")))], line, offset, raw, ()))
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


def _lines(file: IO[bytes]) -> Iterator[tuple[int, int, bytes, Rejected | None]]:
    """Give each line: its number, its place, its bytes; and a reject in place of one that is too long."""
    offset = line = 0
    while raw := file.readline(MOST_LINE):
        line += 1
        size = len(raw)
        too_long = None
        if raw[-1] != _NEWLINE:
            while size < MOST_LINE and not raw.endswith(b"\n") and (more := file.readline(MOST_LINE - size)):
                raw, size = raw + more, size + len(more)  # what was its end has grown while we read
            if not raw.endswith(b"\n") and size >= MOST_LINE:
                too_long, size = _too_long(file, raw, line, offset)
        yield line, offset, raw, too_long
        offset += size


def _too_long(file: IO[bytes], raw: bytes, line: int, offset: int) -> tuple[Rejected, int]:
    """Give the reject for a line of which not all bytes are held, and the bytes to the next line."""
    size, ended = len(raw), 0
    hashed = blake2b(raw, digest_size=16)
    while not ended and (more := file.readline(BUFFER)):
        ended = more.endswith(b"\n")
        size += len(more)
        hashed.update(more.removesuffix(b"\n"))
    reason = f"a line of more than {MOST_LINE} bytes"
    return Rejected(reason, line, offset, size - ended, raw[:SHOWN], hashed.hexdigest()), size


def exact(value: dict[str, Any], line: int, offset: int, raw: bytes) -> Found:
    """Give a record; numbers beyond 64 bits are read again, because an id must not be rounded."""
    if has_long_integer(value):
        return _reread(value, line, offset, raw)
    return Found(value, line, offset, (), len(raw))


def has_long_integer(value: dict[str, Any]) -> bool:
    """Tell whether some number may be an integer that the fast parser has rounded."""
    for item in value.values():  # noqa: SIM110  (any() of a generator takes twice the time, for every record)
        if item.__class__ is float and (item >= _BIG or item <= -_BIG):
            return True
    return False


def _reread(value: dict[str, Any], line: int, offset: int, raw: bytes) -> Found:
    outcome = rescue(raw)
    exact = outcome.values[0]
    changed = any(item.__class__ is float and exact[name].__class__ is not float for name, item in value.items())
    notes = ("big_integer", *outcome.notes) if changed else tuple(outcome.notes)
    return Found(exact, line, offset, notes, len(raw))


def _rescued(line: int, offset: int, raw: bytes) -> Iterator[Found | Rejected]:
    outcome = rescue(raw)
    yield from _values(outcome.values, outcome.places, line, offset, raw, tuple(outcome.notes))
    if outcome.stopped is not None:
        start = outcome.stopped if outcome.values else 0
        yield set_aside(outcome.error, line, offset + start, raw[start:].rstrip(b"\r\n"))


def _values(
    values: list[Any], places: list[tuple[int, int]], line: int, offset: int, raw: bytes, notes: tuple[str, ...]
) -> Iterator[Found | Rejected]:
    for value, (start, end) in zip(values, places, strict=True):
        if isinstance(value, dict):
            yield Found(value, line, offset, notes, len(raw))
        elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            yield from (Found(item, line, offset, (*notes, "multi_value_line"), len(raw)) for item in value)
        else:
            yield set_aside(no_object(value), line, offset + start, raw[start:end])


def no_object(value: Any) -> str:
    """Say what a value is that should be an object."""
    return f"{NO_OBJECT}{'null' if value is None else type(value).__name__}, not an object"


def _joined(broken: list[_Line]) -> Iterator[Found | Rejected]:
    """Try whether the last lines that failed are one record with raw newlines in a string.

    It begins with the first of them, or with the last that looks like a beginning: a line before may be cut off.
    """
    size = sum(len(raw) for _, _, raw in broken)
    while broken and (
        not broken[0][2].lstrip().startswith(b"{") or size > _MOST_JOINED_BYTES or len(broken) > _MOST_JOINED_LINES
    ):
        size -= len(broken[0][2])
        yield from _given_up(broken, 1)
    if len(broken) < 2 or b"}" not in broken[-1][2]:
        return
    latest = max(place for place, (_, _, raw) in enumerate(broken[:-1]) if not place or _OBJECT.match(raw.lstrip()))
    for start in sorted({0, latest}):
        whole = b"".join(raw for _, _, raw in broken[start:])
        outcome = rescue(whole)
        if outcome.stopped is None and len(outcome.values) == 1 and isinstance(outcome.values[0], dict):
            line, offset, _ = broken[start]
            yield from _given_up(broken, start)
            broken.clear()
            yield Found(outcome.values[0], line, offset, (*outcome.notes, "joined_lines"), len(whole))
            return


def _given_up(broken: list[_Line], most: int | None = None) -> Iterator[Rejected]:
    """Set the first so many lines aside that no joining has helped; all if none are named."""
    for line, offset, raw in broken[:most]:
        yield from (item for item in _rescued(line, offset, raw) if isinstance(item, Rejected))
    del broken[:most]
