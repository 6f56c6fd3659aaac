"""Telegraphic style: function words were dropped ("need check even. sum 12. ok next").

A style before it is a fault: gpt-oss reasons so and is legible, and headings, lists and tables are written so by
everyone.  Compare with the same model's other text, or with another group.

In English, two numbers are counted for each sentence: the function words that stand there, and those that are expected
to be missing, by how much more probable its neighbours are with one or two between them (the table of
`traceviz.detectors.word_order`), the more the more are missing in the sentence.  The share of a text is that of the
missing ones among both.  It is drawn towards one in twenty, which is assumed beforehand, so rank with it, and take it
for no count: fluent text has .05 to .09.  Beside formulas, numbers and names nothing is expected: with three in ten
function words gone, the area is .83 in mathematics and .94 or more in prose; with one in seven gone, .68 and .79 to
.88 (`benchmarks/telegraphic.py`).

Shuffled sentences and salad (`traceviz.detectors.word_order`) are not counted, because random words ask for function
words everywhere.  An English sentence is a span where three tenths of its function words are missing, one in de, fr,
es, it, pt, nl or ru where no more than a fifth of its words are function words.  Nothing is found in other languages,
and English alone has a share.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors import word_order
from traceviz.detectors.echoes import most_words
from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.detectors.novelty import novelty
from traceviz.segments.word_sets import word_set

#: Share of function words that are taken to be missing before a text is looked at.
EXPECTED: Final = 0.05

#: Function words that this is worth in a text, so that a line of three words has no extreme share, and in a sentence.
WEIGHT: Final = 10.0
WEIGHT_OF_SENTENCE: Final = 12.0

#: From how many standard deviations of words said once on a disordered sentence is salad.
LEAST_NOVELTY: Final = 1.0

#: Fewest words of a sentence that can be a span; from which share and number of missing function words on it is one in
#: English, and up to which share of function words in others, whose fluent text has .4 to .5.  In English .01 to .03 of
#: fluent text stand in such sentences, and .5 to .9 of text without function words.
FEWEST_WORDS: Final = 5
LEAST_SHARE: Final = 0.3
LEAST_MISSING: Final = 0.4
MOST_FUNCTION_WORDS: Final = 0.2


class Sentences(NamedTuple):
    """Sentences: the text of each, its first and last word, its words and function words in the main language."""

    text: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    words: NDArray[np.int64]
    function_words: NDArray[np.int64]


class Missing(NamedTuple):
    """English sentences: text, first and last word, function words there, and how many are expected to be missing."""

    text: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    present: NDArray[np.int64]
    missing: NDArray[np.float64]

    def taken(self, which: NDArray[np.bool_]) -> Missing:
        """Give some of the sentences."""
        text, first, last, present = (column[which] for column in self[:4])
        return Missing(text, first, last, present, self.missing[which])


@cache
def _chances() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Give how likely one, or two, function words are missing between two classes, relative to none."""
    table = word_order.table()
    begin, end = table.function
    follows = np.exp2(-table.pairs.astype(np.float64) / word_order.EIGHTHS)
    follows /= follows.sum(axis=1, keepdims=True)
    enters, leaves = follows[:, begin:end], follows[begin:end, :]
    once = EXPECTED * (enters @ leaves) / follows
    twice = EXPECTED**2 * (enters @ follows[begin:end, begin:end] @ leaves) / follows
    return once.astype(np.float32), twice.astype(np.float32)


def missing(scene: Scene) -> Missing:
    """Count the function words of English sentences, there and missing; what stands in the prompt is left out."""
    from traceviz.detectors.kernels.telegraphic import count_missing

    kinds, words, begins = scene.tokens
    found = Missing(
        *count_missing(kinds, words, begins, *_chances(), word_order.table().function, EXPECTED, WEIGHT_OF_SENTENCE)
    )
    judged = scene.mainly_in(("en",))[found.text] & ~_disordered(scene, found.first)
    judged &= ~scene.repeated[found.first]
    if scene.prompts:
        judged &= ~most_words(scene, found.first, found.last + 1)
    return found.taken(judged)


def _disordered(scene: Scene, first: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which sentences are salad or shuffled: random words ask for function words everywhere.

    A sentence without function words is out of order too.  Of the others, a shuffled one still has them, and salad has
    words that the text says nowhere else.
    """
    found = scene.judged_sentences
    text, first_of, last = (column[found.score >= word_order.FEWEST_SCORE] for column in found[:3])
    function = np.concatenate([[0], np.cumsum(scene.vocabulary.function)])
    share = (function[last + 1] - function[first_of]) / (last - first_of + 1)
    drawn = novelty(scene, text, first_of, last) >= LEAST_NOVELTY
    return np.isin(first, first_of[drawn | (share >= MOST_FUNCTION_WORDS)])


def dropped(scene: Scene) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the function words of each text that are expected to be missing, and all of them, with the prior's own.

    Both are 0 where no sentence is English.
    """
    found = missing(scene)
    n = len(scene.texts)
    some = np.bincount(found.text, minlength=n) > 0
    gone = np.bincount(found.text, weights=found.missing, minlength=n) + EXPECTED * WEIGHT * some
    there = np.bincount(found.text, weights=found.present, minlength=n) + (1 - EXPECTED) * WEIGHT * some
    return gone, gone + there


def sentences(scene: Scene) -> Sentences:
    """Give the sentences of a batch; words of another language than the main one, and quoted ones, do not count."""
    from traceviz.segments.kernels.words import SENTENCE_START

    words, text = scene.words, scene.text_of_word
    own = (scene.language_of_word == scene.matrix[text]) & (scene.matrix[text] >= 0)
    own &= scene.own
    begins = ((words.flags & SENTENCE_START) != 0) | (np.diff(text, prepend=-1) > 0)
    first = np.flatnonzero(begins)
    sentence = np.cumsum(begins) - 1
    function = own & is_function_word(scene)
    return Sentences(
        text[first],
        first,
        np.append(first[1:], len(text))[: len(first)] - 1,
        np.bincount(sentence[own], minlength=len(first)),
        np.bincount(sentence[function], minlength=len(first)),
    )


def is_function_word(scene: Scene) -> NDArray[np.bool_]:
    """Tell which words are function words of the main language of their text."""
    words, found = scene.words, np.zeros(len(scene.words.start), dtype=bool)
    tags = scene.pieces.tags
    for code in np.unique(scene.matrix[scene.mainly_in(FUNCTION_WORDS)]).tolist():
        own = word_set(FUNCTION_WORDS[tags[code]]).holds(words.hashes)
        found |= own & (scene.matrix[scene.text_of_word] == code)
    return found


def find(scene: Scene) -> Evidence:
    """Find sentences with few function words; the label and the score say how few.

    In English the score is the share of function words that are expected to be missing, with one more that is there, in
    other languages the share of the words that are none; the label gives the numbers.
    """
    english, others = _find_missing(scene), _find_few(scene)
    text = np.concatenate([english.text, others.text])
    order = np.lexsort((np.concatenate([english.start, others.start]), text))
    both = Evidence(
        text,
        np.concatenate([english.start, others.start]),
        np.concatenate([english.end, others.end]),
        english.label + others.label,
        np.concatenate([english.score, others.score]),
    )
    return both.taken(order)


def _find_missing(scene: Scene) -> Evidence:
    """Find English sentences whose neighbours ask for function words between them."""
    found = missing(scene)
    whole = found.missing + found.present
    share = found.missing / np.maximum(whole, 1e-9)
    few = (found.last - found.first + 1 >= FEWEST_WORDS) & (share >= LEAST_SHARE) & (found.missing >= LEAST_MISSING)
    counts = zip(found.missing[few].tolist(), found.present[few].tolist(), strict=True)
    return Evidence(
        found.text[few],
        scene.words.start[found.first[few]],
        scene.words.end[found.last[few]],
        tuple(f"{there} function words, {gone:.1f} missing" for gone, there in counts),
        found.missing[few] / (whole[few] + 1),  # one more, for where none is there little is known
    )


def _find_few(scene: Scene) -> Evidence:
    """Find sentences of other languages with few function words."""
    found = sentences(scene)
    share = found.function_words / np.maximum(found.words, 1)
    others = scene.mainly_in(FUNCTION_WORDS) & ~scene.mainly_in(("en",))
    few = (found.words >= FEWEST_WORDS) & (share <= MOST_FUNCTION_WORDS) & others[found.text]
    counts = zip(found.function_words[few].tolist(), found.words[few].tolist(), strict=True)
    return Evidence(
        found.text[few],
        scene.words.start[found.first[few]],
        scene.words.end[found.last[few]],
        tuple(f"{n} of {whole} words" for n, whole in counts),
        1 - share[few],
    )
