"""The verb `concordance`: random hits with their context, one a line."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np
import pandas as pd

from traceviz.schema import STRING, as_traces, check_columns
from traceviz.texts import replace_lone_surrogates

_WHITE_SPACE: Final = re.compile(r"\s+")


def concordance(spans: pd.DataFrame, traces: Any, *, n: int = 20, context: int = 40, seed: int = 0) -> pd.DataFrame:
    """Show random hits with what stands around them: the first thing to look at before trusting a number.

    Parameters
    ----------
    spans
        The spans of `tv.detect`.
    traces
        The traces they were found in.
    n
        How many hits to draw; all of them, if there are fewer.
    context
        Code points to each side.  Runs of white space are shown as one space.
    seed
        Seed of the draw; the same seed gives the same hits.

    Returns
    -------
    pandas.DataFrame
        ``trace_id, mode, label, left, hit, right, score``, in the order of the spans.

    Raises
    ------
    SchemaError
        When a table lacks a column.

    Examples
    --------
    >>> from traceviz.detectors.detect import detect
    >>> text = "So we get 六个苹果 in the end."
    >>> concordance(detect(text), text)[["left", "hit", "right", "label"]]
             left   hit         right label
    0  So we get   六个苹果   in the end.    zh
    """
    check_columns(spans, ["trace_id", "start", "end", "mode", "label", "score"], name="spans", verb="tv.concordance")
    table = as_traces(traces, verb="tv.concordance")
    ids = table["trace_id"].map(str)  # the spans hold ids as strings, whatever they are in the user's table
    known = spans[spans["trace_id"].isin(ids)]
    drawn = np.sort(np.random.default_rng(seed).permutation(len(known))[: max(n, 0)])
    hits = known.iloc[drawn]
    wanted = ids.isin(hits["trace_id"])
    texts = {
        trace_id: replace_lone_surrogates(text)[0]
        for trace_id, text in zip(ids[wanted], table.loc[wanted, "reasoning"], strict=True)
        if isinstance(text, str)
    }
    rows: list[tuple[str, str, str]] = []
    for trace_id, start, end in zip(hits["trace_id"], hits["start"], hits["end"], strict=True):
        text = texts.get(trace_id, "")
        rows.append(
            (
                _one_line(text[max(0, start - context) : start]),
                _one_line(text[start:end]),
                _one_line(text[end : end + context]),
            )
        )
    left, hit, right = ([row[k] for row in rows] for k in range(3))
    return pd.DataFrame(
        {
            "trace_id": hits["trace_id"].to_numpy(),
            "mode": hits["mode"].to_numpy(),
            "label": hits["label"].to_numpy(),
            "left": left,
            "hit": hit,
            "right": right,
            "score": hits["score"].to_numpy(),
        }
    ).astype(dict.fromkeys(["trace_id", "mode", "label", "left", "hit", "right"], STRING))


def _one_line(text: str) -> str:
    return _WHITE_SPACE.sub(" ", text)
