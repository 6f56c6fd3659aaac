"""Read the measured table into groups: for each, the sums of every metric over every cluster."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from traceviz.schema import COMPARED, SchemaError, check_columns, log
from traceviz.statistics.bootstrap import Array, ratio

Codes = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Group:
    """One group of traces; arrays are clusters x metrics, or one number a metric."""

    #: Values of the by columns, and position of one of its rows.
    key: tuple[Any, ...]
    row: int
    #: Codes of its clusters, sorted, the same in every group.
    clusters: Codes
    numerators: Array
    denominators: Array
    #: Scored traces of each cluster.
    traces: Array
    n_missing: Array
    #: Whether all scored values are the same.
    constant: npt.NDArray[np.bool_]
    #: Rows that have no cluster of their own.
    n_unclustered: int

    @property
    def n_traces(self) -> Array:
        """Scored traces, one number a metric."""
        return np.asarray(self.traces.sum(axis=0), dtype=np.float64)

    @property
    def missing_share(self) -> Array:
        """Share of traces that are not scored, one number a metric."""
        return ratio(self.n_missing, self.n_missing + self.n_traces)


class _Rows(NamedTuple):
    """The measured table as arrays, rows in an order that depends on their content only."""

    positions: Codes
    clusters: Codes
    unclustered: npt.NDArray[np.bool_]
    #: The trace of each row, or None where each row is a trace.
    traces: Codes | None
    numbers: Array
    #: One column a metric; not looked at where the metric is not pooled.
    weights: Array

    def take(self, chosen: npt.NDArray[np.intp]) -> _Rows:
        """Give some of the rows."""
        return _Rows(
            self.positions[chosen],
            self.clusters[chosen],
            self.unclustered[chosen],
            None if self.traces is None else self.traces[chosen],
            self.numbers[chosen],
            self.weights[chosen],
        )


def by_columns(measured: pd.DataFrame, by: str | Sequence[str]) -> list[str]:
    """Check the columns to group by, and give them as a list."""
    columns = [by] if isinstance(by, str) else list(dict.fromkeys(by))
    if not columns:
        raise SchemaError("compare needs at least one column to group by, such as by='model'.")
    check_columns(measured, columns, name="measured", verb="compare")
    for column in columns:
        if column in COMPARED:
            raise SchemaError(
                f"compare cannot group by '{column}', because its result has a column of that name; "
                f"rename it first: measured.rename(columns={{'{column}': 'my_{column}'}})."
            )
    return columns


def metric_columns(measured: pd.DataFrame, metrics: str | Sequence[str] | None) -> list[str]:
    """Check the metrics to compare, or find those that the registry knows, and give them as a list."""
    if metrics is None:
        from traceviz.measures.registry import names

        known = set(names())
        found = [str(c) for c in measured.columns if c in known and pd.api.types.is_float_dtype(measured[c].dtype)]
        if not found:
            raise SchemaError(
                "compare found no column of measured that is a known metric. tv.measure(traces) makes them; "
                "metrics=['<your column>'] compares numbers of your own."
            )
        return found
    columns = [metrics] if isinstance(metrics, str) else list(dict.fromkeys(metrics))
    check_columns(measured, columns, name="measured", verb="compare")
    for column in columns:
        if not pd.api.types.is_numeric_dtype(measured[column].dtype):
            raise SchemaError(
                f"compare cannot average the column '{column}', whose values are {measured[column].dtype}; "
                "it needs numbers or true/false."
            )
    return columns


def read_groups(
    measured: pd.DataFrame,
    *,
    by: Sequence[str],
    cluster: str | None,
    metrics: Sequence[str],
    weights: Sequence[str | None],
) -> list[Group]:
    """Sum every metric over every cluster of every group.

    Parameters
    ----------
    measured
        The measured table.
    by, metrics
        Its columns, checked.
    cluster
        Column of the clusters; None makes each trace its own.
    weights
        For each metric the column of its weights, or None for the mean over traces.

    Returns
    -------
    list of Group
        Sorted by the values of the by columns, nulls last.

    Notes
    -----
    Several windows of one trace count as one trace: each window has the weight 1 / (scored windows of the trace).
    """
    rows = _rows(measured, cluster=cluster, metrics=metrics, weights=weights)
    codes = np.column_stack([_ordered_codes(measured[column]) for column in by])[rows.positions]
    kinds, membership = np.unique(codes, axis=0, return_inverse=True)
    membership = membership.reshape(-1)
    pooled = [weight is not None for weight in weights]
    groups = []
    for number in range(len(kinds)):
        chosen = np.flatnonzero(membership == number)
        position = int(rows.positions[chosen].min())
        key = tuple(measured[column].iloc[position] for column in by)
        groups.append(_group(key, position, rows.take(chosen), pooled))
    return groups


def _rows(
    measured: pd.DataFrame, *, cluster: str | None, metrics: Sequence[str], weights: Sequence[str | None]
) -> _Rows:
    n_rows = len(measured)
    values = np.column_stack([_numbers(measured, metric) for metric in metrics])
    pooling = np.column_stack([np.full(n_rows, np.nan) if w is None else _weights(measured, w) for w in weights])
    trace = _ordered_codes(measured["trace_id"]) if "trace_id" in measured.columns else np.full(n_rows, -1)
    windowed = "window" in measured.columns and "trace_id" in measured.columns
    codes = np.full(n_rows, -1)
    if cluster is not None:
        codes = _ordered_codes(measured[cluster], nulls=-1)
    elif windowed:
        codes = trace
    order = np.lexsort([trace, codes])
    if ((np.diff(trace[order]) == 0) & (np.diff(codes[order]) == 0)).any():
        order = np.lexsort([*values.T, *pooling.T, trace, codes])
    codes, unclustered = codes[order], codes[order] < 0
    codes[unclustered] = codes.max(initial=-1) + 1 + np.arange(unclustered.sum())
    return _Rows(order, codes, unclustered, trace[order] if windowed else None, values[order], pooling[order])


def _group(key: tuple[Any, ...], row: int, rows: _Rows, pooled: Sequence[bool]) -> Group:
    clusters, local = np.unique(rows.clusters, return_inverse=True)
    shape = (clusters.size, len(pooled))
    numerators, denominators, traces = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    missing, constant = np.zeros(shape[1]), np.zeros(shape[1], dtype=np.bool_)
    _, units = np.unique(_units(rows, local), return_inverse=True)
    for column in range(shape[1]):
        values, weights = rows.numbers[:, column], rows.weights[:, column]
        scored = ~np.isnan(values)
        if pooled[column]:
            scored &= ~np.isnan(weights)
        windows = np.bincount(units[scored], minlength=units.max(initial=-1) + 1)
        share = 1.0 / windows[units[scored]]
        weight = weights[scored] if pooled[column] else share
        for target, part in ((numerators, weight * values[scored]), (denominators, weight), (traces, share)):
            target[:, column] = np.bincount(local[scored], weights=part, minlength=clusters.size)
        missing[column] = (windows == 0).sum()
        constant[column] = scored.sum() > 1 and np.ptp(values[scored]) == 0
    unclustered = int(rows.unclustered.sum())
    return Group(key, row, clusters, numerators, denominators, np.rint(traces), missing, constant, unclustered)


def _units(rows: _Rows, local: npt.NDArray[np.intp]) -> npt.NDArray[np.int64]:
    """Tell which rows are one trace: each its own, unless rows are windows; ids may repeat in other clusters."""
    if rows.traces is None:
        return np.arange(local.size, dtype=np.int64)
    return np.asarray(rows.traces * (local.max(initial=0) + 1) + local, dtype=np.int64)


def _numbers(measured: pd.DataFrame, column: str) -> Array:
    numbers = measured[column].to_numpy(dtype=np.float64, na_value=np.nan).copy()
    endless = np.isinf(numbers)
    if endless.any():
        log.warning("compare: %d infinite values of '%s' count as missing.", int(endless.sum()), column)
        numbers[endless] = np.nan
    return numbers


def _weights(measured: pd.DataFrame, column: str) -> Array:
    numbers = _numbers(measured, column)
    if (numbers < 0).any():
        raise SchemaError(f"compare pools by the column '{column}', which has negative values; weights are counts.")
    return numbers


def _ordered_codes(column: pd.Series[Any], nulls: int | None = None) -> Codes:
    """Give each value its place in their order; nulls come last, or get ``nulls``."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy().astype(np.int64)
    else:
        codes = _sorted_codes(column)
    codes[codes < 0] = codes.max(initial=-1) + 1 if nulls is None else nulls
    return codes


def _sorted_codes(column: pd.Series[Any]) -> Codes:
    found, uniques = pd.factorize(column)
    codes = np.asarray(found, dtype=np.int64)
    values = list(uniques)
    try:
        order = sorted(range(len(values)), key=values.__getitem__)
    except TypeError:  # 1 and "a" have no order of their own
        order = sorted(range(len(values)), key=lambda i: (type(values[i]).__name__, str(values[i])))
    rank = np.empty(len(values) + 1, dtype=np.int64)
    rank[order] = np.arange(len(values))
    rank[-1] = -1
    return rank[codes]
