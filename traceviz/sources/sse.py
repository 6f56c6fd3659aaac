"""Server-sent events: a recording of what a server streamed, lines of ``data:`` and ``event:``."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from traceviz.sources.chunks import DONE, joined
from traceviz.sources.containers import Stream
from traceviz.sources.jsonlines import MOST_LINE
from traceviz.sources.quarantine import Found, Rejected, set_aside
from traceviz.sources.rescue import rescue

#: What users call the format.
NAME: Final = "server-sent events"

_LINE: Final = re.compile(rb"(?:data|event|id|retry)[ \t]*:|:")

#: Lines of one event that are put together.
_MOST_JOINED: Final = 64
_MOST_JOINED_BYTES: Final = 16 << 20

#: A line of data: its number, its place, what it holds.
_Line = tuple[int, int, bytes]


def knows(head: bytes) -> bool:
    """Tell a recording by its first line that is not blank, and by some line of data."""
    lines = head.removeprefix(codecs.BOM_UTF8).lstrip().split(b"\n")
    return bool(_LINE.match(lines[0])) and any(line.startswith(b"data:") for line in lines)


def records(stream: Stream) -> Iterator[Found | Rejected]:
    """Give the responses that the events make together."""
    return joined(_events(stream), sse=True)


def _events(stream: Stream) -> Iterator[Found | Rejected]:
    """Give each event's object; one that is written over several lines of data is put together."""
    offset = number = 0
    name = ""
    open_lines: list[_Line] = []
    while raw := stream.file.readline(MOST_LINE):
        number += 1
        start, offset = offset, offset + len(raw)
        line = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
        line = line.strip(b"\r\n")
        if not line.strip():
            yield from _given_up(open_lines)
            name = ""
        elif line.startswith(b"data:"):
            yield from _data(open_lines, (number, start, line[len(b"data:") :].removeprefix(b" ")), name)
        elif line.startswith(b"event:"):
            yield from _given_up(open_lines)
            name = line[len(b"event:") :].strip().decode("utf-8", "replace")
        elif not _LINE.match(line):
            yield from _given_up(open_lines)
            yield _other(number, start, line)
    yield from _given_up(open_lines)


def _data(lines: list[_Line], line: _Line, name: str) -> Iterator[Found | Rejected]:
    """Read a line of data: an event of its own, or one more line of that before it."""
    found = _event([line], name)
    if found is not None:
        yield from _given_up(lines)
        yield found
        return
    lines.append(line)
    found = _event(lines, name) if len(lines) > 1 and line[2].rstrip().endswith((b"}", b"]")) else None
    if found is not None:
        lines.clear()
        yield found
    elif len(lines) >= _MOST_JOINED or sum(len(data) for _, _, data in lines) > _MOST_JOINED_BYTES:
        yield from _given_up(lines)


def _event(lines: list[_Line], name: str) -> Found | None:
    """Read the data so far; None: it is not whole."""
    number, start, first = lines[0]
    if len(lines) == 1 and first.strip() == b"[DONE]":
        return Found({"type": DONE}, number, start)
    found = _read(b"\n".join(data for _, _, data in lines), number, start)
    if found is not None and name and "type" not in found.value:
        return found._replace(value={**found.value, "type": name})
    return found


def _read(data: bytes, number: int, start: int) -> Found | None:
    try:
        value: Any = orjson.loads(data)
    except orjson.JSONDecodeError:
        outcome = rescue(data)
        if outcome.stopped is not None or len(outcome.values) != 1 or not isinstance(outcome.values[0], dict):
            return None
        return Found(outcome.values[0], number, start, tuple(outcome.notes))
    return Found(value, number, start) if isinstance(value, dict) else None


def _other(number: int, start: int, line: bytes) -> Found | Rejected:
    """Read a line that is no event: servers write errors as bare objects."""
    found = _read(line, number, start) if line.startswith(b"{") else None
    return found or set_aside("neither data nor an event", number, start, line)


def _given_up(lines: list[_Line]) -> Iterator[Rejected]:
    for number, start, data in lines:
        yield set_aside("data of an event that is no JSON object", number, start, data)
    lines.clear()
