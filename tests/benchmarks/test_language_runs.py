"""How texts are cut for identifiers that can only name the language of a whole string."""

from __future__ import annotations

import time

import language_runs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_runs import runs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So then $x$ is 答案", ["So then", "is", "答案"]),
        ("Use `das_ist` here", ["Use", "here"]),
        ("Then \\frac{ab}{cd} gives", ["Then", "gives"]),
        ("see https://example.org/das/ist now", ["see", "now"]),
        ("Wait. Das ist es.", ["Wait", "Das ist es"]),
        ("planet의 weight", ["planet", "의", "weight"]),
        ("das Wort の答え", ["das Wort", "の答え"]),
        ("so a3+b and c", ["so", "and c"]),
        ("приве\N{COMBINING ACUTE ACCENT}т мир", ["приве\N{COMBINING ACUTE ACCENT}т мир"]),
    ],
)
def test_runs(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end, _ in runs(text, fewest=2)] == expected


def test_short_runs_are_left_out_but_for_characters_that_are_words() -> None:
    assert [script for *_, script in runs("is 答 но")] == ["Han"]


@given(st.text(), st.sampled_from(["sentence", "part", "clause"]))
def test_runs_lie_in_the_text_in_order(text: str, unit: str) -> None:
    found = list(runs(text, unit=unit, fewest=1))
    edges = [edge for start, end, _ in found for edge in (start, end)]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end, _ in found)


@pytest.mark.parametrize(
    "text", ["`" * 50_000, "$ " * 30_000, "a" * 200_000, "\\[ " * 3_000, "- a " * 30_000, "x+" * 50_000]
)
def test_openers_without_end_take_no_minutes(text: str) -> None:
    begin = time.process_time()
    list(runs(text))
    assert time.process_time() - begin < 20


def test_every_script_has_a_language() -> None:
    assert language_runs.SCRIPTS.keys() == language_runs.LANGUAGE_OF_SCRIPT.keys()
