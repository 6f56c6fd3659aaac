"""A batch of texts as one UTF-8 buffer with offsets, the form in which everything is computed.

This is how Arrow keeps strings, so a column of traces becomes a batch without a copy.  Inside the core all
positions are bytes of the buffer; the tables count code points, and `Texts.code_points` and `Texts.byte_positions`
translate between the two.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: Halves of a surrogate pair.  They are no characters: neither UTF-8 nor Arrow can hold them.
_SURROGATE: Final = re.compile("[\ud800-\udfff]")

#: Bytes of text in one unit of work.  Larger batches fall out of the processor's cache, smaller ones pay the
#: cost of a call per trace; between 1 and 8 MB the speed was flat.
BATCH_BYTES: Final = 4_000_000


def replace_lone_surrogates(text: str) -> tuple[str, int]:
    r"""Replace each half of a surrogate pair by one U+FFFD, so that lengths and offsets stay.

    Returns
    -------
    text : str
        The text, which now has a UTF-8 form.
    n_replaced : int
        How many halves there were.

    Examples
    --------
    >>> replace_lone_surrogates("a\ud83db")
    ('a\ufffdb', 1)
    """
    return _SURROGATE.subn("\N{REPLACEMENT CHARACTER}", text)


@dataclass(frozen=True, slots=True)
class Texts:
    """A batch of texts: one UTF-8 buffer, and where each text begins and ends in it.

    Attributes
    ----------
    buffer
        uint8, the texts one after another.
    offsets
        int64, ``len(self) + 1`` byte positions; text ``i`` is ``buffer[offsets[i]:offsets[i + 1]]``.
    present
        bool, false where the text is missing (which is not the same as empty).
    """

    buffer: NDArray[np.uint8]
    offsets: NDArray[np.int64]
    present: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.present)

    def __getitem__(self, index: int) -> str:
        """Give one text as a string."""
        return self.buffer[self.offsets[index] : self.offsets[index + 1]].tobytes().decode("utf-8")

    @classmethod
    def of(cls, texts: Sequence[str | None]) -> Texts:
        r"""Make a batch of strings; lone surrogates become U+FFFD one for one.

        Examples
        --------
        >>> batch = Texts.of(["wait", None, "等等"])
        >>> len(batch), batch[2], batch.offsets.tolist(), batch.present.tolist()
        (3, '等等', [0, 4, 4, 10], [True, False, True])
        """
        encoded = [b"" if text is None else _encode(text) for text in texts]
        offsets = np.zeros(len(encoded) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in encoded], out=offsets[1:])
        buffer = np.frombuffer(b"".join(encoded), dtype=np.uint8)
        return cls(buffer, offsets, np.array([text is not None for text in texts], dtype=bool))

    @classmethod
    def from_column(cls, column: Any) -> Texts:
        """Make a batch of a pandas column: without a copy where it is Arrow-backed and in one chunk.

        Parameters
        ----------
        column
            A pandas Series of strings; anything that is not a string counts as missing.
        """
        import pyarrow as pa

        if isinstance(getattr(column.array, "_pa_array", None), pa.ChunkedArray):
            chunked = column.array._pa_array  # noqa: SLF001  (the one way to the buffer without a copy)
            if pa.types.is_dictionary(chunked.type):
                chunked = chunked.cast(pa.large_string())
            if pa.types.is_string(chunked.type) or pa.types.is_large_string(chunked.type):
                chunked = chunked.cast(pa.large_string())
                return cls.from_arrow(
                    chunked.chunk(0)
                    if chunked.num_chunks == 1
                    else pa.concat_arrays(chunked.chunks or [pa.array([], pa.large_string())])
                )
        return cls.of([text if isinstance(text, str) else None for text in column.tolist()])

    @classmethod
    def from_arrow(cls, array: Any) -> Texts:
        """Make a batch that looks into the buffers of a ``pyarrow.LargeStringArray``."""
        _, offsets, data = array.buffers()
        present = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=bool)
        if offsets is None or len(array) == 0:
            return cls(np.empty(0, np.uint8), np.zeros(len(array) + 1, np.int64), present)
        where = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
        buffer = np.empty(0, np.uint8) if data is None else np.frombuffer(data, dtype=np.uint8)
        texts = cls(buffer[where[0] : where[-1]], where - where[0], present)
        hidden = np.diff(where)[~present].any()  # Arrow allows bytes behind a missing value
        return texts.keep(present) if hidden else texts

    def slice(self, start: int, end: int) -> Texts:
        """Give the texts from ``start`` to ``end`` as a batch that looks into the same buffer."""
        where = self.offsets[start : end + 1]
        return Texts(self.buffer[where[0] : where[-1]], where - where[0], self.present[start:end])

    def keep(self, wanted: NDArray[np.bool_]) -> Texts:
        """Give a batch of the same length in which only the wanted texts are present; the others are missing."""
        lengths = np.where(wanted, np.diff(self.offsets), 0)
        offsets = np.zeros_like(self.offsets)
        np.cumsum(lengths, out=offsets[1:])
        buffer = self.buffer[np.repeat(wanted, np.diff(self.offsets))]
        return Texts(buffer, offsets, self.present & wanted)

    def batches(self, most_bytes: int = BATCH_BYTES) -> Iterator[tuple[int, int]]:
        """Cut the batch into ranges of texts of bounded size; a text longer than that is a range of its own."""
        start = 0
        while start < len(self):
            limit = self.offsets[start] + most_bytes
            end = int(np.searchsorted(self.offsets, limit, side="right")) - 1
            end = min(max(end, start + 1), len(self))
            yield start, end
            start = end

    def lengths(self) -> NDArray[np.int64]:
        """Count the code points of each text."""
        index = np.arange(len(self), dtype=np.int64)
        return self.code_points(index, self.offsets[1:])

    def code_points(self, text: NDArray[np.int64], position: NDArray[np.int64]) -> NDArray[np.int64]:
        """Translate byte positions of the buffer into code points of their text.

        Parameters
        ----------
        text
            Which text each position belongs to, ascending.
        position
            Byte positions in the buffer, ascending within a text.

        Returns
        -------
        numpy.ndarray
            int64, the number of code points before each position in its text.
        """
        from traceviz import texts_kernels

        counted: NDArray[np.int64] = texts_kernels.code_points(self.buffer, self.offsets, text, position)
        return counted

    def byte_positions(self, text: NDArray[np.int64], code_point: NDArray[np.int64]) -> NDArray[np.int64]:
        """Translate code points of a text, ascending within it, into byte positions of the buffer.

        A code point beyond the end of its text gives -1.
        """
        from traceviz import texts_kernels

        found: NDArray[np.int64] = texts_kernels.byte_positions(self.buffer, self.offsets, text, code_point)
        return found


def _encode(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        return replace_lone_surrogates(text)[0].encode("utf-8")
