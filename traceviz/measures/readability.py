"""Readability formulas: a measure of style, and no measure of legibility.

Weak by construction: the formula counts the length of sentences and words.  A loop, a soup of short words and plain
easy words all come out as very easy, and plain words without full stops as impossible.  Law and question answering,
both fluent, differ more in it than damaged and clean text do.  Use it to describe style within one language.

Only the prose in the trace's matrix language is counted.  A line break ends a sentence, since reasoning is written in
lines.  Syllables are counted by groups of vowels.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values
from traceviz.segments.unicode import unicode_table

#: How syllables are counted, by the kernel's code.
COUNTERS: Final = ("groups", "english", "french", "hiatus", "each_vowel")


class Flesch(NamedTuple):
    """A published form of the formula: constant - sentence x words/sentence - syllable x syllables/word."""

    constant: float
    sentence: float
    syllable: float
    counter: str
    source: str


#: Published forms.  Scores of two languages are not comparable.
FLESCH: Final = {
    "en": Flesch(206.835, 1.015, 84.6, "english", "Flesch 1948"),
    "de": Flesch(180.0, 1.0, 58.5, "groups", "Amstad 1978"),
    "es": Flesch(206.84, 1.02, 60.0, "hiatus", "Fernandez Huerta 1959"),
    "fr": Flesch(207.0, 1.015, 73.6, "french", "Kandel & Moles 1958"),
    "it": Flesch(217.0, 1.3, 60.0, "hiatus", "Franchina & Vacca 1986"),
    "nl": Flesch(206.84, 0.93, 77.0, "groups", "Douma 1960"),
    "ru": Flesch(206.835, 1.3, 60.1, "each_vowel", "Oborneva 2006"),
}

#: Below these the formula is out of its domain, and so is a trace of which more than this share is masked.
FEWEST_WORDS: Final = 30
FEWEST_SENTENCES: Final = 3
MOST_MASKED: Final = 0.6


class Counts(NamedTuple):
    """Words, sentences and syllables of the prose of each text, and the tag of its matrix language."""

    words: NDArray[np.int64]
    sentences: NDArray[np.int64]
    syllables: NDArray[np.int64]
    language: tuple[str | None, ...]


def count(sample: Sample) -> Counts:
    """Count words, sentences and syllables of the prose in the matrix language of each text."""
    from traceviz.measures.kernels import count_readability
    from traceviz.segments.kernels.words import SENTENCE_START

    tags = tuple(None if code < 0 else sample.pieces.tags[code] for code in sample.matrix)
    style = np.array([COUNTERS.index(FLESCH[tag].counter) if tag in FLESCH else -1 for tag in tags], dtype=np.int64)
    words, text = sample.words, sample.words.text
    in_matrix = sample.pieces.language[sample.piece_of_word] == sample.matrix[text]
    chosen = in_matrix & (style[text] >= 0)
    # A sentence that begins with a word of another language still begins.
    breaks = np.cumsum((words.flags & SENTENCE_START) != 0)[chosen]
    counts = count_readability(
        sample.texts.buffer,
        text[chosen],
        words.start[chosen],
        words.end[chosen],
        np.diff(breaks, prepend=-1) > 0,
        style[text[chosen]],
        unicode_table().lower,
        len(sample),
    )
    return Counts(counts[:, 0], counts[:, 1], counts[:, 2], tags)


def flesch(words: float, sentences: float, syllables: float, *, language: str = "en") -> float:
    """Give Flesch's reading ease from counts, in the form published for a language.

    Examples
    --------
    >>> round(flesch(6, 1, 6), 3)
    116.145
    >>> round(flesch(100, 5, 150), 3)
    59.635
    """
    form = FLESCH[language]
    return form.constant - form.sentence * words / sentences - form.syllable * syllables / words


@metric(
    group="readability",
    unit="score, higher is easier",
    range="unbounded",
    direction="none",
    source="Flesch 1948, and the forms published for de, es, fr, it, nl, ru",
)
def flesch_reading_ease(sample: Sample) -> Values:
    """Flesch reading ease of the prose, in the form published for its language: style, not legibility.

    Missing (``out_of_domain``) in a language without a published form, under 30 words or 3 sentences, and where more
    than 60 % of the trace is masked.
    """
    counted = count(sample)
    number = np.full(len(sample), np.nan)
    enough = (counted.words >= FEWEST_WORDS) & (counted.sentences >= FEWEST_SENTENCES)
    for i in np.flatnonzero(enough).tolist():
        language = counted.language[i]
        if language is not None:
            number[i] = flesch(counted.words[i], counted.sentences[i], counted.syllables[i], language=language)
    total = np.maximum(sample.characters[0][:, 11], 1)
    masked = sample.total(sample.length_of_piece, ~sample.is_kind("prose", "other")) / total
    no_words = np.array([tag is None for tag in counted.language], dtype=bool)
    return Values.of(number).without(no_words, "no_words").without(~enough | (masked > MOST_MASKED), "out_of_domain")
