"""Runs and sessions: the payload is found, and the steps of an agent are one trace."""

from __future__ import annotations

from typing import Any

import pytest
from format_samples import R2, C, Q, R, S, rows, sample

import traceviz as tv

#: sample: of each trace the id, the question, the model, the form, the reasoning, the answer
EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "langsmith_runs.jsonl": [
        ("run-1", None, "deepseek-reasoner", "raw", R, C), ("obs-1", None, "qwen3-8b", "raw", R2, C),
        ("call-1", None, "deepseek-r1", "raw", R, C),
    ],
    "atif_trajectory.json": [
        ("s-1", None, "deepseek/deepseek-r1", "raw", f"{R}\n\n{R2}", f"I count them.\n\n{C}"),
    ],
    "claude_code.jsonl": [
        ("u-2", "s-1", "claude-sonnet-4", "summary", S, None), ("u-3", "s-1", "claude-sonnet-4", None, None, C),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    table = sample(name)
    got = rows(table, "trace_id", "question_id", "model", "reasoning_form", "reasoning", "answer")
    by_prompt = [(row[0], None, *row[2:]) if str(row[1]).startswith("prompt:") else row for row in got]
    assert by_prompt == EXPECTED[name]
    assert set(table["prompt"].dropna()) <= {Q}


def test_nemo_gym() -> None:
    table = sample("nemo_gym.jsonl")
    assert rows(table, "question_id", "sample_index", "reasoning", "reasoning_form", "answer", "reward") == [
        ("3", 1, R, "raw", C, 1.0)
    ]


def test_lines_without_a_word_of_the_model_are_counted() -> None:
    assert sample("claude_code.jsonl").attrs["traceviz"]["file_notes"] == {"no_completion": 1}


@pytest.mark.parametrize("depth", [0, 1, 5])
@pytest.mark.parametrize(
    "payload",
    [
        {"choices": [{"message": {"role": "assistant", "reasoning": R, "content": C}}]},
        {"role": "assistant", "content": f"<think>{R}</think>{C}"},
        {"candidates": [{"content": {"parts": [{"text": f"<think>{R}</think>{C}"}]}}]},
        {"object": "response", "output": [
            {"type": "reasoning", "content": [{"type": "reasoning_text", "text": R}]},
            {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": C}]},
        ]},
    ],
)  # fmt: skip
def test_a_payload_is_found_wherever_it_lies(payload: dict[str, Any], depth: int) -> None:
    outputs: Any = payload
    for _ in range(depth):
        outputs = {"inner": [outputs], "other": 1}
    run = {"id": "r", "run_type": "llm", "inputs": {"messages": [{"role": "user", "content": Q}]}, "outputs": outputs}
    assert rows(tv.load([run]), "trace_id", "prompt", "reasoning", "answer") == [("r", Q, R, C)]


def test_texts_of_an_observation() -> None:
    record = {"id": "o", "traceId": "t", "input": Q, "output": f"<think>{R}</think>{C}"}
    assert rows(tv.load([record]), "trace_id", "prompt", "reasoning") == [("o", Q, R)]
