"""The share of a failure mode along the trace: which characters of each bin stand in its spans."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import covered
from traceviz.measures.sample import Sample
from traceviz.statistics.bootstrap import Array, ratio

#: How bins lie in a trace: in equal parts of the whole, or so many characters each from its start or its end.
ALIGNMENTS: Final = ("whole", "start", "end")


def edges(sample: Sample, bins: int, *, align: str = "whole", width: int = 1) -> NDArray[np.int64]:
    """Give the edges of the bins of each text (row) in bytes, ``bins + 1`` columns; a bin of no text has no width."""
    lengths = sample.texts.lengths()[:, None]
    steps = np.arange(bins + 1, dtype=np.int64)
    if align == "whole":
        places = lengths * steps // bins
    elif align == "start":
        places = np.minimum(steps * width, lengths // width * width)
    else:
        places = np.maximum(lengths - (bins - steps) * width, lengths % width)
    places = np.minimum(places, lengths)
    text = np.repeat(np.arange(len(sample), dtype=np.int64), bins + 1)
    return sample.texts.byte_positions(text, places.ravel()).reshape(len(sample), bins + 1)


def mode_shares(sample: Sample, mode: str, at: NDArray[np.int64]) -> Array:
    """Give the share of the characters of each bin that stand in spans of a mode; NaN where a bin has no character."""
    found, texts = sample.evidence(mode), sample.texts
    cuts = np.unique(np.concatenate([at.ravel(), found.start, found.end, texts.offsets]))
    text = np.minimum(np.searchsorted(texts.offsets, cuts, side="right") - 1, len(sample) - 1)
    position = texts.code_points(text, cuts)
    length = np.diff(position, append=0)
    last = np.append(text[1:] != text[:-1], True)  # behind the last cut of a text lies nothing of it
    whole = texts.lengths()
    length[last] = whole[text[last]] - position[last]
    inside = covered(np.searchsorted(cuts, found.start), np.searchsorted(cuts, found.end), len(cuts))
    amount = np.concatenate([[0], np.cumsum(length)])
    part = np.concatenate([[0], np.cumsum(np.where(inside, length, 0))])
    place = np.searchsorted(cuts, at)
    return ratio(np.diff(part[place]).astype(np.float64), np.diff(amount[place]).astype(np.float64))
