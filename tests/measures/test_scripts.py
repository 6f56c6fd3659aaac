"""Metrics of scripts and odd characters: the vectors of the reference, and neighbours of each."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import traceviz as tv
from traceviz.segments.unicode import unicode_table

CASES = json.loads((Path(__file__).parent.parent / "cases" / "scripts.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_vectors(case: dict[str, Any]) -> None:
    expected = case["values"]
    row = tv.measure(case["text"], metrics=list(expected)).iloc[0]
    stated = dict(part.split(": ") for part in row["not_measured"].split("; ") if part)
    assert stated == {name: why for name, why in expected.items() if isinstance(why, str)}
    for name, number in expected.items():
        if not isinstance(number, str):
            assert row[name] == pytest.approx(number, abs=1e-5), name


def script_of(character: str) -> int | None:
    """Give the script of a letter, None for what is none or has none of its own."""
    table = unicode_table()
    page, low = table.page_of[ord(character) >> 8], ord(character) & 255
    script = int(table.scripts[page, low])
    return script if table.kinds[page, low] & 15 == 1 and script > 1 else None


@given(st.text(st.sampled_from("ab\u00e9\u0439\u6211\u306e\u03b8 \u02b0\u03011,\U0001d465\U00010400"), min_size=1))
def test_changes_of_script_are_those_of_plain_counting(text: str) -> None:
    letters = [script for script in map(script_of, text) if script is not None]
    number = tv.measure(text, metrics="script_switch_rate")["script_switch_rate"].item()
    if len(letters) < 2:
        assert np.isnan(number)
    else:
        changes = sum(a != b for a, b in pairwise(letters))
        assert number == pytest.approx(changes / (len(letters) - 1))


def test_letters_of_each_script_are_in_the_table_of_shares() -> None:
    text = "The word \u0434\u043e\u043c means house, and \u5bb6 does too."
    shares = tv.shares(tv.segment(text), text)
    assert shares.groupby("script")["letters"].sum().to_dict() == {"Latin": 27, "Cyrillic": 3, "Han": 1}
