"""The lines of each text, and the language of each: its unit of counting is a line, whatever its length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Scene
from traceviz.measures.tag_runs import Tally
from traceviz.segments.scan import weigh_words

_LINE_FEED: Final = 10


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that hold words.

    Attributes
    ----------
    text
        int64, the text of each line.
    start, end
        int64, bytes: from its first word to the end of its last.
    number
        int64, its place among all lines of its text, from 0.
    words
        float64, its words; where a script writes no spaces, estimated from its letters.
    language
        int64, the language of most of its words as a position in the tags of the segments; -1 where no word has a
        language or most are undetermined.
    confidence
        float64, 0-1: the mean over its words of the confidence of their segment, 0 for those of undetermined
        language; NaN where no word has a language or should have one.
    line_of_word
        int64, the line of each word of the scene; -1 for the words that were not chosen.
    """

    text: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    number: NDArray[np.int64]
    words: NDArray[np.float64]
    language: NDArray[np.int64]
    confidence: NDArray[np.float64]
    line_of_word: NDArray[np.int64]


def find_lines(scene: Scene, chosen: NDArray[np.bool_]) -> Lines:
    """Group the chosen words of a batch by line."""
    words, offsets = scene.words, scene.texts.offsets
    breaks = np.flatnonzero(scene.texts.buffer == _LINE_FEED)
    text = words.text[chosen]
    place = np.searchsorted(breaks, words.start[chosen])
    fresh = np.ones(len(text), dtype=bool)
    fresh[1:] = (text[1:] != text[:-1]) | (place[1:] != place[:-1])
    row = np.cumsum(fresh) - 1
    first = np.flatnonzero(fresh)
    last = np.append(first[1:], len(text))[: len(first)] - 1
    line_of_word = np.full(len(words.start), -1, dtype=np.int64)
    line_of_word[chosen] = row
    amount = weigh_words(words, scene.word_count)[chosen]
    total = np.bincount(row, weights=amount, minlength=len(first)).astype(np.float64)
    language, confidence = _labelled(scene, chosen, row, amount, len(first))
    return Lines(
        text[first],
        words.start[chosen][first],
        words.end[chosen][last],
        place[first] - np.searchsorted(breaks, offsets[:-1])[text[first]],
        total,
        language,
        confidence,
        line_of_word,
    )


def _labelled(
    scene: Scene, chosen: NDArray[np.bool_], row: NDArray[np.int64], amount: NDArray[np.float64], n_lines: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Give the language of each line and the mean confidence of its words."""
    tags = scene.pieces.tags
    language = scene.language_of_word[chosen].astype(np.int64)
    unknown = language == scene.undetermined
    known = (language >= 0) & ~unknown
    tally = Tally.of(row[known], language[known], amount[known], n_lines)
    order = np.argsort(np.array(sorted(range(len(tags)), key=lambda at: (tags[at] != "en", tags[at])), dtype=np.int64))
    top = tally.top(order)
    undetermined = np.bincount(row[unknown], weights=amount[unknown], minlength=n_lines)
    top[undetermined > tally.n] = -1
    sure = scene.pieces.confidence[scene.piece_of_word[chosen]].astype(np.float64)
    sum_of_sure = np.bincount(row[known], weights=(amount * sure)[known], minlength=n_lines)
    whole = tally.n + undetermined
    confidence = np.divide(sum_of_sure, whole, out=np.full(n_lines, np.nan), where=whole > 0)
    return top, confidence
