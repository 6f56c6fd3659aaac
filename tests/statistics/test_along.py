from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import columns_of_texts

import traceviz as tv
from traceviz.schema import SEGMENTS, SchemaError
from traceviz.statistics.along import along

COLUMNS = ["bin", "start", "end", "group", "share", "low", "high", "n_traces"]


def made(trace: str, *pieces: tuple[str, str | None], quoted: tuple[int, ...] = ()) -> tuple[pd.DataFrame, str]:
    """Make the segments of one trace of (text, language); a text without a language is a formula."""
    rows, at = [], 0
    for number, (text, language) in enumerate(pieces):
        script = None if language is None else {"zh": "Han", "ru": "Cyrillic"}.get(language, "Latin")
        kind = "math" if language is None else "prose"
        rows.append((trace, at, at + len(text), kind, script, language, 1.0, number in quoted, False))
        at += len(text)
    return pd.DataFrame(rows, columns=list(SEGMENTS)).astype(SEGMENTS), "".join(text for text, _ in pieces)


def corpus(**traces: list[tuple[str, str | None]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    parts = [made(trace, *pieces) for trace, pieces in traces.items()]
    table = pd.DataFrame({"trace_id": list(traces), "reasoning": [text for _, text in parts]})
    return pd.concat([segments for segments, _ in parts], ignore_index=True), table


def test_letters_are_counted_where_they_stand() -> None:
    # 24 characters; four bins of six: "aaa aa", " bbb. ", "$x=5$ ", "дд cc "
    segments, traces = corpus(a=[("aaa aa bbb. ", "en"), ("$x=5$ ", None), ("дд ", "ru"), ("cc ", "en")])
    table = along(segments, traces, bins=4, cluster=None)
    assert list(table.columns) == COLUMNS
    assert table["share"].tolist() == [0.0, 0.0, pytest.approx(np.nan, nan_ok=True), 0.5]
    assert table["n_traces"].tolist() == [1, 1, 0, 1]
    assert table[["start", "end"]].to_numpy().tolist() == [[0, 0.25], [0.25, 0.5], [0.5, 0.75], [0.75, 1]]
    assert table["group"].tolist() == ["all"] * 4
    assert table.attrs["traceviz"]["along"]["unit"] == "letters"


def test_a_piece_is_cut_at_the_edges_of_the_bins() -> None:
    segments, traces = corpus(a=[("aaaa aaaa aaaa ", "en"), ("答案是六个", "zh")])
    shares = along(segments, traces, bins=2, cluster=None)["share"].tolist()  # 10 characters each
    assert shares == [0.0, pytest.approx(5 / 9)]


def test_without_the_traces_characters_are_counted() -> None:
    segments, _ = corpus(a=[("aaa aa bbb. ", "en"), ("$x=5$ ", None), ("дд ", "ru"), ("c c ", "en")])
    table = along(segments, bins=5, cluster=None)  # 25 characters: the last five are a space of ru and four of en
    assert table["share"].round(3).tolist()[:3] == [0.0, 0.0, 0.0]
    assert table["share"].tolist()[4] == pytest.approx(1 / 5)
    assert table.attrs["traceviz"]["along"]["unit"] == "characters"


def test_a_trace_counts_once_whatever_its_length() -> None:
    segments, traces = corpus(short=[("aa ", "en"), ("д", "ru"), (" aa", "en")], long=[("aaaa " * 100, "en")])
    table = along(segments, traces, bins=1, cluster=None)
    assert table["share"].tolist() == [pytest.approx((1 / 5 + 0) / 2)]
    assert table["n_traces"].tolist() == [2]


def test_quoted_text_counts_only_when_raw() -> None:
    segments, text = made("0", ("aaaa ", "en"), ("дддд ", "ru"), ("aaaa ", "en"), quoted=(1,))
    shares = [
        along(segments, given_traces, bins=1, cluster=None, what=what)["share"].item()
        for given_traces in (text, None)
        for what in ("foreign_share", "foreign_share_raw")
    ]
    assert shares == [0.0, pytest.approx(1 / 3), 0.0, pytest.approx(1 / 3)]


def test_a_trace_of_which_most_is_undetermined_is_left_out() -> None:
    segments, traces = corpus(a=[("aaa ", "en"), ("bbb bbb bbb ", "und")], b=[("aaa aaa ", "en")])
    for given_traces in (traces, None):
        assert along(segments, given_traces, bins=1, cluster=None)["n_traces"].tolist() == [1]


def test_groups_and_clusters() -> None:
    mixed, plain = [("aaaa ", "en"), ("дд ", "ru"), ("aa aa ", "en")], [("aaaa aaaa ", "en")]
    segments, traces = corpus(**{f"t{number}": mixed if number % 3 else plain for number in range(12)})
    traces = traces.assign(model=["b", "a"] * 6, question_id=[f"q{number // 4}" for number in range(12)])
    table = along(segments, traces, by="model", bins=3)
    assert table["group"].tolist() == ["a"] * 3 + ["b"] * 3
    compared = tv.compare(tv.measure(traces, segments=segments, metrics="foreign_share"), by="model")
    whole = along(segments, traces, by="model", bins=1)
    for column, other in (("share", "estimate"), ("low", "low"), ("high", "high"), ("n_traces", "n_traces")):
        assert whole[column].tolist() == pytest.approx(compared[other].tolist())
    assert along(segments, traces, by=["model", "question_id"], bins=1)["group"].tolist()[:2] == ["a · q0", "a · q1"]


def test_with_many_questions_the_interval_is_that_of_compare_too() -> None:
    rng = np.random.default_rng(0)
    pieces = {
        f"t{number}": [("aaaa " * 8, "en"), ("дд " * int(rng.integers(0, 9)), "ru"), ("aa", "en")]
        for number in range(40)
    }
    segments, traces = corpus(**{trace: [piece for piece in parts if piece[0]] for trace, parts in pieces.items()})
    traces = traces.assign(model="m", question_id=[f"q{number // 2}" for number in range(40)])
    whole = along(segments, traces, bins=1)
    compared = tv.compare(tv.measure(traces, segments=segments, metrics="foreign_share"), by="model")
    found, wanted = whole[["share", "low", "high"]], compared[["estimate", "low", "high"]]
    assert found.to_numpy().tolist()[0] == pytest.approx(wanted.to_numpy().tolist()[0])
    assert whole["low"].item() < whole["share"].item() < whole["high"].item()
    pd.testing.assert_frame_equal(whole, along(segments, traces, bins=1))
    assert not along(segments, traces, bins=1, seed=1)["low"].equals(whole["low"])


def test_a_text_with_fewer_characters_than_bins() -> None:
    segments, traces = corpus(a=[("ab", "en"), ("д", "ru")])
    table = along(segments, traces, bins=7, cluster=None)
    assert table["n_traces"].sum() == 3
    assert table["share"].dropna().tolist() == [0.0, 0.0, 1.0]


def test_columns_and_dtypes_do_not_depend_on_the_data() -> None:
    full = along(tv.segment(["So we get it."]), ["So we get it."], cluster=None)
    for texts in ([], [""], [None, "`x`"]):
        table = along(tv.segment(texts), texts, cluster=None)
        assert table.dtypes.to_dict() == full.dtypes.to_dict()
        assert table["share"].isna().all()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, r"tv.along found no column 'question_id', neither in the traces nor in the segments"),
        ({"by": "model", "cluster": None}, r"found no column 'model'"),
        ({"bins": 0, "cluster": None}, r"bins=0 is no number of bins; 20 is usual"),
        ({"what": "cmi", "cluster": None}, r"what='cmi' is not known; choose one of 'foreign_share'"),
        ({"draws": 0, "cluster": None}, r"draws=0 is no number of bootstrap draws"),
        ({"seed": -1, "cluster": None}, r"seed=-1 is negative"),
        ({"confidence": 95, "cluster": None}, r"confidence=95 is no share between 0 and 1"),
    ],
)
def test_what_is_refused(arguments: dict[str, Any], said: str) -> None:
    segments, traces = corpus(a=[("aaa ", "en")])
    with pytest.raises(SchemaError, match=said):
        along(segments, traces, **arguments)


def test_the_input_is_left_alone() -> None:
    segments, traces = corpus(a=[("aaa ", "en"), ("дд ", "ru")])
    before = segments.copy(), traces.copy()
    along(segments, traces, bins=3, cluster=None)
    pd.testing.assert_frame_equal(segments, before[0])
    pd.testing.assert_frame_equal(traces, before[1])


@given(columns_of_texts(), st.integers(1, 9))
def test_one_bin_is_the_metric_and_more_bins_stay_in_range(texts: list[str | None], bins: int) -> None:
    segments = tv.segment(texts)
    metric = tv.measure(texts, segments=segments, metrics="foreign_share")["foreign_share"]
    for given_traces in (texts, None):
        table = along(segments, given_traces, bins=bins, cluster=None, draws=20)
        shares = table["share"].dropna()
        assert shares.between(0, 1).all()
        assert (table["n_traces"] <= len(texts)).all()
    whole = along(segments, texts, bins=1, cluster=None, draws=20)
    if len(whole):
        assert whole["share"].item() == pytest.approx(metric.mean(), nan_ok=True)
        assert whole["n_traces"].item() == metric.notna().sum()
