"""Where two language detectors differ, and what that does to the numbers.

No detector is right everywhere, so a mixing number is worth what is left of it when another detector looks.  Two
detectors that agree may still be wrong together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.measures.measure import measure
from traceviz.schema import FORMS, SEGMENTS, STRING, SchemaError, as_traces, check_columns, log
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

#: Fewest traces for which ranks are compared.
_FEWEST_RANKED: Final = 3


class Disagreement(NamedTuple):
    """Where two detectors differ, and by how much each metric moves: two tables."""

    stretches: pd.DataFrame
    metrics: pd.DataFrame


def disagreement(
    segments_a: pd.DataFrame,
    segments_b: pd.DataFrame,
    traces: Any = None,
    *,
    metrics: str | Sequence[str] = "mixing",
) -> Disagreement:
    """Say where two detectors differ, and by how much each metric moves.

    Parameters
    ----------
    segments_a, segments_b
        What `tv.segment` made of the same traces with two detectors.  Traces that only one table has are left out,
        and a line says how many.
    traces
        These traces.  Without them letters are not counted and metrics not computed.
    metrics
        Metrics that are computed with either table: names or groups, as `tv.measure` takes them.

    Returns
    -------
    stretches : pandas.DataFrame
        Each stretch of a trace to which the two give different languages, in the order of the first table:
        ``trace_id, start, end, language_a, language_b, confidence_a, confidence_b, characters, letters``.  A language
        is missing where a detector takes the stretch for no language.  Detectors part a switch at different spaces:
        ``letters`` is 0 there, and missing without the traces.
    metrics : pandas.DataFrame
        Each metric over the traces for which both tables give a number: ``metric, mean_a, mean_b, difference`` (b
        less a), ``mean_absolute`` (the mean of the differences without their signs, which do not cancel out),
        ``spearman`` (do both put the traces into the same order; missing where either number is the same for all),
        ``n_traces``, and ``n_missing_a`` and ``n_missing_b``, the traces without a number.  No rows without the traces.

    Raises
    ------
    SchemaError
        When a table is no segments table, or the two are not of the same texts.

    Examples
    --------
    >>> import traceviz as tv
    >>> text = "So the answer is 答案是 here."
    >>> one, other = tv.segment(text), tv.segment(text, detector=lambda text: [(0, len(text), "en")])
    >>> differ = disagreement(one, other, text, metrics=["cmi", "i_index"])
    >>> differ.stretches[["start", "end", "language_a", "language_b", "letters"]]
       start  end language_a language_b  letters
    0     17   20         zh         en        3
    >>> differ.metrics[["metric", "mean_a", "mean_b", "difference"]].round(2)
        metric  mean_a  mean_b  difference
    0      cmi   37.50     0.0      -37.50
    1  i_index    0.29     0.0       -0.29
    """
    for segments in (segments_a, segments_b):
        check_columns(segments, SEGMENTS, name="segments", verb="tv.disagreement")
    table = None if traces is None else as_traces(traces, verb="tv.disagreement")
    ids = _shared(segments_a, segments_b)
    if table is not None:
        table = table[_names(table).isin(ids)]
        present = set(_names(table))
        ids = [name for name in ids if name in present]
    stretches = _stretches(_placed(segments_a, ids), _placed(segments_b, ids), ids)
    stretches["letters"] = _letters(stretches, table)
    moves = pd.DataFrame(_MOVES) if table is None else _moves(segments_a, segments_b, table, metrics)
    return Disagreement(stretches, moves)


#: Columns of the table of metrics.
_MOVES: Final[dict[str, Any]] = {
    "metric": pd.array([], dtype=STRING),
    **{name: np.empty(0, dtype=np.float64) for name in ("mean_a", "mean_b", "difference", "mean_absolute", "spearman")},
    **{name: np.empty(0, dtype=np.int64) for name in ("n_traces", "n_missing_a", "n_missing_b")},
}


class _Placed(NamedTuple):
    """A segments table in the order of the traces, on one line: each trace begins where the one before ended."""

    start: NDArray[np.int64]
    language: NDArray[np.object_]
    confidence: NDArray[np.float64]
    ends: NDArray[np.int64]


def _names(table: pd.DataFrame) -> pd.Index[Any]:
    return pd.Index(table["trace_id"].astype(object).map(str), dtype=object)


def _shared(segments_a: pd.DataFrame, segments_b: pd.DataFrame) -> list[str]:
    """Give the traces that both tables have, in the order of the first."""
    a, b = (dict.fromkeys(_names(segments)) for segments in (segments_a, segments_b))
    left_out = len(a.keys() ^ b.keys())
    if left_out:
        log.warning("%d of %d traces are in one of the two segments tables only.", left_out, len(a.keys() | b.keys()))
    return [name for name in a if name in b]


def _placed(segments: pd.DataFrame, ids: list[str]) -> _Placed:
    trace = pd.Index(ids, dtype=object).get_indexer(_names(segments))
    start, end = (segments[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    rows = np.flatnonzero(trace >= 0)
    rows = rows[np.lexsort((start[rows], trace[rows]))]
    trace, start, end = trace[rows], start[rows], end[rows]
    first = np.diff(trace, prepend=-1) > 0
    before = np.concatenate([[0], end[:-1]])[: len(end)]
    broken = np.flatnonzero(start != np.where(first, 0, before))
    if len(broken):
        raise SchemaError(
            f"The segments of trace {ids[trace[broken[0]]]!r} do not tile its text. Give tv.disagreement all rows that "
            "tv.segment made for a trace; filter the results, not the segments."
        )
    length = end[np.append(first[1:], True)] if len(end) else end
    ends = np.cumsum(length)
    chosen = segments.iloc[rows]
    return _Placed(
        start + np.repeat(ends - length, np.bincount(trace, minlength=len(ids))),
        np.array([tag if isinstance(tag, str) else None for tag in chosen["language"].tolist()], dtype=object),
        chosen["confidence"].to_numpy(dtype=np.float64),
        ends,
    )


def _stretches(a: _Placed, b: _Placed, ids: list[str]) -> pd.DataFrame:
    """Cut the line wherever either table has a border, and join the neighbours that differ in the same way."""
    other = np.flatnonzero(a.ends != b.ends)
    if len(other):
        raise SchemaError(
            f"The two segments tables are not of the same text: that of trace {ids[other[0]]!r} is longer in one. "
            "Make both from the same traces."
        )
    cut = np.unique(np.concatenate([a.start, b.start]))
    length = np.diff(cut, append=a.ends[-1:] if len(cut) else [])[: len(cut)]
    in_a, in_b = (np.searchsorted(side.start, cut, side="right") - 1 for side in (a, b))
    code, names = pd.factorize(np.concatenate([a.language[in_a], b.language[in_b]]))
    code_a, code_b = code[: len(cut)], code[len(cut) :]
    trace = np.searchsorted(a.ends, cut, side="right")
    differ = np.flatnonzero(code_a != code_b)
    same = (np.diff(cut[differ]) == length[differ][:-1]) & (np.diff(trace[differ]) == 0)
    same &= (np.diff(code_a[differ]) == 0) & (np.diff(code_b[differ]) == 0)
    begins = np.concatenate([[True], ~same])[: len(differ)]
    group = np.cumsum(begins) - 1
    first = differ[begins]
    characters = np.bincount(group, weights=length[differ], minlength=len(first)).astype(np.int64)
    base = np.concatenate([[0], a.ends])[trace[first]]
    tags = np.array([*names, None], dtype=object)  # -1, no language, is the last

    def confidence(side: _Placed, piece: NDArray[np.int64]) -> NDArray[np.float64]:
        total = np.bincount(group, weights=side.confidence[piece[differ]] * length[differ], minlength=len(first))
        return np.round(total / characters, 4)

    return pd.DataFrame(
        {
            "trace_id": pd.array(np.array(ids, dtype=object)[trace[first]], dtype=STRING),
            "start": cut[first] - base,
            "end": cut[first] - base + characters,
            "language_a": pd.array(tags[code_a[first]], dtype=STRING),
            "language_b": pd.array(tags[code_b[first]], dtype=STRING),
            "confidence_a": confidence(a, in_a),
            "confidence_b": confidence(b, in_b),
            "characters": characters,
        }
    )


def _letters(stretches: pd.DataFrame, table: pd.DataFrame | None) -> Any:
    """Count the letters of each stretch; missing where there is no text."""
    if table is None:
        return pd.array([None] * len(stretches), dtype="Int64")
    from traceviz.segments.kernels.characters import count_letters

    texts = Texts.from_column(table["reasoning"])
    ids = _names(table)
    text = ids.get_indexer(_names(stretches)).astype(np.int64)
    start, end = (stretches[name].to_numpy(dtype=np.int64) for name in ("start", "end"))
    order = np.lexsort((start, text))
    begin, stop = (texts.byte_positions(text[order], position[order]) for position in (start, end))
    outside = np.flatnonzero((begin < 0) | (stop < 0))
    if len(outside):
        raise SchemaError(
            f"The segments of trace {ids[text[order[outside[0]]]]!r} are longer than its text. Give "
            "tv.disagreement the traces that the segments were made from."
        )
    unicode = unicode_table()
    letters = np.empty(len(order), dtype=np.int64)
    letters[order] = count_letters(texts.buffer, begin, stop, unicode.page_of, unicode.kinds)
    return pd.array(letters, dtype="Int64")


def _moves(
    segments_a: pd.DataFrame, segments_b: pd.DataFrame, table: pd.DataFrame, metrics: str | Sequence[str]
) -> pd.DataFrame:
    """Compute the metrics with either table, and compare them trace by trace."""
    a, b = (measure(table, metrics=metrics, segments=segments, forms=FORMS) for segments in (segments_a, segments_b))
    rows = []
    for name in a.attrs["traceviz"]["metrics"]:
        one, other = a[name].to_numpy(dtype=np.float64), b[name].to_numpy(dtype=np.float64)
        both = ~np.isnan(one) & ~np.isnan(other)
        n_missing_a, n_missing_b = int(np.isnan(one).sum()), int(np.isnan(other).sum())
        one, other = one[both], other[both]
        moved = other - one
        mean_a, mean_b, difference, mean_absolute = (
            float(values.mean()) if len(values) else np.nan for values in (one, other, moved, np.abs(moved))
        )
        spearman = _spearman(one, other)
        rows.append((name, mean_a, mean_b, difference, mean_absolute, spearman, len(moved), n_missing_a, n_missing_b))
    if not rows:
        return pd.DataFrame(_MOVES)
    dtypes: dict[str, Any] = {name: values.dtype for name, values in _MOVES.items()}
    return pd.DataFrame(rows, columns=list(_MOVES)).astype(dtypes)


def _spearman(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Correlate ranks; missing for few traces, and where either number is the same for all."""
    if len(one) < _FEWEST_RANKED or np.ptp(one) == 0 or np.ptp(other) == 0:
        return np.nan
    rank, other_rank = (pd.Series(values).rank().to_numpy(dtype=np.float64) for values in (one, other))
    return float(np.corrcoef(rank, other_rank)[0, 1])
