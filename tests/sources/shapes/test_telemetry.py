"""Spans: attributes flat or nested, as columns, or as OTLP writes them."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from format_samples import SAMPLES, C, Q, R, S, rows, sample

import traceviz as tv
from traceviz.sources.shapes.telemetry import attributes_of

#: sample: of each trace the id, the model, the form, the reasoning, the prompt
EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "otel_spans.jsonl": [("0xb1", "qwen3-8b", "raw", R, Q), ("0xb2", "pond-1", "unknown", R, None)],
    "otlp.json": [("b1", "qwen3-8b", "raw", R, Q)],
    "openinference.jsonl": [
        ("b1", "qwen3-8b", "raw", R, Q), ("b2", "gpt-5-mini", "summary", S, Q),
        ("b3", "claude-sonnet-4", "redacted", None, None),
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    table = sample(name)
    assert rows(table, "trace_id", "model", "reasoning_form", "reasoning", "prompt") == EXPECTED[name]
    assert set(table["answer"]) == {C}


def flat(span: dict[str, Any]) -> dict[str, Any]:
    """Give a span as a row of a table of spans."""
    rest = {f"attributes.{name}": value for name, value in attributes_of(span).items()}
    return {"name": span["name"], "context.span_id": span["context"]["span_id"], **rest}


@pytest.mark.parametrize("name", ["otel_spans.jsonl", "openinference.jsonl"])
def test_a_table_of_spans_says_the_same(name: str) -> None:
    spans = [orjson.loads(line) for line in (SAMPLES / name).read_bytes().splitlines()]
    whole = [span for span in spans if "attributes" in span]
    got = rows(tv.load([flat(span) for span in whole]), "model", "reasoning_form", "reasoning", "answer", "prompt")
    assert got == rows(tv.load(whole), "model", "reasoning_form", "reasoning", "answer", "prompt")


def test_several_choices_of_a_span() -> None:
    said = [{"role": "assistant", "parts": [{"type": "text", "content": f"<think>{n}</think>{C}"}]} for n in "ab"]
    attributes = {"gen_ai.output.messages": said, "gen_ai.response.finish_reasons": ["stop", "length"]}
    table = tv.load([{"context": {"span_id": "s"}, "attributes": attributes}])
    assert rows(table, "trace_id", "question_id", "sample_index", "reasoning", "finish_reason") == [
        ("s/0", "s", 0, "a", "stop"), ("s/1", "s", 1, "b", "length"),
    ]  # fmt: skip


def test_more_than_nine_messages_stay_in_order() -> None:
    attributes = {f"llm.output_messages.{i}.message.content": f"{i}." for i in range(12)}
    table = tv.load([{"attributes": attributes}])
    assert table["answer"][0].split("\n\n") == [f"{i}." for i in range(12)]


def test_attributes_of_other_records_are_left_alone() -> None:
    assert tv.load([{"attributes": {"colour": "green"}, "reasoning": R, "answer": C}])["reasoning"].tolist() == [R]
