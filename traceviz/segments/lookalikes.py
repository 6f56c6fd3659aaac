"""Letters of another script within a word: look-alikes (a Cyrillic a in "paypal") and endings put to a Latin word.

One or two of them are no word of the language of their script, so they say nothing about the language of the text;
that they stand there is told by `traceviz.detectors.homoglyphs`.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.phrases import NO_LANGUAGE
from traceviz.segments.scan import Labels, Words
from traceviz.segments.unicode import unicode_table

#: Bytes of two letters: longer ones are words that stand beside another without a space.
LONGEST: Final = 4


@cache
def _scripts() -> tuple[int, NDArray[np.bool_]]:
    """Give the code of Latin, and which codes are those of scripts that look like it."""
    names = unicode_table().script_names
    return names.index("Latin"), np.isin(names, ["Cyrillic", "Greek"])


def unlabel_lookalikes(words: Words, labels: Labels) -> None:
    """Take the language from one or two Cyrillic or Greek letters that touch a Latin word."""
    latin, others = _scripts()
    place = np.flatnonzero(others[words.script])
    place = place[(words.end[place] - words.start[place] <= LONGEST) & (labels.language[place] != NO_LANGUAGE)]
    if len(place) == 0:
        return
    text = np.searchsorted(words.by_text, place, side="right")
    beside = np.zeros(len(place), dtype=bool)
    for other in (place - 1, place + 1):
        there = (other >= 0) & (other < len(words.start))
        near = np.where(there, other, place)
        touches = (words.end[near] == words.start[place]) | (words.start[near] == words.end[place])
        same = np.searchsorted(words.by_text, near, side="right") == text
        beside |= there & touches & same & (words.script[near] == latin)
    labels.language[place[beside]] = NO_LANGUAGE
