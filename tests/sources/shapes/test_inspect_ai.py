"""Logs of Inspect: what is raw, what is a summary, and which turns are the model's."""

from __future__ import annotations

import importlib.util
import zipfile
from pathlib import Path
from typing import Any

import orjson
import pytest
from format_samples import SAMPLES, C, Q, R, S, rows, sample

import traceviz as tv
from traceviz.schema import SourceError
from traceviz.sources.records import RecordReader
from traceviz.sources.shapes import Where

TOOLS = SAMPLES.parent.parent / "tools"

SIGNATURE = "c2lnbmF0dXJl" * 12


def test_the_sample() -> None:
    table = sample("inspect_log.json")
    assert rows(table, "trace_id", "question_id", "sample_index", "correct", "reasoning_form", "answer") == [
        ("uuid-pond-1", "pond", 0, True, "raw", C),
        ("uuid-pond-2", "pond", 1, True, "raw", C),
        ("uuid-pond-3", "pond", 2, False, "summary", C),
    ]
    assert set(rows(table, "prompt", "model", "provider", "finish_reason", "task_set", "run_id")) == {
        (Q, "vllm/qwen3-8b", "vllm", "stop", "frogs", "run-1")
    }


def test_both_formats_of_a_log_say_the_same() -> None:
    names = ("trace_id", "question_id", "sample_index", "correct", "prompt", "reasoning", "reasoning_form", "answer",
             "model", "finish_reason", "task_set", "run_id", "date", "target", "score_match")  # fmt: skip
    assert rows(sample("inspect_log.eval"), *names) == rows(sample("inspect_log.json"), *names)


def test_the_archive_is_packed_with_zstd_and_made_from_the_log(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_eval_sample", TOOLS / "make_eval_sample.py")
    assert spec is not None
    assert spec.loader is not None
    tool = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(tool)
    made = tmp_path / "inspect_log.eval"
    made.write_bytes(tool.packed(tool.members(orjson.loads((SAMPLES / "inspect_log.json").read_bytes()))))
    told = [
        [(info.filename, info.compress_type, info.file_size, info.CRC) for info in zipfile.ZipFile(path).infolist()]
        for path in (made, SAMPLES / "inspect_log.eval")
    ]
    assert told[0] == told[1]
    assert {method for _, method, _, _ in told[0]} == {93}


def log(*samples: dict[str, Any], model: str = "vllm/qwen3-8b") -> dict[str, Any]:
    return {"version": 2, "status": "success", "eval": {"task": "frogs", "model": model}, "samples": list(samples)}


def of_blocks(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    turns = [{"role": "user", "content": Q}, {"role": "assistant", "content": list(blocks)}]
    return {"id": "pond", "epoch": 1, "messages": turns, "output": {}, **more}


#: The rule table of reasoning, summary and redacted: the block, the model, the text, the form.
RULES: list[tuple[dict[str, Any], str, str | None, str]] = [
    ({"reasoning": R, "redacted": False}, "vllm/qwen3-8b", R, "raw"),
    ({"reasoning": R}, "ollama/deepseek-r1", R, "raw"),
    ({"reasoning": R}, "pond/house", R, "unknown"),
    ({"reasoning": SIGNATURE, "summary": S, "redacted": True}, "anthropic/claude-sonnet-4", S, "summary"),
    ({"reasoning": SIGNATURE, "summary": R, "redacted": True}, "anthropic/claude-3-7-sonnet-20250219", R, "raw"),
    ({"reasoning": S, "signature": "s", "redacted": False}, "anthropic/claude-sonnet-4", S, "summary"),
    ({"reasoning": SIGNATURE, "redacted": True}, "anthropic/claude-sonnet-4", None, "redacted"),
    ({"reasoning": SIGNATURE, "summary": S, "redacted": True}, "google/gemini-2.5-pro", S, "summary"),
    ({"reasoning": SIGNATURE, "redacted": True}, "google/gemini-2.5-pro", None, "encrypted"),
    ({"reasoning": "", "summary": S, "redacted": False}, "openai/o4-mini", S, "summary"),
    ({"reasoning": SIGNATURE, "summary": S, "redacted": True}, "openai/gpt-5", S, "summary"),
    ({"reasoning": SIGNATURE, "summary": R, "redacted": True}, "vllm/gpt-oss-20b", R, "unknown"),
    ({"reasoning": SIGNATURE, "redacted": True}, "openai/gpt-5", None, "encrypted"),
    ({"reasoning": "", "redacted": False}, "openai/gpt-5", None, "omitted"),
    ({"reasoning": S, "redacted": False}, "openrouter/pond/nobody-knows", S, "unknown"),
    ({"reasoning": R, "redacted": False}, "openrouter/deepseek/deepseek-r1", R, "raw"),
    ({"reasoning": SIGNATURE, "redacted": True}, "openrouter/pond/nobody-knows", None, "encrypted"),
]


@pytest.mark.parametrize(("block", "model", "text", "form"), RULES)
def test_the_rule_table(block: dict[str, Any], model: str, text: str | None, form: str) -> None:
    blocks = [{"type": "reasoning", **block}, {"type": "text", "text": C}]
    assert rows(tv.load([log(of_blocks(*blocks), model=model)]), "reasoning", "reasoning_form", "answer") == [
        (text, form, C)
    ]


def test_text_and_summary_are_two_parts() -> None:
    block = {"type": "reasoning", "reasoning": R, "summary": S, "redacted": False}
    table = tv.load([log(of_blocks(block, {"type": "text", "text": C}))])
    assert rows(table, "reasoning", "reasoning_form", "reasoning_summary") == [(R, "raw", S)]
    assert table["diagnostics"][0] == ["mixed_forms"]


def test_attachments_are_put_back() -> None:
    block = {"type": "reasoning", "reasoning": "attachment://ab12", "redacted": False}
    table = tv.load([log(of_blocks(block, {"type": "text", "text": "attachment://none"}, attachments={"ab12": R}))])
    assert rows(table, "reasoning", "answer") == [(R, "attachment://none")]


def test_all_turns_of_the_model_are_one_trace() -> None:
    turns = [
        {"role": "system", "content": "Count.", "source": "input"},
        {"role": "assistant", "content": "<think>An example.</think>No.", "source": "input"},
        {"role": "user", "content": Q},
        {"role": "assistant", "content": "<think>One.</think>Wait.", "source": "generate"},
        {"role": "tool", "content": "9"},
        {"role": "assistant", "content": "<think>Two.</think>", "source": "generate"},
        {"role": "user", "content": "Go on."},
        {"role": "assistant", "content": f"<think>Three.</think>{C}", "source": "generate"},
    ]
    table = tv.load([log({"id": 7, "epoch": 2, "messages": turns, "output": {}})])
    assert rows(table, "question_id", "sample_index", "reasoning", "answer") == [
        ("7", 1, "One.\n\nTwo.\n\nThree.", f"Wait.\n\n{C}")
    ]
    assert table["prompt"][0] == f"Count.\n\n<think>An example.</think>No.\n\n{Q}"


def test_several_choices_are_several_traces() -> None:
    choices = [
        {"message": {"role": "assistant", "content": f"<think>{n}</think>{C}"}, "stop_reason": "stop"} for n in "ab"
    ]
    sample_of_two = {
        "id": 7, "epoch": 2, "uuid": "u", "messages": [{"role": "user", "content": Q}, choices[0]["message"]],
        "output": {"choices": choices},
    }  # fmt: skip
    table = tv.load([log(sample_of_two)])
    assert rows(table, "trace_id", "question_id", "sample_index", "reasoning") == [
        ("u/0", "7", 2, "a"), ("u/1", "7", 3, "b"),
    ]  # fmt: skip


def test_an_answer_that_is_only_in_the_output() -> None:
    output = {"model": "qwen3-8b", "choices": [{"message": {"role": "assistant", "content": f"<think>{R}</think>{C}"}}]}
    table = tv.load([log({"id": 7, "epoch": 1, "input": Q, "messages": [], "output": output}, model="none/none")])
    assert rows(table, "reasoning", "prompt", "model") == [(R, Q, "qwen3-8b")]


@pytest.mark.parametrize(
    ("scores", "correct", "columns"),
    [
        ({"match": {"value": "I"}, "model": {"value": "C"}}, False, {"score_match": "I", "score_model": "C"}),
        ({"share": {"value": 0.5}}, None, {"score_share": 0.5}),
        ({"both": {"value": {"a": 1, "b": 0}}}, None, {"score_both_a": 1, "score_both_b": 0}),
        ({"match": {"value": True}}, True, {"score_match": True}),
        (None, None, {}),
    ],
)
def test_scores(scores: Any, *, correct: bool | None, columns: dict[str, Any]) -> None:
    table = tv.load([log(of_blocks({"type": "text", "text": C}, scores=scores))])
    assert rows(table, "correct") == [(correct,)]
    assert {name: table[name][0] for name in table.columns if name.startswith("score")} == columns


def test_members_of_an_archive_know_the_header() -> None:
    header = {"version": 2, "status": "success", "eval": {"model": "vllm/qwen3-8b", "task": "frogs"}}
    reader = RecordReader({})
    member = {**of_blocks({"type": "text", "text": f"<think>{R}</think>{C}"}), "scores": {}}
    (trace,) = reader.read(member, Where("log.eval", {"header": header}))
    assert (trace.reasoning, trace.model, trace.used["shape"]) == (R, "vllm/qwen3-8b", "inspect_sample")
    assert reader.read({**member, "messages": [], "error": {"message": "out of frogs"}}) == []
    assert reader.skipped == "request_failed"


def test_a_log_without_samples_has_no_trace() -> None:
    failed = {**of_blocks(), "messages": [], "error": {"message": "out of frogs"}}
    for samples, code in ((None, "no_completion"), ([], "no_completion"), ([failed], "request_failed")):
        record = {"version": 2, "status": "error", "eval": {}, "samples": samples}
        with pytest.raises(SourceError, match="No reasoning trace"):
            tv.load([record])
        reader = RecordReader({})
        assert reader.read(record) == []
        assert reader.skipped == code
