"""Windows: cut segmented texts into stretches of equal length, so that numbers that grow with length can be compared.

The masks and languages are those of the whole text: it is segmented first and cut then, and a segment that lies across
a border is cut in two.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import covered
from traceviz.segments.pieces import Pieces
from traceviz.texts import Texts

#: Fewest words of prose in a window that is scored.
FEWEST_WORDS: Final = 30


class Windows(NamedTuple):
    """Windows of a batch as a batch of their own.

    ``text`` is the text each was cut from, ``number`` counts them from 0 within it, ``start`` is the first code point.
    A text shorter than a window is one window; of a longer one, the rest that fills no window is left out.
    """

    texts: Texts
    pieces: Pieces
    text: NDArray[np.int64]
    number: NDArray[np.int64]
    start: NDArray[np.int64]


def cut(texts: Texts, pieces: Pieces, size: int) -> Windows:
    """Cut texts into windows of ``size`` code points."""
    whole = texts.lengths() // size
    many = np.maximum(whole, 1)
    text = np.repeat(np.arange(len(texts)), many)
    number = np.arange(len(text)) - np.repeat(np.cumsum(many) - many, many)
    begin = texts.byte_positions(text, number * size)
    end = np.where(whole[text] > 0, 0, texts.offsets[text + 1])
    inner = whole[text] > 0
    end[inner] = texts.byte_positions(text[inner], (number[inner] + 1) * size)
    buffer = texts.buffer[covered(begin, end, len(texts.buffer))]
    offsets = np.concatenate([[0], np.cumsum(end - begin)])
    windows = Texts(buffer, offsets, texts.present[text])
    return Windows(windows, _cut_pieces(pieces, begin, end, offsets), text, number, number * size)


def _cut_pieces(pieces: Pieces, begin: NDArray[np.int64], end: NDArray[np.int64], offsets: NDArray[np.int64]) -> Pieces:
    """Give the pieces of each window, in bytes of the windows' buffer."""
    first = np.searchsorted(pieces.end, begin, side="right")
    last = np.maximum(np.searchsorted(pieces.start, end, side="left"), first)
    last = np.where(end > begin, last, first)
    many = last - first
    window = np.repeat(np.arange(len(begin)), many)
    by_text = np.concatenate([[0], np.cumsum(many)])
    piece = np.arange(len(window)) - np.repeat(by_text[:-1], many) + np.repeat(first, many)
    moved = offsets[:-1][window] - begin[window]
    return Pieces(
        np.maximum(pieces.start[piece], begin[window]) + moved,
        np.minimum(pieces.end[piece], end[window]) + moved,
        pieces.kind[piece],
        pieces.script[piece],
        pieces.language[piece],
        pieces.confidence[piece],
        pieces.quoted[piece],
        pieces.mentioned[piece],
        by_text,
        pieces.tags,
    )
