"""What files say of the end of a trace."""

from __future__ import annotations

import pandas as pd
import pytest

import traceviz as tv

NAMES = ["truncated", "unclosed", "empty_answer"]


def measured(**columns: object) -> list[float]:
    table = pd.DataFrame({"trace_id": ["a"], "reasoning": ["So it goes on."], **{k: [v] for k, v in columns.items()}})
    return tv.measure(table, metrics=NAMES)[NAMES].iloc[0].tolist()


@pytest.mark.parametrize(
    ("reason", "expected"), [("length", 1), ("MAX_TOKENS", 1), ("max_tokens", 1), ("stop", 0), ("end_turn", 0)]
)
def test_finish_reasons(reason: str, expected: float) -> None:
    assert measured(finish_reason=reason)[0] == expected


def test_what_nobody_says_is_missing_and_not_zero() -> None:
    table = tv.measure("So it goes.", metrics=NAMES)
    assert table[NAMES].isna().all(axis=None)
    assert table["not_measured"][0] == "truncated: not_provided; unclosed: not_provided; empty_answer: not_provided"


def test_markers_that_never_close_and_answers_that_are_empty() -> None:
    loaded = tv.load([{"completion": "<think>So it goes"}, {"completion": "<think>So it goes.</think>Four."}])
    table = tv.measure(loaded, metrics=NAMES)
    assert table["unclosed"].tolist() == [1, 0]
    assert table["empty_answer"][1] == 0
    assert measured(answer="  ")[2] == 1


def test_windows_know_the_end_of_their_trace() -> None:
    table = pd.DataFrame({"trace_id": ["a"], "reasoning": ["So we go on and on. " * 20], "finish_reason": ["length"]})
    assert tv.measure(table, metrics="truncated", window=150)["truncated"].tolist() == [1, 1]
