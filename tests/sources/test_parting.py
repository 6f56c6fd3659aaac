"""Prompts in front of their completions, and records that hold a list for each column."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import traceviz as tv
from traceviz.sources.parting import parted, parted_text


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


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<|begin_of_text|><|start_header_id|>user<|end_header_id|>\n\nHow many?<|eot_id|>",
         "<|start_header_id|>assistant<|end_header_id|>\n\n"),
        ("<\uff5cbegin\u2581of\u2581sentence\uff5c>You count.<\uff5cUser\uff5c>How many?", "<\uff5cAssistant\uff5c>"),
        ("<bos><start_of_turn>user\nHow many?<end_of_turn>\n", "<start_of_turn>model\n"),
        ("<s>[INST] How many? ", "[/INST] "),
        ("[gMASK]<sop><|user|>\nHow many?", "<|assistant|>\n"),
        ("<|im_system|>system<|im_middle|>You count.<|im_end|><|im_user|>user<|im_middle|>How many?<|im_end|>",
         "<|im_assistant|>assistant<|im_middle|>"),
    ],
)  # fmt: skip
def test_templates(before: str, after: str) -> None:
    quoted = "two, not [/INST] or <|assistant|>" if "INST" not in before and "gMASK" not in before else "two"
    row = loaded({"text": f"{before}{after}<think>{quoted}</think>Two."}).iloc[0]
    assert (row["reasoning"], row["answer"]) == (quoted, "Two.")
    assert "How many?" in row["prompt"]
    (string,) = tv.load([f"{before}{after}<think>{quoted}</think>Two."])["reasoning"]
    assert string == quoted


def test_the_messages_of_harmony_stay_together() -> None:
    """Each has a header of its own: the prompt ends at the first behind the user's last."""
    said = "<|channel|>analysis<|message|>two<|end|><|start|>assistant<|channel|>final<|message|>Two.<|return|>"
    prompt, completion = parted_text(f"<|start|>user<|message|>How many?<|end|><|start|>assistant{said}") or ("", "")
    assert prompt.endswith("<|start|>assistant")
    assert completion == said


@given(st.text("<|im_startuserassistant>\n [INST]/", max_size=200), st.text("ab \n", max_size=20))
def test_nothing_is_lost(text: str, prompt: str) -> None:
    found = parted(prompt + text, prompt)
    if found is not None:
        assert "".join("".join(found).split()) == "".join((prompt + text).split())


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
