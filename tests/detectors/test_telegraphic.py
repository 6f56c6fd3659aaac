"""How many function words are missing from English text."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.detectors.telegraphic import EXPECTED, WEIGHT

FLUENT = (
    "We start with the number of apples in the first basket, and then we look at what is left in the second one. "
    "If the price of each of them is the same, the whole cost is the product of the two numbers, and so we multiply. "
    "After that we subtract what was paid at the beginning, because it is not a part of the sum that is asked for. "
)

_WORDS = set(FUNCTION_WORDS["en"].split())


def without(text: str, share: float, seed: int = 0) -> str:
    """Drop a share of the function words."""
    draw = np.random.default_rng(seed)
    gone = [word for word in re.findall(r"\S+\s*", text) if word.strip().lower() in _WORDS and draw.random() < share]
    kept = []
    for word in re.findall(r"\S+\s*", text):
        if gone and word == gone[0]:
            gone.pop(0)
        else:
            kept.append(word)
    return "".join(kept)


def share(text: str, **columns: str) -> float:
    trace = {"reasoning": text, **columns}
    return float(tv.measure(tv.load([trace]), metrics="telegraphic_share")["telegraphic_share"].item())


def test_the_share_rises_with_each_function_word_that_is_dropped() -> None:
    shares = [share(without(FLUENT * 4, dropped)) for dropped in (0, 0.3, 0.6, 1)]
    assert shares == sorted(shares)
    assert shares[0] < 1.5 * EXPECTED
    assert shares[-1] > 2.5 * EXPECTED


def test_spans_are_the_sentences_that_lost_them() -> None:
    terse = without(FLUENT, 1)
    spans = tv.detect(FLUENT + terse, modes=["telegraphic"])
    assert len(spans) == 3
    assert (spans["start"] >= len(FLUENT)).all()
    assert spans["label"].str.fullmatch(r"\d+ function words, \d+\.\d missing").all()


def test_a_few_words_stay_near_what_is_assumed() -> None:
    assert share("Check parity now.") == pytest.approx(EXPECTED, abs=1 / WEIGHT)


@pytest.mark.parametrize("text", ["Zahlen addieren, Summe prüfen, Ergebnis notieren, fertig.", "首先把两个数相加。"])
def test_other_languages_have_no_share(text: str) -> None:
    measured = tv.measure([text], metrics="telegraphic_share")
    assert np.isnan(measured["telegraphic_share"].item())
    assert measured["not_measured"].item() == "telegraphic_share: out_of_domain"


def test_what_the_prompt_says_is_not_counted() -> None:
    terse = without(FLUENT, 1)
    assert share(FLUENT + terse, prompt=f"Is this clear? {terse}") < share(FLUENT + terse)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([FLUENT, without(FLUENT, 1), "$x = 3$", "", "首先"]), min_size=1, max_size=4))
def test_a_share_is_one(parts: list[str]) -> None:
    number = share(" ".join(parts))
    assert np.isnan(number) or 0 < number < 1
