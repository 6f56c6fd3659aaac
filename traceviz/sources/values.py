"""Turn the values of fields into the values of the contract's columns."""

from __future__ import annotations

from typing import Any, Final

#: What producers call the ways in which a completion ends.
_FINISH: Final = {
    "stop": ("stop", "end_turn", "stop_sequence", "eos_token", "eos", "completed", "complete"),
    "length": ("length", "max_tokens", "model_length", "max_output_tokens", "model_context_window_exceeded"),
    "content_filter": (
        "content_filter", "refusal", "safety", "recitation", "content_filtered", "guardrail_intervened", "blocklist",
        "prohibited_content", "spii", "image_safety",
    ),
    "tool_call": ("tool_call", "tool_calls", "tool_use", "function_call"),
    "error": ("error", "abort", "aborted", "failed", "cancelled", "malformed_function_call", "unexpected_tool_call"),
}  # fmt: skip
_FINISH_OF: Final = {name: normal for normal, names in _FINISH.items() for name in names}

_TRUE: Final = frozenset({"true", "yes", "correct", "1", "1.0", "c"})
_FALSE: Final = frozenset({"false", "no", "incorrect", "wrong", "0", "0.0", "i"})


def is_missing(value: Any) -> bool:
    """Tell None, NaN and pandas' NA."""
    if value is None:
        return True
    if isinstance(value, float):
        return value != value  # noqa: PLR0124  (NaN alone differs from itself)
    return type(value).__name__ in ("NAType", "NaTType")


def as_string(value: Any) -> str | None:
    """Give a text, a number or a truth value as a string; None for anything else."""
    if isinstance(value, str):
        return value
    if is_missing(value) or not hasattr(value, "__str__") or isinstance(value, (dict, list, tuple, set, bytes)):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))  # pandas makes 3.0 of an integer column with a gap
    return str(value)


def as_integer(value: Any) -> int | None:
    """Give a whole number, also of a string of digits; None for anything else."""
    if isinstance(value, bool) or is_missing(value):
        return None
    if isinstance(value, str):
        digits = value.strip().lstrip("+-")
        return int(value) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
    try:
        whole = int(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return whole if whole == value and -(2**63) <= whole < 2**63 else None


def as_boolean(value: Any) -> bool | None:
    """Give a truth value, also of 0 and 1 and of words; None for anything else, such as a share."""
    if is_missing(value):
        return None
    if isinstance(value, str):
        word = value.strip().lower()
        return True if word in _TRUE else False if word in _FALSE else None
    try:
        return bool(value) if value in (0, 1) else None
    except (TypeError, ValueError):
        return None


def as_finish(value: Any) -> str | None:
    """Give the normalised reason why a completion ended; ``unknown`` for a word that is not known.

    SGLang and HELM write an object with the word in it.
    """
    if isinstance(value, dict):
        value = value.get("type", value.get("reason"))
    if not isinstance(value, str) or not value:
        return None
    return _FINISH_OF.get(value.lower().removeprefix("finishreason.").replace("-", "_"), "unknown")
