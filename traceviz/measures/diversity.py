"""Diversity: how often a trace says the same words, phrases and lines.

All but the lines and the compression ratio count tokens of the prose: words, and letters where a script writes no
spaces, without masked text.  An n-gram goes on behind a formula and behind a full stop.  The numbers are missing
(``no_words``, ``too_short``) below the tokens that each needs, and where more than 60 % of a trace is masked
(``masked_out``).

Nearly all depend on length, because a long text repeats itself without being worse: compare them only in windows of
equal length (``tv.measure(traces, window=5000)``), and never across scripts.  ``mattr`` and ``mtld`` were made not to
depend on it and moved by less than .3 standard deviations from 6,000 to 1,500 characters.  None is pooled, because
n-grams of two texts do not add up.  That a number is low or high says how much is repeated and not whether it should
be: enumerations and long divisions repeat as loops do.  Thresholds for web text (Rae et al. 2021) do not hold for
reasoning.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from traceviz.measures.compute import unless_masked
from traceviz.measures.registry import metric
from traceviz.measures.sample import HDD_DRAWS, TTR_WINDOW, Sample
from traceviz.measures.values import Values

#: The sources of the numbers of n-grams.
WELLECK: Final = "Welleck et al. 2020 (arXiv 1908.04319)"
LI: Final = "Li et al. 2016 (arXiv 1510.03055)"
GOPHER: Final = "Rae et al. 2021 (arXiv 2112.11446), table A1"

#: Fewest words for MTLD (McCarthy & Jarvis 2010 warn of shorter texts), and fewest bytes for compression: below them
#: the head of the format weighs too much (ours).
FEWEST_FOR_MTLD: Final = 50
FEWEST_BYTES: Final = 200

#: The level of compression; ratios of two levels are not comparable.
ZLIB_LEVEL: Final = 9

# Columns of `Grams.counted`, `Sample.types` and `kernels.diversity.count_lines`.
_GRAMS, _DISTINCT, _REPEATED, _TOP = 0, 1, 2, 3
_TOKENS, _TYPES, _SQUARES, _MATTR, _MTLD, _HDD = 0, 1, 2, 3, 4, 5


def _of_tokens(sample: Sample, numbers: ArrayLike, *, fewest: int) -> Values:
    """Take away the numbers of texts that have no token, or fewer than it takes."""
    tokens = sample.types[:, _TOKENS]
    enough = Values.of(numbers).without(tokens == 0, "no_words").without(tokens < fewest, "too_short")
    return unless_masked(sample, enough)


def _quotient(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    return np.asarray(part / np.maximum(whole, 1), dtype=np.float64)


def _characters(sample: Sample, *, spaces: bool) -> NDArray[np.int64]:
    """Characters of the tokens of each text, with one space between words or without."""
    tokens = sample.prose_tokens
    first, last = tokens.by_text[:-1], tokens.by_text[1:]
    total = tokens.characters[last] - tokens.characters[first]
    between = tokens.spaces[last] - tokens.spaces[np.minimum(first + 1, last)]
    return np.asarray(total + between if spaces else total)


def _seq_rep(n: int, sample: Sample) -> Values:
    counted = sample.grams.counted(n)
    return _of_tokens(sample, 1 - _quotient(counted[:, _DISTINCT], counted[:, _GRAMS]), fewest=n)


def _distinct(n: int, sample: Sample) -> Values:
    return _of_tokens(sample, _quotient(sample.grams.counted(n)[:, _DISTINCT], sample.types[:, _TOKENS]), fewest=n)


def _repeated_characters(n: int, sample: Sample) -> Values:
    part = sample.grams.counted(n)[:, _REPEATED]
    return _of_tokens(sample, _quotient(part, _characters(sample, spaces=False)), fewest=n)


def _top_characters(n: int, sample: Sample) -> Values:
    part = sample.grams.counted(n)[:, _TOP]
    return _of_tokens(sample, _quotient(part, _characters(sample, spaces=True)), fewest=n)


def _enlist(name: str, description: str, number: Callable[[Sample], Values], *, unit: str, source: str) -> None:
    """List a number of n-grams."""

    def function(sample: Sample) -> Values:
        return number(sample)

    function.__name__, function.__doc__ = name, description
    metric(
        group="repetition",
        unit=unit,
        range="0 and up" if name.startswith("top") else "0-1",
        direction="less is worse" if name.startswith("distinct") else "more is worse",
        source=source,
        weight=None,
        length_dependent=True,
    )(function)


for _n in (2, 3, 4):
    _said = f"Share of the {_n}-grams of tokens that stood before: 1 - distinct {_n}-grams / {_n}-grams."
    _enlist(f"seq_rep_{_n}", _said, partial(_seq_rep, _n), unit=f"share of {_n}-grams", source=WELLECK)
for _n in (1, 2, 3):
    _said = f"Distinct {_n}-grams by tokens (common code divides by {_n}-grams, which gives a little more)."
    _enlist(f"distinct_{_n}", _said, partial(_distinct, _n), unit=f"{_n}-grams per token", source=LI)
for _n in range(5, 11):
    _said = (
        f"Share of the characters, spaces not counted, in {_n}-grams that stood before; a hit skips {_n} tokens.\n\n"
        "Because a hit skips so many tokens, the share need not fall as n grows."
    )
    _enlist(
        f"dup_ngram_chars_{_n}", _said, partial(_repeated_characters, _n), unit="share of characters", source=GOPHER
    )
for _n in (2, 3, 4):
    _said = (
        f"Length of the most frequent {_n}-gram times its count by the characters of the words joined by spaces.\n\n"
        "Of equally frequent ones the longest counts.  Where nothing is repeated that is the longest one, and not 0;\n"
        "where the uses overlap the number can pass 1."
    )
    _enlist(f"top_ngram_chars_{_n}", _said, partial(_top_characters, _n), unit="share of characters", source=GOPHER)


def _of_lines(sample: Sample, part: int, whole: int) -> Values:
    counted = sample.counted_lines
    values = Values.ratio(counted[:, part], counted[:, whole], "empty")
    return values.without(counted[:, 0] < 2, "too_short")


@metric(
    group="repetition",
    unit="share of lines",
    range="0-1",
    direction="more is worse",
    source=GOPHER,
    weight=None,
    needs="text",
    length_dependent=True,
)
def dup_line_share(sample: Sample) -> Values:
    """Share of the lines that stood before; missing (``too_short``) under two lines.

    Lines count with their formulas and code, blank ones do not; one of rules or brackets alone is a line.
    """
    return _of_lines(sample, 1, 0)


@metric(
    group="repetition",
    unit="share of characters",
    range="0-1",
    direction="more is worse",
    source=GOPHER,
    weight=None,
    needs="text",
    length_dependent=True,
)
def dup_line_chars(sample: Sample) -> Values:
    """Share of the characters of all lines in lines that stood before; missing (``too_short``) under two lines."""
    return _of_lines(sample, 3, 2)


@metric(
    group="repetition",
    unit="types per token",
    range="0-1",
    direction="less is worse",
    source="traceviz",
    weight=None,
    length_dependent=True,
)
def ttr(sample: Sample) -> Values:
    """Type-token ratio: distinct tokens by tokens.  Falls with length more than nearly every other number."""
    return _of_tokens(sample, _quotient(sample.types[:, _TYPES], sample.types[:, _TOKENS]), fewest=1)


@metric(
    group="repetition",
    unit="types per token",
    range="0-1",
    direction="less is worse",
    source="Covington & McFall 2010",
    weight=None,
)
def mattr(sample: Sample) -> Values:
    """Moving-average type-token ratio: the mean over all windows of 100 tokens; missing (``too_short``) below them."""
    return _of_tokens(sample, sample.types[:, _MATTR], fewest=TTR_WINDOW)


@metric(
    group="repetition",
    unit="tokens",
    range="1 and up",
    direction="less is worse",
    source="McCarthy & Jarvis 2010",
    weight=None,
)
def mtld(sample: Sample) -> Values:
    """Mean number of tokens until the type-token ratio falls below .72, the text read from both ends.

    Missing (``too_short``) under 50 tokens, and where no token is repeated.
    """
    found = sample.types[:, _MTLD]
    return _of_tokens(sample, found, fewest=FEWEST_FOR_MTLD).without(found == 0, "too_short")


@metric(
    group="repetition",
    unit="types per token",
    range="0-1",
    direction="less is worse",
    source="McCarthy & Jarvis 2010",
    weight=None,
    length_dependent=True,
)
def hdd(sample: Sample) -> Values:
    """HD-D: the type-token ratio that 42 tokens drawn at random are expected to have; ``too_short`` under 42."""
    return _of_tokens(sample, sample.types[:, _HDD], fewest=HDD_DRAWS)


@metric(
    group="repetition",
    unit="index",
    range="0 and up",
    direction="more is worse",
    source="Yule 1944",
    weight=None,
    length_dependent=True,
)
def yule_k(sample: Sample) -> Values:
    """Yule's K: 10,000 times the chance that two tokens drawn from the text are one type.

    It was made not to depend on length, and yet does in reasoning about mathematics.
    """
    tokens, squares = sample.types[:, _TOKENS], sample.types[:, _SQUARES]
    return _of_tokens(sample, 1e4 * (squares - tokens) / np.maximum(tokens, 1) ** 2, fewest=1)


@metric(
    group="repetition",
    unit="bytes per byte",
    range="0 and up",
    direction="less is worse",
    source="zlib, level 9",
    weight=None,
    needs="text",
    length_dependent=True,
)
def zlib_ratio(sample: Sample) -> Values:
    """Bytes of the compressed text by bytes of the text, formulas included; missing (``too_short``) under 200 bytes.

    It works on bytes, so that scripts are not comparable, looks back 32,768 bytes, and differs in the third digit
    between builds of zlib.
    """
    sizes = np.diff(sample.texts.offsets)
    packed = np.zeros(len(sample))
    for i in np.flatnonzero(sizes >= FEWEST_BYTES).tolist():
        text = sample.texts.buffer[sample.texts.offsets[i] : sample.texts.offsets[i + 1]]
        packed[i] = len(zlib.compress(np.ascontiguousarray(text).data, ZLIB_LEVEL))
    return Values.ratio(packed, sizes, "empty").without(sizes < FEWEST_BYTES, "too_short")
