"""How well scores are predicted where they were not seen: by cluster, and with each group left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.statistics.bootstrap import Array, resamples
from traceviz.statistics.ordinal import fit, spearman, weighted_kappa

#: What length, number of scripts and readability alone would say: a fit that is no better has learnt nothing.
BASELINES: Final = ("words", "n_scripts", "flesch_reading_ease")

#: Parts into which the clusters are dealt, and the ridge of every fit.
FOLDS: Final = 5
RIDGE: Final = 1.0


def log_shares(rows: pd.DataFrame, names: Sequence[str]) -> Array:
    """Give the features: shares by their logarithm, so that none and little are apart."""
    numbers: Array = rows[list(names)].to_numpy(dtype=np.float64)
    return np.asarray(np.sign(numbers) * np.log1p(1000 * np.abs(numbers)))


def scale(raw: Array) -> tuple[Array, Array]:
    """Give mean and standard deviation of each feature; 1 for one that does not vary."""
    spread = raw.std(axis=0)
    return raw.mean(axis=0), np.where(spread > 0, spread, 1.0)


def report_on(  # noqa: PLR0913  (what is predicted from what, and how it is checked)
    rows: pd.DataFrame,
    names: Sequence[str],
    levels: NDArray[np.int64],
    values: Array,
    *,
    units: NDArray[np.int64],
    groups: Any,
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Give a row a way of checking and predictor: the features together, and each baseline alone."""
    ways = {"clusters left out": folds_of(units, seed)}
    if groups is not None:
        ways["one group left out"] = pd.factorize(groups)[0].astype(np.int64)
    predictors = {"modes": list(names), **{name: [name] for name in BASELINES if name in rows.columns}}
    table = []
    for way, parts in ways.items():
        for predictor, columns in predictors.items():
            expected = _predicted(log_shares(rows, columns), levels, values, parts)
            table.append(
                {"checked": way, "predictor": predictor}
                | _worth(expected, levels, values, units=units, draws=draws, seed=seed)
            )
    return pd.DataFrame(table)


def folds_of(units: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Deal the clusters into folds, at random."""
    return np.asarray(np.random.default_rng(seed).permutation(int(units.max()) + 1)[units] % FOLDS)


def conformal_width(
    raw: Array, levels: NDArray[np.int64], values: Array, folds: NDArray[np.int64], *, coverage: float
) -> float:
    """Give how far from its score an estimate is, in so many of the rows that their fit did not see.

    The quantile is that of split conformal prediction (Lei et al. 2018): of n rows, the one at (n + 1) x coverage.
    """
    errors = np.sort(np.abs(_predicted(raw, levels, values, folds) - values[levels]))
    errors = errors[~np.isnan(errors)]
    place = int(np.ceil((len(errors) + 1) * coverage)) - 1
    return float(errors[place]) if place < len(errors) else float(values[-1] - values[0])


def _predicted(raw: Array, levels: NDArray[np.int64], values: Array, parts: NDArray[np.int64]) -> Array:
    """Predict the rows of each part by a fit to the other parts; NaN where a feature is missing."""
    expected = np.full(len(levels), np.nan)
    there = ~np.isnan(raw).any(axis=1)
    for part in np.unique(parts):
        seen, unseen = there & (parts != part), there & (parts == part)
        if len(np.unique(levels[seen])) < 2 or not unseen.any():
            continue
        centre, spread = scale(raw[seen])
        model = fit((raw[seen] - centre) / spread, levels[seen], len(values), ridge=RIDGE)
        expected[unseen] = model.probabilities((raw[unseen] - centre) / spread) @ values
    return expected


def _worth(
    expected: Array, levels: NDArray[np.int64], values: Array, *, units: NDArray[np.int64], draws: int, seed: int
) -> dict[str, float]:
    there = ~np.isnan(expected)
    e, y, u = expected[there], levels[there], np.unique(units[there], return_inverse=True)[1]
    near = np.abs(e[:, None] - values).argmin(axis=1) if len(e) else np.empty(0, np.int64)

    def numbers(chosen: NDArray[np.int64]) -> tuple[float, float, float]:
        return (
            spearman(e[chosen], values[y[chosen]]),
            weighted_kappa(near[chosen], y[chosen], len(values)),
            float(np.abs(e[chosen] - values[y[chosen]]).mean()) if len(chosen) else float("nan"),
        )

    point = numbers(np.arange(len(e)))
    by_unit = [np.flatnonzero(u == k) for k in range(int(u.max()) + 1 if len(u) else 0)]
    found = []
    for counts in resamples(len(by_unit), draws=draws, seed=seed) if by_unit else ():
        for count in counts.astype(np.int64):
            drawn = [by_unit[k] for k in np.repeat(np.arange(len(by_unit)), count)]
            found.append(numbers(np.concatenate(drawn)))
    ends = np.nanquantile(np.array(found), [0.025, 0.975], axis=0) if found else np.full((2, 3), np.nan)
    row: dict[str, float] = {}
    for k, name in enumerate(("spearman", "kappa", "error")):
        row |= {name: point[k], f"{name}_low": float(ends[0, k]), f"{name}_high": float(ends[1, k])}
    return row | {"n_traces": len(e), "n_clusters": len(by_unit)}
