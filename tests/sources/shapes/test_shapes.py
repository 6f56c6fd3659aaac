"""Shapes meet what no writer meant: any value may stand anywhere, and no record may break a load."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.sources.archives import Refused, members
from traceviz.sources.containers import Input
from traceviz.sources.records import RecordReader
from traceviz.sources.shapes import Where, candidates, shape_of, shapes

SAMPLES = Path(__file__).parent.parent.parent.parent / "samples" / "formats"

#: Any JSON, mostly of the kinds that are mistaken for each other.
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from(["assistant", "7"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["content", "role", "message", "text", "type", "id", "value"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)


def records_of(name: str) -> list[dict[str, Any]]:
    raw = (SAMPLES / name).read_bytes()
    if name.endswith(".eval"):
        with Input(name, name, SAMPLES / name).open() as stream:
            return [orjson.loads(member.file.read()) for member in members(stream) if not isinstance(member, Refused)]
    try:
        values = [orjson.loads(raw)]
    except orjson.JSONDecodeError:
        values = [orjson.loads(line) for line in raw.splitlines()]
    return [value for value in values if isinstance(value, dict)]


RECORDS = [record for name in sorted({shape.sample for shape in shapes()}) for record in records_of(name)]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Give the way to each value in a record."""
    inner: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, each in inner for place in places(each, (*path, key)))] if path or inner else [path]


@given(st.data())
@settings(max_examples=600, deadline=None)
def test_any_value_anywhere(data: st.DataObject) -> None:
    record = copy.deepcopy(data.draw(st.sampled_from(RECORDS)))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from([place for place in places(record) if place]))
        at: Any = record
        for key in path[:-1]:
            at = at[key]
        if data.draw(st.booleans()):
            at[path[-1]] = data.draw(JSON)
        elif isinstance(at, dict):
            del at[path[-1]]
        else:
            at[path[-1]] = None
        if not record:
            break
    traces = RecordReader({}).read(record, Where("runs/step_5/x.jsonl", {"header": data.draw(JSON)}))
    assert all(isinstance(trace.reasoning, str | None) and isinstance(trace.answer, str | None) for trace in traces)


@given(st.sampled_from(shapes()), st.data())
@settings(max_examples=300, deadline=None)
def test_only_the_keys(shape: Any, data: st.DataObject) -> None:
    record = {key: data.draw(JSON) for key in shape.keys} | ({shape.prefix: data.draw(JSON)} if shape.prefix else {})
    RecordReader({}).read(record)


#: Shapes whose records stand only in a test of their own.
ELSEWHERE = {"failed_custom_id"}


@pytest.mark.parametrize("shape", [shape for shape in shapes() if shape.name not in ELSEWHERE], ids=lambda s: s.name)
def test_a_sample_has_the_shape(shape: Any) -> None:
    assert any(
        found.name == shape.name or found.plain is shape.plain
        for record in records_of(shape.sample)
        for found in [shape_of(record)]
        if found is not None
    )


@pytest.mark.parametrize(
    "record",
    [
        {"reasoning": "r", "answer": "a"},
        {"prompt": "p", "completion": "<think>r</think>a"},
        {"messages": [{"role": "assistant", "content": "<think>r</think>a"}]},
        {"input": "p", "output": "<think>r</think>a"},
        {"id": "1", "text": "<think>r</think>a", "metadata": {}},
        {"question": "p", "reasoning": "r", "answer": "a", "step": 3},
        {"instruction": "p", "input": "", "output": "<think>r</think>a", "score": 1},
        {"id": "1", "conversations": [{"from": "gpt", "value": "<think>r</think>a"}], "data": "x"},
    ],
    ids="-".join,
)
def test_no_shape_takes_a_plain_record(record: dict[str, Any]) -> None:
    assert shape_of(record) is None
    assert tv.load([record])["reasoning"].tolist() == ["r"]


def test_the_first_shape_wins() -> None:
    names = [shape.name for shape in candidates(("step", "prompt", "completion", "version_rle", "reward"))]
    assert names == ["areal", "ms_swift", "trl_completions", "verifiers_results"]


def test_names_of_shapes_tell_them_apart() -> None:
    seen: dict[str, Any] = {}
    for shape in shapes():
        assert seen.setdefault(shape.name, shape.plain) is shape.plain, shape.name
