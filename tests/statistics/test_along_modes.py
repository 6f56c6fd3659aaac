"""Shares of modes along the trace, against a count character by character."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.schema import SchemaError

TEXTS = st.lists(st.text(st.sampled_from("ab →★é我 .\U0001f389"), max_size=30), min_size=1, max_size=4)


def by_hand(texts: list[str], bins: int, align: str, width: int) -> list[list[float]]:
    rows = []
    spans = tv.detect(texts, modes=["symbols"])
    for i, text in enumerate(texts):
        inside = np.zeros(len(text))
        for span in spans[spans["trace_id"] == str(i)].itertuples():
            inside[span.start : span.end] = 1
        row = []
        for k in range(bins):
            if align == "whole":
                part = inside[len(text) * k // bins : len(text) * (k + 1) // bins]
            elif align == "start":
                part = inside[k * width : (k + 1) * width] if (k + 1) * width <= len(text) else inside[:0]
            else:
                begin = len(text) - (bins - k) * width
                part = inside[begin : begin + width] if begin >= 0 else inside[:0]
            row.append(part.mean() if len(part) else np.nan)
        rows.append(row)
    return rows


@settings(deadline=None, max_examples=80)
@given(TEXTS, st.integers(1, 6), st.sampled_from(["whole", "start", "end"]), st.integers(1, 9))
def test_against_a_count_by_character(texts: list[str], bins: int, align: str, width: int) -> None:
    assume(any(texts))  # a table without a segment has no rows
    options = {"what": "symbols", "bins": bins, "align": align, "width": width, "cluster": None, "draws": 1}
    table = tv.along(tv.segment(texts), texts, **options)
    rows = np.array(by_hand(texts, bins, align, width), dtype=float)
    expected = [np.mean(column[~np.isnan(column)]) if (~np.isnan(column)).any() else np.nan for column in rows.T]
    assert table["share"].tolist() == pytest.approx(expected, nan_ok=True)
    assert table["n_traces"].tolist() == (~np.isnan(rows)).sum(axis=0).tolist()


def test_bins_from_the_end_count_back() -> None:
    text = "We add the numbers and check. " * 10 + "★★★★★"
    table = tv.along(tv.segment([text]), [text], what="symbols", align="end", width=10, bins=3, cluster=None, draws=1)
    assert table[["start", "end"]].to_numpy().tolist() == [[-30, -20], [-20, -10], [-10, 0]]
    assert table["share"].tolist() == [0, 0, 0.5]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"what": "symbols"}, "needs the traces"),
        ({"what": "symbls"}, "what='symbls' is not known"),
        ({"align": "middle"}, "align='middle' is not known"),
        ({"align": "end"}, "is for modes"),
        ({"width": 0, "what": "symbols"}, "needs the traces|is no number of characters"),
    ],
)
def test_what_makes_no_sense_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        tv.along(tv.segment("We add."), cluster=None, **arguments)
