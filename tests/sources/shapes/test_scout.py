"""Transcripts of Inspect Scout."""

from __future__ import annotations

import orjson
import pytest
from format_samples import C, Q, R, S, rows, sample

import traceviz as tv


def test_the_sample() -> None:
    table = sample("scout_transcripts.jsonl")
    assert rows(table, "trace_id", "question_id", "sample_index", "correct", "reasoning_form", "reasoning") == [
        ("t-1", "pond", 0, True, "raw", R),
        ("t-2", "pond", 1, False, "summary", S),
    ]
    assert rows(table, "prompt", "answer", "task_set", "score") == [(Q, C, "frogs", "C"), (Q, C, "frogs", "I")]
    assert table["model_options"][0] == {"temperature": 0.6}


@pytest.mark.parametrize("as_text", [True, False])
def test_messages_are_text_or_a_list(*, as_text: bool) -> None:
    turns = [{"role": "user", "content": Q}, {"role": "assistant", "content": f"<think>{R}</think>{C}"}]
    row = {"transcript_id": "t", "messages": orjson.dumps(turns).decode() if as_text else turns, "events": "[…]"}
    table = tv.load([row])
    assert rows(table, "reasoning", "answer", "prompt") == [(R, C, Q)]
    assert "events" not in table


def test_messages_that_are_no_json_are_no_trace() -> None:
    rest = {"transcript_id": "t", "messages": '[{"role": "assistant", "content": "<think>r</think>a"}]'}
    table = tv.load([{"transcript_id": "u", "messages": "[{cut"}, rest])
    assert table["reasoning"].tolist() == ["r"]
    assert table.attrs["traceviz"]["skipped"] == 1
