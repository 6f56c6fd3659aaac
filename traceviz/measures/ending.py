"""How a trace ends: whether the server cut it, whether its block was closed, whether an answer followed.

These come from what the file says of a trace, not from its text; where it says nothing the number is missing
(``not_provided``).  A server that reports no finish reason, and a loader that was given bare strings, cannot know.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values

#: What servers call a stop at the limit of tokens (OpenAI, Anthropic, Gemini, vLLM, Cohere, Bedrock).
CUT: Final = frozenset({"length", "max_tokens", "max_length", "model_length", "max_output_tokens", "incomplete"})


def _given(sample: Sample, column: str) -> list[object]:
    return list(sample.given.get(column, [None] * len(sample)))


@metric(
    group="structure",
    unit="yes or no",
    range="0-1",
    direction="more is worse",
    source="finish reason of the server",
    weight=None,
    needs="traces",
)
def truncated(sample: Sample) -> Values:
    """Whether the server stopped the trace at a limit of tokens (1) or not (0), by its finish reason."""
    reasons = [value.lower() if isinstance(value, str) else None for value in _given(sample, "finish_reason")]
    unknown = np.array([reason is None for reason in reasons], dtype=bool)
    return Values.of([reason in CUT for reason in reasons]).without(unknown, "not_provided")


@metric(
    group="structure",
    unit="yes or no",
    range="0-1",
    direction="more is worse",
    source="traceviz",
    weight=None,
    needs="traces",
)
def unclosed(sample: Sample) -> Values:
    """Whether the block of reasoning was never closed (1), for traces that `tv.load` read."""
    codes = _given(sample, "diagnostics")
    unknown = np.array([not isinstance(code, list | tuple | np.ndarray) for code in codes], dtype=bool)
    found = [isinstance(code, list | tuple | np.ndarray) and "unclosed_reasoning" in list(code) for code in codes]
    return Values.of(found).without(unknown, "not_provided")


@metric(
    group="structure",
    unit="yes or no",
    range="0-1",
    direction="more is worse",
    source="traceviz",
    weight=None,
    needs="traces",
)
def empty_answer(sample: Sample) -> Values:
    """Whether the answer that follows the reasoning is empty (1); a source without answers leaves it missing."""
    answers = _given(sample, "answer")
    unknown = np.array([not isinstance(answer, str) for answer in answers], dtype=bool)
    return Values.of([isinstance(answer, str) and not answer.strip() for answer in answers]).without(
        unknown, "not_provided"
    )
