"""Permutation tests of a difference between two ratios of sums, on arrays only.

Both tests reassign units to the two sides.  In pairs each question's two sides are swapped or not; without pairs
whole clusters change sides.  Either way the group's sums are ``assigned @ moved + fixed`` and the baseline's are the
rest, so that one function computes all reassignments.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations
from math import comb
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from traceviz.statistics.bootstrap import CELLS, Array, Seed, ratio

#: Up to this many questions all sign patterns are tried (2^14 = 16,384); more are sampled.
EXACT_UNITS: Final = 14

#: Random reassignments where there are too many to try all: p has a standard error of .002 at p = .05.
PERMUTATIONS: Final = 10_000

#: Relative slack when a reassignment is compared with the observed difference: sums of the same numbers in another
#: order differ by rounding, and a tie counts as "at least as far".
_ROUNDING: Final = 1e-12


class _Exchange(NamedTuple):
    """Sums (numerators, then denominators): what units move, what the group has anyway, and what both have."""

    moved: Array
    fixed: Array
    total: Array

    def difference(self, assigned: Array) -> Array:
        group = assigned @ self.moved + self.fixed
        rest = self.total - group
        half = self.total.size // 2
        # The rest is a difference of sums: what rounding leaves of an emptied side is not a weight.
        slack = _ROUNDING * self.total[half:]
        for side in (group, rest):
            side[:, half:][side[:, half:] <= slack] = 0.0
        return ratio(group[:, :half], group[:, half:]) - ratio(rest[:, :half], rest[:, half:])


def sign_flip_p(differences: npt.ArrayLike, *, seed: Seed = 0) -> float:
    """Give the two-sided p of a mean difference, by flipping the signs of the differences.

    Parameters
    ----------
    differences
        One number a question; NaN ones are left out.
    seed
        Seed of the random flips, used above 14 questions.

    Returns
    -------
    float
        Exact for at most 14 questions; else (1 + k) / (1 + N) from 10,000 random flips, so never 0.  NaN without
        any difference.  With n questions no exact p is below 2 / 2^n.

    Examples
    --------
    >>> sign_flip_p([0.05, 0.10, 0.05, 0.20])
    0.125
    """
    numbers = np.asarray(differences, dtype=np.float64)
    column = numbers[~np.isnan(numbers)][:, None]
    one = np.ones_like(column)
    return float(swap_p(column, one, np.zeros_like(column), one, seed=seed)[0])


def swap_p(numerators: Array, denominators: Array, other: Array, other_weight: Array, *, seed: Seed) -> Array:
    """Give the two-sided p of paired differences between two ratios of sums, by swapping sides within questions.

    Parameters
    ----------
    numerators, denominators
        The group's sums, questions x metrics; 0 in both where a question is not used.
    other, other_weight
        The baseline's numerators and denominators.
    seed
        Seed of the random swaps.

    Returns
    -------
    numpy.ndarray
        One p a metric, exact or sampled as in `sign_flip_p`; NaN where no question is used.
    """
    used = (denominators > 0) & (other_weight > 0)
    counts = used.sum(axis=0)
    p = np.full(counts.size, np.nan)
    sides = (numerators, denominators, other, other_weight)
    many = np.flatnonzero(counts > EXACT_UNITS)
    if many.size:
        exchange = _swap(*(side[:, many] for side in sides))
        n_units = len(used)
        p[many] = _p(exchange, np.ones(n_units), _random_swaps(n_units, seed), exact=False)
    for column in np.flatnonzero((counts > 0) & (counts <= EXACT_UNITS)):
        exchange = _swap(*(side[used[:, column], column][:, None] for side in sides))
        n_units = int(counts[column])
        p[column] = _p(exchange, np.ones(n_units), [_all_swaps(n_units)], exact=True)[0]
    return p


def label_p(numerators: Array, denominators: Array, in_group: npt.NDArray[np.bool_], *, seed: Seed) -> Array:
    """Give the two-sided p of an unpaired difference, by permuting which clusters belong to the group.

    Parameters
    ----------
    numerators, denominators
        Sums of the clusters of both sides, clusters x metrics.
    in_group
        Which clusters are the group's; the others are the baseline's.
    seed
        Seed of the random permutations.

    Returns
    -------
    numpy.ndarray
        One p a metric: exact where there are at most 16,384 ways to choose, else (1 + k) / (1 + N) from 10,000.
        NaN where a side does not have the metric.
    """
    both = np.hstack([numerators, denominators])
    exchange = _Exchange(both, np.zeros(both.shape[1]), both.sum(axis=0))
    n_units, n_group = in_group.size, int(in_group.sum())
    observed = in_group.astype(np.float64)
    if comb(n_units, n_group) <= 2**EXACT_UNITS:
        return _p(exchange, observed, [_all_labels(n_units, n_group)], exact=True)
    return _p(exchange, observed, _random_labels(n_units, n_group, seed), exact=False)


def _swap(numerators: Array, denominators: Array, other: Array, other_weight: Array) -> _Exchange:
    group, baseline = np.hstack([numerators, denominators]), np.hstack([other, other_weight])
    return _Exchange(group - baseline, baseline.sum(axis=0), (group + baseline).sum(axis=0))


def _p(exchange: _Exchange, observed: Array, assignments: Iterable[Array], *, exact: bool) -> Array:
    difference = exchange.difference(observed[None, :])[0]
    half = difference.size
    size = np.abs(exchange.moved[:, :half]).sum(axis=0) / np.maximum(exchange.total[half:] / 2, np.finfo(float).tiny)
    threshold = np.abs(difference) - _ROUNDING * (size + np.abs(difference))
    extreme, total = np.zeros(half), 0
    for assigned in assignments:
        extreme += (np.abs(exchange.difference(assigned)) >= threshold).sum(axis=0)
        total += len(assigned)
    p = extreme / total if exact else (1 + extreme) / (1 + total)
    return np.where(np.isnan(difference), np.nan, p)


def _all_swaps(n_units: int) -> Array:
    patterns = np.arange(2**n_units)[:, None] >> np.arange(n_units)
    return (patterns & 1).astype(np.float64)


def _random_swaps(n_units: int, seed: Seed) -> Iterator[Array]:
    random = np.random.default_rng(seed)
    for size in _sizes(n_units):
        yield random.integers(0, 2, size=(size, n_units), dtype=np.int8).astype(np.float64)


def _all_labels(n_units: int, n_group: int) -> Array:
    chosen = np.array(list(combinations(range(n_units), n_group)), dtype=np.intp)
    assigned = np.zeros((len(chosen), n_units))
    np.put_along_axis(assigned, chosen, 1.0, axis=1)
    return assigned


def _random_labels(n_units: int, n_group: int, seed: Seed) -> Iterator[Array]:
    random = np.random.default_rng(seed)
    for size in _sizes(n_units):
        assigned = np.zeros((size, n_units), dtype=np.int8)
        assigned[:, :n_group] = 1
        yield random.permuted(assigned, axis=1, out=assigned).astype(np.float64)


def _sizes(n_units: int) -> Iterator[int]:
    size = max(1, CELLS // max(1, n_units))
    for start in range(0, PERMUTATIONS, size):
        yield min(size, PERMUTATIONS - start)
