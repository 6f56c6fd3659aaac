"""Share and rate of each failure mode: how much of a trace its spans cover, and how many there are.

A share is one of the letters of the prose, each counted once however many spans of a mode it stands in.  It says how
much was found, not how bad it is; what a detector cannot see stands first in its own documentation.  Where more than
60 % of a trace is masked, too little prose is left to judge, and shares and rates are missing (``masked_out``).

Symbols and hidden characters are shares of characters (`traceviz.measures.symbols`), loops shares of tokens
(`traceviz.measures.repetition`), and switches have metrics of their own (``foreign_share``, ``switch_rate``).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, covered
from traceviz.detectors.switch import INCOHERENT
from traceviz.detectors.telegraphic import dropped
from traceviz.detectors.word_order import disorder
from traceviz.measures.compute import unless_masked
from traceviz.measures.registry import metric
from traceviz.measures.sample import CODE_POINTS, Sample
from traceviz.measures.values import Values

#: Modes whose share is one of letters, with what their spans are.
OF_LETTERS: Final = {
    "token_soup": "words of many languages or of none that stand together",
    "glued_words": "words that were written together",
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
    "token_soup": "token_soup_share",
    "glued_words": "glued_words_share",
    "telegraphic": "telegraphic_share",
    "idiolect": "idiolect_share",
    "loop": "loop_share",
    "hidden_characters": "hidden_characters_share",
    **{mode: f"{mode}_share" for mode in OF_CHARACTERS},
}

#: Modes that have a rate: those, and the modes whose shares are counted elsewhere.
RATED: Final = ("word_order", *OF_LETTERS, "telegraphic", *OF_CHARACTERS, "symbols", "loop", "hidden_characters")

#: Numbers that length moves: a word is one of the trace's own from three uses on, and only the longest loop is found.
MOVED_BY_LENGTH: Final = ("idiolect_share", "idiolect_rate", "loop_rate")


def letters_in_spans(sample: Sample, mode: str) -> NDArray[np.float64]:
    """Letters of the prose of each text that stand in a span of a mode."""
    return _letters_in(sample, sample.evidence(mode))


def _letters_in(sample: Sample, found: Evidence) -> NDArray[np.float64]:
    start = sample.words.start
    inside = covered(np.searchsorted(start, found.start), np.searchsorted(start, found.end), len(start))
    return sample.by_text(sample.letters_of_word, inside)


def characters_in_spans(sample: Sample, mode: str) -> NDArray[np.float64]:
    """Characters of each text that stand in a span of a mode, each counted once."""
    found = sample.evidence(mode)
    order = np.argsort(found.start, kind="stable")
    text, start, end = found.text[order], found.start[order], found.end[order]
    counted = np.maximum.accumulate(np.concatenate([[0], end]))[:-1]  # as far as earlier spans reach
    start, end = np.maximum(start, counted), np.maximum(end, counted)
    length = sample.texts.code_points(text, end) - sample.texts.code_points(text, start)
    return np.bincount(text, weights=length, minlength=len(sample)).astype(np.float64)


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
    return unless_masked(sample, Values.of(shares.number).without(sample.n_letters == 0, "no_words").otherwise(shares))


@metric(
    group="modes",
    unit="share of function words",
    range="0-1",
    direction="more is worse",
    source="traceviz.detectors.telegraphic",
    needs="segments",
)
def telegraphic_share(sample: Sample) -> Values:
    """Share of the function words of English sentences that are expected to be missing, drawn towards one in twenty.

    To rank texts with, and no count.  Missing (``out_of_domain``) where the text is not in English.
    """
    gone, whole = dropped(sample)
    shares = Values.ratio(gone, whole, "out_of_domain")
    return unless_masked(sample, Values.of(shares.number).without(sample.n_letters == 0, "no_words").otherwise(shares))


def _enlist(name: str, description: str, number: Callable[[Sample], Values], *, mode: str, unit: str) -> None:
    """List a number of a mode."""

    def function(sample: Sample) -> Values:
        return number(sample)

    function.__name__, function.__doc__ = name, description
    metric(
        group="modes",
        unit=unit,
        range="0-1" if unit.startswith("share") else "0 and up",
        direction="more is worse",
        source=f"traceviz.detectors.{mode}",
        weight="characters" if unit.endswith("characters") else "words",
        needs="spans",
        length_dependent=name in MOVED_BY_LENGTH,
    )(function)


def _share_of_letters(mode: str, sample: Sample) -> Values:
    return unless_masked(sample, Values.ratio(letters_in_spans(sample, mode), sample.n_letters, "no_words"))


def _share_of_characters(mode: str, sample: Sample) -> Values:
    share = Values.ratio(characters_in_spans(sample, mode), sample.characters[0][:, CODE_POINTS], "empty")
    return unless_masked(sample, share)


def _rate(mode: str, sample: Sample) -> Values:
    spans = np.bincount(sample.evidence(mode).text, minlength=len(sample))
    return unless_masked(sample, Values.ratio(spans, sample.n_words, "no_words", scale=1000.0))


def _share_of_switches(sample: Sample, *, incoherent: bool) -> Values:
    found = sample.evidence("switch")
    chosen = np.array([label.endswith(INCOHERENT) == incoherent for label in found.label], dtype=bool)
    letters = _letters_in(sample, found.taken(np.flatnonzero(chosen)))
    return unless_masked(sample, Values.ratio(letters, sample.n_letters, "no_words"))


for _mode, _spans in OF_LETTERS.items():
    _said = f"Share of the letters that stand in {_spans} (detector ``{_mode}``)."
    _enlist(f"{_mode}_share", _said, partial(_share_of_letters, _mode), mode=_mode, unit="share of letters")
for _mode, _spans in OF_CHARACTERS.items():
    _said = f"Share of the characters that stand in {_spans} (detector ``{_mode}``)."
    _enlist(f"{_mode}_share", _said, partial(_share_of_characters, _mode), mode=_mode, unit="share of characters")
for _mode in RATED:
    _said = f"Spans of the detector ``{_mode}`` per 1,000 words."
    _enlist(f"{_mode}_rate", _said, partial(_rate, _mode), mode=_mode, unit="spans per 1,000 words")
for _kind, _spans in {"coherent": "one language explains", "incoherent": "are token soup"}.items():
    _said = f"Share of the letters that stand in switches whose words {_spans} (detector ``switch``)."
    _number = partial(_share_of_switches, incoherent=_kind == "incoherent")
    _enlist(f"{_kind}_switch_share", _said, _number, mode="switch", unit="share of letters")
