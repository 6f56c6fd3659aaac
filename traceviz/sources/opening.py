"""The books of one file: until it has given a trace, nobody knows whether it is one of ours."""

from __future__ import annotations

from typing import Any, Final

from traceviz.sources.containers import Stream
from traceviz.sources.quarantine import NO_OBJECT, Ledger, Rejected, Skipped

#: Rejects that wait for a first trace.  A file with more is one of ours, and damaged.
MOST_HELD: Final = 10_000

#: The shape of the record before the first.
_UNSEEN: Final = object()


class Opening:
    """What a file's records were, held back until the file is open: it holds traces, or nothing but damage.

    Attributes
    ----------
    is_open
        Whether what is found goes straight into the ledger.
    skipped
        Records without a trace that were found before.
    """

    def __init__(self, ledger: Ledger, stream: Stream) -> None:
        self._ledger, self._stream = ledger, stream
        self._held: list[Rejected] = []
        self._shape: Any = _UNSEEN
        self.is_open = False
        self.skipped = Skipped()

    def reject(self, rejected: Rejected) -> None:
        """Enter a reject."""
        if self.is_open or self._ledger.strict:
            self._ledger.reject(self._stream.uri, rejected, self._stream.member)
            return
        self._held.append(rejected)
        if len(self._held) >= MOST_HELD:
            self.open()

    def is_unrelated(self) -> bool:
        """Tell, at the end of a file that did not open, whether it holds nothing but values of another kind."""
        if self.skipped.n:
            return not self.skipped.codes
        return bool(self._held) and all(rejected.reason.startswith(NO_OBJECT) for rejected in self._held)

    def open(self) -> None:
        """Enter what was held back."""
        if self.is_open:
            return
        self.is_open = True
        self._ledger.sources.append(self._stream.uri)
        for rejected in self._held:
            self._ledger.reject(self._stream.uri, rejected, self._stream.member)
        self._held = []
        if self.skipped.n:
            self._ledger.skip(self._stream.uri, self.skipped)

    def see(self, shape: str | None) -> None:
        """Note where the shape of a record is not that of the first."""
        if shape == self._shape:
            return
        if self._shape is _UNSEEN:
            self._shape = shape
        elif "mixed_record_types" not in self._stream.notes:
            self._stream.notes.append("mixed_record_types")
