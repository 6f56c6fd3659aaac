"""Completions and prompts as trainers hand them over: a text, or the messages of a chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from traceviz.schema import SchemaError
from traceviz.sources.completions import split
from traceviz.sources.harmony import is_harmony, split_harmony
from traceviz.sources.payloads import plain_text


def is_list(given: object) -> bool:
    """Tell whether something is a list; verl reads lists of a Parquet file as arrays."""
    return isinstance(given, (Sequence, np.ndarray)) and not isinstance(given, (str, bytes))


def written(completion: Any, prompt: Any, part: str, place: int) -> str | None:
    """Give the text of a completion that is measured; None where there is none."""
    if completion is None:
        return None
    if isinstance(completion, str):
        answer, reasoning = completion, []
    elif is_list(completion) and all(isinstance(turn, Mapping) for turn in completion):
        own = [turn for turn in completion if turn.get("role", "assistant") == "assistant"]
        answer = "\n\n".join(filter(None, (plain_text(turn.get("content")) for turn in own)))
        reasoning = [turn["reasoning_content"] for turn in own if isinstance(turn.get("reasoning_content"), str)]
    else:
        raise SchemaError(
            f"Completion {place} is {type(completion).__name__}, and neither a string nor a list of messages "
            "such as [{'role': 'assistant', 'content': '...'}]."
        )
    if part == "completion":
        return "\n\n".join([*reasoning, *filter(None, [answer])])
    if reasoning:
        return "\n\n".join(reasoning)
    return (split_harmony(answer) if is_harmony(answer) else split(answer, prompt=_last(prompt))).reasoning


def _turns(prompt: Any) -> list[tuple[str, str]]:
    """Give the role and the text of each message of a prompt."""
    if prompt is None:
        return []
    if isinstance(prompt, str):
        return [("user", prompt)]
    if is_list(prompt) and all(isinstance(turn, Mapping) for turn in prompt):
        return [(str(turn.get("role", "user")), plain_text(turn.get("content"))) for turn in prompt]
    raise SchemaError(f"A prompt is a string or a list of messages, not {type(prompt).__name__}.")


def said(prompt: Any) -> str:
    """Give all that stands in a prompt."""
    return "\n\n".join(text for _, text in _turns(prompt) if text)


def _last(prompt: Any) -> str | None:
    return next((text for _, text in reversed(_turns(prompt))), None)


def question(prompt: Any) -> str | None:
    """Give the last message by the user: a system prompt is often in English whatever the question is in."""
    turns = _turns(prompt)
    return next((text for role, text in reversed(turns) if role == "user"), said(prompt) if turns else None)
