"""Plain text that begins with a marker of reasoning: one completion a file."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from hashlib import blake2b
from typing import Final

from traceviz.sources.completions import starts_with_opener
from traceviz.sources.containers import Stream
from traceviz.sources.packings import BUFFER
from traceviz.sources.quarantine import SHOWN, Found, Rejected
from traceviz.sources.rescue import mended_bytes

#: What users call the format.
NAME: Final = "plain text"

#: Bytes of a file that is read as one completion.
_MOST: Final = 256 << 20


def knows(head: bytes) -> bool:
    """Tell it by the marker; a text without one may be anything."""
    text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    return "\0" not in text and starts_with_opener(text)


def records(stream: Stream) -> Iterator[Found | Rejected]:
    """Give the file as the completion of one record."""
    raw = stream.file.read(_MOST + 1)
    if len(raw) > _MOST:
        size = len(raw)
        hashed = blake2b(raw, digest_size=16)
        while more := stream.file.read(BUFFER):
            size += len(more)
            hashed.update(more)
        yield Rejected(f"a text of more than {_MOST} bytes", 1, 0, size, raw[:SHOWN], hashed.hexdigest())
        return
    notes: list[str] = []
    text = mended_bytes(raw.removeprefix(codecs.BOM_UTF8), notes)
    yield Found({"completion": text}, 1, 0, tuple(notes))
