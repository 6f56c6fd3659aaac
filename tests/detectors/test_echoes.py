"""What a trace repeats from its prompt is no evidence; the same text without the prompt is."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from legibility_cases import CASES, spans

import traceviz as tv
from traceviz.detectors.detect import scenes

ECHOES = [json.loads(line) for line in (CASES / "echoes.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", ECHOES, ids=[case["label"] for case in ECHOES])
def test_a_quotation_of_the_prompt_raises_nothing(case: dict[str, Any]) -> None:
    assert spans(case["mode"], case["text"], prompt=case["prompt"]) == [[]]


@pytest.mark.parametrize("case", ECHOES, ids=[case["label"] for case in ECHOES])
def test_without_the_prompt_it_is_evidence(case: dict[str, Any]) -> None:
    assert spans(case["mode"], case["text"]) != [[]]
    assert spans(case["mode"], case["text"], prompt="What is the sum of the numbers?") != [[]]


def test_a_loop_is_one_though_its_unit_stands_in_the_prompt() -> None:
    unit = "we add the two numbers and check the sum "
    assert spans("loop", unit * 6, prompt=f"Say whether {unit} is right.") != [[]]


def test_shares_of_a_window_know_the_prompt() -> None:
    trace = {"prompt": "What is ★ for? Decode xqzvbn kwrtpl.", "reasoning": "It says ★ and xqzvbn kwrtpl to us. " * 40}
    shares = ["symbols_share", "gibberish_share"]
    quoted = tv.measure(tv.load([trace]), metrics=shares, window=400)
    alone = tv.measure(tv.load([{**trace, "prompt": "Why?"}]), metrics=shares, window=400)
    assert (quoted[shares] == 0).to_numpy().all()
    assert (alone[shares] > 0).to_numpy().all()


def test_a_loop_of_the_prompt_is_none_in_the_numbers_either() -> None:
    said = "we all live in a yellow house, " * 6
    measured = tv.measure(
        tv.load(
            [{"prompt": f"Who sings {said}?", "reasoning": f"They ask who sings {said}and I do not know."}] * 2
        ).assign(prompt=lambda traces: traces["prompt"].where(traces.index == 0)),
        metrics=["loop_share", "loop_onset"],
    )
    assert measured["loop_share"].tolist() == [0, pytest.approx(0.8, abs=0.1)]
    assert measured["loop_onset"].isna().tolist() == [True, False]


def test_a_prompt_counts_for_its_own_trace() -> None:
    text = "It says xqzvbn kwrtpl, which I cannot read."
    traces = [{"prompt": prompt, "reasoning": text} for prompt in ("Decode xqzvbn kwrtpl.", "Why?", None)]
    found = tv.detect(tv.load(traces * 2), modes=["gibberish"])
    assert sorted(found["trace_id"].unique()) == ["1", "2", "4", "5"]


@given(
    st.lists(st.sampled_from(["so", "we", "add", "the", "sum", "and", "check", "it"]), max_size=30), st.integers(0, 30)
)
def test_every_word_of_a_part_of_the_prompt_is_marked(words: list[str], cut: int) -> None:
    table = tv.load([{"reasoning": " ".join(words[cut:]) or "so", "prompt": " ".join(["so", *words])}])
    ((_, scene),) = scenes(table, None, ("raw",))
    assert (scene.echoes & 1).all()
    if len(words[cut:]) >= 4:
        assert np.all(scene.echoes & 2)
