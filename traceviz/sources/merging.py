"""Merge the fragments of a stream: strings go on, and halves of surrogate pairs find each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from traceviz.texts import replace_lone_surrogates

#: Values of a fragment that replace the earlier one; other strings go on.
_REPLACED: Final = frozenset(
    {"index", "type", "id", "name", "role", "format", "object", "model", "finish_reason", "finishReason", "signature",
     "thoughtSignature", "thought_signature", "closed", "thought"}
)  # fmt: skip

#: Blocks among which that with an index is looked for.
_MOST_LOOKED_AT: Final = 64

#: How deep a fragment is merged.
_DEEPEST: Final = 20


class Pieces(list[str]):
    """Strings that are to be one."""


def merge(into: dict[Any, Any], fragment: Mapping[Any, Any], depth: int = 0) -> None:
    """Add a fragment to what came before it: strings and lists go on, other values are replaced."""
    for name, value in fragment.items():
        before = into.get(name)
        if value is None:
            into.setdefault(name, None)
        elif isinstance(value, str) and name not in _REPLACED:
            if isinstance(before, list) and not isinstance(before, Pieces):
                _append(before, [{"type": "text", "text": value}], depth)
            else:
                into[name] = before if isinstance(before, Pieces) else Pieces()
                into[name].append(value)
        elif isinstance(value, list) and depth < _DEEPEST:
            into[name] = _blocks(before)
            _append(into[name], value, depth)
        elif isinstance(value, Mapping) and depth < _DEEPEST:
            into[name] = before if isinstance(before, dict) else {}
            merge(into[name], value, depth + 1)
        else:
            into[name] = value


def _blocks(before: Any) -> list[Any]:
    """Give what blocks are added to: a text that came first is a block of its own."""
    if isinstance(before, Pieces):
        return [{"type": "text", "text": before}] if any(before) else []
    return before if isinstance(before, list) else []


def _append(items: list[Any], more: Sequence[Any], depth: int) -> None:
    """Add blocks to blocks: one of the same kind, or with the same index, goes on."""
    for item in more:
        last = items[-1] if items else None
        if not isinstance(item, Mapping):
            items.append(item)
        elif isinstance(item.get("index"), int):
            at = next((known for known in reversed(items[-_MOST_LOOKED_AT:]) if _index(known) == item["index"]), None)
            if at is None or at.get("type", item.get("type")) != item.get("type", at.get("type")):
                at = {}
                items.append(at)
            merge(at, item, depth + 1)
        elif isinstance(last, dict) and _goes_on(last, item):
            merge(last, item, depth + 1)
        else:
            fresh: dict[Any, Any] = {}
            merge(fresh, item, depth + 1)
            items.append(fresh)


def _index(item: Any) -> Any:
    return item.get("index") if isinstance(item, dict) else None


def _goes_on(last: Mapping[Any, Any], item: Mapping[Any, Any]) -> bool:
    """Tell whether a block is the next piece of the last one."""
    texts = ("text", "thinking", "summary", "reasoning")
    return (
        last.get("type") == item.get("type")
        and bool(last.get("thought")) == bool(item.get("thought"))
        and any(name in last and name in item for name in texts)
    )


def whole(value: Any, notes: dict[str, None], depth: int = 0) -> Any:
    """Join the pieces of strings, and the halves of surrogate pairs that came in different fragments.

    Parameters
    ----------
    value
        What `merge` made.
    notes
        Gets the diagnostic codes of what was mended.
    depth
        How deep the value lies in the whole.
    """
    if isinstance(value, Pieces):
        return _mended("".join(value), notes)
    if isinstance(value, str):
        return _mended(value, notes)
    if depth > 2 * _DEEPEST:
        return value
    if isinstance(value, list):
        return [whole(item, notes, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_mended(name, notes): whole(item, notes, depth + 1) for name, item in value.items()}
    return value


def _mended(text: Any, notes: dict[str, None]) -> Any:
    """Join the halves of surrogate pairs, and replace those that stay alone."""
    if not isinstance(text, str):
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        if len(joined) < len(text):
            notes["cesu8_joined"] = None
        text, n_replaced = replace_lone_surrogates(joined)
        if n_replaced:
            notes["lone_surrogate_replaced"] = None
    return text
