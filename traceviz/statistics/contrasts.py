"""One group against the baseline: paired by question where questions are shared, else unpaired."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from traceviz.statistics.bootstrap import (
    FEW_CLUSTERS,
    Array,
    cluster_error,
    influence,
    percentile_interval,
    ratio,
    ratio_draws,
    t_interval,
)
from traceviz.statistics.effects import cliffs_delta, d_z
from traceviz.statistics.groups import Group
from traceviz.statistics.permutation import label_p, swap_p


@dataclass(frozen=True)
class Plan:
    """How to compare: which metrics are pooled, whether pairs are allowed, and the bootstrap's settings."""

    pooled: npt.NDArray[np.bool_]
    #: What the clusters are called in warnings.
    unit: str
    paired: bool
    draws: int
    seed: int
    confidence: float

    def few(self, n_clusters: int) -> str:
        """Say what too few clusters mean for the interval; nothing if they are enough."""
        if n_clusters >= FEW_CLUSTERS:
            return ""
        if n_clusters < 2:
            return f"no interval from {_counted(n_clusters, self.unit)}"
        return f"only {n_clusters} {self.unit}: t interval over {self.unit}"


class Contrast(NamedTuple):
    """A difference, group minus baseline: one number a metric."""

    estimate: Array
    low: Array
    high: Array
    n_traces: Array
    n_clusters: npt.NDArray[np.int64]
    effect_size: Array
    p: Array
    notes: list[list[str]]

    def where(self, kept: npt.NDArray[np.bool_], other: Contrast) -> Contrast:
        """Keep some metrics, and take the others from another contrast."""
        return Contrast(
            np.where(kept, self.estimate, other.estimate),
            np.where(kept, self.low, other.low),
            np.where(kept, self.high, other.high),
            np.where(kept, self.n_traces, other.n_traces),
            np.where(kept, self.n_clusters, other.n_clusters),
            np.where(kept, self.effect_size, other.effect_size),
            np.where(kept, self.p, other.p),
            [mine if keep else theirs for keep, mine, theirs in zip(kept, self.notes, other.notes, strict=True)],
        )


class _Sums(NamedTuple):
    """Sums of both sides, clusters x metrics; in pairs row i is the same question on both."""

    numerators: Array
    denominators: Array
    other: Array
    other_weight: Array


def contrast(group: Group, baseline: Group, plan: Plan) -> Contrast:
    """Compare a group with the baseline, each metric paired where it has a shared question.

    Parameters
    ----------
    group, baseline
        The two sides.
    plan
        Settings.

    Returns
    -------
    Contrast
        Estimates, intervals, tests and notes.
    """
    shared, here, there = np.intersect1d(group.clusters, baseline.clusters, return_indices=True)
    if not plan.paired:
        shared, here, there = shared[:0], here[:0], there[:0]
    used = (group.denominators[here] > 0) & (baseline.denominators[there] > 0)
    has_pairs = np.asarray(used.any(axis=0), dtype=np.bool_)
    if not has_pairs.any():
        return _unpaired(group, baseline, plan)
    pairs = _paired(group, baseline, plan, (here, there))
    return pairs if has_pairs.all() else pairs.where(has_pairs, _unpaired(group, baseline, plan))


def _paired(group: Group, baseline: Group, plan: Plan, rows: tuple[npt.NDArray[np.intp], ...]) -> Contrast:
    here, there = rows
    sums = _Sums(
        group.numerators[here], group.denominators[here], baseline.numerators[there], baseline.denominators[there]
    )
    used = (sums.denominators > 0) & (sums.other_weight > 0)
    differences = ratio(sums.numerators, sums.denominators) - ratio(sums.other, sums.other_weight)
    sums = _questions_alike(sums, used, plan.pooled)
    draws = ratio_draws(
        np.hstack([sums.numerators, sums.other]),
        np.hstack([sums.denominators, sums.other_weight]),
        draws=plan.draws,
        seed=(plan.seed, 1),
    )
    half = used.shape[1]
    low, high = percentile_interval(draws[:, :half] - draws[:, half:], confidence=plan.confidence)
    estimate, n_clusters = _difference(sums), used.sum(axis=0)
    notes = []
    for column in range(half):
        few = 0 < n_clusters[column] < FEW_CLUSTERS
        if few:
            low[column], high[column] = _paired_t(sums, column, int(n_clusters[column]), plan.confidence)
        only_here = int((group.denominators[:, column] > 0).sum() - n_clusters[column])
        only_there = int((baseline.denominators[:, column] > 0).sum() - n_clusters[column])
        notes.append([plan.few(int(n_clusters[column])) if few else "", _left_out(only_here, only_there, plan.unit)])
    return Contrast(
        estimate,
        low,
        high,
        ((group.traces[here] + baseline.traces[there]) * used).sum(axis=0),
        n_clusters,
        np.array([d_z(column) for column in differences.T]),
        swap_p(*sums, seed=(plan.seed, 2)),
        notes,
    )


def _unpaired(group: Group, baseline: Group, plan: Plan) -> Contrast:
    sums = _Sums(group.numerators, group.denominators, baseline.numerators, baseline.denominators)
    ours = ratio_draws(sums.numerators, sums.denominators, draws=plan.draws, seed=(plan.seed, 3))
    theirs = ratio_draws(sums.other, sums.other_weight, draws=plan.draws, seed=(plan.seed, 4))
    low, high = percentile_interval(ours - theirs, confidence=plan.confidence)
    counts = np.array([(sums.denominators > 0).sum(axis=0), (sums.other_weight > 0).sum(axis=0)])
    notes = []
    for column, fewest in enumerate(counts.min(axis=0)):
        if fewest < FEW_CLUSTERS:
            low[column], high[column] = _unpaired_t(sums, column, plan.confidence)
        why = f"no shared {plan.unit}: " if plan.paired else ""
        notes.append([f"{why}unpaired difference", plan.few(int(fewest))])
    means = ratio(sums.numerators, sums.denominators), ratio(sums.other, sums.other_weight)
    p = label_p(
        np.vstack([sums.numerators, sums.other]),
        np.vstack([sums.denominators, sums.other_weight]),
        np.arange(len(sums.numerators) + len(sums.other)) < len(sums.numerators),
        seed=(plan.seed, 5),
    )
    delta = np.array([cliffs_delta(a, b) for a, b in zip(means[0].T, means[1].T, strict=True)])
    return Contrast(
        _difference(sums), low, high, group.n_traces + baseline.n_traces, counts.sum(axis=0), delta, p, notes
    )


def _questions_alike(sums: _Sums, used: npt.NDArray[np.bool_], pooled: npt.NDArray[np.bool_]) -> _Sums:
    """Keep the used questions; where a metric is not pooled, let each count once, with its mean."""
    parts = []
    for numerators, denominators in ((sums.numerators, sums.denominators), (sums.other, sums.other_weight)):
        means = np.where(used, ratio(numerators, denominators), 0.0)
        parts += [np.where(pooled, numerators * used, means), np.where(pooled, denominators * used, used.astype(float))]
    return _Sums(*parts)


def _difference(sums: _Sums) -> Array:
    ours = ratio(sums.numerators.sum(axis=0), sums.denominators.sum(axis=0))
    return ours - ratio(sums.other.sum(axis=0), sums.other_weight.sum(axis=0))


def _paired_t(sums: _Sums, column: int, n_clusters: int, confidence: float) -> tuple[float, float]:
    moves = influence(sums.numerators[:, column], sums.denominators[:, column]) - influence(
        sums.other[:, column], sums.other_weight[:, column]
    )
    error = cluster_error(moves, n_clusters)
    return t_interval(float(_difference(sums)[column]), error, degrees=n_clusters - 1, confidence=confidence)


def _unpaired_t(sums: _Sums, column: int, confidence: float) -> tuple[float, float]:
    """Welch's interval, with the clusters as the units."""
    variances, degrees = [], []
    for numerators, denominators in ((sums.numerators, sums.denominators), (sums.other, sums.other_weight)):
        n_clusters = int((denominators[:, column] > 0).sum())
        if n_clusters < 2:
            return float("nan"), float("nan")
        variances.append(cluster_error(influence(numerators[:, column], denominators[:, column]), n_clusters) ** 2)
        degrees.append(n_clusters - 1)
    total = sum(variances)
    spread = sum(variance**2 / degree for variance, degree in zip(variances, degrees, strict=True))
    return t_interval(
        float(_difference(sums)[column]),
        float(np.sqrt(total)),
        degrees=total**2 / spread if spread > 0 else min(degrees),
        confidence=confidence,
    )


def _left_out(only_here: int, only_there: int, unit: str) -> str:
    if not only_here and not only_there:
        return ""
    return f"left out: {_counted(only_here, unit)} only here, {only_there} only in baseline"


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit.removesuffix('s') if number == 1 else unit}"
