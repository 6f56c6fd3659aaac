"""Events of which each says what it is: those of Anthropic's Messages and of OpenAI's Responses."""

# ruff: noqa: D102, ARG004  (the methods are explained in streams.Stream, and not every kind needs all arguments)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from traceviz.sources.merging import Pieces, merge
from traceviz.sources.quarantine import Found
from traceviz.sources.streams import IDS, Stream, string


class Anthropic(Stream):
    """Events of Anthropic's Messages: blocks by their index."""

    name = "anthropic"

    _EVENTS: Final = frozenset(
        {"message_start", "content_block_start", "content_block_delta", "content_block_stop", "message_delta",
         "message_stop"}
    )  # fmt: skip

    def __init__(self, found: Found) -> None:
        super().__init__(found)
        self.head: dict[str, Any] = {"type": "message", "role": "assistant"}
        self.blocks: dict[Any, dict[str, Any]] = {}

    @staticmethod
    def knows(value: dict[str, Any], *, sse: bool) -> bool:
        kind = value.get("type")
        return isinstance(kind, str) and kind in Anthropic._EVENTS

    @staticmethod
    def continues(value: dict[str, Any]) -> bool:
        return value.get("type") in ("ping", "error")

    @staticmethod
    def key(value: dict[str, Any], open_streams: Sequence[Any]) -> str:
        message = value.get("message")
        own = string(value, *IDS)
        if own:
            return own
        if value.get("type") == "message_start":
            return string(message, "id") if isinstance(message, dict) else ""
        return str(open_streams[-1].own_key) if open_streams else ""

    @staticmethod
    def starts(value: dict[str, Any]) -> bool:
        return value.get("type") == "message_start"

    def take(self, value: dict[str, Any]) -> None:
        kind, index = value.get("type"), value.get("index")
        index = index if isinstance(index, int) else 0
        if kind == "message_start" and isinstance(value.get("message"), dict):
            self.head |= {name: item for name, item in value["message"].items() if name != "content"}
        elif kind == "content_block_start" and isinstance(value.get("content_block"), dict):
            merge(self.blocks.setdefault(index, {}), value["content_block"])
        elif kind == "content_block_delta" and isinstance(value.get("delta"), dict):
            delta = {name: item for name, item in value["delta"].items() if name != "type"}
            kinds = {"thinking": "thinking", "signature": "thinking", "text": "text"}
            block = self.blocks.setdefault(index, {})
            for name in delta:
                if "type" not in block and name in kinds:
                    block["type"] = kinds[name]
            merge(block, delta)
        elif kind == "message_delta" and isinstance(value.get("delta"), dict):
            self.head |= {name: item for name, item in value["delta"].items() if item is not None}
        self.ended = self.ended or kind == "message_stop"

    def record(self) -> dict[str, Any]:
        blocks = [self.blocks[index] for index in sorted(self.blocks)]
        return {**self.head, "content": blocks}


class Responses(Stream):
    """Events of OpenAI's Responses: the completed items, and of those that never were, the deltas."""

    name = "responses"

    _DELTAS: Final[Mapping[str, tuple[str, str]]] = {
        "response.reasoning_text.delta": ("content", "reasoning_text"),
        "response.reasoning_summary_text.delta": ("summary", "summary_text"),
        "response.output_text.delta": ("content", "output_text"),
    }

    def __init__(self, found: Found) -> None:
        super().__init__(found)
        self.head: dict[str, Any] = {"object": "response"}
        self.items: dict[int, dict[str, Any]] = {}
        self.texts: dict[tuple[int, str, int], tuple[str, Pieces]] = {}
        self.ids: set[str] = set()
        self.last: int | None = None

    @staticmethod
    def knows(value: dict[str, Any], *, sse: bool) -> bool:
        kind = value.get("type")
        return isinstance(kind, str) and kind.startswith("response.")

    @staticmethod
    def starts(value: dict[str, Any]) -> bool:
        return value.get("type") == "response.created"

    @staticmethod
    def key(value: dict[str, Any], open_streams: Sequence[Any]) -> str:
        response = value.get("response")
        own = (string(response, "id") if isinstance(response, dict) else "") or string(value, "response_id")
        if own:
            return own
        return str(Responses._owner(value, open_streams)) if open_streams else ""

    @staticmethod
    def _owner(value: dict[str, Any], open_streams: Sequence[Responses]) -> str:
        item, number = value.get("item_id"), value.get("sequence_number")
        for stream in open_streams:
            if isinstance(item, str) and item in stream.ids:
                return stream.own_key
        for stream in open_streams:
            if isinstance(number, int) and stream.last is not None and number == stream.last + 1:
                return stream.own_key
        return open_streams[-1].own_key

    def take(self, value: dict[str, Any]) -> None:
        kind = str(value.get("type"))
        number, at = value.get("sequence_number"), value.get("output_index")
        self.last = number if isinstance(number, int) else self.last
        at = at if isinstance(at, int) else 0
        item, response = value.get("item"), value.get("response")
        if isinstance(item, dict):
            if isinstance(item.get("id"), str):
                self.ids.add(item["id"])
            if kind == "response.output_item.done" or at not in self.items:
                self.items[at] = {**item, "done": kind == "response.output_item.done"}
        if isinstance(response, dict):
            self.head |= {name: each for name, each in response.items() if each is not None}
        if kind in self._DELTAS and isinstance(value.get("delta"), str):
            field, block = self._DELTAS[kind]
            inner = value.get("summary_index" if field == "summary" else "content_index")
            key = (at, field, inner if isinstance(inner, int) else 0)
            self.texts.setdefault(key, (block, Pieces()))[1].append(value["delta"])
        self.ended = self.ended or kind in ("response.completed", "response.incomplete", "response.failed")

    def record(self) -> dict[str, Any]:
        if self.head.get("output") and self.ended:
            return self.head
        head = {name: item for name, item in self.head.items() if self.ended or name != "status"}
        items = {at: dict(item) for at, item in self.items.items()}
        for (at, field, _), (block, pieces) in sorted(self.texts.items(), key=lambda pair: pair[0]):
            fallback = {"type": "message" if block == "output_text" else "reasoning", "done": False}
            item = items.setdefault(at, fallback)
            if not item.get("done"):
                if item.get("filled") is None:
                    item |= {"content": [], "summary": [], "filled": True}
                item[field].append({"type": block, "text": pieces})
        gone = ("done", "filled")
        output = [{k: v for k, v in items[at].items() if k not in gone} for at in sorted(items)]
        return {**head, "output": output}
