"""Effect sizes, and p values adjusted for how many were looked at."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from traceviz.statistics.bootstrap import Array

#: Differences whose spread is below this share of their size differ by rounding only.
_ROUNDING: Final = 1e-9


def d_z(differences: npt.ArrayLike) -> float:
    """Give the standardised mean of paired differences: mean / standard deviation.

    Parameters
    ----------
    differences
        One number a question; NaN ones are left out.

    Returns
    -------
    float
        Unbounded, 0 for no difference.  NaN for fewer than two differences and when all are equal, because then
        there is no spread to measure by.

    Notes
    -----
    The spread is that of question differences, so averaging more samples a question makes it larger: compare it only
    between designs with the same number of samples.

    Examples
    --------
    >>> round(d_z([0.05, 0.10, 0.05, 0.20]), 6)
    1.414214
    """
    numbers = _known(differences)
    if numbers.size < 2:
        return float("nan")
    spread = float(numbers.std(ddof=1))
    if spread <= _ROUNDING * float(np.abs(numbers).max()):
        return float("nan")
    return float(numbers.mean()) / spread


def cliffs_delta(group: npt.ArrayLike, baseline: npt.ArrayLike) -> float:
    """Give how often a value of the group is above one of the baseline, minus how often it is below.

    Parameters
    ----------
    group, baseline
        Independent values; NaN ones are left out.

    Returns
    -------
    float
        From -1 (each value of the group below all of the baseline) to 1; ties count for neither.  NaN when one side
        is empty.

    Examples
    --------
    >>> cliffs_delta([1, 2, 3, 4], [2, 3, 4, 5])
    -0.4375
    """
    ours, theirs = _known(group), np.sort(_known(baseline))
    if not ours.size or not theirs.size:
        return float("nan")
    below = np.searchsorted(theirs, ours, side="left").sum()
    above = (theirs.size - np.searchsorted(theirs, ours, side="right")).sum()
    return float((below - above) / (ours.size * theirs.size))


def holm(p: npt.ArrayLike) -> Array:
    """Adjust p values so that the chance of any false finding in the family stays below the level (Holm 1979).

    Parameters
    ----------
    p
        The family; NaN ones were not tested, stay NaN and are not counted.

    Returns
    -------
    numpy.ndarray
        Adjusted p values in the same order, at most 1.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    values, order = _sorted(p)
    n_tests = order.size
    stepped = np.maximum.accumulate(values[order] * (n_tests - np.arange(n_tests)))
    return _placed(stepped, order, values.size)


def benjamini_hochberg(p: npt.ArrayLike) -> Array:
    """Adjust p values so that the expected share of false findings stays below the level.

    Parameters
    ----------
    p
        The family; NaN ones were not tested, stay NaN and are not counted.

    Returns
    -------
    numpy.ndarray
        Adjusted p values in the same order, at most 1.

    Notes
    -----
    Benjamini & Hochberg 1995; holds for independent and for positively dependent tests.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.04, 0.04]
    """
    values, order = _sorted(p)
    n_tests = order.size
    scaled = values[order] * n_tests / np.arange(1, n_tests + 1)
    return _placed(np.minimum.accumulate(scaled[::-1])[::-1], order, values.size)


def _known(values: npt.ArrayLike) -> Array:
    numbers = np.asarray(values, dtype=np.float64)
    return numbers[~np.isnan(numbers)]


def _sorted(p: npt.ArrayLike) -> tuple[Array, npt.NDArray[np.intp]]:
    values = np.asarray(p, dtype=np.float64)
    tested = np.flatnonzero(~np.isnan(values))
    return values, tested[np.argsort(values[tested], kind="stable")]


def _placed(adjusted: Array, order: npt.NDArray[np.intp], size: int) -> Array:
    placed = np.full(size, np.nan)
    placed[order] = np.minimum(adjusted, 1.0)
    return placed
