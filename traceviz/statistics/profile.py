"""The legibility profile: where a trace stands, mode by mode, against a declared reference.  There is no grand score.

A composite does not carry over to a failure that it was not fitted on (a panel that never saw loops ranked them worse
than chance), and no weight between modes is anything but a wish.  So each mode keeps a column of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.measures.modes import METRIC_OF
from traceviz.measures.window_rows import PLACE
from traceviz.schema import STRING, SchemaError, check_columns, log, stamp
from traceviz.statistics.profile_groups import by_group
from traceviz.statistics.reference import check_rows, check_windows, shipped_reference, window_size

#: Columns of the traces that do not ride along: long texts, and what belongs to one window.
_LEFT: Final = ("reasoning", "prompt", "answer", "diagnostics", "not_measured", *PLACE)


#: Columns that a profile has besides ``trace_id``.
_OWN: Final = ("mode", "value", "percentile", "flagged", "n_windows", "n_reference", "window_start")


def profile(  # noqa: PLR0913  (what to place, against what, and how groups are summed up; all by keyword)
    measured: pd.DataFrame,
    *,
    reference: pd.DataFrame | None = None,
    level: float = 0.995,
    by: str | Sequence[str] | None = None,
    cluster: str | None = "question_id",
    draws: int = 2000,
    seed: int = 0,
) -> pd.DataFrame:
    """Place each trace against a reference, mode by mode.

    Parameters
    ----------
    measured
        The table of ``tv.measure(traces, metrics="modes", window=2500)``; without ``window=`` each trace is one window.
    reference
        The same table of the text to compare with, measured with the same ``window``: best the same model's final
        answers to the same questions, else another group of yours.  What is normal is what is normal there.  Left out,
        it is the shipped one (`traceviz.statistics.reference`): fluent English reasoning in windows of 2,500
        characters, which says little of other languages and styles.
    level
        A mode is flagged where fewer than ``1 - level`` of traces like the reference, of as many windows, would have a
        window as extreme.
    by, cluster, draws, seed
        Sum up groups: columns that make them, and column of the independent units, as in `traceviz.compare`.

    Returns
    -------
    pandas.DataFrame
        A row a trace and mode: ``trace_id, mode, value`` (the largest of its windows), ``percentile`` (0-100, of the
        largest of as many windows of the reference; ties count half), ``flagged`` (missing where the reference is too
        small to tell), ``n_windows, n_reference`` (windows that were scored), ``window_start`` (of that window), and
        the columns of the traces but their texts.  A mode that was not measured in a trace has no numbers, and none
        has where more than 60 % of it is masked, which is said.
        With ``by``, a row a group and mode: the mean ``percentile`` with its interval ``low, high``, the share of
        flagged traces ``flagged_share, flagged_low, flagged_high``, ``n_traces, n_questions, n_reference``.

    Raises
    ------
    SchemaError
        When a table holds no share of a mode, a trace stands in it twice, the two were measured in windows of
        different sizes, or those of the table are not those of the shipped reference.

    Notes
    -----
    The flag is a conformal p-value: with n windows of the reference, r of them as extreme, p = (1 + r)/(n + 1), and
    1 - (1 - p)^k for k windows.  It takes windows for independent; those of one trace are not, so that flags come a
    little too often in long traces.  At .995 nothing can be flagged with fewer than 200 k windows in the reference,
    which is said.  Eleven modes at .995 flag one legible trace in twenty for at least one of them; at .99, one in ten.

    Examples
    --------
    >>> from traceviz.measures.measure import measure
    >>> text = "We add the two numbers, and then we check the sum again before we go on. "
    >>> odd = text.replace("numbers", "numbers ⇒ ★ ⇒")
    >>> reference = measure([text * 2] * 240, metrics="symbols_share")
    >>> profile(measure([text * 2, odd], metrics="symbols_share"), reference=reference)[
    ...     ["trace_id", "mode", "percentile", "flagged"]
    ... ]
      trace_id     mode  percentile  flagged
    0        0  symbols        50.0    False
    1        1  symbols       100.0     True
    """
    check_columns(measured, ["trace_id"], name="measured", verb="tv.profile")
    _check_level(level)
    check_rows(measured)
    shipped = reference is None
    if reference is None:
        check_windows(measured)
        reference = shipped_reference()
    check_columns(reference, [], name="reference", verb="tv.profile")
    modes = _modes(measured, reference)
    measured = _without_own(measured, by)
    rows = measured.reset_index(drop=True)
    trace, ids = pd.factorize(rows["trace_id"].astype(object))
    first = np.flatnonzero(~pd.Series(trace).duplicated().to_numpy(dtype=bool))
    rows = _unless_masked(rows, modes)
    parts = [
        _place(mode, rows, reference, trace=np.asarray(trace, dtype=np.int64), n_traces=len(ids), level=level)
        for mode in modes
    ]
    kept = [name for name in rows.columns if name not in _LEFT and not _is_number(name, rows)]
    rest = rows.loc[first, [name for name in kept if name != "trace_id"]].reset_index(drop=True)
    placed = [pd.concat([pd.DataFrame({"trace_id": ids}), part, rest], axis=1) for part in parts]
    table = pd.concat(placed, ignore_index=True)
    order = np.lexsort((np.repeat(np.arange(len(parts)), len(ids)), np.tile(np.arange(len(ids)), len(parts))))
    table = table.iloc[order].reset_index(drop=True)
    table["trace_id"] = table["trace_id"].astype(STRING)
    table["mode"] = table["mode"].astype(STRING)
    _warn(table)
    if by is not None:
        table = by_group(table, by, cluster=cluster, draws=draws, seed=seed)
    table.attrs = dict(measured.attrs)
    return stamp(table, level=level, reference="shipped" if shipped else "given", n_reference=len(reference))


def _check_level(level: object) -> None:
    if not isinstance(level, (int, float)) or not 0 < level < 1:
        raise SchemaError(f"level={level!r} is no number between 0 and 1.")


def _modes(measured: pd.DataFrame, reference: pd.DataFrame) -> list[str]:
    """Give the modes that both tables measure."""
    both = [mode for mode, name in METRIC_OF.items() if name in measured.columns and name in reference.columns]
    if not both:
        raise SchemaError(
            "Neither table holds a share of the same mode; give tv.profile the tables of "
            'tv.measure(traces, metrics="modes", window=2500) for the traces and for the reference.'
        )
    if ("window" in measured.columns) != ("window" in reference.columns):
        raise SchemaError(
            "One table is of windows and the other of whole traces; measure both with the same window=, because the "
            "largest of many short windows is larger than the share of a whole."
        )
    sizes = window_size(measured), window_size(reference)
    if None not in sizes and sizes[0] != sizes[1]:
        raise SchemaError(
            f"The table is of windows of {sizes[0]} characters and the reference of {sizes[1]}; measure both with the "
            "same window=."
        )
    for mode in both:
        for table, name in ((measured, "measured"), (reference, "reference")):
            if not pd.api.types.is_numeric_dtype(table[METRIC_OF[mode]]):
                raise SchemaError(f"The column {METRIC_OF[mode]!r} of the table {name!r} does not hold numbers.")
    return both


def _without_own(measured: pd.DataFrame, by: str | Sequence[str] | None) -> pd.DataFrame:
    """Leave out columns of the traces that are called as those of a profile are."""
    taken = [name for name in _OWN if name in measured.columns]
    asked = [by] if isinstance(by, str) else list(by or [])
    for name in taken:
        if name in asked:
            raise SchemaError(f"by={name!r} is a column of the profile itself; rename that of the traces.")
    if taken:
        log.warning("Columns of the traces are left out, because a profile has its own: %s.", ", ".join(taken))
    return measured.drop(columns=taken)


def _unless_masked(rows: pd.DataFrame, modes: Sequence[str]) -> pd.DataFrame:
    """Take the numbers of all modes away where too little prose was left to measure some of them."""
    if "not_measured" not in rows.columns:
        return rows
    masked = rows["not_measured"].str.contains("masked_out", regex=False).fillna(False).to_numpy(dtype=bool)
    if masked.any():
        log.warning(
            "%d of %d %s are not scored: more than 60 %% of each is mathematics, code, addresses or identifiers.",
            masked.sum(),
            len(rows),
            "windows" if "window" in rows.columns else "traces",
        )
    return rows.assign(**{METRIC_OF[mode]: rows[METRIC_OF[mode]].mask(masked) for mode in modes})


def _is_number(name: str, rows: pd.DataFrame) -> bool:
    """Tell the metrics of a measured table from the columns of its traces."""
    return name in rows.attrs.get("traceviz", {}).get("metrics", [])


def _place(
    mode: str,
    rows: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    trace: NDArray[np.int64],
    n_traces: int,
    level: float,
) -> pd.DataFrame:
    """Place all traces in one mode."""
    number = rows[METRIC_OF[mode]].to_numpy(dtype=np.float64)
    normal = np.sort(reference[METRIC_OF[mode]].dropna().to_numpy(dtype=np.float64))
    many = np.bincount(trace[~np.isnan(number)], minlength=n_traces)
    order = np.lexsort((-np.nan_to_num(number, nan=-np.inf), trace))
    worst = order[np.flatnonzero(np.diff(trace[order], prepend=-1) > 0)]
    value = number[worst]
    below = np.searchsorted(normal, value, side="left")
    up_to = np.searchsorted(normal, value, side="right")
    # the largest of as many windows lies below, or is equal, which counts half
    share = ((below / max(len(normal), 1)) ** many + (up_to / max(len(normal), 1)) ** many) / 2
    p = 1 - (1 - (1 + len(normal) - below) / (len(normal) + 1)) ** many
    least = 1 - (1 - 1 / (len(normal) + 1)) ** many
    told = (many > 0) & (len(normal) > 0)
    table: dict[str, Any] = {
        "mode": [mode] * n_traces,
        "value": value,
        "percentile": np.where(told, 100 * share, np.nan),
        "flagged": pd.array(p < 1 - level, dtype="boolean"),
        "n_windows": many,
        "n_reference": np.full(n_traces, len(normal)),
    }
    table["flagged"][~told | (least >= 1 - level)] = pd.NA
    start = rows["start"].to_numpy(dtype=np.int64)[worst] if "window" in rows else np.zeros(n_traces, int)
    table["window_start"] = pd.array(start, dtype="Int64")
    table["window_start"][~told] = pd.NA
    return pd.DataFrame(table)


def _warn(table: pd.DataFrame) -> None:
    """Say how many places could not be flagged because the reference is small."""
    silent = (table["flagged"].isna() & table["percentile"].notna()).to_numpy(dtype=bool)
    if silent.any():
        log.warning(
            "%d of %d places in %s cannot be flagged: the reference has %d windows, too few for traces of %d.",
            silent.sum(),
            len(table),
            ", ".join(dict.fromkeys(table["mode"][silent])),
            table["n_reference"][silent].min(),
            table["n_windows"][silent].max(),
        )
