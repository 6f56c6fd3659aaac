"""Plain text that begins with a marker of reasoning: one completion a file."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import Final

from traceviz.sources.completions import starts_with_opener
from traceviz.sources.containers import Stream
from traceviz.sources.quarantine import Found, Rejected

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
        yield Rejected(f"a text of more than {_MOST} bytes", 1, 0, len(raw), raw[:200])
        return
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        yield Found({"completion": raw.decode()}, 1, 0)
    except UnicodeDecodeError:
        yield Found({"completion": raw.decode("utf-8", "replace")}, 1, 0, ("invalid_utf8_replaced",))
