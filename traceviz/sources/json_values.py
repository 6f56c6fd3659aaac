"""JSON files that are no lines: arrays, one object, or several values, pretty-printed or not.

What is large or damaged is read element by element, in memory bounded by the longest one.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

import orjson

from traceviz.sources.containers import Stream
from traceviz.sources.elements import BETWEEN, Element, Scan, next_record
from traceviz.sources.jsonlines import exact, has_long_integer, no_object
from traceviz.sources.quarantine import Found, Rejected, set_aside
from traceviz.sources.rescue import Rescued, rescue

#: What users call the format.
NAME: Final = "JSON"

#: Bytes of a file that is read at once, by the fast parser.
_SMALL: Final = 1 << 26


def knows(head: bytes) -> bool:
    """Tell JSON by its first character."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def records(stream: Stream) -> Iterator[Found | Rejected]:
    """Give the objects of the arrays, and those that stand alone."""
    head = stream.file.read(_SMALL)
    if len(head) < _SMALL:
        found = _all_sound(head)
        if found is not None:
            yield from found
            return
    scan = Scan(head.removeprefix(codecs.BOM_UTF8), len(codecs.BOM_UTF8) * head.startswith(codecs.BOM_UTF8))
    for element in scan.of(stream.file):
        if isinstance(element, Rejected):
            yield element
        elif element.is_cut and stream.has_grown(scan.end()):
            stream.notes.append("file_growing")
        else:
            yield from _read(element)


def _all_sound(raw: bytes) -> list[Found] | None:
    """Read a file at once; None if something in it is damaged, no object, or a number that must not be rounded."""
    try:
        value = orjson.loads(raw.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError:
        return None
    items = value if isinstance(value, list) else [value]
    if not all(item.__class__ is dict and not has_long_integer(item) for item in items):
        return None
    return list(map(Found, items))


def _read(element: Element) -> Iterator[Found | Rejected]:
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
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        outcome = rescue(raw)
        return None if outcome.stopped is not None else list(_values(outcome, raw, line, offset))
    if value.__class__ is dict:
        return [exact(value, line, offset, raw)]
    return [set_aside(no_object(value), line, offset, raw)]


def _rescued(raw: bytes, line: int, offset: int) -> Iterator[Found | Rejected]:
    """Give what stands before the damage, and the rest as a reject."""
    outcome = rescue(raw)
    yield from _values(outcome, raw, line, offset)
    start = (outcome.stopped or 0) if outcome.values else 0
    yield set_aside(outcome.error, line + raw.count(b"\n", 0, start), offset + start, raw[start:])


def _values(outcome: Rescued, raw: bytes, line: int, offset: int) -> Iterator[Found | Rejected]:
    last = 0
    for value, (start, end) in zip(outcome.values, outcome.places, strict=True):
        line, last = line + raw.count(b"\n", last, start), start
        if value.__class__ is dict:
            yield Found(value, line, offset + start, tuple(outcome.notes), end - start)
        else:
            yield set_aside(no_object(value), line, offset + start, raw[start:end])


def _pieces(element: Element) -> Iterator[tuple[bytes, int, int]]:
    """Cut a damaged element where a record seems to begin: at an object whose first name is that of the others."""
    raw, line, offset, first_name, _ = element
    start: int | None = 0
    while start is not None:
        end = next_record(raw, start + 1, first_name)
        yield raw[start:end].rstrip(BETWEEN + b"]" * (end is None)), line, offset + start
        line += raw.count(b"\n", start, end)
        start = end
