"""Prompts in front of their completions, and records that hold a list for each column."""

from __future__ import annotations

from typing import Any

import pytest

import traceviz as tv


def loaded(record: dict[str, Any]) -> Any:
    return tv.load([record])


@pytest.mark.parametrize(
    ("completion", "prompt", "reasoning", "answer"),
    [
        ("How many apples are left?\n<think>two</think>Two.", "How many apples are left?", "two", "Two."),
        (
            "<|im_start|>user\nHow many?<|im_end|>\n<|im_start|>assistant\n<think>\ntwo\n</think>\n\nTwo.<|im_end|>",
            None,
            "two",
            "Two.",
        ),
        ("<|im_start|>user\nHow many?<|im_end|>\n<|im_start|>assistant\nTwo.", None, None, "Two."),
    ],
)
def test_a_prompt_in_front_is_parted(completion: str, prompt: str | None, reasoning: str | None, answer: str) -> None:
    row = loaded({"prompt": prompt, "completion": completion}).iloc[0]
    assert (row["reasoning"] if reasoning else None, row["answer"]) == (reasoning, answer)
    assert "prompt_in_output" in row["diagnostics"]
    assert "How many" in row["prompt"]


@pytest.mark.parametrize(
    ("completion", "prompt"),
    [
        ("Two apples are left, I think.", "Two"),  # a short prompt may begin an answer
        ("How many apples are lefty?", "How many apples are left"),  # nothing parts the two
        ("How many apples are left?", "How many apples are left?"),  # nothing is left
    ],
)
def test_what_only_begins_like_its_prompt_is_left_whole(completion: str, prompt: str) -> None:
    row = loaded({"prompt": prompt, "completion": completion}).iloc[0]
    assert row["answer"] == completion
    assert "prompt_in_output" not in row["diagnostics"]


def test_a_list_for_each_column_is_a_record_a_row() -> None:
    table = loaded({"prompt": ["a?", "b?"], "completion": ["<think>r</think>x", "<think>s</think>y"], "step": 7})
    assert table[["prompt", "reasoning", "answer", "step"]].to_numpy().tolist() == [
        ["a?", "r", "x", 7],
        ["b?", "s", "y", 7],
    ]
    assert table["question_id"].nunique() == 2
    assert table["trace_id"].nunique() == 2


def test_one_prompt_with_several_completions_is_one_question() -> None:
    table = loaded({"prompt": "a?", "completion": ["<think>r</think>x", "<think>s</think>y"]})
    assert table["reasoning"].tolist() == ["r", "s"]
    assert table["question_id"].nunique() == 1


def test_columns_of_unequal_length_are_told() -> None:
    table = loaded({"prompt": ["a?", "b?"], "completion": ["<think>r</think>x", "<think>s</think>y"], "note": ["n"]})
    assert all("ragged_lists" in codes for codes in table["diagnostics"])
