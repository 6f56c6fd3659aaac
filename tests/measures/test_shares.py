from __future__ import annotations

import pandas as pd
import pytest

import traceviz as tv
from traceviz.schema import SchemaError

COLUMNS = ["trace_id", "language", "script", "letters", "words", "characters", "share"]


def test_counts_of_a_text_that_was_counted_by_hand() -> None:
    text = "So the answer is 答案是六个苹果"  # the space between belongs to the language with more words
    table = tv.shares(tv.segment(text), text)
    assert list(table.columns) == COLUMNS
    assert table.to_numpy().tolist() == [
        ["0", "en", "Latin", 13, 4, 16, pytest.approx(16 / 24)],
        ["0", "zh", "Han", 7, 7, 8, pytest.approx(8 / 24)],
    ]


def test_without_the_traces_letters_and_words_are_missing() -> None:
    table = tv.shares(tv.segment("So the answer is 答案是六个苹果"))
    assert table[["letters", "words"]].isna().all(axis=None)
    assert table["characters"].tolist() == [16, 8]


def test_shares_of_a_trace_add_up_to_one_and_what_is_masked_is_no_prose() -> None:
    texts = ["So we get 六个苹果 und wir haben `code` fertig.", "`only code`", "", "plain text here"]
    table = tv.shares(tv.segment(texts), texts)
    assert table.groupby("trace_id")["share"].sum().to_dict() == {"0": pytest.approx(1), "3": 1.0}


def test_traces_stand_in_the_order_of_the_segments() -> None:
    traces = pd.DataFrame({"trace_id": ["z", "a"], "reasoning": ["So we get 六个.", "我们先计算这个 and then"]})
    table = tv.shares(tv.segment(traces), traces)
    assert table["trace_id"].tolist() == ["z", "z", "a", "a"]
    assert set(table["language"]) == {"en", "zh"}
    for _, rows in table.groupby("trace_id"):
        assert rows["characters"].is_monotonic_decreasing


def test_ids_that_are_numbers() -> None:
    traces = pd.DataFrame({"trace_id": [7, 8], "reasoning": ["So we get it.", "我们先计算"]})
    assert tv.shares(tv.segment(traces), traces)["words"].tolist() == [4, 5]


def test_no_segments_give_an_empty_table() -> None:
    assert list(tv.shares(tv.segment([]), []).columns) == COLUMNS
    assert tv.shares(tv.segment(["", "`x = 1`"])).empty


def test_quoted_words_are_counted() -> None:
    traces = pd.DataFrame({"reasoning": ["The words Закрой дверь mean close the door."], "prompt": ["Закрой дверь?"]})
    segments = tv.segment(traces)
    assert segments["quoted"].any()
    assert tv.shares(segments, traces)["words"].tolist() == [6, 2]


def test_a_table_that_is_no_segments_table_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"tv.shares needs the segments table with the columns.*tv.segment"):
        tv.shares(pd.DataFrame({"trace_id": ["a"]}))
