from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceviz.schema import SourceError
from traceviz.sources.completions import prompt_mark, split, starts_with_opener
from traceviz.sources.harmony import is_harmony, split_harmony
from traceviz.sources.markers import FAMILIES, Family, chosen

CASES = json.loads((Path(__file__).parents[1] / "cases" / "completions.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_cases(case: dict[str, Any]) -> None:
    outcome = split(case["text"], prompt=case.get("prompt"))
    assert (outcome.reasoning, outcome.answer) == (case["reasoning"], case["answer"])
    assert sorted(outcome.notes) == sorted(case["notes"])


@pytest.mark.parametrize("family", FAMILIES, ids=[family.name for family in FAMILIES])
def test_every_family_splits_in_each_of_its_shapes(family: Family) -> None:
    whole = split(f"{family.opener}\nr {family.opener[0]} r\n{family.closer}\na")
    assert (whole.reasoning, whole.answer, whole.family) == (f"r {family.opener[0]} r", "a", family.name)
    assert split(f"r{family.closer}a").reasoning == "r"
    assert split(f"{family.opener}r").closed is False
    assert split("r", prompt=f"q{family.opener}\n").reasoning == "r"
    for opener, closer in family.wrappers:
        assert split(f"{family.opener}r{family.closer}\n{opener}a{closer}").answer == "a"


@pytest.mark.parametrize(
    "text",
    [
        "</think>" * 100_000,
        "<think>" * 100_000,
        "<think>a</think>\nb\n" * 50_000,
        "<think>a\n<tool_call>x\n" * 50_000,
        "<think " * 100_000,
        "<think>" + "`a ``b ```c " * 50_000 + "</think>",
        "<think>" + "`</think>` " * 100_000,
        "a" + " </s>" * 100_000,
        "<think></thinking><thought>" * 50_000,
    ],
    ids=["closers", "openers", "blocks", "tool calls", "unfinished tags", "backticks", "quoted", "end tokens", "mixed"],
)
def test_degenerate_completions_come_back(text: str) -> None:
    """A walk that looks back at each marker would take hours on these."""
    done = split(text)
    assert len(done.reasoning or "") + len(done.answer or "") <= len(text)


PIECES = st.lists(
    st.sampled_from(["<think>", "</think>", "a", "\n", " ", "`", "```", "</thinking>", "<THINK>", "\u7b49", "</s>"])
)


@given(PIECES)
def test_no_text_is_lost_or_made_up(pieces: list[str]) -> None:
    text = "".join(pieces)
    outcome = split(text)
    kept = (outcome.reasoning or "") + (outcome.answer or "")
    for character in ("a", "\u7b49", "`"):
        assert kept.count(character) == text.count(character)


@given(st.text())
def test_a_wrapped_text_comes_back(text: str) -> None:
    outcome = split(f"<think>{text}</think>")
    if "<" not in text and "[" not in text and "`" not in text:
        assert outcome.reasoning == text.strip(" \t\r\n")


def test_own_pair_of_markers() -> None:
    assert split("<cot>r</cot>a", families=chosen(("<cot>", "</cot>"))).reasoning == "r"
    assert split("[[r]]a", families=chosen(("[[", "]]"))).reasoning == "r"
    assert split("<think>r</think>a", families=chosen("thinking")).reasoning is None


def test_marker_messages() -> None:
    with pytest.raises(
        SourceError, match=r"markers='thnk' is no family; choose one of think, thinking.*or give a pair"
    ):
        chosen("thnk")
    with pytest.raises(SourceError, match="has to be a pair of different strings"):
        chosen(("<cot>", "<cot>"))


def test_openers_are_seen_at_the_start_only() -> None:
    assert starts_with_opener("\n <think>a")
    assert not starts_with_opener("a <think>")
    assert not starts_with_opener("</think>a")
    assert not starts_with_opener("")


def test_prompt_marks() -> None:
    mark = prompt_mark("q <think>\n")
    assert mark is not None
    assert mark.is_opener
    assert prompt_mark("q <think> more") is None
    assert prompt_mark("a > b") is None


def test_harmony() -> None:
    text = (
        "<|channel|>analysis<|message|>first<|end|><|start|>assistant<|channel|>commentary to=functions.f "
        "<|constrain|>json<|message|>{}<|call|>"
        "<|start|>functions.f to=assistant<|channel|>commentary<|message|>1<|end|>"
        "<|start|>assistant<|channel|>analysis<|message|>second<|end|>"
        "<|start|>assistant<|channel|>final<|message|>a<|return|>"
    )
    assert is_harmony(text)
    outcome = split_harmony(text)
    assert (outcome.reasoning, outcome.answer, outcome.notes) == ("first\n\nsecond", "a", [])
    cut = split_harmony("<|channel|>analysis<|message|>and so")
    assert (cut.reasoning, cut.answer, cut.closed) == ("and so", None, False)
    assert split_harmony("<|channel|>nonsense<|message|>x<|end|>").notes == ["bad_channel", "no_marker"]
