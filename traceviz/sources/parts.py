"""Pieces of what a model said, and what stands where a text was withheld."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

#: What stands in place of a withheld text.
_PLACEHOLDERS: Final = frozenset(
    {"[redacted_thinking]", "[redacted]", "redacted", "<redacted>", "[redacted thinking]", "[redacted_reasoning]"}
)
_LONGEST_PLACEHOLDER: Final = 30

#: Ciphertext that some writers put where the text belongs: base64 and nothing else.
_BASE64: Final = re.compile(r"[A-Za-z0-9+/_-]+={0,2}")
_SHORTEST_CIPHERTEXT: Final = 100
_HEAD: Final = 100
_MOST_PLAIN: Final = 25


class Part(NamedTuple):
    """A piece of a payload: ``kind`` is reasoning, answer or other; ``form`` is of `schema.FORMS`."""

    kind: str
    text: str
    form: str = "raw"


def reasoning_part(text: str, form: str) -> Part:
    """Give a piece of reasoning, unless the text only says that it was withheld, or is ciphertext."""
    instead = withheld(text)
    return Part("reasoning", text, form) if instead is None else Part("reasoning", "", instead)


def withheld(text: str) -> str | None:
    """Tell a placeholder (redacted) and ciphertext (encrypted) from a text (None)."""
    if len(text) <= _LONGEST_PLACEHOLDER:
        return "redacted" if text.strip().lower() in _PLACEHOLDERS else None
    head = text[:_HEAD]
    if len(text) < _SHORTEST_CIPHERTEXT or " " in head or "\n" in head or not head.isascii():
        return None
    mixed = any(map(str.isupper, head)) and any(map(str.islower, head)) and any(map(str.isdigit, head))
    return "encrypted" if mixed and len(set(head)) > _MOST_PLAIN and _BASE64.fullmatch(text) else None


def joined(value: Any, between: str = "\n\n") -> str:
    """Join a text that comes as a string or as a list of blocks with ``text``."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        texts = (item.get("text") if isinstance(item, Mapping) else item for item in value)
        return between.join(text for text in texts if isinstance(text, str) and text)
    return ""
