"""Share and rate of each failure mode: how much of a trace its spans cover, and how many there are.

A share is one of the letters of the prose, each counted once however many spans of a mode it stands in.  It says how
much was found, not how bad it is; what a detector cannot see stands first in its own documentation.  Where more than
60 % of a trace is masked, too little prose is left to judge, and the shares are missing (``masked_out``).

Symbols and hidden characters are shares of characters (`traceviz.measures.symbols`), loops shares of tokens
(`traceviz.measures.repetition`), and switches have metrics of their own (``foreign_share``, ``switch_rate``).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.word_order import disorder
from traceviz.measures.registry import metric
from traceviz.measures.sample import CODE_POINTS, Sample
from traceviz.measures.values import Values

#: Above this share of masked characters a trace is not scored.
MOST_MASKED: Final = 0.6

#: Modes whose share is one of letters, with what their spans are.
OF_LETTERS: Final = {
    "token_soup": "words of many languages or of none that stand together",
    "glued_words": "words that were written together",
    "telegraphic": "sentences with few function words",
    "idiolect": "uses of words far above human usage",
}

#: Modes whose share is one of characters, because masks hide some of their spans.
OF_CHARACTERS: Final = {
    "gibberish": "non-words, keyboard noise and encoded runs",
    "template_litter": "tokens and headers of chat templates",
}

#: The number by which a mode is ranked and profiled.
METRIC_OF: Final = {
    "switch": "foreign_share",
    "symbols": "symbols_share",
    "word_order": "word_order_share",
    **{mode: f"{mode}_share" for mode in OF_LETTERS},
    "loop": "loop_share",
    "hidden_characters": "hidden_characters_share",
    **{mode: f"{mode}_share" for mode in OF_CHARACTERS},
}

#: Modes that have a rate: those, and the modes whose shares are counted elsewhere.
RATED: Final = ("word_order", *OF_LETTERS, *OF_CHARACTERS, "symbols", "loop", "hidden_characters")


def words_of(sample: Sample) -> NDArray[np.float64]:
    """Words of each text."""
    return np.bincount(sample.text_of_word, weights=sample.word_count, minlength=len(sample)).astype(np.float64)


def letters_in_spans(sample: Sample, mode: str) -> NDArray[np.float64]:
    """Letters of the prose of each text that stand in a span of a mode."""
    found, start = sample.evidence(mode), sample.words.start
    depth = np.zeros(len(start) + 1, dtype=np.int64)
    np.add.at(depth, np.searchsorted(start, found.start), 1)
    np.add.at(depth, np.searchsorted(start, found.end), -1)
    inside = np.cumsum(depth[:-1]) > 0
    letters = sample.letters_of_word[inside]
    return np.bincount(sample.text_of_word[inside], weights=letters, minlength=len(sample)).astype(np.float64)


def letters_of(sample: Sample) -> NDArray[np.float64]:
    """Letters of the prose of each text."""
    return np.bincount(sample.text_of_word, weights=sample.letters_of_word, minlength=len(sample)).astype(np.float64)


def unless_masked(sample: Sample, values: Values) -> Values:
    """Take the numbers away from traces that are nearly all formulas and code."""
    return values.without(sample.masked_share > MOST_MASKED, "masked_out")


def characters_in_spans(sample: Sample, mode: str) -> NDArray[np.float64]:
    """Characters of each text that stand in a span of a mode."""
    found = sample.evidence(mode)
    length = sample.texts.code_points(found.text, found.end) - sample.texts.code_points(found.text, found.start)
    return np.bincount(found.text, weights=length, minlength=len(sample)).astype(np.float64)


@metric(
    group="modes",
    unit="share of words",
    range="0-1",
    direction="more is worse",
    source="traceviz.detectors.word_order",
    needs="segments",
)
def word_order_share(sample: Sample) -> Values:
    """Share of the words of English sentences that stand in disordered ones, each sentence by its odds.

    Also what no span shows counts a little, so that a trace that is a little out of order everywhere ranks above one
    that is not.  Missing (``out_of_domain``) where no English sentence of five words can be judged.
    """
    disordered, judged = disorder(sample)
    shares = Values.ratio(disordered, judged, "out_of_domain")
    return unless_masked(
        sample, Values.of(shares.number).without(letters_of(sample) == 0, "no_words").otherwise(shares)
    )


def _enlist_share_of_letters(mode: str) -> None:
    def share(sample: Sample) -> Values:
        return unless_masked(sample, Values.ratio(letters_in_spans(sample, mode), letters_of(sample), "no_words"))

    share.__name__ = f"{mode}_share"
    share.__doc__ = f"Share of the letters that stand in {OF_LETTERS[mode]} (detector ``{mode}``)."
    metric(
        group="modes",
        unit="share of letters",
        range="0-1",
        direction="more is worse",
        source=f"traceviz.detectors.{mode}",
        needs="spans",
    )(share)


def _enlist_share_of_characters(mode: str) -> None:
    def share(sample: Sample) -> Values:
        counts, _ = sample.characters
        return Values.ratio(characters_in_spans(sample, mode), counts[:, CODE_POINTS], "empty")

    share.__name__ = f"{mode}_share"
    share.__doc__ = f"Share of the characters that stand in {OF_CHARACTERS[mode]} (detector ``{mode}``)."
    metric(
        group="modes",
        unit="share of characters",
        range="0-1",
        direction="more is worse",
        source=f"traceviz.detectors.{mode}",
        weight="characters",
        needs="spans",
    )(share)


def _enlist_rate(mode: str) -> None:
    def rate(sample: Sample) -> Values:
        spans = np.bincount(sample.evidence(mode).text, minlength=len(sample))
        return Values.ratio(spans, words_of(sample), "no_words", scale=1000.0)

    rate.__name__ = f"{mode}_rate"
    rate.__doc__ = f"Spans of the detector ``{mode}`` per 1,000 words."
    metric(
        group="modes",
        unit="spans per 1,000 words",
        range="0 and up",
        direction="more is worse",
        source=f"traceviz.detectors.{mode}",
        needs="spans",
    )(rate)


for _mode in OF_LETTERS:
    _enlist_share_of_letters(_mode)
for _mode in OF_CHARACTERS:
    _enlist_share_of_characters(_mode)
for _mode in RATED:
    _enlist_rate(_mode)
