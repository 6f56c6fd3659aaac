from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import traceviz as tv
from traceviz.measures.registry import DEFAULT, names
from traceviz.schema import SchemaError

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "traces.jsonl"


@pytest.fixture(scope="module")
def samples() -> pd.DataFrame:
    return tv.load(SAMPLES)


def one(text: str | None, metrics: Any, **more: Any) -> pd.Series[Any]:
    return tv.measure([text], metrics=metrics, **more).iloc[0]


# --- what comes in goes out -------------------------------------------------------------------------------------


def test_columns_order_and_index_of_the_user_stay() -> None:
    traces = pd.DataFrame(
        {
            "mine": [1, 2, 3],
            "trace_id": ["z", "a", "m"],
            "reasoning": ["we go", None, "六个苹果"],
            "Ω": [[1], {}, None],
        },
        index=[5, 5, "x"],
    )
    before = traces.copy(deep=True)
    measured = tv.measure(traces)
    assert list(measured.columns) == ["mine", "trace_id", "reasoning", "Ω", *DEFAULT, "not_measured"]
    pd.testing.assert_frame_equal(measured[list(before.columns)], before)
    pd.testing.assert_frame_equal(traces, before)
    assert measured["words"].tolist()[::2] == [2.0, 4.0]
    assert all(measured[name].dtype == np.float64 for name in DEFAULT)


def test_segments_and_spans_are_not_touched(samples: pd.DataFrame) -> None:
    segments, spans = tv.segment(samples), tv.detect(samples)
    copies = segments.copy(deep=True), spans.copy(deep=True), samples.copy(deep=True)
    tv.measure(samples, metrics="all", segments=segments, spans=spans)
    for table, copy in zip((segments, spans, samples), copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)


def test_no_traces_give_a_table_without_rows() -> None:
    measured = tv.measure([])
    assert list(measured.columns) == ["trace_id", "reasoning", *DEFAULT, "not_measured"]
    assert measured.empty


def test_given_and_computed_segments_and_spans_give_the_same_numbers(samples: pd.DataFrame) -> None:
    segments = tv.segment(samples)
    spans = tv.detect(samples, segments=segments)
    computed = tv.measure(samples, metrics="all")
    for given in ({"segments": segments}, {"spans": spans}, {"segments": segments, "spans": spans}):
        pd.testing.assert_frame_equal(tv.measure(samples, metrics="all", **given), computed)
    shuffled = {"segments": segments.sample(frac=1, random_state=1), "spans": spans.sample(frac=1, random_state=2)}
    pd.testing.assert_frame_equal(tv.measure(samples, metrics="all", **shuffled), computed)


def test_a_part_of_the_traces_has_the_numbers_of_the_whole(samples: pd.DataFrame) -> None:
    segments, spans = tv.segment(samples), tv.detect(samples)
    part = samples.iloc[[30, 4, 11]]
    expected = tv.measure(samples, metrics="all").iloc[[30, 4, 11]]
    pd.testing.assert_frame_equal(tv.measure(part, metrics="all", segments=segments, spans=spans), expected)


def test_spans_of_a_mode_that_is_absent_are_looked_for() -> None:
    text = "So we get 六个苹果\u200b in the end."
    spans = tv.detect(text, modes=["switch"])
    row = one(text, ["hidden_chars", "switch_share"], spans=spans)
    assert row["hidden_chars"] == 1


def test_the_users_own_spans_may_lie_in_one_another() -> None:
    text = "六个苹果 are six apples that we have here."
    spans = pd.DataFrame(
        [("0", 0, 9, "switch", "zh", 1.0), ("0", 1, 3, "switch", "zh", 1.0)],
        columns=["trace_id", "start", "end", "mode", "label", "score"],
    )
    assert one(text, "switch_share", spans=spans)["switch_share"] == pytest.approx((7 + 2) / 30)


@pytest.mark.parametrize(("start", "end"), [(2, 99), (99, 100), (-1, 2), (3, 2)])
def test_spans_outside_the_text_are_refused(start: int, end: int) -> None:
    spans = tv.detect("So we get 六个苹果.").assign(start=start, end=end)
    with pytest.raises(SchemaError, match=rf"The span {start}-{end} of trace '0' lies outside.*tv\.detect"):
        tv.measure("So we get 六个苹果.", metrics="switch_share", spans=spans)


def test_segments_of_another_text_are_refused() -> None:
    with pytest.raises(SchemaError, match=r"lies outside its text.*tv\.segment"):
        tv.measure("short", segments=tv.segment("A longer text than that."))


@pytest.mark.parametrize(("table", "verb"), [("segments", r"tv\.segment"), ("spans", r"tv\.detect")])
def test_a_table_of_another_kind_is_refused(table: str, verb: str) -> None:
    with pytest.raises(SchemaError, match=rf"needs the {table} table with the columns 'start'.*{verb}"):
        tv.measure("text", **{table: pd.DataFrame({"trace_id": ["0"]})})


def test_other_forms_have_no_numbers(caplog: pytest.LogCaptureFixture) -> None:
    traces = pd.DataFrame({"reasoning": ["we go on"] * 3, "reasoning_form": ["raw", "summary", None]})
    measured = tv.measure(traces, metrics=["words"])
    assert measured["words"].fillna(-1).tolist() == [3, -1, 3]
    assert measured["not_measured"].tolist() == ["", "words: not_provided", ""]
    assert "1 of 3 traces were not analysed" in caplog.text
    assert tv.measure(traces, metrics=["words"], forms=["raw", "summary"])["words"].tolist() == [3, 3, 3]


def test_provenance_names_detector_and_metrics() -> None:
    facts = tv.measure("text", metrics=["words", "cmi"]).attrs["traceviz"]
    assert facts["metrics"] == ["words", "cmi"]
    assert facts["detector"] == "traceviz"
    with_langdetect = tv.segment("A text in English.", detector="langdetect")
    assert tv.measure("A text in English.", segments=with_langdetect).attrs["traceviz"]["detector"] == "langdetect"


# --- which metrics ----------------------------------------------------------------------------------------------


def chosen(metrics: Any) -> list[str]:
    return list(tv.measure("We go on.", metrics=metrics).columns[2:-1])


def shout(trace: pd.Series[Any]) -> float:
    return trace["reasoning"].count("!")


def test_selection_by_name_group_all_and_function() -> None:
    assert chosen("cmi") == ["cmi"]
    assert chosen(["words", "cmi", "words"]) == ["words", "cmi"]
    assert chosen("repetition")[:4] == ["loop_share", "loop_onset", "loop_period", "seq_rep_2"]
    assert chosen(["length", "cmi"]) == ["words", "characters", "cmi"]
    assert chosen("all") == names()
    assert chosen(shout) == ["shout"]
    assert chosen([shout, "cmi"]) == ["cmi", "shout"]
    assert chosen([]) == []


def test_an_unknown_metric_is_refused_with_the_choices() -> None:
    with pytest.raises(
        SchemaError, match="metrics='cim' is not known; choose one of 'mixing', 'symbols', 'repetition'"
    ):
        tv.measure("text", metrics=["words", "cim"])
    with pytest.raises(SchemaError, match="metrics takes names and functions, not int"):
        tv.measure("text", metrics=[3])  # type: ignore[list-item]


def test_a_function_sees_a_row_and_gives_a_number() -> None:
    traces = pd.DataFrame({"trace_id": ["a", "b"], "reasoning": ["no!", "no!!"], "bonus": [1, 10]})
    measured = tv.measure(traces, metrics=lambda trace: trace["reasoning"].count("!") * trace["bonus"])
    assert measured["lambda"].tolist() == [1.0, 20.0]


def test_a_function_that_gives_nan_is_missing_with_a_reason() -> None:
    def sometimes(trace: pd.Series[Any]) -> float:
        return float("nan") if trace["trace_id"] == "1" else 1.0

    measured = tv.measure(["a", "b"], metrics=sometimes)
    assert measured["not_measured"].tolist() == ["", "sometimes: not_provided"]


@pytest.mark.parametrize(
    ("function", "what"),
    [(lambda _: 1 / 0, "ZeroDivisionError"), (lambda _: "high", "ValueError"), (lambda _: None, "TypeError")],
)
def test_a_function_that_fails_names_the_trace(function: Any, what: str) -> None:
    traces = pd.DataFrame({"trace_id": ["run-7"], "reasoning": ["text"]})
    with pytest.raises(SchemaError, match=f"The metric 'lambda' failed on trace 'run-7': {what}"):
        tv.measure(traces, metrics=function)


def test_measuring_again_replaces_numbers_and_keeps_the_reasons_of_the_others() -> None:
    first = tv.measure(["", "we go on", "我"], metrics=["cmi", "i_index"])
    second = tv.measure(first, metrics=["i_index", "words"])
    assert list(second.columns) == ["trace_id", "reasoning", "cmi", "i_index", "words", "not_measured"]
    assert second["not_measured"].tolist() == ["cmi: empty; i_index: empty; words: empty", "", "i_index: one_token"]
    pd.testing.assert_frame_equal(tv.measure(first, metrics=["cmi", "i_index"]), first)


# --- the wanted language ----------------------------------------------------------------------------------------

ENGLISH, CHINESE = "We count the apples and then we are done.", "我们先计算这个数列的和。"


def consistency(traces: pd.DataFrame, target: str | None = None) -> list[float]:
    return tv.measure(traces, metrics="language_consistency", target=target)["language_consistency"].tolist()


def test_target_as_a_tag() -> None:
    traces = pd.DataFrame({"reasoning": [ENGLISH, CHINESE]})
    assert consistency(traces, "en") == [1, 0]
    assert consistency(traces, "zh") == [0, 1]
    assert consistency(traces, "ar") == [0, 0]


def test_target_as_a_column() -> None:
    traces = pd.DataFrame({"reasoning": [ENGLISH, CHINESE, ENGLISH, ENGLISH], "wanted": ["en", "zh", "zh", None]})
    measured = tv.measure(traces, metrics="language_consistency", target="wanted")
    assert measured["language_consistency"].fillna(-1).tolist() == [1, 1, 0, -1]
    assert measured["not_measured"].tolist()[3] == "language_consistency: no_target"


def test_the_language_of_the_prompt_is_the_target() -> None:
    prompts = ["What is the sum of the series?", "这个数列的和是多少？", "这个数列的和是多少？", None, "x = 1"]
    traces = pd.DataFrame({"reasoning": [ENGLISH, CHINESE, ENGLISH, ENGLISH, ENGLISH], "prompt": prompts})
    measured = tv.measure(traces, metrics="language_consistency")
    assert measured["language_consistency"].fillna(-1).tolist() == [1, 1, 0, -1, -1]
    assert measured["not_measured"].tolist()[3:] == ["language_consistency: no_target"] * 2
    assert consistency(traces, "en") == [1, 0, 1, 1, 1]


def test_without_a_target_or_a_prompt_there_is_no_consistency() -> None:
    assert one(ENGLISH, "language_consistency")["not_measured"] == "language_consistency: no_target"


@pytest.mark.parametrize("target", ["prompt_langauge", "english", "e", "", "en_US", "zh cn"])
def test_a_target_that_is_neither_column_nor_tag_is_refused(target: str) -> None:
    with pytest.raises(SchemaError, match=f"target='{target}' is neither a column of the traces nor a language tag"):
        tv.measure(ENGLISH, target=target)


# --- use and mention --------------------------------------------------------------------------------------------


def test_quoted_words_count_in_the_raw_twins_only() -> None:
    traces = pd.DataFrame(
        {
            "reasoning": ["The words Закрой дверь mean that we close the door."],
            "prompt": ["What does «Закрой дверь» mean?"],
        }
    )
    row = tv.measure(traces, metrics="mixing").iloc[0]
    # 8 English words, 2 Russian ones: 30 and 11 letters.
    expected = {
        "foreign_share": 11 / 41,
        "any_foreign": 1,
        "language_consistency": 0.8,
        "switch_rate": 200,
        "cmi": 20,
        "language_entropy": -(0.8 * np.log2(0.8) + 0.2 * np.log2(0.2)),
        "matrix_share": 0.8,
        "i_index": 2 / 9,
        "switch_points": 2,
        "cmi_switch": 50 * (2 + 2) / 10,
        "m_index": 0.32 / 0.68,
    }
    for name, raw in expected.items():
        assert row[f"{name}_raw"] == pytest.approx(raw), name
        assert row[name] == (1 if name in ("language_consistency", "matrix_share") else 0), name
    assert row["switch_share"] == 0
    assert (row["n_languages"], row["n_languages_raw"]) == (1, 2)
    assert (np.isnan(row["first_switch"]), row["first_switch_raw"]) == (True, 0.2)  # two words stand before it
    assert (np.isnan(row["burstiness"]), row["burstiness_raw"]) == (
        True,
        pytest.approx((32**0.5 - 10) / (32**0.5 + 10)),
    )
    assert row["prompt_quote_share"] == 1


def test_mentioned_words_count_in_the_raw_twins_only() -> None:
    row = one('The Russian word "дверь" means door.', ["cmi", "cmi_raw", "switch_rate", "switch_rate_raw"])
    assert row[["cmi", "switch_rate"]].tolist() == [0, 0]
    assert row[["cmi_raw", "switch_rate_raw"]].tolist() == [pytest.approx(100 / 6), pytest.approx(2000 / 6)]


def test_without_foreign_words_the_twins_agree(samples: pd.DataFrame) -> None:
    traces = samples[samples["trace_id"].isin(["q1-zero-0", "q2-zero-0", "q4-zero-0"])]
    measured = tv.measure(traces, metrics="mixing")
    for name in (name for name in measured.columns if name.endswith("_raw")):
        np.testing.assert_array_equal(measured[name], measured[name.removesuffix("_raw")], name)


def test_traces_without_any_reasoning_are_measured_as_not_provided() -> None:
    """A log whose reasoning was not kept has not even a language to count by."""
    measured = tv.measure(tv.load([{"completion": "only an answer"}, {"completion": "another one"}]), metrics="all")
    assert measured["matrix_share"].isna().all()
    assert set(measured["not_measured"].str.extract(r"matrix_share: (\w+)")[0]) == {"not_provided"}
