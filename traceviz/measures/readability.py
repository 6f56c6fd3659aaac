"""Readability formulas: a measure of style, and no measure of legibility.

Weak by construction: the formula counts the length of sentences and words.  A loop, a soup of short words and plain
easy words all come out as very easy, and plain words without full stops as impossible.  Law and question answering,
both fluent, differ more in it than damaged and clean text do.  Use it to describe style within one language.

What is counted, and how, stands in `traceviz.measures.prose`.  All are missing (``out_of_domain``) in a language that
the formula was not published for, under 30 words or 3 sentences, and where more than 60 % of the trace is masked.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.measures.prose import Counts
from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values


class Flesch(NamedTuple):
    """A published form of the formula: constant - sentence x words/sentence - syllable x syllables/word."""

    constant: float
    sentence: float
    syllable: float
    source: str


#: Published forms.  Scores of two languages are not comparable.
FLESCH: Final = {
    "en": Flesch(206.835, 1.015, 84.6, "Flesch 1948"),
    "de": Flesch(180.0, 1.0, 58.5, "Amstad 1978"),
    "es": Flesch(206.84, 1.02, 60.0, "Fernandez Huerta 1959"),
    "fr": Flesch(207.0, 1.015, 73.6, "Kandel & Moles 1958"),
    "it": Flesch(217.0, 1.3, 60.0, "Franchina & Vacca 1986"),
    "nl": Flesch(206.84, 0.93, 77.0, "Douma 1960"),
    "ru": Flesch(206.835, 1.3, 60.1, "Oborneva 2006"),
}

#: Languages of the newspapers on which LIX was compared (Bjornsson 1983).
LIX: Final = ("da", "de", "en", "es", "fi", "fr", "it", "nb", "pt", "ru", "sv")

#: The formulas that count American school grades were fitted to English.
ENGLISH: Final = ("en",)

#: Below these the formula is out of its domain, and so is a trace that is mostly masked.
FEWEST_WORDS: Final = 30
FEWEST_SENTENCES: Final = 3


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


def _flesch(counted: Counts) -> NDArray[np.float64]:
    forms = [FLESCH.get(tag or "", FLESCH["en"]) for tag in counted.language]
    constant, sentence, syllable = np.array([form[:3] for form in forms], dtype=np.float64).reshape(-1, 3).T
    return constant - sentence * counted.words / counted.sentences - syllable * counted.syllables / counted.words


#: The formulas, from what they count.
FORMULAS: Final[dict[str, Callable[[Counts], NDArray[np.float64]]]] = {
    "flesch_reading_ease": _flesch,
    "flesch_kincaid_grade": lambda n: 0.39 * n.words / n.sentences + 11.8 * n.syllables / n.words - 15.59,
    "gunning_fog": lambda n: 0.4 * (n.words / n.sentences + 100 * n.polysyllables / n.words),
    "smog": lambda n: 1.0430 * np.sqrt(30 * n.polysyllables / n.sentences) + 3.1291,
    "coleman_liau": lambda n: 5.88 * n.letters / n.words - 29.6 * n.sentences / n.words - 15.8,
    "ari": lambda n: 4.71 * n.letters / n.words + 0.5 * n.words / n.sentences - 21.43,
    "lix": lambda n: n.words / n.sentences + 100 * n.long_words / n.words,
    "rix": lambda n: n.long_words / n.sentences,
}


def _score(sample: Sample, name: str, languages: Container[str | None]) -> Values:
    """Apply a formula where it is in its domain: a language it was published for, enough prose, not mostly masked."""
    counted = sample.readable
    tags = counted.language
    spoken = np.array([tag in languages for tag in tags], dtype=bool)
    enough = (counted.words >= FEWEST_WORDS) & (counted.sentences >= FEWEST_SENTENCES)
    with np.errstate(divide="ignore", invalid="ignore"):
        number = FORMULAS[name](counted)
    no_words = np.array([tag is None for tag in tags], dtype=bool)
    beyond = ~spoken | ~enough | sample.mostly_masked
    return Values.of(np.where(beyond, np.nan, number)).without(no_words, "no_words").without(beyond, "out_of_domain")


@metric(
    group="readability",
    unit="score, higher is easier",
    range="unbounded",
    direction="none",
    source="Flesch 1948, and the forms published for de, es, fr, it, nl, ru",
)
def flesch_reading_ease(sample: Sample) -> Values:
    """Flesch reading ease of the prose, in the form published for its language: style, not legibility."""
    return _score(sample, "flesch_reading_ease", FLESCH)


@metric(
    group="readability",
    unit="US school grade",
    range="unbounded",
    direction="none",
    source="Kincaid et al. 1975",
)
def flesch_kincaid_grade(sample: Sample) -> Values:
    """Flesch-Kincaid grade of the prose: style, not legibility."""
    return _score(sample, "flesch_kincaid_grade", ENGLISH)


@metric(
    group="readability",
    unit="US school grade",
    range="unbounded",
    direction="none",
    source="Gunning 1952",
)
def gunning_fog(sample: Sample) -> Values:
    """Gunning fog index of the prose: long sentences and words of three syllables or more."""
    return _score(sample, "gunning_fog", ENGLISH)


@metric(
    group="readability",
    unit="US school grade",
    range="unbounded",
    direction="none",
    source="McLaughlin 1969",
)
def smog(sample: Sample) -> Values:
    """SMOG grade of the prose: words of three syllables or more in thirty sentences."""
    return _score(sample, "smog", ENGLISH)


@metric(
    group="readability",
    unit="US school grade",
    range="unbounded",
    direction="none",
    source="Coleman & Liau 1975",
)
def coleman_liau(sample: Sample) -> Values:
    """Coleman-Liau index of the prose: letters a word and sentences a word, no syllables."""
    return _score(sample, "coleman_liau", ENGLISH)


@metric(
    group="readability",
    unit="US school grade",
    range="unbounded",
    direction="none",
    source="Senter & Smith 1967",
)
def ari(sample: Sample) -> Values:
    """Automated readability index of the prose: letters a word and words a sentence, no syllables."""
    return _score(sample, "ari", ENGLISH)


@metric(
    group="readability",
    unit="score, higher is harder",
    range="unbounded",
    direction="none",
    source="Bjornsson 1968",
)
def lix(sample: Sample) -> Values:
    """LIX of the prose: words a sentence, and the share of words of more than six letters in percent."""
    return _score(sample, "lix", LIX)


@metric(
    group="readability",
    unit="score, higher is harder",
    range="unbounded",
    direction="none",
    source="Anderson 1983",
)
def rix(sample: Sample) -> Values:
    """RIX of the prose: words of more than six letters a sentence."""
    return _score(sample, "rix", LIX)
