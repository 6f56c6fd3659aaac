"""Compare groups of traces: levels with intervals, and differences against a baseline, paired by question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from traceviz.measures.group_names import group_name, value_name
from traceviz.measures.registry import bounds_of, weight_of
from traceviz.schema import COMPARED, STRING, SchemaError, check_columns, stamp
from traceviz.statistics.bootstrap import FEW_CLUSTERS, cluster_t_interval, percentile_interval, ratio, ratio_draws
from traceviz.statistics.contrasts import Contrast, Plan, contrast
from traceviz.statistics.effects import benjamini_hochberg
from traceviz.statistics.groups import Group, by_columns, metric_columns, read_groups
from traceviz.statistics.notes import Notes, group_notes, joined, missing_note


def compare(  # noqa: PLR0913 - each is an independent choice of the analyst's
    measured: pd.DataFrame,
    *,
    by: str | Sequence[str],
    cluster: str | None = "question_id",
    baseline: object = None,
    metrics: str | Sequence[str] | None = None,
    pooled: bool = False,
    draws: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give each metric of each group with its interval, and each group's difference from a baseline.

    Traces that answer one question are alike, so whole questions are resampled (percentile cluster bootstrap).  With
    fewer than 10 questions the interval is a t interval over questions, cut at the metric's range, and the row says so.

    Parameters
    ----------
    measured
        The measured table.  Missing numbers are left out and counted, never taken as zero.
    by
        Column, or columns, whose values make the groups.
    cluster
        Column of the independent units.  None takes each trace as one, which makes intervals too narrow wherever
        several traces answer one question.
    baseline
        Group that the others are compared with: its value of ``by``; a tuple or a dict for several columns.
    metrics
        Columns to compare: metrics or any numbers of your own.  Default: all known metrics in the table.
    pooled
        Give the pooled ratio (each trace weighted by the metric's own weight, such as its words) in place of the mean
        over traces.
    draws, seed
        Number of bootstrap draws, and the seed of everything random.
    confidence
        Nominal coverage of the intervals.

    Returns
    -------
    pandas.DataFrame
        The compared table: one row a metric and group (``kind`` "level") and, with a baseline, one row a metric and
        other group (``kind`` "difference": group minus baseline).

    Raises
    ------
    SchemaError
        When a column is absent, a metric is no number, or the baseline is no group.

    Notes
    -----
    A difference averages within each question on each side, takes the differences over the questions of both sides
    and gives every question the same weight, so it need not equal the difference of the two levels.  ``p`` comes from
    flipping the signs of question differences, ``effect_size`` is d_z.  Where no question is shared, the groups' means
    are subtracted, whole questions are permuted between the groups, and ``effect_size`` is Cliff's delta of the
    questions' means.  With ``pooled=True`` the shared questions are pooled on each side.  In a row of differences
    ``n_traces`` and ``n_missing`` count both sides and ``n_questions`` the questions used.  ``p_adjusted`` is
    Benjamini-Hochberg over all differences of the call; the family's size stands in ``attrs["traceviz"]["compare"]``.
    If the rows are windows, those of one trace are averaged first.

    The percentile interval is a little narrow for few questions: on normal values a nominal 95 % interval covered
    90 % with 10 questions and 94 % with 30 or 60 (2,000 simulations).

    Examples
    --------
    >>> measured = pd.DataFrame({
    ...     "model": ["a"] * 4 + ["b"] * 4,
    ...     "question_id": ["q1", "q2", "q3", "q4"] * 2,
    ...     "score": [0.10, 0.20, 0.30, 0.40, 0.15, 0.30, 0.35, 0.60],
    ... })
    >>> compared = compare(measured, by="model", baseline="a", metrics="score")
    >>> compared.iloc[-1][["estimate", "effect_size", "p"]].astype(float).round(3).tolist()
    [0.1, 1.414, 0.125]
    """
    columns = by_columns(measured, by)
    _check_cluster(measured, cluster)
    _check_numbers(draws=draws, seed=seed, confidence=confidence)
    names = metric_columns(measured, metrics)
    weights, weight_notes = _pooling(measured, names, pooled=pooled)
    groups = read_groups(measured, by=columns, cluster=cluster, metrics=names, weights=weights)
    plan = Plan(
        pooled=np.array([weight is not None for weight in weights], dtype=np.bool_),
        unit={"question_id": "questions", None: "traces"}.get(cluster, "clusters"),
        paired=cluster is not None,
        draws=draws,
        seed=seed,
        confidence=confidence,
    )
    notes = Notes(
        metric=weight_notes,
        group=group_notes(measured, columns, groups, cluster),
        names=[group_name(g.key) for g in groups],
    )
    rows = _level_rows(groups, names, plan, notes)
    base = None if baseline is None else _find(groups, columns, baseline)
    if base is not None:
        rows += _difference_rows(groups, base, names, plan, notes)
    table = _table(measured, columns, groups, rows)
    facts: dict[str, object] = {
        "by": columns,
        "cluster": cluster,
        "baseline": None if base is None else notes.names[base],
        "metrics": names,
        "pooled": pooled,
        "weights": {name: weight for name, weight in zip(names, weights, strict=True) if weight is not None},
        "draws": draws,
        "seed": seed,
        "confidence": confidence,
        "family": int(table["p"].notna().sum()),
    }
    table.attrs = {"traceviz": dict(measured.attrs.get("traceviz", {}))}
    return stamp(table, compare=facts)


def _level_rows(groups: list[Group], names: list[str], plan: Plan, notes: Notes) -> list[dict[str, Any]]:
    rows = []
    least = np.min([group.missing_share for group in groups], axis=0) if groups else np.empty(0)
    for number, group in enumerate(groups):
        estimate = ratio(group.numerators.sum(axis=0), group.denominators.sum(axis=0))
        n_clusters = (group.denominators > 0).sum(axis=0)
        draws = ratio_draws(group.numerators, group.denominators, draws=plan.draws, seed=(plan.seed, 0))
        low, high = percentile_interval(draws, confidence=plan.confidence)
        for column, name in enumerate(names):
            said = [plan.few(int(n_clusters[column]))]
            if n_clusters[column] < FEW_CLUSTERS:
                low[column], high[column] = cluster_t_interval(
                    group.numerators[:, column], group.denominators[:, column], confidence=plan.confidence
                )
                low[column], high[column] = np.clip([low[column], high[column]], *bounds_of(name))
            if group.constant[column]:
                said.append("all values are equal: the interval has no width and says nothing about rare cases")
            said.append(missing_note(group.missing_share[column], least[column], "in the group that lacks least"))
            rows.append(
                {
                    "metric": name,
                    "kind": "level",
                    "group": number,
                    "baseline": None,
                    "estimate": estimate[column],
                    "low": low[column],
                    "high": high[column],
                    "n_traces": group.n_traces[column],
                    "n_questions": n_clusters[column],
                    "n_missing": group.n_missing[column],
                    "warning": joined([*said, notes.metric[column], notes.group[number]]),
                }
            )
    return rows


def _difference_rows(
    groups: list[Group], base: int, names: list[str], plan: Plan, notes: Notes
) -> list[dict[str, Any]]:
    rows = []
    baseline = groups[base]
    for number, group in enumerate(groups):
        if number == base:
            continue
        found: Contrast = contrast(group, baseline, plan)
        sides = list(dict.fromkeys([notes.group[number], notes.group[base]]))
        for column, name in enumerate(names):
            missing = missing_note(group.missing_share[column], baseline.missing_share[column], "in baseline")
            rows.append(
                {
                    "metric": name,
                    "kind": "difference",
                    "group": number,
                    "baseline": notes.names[base],
                    "estimate": found.estimate[column],
                    "low": found.low[column],
                    "high": found.high[column],
                    "n_traces": found.n_traces[column],
                    "n_questions": found.n_clusters[column],
                    "n_missing": group.n_missing[column] + baseline.n_missing[column],
                    "effect_size": found.effect_size[column],
                    "p": found.p[column],
                    "warning": joined([*found.notes[column], missing, notes.metric[column], *sides]),
                }
            )
    return rows


def _table(measured: pd.DataFrame, columns: list[str], groups: list[Group], rows: list[dict[str, Any]]) -> pd.DataFrame:
    order = {name: place for place, name in enumerate(dict.fromkeys(row["metric"] for row in rows))}
    rows = sorted(rows, key=lambda row: (order[row["metric"]], row["kind"] != "level", row["group"]))
    at = [groups[row["group"]].row for row in rows]
    parts: dict[str, Any] = {}
    for name, dtype in COMPARED.items():
        if name == "baseline":
            parts |= {column: measured[column].iloc[at].array for column in columns}
        parts[name] = pd.array([_plain(row.get(name), dtype) for row in rows], dtype=dtype)
    table = pd.DataFrame(parts)
    table["p_adjusted"] = benjamini_hochberg(table["p"].to_numpy())
    return table


def _plain(value: Any, dtype: Any) -> Any:
    if dtype == STRING:
        return value
    if dtype == "int64":
        return int(value)
    return float("nan") if value is None else float(value)


def _pooling(measured: pd.DataFrame, names: list[str], *, pooled: bool) -> tuple[list[str | None], list[str]]:
    if not pooled:
        return [None] * len(names), [""] * len(names)
    weights: list[str | None] = []
    notes = []
    for name in names:
        weight = weight_of(name)
        if weight is None:
            note = "no weight is known for this metric: mean over traces, not pooled"
        elif weight not in measured.columns:
            note = f"no column '{weight}' to pool by: mean over traces, not pooled"
        else:
            note = ""
        weights.append(None if note else weight)
        notes.append(note)
    return weights, notes


def _find(groups: list[Group], columns: list[str], baseline: object) -> int:
    """Find the baseline's group; text that spells its values will do, since a command line has nothing else."""
    wanted: tuple[Any, ...]
    if isinstance(baseline, Mapping):
        wanted = tuple(baseline.get(column) for column in columns) if set(baseline) == set(columns) else ()
    else:
        wanted = tuple(baseline) if isinstance(baseline, (tuple, list)) else (baseline,)
    spelled = [value_name(value) for value in wanted]
    found = [number for number, group in enumerate(groups) if [value_name(value) for value in group.key] == spelled]
    if len(found) > 1:
        types = [type(value) for value in wanted]
        found = [number for number in found if [type(value) for value in groups[number].key] == types]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(repr(group_name(group.key)) for group in groups[:12])
    raise SchemaError(
        f"baseline={baseline!r} is no group of by={columns}; the groups are {shown or 'none'}"
        f"{f' and {len(groups) - 12} more' if len(groups) > 12 else ''}."
        + (" Give one value for each column, as a tuple or a dict." if len(columns) > 1 else "")
    )


def _check_cluster(measured: pd.DataFrame, cluster: str | None) -> None:
    check_columns(measured, [], name="measured", verb="compare")
    if cluster is not None and cluster not in measured.columns:
        raise SchemaError(
            f"compare resamples whole clusters of traces and found no column '{cluster}' in measured. "
            "cluster='<column>' names another column that says which traces belong together; cluster=None takes each "
            "trace as independent, which makes intervals too narrow where several traces answer one question."
        )


def _check_numbers(*, draws: int, seed: int, confidence: float) -> None:
    if not 0 < confidence < 1:
        raise SchemaError(f"confidence={confidence!r} is no share between 0 and 1, such as 0.95.")
    if draws < 1:
        raise SchemaError(f"draws={draws!r} is no number of bootstrap draws; 2000 is usual.")
    if seed < 0:
        raise SchemaError(f"seed={seed!r} is negative; a seed is a whole number from 0 on.")
