"""Small steps that many shapes share; each takes any value, because a file can hold anything anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import orjson

from traceviz.sources.shapes import Record, Where

_NOTHING: Final[Record] = MappingProxyType({})

#: How files and folders are named by a step: ``global_step_20``, ``train_data_step7``, ``20.jsonl``.
_STEP: Final = re.compile(r"step[_-]?(\d+)|(?:\A|/)(\d+)(?:\.[a-z.]+)?\Z", re.IGNORECASE)


def without(record: Record, *names: str) -> dict[Any, Any]:
    """Give a record without some of its fields."""
    return {name: value for name, value in record.items() if name not in names}


def given(**values: Any) -> dict[Any, Any]:
    """Give the values that are there."""
    return {name: value for name, value in values.items() if value is not None}


def mapping(value: Any) -> Record:
    """Give an object, an empty one in place of anything else."""
    return value if isinstance(value, Mapping) else _NOTHING


def objects(value: Any) -> list[Record]:
    """Give the objects in a list, none of anything else."""
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, (list, tuple)) else []


def name_in(value: Any) -> str | None:
    """Give a name or a number as a name."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def number_in(value: Any) -> int | None:
    """Give a whole number, also one that is a string of digits or a float."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 19:
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def scalars(record: Record, *names: str) -> dict[Any, Any]:
    """Give the fields that hold a single value, without some of them."""
    return {
        name: value
        for name, value in record.items()
        if name not in names and value is not None and not isinstance(value, (list, dict, tuple, set))
    }


def parsed(value: Any) -> Any:
    """Give what a string of JSON says; anything else as it is."""
    if not isinstance(value, (str, bytes)) or value[:1] not in ("[", "{", b"[", b"{"):
        return value
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def answered(turns: Sequence[Record]) -> list[Record]:
    """Give the turns of the model in a list that holds what came after the prompt: a completion of several turns."""
    return [turn for turn in turns if turn.get("role", turn.get("from")) in ("assistant", "gpt", "model", "ai")]


def step_of(where: Where) -> int | None:
    """Give the step that a file or its folder is named by."""
    path = "/".join(where.relative.replace("\\", "/").split("/")[-2:])
    found = [first or second for first, second in _STEP.findall(path)]
    return number_in(found[-1]) if found else None


def with_step(record: Record, where: Where) -> dict[Any, Any]:
    """Give a record with a step: its own, or that of its file."""
    own = record.get("step", record.get("global_step"))
    step = None if own is not None else step_of(where)
    return {**record, "step": step} if step is not None else dict(record)


def sampled(several: Sequence[Record], question: str | None, trace: str | None = None) -> Iterator[dict[Any, Any]]:
    """Give the samples of one question their numbers and names."""
    for index, sample in enumerate(several):
        named = given(question_id=question)
        if trace is not None:
            named["trace_id"] = f"{trace}/{index}" if len(several) > 1 else trace
        yield {"sample_index": index, **named, **sample}


def strings(value: Any) -> list[str | None]:
    """Give a list of texts, where a text may be missing; none if anything else is in it."""
    if not isinstance(value, (list, tuple)) or not all(item is None or isinstance(item, str) for item in value):
        return []
    return list(value) if any(isinstance(item, str) for item in value) else []


def numbered(rest: dict[Any, Any], index: int, n: int) -> dict[Any, Any]:
    """Give what belongs to all samples of a request, with the number and name of one of them."""
    if n < 2 or "trace_id" not in rest:
        return {**rest, "sample_index": index}
    name = rest["trace_id"]
    return {**rest, "sample_index": index, "question_id": name, "trace_id": f"{name}/{index}"}
