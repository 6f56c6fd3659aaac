"""Where in a record the words of the model are, and who said them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from traceviz.sources.blocks import content_parts
from traceviz.sources.conversations import is_conversation, parted, turn_parts
from traceviz.sources.fields import Plan, look_up
from traceviz.sources.forms import Speaker
from traceviz.sources.layouts import Layout
from traceviz.sources.parts import Part
from traceviz.sources.payloads import message_parts, plain_text
from traceviz.sources.trace import Trace
from traceviz.sources.values import as_string

#: What OpenRouter's ids begin with.
_RELAYED_ID: Final = "gen-"

#: Columns that tell a row of a table of ours, whose texts were found before.
_OURS: Final = frozenset({"reasoning_form", "diagnostics", "record_index"})


def as_message(record: Mapping[Any, Any], layout: Layout) -> Mapping[Any, Any] | None:
    """Give a record that is itself a message with more in it than plain strings."""
    content = record.get("content")
    if content.__class__ is list and content and not is_conversation(content):
        return record
    if not layout.structured or isinstance(record.get("message"), Mapping) or record.keys() >= _OURS:
        return None
    if content is None:
        said = (record.get(name) for name in layout.roles["said"])
        content = next((value for value in said if isinstance(value, str)), None)
    return {**record, "content": content}


def speaker_in(trace: Trace, record: Mapping[Any, Any]) -> Speaker:
    """Say who speaks in a record."""
    message = record.get("message")
    chosen = message.__class__ is dict or isinstance(message, Mapping)
    relayed = chosen and (trace.provider is not None or (trace.trace_id or "").startswith(_RELAYED_ID))
    payload = chosen or isinstance(record.get("content"), list)
    return Speaker(trace.model, trace.provider if payload else None, relayed)


def turns_of(trace: Trace, value: Any, speaker: Speaker) -> list[list[Part]]:
    """Give the parts of each turn of a value that holds what the model said; what stands before is the prompt."""
    if isinstance(value, str):
        return [[Part("answer", value)]]
    if isinstance(value, Mapping):
        inner = value.get("parts")
        parts = content_parts(inner, speaker) if isinstance(inner, list) else message_parts(value, speaker)
        return [list(parts)]
    if not isinstance(value, list) or not value:
        return []
    if not is_conversation(value):
        return [list(content_parts(value, speaker))]
    before, own = parted(value)
    if trace.prompt is None and before and own:
        trace.prompt = joined_prompt(before)
    return [turn_parts(turn, speaker, trace.diagnostics) for turn in own]


def joined_prompt(turns: Sequence[Any]) -> str:
    """Give the text of the turns of a prompt."""
    return "\n\n".join(filter(None, map(plain_text, turns)))


def answer_in(trace: Trace, record: Mapping[Any, Any], roles: Plan) -> str | None:
    """Give the answer that has a field of its own."""
    for name in roles["answer"]:
        text = as_string(look_up(record, name))
        if text is not None:
            trace.used["answer"] = name
            return text
    return None
