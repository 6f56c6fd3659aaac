"""Telegraphic style: sentences whose function words were dropped ("need check even. sum 12. ok next").

A style before it is a fault: gpt-oss reasons so and is legible, and headings, lists and tables are written so by
everyone.  Compare with the same model's other text, or with another group.  Formulas are no words, so that "x is 3"
with its formula masked is short, and short sentences are not judged.  Up to a third of the function words can be gone
before the share of such sentences moves much (`function_word_ratio` moves earlier).  Languages: en, de, fr, es, it,
pt, nl, ru; nothing is found in others.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.segments.word_sets import word_set

#: Fewest words of a sentence that is judged, and the largest share of function words in one that is telegraphic.  In
#: fluent English it is .4 to .5; of sentences in eight, .01 to .03 of the words of fluent text are in such ones.
FEWEST_WORDS: Final = 5
MOST_FUNCTION_WORDS: Final = 0.2


class Sentences(NamedTuple):
    """Sentences: the text of each, its first and last word, its words and function words in the main language."""

    text: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    words: NDArray[np.int64]
    function_words: NDArray[np.int64]


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
    """Find sentences with few function words; the label says how many of the words, the score the share of others."""
    found = sentences(scene)
    share = found.function_words / np.maximum(found.words, 1)
    few = (found.words >= FEWEST_WORDS) & (share <= MOST_FUNCTION_WORDS) & scene.mainly_in(FUNCTION_WORDS)[found.text]
    counts = zip(found.function_words[few].tolist(), found.words[few].tolist(), strict=True)
    return Evidence(
        found.text[few],
        scene.words.start[found.first[few]],
        scene.words.end[found.last[few]],
        tuple(f"{n} of {whole} words" for n, whole in counts),
        1 - share[few],
    )
