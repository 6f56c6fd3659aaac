"""Transcripts of Inspect Scout: one row each, with the messages as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from traceviz.sources.shapes import Record, Shape, Where
from traceviz.sources.shapes.inspect_ai import conversation, said
from traceviz.sources.shapes.pieces import given, mapping, name_in, number_in, objects, parsed, without

#: What `traceviz.to_scout` calls itself in ``source_type``.
OWN: Final = "traceviz"

#: Columns that say the same in other words, or that are read.
_READ: Final = (
    "transcript_id", "task_id", "task_repeat", "success", "messages", "events", "timelines", "events_data",
)  # fmt: skip


def _plain(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    repeat = number_in(record.get("task_repeat"))
    rest = without(record, *_READ)
    rest |= given(
        trace_id=name_in(record.get("transcript_id")),
        question_id=name_in(record.get("task_id")),
        sample_index=None if repeat is None else repeat - 1,
        correct=record.get("success"),
    )
    before, own = conversation(parsed(record["messages"]))
    if record.get("source_type") == OWN and len(own) == 1:
        yield _as_exported(rest, before, own[0])
    elif own:
        yield {**rest, **said(before, own, record.get("model"))}


def _as_exported(rest: dict[Any, Any], before: list[Record], turn: Record) -> dict[Any, Any]:
    """Give back what `traceviz.to_scout` was given."""
    blocks = objects(turn.get("content"))
    thought = next((block for block in blocks if block.get("type") == "reasoning"), {})
    text = next((block.get("text") for block in blocks if block.get("type") == "text"), None)
    plain = without(rest, "source_type", "diagnostics", "origin_uri", "source_uri")
    plain |= given(
        prompt=next((turn.get("content") for turn in before), None),
        reasoning=thought.get("reasoning") or thought.get("summary") if thought else None,
        answer=text,
        diagnostics=parsed(rest.get("diagnostics")),
        source_uri=rest.get("origin_uri"),
    )
    return plain


def _knows(record: Record) -> bool:
    messages = record["messages"]
    if isinstance(messages, list):
        return all(isinstance(mapping(turn).get("role"), str) for turn in messages)
    return isinstance(messages, str)


SHAPES: Final = (
    Shape(
        "scout_transcript", "Inspect Scout", frozenset({"transcript_id", "messages"}), _plain, _knows,
        "the turns of the model are one trace; `task_repeat` counts from 1, `sample_index` from 0",
        "scout_transcripts.jsonl",
    ),
)  # fmt: skip
