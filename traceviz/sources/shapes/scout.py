"""Transcripts of Inspect Scout: one row each, with the messages as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import orjson

from traceviz.sources.shapes import Record, Shape, Where
from traceviz.sources.shapes.inspect_ai import conversation, said
from traceviz.sources.shapes.pieces import given, mapping, name_in, number_in, objects, parsed, without

#: What `traceviz.to_scout` calls itself in ``source_type``.
OWN: Final = "traceviz"

#: Columns that are Scout's alone: `traceviz.to_scout` puts ``_given`` behind the name of a column of the user's.
SCOUTS: Final = frozenset(
    {"transcript_id", "source_type", "task_id", "task_repeat", "success", "trust_content", "messages", "events",
     "timelines", "events_data", "filename"}
)  # fmt: skip

#: Columns that hold JSON as text.
JSON: Final = ("agent_args", "model_options", "score")

#: Columns that are read under another name, and the same conversation once more.
_READ: Final = (
    "transcript_id", "task_id", "task_repeat", "success", "messages", "events", "timelines", "events_data",
)  # fmt: skip


def _plain(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    repeat = number_in(record.get("task_repeat"))
    rest = without(record, *_READ)
    rest |= given(
        trace_id=name_in(record.get("transcript_id")),
        question_id=record.get("task_id"),
        sample_index=None if repeat is None else repeat - 1,
        correct=record.get("success"),
        **{name: _loaded(record[name]) for name in JSON if name in record},
    )
    before, own = conversation(parsed(record["messages"]))
    if record.get("source_type") == OWN and len(own) == 1:
        yield _as_exported(rest, before, own[0])
    elif own:
        yield {**rest, **said(before, own, record.get("model"))}


def _as_exported(rest: dict[Any, Any], before: list[Record], turn: Record) -> dict[Any, Any]:
    """Give back what `traceviz.to_scout` was given."""
    blocks = objects(turn.get("content"))
    form = rest.get("reasoning_form")
    block = next((block for block in blocks if block.get("type") == "reasoning"), {})
    thought = block.get("summary" if form == "summary" else "reasoning")
    if form in ("omitted", "redacted", "encrypted"):  # there may be nothing in the block
        thought = thought or None
    plain = {
        name.removesuffix("_given") if name.removesuffix("_given") in SCOUTS else name: value
        for name, value in without(rest, "source_type", "diagnostics").items()
    }
    return plain | {
        "prompt": next((turn.get("content") for turn in before), None),
        "reasoning": thought,
        "answer": next((block.get("text") for block in blocks if block.get("type") == "text"), None),
        "diagnostics": parsed(rest.get("diagnostics")),
    }


def _loaded(value: Any) -> Any:
    try:
        return orjson.loads(value) if isinstance(value, str) else value
    except orjson.JSONDecodeError:
        return value


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
