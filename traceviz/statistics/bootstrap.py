"""Intervals for clustered data, on arrays only.

Every estimate here is a ratio of sums over clusters: ``numerators.sum() / denominators.sum()``.  A mean over traces
has the sum of the values and the number of traces of each question; a pooled ratio has the weighted sums.  So one
set of functions serves both, and a draw of the bootstrap is a weighted sum, not a pass over the rows.

Arrays are clusters x metrics; a metric that a cluster does not have is 0 in both, which leaves the cluster out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Seed = int | Sequence[int]

#: Below this many clusters the percentile bootstrap covers too little, so the t interval is used
#:.
FEW_CLUSTERS: Final = 10

#: Cells (draws x clusters) that are held at once: 16 MB as float64, small enough for any machine.
CELLS: Final = 2_000_000


def ratio(numerators: Array, denominators: Array) -> Array:
    """Divide elementwise, and give NaN where there is nothing to divide by.

    Parameters
    ----------
    numerators, denominators
        Arrays of one shape.

    Returns
    -------
    numpy.ndarray
        The quotients; NaN where the denominator is 0.
    """
    empty = denominators == 0
    return np.where(empty, np.nan, numerators / np.where(empty, 1.0, denominators))


def resamples(n_clusters: int, *, draws: int, seed: Seed) -> Iterator[Array]:
    """Draw clusters with replacement, and give how often each came in each draw.

    Parameters
    ----------
    n_clusters
        Number of clusters; each draw takes as many.
    draws
        Number of draws.
    seed
        Seed of the generator; the same seed and number of clusters give the same draws.

    Yields
    ------
    numpy.ndarray
        Counts, (some of the draws) x clusters.
    """
    random = np.random.default_rng(seed)
    for size in _chunks(draws, n_clusters):
        chosen = random.integers(0, n_clusters, size=(size, n_clusters), dtype=np.int64)
        chosen += n_clusters * np.arange(size, dtype=np.int64)[:, None]
        counts = np.bincount(chosen.ravel(), minlength=size * n_clusters)
        yield counts.reshape(size, n_clusters).astype(np.float64)


def ratio_draws(numerators: Array, denominators: Array, *, draws: int, seed: Seed) -> Array:
    """Recompute each ratio of sums in every draw of a cluster bootstrap.

    Parameters
    ----------
    numerators, denominators
        Clusters x metrics.  All metrics see the same resamples.
    draws, seed
        As in `resamples`.

    Returns
    -------
    numpy.ndarray
        Draws x metrics; NaN where a draw holds no cluster that has the metric.
    """
    n_clusters, n_metrics = numerators.shape
    if n_clusters == 0:
        return np.full((draws, n_metrics), np.nan)
    both = np.hstack([numerators, denominators])
    sums = np.vstack([counts @ both for counts in resamples(n_clusters, draws=draws, seed=seed)])
    return ratio(sums[:, :n_metrics], sums[:, n_metrics:])


def percentile_interval(values: Array, *, confidence: float) -> tuple[Array, Array]:
    """Give the percentile interval of bootstrap draws.

    Parameters
    ----------
    values
        Draws x metrics; NaN draws are left out.
    confidence
        Nominal coverage, such as .95.

    Returns
    -------
    tuple of numpy.ndarray
        Lower and upper ends, one a metric; NaN where no draw has a value.
    """
    tail = (1 - confidence) / 2
    ends = np.full((2, values.shape[1]), np.nan)
    known = ~np.isnan(values).all(axis=0)
    if known.any():
        ends[:, known] = np.nanquantile(values[:, known], [tail, 1 - tail], axis=0)
    return ends[0], ends[1]


def influence(numerators: Array, denominators: Array) -> Array:
    """Give how far each cluster moves the ratio of sums (its linear influence).

    Parameters
    ----------
    numerators, denominators
        One metric: one number a cluster.

    Returns
    -------
    numpy.ndarray
        One number a cluster; they sum to 0.
    """
    total = denominators.sum()
    moves: Array = (numerators - numerators.sum() / total * denominators) / total
    return moves


def cluster_error(influences: Array, n_clusters: int) -> float:
    """Give the cluster-robust standard error from the clusters' influences.

    Parameters
    ----------
    influences
        One number a cluster, from `influence`.
    n_clusters
        Clusters that have the metric; the others have influence 0.

    Returns
    -------
    float
        The standard error; NaN for fewer than two clusters.

    Notes
    -----
    The sandwich estimate with the usual factor k / (k - 1).  For equal clusters it is the standard error of the mean
    of the cluster means.
    """
    if n_clusters < 2:
        return float("nan")
    return float(np.sqrt(n_clusters / (n_clusters - 1) * np.square(influences).sum()))


def t_interval(estimate: float, error: float, *, degrees: float, confidence: float) -> tuple[float, float]:
    """Give ``estimate`` ± t · ``error``.

    Parameters
    ----------
    estimate, error
        The estimate and its standard error.
    degrees
        Degrees of freedom: clusters - 1.
    confidence
        Nominal coverage, such as .95.

    Returns
    -------
    tuple of float
        Lower and upper end; NaN where the error is.  They may lie outside the metric's range.
    """
    from scipy.special import stdtrit

    if not (degrees > 0 and np.isfinite(error)):
        return float("nan"), float("nan")
    reach = float(stdtrit(degrees, (1 + confidence) / 2)) * error
    return estimate - reach, estimate + reach


def cluster_t_interval(numerators: Array, denominators: Array, *, confidence: float) -> tuple[float, float]:
    """Give the t interval of one ratio of sums, with clusters as the independent units.

    Parameters
    ----------
    numerators, denominators
        One metric: one number a cluster.
    confidence
        Nominal coverage, such as .95.

    Returns
    -------
    tuple of float
        Lower and upper end; NaN for fewer than two clusters.

    Examples
    --------
    >>> low, high = cluster_t_interval(np.array([1.0, 2.0, 3.0]), np.ones(3), confidence=0.95)
    >>> round(low, 3), round(high, 3)
    (-0.484, 4.484)
    """
    n_clusters = int((denominators > 0).sum())
    if n_clusters < 2:
        return float("nan"), float("nan")
    estimate = float(numerators.sum() / denominators.sum())
    error = cluster_error(influence(numerators, denominators), n_clusters)
    return t_interval(estimate, error, degrees=n_clusters - 1, confidence=confidence)


def intraclass_correlation(values: npt.ArrayLike, clusters: npt.ArrayLike) -> float:
    """Give the one-way intraclass correlation: how much alike the values of one cluster are.

    Parameters
    ----------
    values
        One number a trace; NaN ones are left out.
    clusters
        The cluster of each, any labels that can be sorted.

    Returns
    -------
    float
        ICC(1) from the one-way analysis of variance, at most 1; slightly negative when values of one cluster differ
        more than chance.  NaN with fewer than two clusters, without a cluster of two, or without any variance.

    Notes
    -----
    Clusters of unequal size enter with the analysis of variance's own mean size.

    Examples
    --------
    >>> intraclass_correlation([1, 2, 3, 4, 5, 6], [0, 0, 1, 1, 2, 2]) == 15 / 17
    True
    """
    numbers, codes, sizes = _scored(values, clusters)
    n_values, n_clusters = len(numbers), len(sizes)
    if n_clusters < 2 or n_values == n_clusters:
        return float("nan")
    means = np.bincount(codes, weights=numbers) / sizes
    between = float((sizes * np.square(means - numbers.mean())).sum()) / (n_clusters - 1)
    within = float(np.square(numbers - means[codes]).sum()) / (n_values - n_clusters)
    size = (n_values - np.square(sizes).sum() / n_values) / (n_clusters - 1)
    spread = between + (size - 1) * within
    return float((between - within) / spread) if spread > 0 else float("nan")


def design_effect(values: npt.ArrayLike, clusters: npt.ArrayLike) -> float:
    """Give by how much clustering multiplies the variance of the mean: 1 + (m - 1) · ICC.

    Parameters
    ----------
    values, clusters
        As in `intraclass_correlation`.

    Returns
    -------
    float
        The design effect; n values are worth n / design effect independent ones.  NaN where the ICC is.

    Notes
    -----
    m is the mean size weighted by size, which is the common size when all are equal (Kish 1965).
    """
    correlation = intraclass_correlation(values, clusters)
    _, _, sizes = _scored(values, clusters)
    if not sizes.size:
        return float("nan")
    return float(1 + (np.square(sizes).sum() / sizes.sum() - 1) * correlation)


def _scored(values: npt.ArrayLike, clusters: npt.ArrayLike) -> tuple[Array, npt.NDArray[np.intp], Array]:
    numbers = np.asarray(values, dtype=np.float64)
    known = ~np.isnan(numbers)
    _, codes = np.unique(np.asarray(clusters)[known], return_inverse=True)
    return numbers[known], codes, np.bincount(codes).astype(np.float64)


def _chunks(rows: int, columns: int) -> Iterator[int]:
    size = max(1, CELLS // max(1, columns))
    for start in range(0, rows, size):
        yield min(size, rows - start)
