"""Arrays and pretty-printed values: one bad element never costs the others."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceviz.sources import elements, json_values
from traceviz.sources.containers import Stream
from traceviz.sources.load import load, rejects
from traceviz.sources.quarantine import Found, Rejected

A, B, C = ({"id": name, "reasoning": f"we add {name}"} for name in "abc")


def ids(path: Path) -> list[str]:
    return list(load(path)["trace_id"])


def array(*elements: Any) -> str:
    return "[\n" + ",\n".join(e if isinstance(e, str) else json.dumps(e) for e in elements) + "\n]\n"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('{"id": "x", "reasoning": }', "not JSON"),
        ('{"id": "x", "reasoning": "open}', "not JSON"),
        ('{"id": "x", "reasoning": "a" "b"}', "not JSON"),
        ('{"id": "x", "list": [1, 2}', "not JSON"),
        ("{'id': 'x'}", "a Python literal"),
        ("17", "a JSON int, not an object"),
        ('"text"', "a JSON str, not an object"),
        ("null", "a JSON null, not an object"),
        ("[1]", "a JSON list, not an object"),
    ],
)
def test_a_bad_element_costs_itself_alone(tmp_path: Path, bad: str, reason: str) -> None:
    path = tmp_path / "x.json"
    content = array(A, bad, B, C)
    path.write_text(content)
    table = load(path)
    assert table["trace_id"].tolist() == ["a", "b", "c"]
    [row] = rejects(table).to_dict("records")
    assert reason in row["reason"]
    if bad.startswith("{"):
        assert (row["line"], row["byte_offset"]) == (3, content.index(bad))
    facts = table.attrs["traceviz"]
    assert facts["records"] == 4
    assert facts["rejected"] == 1


def test_every_third_element_is_damaged(tmp_path: Path) -> None:
    """A mark that never closes hides all that follows, so the elements are found again by their first name."""
    path = tmp_path / "x.json"
    elements = [
        '{"id": "x", "reasoning": "open}' if k % 3 == 1 else {"id": f"i{k}", "reasoning": "we add"} for k in range(3000)
    ]
    path.write_text(array(*elements))
    table = load(path)
    assert table["trace_id"].tolist() == [f"i{k}" for k in range(3000) if k % 3 != 1]
    assert table.attrs["traceviz"]["rejected"] == 1000


@pytest.mark.parametrize(
    "content",
    [
        array(A, B, C),
        json.dumps([A, B]) + json.dumps([C]),
        "\n".join(json.dumps(record, indent=2) for record in (A, B, C)),
        json.dumps(A, indent=2) + "\n" + json.dumps([B, C]),
        array(A, B, C)[:-3],
        array(A, B, C).replace("\n]", ",\n]"),
    ],
    ids=["array", "two arrays", "pretty", "object and array", "without its end", "trailing comma"],
)
@pytest.mark.parametrize("small", [1 << 26, 16])
def test_ways_to_write_it(tmp_path: Path, content: str, small: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "_SMALL", small)
    monkeypatch.setattr(elements, "BUFFER", 7)
    path = tmp_path / "x.json"
    path.write_text(content)
    table = load(path)
    assert table["trace_id"].tolist() == ["a", "b", "c"]
    assert table.attrs["traceviz"]["rejected"] == 0


def test_a_cut_array_keeps_what_is_whole(tmp_path: Path) -> None:
    content = array(A, B, C)
    path = tmp_path / "x.json"
    for cut in range(content.index('"c"'), len(content) - 4):
        path.write_text(content[:cut])
        table = load(path)
        assert table["trace_id"].tolist() == ["a", "b"]
        assert table.attrs["traceviz"]["rejected"] == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@given(
    values=st.lists(st.dictionaries(st.text(), JSON, max_size=3), max_size=6),
    step=st.integers(1, 40),
    pretty=st.booleans(),
)
def test_small_steps_give_what_the_whole_gives(values: list[dict[str, Any]], step: int, *, pretty: bool) -> None:
    content = json.dumps(values, indent=2 if pretty else None).encode()
    file = io.BytesIO(content)
    with mock.patch.object(elements, "BUFFER", step):
        found = [item for item in elements.Scan(b"", 0).of(file) if not isinstance(item, Rejected)]
    assert len(found) == len(values)
    assert [json.loads(element.raw) for element in found] == values
    for element in found:
        assert content[element.offset :].startswith(element.raw)
        assert element.line == 1 + content.count(b"\n", 0, element.offset)


@given(st.binary(max_size=60))
def test_no_bytes_crash_it_and_none_are_lost(content: bytes) -> None:
    stream = Stream("x", "x", io.BufferedReader(io.BytesIO(b"[" + content)))  # type: ignore[arg-type]
    items = list(json_values.records(stream))
    assert all(isinstance(item, Found | Rejected) for item in items)
    kept = sum(item.length for item in items if isinstance(item, Rejected))
    letters = content.translate(None, b" \t\r\n,[]{}\0\x1e")
    assert not letters or items
    assert kept <= 61 + len(items) * 61
