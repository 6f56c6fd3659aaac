"""JSON files that are no lines: an array, one object, or several values, pretty-printed or not."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Any, Final

import orjson

from traceviz.sources.containers import Stream
from traceviz.sources.quarantine import Found, Rejected
from traceviz.sources.rescue import rescue

#: What users call the format.
NAME: Final = "JSON"


def knows(head: bytes) -> bool:
    """Tell JSON by its first character."""
    return head.removeprefix(codecs.BOM_UTF8).lstrip()[:1] in (b"{", b"[")


def records(stream: Stream) -> Iterator[Found | Rejected]:
    """Give the objects of an array, or the values one after another; the file is read whole."""
    raw = stream.file.read()
    start = len(codecs.BOM_UTF8) if raw.startswith(codecs.BOM_UTF8) else 0
    body = memoryview(raw)[start:]
    try:
        yield from _objects(orjson.loads(body), 0, ())
    except orjson.JSONDecodeError:
        yield from _salvaged(bytes(body), start)


def _objects(value: Any, offset: int, notes: tuple[str, ...]) -> Iterator[Found | Rejected]:
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield Found(item, None, None, notes)
        else:
            shown = repr(item).encode("utf-8", "replace")[:200]
            kind = "null" if item is None else type(item).__name__
            yield Rejected(f"a JSON {kind}, not an object", None, offset, len(shown), shown)


def _salvaged(body: bytes, start: int) -> Iterator[Found | Rejected]:
    """Read the values one by one; of an array that breaks off, the elements before the break."""
    outcome = rescue(body)
    offset = 0
    inside = body.lstrip()
    if outcome.stopped is not None and not outcome.values and inside.startswith(b"["):
        offset = len(body) - len(inside) + 1
        outcome = rescue(inside[1:])
    notes = tuple(note for note in outcome.notes if note != "multi_value_line")
    for value in outcome.values:
        yield from _objects(value, start, notes)
    if outcome.stopped is not None:
        rest = body[offset + outcome.stopped :]
        yield Rejected(outcome.error, None, start + offset + outcome.stopped, len(rest), rest[:200])
