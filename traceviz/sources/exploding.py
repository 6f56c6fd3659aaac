"""Records that hold several samples, or other records: taken apart, each piece with what it shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from traceviz.sources.fields import TEXT_ROLES, Plan, plan

#: Fields that hold a whole payload.
PAYLOADS: Final = ("choices", "candidates", "message")


def has_text(record: Mapping[Any, Any], roles: Plan) -> bool:
    """Tell whether a record has a field that can hold what a model said."""
    return any(roles[role] for role in TEXT_ROLES) or any(
        isinstance(record.get(name), (dict, list)) for name in PAYLOADS
    )


def opened(record: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Open the envelope of a batch API."""
    for name, inner in (("response", "body"), ("result", "message")):
        envelope = record.get(name)
        if isinstance(envelope, Mapping):
            body = envelope.get(inner, envelope if "candidates" in envelope else None)
            if isinstance(body, Mapping):
                rest = {key: value for key, value in record.items() if key not in (name, "error")}
                return {**body, **rest}
    return record


def choices(record: Mapping[Any, Any], name: str) -> Iterator[dict[Any, Any]]:
    """Give one record a choice, each with what the response says of all."""
    rest = {key: value for key, value in record.items() if key != name}
    for index, choice in enumerate(record[name]):
        inner = {key: value for key, value in choice.items() if key not in ("index", "logprobs")}
        number = choice.get("index")
        yield {**rest, **inner, "sample_index": number if isinstance(number, int) else index}


def exploded(record: Mapping[Any, Any], name: str, items: list[str | None]) -> Iterator[dict[Any, Any]]:
    """Give one record a sample; lists of as many values belong to the samples too."""
    n = len(items)
    companions = {
        key
        for key, value in record.items()
        if key != name
        and isinstance(value, list)
        and len(value) == n
        and not any(isinstance(item, (dict, list)) for item in value)
    }
    for index, item in enumerate(items):
        sample = {key: value[index] if key in companions else value for key, value in record.items()}
        yield {**sample, name: item}


def enclosed(record: Mapping[Any, Any], name: str | None = None) -> Iterator[Mapping[Any, Any]]:
    """Give the records that an object encloses in a list, each with the object's own scalars."""
    for key, value in record.items():
        if name is not None and key != name:
            continue
        if not isinstance(value, list) or not value or not all(isinstance(item, Mapping) for item in value):
            continue
        if has_text(value[0], plan(tuple(value[0]))):
            outer = {k: v for k, v in record.items() if not isinstance(v, (list, dict))}
            yield from ({**outer, **item} for item in value)
            return
