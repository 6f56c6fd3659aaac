"""A stream of fragments: how one is told, which response it belongs to, and what its fragments make together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any, ClassVar, Final

from traceviz.sources.quarantine import Found

_NUMBERS: Final = count()

#: Ids by which fragments may say which stream they belong to.
IDS: Final = ("id", "response_id", "responseId", "message_id", "request_id", "stream_id", "custom_id")


def string(value: Any, *names: str) -> str:
    """Give the first of the fields that is a string; an empty one if none is."""
    return next((value[name] for name in names if isinstance(value.get(name), str)), "")


class Stream:
    """What came of one response so far.

    Attributes
    ----------
    begun, ended
        Whether its first fragment and its end mark have come.
    """

    name: ClassVar[str] = ""

    def __init__(self, found: Found) -> None:
        self.order = next(_NUMBERS)
        self.line, self.byte_offset = found.line, found.byte_offset
        self.notes: list[str] = []
        self.begun = self.ended = False
        #: What `key` gives for its fragments.
        self.own_key = ""

    def add(self, value: dict[str, Any], found: Found) -> None:
        """Add a fragment."""
        self.notes += found.notes
        self.begun = True
        self.take(value)

    def take(self, value: dict[str, Any]) -> None:
        """Add what a fragment says."""
        raise NotImplementedError

    def record(self) -> dict[str, Any]:
        """Give the whole response, its strings still in pieces."""
        raise NotImplementedError

    @staticmethod
    def knows(value: dict[str, Any], *, sse: bool) -> bool:
        """Tell a fragment of this kind."""
        raise NotImplementedError

    @staticmethod
    def continues(_value: dict[str, Any]) -> bool:
        """Tell a fragment that is one only where a stream of this kind is open."""
        return False

    @staticmethod
    def key(value: dict[str, Any], open_streams: Sequence[Any]) -> str:
        """Give the name of the stream that a fragment belongs to."""
        raise NotImplementedError

    @staticmethod
    def starts(_value: dict[str, Any]) -> bool:
        """Tell the first fragment of a stream, where it says so."""
        return False

    @staticmethod
    def is_late(_value: dict[str, Any]) -> bool:
        """Tell a fragment that belongs to a stream of the same key that has ended, and not to a new one."""
        return False

    @staticmethod
    def ends_alone(_value: dict[str, Any]) -> bool:
        """Tell an end mark that is a whole response where nothing came before."""
        return False
