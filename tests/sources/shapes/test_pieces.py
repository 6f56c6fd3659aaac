"""Small steps of shapes: each takes any value, and gives nothing rather than something wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceviz.sources.shapes import Where
from traceviz.sources.shapes import pieces as p

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("value", "name", "number"),
    [
        ("pond", "pond", None), ("", None, None), (7, "7", 7), (True, None, None), (7.0, None, 7), (7.5, None, None),
        ("7", "7", 7), ("\u0667", "\u0667", None), ("9" * 30, "9" * 30, None), (float("nan"), None, None),
        (2.0**70, None, None), (None, None, None), ([7], None, None),
    ],
)  # fmt: skip
def test_names_and_numbers(value: Any, name: str | None, number: int | None) -> None:
    assert (p.name_in(value), p.number_in(value)) == (name, number)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('{"a": 1}', {"a": 1}), ("[1]", [1]), (b"[1]", [1]), ("[not JSON", "[not JSON"), ("7", "7"), (None, None),
        ({"a": 1}, {"a": 1}),
    ],
)  # fmt: skip
def test_json_in_a_string(value: Any, expected: Any) -> None:
    assert p.parsed(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["a", None], ["a", None]), (("a",), ["a"]), ([None], []), (["a", 1], []), ("a", []), ([], []), (None, []),
    ],
)  # fmt: skip
def test_texts_of_a_list(value: Any, expected: list[str | None]) -> None:
    assert p.strings(value) == expected


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("20.jsonl", 20), ("a/global_step_20/x.jsonl", 20), ("step_5/20.jsonl", 20), ("a\\step-7\\x.parquet", 7),
        ("5/x/y.jsonl", None), ("aime24.jsonl", None), ("", None),
    ],
)  # fmt: skip
def test_steps_of_names(path: str, step: int | None) -> None:
    assert p.step_of(Where(path)) == step


def test_a_step_of_its_own_goes_before_that_of_the_name() -> None:
    where = Where("20.jsonl")
    assert p.with_step({"a": 1}, where) == {"a": 1, "step": 20}
    assert p.with_step({"step": 3}, where) == {"step": 3}
    assert p.with_step({"global_step": 3}, where) == {"global_step": 3}


def test_samples_have_numbers_and_names() -> None:
    assert list(p.sampled([{"a": 1}], "q", "t")) == [{"sample_index": 0, "question_id": "q", "trace_id": "t", "a": 1}]
    assert [(each["sample_index"], each["trace_id"]) for each in p.sampled([{}, {}], None, "t")] == [
        (0, "t/0"), (1, "t/1"),
    ]  # fmt: skip
    assert p.numbered({"trace_id": "t"}, 1, 2) == {"trace_id": "t/1", "question_id": "t", "sample_index": 1}
    assert p.numbered({"trace_id": "t"}, 0, 1) == {"trace_id": "t", "sample_index": 0}
    assert p.numbered({}, 1, 2) == {"sample_index": 1}


@given(ANY)
def test_any_value_is_taken(value: Any) -> None:
    assert p.objects(value) == ([each for each in value if isinstance(each, dict)] if isinstance(value, list) else [])
    assert p.mapping(value) == (value if isinstance(value, dict) else {})
    assert p.name_in(value) is None or isinstance(p.name_in(value), str)
    assert p.number_in(value) is None or isinstance(p.number_in(value), int)
    assert all(text is None or isinstance(text, str) for text in p.strings(value))
    assert p.answered(p.objects(value)) == [each for each in p.objects(value) if each in p.answered([each])]
    assert not any(isinstance(each, list | dict) for each in p.scalars(p.mapping(value)).values())
    p.parsed(value)
