"""Every metric over the same hostile texts: a value in its range, or NaN with a reason."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_texts, columns_of_texts

import traceviz as tv
from traceviz.schema import REASONS

HOSTILE: dict[str, str | None] = {
    "empty": "",
    "spaces": "  \n\t\u3000 ",
    "one letter": "a",
    "one Han letter": "我",
    "symbols": "∑∀→★ ⇒",
    "digits": "12 345 6.7",
    "no full stops": "so we then get the sum of the two numbers and then add them up again " * 5,
    "Chinese": "我们先计算这个数列的和。然后再检查一遍。答案是六。" * 5,
    "Thai": "เราต้องคำนวณผลรวมก่อน แล้วตรวจสอบ",
    "mixed": "So 我们 计算 the сумма of it, und dann wir fertig.",
    "loop": "wait no " * 40,
    "gibberish": "qwzx vbrtl kjhgf zxcvq wrtpl " * 8,
    "lone surrogates": "a\ud83db hello \udc00 there",
    "NUL": "a\x00b hello\x00",
    "separators": "one\u2028two\u0085three\u00a0four",
    "only code": "```python\nx = 1\nprint(x)\n```",
    "only LaTeX": "$$\\frac{1}{2} + \\sqrt{x}$$",
    "only a template": "<think></think><|im_end|>",
    "byte-order mark": "\ufeff",
    "zero-width": "\u200b" * 5,
    "marks without letters": "\u0301\u0301",
    "private use": "\ue000\U000f0000",
    "last code point": "\U0010ffff",
    "missing": None,
}

#: What the ranges that metrics state mean; a range that is not listed here fails.
BOUNDS = {
    "0-1": (0, 1),
    "0-8": (0, 8),
    "0-16": (0, 16),
    "0-100": (0, 100),
    "0-1000": (0, 1000),
    "1-200": (1, 200),
    "-1 to 1": (-1, 1),
    "1 and up": (1, math.inf),
    "0 and up": (0, math.inf),
    "0-log2 of the number of languages": (0, 8),
    "0-log2 of the number of scripts": (0, 8),
    "unbounded": (-math.inf, math.inf),
}

METRICS = tv.metrics()


def check(row: pd.Series, text: object) -> None:
    """Hold one row of a table measured with all metrics to the contract."""
    stated = dict(part.split(": ") for part in row["not_measured"].split("; ") if part)
    assert set(stated.values()) <= set(REASONS)
    for metric in METRICS.itertuples():
        number = row[metric.name]
        assert isinstance(number, float)
        if math.isnan(number):
            assert metric.name in stated, f"{metric.name} of {text!r} is missing without a reason"
        else:
            low, high = BOUNDS[metric.range]
            assert metric.name not in stated
            assert low <= number <= high, f"{metric.name} of {text!r} is {number}"
            assert math.isfinite(number)


@pytest.mark.parametrize("label", HOSTILE)
def test_every_metric_is_in_its_range_or_says_why_not(label: str) -> None:
    check(tv.measure([HOSTILE[label]], metrics="all", target="en").iloc[0], HOSTILE[label])


def reasons(text: str | None) -> dict[str, str]:
    row = tv.measure([text], metrics="all", target="en").iloc[0]
    return dict(part.split(": ") for part in row["not_measured"].split("; ") if part)


def test_empty_text_is_empty_everywhere() -> None:
    assert reasons("") == dict.fromkeys(METRICS["name"], "empty")


def test_a_missing_text_is_not_provided_everywhere() -> None:
    assert reasons(None) == dict.fromkeys(METRICS["name"], "not_provided")


#: Those that count words; lines and spans have reasons of their own.
MIXING = [
    *("foreign_share", "any_foreign", "language_consistency", "n_languages", "line_pass"),
    *("switch_rate", "switch_points", "cmi", "cmi_switch", "m_index", "i_index", "language_entropy"),
    *("language_entropy_mm", "first_switch", "span_entropy", "burstiness", "burstiness_sample", "memory"),
]


@pytest.mark.parametrize("name", [*MIXING, "matrix_share"])
@pytest.mark.parametrize(
    ("label", "reason"),
    [("only code", "no_words"), ("digits", "no_words"), ("gibberish", "detector_abstained")],
)
def test_why_mixing_is_missing(name: str, label: str, reason: str) -> None:
    assert reasons(HOSTILE[label])[name] == reason
    assert reasons(HOSTILE[label])[f"{name}_raw"] == reason
    assert reasons(HOSTILE[label])["language_match"] == reason


def test_readability_refuses_outside_its_domain() -> None:
    for label in ("Chinese", "Thai", "no full stops", "gibberish", "one Han letter"):
        assert reasons(HOSTILE[label])["flesch_reading_ease"] == "out_of_domain", label


@settings(max_examples=60)
@given(any_texts())
def test_any_text_keeps_the_contract(text: str) -> None:
    check(tv.measure(text, metrics="all").iloc[0], text)


@settings(max_examples=30)
@given(columns_of_texts(), st.randoms(use_true_random=False))
def test_the_batch_and_the_order_of_the_rows_do_not_matter(texts: list[str | None], random: object) -> None:
    traces = pd.DataFrame(
        {"trace_id": [f"t{i}" for i in range(len(texts))], "reasoning": pd.Series(texts, dtype=object)}
    )
    columns = [*METRICS["name"], "not_measured"]
    together = tv.measure(traces, metrics="all")[columns]
    for i, text in enumerate(texts):
        alone = tv.measure([text], metrics="all")[columns]
        pd.testing.assert_frame_equal(alone, together.iloc[[i]].reset_index(drop=True), check_exact=True)
    order = list(range(len(texts)))
    random.shuffle(order)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    permuted = tv.measure(traces.iloc[order], metrics="all")[columns]
    pd.testing.assert_frame_equal(permuted, together.iloc[order], check_exact=True)


@settings(max_examples=25)
@given(any_texts(), st.integers(2, 4))
def test_repeating_a_text_as_paragraphs_multiplies_what_is_counted(text: str, times: int) -> None:
    once, more = (
        tv.measure([text + "\n\n", (text + "\n\n") * times], metrics=["characters", "symbol_share"]).iloc[i]
        for i in range(2)
    )
    assert more["characters"] == times * once["characters"]
    np.testing.assert_allclose(more["symbol_share"], once["symbol_share"])
