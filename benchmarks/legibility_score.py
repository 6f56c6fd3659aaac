"""The numbers of each mode, and how well they tell damaged windows from clean ones.

A mode that `tv.measure` gives a share for is judged by that share.  One that has none yet, or a detector that is named
by its module, is judged by the share of words (or of characters, where that is more) that stand in its spans.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import traceviz as tv
from traceviz.detectors.detect import DETECTORS, finder, scenes
from traceviz.detectors.evidence import Evidence, Scene
from traceviz.measures.modes import METRIC_OF
from traceviz.measures.sample import Sample

Find = Callable[[Scene], Evidence]

#: Says of measured windows, a row each, which modes are flagged: the columns of the answer are modes.
Flags = Callable[[pd.DataFrame], pd.DataFrame]

#: Draws of the intervals, and their level.
DRAWS = 500
LEVEL = 0.95


class Judged(NamedTuple):
    """What is judged: modes by the metric of each, and modes by the function that finds their spans."""

    by_metric: dict[str, str]
    by_spans: dict[str, Find]

    @property
    def modes(self) -> list[str]:
        """The names of the modes, in the order of the detectors; those that are not listed yet stand last."""
        names = [*self.by_metric, *self.by_spans]
        return sorted(names, key=lambda name: DETECTORS.index(name) if name in DETECTORS else len(DETECTORS))


def judged(modes: Sequence[str] | None = None, modules: Sequence[str] = ()) -> Judged:
    """Collect what is judged: all modes or some, and detectors by their module."""
    by_spans = {name.rpartition(".")[2]: import_module(name).find for name in modules}
    chosen = [mode for mode in (DETECTORS if modes is None else modes) if mode not in by_spans]
    by_metric = {mode: METRIC_OF[mode] for mode in chosen if mode in METRIC_OF}
    return Judged(by_metric, {mode: finder(mode) for mode in chosen if mode not in METRIC_OF} | by_spans)


def measure(texts: Sequence[str], prompts: Sequence[str], what: Judged) -> pd.DataFrame:
    """Give the number of each mode for each text, in columns that are called as the modes."""
    names = [str(place) for place in range(len(texts))]
    table = pd.DataFrame({"trace_id": names, "reasoning": list(texts), "prompt": list(prompts)})
    measured = tv.measure(table, metrics=list(what.by_metric.values()) or ["characters"])
    numbers = {mode: measured[name].to_numpy(dtype=np.float64) for mode, name in what.by_metric.items()}
    if what.by_spans:
        numbers |= _of_spans(table, what.by_spans)
    return pd.DataFrame({mode: numbers[mode] for mode in what.modes})


def _of_spans(table: pd.DataFrame, finders: Mapping[str, Find]) -> dict[str, NDArray[np.float64]]:
    parts: dict[str, list[NDArray[np.float64]]] = {mode: [] for mode in finders}
    for _, scene in scenes(table, None, ("raw",)):
        for mode, find in finders.items():
            parts[mode].append(_covered(scene, find(scene), mode))
    return {mode: np.concatenate(found) for mode, found in parts.items()}


def _covered(scene: Scene, evidence: Evidence, mode: str) -> NDArray[np.float64]:
    """Give the share of letters, or of bytes, that stand in spans."""
    from traceviz.measures.modes import letters_in_spans

    sample = Sample(scene.texts, scene.pieces, spans={mode: evidence})
    words = letters_in_spans(sample, mode) / np.maximum(sample.n_letters, 1)
    length = np.bincount(evidence.text, weights=evidence.end - evidence.start, minlength=len(scene.texts))
    return np.maximum(words, length / np.maximum(np.diff(scene.texts.offsets), 1))


class Area(NamedTuple):
    """An area under the curve with its interval, and how many windows it is of."""

    value: float
    low: float
    high: float
    n: int


def draws_of(sources: Sequence[str], *, draws: int = DRAWS, seed: int = 0) -> NDArray[np.float64]:
    """Draw traces with replacement: how often each window counts in each draw."""
    cluster, names = pd.factorize(np.asarray(sources, dtype=object))
    chance = np.random.default_rng(seed)
    counts = chance.multinomial(len(names), np.full(len(names), 1 / len(names)), size=draws)
    return counts[:, cluster].astype(np.float64)


def area(clean: NDArray[np.float64], damaged: NDArray[np.float64], weights: NDArray[np.float64]) -> Area:
    """Give the probability that a damaged window has more than a clean one; ties count half.

    Windows without a number on either side are left out.  The interval draws whole traces.

    Examples
    --------
    >>> clean, damaged = np.array([0.0, 0.1, 0.2]), np.array([0.1, 0.5, 0.6])
    >>> round(area(clean, damaged, draws_of(["a", "b", "c"])).value, 3)
    0.833
    """
    known = ~(np.isnan(clean) | np.isnan(damaged))
    if not known.any():
        return Area(np.nan, np.nan, np.nan, 0)
    rows = damaged[known][:, None]
    wins = (rows > clean[known]) + 0.5 * (rows == clean[known])
    weights = weights[:, known]
    total = weights.sum(axis=1)
    drawn = ((weights @ wins) * weights).sum(axis=1)[total > 0] / total[total > 0] ** 2
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Area(float(wins.mean()), float(low), float(high), int(known.sum()))


def percentile_flags(reference: pd.DataFrame, *, level: float = 0.995) -> Flags:
    """Flag what lies above a percentile of the reference."""
    limits = reference.quantile(level, interpolation="higher")

    def flags(measured: pd.DataFrame) -> pd.DataFrame:
        return measured.gt(limits[measured.columns])

    return flags


def profile_flags(reference: pd.DataFrame, what: Judged, *, level: float = 0.995) -> Flags:
    """Flag as `tv.profile` does against the reference; modes without a metric fall back to the percentile."""
    names = what.by_metric
    instead = percentile_flags(reference, level=level)

    def flags(measured: pd.DataFrame) -> pd.DataFrame:
        found = instead(measured)
        if not names:
            return found
        rows = measured.rename(columns=names).assign(trace_id=[str(place) for place in range(len(measured))])
        placed = tv.profile(rows, reference=reference.rename(columns=names), level=level, cluster=None)
        wide = placed.pivot_table(index="trace_id", columns="mode", values="flagged", aggfunc="first", sort=False)
        for mode in names:
            if mode in wide:
                flagged = wide[mode].reindex(rows["trace_id"]).fillna(False)
                found[mode] = flagged.to_numpy(dtype=bool)
        return found

    return flags


def drift(texts: Sequence[str], prompts: Sequence[str], *, long: int, short: int) -> dict[str, tuple[float, float]]:
    """Give by how many between-trace standard deviations the mean of each default metric moves when traces are cut.

    Once for the beginnings of the traces, and once for all pieces that ``long`` holds, taken together: what differs in
    the first and not in the second is not length, but how a trace begins.
    """
    rows = pd.DataFrame({"trace_id": [str(place) for place in range(len(texts))], "prompt": list(prompts)})
    whole = tv.measure(rows.assign(reasoning=[text[:long] for text in texts]))
    pieces = [
        tv.measure(rows.assign(reasoning=[text[start : start + short] for text in texts]))
        for start in range(0, long, short)
    ]
    names = [str(name) for name in whole.columns if name not in (*rows.columns, "reasoning", "not_measured")]
    spread = whole[names].std(ddof=1)
    first = (pieces[0][names].mean() - whole[names].mean()) / spread.where(spread > 0)
    every = (pd.concat(pieces)[names].mean() - whole[names].mean()) / spread.where(spread > 0)
    return {name: (float(first[name]), float(every[name])) for name in names}
