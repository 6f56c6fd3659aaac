"""Fragments that look like responses: chunks of OpenAI and who follows it, of Gemini and of Ollama."""

# ruff: noqa: D102, ARG004  (the methods are explained in streams.Stream, and not every kind needs all arguments)

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from traceviz.sources.merging import merge
from traceviz.sources.quarantine import Found
from traceviz.sources.streams import IDS, Stream, string


class OpenAI(Stream):
    """Chunks of Chat Completions, and in recordings those of Completions."""

    name = "openai"

    def __init__(self, found: Found) -> None:
        super().__init__(found)
        self.head: dict[str, Any] = {}
        self.choices: dict[Any, dict[str, Any]] = {}

    @staticmethod
    def knows(value: dict[str, Any], *, sse: bool) -> bool:
        kind = value.get("object")
        choices = value.get("choices")
        if kind == "chat.completion.chunk" or (sse and (kind == "text_completion" or choices == [])):
            return True
        return isinstance(choices, list) and bool(choices) and isinstance(choices[0], dict) and "delta" in choices[0]

    @staticmethod
    def key(value: dict[str, Any], open_streams: Sequence[Any]) -> str:
        return string(value, *IDS)

    @staticmethod
    def is_late(value: dict[str, Any]) -> bool:
        return bool(string(value, *IDS)) or not value.get("choices")

    def take(self, value: dict[str, Any]) -> None:
        self.head |= {name: item for name, item in value.items() if name != "choices" and item is not None}
        choices = value.get("choices")
        for choice in choices if isinstance(choices, list) else []:
            if isinstance(choice, dict):
                index = choice.get("index")
                index = index if isinstance(index, int) else 0
                rest = {name: item for name, item in choice.items() if name not in ("delta", "logprobs")}
                if isinstance(choice.get("delta"), dict):
                    rest["message"] = choice["delta"]
                merge(self.choices.setdefault(index, {}), rest)
        self.ended = bool(self.choices) and all(each.get("finish_reason") for each in self.choices.values())

    def record(self) -> dict[str, Any]:
        head = dict(self.head)
        if head.get("object") == "chat.completion.chunk":
            head["object"] = "chat.completion"
        return {**head, "choices": [{**each, "index": index} for index, each in self.choices.items()]}


class Gemini(Stream):
    """Chunks of Gemini, each like a response of its own: told by their id, or by being in a recording."""

    name = "gemini"

    def __init__(self, found: Found) -> None:
        super().__init__(found)
        self.head: dict[str, Any] = {}
        self.candidates: dict[int, dict[str, Any]] = {}

    @staticmethod
    def knows(value: dict[str, Any], *, sse: bool) -> bool:
        candidates = value.get("candidates")
        if not isinstance(candidates, list):
            return False
        return sse or (bool(string(value, "responseId", "response_id")) and not Gemini._ended(candidates))

    @staticmethod
    def continues(value: dict[str, Any]) -> bool:
        has_id = bool(string(value, "responseId", "response_id"))
        return has_id and isinstance(value.get("candidates", value.get("usageMetadata")), (list, dict))

    @staticmethod
    def _ended(candidates: list[Any]) -> bool:
        return all(
            isinstance(each, dict) and bool(each.get("finishReason", each.get("finish_reason"))) for each in candidates
        )

    @staticmethod
    def key(value: dict[str, Any], open_streams: Sequence[Any]) -> str:
        return string(value, "responseId", "response_id")

    @staticmethod
    def is_late(value: dict[str, Any]) -> bool:
        return bool(string(value, "responseId", "response_id")) or not value.get("candidates")

    @staticmethod
    def ends_alone(value: dict[str, Any]) -> bool:
        candidates = value.get("candidates")
        return not isinstance(candidates, list) or (bool(candidates) and Gemini._ended(candidates))

    def take(self, value: dict[str, Any]) -> None:
        self.head |= {name: item for name, item in value.items() if name != "candidates" and item is not None}
        candidates = value.get("candidates")
        for candidate in candidates if isinstance(candidates, list) else []:
            if isinstance(candidate, dict):
                index = candidate.get("index")
                merge(self.candidates.setdefault(index if isinstance(index, int) else 0, {}), candidate)
        self.ended = bool(self.candidates) and self._ended(list(self.candidates.values()))

    def record(self) -> dict[str, Any]:
        return {**self.head, "candidates": [{**each, "index": i} for i, each in self.candidates.items()]}


class Ollama(Stream):
    """Fragments of Ollama, in order, until ``"done": true``."""

    name = "ollama"

    def __init__(self, found: Found) -> None:
        super().__init__(found)
        self.whole: dict[str, Any] = {}

    @staticmethod
    def knows(value: dict[str, Any], *, sse: bool) -> bool:
        return value.get("done") is False and (isinstance(value.get("message"), dict) or "response" in value)

    @staticmethod
    def continues(value: dict[str, Any]) -> bool:
        return value.get("done") is True and (isinstance(value.get("message"), dict) or "response" in value)

    @staticmethod
    def key(value: dict[str, Any], open_streams: Sequence[Any]) -> str:
        return string(value, *IDS) or string(value, "model")

    @staticmethod
    def ends_alone(value: dict[str, Any]) -> bool:
        return value.get("done") is True

    def take(self, value: dict[str, Any]) -> None:
        said = {name: item for name, item in value.items() if name in ("message", "response", "thinking")}
        self.whole |= {name: item for name, item in value.items() if name not in said}
        parts = self.whole.setdefault("", {})
        merge(parts, said)
        self.ended = value.get("done") is True

    def record(self) -> dict[str, Any]:
        rest = {name: item for name, item in self.whole.items() if name}
        return {**rest, **self.whole.get("", {})}
