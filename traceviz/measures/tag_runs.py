"""Code-switching indices of tag sequences: plain arithmetic on runs of equal tags, a batch of sequences at a time.

A sequence of language tags is kept as its runs: stretches of neighbouring tokens in one language.  Tags that are
language-independent (punctuation, numbers, names) are taken out before, so that their neighbours become adjacent.
Nothing here knows texts or detectors; `traceviz.measures.code_switching` makes metrics of these functions.

A script that circulates for these indices compares each tag with the one before its neighbour, and the first with the
last: it counts 7 switch points where there are 3.  Switch points here are places between two neighbouring tokens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from traceviz.measures.values import Values
from traceviz.schema import SchemaError

#: Tags of tokens that belong to no language.
INDEPENDENT: Final[tuple[str | None, ...]] = ("U", None)


@dataclass(frozen=True, slots=True)
class Tally:
    """How much of each row is in each language: one entry a pair that occurs, by row and then by language.

    Attributes
    ----------
    row, language
        int64, the row (a text, a line or a group) and the code of the language.
    amount
        float64, tokens of that language in that row.
    n_rows
        How many rows there are; a row without an entry has no token.
    """

    row: NDArray[np.int64]
    language: NDArray[np.int64]
    amount: NDArray[np.float64]
    n_rows: int

    @classmethod
    def of(cls, row: NDArray[Any], language: NDArray[Any], amount: NDArray[Any], n_rows: int) -> Tally:
        """Add up amounts that stand in any order."""
        width = int(language.max(initial=0)) + 1
        cell, place = np.unique(row.astype(np.int64) * width + language, return_inverse=True)
        total = np.bincount(place, weights=amount, minlength=len(cell)).astype(np.float64)
        return cls(cell // width, cell % width, total, n_rows)

    @property
    def n(self) -> NDArray[np.float64]:
        """Tokens of each row."""
        return np.bincount(self.row, weights=self.amount, minlength=self.n_rows).astype(np.float64)

    @property
    def k(self) -> NDArray[np.int64]:
        """Languages of each row."""
        return np.bincount(self.row, minlength=self.n_rows).astype(np.int64)

    @property
    def most(self) -> NDArray[np.float64]:
        """Tokens of each row's most frequent language."""
        most = np.zeros(self.n_rows)
        np.maximum.at(most, self.row, self.amount)
        return most

    @property
    def share(self) -> NDArray[np.float64]:
        """Share of each entry in its row."""
        return self.amount / self.n[self.row]

    def top(self, order: NDArray[np.int64]) -> NDArray[np.int64]:
        """Give the language with most tokens in each row, -1 where there is none; ties go to the lowest ``order``."""
        by = np.lexsort((order[self.language], -self.amount, self.row))
        row, first = np.unique(self.row[by], return_index=True)
        top = np.full(self.n_rows, -1, dtype=np.int64)
        top[row] = self.language[by][first]
        return top


@dataclass(frozen=True, slots=True)
class Runs:
    """Sequences of language tags as runs of neighbouring equal tags.

    Attributes
    ----------
    text
        int64, the sequence that each run belongs to, ascending.
    language
        int64, the code of its language.
    length
        int64, its tokens.
    n_texts
        How many sequences there are, those without a token among them.
    """

    text: NDArray[np.int64]
    language: NDArray[np.int64]
    length: NDArray[np.int64]
    n_texts: int

    @classmethod
    def of(cls, text: NDArray[Any], language: NDArray[Any], count: NDArray[Any], n_texts: int) -> Runs:
        """Join neighbouring entries of one text and language; ``count`` is how many tokens each entry is."""
        if not len(text):
            nothing = np.empty(0, dtype=np.int64)
            return cls(nothing, nothing, nothing, n_texts)
        fresh = np.concatenate([[True], (text[1:] != text[:-1]) | (language[1:] != language[:-1])])
        first = np.flatnonzero(fresh)
        length = np.add.reduceat(count.astype(np.int64), first)
        return cls(text[first].astype(np.int64), language[first].astype(np.int64), length, n_texts)

    @property
    def tally(self) -> Tally:
        """Tokens of each sequence in each language."""
        return Tally.of(self.text, self.language, self.length, self.n_texts)

    @property
    def n(self) -> NDArray[np.float64]:
        """Tokens of each sequence."""
        return np.bincount(self.text, weights=self.length, minlength=self.n_texts).astype(np.float64)

    @property
    def spans(self) -> NDArray[np.int64]:
        """Runs of each sequence."""
        return np.bincount(self.text, minlength=self.n_texts).astype(np.int64)

    @property
    def switches(self) -> NDArray[np.int64]:
        """Switch points of each sequence."""
        return np.maximum(self.spans - 1, 0)

    def mean(self, amount: NDArray[np.float64]) -> NDArray[np.float64]:
        """Average a number a run over the runs of each sequence; 0 where there are none."""
        total = np.bincount(self.text, weights=amount, minlength=self.n_texts)
        return np.asarray(total / np.maximum(self.spans, 1), dtype=np.float64)


def runs_of(sequences: Sequence[Sequence[str | None]], *, independent: Collection[str | None] = INDEPENDENT) -> Runs:
    """Make runs of lists of tags.

    Parameters
    ----------
    sequences
        Lists of language tags, one tag a token.
    independent
        Tags that belong to no language; these tokens are taken out.

    Examples
    --------
    >>> runs = runs_of([["en", "en", "hi", "U", "hi", "en"], []])
    >>> runs.length.tolist(), runs.switches.tolist()
    ([2, 2, 1], [2, 0])
    """
    kept = [[tag for tag in sequence if tag not in independent] for sequence in sequences]
    code = {tag: place for place, tag in enumerate(dict.fromkeys(tag for sequence in kept for tag in sequence))}
    language = np.array([code[tag] for sequence in kept for tag in sequence], dtype=np.int64)
    text = np.repeat(np.arange(len(kept)), [len(sequence) for sequence in kept])
    return Runs.of(text, language, np.ones(len(text), dtype=np.int64), len(kept))


def cmi(tally: Tally) -> Values:
    """Code-mixing index of 2014: 100 (1 - share of the most frequent language); ``no_words`` without a token."""
    return Values.ratio(tally.n - tally.most, tally.n, "no_words", scale=100.0)


def cmi_switch(runs: Runs) -> Values:
    """Code-mixing index of 2016, of an utterance: 50 (tokens not in the most frequent language + switch points) / n."""
    tally = runs.tally
    return Values.ratio(tally.n - tally.most + runs.switches, tally.n, "no_words", scale=50.0)


def m_index(tally: Tally, *, k: int | None = None) -> Values:
    """M-index: how evenly the languages share the tokens, 0-1.

    Parameters
    ----------
    tally
        Tokens by language.
    k
        How many languages there could be.  Half and half is 1 among two languages and one half among three, so
        numbers with different k cannot be compared.  By default the languages that occur, and two at the least, so
        that a sequence in one language has 0.

    Raises
    ------
    SchemaError
        When more languages occur than were declared.
    """
    observed = tally.k
    if k is not None and observed.max(initial=0) > k:
        raise SchemaError(f"m_index was told that k={k} languages can occur, and a text has {observed.max()}.")
    declared = np.maximum(2, observed) if k is None else np.full(tally.n_rows, k)
    squares = np.bincount(tally.row, weights=tally.amount**2, minlength=tally.n_rows)  # whole numbers, so 1 is exact
    number = Values.ratio(tally.n**2 - squares, (declared - 1) * squares, "no_words").number
    return Values.of(number).without(tally.n == 0, "no_words").without(declared == 1, "one_language")


def i_index(runs: Runs) -> Values:
    """I-index: switch points among the pairs of neighbouring tokens, 0-1."""
    n = runs.n
    pairs = Values.ratio(runs.switches, n - 1, "one_token").number
    return Values.of(pairs).without(n == 0, "no_words").without(n == 1, "one_token")


def entropy(tally: Tally, *, missing: str = "no_words", corrected: bool = False) -> Values:
    """Entropy of the languages of each row, in bits.

    Parameters
    ----------
    tally
        Tokens, or lines, by language.
    missing
        Why a row without any has no entropy.
    corrected
        Add the Miller-Madow correction (K - 1) / (2 N ln 2), with the K languages seen among N tokens: the plain
        entropy of few tokens is too low.  The correction takes most of that away and not all.

    Examples
    --------
    >>> tally = runs_of([["en"] * 9 + ["zh"]]).tally
    >>> round(entropy(tally).number.item(), 6), round(entropy(tally, corrected=True).number.item(), 6)
    (0.468996, 0.54113)
    """
    bits = np.bincount(tally.row, weights=-tally.share * np.log2(tally.share), minlength=tally.n_rows)
    if corrected:
        bits = bits + np.maximum(tally.k - 1, 0) / (2 * np.maximum(tally.n, 1) * np.log(2))
    return Values.of(np.maximum(bits, 0.0)).without(tally.n == 0, missing)


def span_entropy(runs: Runs) -> Values:
    """Entropy of the lengths of the runs, in bits: strict alternation gives 0, however mixed it is."""
    lengths = Tally.of(runs.text, runs.length, np.ones(len(runs.text)), runs.n_texts)
    return entropy(lengths)


def burstiness(runs: Runs, *, sample: bool = False) -> Values:
    """Burstiness of the lengths of the runs, (s - m)/(s + m), with their mean m and standard deviation s.

    -1 where all are equal, 0 for random switching, towards 1 in bursts.

    Parameters
    ----------
    runs
        The sequences.
    sample
        Take the sample standard deviation (divided by n - 1) in place of the population's.  Implementations differ
        in this, so say which.
    """
    length = runs.length.astype(np.float64)
    mu = runs.mean(length)
    variance = runs.mean((length - mu[runs.text]) ** 2)
    if sample:
        variance = variance * runs.spans / np.maximum(runs.spans - 1, 1)
    sigma = np.sqrt(variance)
    values = Values.ratio(sigma - mu, sigma + mu, "no_words").number
    return Values.of(values).without(runs.spans == 0, "no_words").without(runs.spans == 1, "one_span")


def memory(runs: Runs) -> Values:
    """Memory: the correlation of each run's length with that of the next, -1 to 1.

    ``zero_variance`` where there are fewer than two such pairs or one side of them is constant.
    """
    pair = runs.text[1:] == runs.text[:-1]
    text, size = runs.text[1:][pair], runs.n_texts
    before, after = runs.length[:-1][pair], runs.length[1:][pair]
    n = np.bincount(text, minlength=size)
    varies = _varies(text, before, size) & _varies(text, after, size)
    x, y = _centred(text, before, n), _centred(text, after, n)
    sums = [np.bincount(text, weights=part, minlength=size) for part in (x * y, x * x, y * y)]
    spread = np.sqrt(sums[1] * sums[2])
    number = np.divide(sums[0], spread, out=np.zeros(size), where=varies)
    values = Values.of(np.clip(number, -1.0, 1.0)).without(runs.spans == 0, "no_words")
    return values.without(~varies, "zero_variance")


def _centred(text: NDArray[np.int64], amount: NDArray[np.int64], n: NDArray[np.int64]) -> NDArray[np.float64]:
    mean = np.bincount(text, weights=amount, minlength=len(n)) / np.maximum(n, 1)
    return np.asarray(amount - mean[text], dtype=np.float64)


def _varies(text: NDArray[np.int64], amount: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Tell in which texts a whole number takes more than one value: told exactly, not by a variance near zero."""
    unlike = (text[1:] == text[:-1]) & (amount[1:] != amount[:-1])
    return np.bincount(text[1:][unlike], minlength=size) > 0


def first_switch(runs: Runs) -> Values:
    """Share of the tokens that stand before the first switch point; ``one_language`` where there is none."""
    first = np.zeros(runs.n_texts)
    text, place = np.unique(runs.text, return_index=True)
    first[text] = runs.length[place]
    values = Values.ratio(first, runs.n, "no_words")
    return values.without(runs.spans == 1, "one_language")
