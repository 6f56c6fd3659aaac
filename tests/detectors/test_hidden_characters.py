from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import traceviz as tv

CASES = json.loads((Path(__file__).parent.parent / "cases" / "hidden_characters.json").read_text(encoding="utf-8"))
KNOWN = [case for case in CASES if case.get("expect") != "fail"]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case["label"],
            marks=[pytest.mark.xfail(strict=True, reason=case["reason"])] if case.get("expect") == "fail" else [],
        )
        for case in CASES
    ],
)
def test_hidden_characters_of_the_case_file(case: dict[str, Any]) -> None:
    numbers = tv.measure(case["text"], metrics=["hidden_chars", "bidi_controls"]).iloc[0]
    assert (numbers["hidden_chars"], numbers["bidi_controls"]) == (case["hidden_chars"], case["bidi_controls"])
    spans = tv.detect(case["text"], modes=["hidden_characters"])
    assert spans[["start", "end", "label", "score"]].to_numpy().tolist() == case["spans"]


def test_a_batch_gives_what_single_texts_give() -> None:
    spans = tv.detect([case["text"] for case in KNOWN], modes=["hidden_characters"])
    found = [[int(row.trace_id), row.start, row.end, row.label, row.score] for row in spans.itertuples()]
    assert found == [[i, *span] for i, case in enumerate(KNOWN) for span in case["spans"]]


def test_the_share_counts_them_among_the_characters_without_spaces() -> None:
    share = tv.measure("pay\u200bload \u202e", metrics=["hidden_characters_share"])["hidden_characters_share"]
    assert share.tolist() == [pytest.approx(2 / 9)]


def test_the_sample_traces_hold_those_that_their_readme_lists() -> None:
    path = Path(__file__).parent.parent.parent / "samples" / "traces.jsonl"
    spans = tv.detect(tv.load(path), modes=["hidden_characters"])
    assert spans[["trace_id", "start", "label"]].to_numpy().tolist() == [
        ["q4-zero-2", start, "zero-width"] for start in (171, 392, 484)
    ]
