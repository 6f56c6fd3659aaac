"""Scripts, symbols, mathematics and what is masked: counts of characters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence
from traceviz.detectors.hidden_characters import CONTROL, UNSEEN
from traceviz.measures.compute import unless_masked
from traceviz.measures.registry import metric
from traceviz.measures.sample import CODE_POINTS, Sample
from traceviz.measures.values import Values

# Columns of `Sample.characters`: see `traceviz.segments.kernels.characters`.
_SPACE, _SYMBOL, _MATH = 5, 7, 12

#: Characters of the shortest trace of which thirds are compared: one sign among a hundred characters is a rise of .01.
FEWEST_FOR_THIRDS: Final = 300


def _of_non_space(sample: Sample, part: NDArray[Any]) -> Values:
    counts, _ = sample.characters
    return Values.ratio(part, counts[:, CODE_POINTS] - counts[:, _SPACE], "empty")


@metric(
    group="symbols",
    unit="share of characters without spaces",
    range="0-1",
    direction="none",
    source="UAX #44, category S",
    weight="characters",
    needs="text",
)
def symbol_share(sample: Sample) -> Values:
    """Share of the characters that are symbols (category S: mathematical, currency, modifier, other).

    A trace full of mathematics has many; the detector ``symbols`` tells them apart from unusual ones.
    """
    return _of_non_space(sample, sample.characters[0][:, _SYMBOL])


@metric(
    group="symbols",
    unit="share of characters without spaces",
    range="0-1",
    direction="none",
    source="UAX #44, property Math",
    weight="characters",
    needs="text",
)
def math_char_share(sample: Sample) -> Values:
    """Share of the characters with the property Math, which a caret has and a superscript two has not."""
    return _of_non_space(sample, sample.characters[0][:, _MATH])


@metric(
    group="symbols",
    unit="share of characters",
    range="0-1",
    direction="none",
    source="traceviz",
    weight="characters",
)
def math_share(sample: Sample) -> Values:
    """Share of the characters that stand in formulas, written in LaTeX or plainly."""
    return Values.ratio(
        sample.total(sample.length_of_piece, sample.is_kind("math")), sample.characters[0][:, CODE_POINTS], "empty"
    )


@metric(
    group="symbols",
    unit="share of characters",
    range="0-1",
    direction="none",
    source="traceviz",
    weight="characters",
)
def masked_share(sample: Sample) -> Values:
    """Share of the characters that are masked: code, formulas, URLs, identifiers and template tokens.

    Where it is high, numbers about the prose rest on little text.
    """
    masked = sample.is_kind("math", "code", "url", "identifier", "template")
    return Values.ratio(sample.total(sample.length_of_piece, masked), sample.characters[0][:, CODE_POINTS], "empty")


@metric(
    group="symbols",
    unit="scripts",
    range="0 and up",
    direction="more is more mixed",
    source="UAX #24",
    weight=None,
    needs="text",
    length_dependent=True,
)
def n_scripts(sample: Sample) -> Values:
    """Number of scripts with at least two letters, formulas included.  Grows with length."""
    return Values.of((_by_script(sample) >= 2).sum(axis=1))


@metric(
    group="symbols",
    unit="bits",
    range="0-log2 of the number of scripts",
    direction="more is more mixed",
    source="UAX #24, Wang et al. 2025 (arXiv 2505.14815)",
    weight=None,
    needs="text",
)
def script_entropy(sample: Sample) -> Values:
    """Entropy of the scripts of the letters in a trace, in bits, formulas included."""
    return Values.entropy(_by_script(sample), "no_words")


def _by_script(sample: Sample) -> np.ndarray:
    """Letters of each text by script, without Common and Inherited."""
    return sample.characters[1][:, 2:]


def _hidden(sample: Sample, labels: Sequence[str]) -> NDArray[np.float64]:
    """Characters of each text in spans with some of the labels of hidden characters."""
    found: Evidence = sample.evidence("hidden_characters")
    wanted = np.array([label in labels for label in found.label], dtype=bool)
    return np.bincount(found.text[wanted], weights=found.score[wanted], minlength=len(sample)).astype(np.float64)


@metric(
    group="symbols",
    unit="characters",
    range="0 and up",
    direction="more is worse",
    source="UTS #39, UAX #44 (Default_Ignorable_Code_Point)",
    weight=None,
    needs="spans",
    length_dependent=True,
)
def hidden_chars(sample: Sample) -> Values:
    """Number of zero-width, tag and filler characters and variation selectors that are out of place."""
    return Values.of(_hidden(sample, UNSEEN))


@metric(
    group="symbols",
    unit="characters",
    range="0 and up",
    direction="more is worse",
    source="UAX #9",
    weight=None,
    needs="spans",
    length_dependent=True,
)
def bidi_controls(sample: Sample) -> Values:
    """Number of bidirectional controls."""
    return Values.of(_hidden(sample, (CONTROL,)))


@metric(
    group="symbols",
    unit="share of characters without spaces",
    range="0-1",
    direction="more is worse",
    source="traceviz",
    weight="characters",
    needs="spans",
)
def symbols_share(sample: Sample) -> Values:
    """Share of the characters that are unusual symbols in running text (detector ``symbols``)."""
    return _span_characters(sample, "symbols")


@metric(
    group="symbols",
    unit="share of characters without spaces",
    range="0-1",
    direction="more is worse",
    source="traceviz",
    weight="characters",
    needs="spans",
)
def hidden_characters_share(sample: Sample) -> Values:
    """Share of the characters that are hidden ones out of place, bidirectional controls and look-alikes included."""
    return _span_characters(sample, "hidden_characters")


def _span_characters(sample: Sample, mode: str) -> Values:
    found = sample.evidence(mode)
    counted = np.bincount(found.text, weights=found.score, minlength=len(sample))
    return unless_masked(sample, _of_non_space(sample, counted))


@metric(
    group="symbols",
    unit="share of characters",
    range="-1 to 1",
    direction="none",
    source="traceviz",
    weight=None,
    needs="spans",
)
def symbol_drift(sample: Sample) -> Values:
    """Share of unusual symbols in the last third of a trace minus that in its first third (detector ``symbols``).

    Above 0 where symbols come late or grow.  All classes are taken together, so that one may come while another goes:
    ``tv.along`` and the labels of the spans tell which.  Missing (``too_short``) below 300 characters.
    """
    found, length = sample.evidence("symbols"), sample.characters[0][:, CODE_POINTS].astype(np.float64)
    place = sample.texts.code_points(found.text, found.start) / np.maximum(length[found.text], 1)
    late = np.where(place >= 2 / 3, 1.0, 0.0) - np.where(place < 1 / 3, 1.0, 0.0)
    rise = np.bincount(found.text, weights=late * found.score, minlength=len(sample))
    return Values.ratio(rise, length / 3, "empty").without((length > 0) & (length < FEWEST_FOR_THIRDS), "too_short")
