"""Conversations: which turns are the prompt, and which are the model's last, with the tools between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from traceviz.sources.blocks import block_parts
from traceviz.sources.forms import Speaker
from traceviz.sources.parts import Part
from traceviz.sources.payloads import is_assistant, message_parts

_TOOLS: Final = frozenset({"tool", "function", "ipython", "observation", "environment", "tool_response"})

#: Types of turns without a role that the model did not write.  Items of the Responses API have a role only where they
#: are messages: the others are the model's, except what tools answered (``…_output``).
_NOT_OWN: Final = frozenset({"human", "system", "user", "tool", "function", "developer"})

#: Blocks of a user's turn that hold only what a tool answered.
_TOOL_BLOCKS: Final = ("tool_result", "toolResult", "functionResponse", "function_response", "tool-return")

_MARKS: Final = ("role", "from")


def is_plain_dialogue(turns: Sequence[Any]) -> bool:
    """Tell the commonest conversation: plain strings, and the model's one turn comes last."""
    asked = "assistant"
    for turn in reversed(turns):
        if turn.__class__ is not dict or len(turn) != 2 or turn.get("content").__class__ is not str:
            return False
        if turn.get("role") != asked and (asked != "user" or turn.get("role") != "system"):
            return False
        asked = "user"
    return True


def is_conversation(items: Sequence[Any]) -> bool:
    """Tell turns from the blocks of one message."""
    some = False
    for item in items:
        if not isinstance(item, Mapping):
            return False
        some = some or any(isinstance(item.get(mark), str) for mark in _MARKS) or _is_foreign(item)
    return some


def _is_foreign(item: Mapping[Any, Any]) -> bool:
    """Tell a turn of LangChain's or Pydantic AI's."""
    return item.get("type") in ("human", "ai") or (item.get("kind") in ("request", "response") and "parts" in item)


def parted(turns: Sequence[Mapping[str, Any]]) -> tuple[Sequence[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Give what stands before the last turns of the model, and those turns without those of tools."""
    last = len(turns)
    while last and not _is_own(turns[last - 1]):
        last -= 1
    first = last
    while first and (_is_own(turns[first - 1]) or _is_tool(turns[first - 1])):
        first -= 1
    return turns[:first] if last else turns, [turn for turn in turns[first:last] if _is_own(turn)]


def turn_parts(turn: Mapping[str, Any], speaker: Speaker, notes: list[str]) -> list[Part]:
    """Give the parts of one turn of the model: a message, or an item of the Responses API."""
    return block_parts(turn, speaker) if _is_item(turn) else message_parts(turn, speaker, notes)


def _is_own(turn: Mapping[str, Any]) -> bool:
    return is_assistant(turn) or _is_item(turn)


def _is_item(turn: Mapping[str, Any]) -> bool:
    """Tell an item of the Responses API that the model wrote and that is no message."""
    kind = turn.get("type")
    if not isinstance(kind, str) or any(mark in turn for mark in _MARKS) or kind == "ai":
        return False
    return kind not in _NOT_OWN and not kind.endswith("_output")


def _is_tool(turn: Mapping[str, Any]) -> bool:
    role, kind = turn.get("role", turn.get("from")), turn.get("type")
    if isinstance(role, str) and role in _TOOLS:
        return True
    if role is None and isinstance(kind, str) and (kind in _TOOLS or kind.endswith("_output")):
        return True
    blocks = turn.get("content", turn.get("parts"))
    return isinstance(blocks, list) and bool(blocks) and all(map(_is_tool_block, blocks))


def _is_tool_block(block: Any) -> bool:
    if not isinstance(block, Mapping):
        return False
    kind = block.get("type", block.get("part_kind"))
    return (isinstance(kind, str) and kind in _TOOL_BLOCKS) or any(name in block for name in _TOOL_BLOCKS)
