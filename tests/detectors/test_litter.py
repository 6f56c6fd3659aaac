"""Telegraphic style, template litter, truncation and idiolect: what is found in the cases, and what is not."""

from __future__ import annotations

from typing import Any

import pytest
from legibility_cases import cases

import traceviz as tv

MODES = ("telegraphic", "template_litter", "truncation", "idiolect")


def spans(case: dict[str, Any], mode: str) -> list[tuple[str, str, float]]:
    trace = {"reasoning": case["text"], "prompt": case.get("prompt")}
    table = tv.detect(tv.load([trace]), modes=[mode])
    return [(case["text"][row.start : row.end], row.label, row.score) for row in table.itertuples()]


@pytest.mark.parametrize("case", cases("telegraphic"))
def test_telegraphic(case: dict[str, Any]) -> None:
    found = spans(case, "telegraphic")
    assert " ".join(text for text, _, _ in found) == " ".join(part.rstrip(".") for part in case["found"])
    assert all(0 < score <= 1 for _, _, score in found)


@pytest.mark.parametrize("case", cases("template_litter"))
def test_template(case: dict[str, Any]) -> None:
    found = spans(case, "template_litter")
    assert [text for text, _, _ in found] == case["found"]
    assert all(text == label for text, label, _ in found)


@pytest.mark.parametrize("case", cases("truncation"))
def test_truncation(case: dict[str, Any]) -> None:
    found = spans(case, "truncation")
    assert [label for _, label, _ in found] == ([case["found"]] if case["found"] else [])
    assert all(text and case["text"].rstrip().endswith(text) for text, _, _ in found)


@pytest.mark.parametrize("case", cases("idiolect"))
def test_idiolect(case: dict[str, Any]) -> None:
    found = spans(case, "idiolect")
    assert sorted({text.lower() for text, _, _ in found}) == case["found"]
    assert all(text.lower() == label and score > 2.3 for text, label, score in found)


@pytest.mark.parametrize("mode", MODES)
def test_a_batch_gives_what_single_texts_give(mode: str) -> None:
    texts = [case.values[0]["text"] for name in MODES for case in cases(name)]
    together = tv.detect(texts, modes=[mode])
    for i, text in enumerate(texts):
        own = together[together["trace_id"] == str(i)].drop(columns="trace_id").reset_index(drop=True)
        single = tv.detect([text], modes=[mode]).drop(columns="trace_id")
        assert own.equals(single)


def test_a_mark_does_not_reach_over_two_texts() -> None:
    assert tv.detect(["so <bo", "s> and"], modes=["template_litter"]).empty
