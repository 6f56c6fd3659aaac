"""Records that hold several samples, or other records: taken apart, each piece with what it shares."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from traceviz.sources.fields import TEXT_ROLES, Plan, plan

#: Fields that hold a whole payload.
PAYLOADS: Final = ("choices", "candidates", "message")


def has_text(record: Mapping[Any, Any], roles: Plan) -> bool:
    """Tell whether a record has a field that can hold what a model said."""
    return any(roles[role] for role in TEXT_ROLES) or any(
        isinstance(record.get(name), (dict, list)) for name in PAYLOADS
    )


def inner_payload(record: Mapping[Any, Any], names: Iterable[str]) -> dict[Any, Any] | None:
    """Give a payload that lies in a field of a record, with the record's own scalars."""
    for name in names:
        value = record.get(name)
        if isinstance(value, Mapping) and any(isinstance(value.get(inner), list) for inner in _ENVELOPES):
            return {**outer(record), **value}
    return None


#: Lists by which a payload is told that lies in a field.
_ENVELOPES: Final = ("choices", "candidates", "output", "outputs")


def outer(record: Mapping[Any, Any]) -> dict[Any, Any]:
    """Give what a record says of all that it holds."""
    return {key: value for key, value in record.items() if not isinstance(value, (list, dict))}


def choices(record: Mapping[Any, Any], name: str) -> Iterator[dict[Any, Any]]:
    """Give one record a choice, each with what the response says of all."""
    rest = dict(record)
    del rest[name]
    for index, choice in enumerate(record[name]):
        if not isinstance(choice, Mapping):
            continue
        inner = dict(choice)
        number = inner.pop("index", None)
        inner.pop("logprobs", None)
        yield {**rest, **inner, "sample_index": number if isinstance(number, int) else index}


def companions(record: Mapping[Any, Any], name: str, n: int) -> tuple[set[Any], bool]:
    """Give the fields with one value for each of ``n`` samples, and whether there are lists of other lengths.

    Lists of lists and of objects, such as the turns of a conversation, are left whole.
    """
    lists = [key for key, value in record.items() if key != name and _is_flat(value)]
    found = {key for key in lists if len(record[key]) == n}
    return found, len(found) < len(lists)


def _is_flat(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and not any(isinstance(item, (dict, list)) for item in value)


def exploded(
    record: Mapping[Any, Any], name: str, items: list[str | None], together: Container[Any]
) -> Iterator[dict[Any, Any]]:
    """Give one record a sample, with its values of the fields that go ``together`` with the samples."""
    for index, item in enumerate(items):
        sample = {key: value[index] if key in together else value for key, value in record.items()}
        yield {**sample, name: item}


def transposed(record: Mapping[Any, Any], roles: Plan) -> list[dict[Any, Any]] | None:
    """Give the rows of a record that holds a list for each column; None if it is no such record.

    One prompt with several completions is none: its samples are `exploded`.
    """
    n = next(_lengths(record, roles["prompt"], str), 0)
    said = (*roles["reasoning"], *roles["completion"], *roles["answer"])
    if n < 2 or n not in _lengths(record, said, str):
        n = next(_lengths(record, roles["messages"], list), 0)
    if not n:
        return None
    lists = [name for name, value in record.items() if isinstance(value, list) and value]
    columns = {name for name in lists if len(record[name]) == n}
    rest = {"diagnostics": ["ragged_lists"]} if len(columns) < len(lists) else {}
    return [
        {**{name: value[row] if name in columns else value for name, value in record.items()}, **rest}
        for row in range(n)
    ]


def _lengths(record: Mapping[Any, Any], names: Sequence[str], kind: type) -> Iterator[int]:
    """Give the lengths of the fields that are lists of texts, or of conversations; rows may be missing."""
    for value in map(record.get, names):
        if value.__class__ is list and value and all(item is None or isinstance(item, kind) for item in value):
            yield len(value)


def enclosed(record: Mapping[Any, Any], name: str | None = None) -> Iterator[Mapping[Any, Any]]:
    """Give the records that an object encloses in a list, each with the object's own scalars."""
    for key, value in record.items():
        if name is not None and key != name:
            continue
        if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
            continue
        if has_text(value[0], plan(tuple(value[0]))):
            shared = outer(record)
            yield from ({**shared, **item} for item in value)
            return
