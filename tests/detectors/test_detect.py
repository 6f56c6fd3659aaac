from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.detectors.detect import DETECTORS
from traceviz.schema import SPANS, SchemaError

HOSTILE = [
    "",
    "  \n\t ",
    "a",
    "我",
    "∑∀→★ ⇒",
    "12 345 6.7",
    "我们先计算这个数列的和，然后再检查一遍。",
    "เราต้องคำนวณผลรวมก่อน",
    "So 我们 计算 the сумма of it → 🎉\u200b!",
    "wait no " * 20,
    "qwzx vbrtl kjhgf",
    "a\ud83db \udc00",
    "a\x00b\x00",
    "```python\nx → 1\n```",
    "$$\\frac{1}{2} ⊢$$",
    "Rule says cat eat fish so answer cat.",
    "so we stop.<|im_end|>",
    "So weadd thesum ofthe two numbers and thenwego on.",
    "Then der кассир tiga nous berühmt sum mutta ülke we add.",
    "Numbers the then add we step to the of before sum check two it in next.",
    None,
]

pieces = st.sampled_from(
    [
        "so we get ",
        "答案是六",
        "→",
        "🎉",
        "\u200b",
        "wait no ",
        "`x`",
        "$y$",
        "\n",
        "é",
        "Ответ да ",
        "\ufeff",
        "1",
        "\x00",
    ]
)
texts = st.lists(pieces, max_size=12).map("".join)


def test_the_table_has_the_columns_and_dtypes_of_the_schema() -> None:
    for data in (HOSTILE, [], [""], pd.DataFrame({"reasoning": pd.Series([], dtype=object)})):
        spans = tv.detect(data)
        assert list(spans.columns) == list(SPANS)
        assert spans.dtypes.to_dict() == {name: pd.api.types.pandas_dtype(dtype) for name, dtype in SPANS.items()}


def test_spans_lie_inside_their_text_and_hold_something() -> None:
    spans = tv.detect(HOSTILE)
    assert set(spans["mode"]) == set(DETECTORS)
    for row in spans.itertuples():
        text = HOSTILE[int(row.trace_id)]
        assert text is not None
        assert 0 <= row.start < row.end <= len(text)
        assert row.score > 0


def test_order_is_by_trace_start_and_mode_and_not_by_id() -> None:
    text = "So we get ⇒ 六个苹果 ⇒ and we are done\u200b."
    traces = pd.DataFrame({"trace_id": ["z", "a"], "reasoning": [text, text]})
    spans = tv.detect(traces, modes=list(reversed(DETECTORS)))
    assert spans["trace_id"].tolist() == ["z"] * 4 + ["a"] * 4
    for _, found in spans.groupby("trace_id"):
        assert found["start"].is_monotonic_increasing
    assert spans["mode"].tolist()[:4] == ["symbols", "switch", "symbols", "hidden_characters"]


def test_one_mode_gives_the_rows_of_that_mode() -> None:
    everything = tv.detect(HOSTILE)
    for mode in DETECTORS:
        one = tv.detect(HOSTILE, modes=[mode])
        expected = everything[everything["mode"] == mode].reset_index(drop=True)
        pd.testing.assert_frame_equal(one, expected)


def test_an_unknown_mode_is_refused_with_the_choices() -> None:
    with pytest.raises(SchemaError, match="modes='swich' is not known; choose one of 'switch', 'symbols', 'to"):
        tv.detect("text", modes=["swich"])


@pytest.mark.parametrize("data", [3, {"reasoning": "a"}, [1], [{"a": 1}], b"bytes"])
def test_what_is_no_traces_table_is_refused(data: Any) -> None:
    with pytest.raises(SchemaError, match=r"tv\.detect"):
        tv.detect(data)


def test_two_traces_of_one_id_are_refused() -> None:
    with pytest.raises(SchemaError, match="trace_id of their own, and 'x' occurs 2 times"):
        tv.detect(pd.DataFrame({"trace_id": ["x", "x"], "reasoning": ["a", "b"]}))


def test_segments_of_another_text_are_refused() -> None:
    segments = tv.segment("A much longer text than the other one.")
    with pytest.raises(SchemaError, match=r"lies outside its text.*tv.segment"):
        tv.detect("short", segments=segments)


def test_segments_given_and_computed_give_the_same_spans() -> None:
    segments = tv.segment(HOSTILE)
    before = segments.copy(deep=True)
    pd.testing.assert_frame_equal(tv.detect(HOSTILE, segments=segments), tv.detect(HOSTILE))
    shuffled = segments.sample(frac=1, random_state=0)
    pd.testing.assert_frame_equal(tv.detect(HOSTILE, segments=shuffled), tv.detect(HOSTILE))
    pd.testing.assert_frame_equal(segments, before)


def test_traces_are_not_touched() -> None:
    traces = pd.DataFrame({"trace_id": [7, 8], "reasoning": ["So 六个苹果.", None], "mine": [1, 2]}, index=[5, 5])
    before = traces.copy(deep=True)
    spans = tv.detect(traces)
    pd.testing.assert_frame_equal(traces, before)
    assert spans["trace_id"].tolist() == ["7"]


def test_provenance_says_what_the_spans_were_made_with() -> None:
    facts = tv.detect("So 六个苹果.").attrs["traceviz"]
    assert facts["detector"] == "traceviz"
    assert {"version", "unicode", "language_model"} <= set(facts)


def test_other_forms_are_analysed_only_when_asked_for(caplog: pytest.LogCaptureFixture) -> None:
    traces = pd.DataFrame({"reasoning": ["So 六个苹果."] * 2, "reasoning_form": ["raw", "summary"]})
    assert tv.detect(traces, modes=["switch"])["trace_id"].tolist() == ["0"]
    assert "1 of 2 traces were not analysed, because they do not hold raw reasoning (1 summary)" in caplog.text
    assert tv.detect(traces, modes=["switch"], forms=["raw", "summary"])["trace_id"].tolist() == ["0", "1"]


@settings(max_examples=40, deadline=None)
@given(st.lists(texts, min_size=1, max_size=5))
def test_a_batch_gives_what_single_texts_give(batch: list[str]) -> None:
    together = tv.detect(batch)
    for i, text in enumerate(batch):
        alone = tv.detect(text).drop(columns="trace_id")
        mine = together[together["trace_id"] == str(i)].drop(columns="trace_id").reset_index(drop=True)
        pd.testing.assert_frame_equal(mine, alone, check_index_type=False)
