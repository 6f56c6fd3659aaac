"""The languages of lines: passes, entropies, confidence, and the table of lines."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import traceviz as tv
from traceviz.measures.line_table import line_languages, mixing_entropy
from traceviz.schema import SchemaError

EN = "We add the two numbers and get seven."
ZH = "我们先把这两个数相加然后得到七。"
DE = "Wir addieren die beiden Zahlen und erhalten dann sieben."


def one(text: str, metric: str, **more: Any) -> float | str:
    """Give the number of one text, or the reason why it is missing."""
    row = tv.measure(text, metrics=metric, **more).iloc[0]
    return row["not_measured"].partition(": ")[2] or row[metric]


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        (EN, "en", 1),
        (f"{EN}\n\n{EN}\r\n{EN}", "en-US", 1),
        (f"{EN}\n{ZH}", "en", 0),
        (f"{EN}\n{ZH}\n{ZH}", "zh", 0),
        (f"{ZH}\n$x + 1 = 2$\nOK so we go.\n", "zh", 1),  # a formula has no words, and four words are too few
        (f"{EN}\n```\nfor name in names: print(name)\n```", "en", 1),
        ("So it is.", "en", "all_skipped"),
        ("我们看。", "zh", "all_skipped"),
        ("12 + 3 = 15", "en", "no_words"),
        (EN, "tlh", "detector_abstained"),
    ],
)
def test_a_trace_passes_when_all_its_long_lines_do(text: str, target: str, expected: float | str) -> None:
    assert one(text, "line_pass", target=target) == expected


def test_the_mean_over_traces_is_the_line_pass_rate() -> None:
    """The vector of the reference: German, German and English, no line; half of the two that are scored."""
    measured = tv.measure([f"{DE}\n{DE}", f"{DE}\n{EN}", "Ja."], metrics="line_pass", target="de")
    assert measured["line_pass"].mean() == 0.5
    assert measured["not_measured"].tolist() == ["", "", "line_pass: all_skipped"]


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [
        (ZH, "zh", 1),
        (f"{ZH}然后再检查 the whole answer 一遍。", "zh", 0),
        (f"{ZH}\nSo check it.", "zh", 1),  # the line is too short to be looked at
        (f"{ZH}\n{EN}", "zh", "all_skipped"),
        (EN, "en", "out_of_domain"),
        (ZH, "de", "out_of_domain"),
        (EN, "hi-Latn", "out_of_domain"),
        ("12", "zh", "no_words"),
    ],
)
def test_an_english_word_fails_a_trace_that_passes_by_line(text: str, target: str, expected: float | str) -> None:
    assert one(text, "word_pass", target=target) == expected


def test_without_a_target_there_is_no_pass() -> None:
    assert [one(EN, name) for name in ("line_pass", "word_pass", "language_match")] == ["no_target"] * 3


def test_quoted_lines_are_not_looked_at() -> None:
    russian = "Мы сложим эти два числа и получим семь"
    traces = pd.DataFrame({"reasoning": [f"{EN}\n{russian}\n{EN}"], "prompt": [f"Translate: {russian}"]})
    names = ["line_pass", "line_pass_raw", "mixing_entropy", "mixing_entropy_raw"]
    row = tv.measure(traces, metrics=names, target="en").iloc[0]
    assert row[["line_pass", "line_pass_raw", "mixing_entropy"]].tolist() == [1, 0, 0]
    assert row["mixing_entropy_raw"] == pytest.approx(-(2 / 3 * np.log2(2 / 3) + 1 / 3 * np.log2(1 / 3)))


@pytest.mark.parametrize(
    ("text", "target", "expected"),
    [(f"{EN} {EN} {ZH}", "en", 1), (f"{EN} {ZH} {ZH} {ZH}", "en", 0), ("3 + 4", "en", "no_words")],
)
def test_one_label_for_the_whole_trace(text: str, target: str, expected: float | str) -> None:
    assert one(text, "language_match", target=target) == expected


def test_entropy_counts_lines_and_not_words() -> None:
    assert one(f"{EN} {EN} {EN}\n{ZH}", "mixing_entropy") == 1
    assert one("\n".join([EN] * 9 + [ZH]), "mixing_entropy") == pytest.approx(0.468996, abs=5e-7)
    assert one("\n".join([EN] * 9 + [ZH]), "mixing_entropy_mm") == pytest.approx(0.541130, abs=5e-7)
    assert one("$x + 1$", "mixing_entropy") == "detector_abstained"


def with_confidence(confidence: float, language: str = "en") -> pd.DataFrame:
    segments = tv.segment(f"{EN}\n{EN}")
    return segments.assign(
        confidence=np.where(segments["language"].notna(), confidence, segments["confidence"]),
        language=segments["language"].where(segments["language"].isna(), language),
    )


@pytest.mark.parametrize(
    ("confidence", "language", "expected"), [(0.9, "en", 0), (0.49, "en", 1), (0.5, "en", 0), (0.9, "und", 1)]
)
def test_unsure_lines(confidence: float, language: str, expected: float) -> None:
    segments = with_confidence(confidence, language)
    assert one(f"{EN}\n{EN}", "lid_low_confidence", segments=segments) == expected


def test_coherent_switching_is_not_unsure() -> None:
    assert one(f"{EN}\n{ZH}\n{EN}", "lid_low_confidence") == 0
    assert one("1\n2", "lid_low_confidence") == "no_words"


def test_share_of_foreign_segments_that_stand_in_the_prompt() -> None:
    traces = pd.DataFrame(
        {
            "reasoning": ["We read Закрой дверь and then we add 苹果 to it."] * 3 + ["We go on."],
            "prompt": ["What does «Закрой дверь» mean?", "", None, "Go on."],
        }
    )
    measured = tv.measure(traces, metrics="prompt_quote_share")
    assert measured["prompt_quote_share"].fillna(-1).tolist() == [0.5, -1, -1, -1]
    assert [why.partition(": ")[2] for why in measured["not_measured"]] == ["", "no_prompt", "no_prompt", "no_words"]
    assert one("We add 苹果.", "prompt_quote_share") == "no_prompt"


# --- the table ------------------------------------------------------------------------------------------------------


def test_lines_are_numbered_from_the_text_and_cut_at_their_words() -> None:
    text = f"\n12\n{EN}\n\n  {ZH} \n"
    lines = line_languages([text, "", "3", EN])
    assert lines["trace_id"].tolist() == ["0", "0", "3"]
    assert lines["line"].tolist() == [2, 4, 0]
    assert lines["language"].tolist() == ["en", "zh", "en"]
    assert [text[s:e] for s, e in zip(lines["start"][:2], lines["end"][:2], strict=True)] == [EN[:-1], ZH[:-1]]
    assert lines["words"].tolist() == pytest.approx([8, 0.6 * 15, 8])


def test_no_lines_give_an_empty_table_of_the_same_columns() -> None:
    assert line_languages(["", "3"]).dtypes.equals(line_languages(EN).dtypes)


def test_pooled_and_mean_entropy_answer_different_questions() -> None:
    traces = pd.DataFrame({"reasoning": [EN] * 5 + [ZH] * 5 + [f"{EN}\n{ZH}"] * 2 + ["7"]})
    traces["trace_id"] = [str(i) for i in range(len(traces))]
    traces["model"] = ["apart"] * 10 + ["mixed"] * 2 + ["none"]
    found = mixing_entropy(line_languages(traces), traces=traces, by="model")
    assert found["model"].tolist() == ["apart", "mixed"]
    assert found[["n_traces", "n_lines", "n_languages"]].to_numpy().tolist() == [[10, 10, 2], [2, 4, 2]]
    assert found[["pooled", "mean"]].to_numpy().tolist() == [[1, 0], [1, 1]]
    assert found["pooled_mm"].tolist() == pytest.approx([1 + 1 / (20 * np.log(2)), 1 + 1 / (8 * np.log(2))])
    assert mixing_entropy(line_languages("7")).empty


def test_groups_need_the_traces() -> None:
    with pytest.raises(SchemaError, match=r"needs traces=\.\.\. for the columns to group by, \['model'\]"):
        mixing_entropy(line_languages(EN), by="model")
