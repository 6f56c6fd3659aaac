"""Read a segments table back, with the texts it was made from or without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.detectors.detect import scenes
from traceviz.measures.sample import Sample
from traceviz.schema import FORMS, SEGMENTS, SchemaError, as_traces, check_columns
from traceviz.segments.pieces import from_table
from traceviz.texts import Texts


def samples(segments: pd.DataFrame, traces: Any, *, verb: str) -> Iterator[tuple[NDArray[Any], Sample]]:
    """Give the traces that a segments table holds, batch by batch: their ids, and a sample.

    Parameters
    ----------
    segments
        The segments table.  Segments of traces that are not given are left out.
    traces
        The traces it was made from, as `tv.segment` took them.  With None the texts are blank, of the right length:
        then only the pieces are known, and a byte is a code point.
    verb
        The verb that was called.

    Raises
    ------
    SchemaError
        When a table lacks a column, the segments do not tile their texts, or none belongs to the traces given.
    """
    check_columns(segments, SEGMENTS, name="segments", verb=verb)
    if not len(segments):
        return
    if traces is None:
        yield _blank(segments)
        return
    table = as_traces(traces, verb=verb)
    held = table["trace_id"].isin(segments["trace_id"]).to_numpy(dtype=bool)
    if len(table) and not held.any():
        raise SchemaError(
            f"{verb} was given segments of other traces: no trace_id of the traces occurs in the segments. "
            "tv.segment(traces) makes those that belong to them."
        )
    table = table[held]
    ids = table["trace_id"].astype(object).to_numpy()
    for first, scene in scenes(table, segments, FORMS):
        yield ids[first : first + len(scene.texts)], Sample(scene.texts, scene.pieces)


def _blank(segments: pd.DataFrame) -> tuple[NDArray[Any], Sample]:
    import pyarrow as pa

    length = segments.groupby("trace_id", sort=False, observed=True)["end"].max()
    offsets = np.concatenate([[0], np.cumsum(length.to_numpy(dtype=np.int64))])
    texts = Texts(np.full(offsets[-1], ord(" "), dtype=np.uint8), offsets, np.ones(len(length), dtype=bool))
    ids = length.index.to_numpy(dtype=object)
    return ids, Sample(texts, from_table(segments, texts, pa.array(ids)))


def columns_of(segments: pd.DataFrame, traces: Any, names: Sequence[str], *, verb: str) -> pd.DataFrame:
    """Give columns that belong to traces, one row a trace: from the traces table, or else from the segments.

    Raises
    ------
    SchemaError
        When neither table has one of the columns.
    """
    check_columns(segments, ["trace_id"], name="segments", verb=verb)
    own = as_traces(traces, verb=verb) if isinstance(traces, pd.DataFrame) else pd.DataFrame()
    missing = [name for name in names if name not in own.columns and name not in segments.columns]
    if missing:
        raise SchemaError(
            f"{verb} found no column '{missing[0]}', neither in the traces nor in the segments. The columns of a "
            f"trace stand in the traces table: {verb}(segments, traces, ...) takes it as the second argument."
        )
    ids = own["trace_id"] if "trace_id" in own.columns else segments["trace_id"]
    rows = ~segments["trace_id"].duplicated()
    found = pd.DataFrame(index=pd.Index(pd.unique(ids.astype(object)), name="trace_id"))
    for name in names:
        if name in own.columns:
            found[name] = own[name].array
        else:
            of_trace = pd.Series(segments.loc[rows, name].array, index=segments.loc[rows, "trace_id"].astype(object))
            found[name] = of_trace.reindex(found.index)
    return found


def check_made_by(table: pd.DataFrame, required: Sequence[str], *, maker: str, verb: str) -> None:
    """Refuse what is not the table that a verb makes, and say which columns it lacks.

    Raises
    ------
    SchemaError
        When ``table`` is no DataFrame or lacks one of the columns.
    """
    if not isinstance(table, pd.DataFrame):
        raise SchemaError(f"{verb} needs the table of {maker}, a pandas DataFrame, not {type(table).__name__}.")
    missing = [name for name in required if name not in table.columns]
    if missing:
        shown = ", ".join(f"'{name}'" for name in missing)
        raise SchemaError(f"{verb} needs the table of {maker} and this one lacks the columns {shown}.")
