from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import traceviz as tv
from traceviz.schema import STRING, SchemaError

COLUMNS = ["trace_id", "mode", "label", "left", "hit", "right", "score"]
TEXTS = [f"In step {i} we get 六个苹果 and then we go on, then number {i} comes → here." for i in range(12)]


def spans_of(*rows: tuple[str, int, int]) -> pd.DataFrame:
    return pd.DataFrame(
        [(trace, start, end, "switch", "zh", 1.0) for trace, start, end in rows],
        columns=["trace_id", "start", "end", "mode", "label", "score"],
    )


def rows(hits: pd.DataFrame) -> list[list[Any]]:
    return hits[["trace_id", "left", "hit", "right"]].to_numpy().tolist()


def test_columns_and_context() -> None:
    hits = tv.concordance(spans_of(("0", 3, 5)), ["abcdefgh"], context=2)
    assert list(hits.columns) == COLUMNS
    assert rows(hits) == [["0", "bc", "de", "fg"]]
    assert all(hits[name].dtype == STRING for name in COLUMNS[:-1])


def test_context_ends_at_the_edges_of_the_text() -> None:
    spans = spans_of(("0", 0, 2), ("0", 6, 8), ("0", 0, 8))
    assert rows(tv.concordance(spans, ["abcdefgh"], context=100)) == [
        ["0", "", "ab", "cdefgh"],
        ["0", "abcdef", "gh", ""],
        ["0", "", "abcdefgh", ""],
    ]


def test_no_context() -> None:
    assert rows(tv.concordance(spans_of(("0", 3, 5)), ["abcdefgh"], context=0)) == [["0", "", "de", ""]]


def test_runs_of_white_space_are_one_space() -> None:
    text = "a\n\n\tb [x\r\n\u2028y] c\u00a0 d"
    assert rows(tv.concordance(spans_of(("0", 6, 13)), [text])) == [["0", "a b ", "[x y]", " c d"]]


def test_offsets_hold_with_lone_surrogates_and_astral_characters() -> None:
    assert rows(tv.concordance(spans_of(("0", 2, 4)), ["😀\ud83dxy\udc00"], context=2)) == [
        ["0", "😀\ufffd", "xy", "\ufffd"]
    ]


def test_the_same_seed_gives_the_same_hits_in_the_order_of_the_spans() -> None:
    spans = tv.detect(TEXTS)
    assert len(spans) == 24
    first = tv.concordance(spans, TEXTS, n=5, seed=3)
    pd.testing.assert_frame_equal(first, tv.concordance(spans, TEXTS, n=5, seed=3))
    assert len(first) == 5
    assert first["trace_id"].astype(int).is_monotonic_increasing
    draws = [tuple(map(tuple, rows(tv.concordance(spans, TEXTS, n=5, seed=seed)))) for seed in range(5)]
    assert len(set(draws)) > 1


def test_the_draw_is_spread_over_all_spans() -> None:
    spans = tv.detect(TEXTS, modes=["switch"])
    seen = {row[0] for seed in range(40) for row in rows(tv.concordance(spans, TEXTS, n=2, seed=seed))}
    assert seen == {str(i) for i in range(12)}


@pytest.mark.parametrize("n", [24, 25, 10_000])
def test_more_than_there_are_gives_all(n: int) -> None:
    spans = tv.detect(TEXTS)
    hits = tv.concordance(spans, TEXTS, n=n)
    assert hits["hit"].tolist() == ["六个苹果", "→"] * 12


@pytest.mark.parametrize("n", [0, -1])
def test_none_wanted_gives_an_empty_table(n: int) -> None:
    hits = tv.concordance(tv.detect(TEXTS), TEXTS, n=n)
    assert list(hits.columns) == COLUMNS
    assert hits.empty


def test_spans_of_traces_that_were_not_given_are_left_out() -> None:
    spans = spans_of(("0", 0, 1), ("7", 0, 1), ("1", 0, 1))
    assert rows(tv.concordance(spans, ["ab", "cd"])) == [["0", "", "a", "b"], ["1", "", "c", "d"]]


def test_ids_that_are_numbers_in_the_traces_are_found() -> None:
    traces = pd.DataFrame({"trace_id": [10, 20], "reasoning": ["So we get 六个苹果 in the end.", "nothing"]})
    assert rows(tv.concordance(tv.detect(traces), traces)) == [["10", "So we get ", "六个苹果", " in the end."]]


def test_a_trace_without_reasoning_has_no_context() -> None:
    traces = pd.DataFrame({"trace_id": ["a"], "reasoning": pd.Series([None], dtype=object)})
    assert rows(tv.concordance(spans_of(("a", 0, 1)), traces)) == [["a", "", "", ""]]


def test_no_spans_give_an_empty_table() -> None:
    hits = tv.concordance(tv.detect("plain"), "plain")
    assert list(hits.columns) == COLUMNS
    assert hits.empty


def test_a_table_that_is_no_spans_table_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"tv.concordance needs the spans table.*'mode', 'label', 'score'.*tv.detect"):
        tv.concordance(pd.DataFrame({"trace_id": [], "start": [], "end": []}), ["a"])
