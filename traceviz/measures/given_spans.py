"""Spans that the caller has already: their table read back as evidence."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence
from traceviz.schema import SPANS, SchemaError, check_columns, log
from traceviz.texts import Texts


def check_spans(spans: pd.DataFrame, traces: pd.DataFrame) -> None:
    """Refuse a table that holds no spans, and say if none is of these traces.

    Raises
    ------
    SchemaError
        When a column is missing, or a place or a score is no number.
    """
    check_columns(spans, SPANS, name="spans", verb="tv.measure")
    for name in ("start", "end", "score"):
        if not pd.api.types.is_numeric_dtype(spans[name]) or spans[name].isna().any():
            raise SchemaError(f"The column {name!r} of the spans has to hold a number in each row.")
    if len(spans) and not spans["trace_id"].isin(traces["trace_id"].map(str)).any():
        log.warning("None of the %d spans is of one of these traces: no trace_id occurs in both tables.", len(spans))


def evidence_of(spans: pd.DataFrame, texts: Texts, ids: Any) -> dict[str, Evidence]:
    """Read the spans of a batch back from their table, by mode."""
    place = pd.Index(ids.to_pandas()).get_indexer(spans["trace_id"].astype(object))
    found = {}
    # A mode that was looked for and not found has no row, and is not looked for again.
    modes = dict.fromkeys([*spans.attrs.get("traceviz", {}).get("modes", []), *spans["mode"].astype(object)])
    for mode in modes:
        rows = np.flatnonzero((place >= 0) & (spans["mode"] == mode).to_numpy(dtype=bool))
        begin = spans["start"].to_numpy(dtype=np.int64)
        rows = rows[np.lexsort((begin[rows], place[rows]))]
        text: NDArray[np.int64] = place[rows].astype(np.int64)
        chosen = spans.iloc[rows]
        start, end = _bytes(texts, text, chosen["start"]), _bytes(texts, text, chosen["end"])
        outside = np.flatnonzero((start < 0) | (end < start))
        if len(outside):
            span = chosen.iloc[outside[0]]
            raise SchemaError(
                f"The span {span['start']}-{span['end']} of trace {span['trace_id']!r} lies outside its text. "
                "Spans count code points of the reasoning they were found in; find them again with tv.detect(traces)."
            )
        label = tuple(chosen["label"].fillna("").astype(str))
        found[str(mode)] = Evidence(text, start, end, label, chosen["score"].to_numpy(dtype=np.float64))
    return found


def _bytes(texts: Texts, text: NDArray[np.int64], position: pd.Series[Any]) -> NDArray[np.int64]:
    """Translate code points in any order, since a user's own spans may lie in one another."""
    code_point = position.to_numpy(dtype=np.int64)
    order = np.lexsort((code_point, text))
    found = np.empty(len(order), dtype=np.int64)
    found[order] = texts.byte_positions(text[order], code_point[order])
    return found
