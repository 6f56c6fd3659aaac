"""Segments between arrays and table."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from strategies import columns_of_texts

import traceviz as tv
from traceviz.schema import SchemaError
from traceviz.segments.pieces import from_table, language_counts, matrix_of, to_table
from traceviz.texts import Texts

TEXTS = ["So the answer is 答案是 x + 1 = 2.", None, "Ответ 𝑥 простой.", "", "Das ist gut."]
IDS = pa.array([str(i) for i in range(len(TEXTS))], pa.large_string())


@given(columns_of_texts())
def test_tables_round_trip(texts: list[str | None]) -> None:
    table = tv.segment(texts)
    batch = Texts.of(texts)
    ids = pa.array([str(i) for i in range(len(texts))], pa.large_string())
    pieces = from_table(table, batch, ids)
    again = to_table(pieces, batch, ids)
    pd.testing.assert_frame_equal(again, table, check_dtype=bool(len(table)))


def test_rows_are_put_into_the_order_of_the_texts() -> None:
    table = tv.segment(TEXTS)
    shuffled = table.sample(frac=1, random_state=3)
    before = shuffled.copy()
    pieces = from_table(shuffled, Texts.of(TEXTS), IDS)
    pd.testing.assert_frame_equal(to_table(pieces, Texts.of(TEXTS), IDS), table, check_exact=True)
    pd.testing.assert_frame_equal(shuffled, before)
    assert pieces.by_text.tolist() == [0, 4, 4, 5, 5, 6]


def test_rows_of_other_traces_are_left_out() -> None:
    table = tv.segment(TEXTS)
    pieces = from_table(table, Texts.of([TEXTS[4]]), pa.array(["4"], pa.large_string()))
    assert (pieces.start.tolist(), pieces.end.tolist(), pieces.by_text.tolist()) == ([0], [12], [0, 1])


def test_a_segment_outside_its_text() -> None:
    table = tv.segment(["So it is."])
    with pytest.raises(SchemaError) as error:
        from_table(table, Texts.of(["So"]), pa.array(["0"], pa.large_string()))
    assert str(error.value) == (
        "The segment 0-9 of trace '0' lies outside its text. Segments count code points of the reasoning they were "
        "made from; make them again with tv.segment(traces)."
    )


@pytest.mark.parametrize(("column", "value"), [("kind", "poem"), ("script", "Klingon")])
def test_unknown_names(column: str, value: str) -> None:
    table = tv.segment(["So it is."]).assign(**{column: value})
    with pytest.raises(SchemaError, match=f"The segments table has the {column} '{value}', which traceviz does not"):
        from_table(table, Texts.of(["So it is."]), pa.array(["0"], pa.large_string()))


def matrix(text: list[int], language: list[int], n_texts: int, tags: tuple[str, ...]) -> list[int]:
    count = np.ones(len(text), dtype=np.int64)
    return matrix_of(np.array(text, np.int64), np.array(language, np.int16), count, n_texts, tags).tolist()


def test_the_matrix_language_has_most_words() -> None:
    assert matrix([0, 0, 0, 1, 1], [1, 2, 2, 1, -1], 3, ("und", "de", "zh")) == [2, 1, -1]


def test_und_is_the_matrix_only_where_nothing_else_is() -> None:
    assert matrix([0, 0, 0, 1], [0, 0, 1, 0], 2, ("und", "de")) == [1, 0]


@pytest.mark.parametrize("tags", [("und", "en", "de"), ("de", "en", "und"), ("en", "und", "de")])
def test_ties_go_to_english(tags: tuple[str, ...]) -> None:
    assert matrix([0, 0], [tags.index("en"), tags.index("de")], 1, tags) == [tags.index("en")]


@pytest.mark.parametrize("tags", [("zh", "fr"), ("fr", "zh")])
def test_other_ties_go_by_the_alphabet(tags: tuple[str, ...]) -> None:
    assert matrix([0, 0], [0, 1], 1, tags) == [tags.index("fr")]


def test_no_tags() -> None:
    assert matrix([], [], 2, ()) == [-1, -1]


def test_counts_of_languages() -> None:
    counts = language_counts(np.array([0, 0, 2]), np.array([0, -1, 1]), np.array([3, 5, 2]), 3, 2)
    assert counts.tolist() == [[3, 0], [0, 0], [0, 2]]
