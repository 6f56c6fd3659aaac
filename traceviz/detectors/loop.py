"""Loops: the longest run of repeats of a phrase or block.

A run of at least three exact repeats of a unit of up to 200 tokens: words, numbers, operators, and single letters
where the script writes no spaces.  Punctuation is no token, so that a rule of dashes is no loop.  Two more rules
catch what that leaves out: three repeats in which only numbers differ, of a unit with at least seven words, and a
block of at least twelve tokens, eight of them words, that is repeated once.  Words have three letters or more.  Other
changes in each turn hide a loop, and of several loops in a trace only the longest is found.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.segments.scan import unspaced
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts


class Rule(NamedTuple):
    """What is a loop: the longest unit; the fewest repeats, tokens in all, tokens of a unit, words of a unit."""

    most_period: int
    fewest_repeats: int
    fewest_tokens: int
    shortest_period: int
    fewest_words: int


#: Exact repeats (reference definition of a loop).  "ha ha ha" and "0, 0, 0" are three repeats of one token and no loop.
EXACT: Final = Rule(200, 3, 10, 1, 0)

#: Repeats in which only numbers differ.  With fewer words it is a list of cases, of which mathematics is full.
NEAR: Final = Rule(200, 3, 24, 8, 7)

#: A block that is said twice.
DOUBLE: Final = Rule(200, 2, 24, 12, 8)


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
        EXACT,
        NEAR,
        DOUBLE,
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
