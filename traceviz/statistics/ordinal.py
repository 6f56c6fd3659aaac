"""The proportional-odds model, and how far two sets of ordered scores agree.  Arrays only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.statistics.bootstrap import Array

Codes = NDArray[np.int64]


class Ordinal(NamedTuple):
    """A fitted model: P(level <= k) = 1 / (1 + exp(-(thresholds[k] - x @ weights)))."""

    weights: Array
    thresholds: Array

    def probabilities(self, features: Array) -> Array:
        """Give the probability of each level (column) for each row of features."""
        below = _logistic(self.thresholds - (features @ self.weights)[:, None])
        edges = np.column_stack([np.zeros(len(features)), below, np.ones(len(features))])
        return np.diff(edges, axis=1)


def _logistic(x: Array) -> Array:
    return np.asarray(0.5 * (1 + np.tanh(x / 2)))


def fit(features: Array, levels: Codes, n_levels: int, *, ridge: float) -> Ordinal:
    """Fit by penalised maximum likelihood.

    Parameters
    ----------
    features
        Rows x features, standardised.
    levels
        The level of each row, from 0.
    n_levels
        How many levels there are; at least two.
    ridge
        Weight of the squared weights: 1 is a normal prior of variance 1.  The thresholds are free.
    """
    from scipy.optimize import minimize

    n_features = features.shape[1]
    shares = np.bincount(levels, minlength=n_levels) + 0.5
    start = np.log(np.cumsum(shares)[:-1] / (shares.sum() - np.cumsum(shares)[:-1]))
    first = np.concatenate([np.zeros(n_features), start[:1], np.log(np.maximum(np.diff(start), 1e-3))])

    def loss(values: Array) -> tuple[float, Array]:
        weights, thresholds = values[:n_features], _thresholds(values[n_features:])
        edges = np.concatenate([[-np.inf], thresholds, [np.inf]])
        score = features @ weights
        upper, lower = _logistic(edges[levels + 1] - score), _logistic(edges[levels] - score)
        chance = np.maximum(upper - lower, 1e-12)
        slope_up, slope_low = upper * (1 - upper) / chance, lower * (1 - lower) / chance
        by_weight = features.T @ (slope_up - slope_low) + ridge * weights
        by_edge = np.zeros(n_levels + 1)
        np.add.at(by_edge, levels + 1, -slope_up)
        np.add.at(by_edge, levels, slope_low)
        inner = by_edge[1:-1]
        by_step = np.cumsum(inner[::-1])[::-1]
        by_step[1:] *= np.exp(values[n_features + 1 :])
        total = -np.log(chance).sum() + ridge * (weights @ weights) / 2
        return float(total), np.concatenate([by_weight, by_step])

    found = minimize(loss, first, jac=True, method="L-BFGS-B").x
    return Ordinal(found[:n_features], _thresholds(found[n_features:]))


def _thresholds(values: Array) -> Array:
    return np.cumsum(np.concatenate([values[:1], np.exp(values[1:])]))


def weighted_kappa(one: Codes, other: Codes, n_levels: int) -> float:
    """Give Cohen's kappa with quadratic weights (Cohen 1968); NaN where both give one level to all.

    Examples
    --------
    >>> round(weighted_kappa(np.array([0, 1, 2, 3, 4]), np.array([0, 1, 2, 4, 4]), 5), 6)
    0.956522
    >>> round(weighted_kappa(np.array([0, 1, 2, 3, 4]), np.array([1, 2, 3, 4, 4]), 5), 6)
    0.8
    """
    table = np.bincount(one * n_levels + other, minlength=n_levels**2).reshape(n_levels, n_levels)
    steps = np.arange(n_levels)
    cost = (steps[:, None] - steps) ** 2
    chance = np.outer(table.sum(axis=1), table.sum(axis=0)) / max(table.sum(), 1)
    expected = float((cost * chance).sum())
    return float("nan") if expected == 0 else 1 - float((cost * table).sum()) / expected


def spearman(one: Array, other: Array) -> float:
    """Give the rank correlation; NaN where one side is constant."""
    from scipy.stats import rankdata

    a, b = rankdata(one), rankdata(other)
    if len(a) < 2 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return float("nan")
    return float(np.corrcoef(a, b)[0, 1])
