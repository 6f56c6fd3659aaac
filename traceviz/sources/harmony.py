"""OpenAI's harmony: a completion as messages on channels."""

from __future__ import annotations

import re
from typing import Final

from traceviz.sources.completions import Completion

_TOKEN: Final = re.compile(r"<\|(start|channel|message|constrain|end|return|call)\|>")


def is_harmony(text: str) -> bool:
    """Tell harmony by its channels."""
    return "<|channel|>" in text and "<|message|>" in text


def split_harmony(text: str) -> Completion:
    """Split raw harmony into reasoning (the analysis channel) and answer (final, and what is said between tools).

    A missing start, junk after the channel's name and a missing end are tolerated.
    """
    outcome = Completion(None, None, "harmony")
    reasoning: list[str] = []
    answer: list[str] = []
    header = ""
    for kind, piece, closed in _pieces(text):
        if kind != "message":
            header = f"{header} {kind}={piece.strip()}"
            continue
        role = _target(header)
        if role == "reasoning":
            reasoning.append(piece.strip())
            outcome.closed = closed
        elif role == "answer":
            answer.append(piece.strip())
        elif role == "unknown":
            outcome.notes.append("bad_channel")
        header = ""
    if reasoning:
        outcome.reasoning = "\n\n".join(reasoning)
    outcome.answer = "\n\n".join(answer) or None
    if not outcome.closed:
        outcome.notes.append("unclosed_reasoning")
    if not reasoning:
        outcome.notes.append("no_marker")
    return outcome


def _pieces(text: str) -> list[tuple[str, str, bool]]:
    """Give each token's name, the text behind it, and whether another token follows."""
    tokens = list(_TOKEN.finditer(text))
    ends = [token.start() for token in tokens[1:]] + [len(text)]
    return [
        (token[1], text[token.end() : end], end < len(text))
        for token, end in zip(tokens, ends, strict=True)
        if token[1] not in ("end", "return", "call")
    ]


def _target(header: str) -> str:
    """Say what a message with this header is."""
    role = header.partition("start=")[2].split(" ", 1)[0] if "start=" in header else "assistant"
    channel = re.split(r"[^a-z]", header.partition("channel=")[2], maxsplit=1)[0]
    if role not in ("assistant", ""):
        return "other"
    if "to=" in header:
        return "tool"
    if channel == "analysis":
        return "reasoning"
    return "answer" if channel in ("final", "commentary") else "unknown"
