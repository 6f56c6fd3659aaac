"""Numbers that once looked right and were not: each from a review of real output."""

from __future__ import annotations

import pandas as pd
import pytest

import traceviz as tv
from traceviz.schema import SchemaError


def test_a_target_that_the_detector_cannot_name_gives_no_number() -> None:
    row = tv.measure("We add two and two and get four.", metrics="language_consistency", target="rw").iloc[0]
    assert pd.isna(row["language_consistency"])
    assert row["not_measured"] == "language_consistency: detector_abstained"


def test_a_known_target_that_does_not_occur_gives_zero() -> None:
    assert tv.measure("We add two and two.", metrics="language_consistency", target="ko").iloc[0, 2] == 0


def test_one_thai_sentence_does_not_turn_an_english_trace() -> None:
    text = (
        "We add the number of apples in the first basket and in the second one. "
        "\u0e40\u0e23\u0e32\u0e1a\u0e27\u0e01\u0e08\u0e33\u0e19\u0e27\u0e19\u0e17\u0e31\u0e49\u0e07"
        "\u0e2b\u0e21\u0e14\u0e40\u0e02\u0e49\u0e32\u0e14\u0e49\u0e27\u0e22\u0e01\u0e31\u0e19 So it is six."
    )
    assert tv.detect(text, modes="switch")["label"].tolist() == ["th"]


def test_a_foreign_run_ends_with_a_word_of_its_own() -> None:
    text = (
        "We go on with \u043c\u044b \u0441\u0447\u0438\u0442\u0430\u0435\u043c \u0435\u0449\u0451. I am sure of it now."
    )
    spans = tv.detect(text, modes="switch")
    assert [text[start:end] for start, end in zip(spans["start"], spans["end"], strict=True)] == [
        "\u043c\u044b \u0441\u0447\u0438\u0442\u0430\u0435\u043c \u0435\u0449\u0451"
    ]


def test_role_names_left_by_a_template_are_no_language() -> None:
    text = "user\n\n\u4f60\u662f\u8001\u5e08\u3002\u591a\u5c11\uff1fassistant\n\n\u6211\u4eec\u8ba1\u7b97\u3002"
    assert tv.detect(text, modes="switch").empty
    assert tv.segment("The user\nsays so.")["kind"].tolist() == ["prose"]


def test_spans_that_were_filtered_out_are_not_found_again() -> None:
    traces = tv.load(["So we add \u516d\u4e2a\u82f9\u679c to the rest of them."])
    spans = tv.detect(traces)
    assert tv.measure(traces, metrics="switch_share", spans=spans)["switch_share"].item() > 0
    assert (
        tv.measure(traces, metrics="switch_share", spans=spans[spans["mode"] != "switch"])["switch_share"].item() == 0
    )


def test_functions_run_on_what_is_analysed_only() -> None:
    def length(trace: pd.Series) -> float:
        return len(trace["reasoning"])

    table = pd.DataFrame({"reasoning": ["We add.", "Summary.", None], "reasoning_form": ["raw", "summary", "raw"]})
    assert tv.measure(table, metrics=length)["length"].isna().tolist() == [False, True, True]


def test_two_functions_of_one_name_are_refused() -> None:
    with pytest.raises(SchemaError, match="A function of yours is called 'lambda', and so is another metric"):
        tv.measure("a", metrics=[lambda _: 1.0, lambda _: 2.0])


def test_a_row_of_a_table_is_a_trace() -> None:
    row = pd.DataFrame({"prompt": ["What?"], "reasoning": ["We add."]}).iloc[0]
    segments = tv.segment(row)
    assert segments["end"].max() == len("We add.")
