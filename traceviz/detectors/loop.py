"""Loops: the longest run of exact repeats of a phrase or block.

A run of at least three repeats of a unit of up to 200 tokens: words, numbers, operators, and single letters where the
script writes no spaces.  Punctuation is no token, so that a rule of dashes is no loop.  Loops with small changes in
each turn (a counter that goes up) are not found, and of several loops in a trace only the longest is.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.segments.scan import unspaced
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

#: Longest unit in tokens, and fewest repeats (reference definition of a loop).
MOST_PERIOD: Final = 200
FEWEST_REPEATS: Final = 3

#: Fewest tokens in a loop.  "ha ha ha" and "0, 0, 0" are three repeats of one token and no loop.
FEWEST_TOKENS: Final = 10


def loops(texts: Texts) -> NDArray[np.int64]:
    """Give, a row a text: tokens, first token of the loop, its tokens, its period, its first byte and byte after.

    A text without a loop has zeros from the second column on.
    """
    from traceviz.detectors.kernels.loop import find_loops

    table = unicode_table()
    found: NDArray[np.int64] = find_loops(
        texts.buffer,
        texts.offsets,
        table.page_of,
        table.scripts,
        table.kinds,
        unspaced(),
        MOST_PERIOD,
        FEWEST_REPEATS,
        FEWEST_TOKENS,
    )
    return found


def find(scene: Scene) -> Evidence:
    """Find the longest loop of each text; the label tells its period in tokens, the score is the number of repeats."""
    found = scene.loops
    text = np.flatnonzero(found[:, 3] > 0)
    hit = found[text]
    return Evidence(
        text,
        hit[:, 4],
        hit[:, 5],
        tuple(f"period {period}" for period in hit[:, 3]),
        hit[:, 2] / np.maximum(hit[:, 3], 1),
    )
