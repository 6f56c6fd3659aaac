"""Fit the modes to judge or human scores: the one way to a single number, and only for texts like those it saw."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.measures.modes import METRIC_OF
from traceviz.schema import SchemaError, check_columns, log, stamp
from traceviz.statistics.bootstrap import Array
from traceviz.statistics.cross_validation import (
    BASELINES,
    RIDGE,
    conformal_width,
    folds_of,
    log_shares,
    report_on,
    scale,
)
from traceviz.statistics.ordinal import Ordinal, fit
from traceviz.statistics.reference import window_size

#: Fewest scored traces, and fewest clusters, that a fit is made from.
FEWEST_TRACES: Final = 30
FEWEST_CLUSTERS: Final = 5

#: More levels than this are gathered into ten of equal size.
MOST_LEVELS: Final = 20

#: Of how many scores the interval of an estimate holds the true one.
COVERAGE: Final = 0.9

#: Standard deviations outside the range of the fit at which a trace is still answered.
_MARGIN: Final = 0.5


@dataclass(frozen=True)
class Calibration:
    """A fit of the modes to scores, with what it is worth.

    Attributes
    ----------
    card
        What it was fitted to: column, direction, scale, judge, date, numbers of traces and clusters, size of the
        windows, hash of the data, version.
    report
        A row a way of checking (``by`` cluster, or one group left out) and predictor (the modes, each baseline): rank
        correlation, quadratically weighted kappa and mean absolute error with intervals over clusters, and numbers.
    width
        How far from its score an estimate was in nine of ten traces of clusters that the fit did not see.
    """

    card: dict[str, Any]
    report: pd.DataFrame
    features: tuple[str, ...]
    centre: Array
    spread: Array
    low: Array
    high: Array
    levels: Array
    model: Ordinal
    width: float

    def apply(self, measured: pd.DataFrame) -> pd.DataFrame:
        """Estimate the score of traces that are like those of the fit.

        Parameters
        ----------
        measured
            A measured table with the same columns.

        Returns
        -------
        pandas.DataFrame
            The table with ``score_est`` (on the scale of the scores), ``score_low`` and ``score_high`` (they hold nine
            of ten scores of traces like those of the fit) and ``score_reason``: ``out_of_domain`` where a mode lies
            outside what the fit saw, ``not_measured`` where one is missing; empty where there is a number.

        Raises
        ------
        SchemaError
            When a column is absent, or the table is of windows of another size than the fit.
        """
        check_columns(measured, self.features, name="measured", verb="Calibration.apply")
        _check_size(measured, self.card)
        raw = log_shares(measured, self.features)
        there = ~np.isnan(raw).any(axis=1)
        x = (raw - self.centre) / self.spread
        inside = there & ((x >= self.low - _MARGIN) & (x <= self.high + _MARGIN)).all(axis=1)
        estimate = np.full(len(measured), np.nan)
        estimate[inside] = self.model.probabilities(x[inside]) @ self.levels
        reason = np.where(inside, "", np.where(there, "out_of_domain", "not_measured"))
        least, most = self.levels[0], self.levels[-1]
        table = measured.assign(
            score_est=estimate,
            score_low=np.clip(estimate - self.width, least, most),
            score_high=np.clip(estimate + self.width, least, most),
            score_reason=reason,
        )
        table.attrs = dict(measured.attrs)
        return stamp(table, calibration=self.card)

    def save(self, path: str | Path) -> None:
        """Write the fit with its card as JSON."""
        content = {
            "card": self.card,
            "report": json.loads(self.report.to_json(orient="records")),
            "features": list(self.features),
            **{name: getattr(self, name).tolist() for name in ("centre", "spread", "low", "high", "levels")},
            "weights": self.model.weights.tolist(),
            "thresholds": self.model.thresholds.tolist(),
            "width": self.width,
        }
        Path(path).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what `save` wrote."""
        try:
            content = json.loads(Path(path).read_text(encoding="utf-8"))
            arrays = {name: np.array(content[name]) for name in ("centre", "spread", "low", "high", "levels")}
            model = Ordinal(np.array(content["weights"]), np.array(content["thresholds"]))
            report = pd.DataFrame(content["report"])
            features, card, width = tuple(content["features"]), content["card"], float(content["width"])
        except (ValueError, KeyError, TypeError) as error:
            raise SchemaError(f"{path} is no file of Calibration.save ({type(error).__name__}: {error}).") from error
        return cls(card, report, features, **arrays, model=model, width=width)


def calibrate(  # noqa: PLR0913  (a fit states all that it is made from; all by keyword)
    measured: pd.DataFrame,
    scores: str,
    *,
    higher_is: str,
    cluster: str = "question_id",
    by: str | None = "model",
    features: Sequence[str] | None = None,
    judge: str | None = None,
    draws: int = 2000,
    seed: int = 0,
) -> Calibration:
    """Fit the failure modes to the scores of a judge or of people, and say what the fit is worth.

    Parameters
    ----------
    measured
        The measured table, with a column of scores.
    scores
        That column: whole numbers or any others; missing where there is none.
    higher_is
        ``"better"`` or ``"worse"``: scales run both ways, and a fit to a scale read the wrong way is worthless.
    cluster
        Column of the independent units; all traces of one are predicted by a fit that saw none of them.
    by
        Column whose groups are left out one at a time as well; None, or a column with one group, for none.
    features
        Columns that predict; by default the shares of all modes in the table.
    judge
        Who scored, for the card: a model with its version and prompt, or people.
    draws, seed
        Bootstrap draws of the intervals, and the seed of everything random.

    Returns
    -------
    Calibration
        ``report`` says how well scores were predicted where they were not seen, beside length, number of scripts and
        readability alone; ``apply`` estimates, ``save`` and `Calibration.load` keep it.

    Raises
    ------
    SchemaError
        When a column is absent or is both score and feature, there are fewer than 30 scored traces or 5 clusters, or
        all scores are one.

    Notes
    -----
    A proportional-odds model with a ridge of 1 on standardised log shares.  It says what this judge would say of texts
    like these, and inherits whatever the judge confuses; it knows nothing of a failure that these texts do not have.
    """
    names = _features(measured, features, scores, cluster)
    if by not in (None, "model"):
        check_columns(measured, [str(by)], name="measured", verb="tv.calibrate")
    if higher_is not in ("better", "worse"):
        raise SchemaError(f"higher_is={higher_is!r} must be 'better' or 'worse': which way does the scale run?")
    given = pd.to_numeric(measured[scores], errors="coerce").to_numpy(dtype=np.float64)
    there = (
        np.isfinite(given)
        & ~np.isnan(log_shares(measured, names)).any(axis=1)
        & measured[cluster].notna().to_numpy(bool)
    )
    rows = measured[there].reset_index(drop=True)
    levels, values = _in_levels(given[there])
    units = pd.factorize(rows[cluster].astype(object))[0].astype(np.int64)
    _check_enough(rows, units, values, scores)
    if len(rows) < len(measured):
        log.warning(
            "%d of %d traces have no score, no cluster or no number of a mode.",
            len(measured) - len(rows),
            len(measured),
        )
    groups = None if by is None or by not in rows or rows[by].nunique() < 2 else rows[by].astype(object).to_numpy()
    if not set(BASELINES) & set(rows.columns):
        log.warning("No baseline stands beside the fit: measure %s as well.", ", ".join(BASELINES))
    report = report_on(rows, names, levels, values, units=units, groups=groups, draws=draws, seed=seed)
    raw = log_shares(rows, names)
    centre, spread = scale(raw)
    x = (raw - centre) / spread
    card = {
        "scores": scores,
        "higher_is": higher_is,
        "judge": judge,
        "date": datetime.now(UTC).date().isoformat(),
        "window": window_size(measured),
        "scale": [float(values[0]), float(values[-1])],
        "n_levels": len(values),
        "n_traces": len(rows),
        "n_clusters": int(units.max()) + 1,
        "groups": None if groups is None else sorted(map(str, set(groups))),
        "data": _hash(raw, levels),
        "made_with": dict(measured.attrs.get("traceviz", {})).get("version"),
    }
    model = fit(x, levels, len(values), ridge=RIDGE)
    width = conformal_width(raw, levels, values, folds_of(units, seed), coverage=COVERAGE)
    return Calibration(card, report, names, centre, spread, x.min(axis=0), x.max(axis=0), values, model, width)


def _features(measured: pd.DataFrame, asked: Sequence[str] | None, scores: str, cluster: str) -> tuple[str, ...]:
    """Give the columns that predict; refuse those that are the scores or no numbers."""
    names = tuple([name for name in METRIC_OF.values() if name in measured.columns] if asked is None else asked)
    if not names:
        raise SchemaError('The table holds no share of a mode; measure with metrics="modes", or name features=.')
    check_columns(measured, [scores, cluster, *names], name="measured", verb="tv.calibrate")
    for name in names:
        if name in (scores, cluster) or not pd.api.types.is_numeric_dtype(measured[name]):
            raise SchemaError(f"{name!r} cannot be a feature: it is the score, the cluster, or holds no numbers.")
    return names


def _check_size(measured: pd.DataFrame, card: dict[str, Any]) -> None:
    """Refuse windows of another size than those of the fit."""
    size, seen = window_size(measured), card.get("window")
    if size != seen:
        said = [f"windows of {n} characters" if n else "whole traces" for n in (seen, size)]
        raise SchemaError(f"The fit is one of {said[0]}, and this table of {said[1]}; measure with the same window=.")


def _check_enough(rows: pd.DataFrame, units: NDArray[np.int64], values: Array, scores: str) -> None:
    n_units = int(units.max()) + 1 if len(units) else 0
    if len(rows) < FEWEST_TRACES or n_units < FEWEST_CLUSTERS:
        raise SchemaError(
            f"{len(rows)} scored traces of {n_units} clusters are too few for a fit; "
            f"it takes {FEWEST_TRACES} and {FEWEST_CLUSTERS}."
        )
    if len(values) < 2:
        raise SchemaError(f"All scores in {scores!r} are {values[0]:g}; nothing can be learnt from them.")


def _in_levels(given: Array) -> tuple[NDArray[np.int64], Array]:
    """Give the level of each score, and what each level stands for."""
    values, levels = np.unique(given, return_inverse=True)
    if len(values) > MOST_LEVELS:
        edges = np.unique(np.quantile(given, np.linspace(0, 1, 11)[1:-1]))
        levels = np.searchsorted(edges, given, side="right")
        kept, levels = np.unique(levels, return_inverse=True)
        values = np.array([given[levels == level].mean() for level in range(len(kept))])
    return levels.astype(np.int64), values


def _hash(raw: Array, levels: NDArray[np.int64]) -> str:
    import hashlib

    return hashlib.sha256(np.ascontiguousarray(raw).tobytes() + levels.tobytes()).hexdigest()[:16]
