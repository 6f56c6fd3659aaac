"""Streams that were stored as they came: fragments of a response, joined into the response.

Fragments are told by what they hold, so that a file may hold whole responses beside them, and streams may interleave.
`joined` gives every other record as it is, at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from traceviz.sources.events import Anthropic, Responses
from traceviz.sources.fragments import Gemini, Ollama, OpenAI
from traceviz.sources.merging import whole
from traceviz.sources.quarantine import Found, Rejected
from traceviz.sources.streams import Stream

#: Every kind of stream, in the order in which they are asked.
STREAMS: Final[tuple[type[Stream], ...]] = (OpenAI, Anthropic, Responses, Gemini, Ollama)

#: What the reader of server-sent events gives for ``data: [DONE]``.
DONE: Final = "[DONE]"

#: Fields of which every fragment has one.
_MARKS: Final = frozenset({"object", "type", "choices", "candidates", "done", "usageMetadata"})

#: Streams that have ended and wait for a last fragment, such as the one with the usage.
_MOST_ENDED: Final = 32

#: Streams that are open at once; beyond that the oldest is given as it is.
_MOST_OPEN: Final = 200


def is_fragment(value: Any) -> bool:
    """Tell a fragment of a stream, whose halves of surrogate pairs wait for the others."""
    return value.__class__ is dict and any(kind.knows(value, sse=False) for kind in STREAMS)


def joined(items: Iterator[Found | Rejected], *, sse: bool = False) -> Iterator[Found | Rejected]:
    """Join the fragments of streams among a reader's records.

    Parameters
    ----------
    items
        What the reader found.
    sse
        Whether all of it is one recording of server-sent events.  Then shapes are fragments that alone may be whole
        responses, such as those of Gemini without an id.

    Yields
    ------
    Found or Rejected
        Whole responses in place of fragments.  One without its end has the note ``stream_incomplete``.
    """
    books = _Books(sse=sse)
    for item in items:
        if isinstance(item, Rejected) or item.value.__class__ is not dict or not books.take(item):
            yield item
        if books.ready:
            yield from books.ready
            books.ready = []
    books.close()
    yield from books.ready


def _is_whole(value: dict[str, Any]) -> bool:
    """Tell a whole chat completion, which most records with choices are."""
    choices = value.get("choices")
    first = choices[0] if choices.__class__ is list and choices else None
    return first.__class__ is dict and "message" in first and "delta" not in first


class _Books:
    """The streams that are open, and those that have ended; the last that had a fragment stands last."""

    def __init__(self, *, sse: bool) -> None:
        self.sse = sse
        self.open: dict[type[Stream], dict[str, Stream]] = {kind: {} for kind in STREAMS}
        self.ended: dict[tuple[type[Stream], str], Stream] = {}
        self.ready: list[Found] = []

    def take(self, found: Found) -> bool:
        """Add a record to its stream; False: it is no fragment."""
        value = found.value
        if _MARKS.isdisjoint(value) or _is_whole(value):
            return False
        if value.get("type") == DONE:
            self._done()
            return True
        if value.get("type") == "stream_event" and isinstance(value.get("event"), dict):  # Claude Code
            session = value.get("session_id")
            value = {**value["event"], **({"request_id": session} if isinstance(session, str) else {})}
        for kind in STREAMS:
            if kind.knows(value, sse=self.sse) or (self.open[kind] and kind.continues(value)):
                return self._add(kind, value, found)
        return False

    def _add(self, kind: type[Stream], value: dict[str, Any], found: Found) -> bool:
        streams = self.open[kind]
        key = kind.key(value, list(streams.values()))
        late = self.ended.get((kind, key))
        if late is not None and key not in streams:
            if kind.is_late(value):
                late.add(value, found)
                return True
            self._give(self.ended.pop((kind, key)))
        stream = streams.pop(key, None)
        if stream is not None and kind.starts(value):
            self._give(stream)
            stream = None
        if stream is None:
            if not self.sse and kind.ends_alone(value):
                return False
            stream = kind(found)
            stream.own_key = key
        stream.add(value, found)
        if stream.ended:
            self.ended[kind, key] = stream
        else:
            streams[key] = stream
        if len(self.ended) > _MOST_ENDED:
            self._give(self.ended.pop(next(iter(self.ended))))
        if len(streams) > _MOST_OPEN:
            self._give(streams.pop(next(iter(streams))))
        return True

    def _done(self) -> None:
        """Give the stream that ``[DONE]`` ends: what has ended before, else the one that had a fragment last."""
        for stream in self.ended.values():
            self._give(stream)
        if not self.ended and self.open[OpenAI]:
            stream = self.open[OpenAI].popitem()[1]
            stream.ended = True
            self._give(stream)
        self.ended.clear()

    def _give(self, stream: Stream) -> None:
        notes = dict.fromkeys(stream.notes)
        value = whole(stream.record(), notes)
        if not stream.ended:
            notes["stream_incomplete"] = None
        self.ready.append(Found(value, stream.line, stream.byte_offset, tuple(notes)))

    def close(self) -> None:
        """Give all that is left, the earlier first."""
        left = [*self.ended.values(), *(stream for streams in self.open.values() for stream in streams.values())]
        for stream in sorted(left, key=lambda stream: stream.order):
            self._give(stream)
