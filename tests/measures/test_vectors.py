"""The published vectors of the mixing indices, the symbols and the loops, each against a number computed elsewhere.

Segments are made by hand here, so that the metric is tested and not the detector.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import traceviz as tv

CASES = json.loads((Path(__file__).parent.parent / "cases" / "code_switching.json").read_text(encoding="utf-8"))

#: The metric of each number of the case file.
NAMES = {"entropy": "language_entropy"} | {
    name: name
    for name in (
        *("m_index", "i_index", "span_entropy", "burstiness", "burstiness_sample", "memory", "cmi", "cmi_switch"),
    )
}


def tagged(tags: list[str]) -> tuple[str, pd.DataFrame]:
    """Write one small word a tag, each a segment of its own."""
    text = " ".join(["abc"] * len(tags))
    rows = []
    for place, tag in enumerate(tags):
        known = tag != "U"
        rows.append(
            {
                "trace_id": "0",
                "start": 4 * place,
                "end": min(4 * place + 4, len(text)),
                "kind": "prose" if known else "other",
                "script": "Latin" if known else None,
                "language": tag if known else None,
                "confidence": 1.0,
                "quoted": False,
                "mentioned": False,
            }
        )
    return text, pd.DataFrame(rows)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_code_switching_indices(case: dict[str, Any]) -> None:
    """The numbers themselves are held in `test_tag_runs`; here they come out of a text and its segments."""
    text, segments = tagged(case["tags"].split())
    row = tv.measure(text, metrics=list(NAMES.values()), segments=segments).iloc[0]
    stated = dict(part.split(": ") for part in row["not_measured"].split("; ") if part)
    expected = {NAMES[name]: case[name] for name in NAMES}
    assert stated == {name: why for name, why in expected.items() if isinstance(why, str)}
    for name, number in expected.items():
        if not isinstance(number, str):
            value = number[0] / number[1] if isinstance(number, list) else number
            assert row[name] == pytest.approx(value, abs=1e-4), name


@pytest.mark.parametrize("case", [case for case in CASES if case["n"]], ids=lambda case: case["id"])
def test_shares_and_switch_points(case: dict[str, Any]) -> None:
    text, segments = tagged(case["tags"].split())
    names = ["switch_rate", "switch_points", "matrix_share", "any_foreign", "foreign_share", "n_languages"]
    row = tv.measure(text, metrics=names, segments=segments).iloc[0]
    assert row["switch_rate"] == pytest.approx(1000 * case["switches"] / case["n"])
    assert row["switch_points"] == case["switches"]
    assert row["matrix_share"] == pytest.approx(1 - case["cmi"] / 100, abs=1e-6)
    assert row["foreign_share"] == pytest.approx(case["cmi"] / 100, abs=1e-6)  # words of equal length
    assert row["any_foreign"] == float(case["cmi"] > 0)
    assert row["n_languages"] == len({*case["tags"].split()} - {"U"})


def test_language_consistency_of_eight_english_and_two_chinese_words() -> None:
    text, segments = tagged(["en"] * 8 + ["zh"] * 2)
    assert tv.measure(text, metrics="language_consistency", segments=segments, target="en").iloc[0, 2] == 0.8


@pytest.mark.parametrize("target", ["en-US", "EN", "en_GB"])
def test_targets_are_compared_by_language(target: str) -> None:
    text, segments = tagged(["en"] * 3 + ["zh"])
    table = pd.DataFrame({"trace_id": ["0"], "reasoning": [text], "wanted": [target]})
    measured = tv.measure(table, metrics="language_consistency", segments=segments, target="wanted")
    assert measured["language_consistency"].item() == 0.75


def test_a_column_called_like_a_metric_is_not_replaced_in_silence(caplog: pytest.LogCaptureFixture) -> None:
    table = pd.DataFrame({"reasoning": ["We add."], "words": ["mine"]})
    measured = tv.measure(table, metrics="words")
    assert measured["words"].item() == 2
    assert "replaced by the metrics of the same name: words" in caplog.text
    caplog.clear()
    tv.measure(measured, metrics="words")
    assert caplog.text == ""


def test_a_han_character_counts_as_a_word() -> None:
    """The unit changes the answer: of the letters six in ten are English, of the words cut at spaces two in three."""
    text = "\u6211\u4eec\u8ba1\u7b97 the sum"  # "we compute", four characters
    row = tv.measure(text, metrics=["language_consistency", "words"], target="en").iloc[0]
    assert row["language_consistency"] == pytest.approx(2 / 6)
    assert row["words"] == 6
    shares = tv.shares(tv.segment(text), text).set_index("language")
    assert shares.loc["en", "letters"] / shares["letters"].sum() == pytest.approx(6 / 10)


def test_shares_of_half_a_fifth_and_three_tenths() -> None:
    text, segments = tagged(["en"] * 5 + ["zh"] * 2 + ["de"] * 3)
    assert tv.measure(text, metrics="language_entropy", segments=segments).iloc[0, 2] == pytest.approx(1.485475)


def test_scripts_of_letters() -> None:
    row = tv.measure("ab\u6211c", metrics=["script_entropy", "n_scripts"]).iloc[0]
    assert row["script_entropy"] == pytest.approx(0.8112781)
    assert row["n_scripts"] == 1  # a script counts from two letters on


@pytest.mark.parametrize(
    ("text", "non_space", "with_math", "symbols"),
    [
        ("x\u00b2 \u2264 \u221a4 \u2192 \u03b1", 7, 3, 3),  # x squared, less or equal, root of 4, arrow, alpha
        ("\u211d^n \u2265 \U0001d465\u2032", 6, 5, 2),  # double-struck R, caret, n, greater or equal, math x, prime
    ],
)
def test_symbols_and_mathematics(text: str, non_space: int, with_math: int, symbols: int) -> None:
    row = tv.measure(text, metrics=["math_char_share", "symbol_share"]).iloc[0]
    assert row["math_char_share"] == pytest.approx(with_math / non_space)
    # Category S holds Sk as well, so the caret counts beside what is Sm.
    assert row["symbol_share"] == pytest.approx(symbols / non_space)


def test_loop_of_the_reference() -> None:
    row = tv.measure("a b c" + " wait no" * 5, metrics=["loop_share", "loop_onset", "loop_period"]).iloc[0]
    assert (row["loop_onset"], row["loop_period"], row["loop_share"]) == (3, 2, pytest.approx(10 / 13))


def test_no_loop_has_no_onset() -> None:
    row = tv.measure("We add two and three and get five.", metrics=["loop_share", "loop_onset", "loop_period"]).iloc[0]
    assert row["loop_share"] == 0
    assert row["not_measured"] == "loop_onset: out_of_domain; loop_period: out_of_domain"


@pytest.mark.parametrize(
    ("text", "hidden", "bidirectional"),
    [
        ("pay\u200bload", 1, 0),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", 0, 0),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 0, 0),
        ("\u2764\ufe0f", 0, 0),
        ("\ufeffHi", 0, 0),
        ("H\ufeffi", 1, 0),
        ("\u3164", 1, 0),
        ("x\U000e0041", 1, 0),
        ("a\u202eb", 0, 1),
        ("\ufffd", 0, 0),
        ("so\u00adft", 0, 0),
    ],
)
def test_hidden_characters_of_the_reference(text: str, hidden: int, bidirectional: int) -> None:
    row = tv.measure(text, metrics=["hidden_chars", "bidi_controls"]).iloc[0]
    assert (row["hidden_chars"], row["bidi_controls"]) == (hidden, bidirectional)


FIVE_SENTENCES = (
    "We take the two old maps and put them on the long table. "  # 13 words, 14 syllables (ta-ble)
    "Then we look for the small lake that lies in the north. "  # 12 words, 12 syllables
    "It is not there. "  # 4 words, 4 syllables
    "So one of them is wrong."  # 6 words, 6 syllables
)


def test_flesch_of_a_text_that_was_counted_by_hand() -> None:
    number = tv.measure(FIVE_SENTENCES, metrics="flesch_reading_ease").iloc[0, 2]
    assert number == pytest.approx(206.835 - 1.015 * 35 / 4 - 84.6 * 36 / 35)


def test_flesch_needs_thirty_words_and_three_sentences() -> None:
    table = tv.measure(["We add two and three.", "and so on " * 20], metrics="flesch_reading_ease")
    assert table["flesch_reading_ease"].isna().all()
    assert (table["not_measured"] == "flesch_reading_ease: out_of_domain").all()
