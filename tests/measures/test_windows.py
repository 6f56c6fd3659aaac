"""Windows hold what stands in the whole, cut and nothing else."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.measures.windows import cut
from traceviz.schema import SchemaError
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts

texts = st.lists(st.text(st.sampled_from("ab .,x=1$我们和é\U0001f389\n`"), max_size=40), min_size=1, max_size=5)


@settings(deadline=None, max_examples=60)
@given(texts, st.integers(1, 15))
def test_windows_tile_and_so_do_their_pieces(strings: list[str], size: int) -> None:
    batch = Texts.of(list(strings))
    pieces = pieces_of(batch, None)
    windows = cut(batch, pieces, size)
    for i, text in enumerate(strings):
        own = np.flatnonzero(windows.text == i)
        expected = [text] if len(text) < size else [text[k : k + size] for k in range(0, len(text) - size + 1, size)]
        assert [windows.texts[int(k)] for k in own] == expected
        assert windows.start[own].tolist() == [k * size for k in range(len(expected))]
    got = windows.pieces
    for k in range(len(windows.texts)):
        inside = slice(got.by_text[k], got.by_text[k + 1])
        edges = [windows.texts.offsets[k], *got.end[inside].tolist()]
        assert edges[1:-1] == got.start[inside].tolist()[1:]
        assert edges[-1] == windows.texts.offsets[k + 1]
    # each byte of a window has the kind and language that it has in the whole
    for k, i in enumerate(windows.text.tolist()):
        begin = int(batch.byte_positions(np.array([i]), windows.start[k : k + 1])[0])
        for piece in range(got.by_text[k], got.by_text[k + 1]):
            at = int(got.start[piece] - windows.texts.offsets[k]) + begin
            whole = int(np.searchsorted(pieces.start, at, side="right")) - 1
            assert (got.kind[piece], got.language[piece]) == (pieces.kind[whole], pieces.language[whole])


SENTENCE = "We add the two numbers and check the sum again before we go on to the next step. "


def test_measured_windows() -> None:
    table = pd.DataFrame({"trace_id": ["a", "b"], "reasoning": [SENTENCE * 9, "Too short."], "model": ["m", "n"]})
    measured = tv.measure(table, metrics=["words", "foreign_share"], window=300)
    assert measured[["trace_id", "model", "window", "start", "end"]].to_numpy().tolist() == [
        ["a", "m", 0, 0, 300],
        ["a", "m", 1, 300, 600],
        ["b", "n", 0, 0, 10],
    ]
    assert measured["reasoning"][1] == (SENTENCE * 9)[300:600]
    assert measured["foreign_share"].isna().tolist() == [False, False, True]
    assert "foreign_share: too_short" in measured["not_measured"][2]


def test_missing_reasoning_is_no_window_with_numbers() -> None:
    table = tv.load([{"reasoning": SENTENCE * 3, "id": "a"}, {"answer": "4", "id": "b"}])
    measured = tv.measure(table, metrics="words", window=100)
    assert measured.groupby("trace_id")["window"].count().to_dict() == {"0": 2, "1": 1}
    assert measured[measured["trace_id"] == "1"]["words"].isna().all()


def test_a_whole_trace_in_one_window_has_the_numbers_of_the_trace() -> None:
    whole = tv.measure([SENTENCE * 5])
    one = tv.measure([SENTENCE * 5], window=100_000)
    pd.testing.assert_frame_equal(one.drop(columns=["window", "start", "end"]), whole, check_dtype=False)


def test_no_traces_are_no_windows() -> None:
    measured = tv.measure([], metrics="modes", window=2_500)
    assert {"window", "start", "end", "loop_share"} <= set(measured.columns)
    assert tv.profile(measured).empty


def test_a_long_trace_is_not_copied_for_each_of_its_windows() -> None:
    traces = tv.load([{"reasoning": SENTENCE * 12_000, "id": "a"}])  # a megabyte, of 500 windows
    before = pa.default_memory_pool().max_memory()
    assert len(tv.measure(traces, metrics="words", window=2_000)) > 400
    assert pa.default_memory_pool().max_memory() - before < 200e6


@pytest.mark.parametrize("window", [0, -5, 2.5, "5000", True])
def test_what_is_no_size_is_refused(window: object) -> None:
    with pytest.raises(SchemaError, match="is no number of characters"):
        tv.measure("text", window=window)


def test_spans_of_whole_traces_are_refused() -> None:
    with pytest.raises(SchemaError, match="leave out spans"):
        tv.measure("text", window=100, spans=tv.detect("text"))
