from __future__ import annotations

import doctest
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legibility_cases import cases, spans

import traceviz as tv
from traceviz.detectors import invented_notation
from traceviz.detectors.invented_notation import FEWEST, LABEL


def invented(text: str, prompt: str | None = None) -> list[str]:
    (found,) = spans("symbols", text, prompt=prompt)
    return [stretch for stretch, label, _ in found if label == LABEL]


@pytest.mark.parametrize("case", cases("invented_notation"))
def test_cases(case: dict[str, Any]) -> None:
    assert invented(case["text"]) == case["spans"]


def test_examples() -> None:
    failed, tried = doctest.testmod(invented_notation)
    assert (failed, tried > 0) == (0, True)


def test_a_sign_has_one_label() -> None:
    (found,) = spans("symbols", "take \u224b3 and \u224b4 then \u224b5, and go \u2192 home")
    assert [label for _, label, _ in found] == [LABEL, LABEL, LABEL, "arrows"]
    assert [score for *_, score in found] == [1.0, 1.0, 1.0, 1.0]


def test_what_the_prompt_has_is_not_invented() -> None:
    text = "So 3 #~> 4 is 7, and 4 #~> 5 is 9, then 5 #~> 6 is 11."
    assert len(invented(text)) == 3
    assert invented(text, prompt="Let a #~> b be a + b. What is 3 #~> 4?") == []


def test_the_tokens_of_one_text_are_not_those_of_another() -> None:
    text = "the sum #~> four and #~> five"
    assert spans("symbols", text, text) == [[], []]


def test_the_table_of_symbols_counts_a_token_as_a_whole() -> None:
    table = tv.symbols("the sum #~> four and #~> five so #~> done")
    assert table[["symbol", "class", "count"]].to_numpy().tolist() == [["#~>", LABEL, 3]]


@given(st.lists(st.sampled_from(["@@", "#~>", "\u224b", "word ", " ", "\n", "4", "\u6211", "`", "**"]), max_size=30))
def test_a_token_recurs_and_the_span_is_signs_only(parts: list[str]) -> None:
    text = "".join(parts)
    found = invented(text)
    assert not any(sign.isalnum() or sign.isspace() for stretch in found for sign in stretch)
    tokens = [invented_notation.token_of(stretch) for stretch in found]
    assert all(tokens.count(token) >= FEWEST for token in tokens)
