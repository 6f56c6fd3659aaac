"""What readability formulas count in the prose of a trace: words, sentences, syllables, letters.

Only the prose in the trace's matrix language is counted.  A line break ends a sentence, since reasoning is written in
lines.  Syllables are counted by groups of vowels; scripts without spaces have no words to count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.scan import unspaced
from traceviz.segments.unicode import unicode_table

if TYPE_CHECKING:
    from traceviz.measures.sample import Sample

#: How syllables are counted, by the kernel's code.
COUNTERS: Final = ("groups", "english", "french", "hiatus", "each_vowel")

#: Which counter a language has.
COUNTER_OF: Final = {
    "en": "english",
    "de": "groups",
    "es": "hiatus",
    "fr": "french",
    "it": "hiatus",
    "nl": "groups",
    "ru": "each_vowel",
}


class Counts(NamedTuple):
    """What the formulas count in the prose of each text that is in its matrix language, and the tag of that.

    ``polysyllables`` are words of three syllables or more, ``long_words`` of more than six letters.  Without a way to
    count syllables both numbers of syllables are zero.
    """

    words: NDArray[np.float64]
    sentences: NDArray[np.float64]
    syllables: NDArray[np.float64]
    letters: NDArray[np.float64]
    polysyllables: NDArray[np.float64]
    long_words: NDArray[np.float64]
    language: tuple[str | None, ...]


def count(sample: Sample) -> Counts:
    """Count words, sentences, syllables and letters of the prose in the matrix language of each text."""
    from traceviz.measures.kernels.prose import count_syllables
    from traceviz.segments.kernels.words import SENTENCE_START

    tags = tuple(None if code < 0 else sample.pieces.tags[code] for code in sample.matrix.tolist())
    style = np.array([COUNTERS.index(COUNTER_OF[tag]) if tag in COUNTER_OF else -1 for tag in tags], dtype=np.int64)
    words = sample.words
    every = sample.text_of_word
    chosen = sample.pieces.language[sample.piece_of_word] == sample.matrix[every]
    chosen &= ~unspaced()[words.script]
    text, start, end = every[chosen], words.start[chosen], words.end[chosen]
    # A sentence that begins with a word of another language still begins.
    breaks = np.cumsum((words.flags & SENTENCE_START) != 0)[chosen]
    first = (np.diff(breaks, prepend=-1) > 0) | (np.diff(text, prepend=-1) > 0)
    syllables = count_syllables(sample.texts.buffer, start, end, unicode_table().lower, style[text])
    letters = sample.letters_of_word[chosen]

    def total(amount: NDArray[Any] | None) -> NDArray[np.float64]:
        return np.bincount(text, weights=amount, minlength=len(sample)).astype(np.float64)

    return Counts(
        total(None), total(first), total(syllables), total(letters), total(syllables >= 3), total(letters > 6), tags
    )
