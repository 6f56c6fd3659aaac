from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceviz.reports.visible import hidden, visible

CASES = json.loads((Path(__file__).parents[1] / "cases" / "hostile_markup.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_case_is_shown_as_it_should_be(case: dict[str, str]) -> None:
    assert visible(case["text"]) == case.get("shown", case["text"])


@given(st.text())
def test_nothing_that_acts_is_left(text: str) -> None:
    shown = visible(text)
    assert [c for c in shown if unicodedata.category(c) in ("Cc", "Zl", "Zp") and c not in "\t\n"] == []
    assert [c for c in shown if unicodedata.bidirectional(c) in ("LRE", "RLE", "LRO", "RLO", "PDF")] == []
    assert not {"\u200b", "\u200e", "\u200f", "\u2060", "\ufeff"} & set(shown)


@given(st.text())
def test_positions_ascend_and_all_else_stays(text: str) -> None:
    found = hidden(text)
    positions = [position for position, _ in found]
    assert positions == sorted(set(positions))
    kept = "".join(c for at, c in enumerate(text) if at not in positions)
    rebuilt = visible(text)
    for _, picture in found:
        assert picture in rebuilt
    assert len(rebuilt) == len(kept) + sum(len(picture) for _, picture in found)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\u200db", "a⟨U+200D⟩b"),
        ("क्\u200dष", "क्\u200dष"),
        ("\u200cmi", "⟨U+200C⟩mi"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("a\ufe0f", "a⟨U+FE0F⟩"),
        ("\u3164", "⟨U+3164⟩"),
        ("☃\ufe0e", "☃\ufe0e"),
    ],
)
def test_joiners_and_selectors_only_at_their_place(text: str, shown: str) -> None:
    assert visible(text) == shown
