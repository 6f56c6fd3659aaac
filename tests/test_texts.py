"""The buffer of texts: offsets, missing values, every kind of column, bounded batches."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import any_texts, columns_of_texts

from traceviz.texts import Texts, replace_lone_surrogates

TEXTS = ["wait", None, "", "等等 𝑥 e\u0301", "a\x00b", "Ω"]


def cleaned(text: str) -> str:
    return "".join("\ufffd" if 0xD800 <= ord(c) < 0xE000 else c for c in text)


def same(one: Texts, other: Texts) -> bool:
    return (
        one.buffer.tolist() == other.buffer.tolist()
        and one.offsets.tolist() == other.offsets.tolist()
        and one.present.tolist() == other.present.tolist()
    )


@given(any_texts())
def test_surrogates_are_replaced_one_for_one(text: str) -> None:
    result, count = replace_lone_surrogates(text)
    assert result == cleaned(text)
    assert count == sum(0xD800 <= ord(c) < 0xE000 for c in text)
    assert len(result) == len(text)


@given(columns_of_texts())
def test_texts_come_back_as_they_went_in(texts: list[str | None]) -> None:
    batch = Texts.of(texts)
    assert [batch[i] for i in range(len(batch))] == [cleaned(text or "") for text in texts]
    assert batch.present.tolist() == [text is not None for text in texts]
    assert batch.lengths().tolist() == [len(text or "") for text in texts]


@given(columns_of_texts())
def test_code_points_and_bytes_round_trip(texts: list[str | None]) -> None:
    batch = Texts.of(texts)
    strings = [cleaned(text or "") for text in texts]
    text = np.array([i for i, s in enumerate(strings) for _ in range(len(s) + 1)], dtype=np.int64)
    point = np.array([k for s in strings for k in range(len(s) + 1)], dtype=np.int64)
    expected = [batch.offsets[i] + len(s[:k].encode()) for i, s in enumerate(strings) for k in range(len(s) + 1)]
    position = batch.byte_positions(text, point)
    assert position.tolist() == expected
    assert batch.code_points(text, position).tolist() == point.tolist()


def test_code_points_outside_a_text_are_minus_one() -> None:
    batch = Texts.of(["ab", "é", "cdef"])
    text = np.array([0, 0, 1, 1, 2], dtype=np.int64)
    assert batch.byte_positions(text, np.array([2, 3, 1, 2, -1])).tolist() == [2, -1, 4, -1, -1]


COLUMNS = {
    "object": pd.Series(TEXTS, dtype=object),
    "object with NaN": pd.Series([float("nan") if text is None else text for text in TEXTS], dtype=object),
    "object with NA": pd.Series([pd.NA if text is None else text for text in TEXTS], dtype=object),
    "string python": pd.Series(TEXTS, dtype=pd.StringDtype("python")),
    "string pyarrow": pd.Series(TEXTS, dtype=pd.StringDtype("pyarrow")),
    "arrow string": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
    "arrow large_string": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.large_string())),
    "arrow dictionary": pd.Series(
        pd.array(pa.array(TEXTS).dictionary_encode(), dtype=pd.ArrowDtype(pa.dictionary(pa.int32(), pa.string())))
    ),
    "category": pd.Series(TEXTS, dtype="category"),
    "chunked": pd.Series(
        pd.arrays.ArrowExtensionArray(
            pa.chunked_array([pa.array(TEXTS[:2]), pa.array([], pa.string()), pa.array(TEXTS[2:])])
        )
    ),
    "sliced": pd.Series(["before", *TEXTS, "after"], dtype=pd.StringDtype("pyarrow")).iloc[1:-1],
    "sliced arrow": pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([pa.array(["é", *TEXTS]).slice(1)]))),
    "taken": pd.Series(TEXTS[::-1], dtype=pd.StringDtype("pyarrow")).iloc[::-1],
    "other index": pd.Series(TEXTS, dtype=object, index=[9, 9, 3, 1, 0, 2]),
}


@pytest.mark.parametrize("name", COLUMNS)
def test_every_kind_of_column_gives_the_same_batch(name: str) -> None:
    assert same(Texts.from_column(COLUMNS[name]), Texts.of(TEXTS))


@pytest.mark.parametrize("dtype", [object, pd.StringDtype("pyarrow"), pd.StringDtype("python"), "category"])
def test_empty_and_missing_columns(dtype: object) -> None:
    assert same(Texts.from_column(pd.Series([], dtype=dtype)), Texts.of([]))  # type: ignore[call-overload]
    if dtype != "category":
        assert same(Texts.from_column(pd.Series([None, None], dtype=dtype)), Texts.of([None, None]))  # type: ignore[call-overload]


def test_what_is_no_string_is_missing() -> None:
    batch = Texts.from_column(pd.Series(["a", 1, 2.5, b"c", ["d"], None], dtype=object))
    assert batch.present.tolist() == [True, False, False, False, False, False]


def test_lone_surrogates_of_an_object_column() -> None:
    batch = Texts.from_column(pd.Series(["a\ud83db"], dtype=object))
    assert batch[0] == "a\ufffdb"


def test_bytes_behind_a_missing_value_are_not_read() -> None:
    offsets = pa.py_buffer(np.array([0, 1, 4, 5], dtype=np.int64))
    array = pa.LargeStringArray.from_buffers(3, offsets, pa.py_buffer(b"aXYZb"), pa.py_buffer(b"\x05"), 1)
    assert array.to_pylist() == ["a", None, "b"]
    assert same(Texts.from_arrow(array), Texts.of(["a", None, "b"]))


@given(columns_of_texts(), st.integers(1, 60))
def test_batches_cover_every_text_once_and_are_bounded(texts: list[str | None], most: int) -> None:
    batch = Texts.of(texts)
    ranges = list(batch.batches(most_bytes=most))
    assert [i for start, end in ranges for i in range(start, end)] == list(range(len(texts)))
    for start, end in ranges:
        size = batch.offsets[end] - batch.offsets[start]
        assert size <= most or end == start + 1
        assert same(batch.slice(start, end), Texts.of(texts[start:end]))


@given(st.lists(st.tuples(any_texts(), st.booleans()), max_size=5))
def test_keep_leaves_the_others_missing(chosen: list[tuple[str, bool]]) -> None:
    batch = Texts.of([text for text, _ in chosen])
    kept = batch.keep(np.array([wanted for _, wanted in chosen], dtype=bool))
    assert same(kept, Texts.of([text if wanted else None for text, wanted in chosen]))
