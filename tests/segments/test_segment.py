"""The verb `segment`: pieces tile every text, whatever its characters, its column and its neighbours."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator
from itertools import pairwise

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_texts, columns_of_texts

import traceviz as tv
from traceviz.schema import KINDS, SEGMENTS, SchemaError
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

#: Texts that begin where another ends badly: in one buffer, reading past an end would show in the neighbour.
NEIGHBOURS = [
    "The price is 3",
    "x 4 = 12 boxes (2",
    "答案是 x",
    "= 2 so we stop $",
    None,
    "y$ and more `",
    "code` here \\",
    "(a+b\\) then <",
    "think> Das ist leider falsch.",
    "",
    "```\nx",
    "\n```\nwords that go on",
    "the",
    "答案",
    "$$",
    "$$ x $$",
    "ist das Ergebnis der Rechnung",
    "Пять яблок и пять груш",
    "http:",
    "//example.org is",
    "jane",
    "@example.org",
    "calls np",
    ".array now",
    "これは",
    "漢字 only",
]


def assert_tiles(segments: pd.DataFrame, texts: list[str | None]) -> None:
    by_trace = dict(iter(segments.groupby("trace_id", sort=False)))
    assert list(by_trace) == [str(i) for i, text in enumerate(texts) if text]
    for i, text in enumerate(texts):
        if not text:
            continue
        rows = by_trace[str(i)]
        assert rows["start"].iloc[0] == 0
        assert rows["end"].iloc[-1] == len(text)
        assert rows["start"].tolist()[1:] == rows["end"].tolist()[:-1]
        assert (rows["start"] < rows["end"]).all()
        assert "".join(text[s:e] for s, e in zip(rows["start"], rows["end"], strict=True)) == text


def assert_sound(segments: pd.DataFrame) -> None:
    assert list(segments.columns) == list(SEGMENTS)
    assert segments.dtypes.to_dict() == {name: pd.api.types.pandas_dtype(dtype) for name, dtype in SEGMENTS.items()}
    assert set(segments["kind"]) <= set(KINDS)
    prose = segments["kind"] == "prose"
    assert segments["language"].notna().tolist() == prose.tolist()
    assert segments["script"].notna().tolist() == prose.tolist()
    assert set(segments["script"].dropna()) <= set(unicode_table().script_names)
    assert segments["confidence"].between(0, 1).all()
    assert not (segments[["quoted", "mentioned"]].any(axis=1) & ~prose).any()


@settings(max_examples=150)
@given(any_texts())
def test_pieces_tile_any_text(text: str) -> None:
    segments = tv.segment(text)
    assert_tiles(segments, [text])
    assert_sound(segments)


@settings(max_examples=100)
@given(columns_of_texts())
def test_a_batch_gives_what_single_texts_give(texts: list[str | None]) -> None:
    together = tv.segment(texts)
    assert_tiles(together, texts)
    for i, text in enumerate(texts):
        alone = tv.segment([text]).drop(columns="trace_id")
        here = together[together["trace_id"] == str(i)].drop(columns="trace_id").reset_index(drop=True)
        pd.testing.assert_frame_equal(here, alone)


@pytest.fixture(params=[1, 7, 40, 200])
def small_batches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    batches = Texts.batches

    def bounded(self: Texts, most_bytes: int = request.param) -> Iterator[tuple[int, int]]:
        return batches(self, most_bytes)

    monkeypatch.setattr(Texts, "batches", bounded)


WHOLE = tv.segment(NEIGHBOURS)


@pytest.mark.usefixtures("small_batches")
def test_the_size_of_the_batches_does_not_matter() -> None:
    assert len(list(Texts.of(NEIGHBOURS).batches())) > 1
    pd.testing.assert_frame_equal(tv.segment(NEIGHBOURS), WHOLE)


def test_neighbours_do_not_matter() -> None:
    assert_tiles(WHOLE, NEIGHBOURS)
    for seed in range(5):
        order = list(range(len(NEIGHBOURS)))
        random.Random(seed).shuffle(order)  # noqa: S311  (an order, no secret)
        shuffled = tv.segment([NEIGHBOURS[i] for i in order])
        for place, i in enumerate(order):
            here = shuffled[shuffled["trace_id"] == str(place)].drop(columns="trace_id").reset_index(drop=True)
            expected = WHOLE[WHOLE["trace_id"] == str(i)].drop(columns="trace_id").reset_index(drop=True)
            pd.testing.assert_frame_equal(here, expected)


@pytest.mark.parametrize("detector", ["traceviz", "langdetect"])
def test_ties_of_languages_do_not_depend_on_neighbours(detector: str) -> None:
    tie = "пять сладких яблок quatre belles pommes"
    alone = tv.segment([tie], detector=detector).drop(columns="trace_id")
    for before in ("Это очень простой русский текст.", "Ceci est un texte français très simple."):
        both = tv.segment([before, tie], detector=detector)
        here = both[both["trace_id"] == "1"].drop(columns="trace_id").reset_index(drop=True)
        pd.testing.assert_frame_equal(here, alone)


def test_the_same_input_gives_the_same_output() -> None:
    pd.testing.assert_frame_equal(tv.segment(NEIGHBOURS), WHOLE)
    assert tv.segment(NEIGHBOURS).attrs == WHOLE.attrs


def test_lone_surrogates_keep_the_offsets() -> None:
    text = "We say \ud83d\ude00 and 答案\ud83d是 here."
    segments = tv.segment(text)
    assert_tiles(segments, [text])
    plain = tv.segment(text.replace("\ud83d", "\ufffd").replace("\ude00", "\ufffd"))
    pd.testing.assert_frame_equal(segments, plain)


@given(any_texts(), any_texts(), any_texts())
def test_prompts_only_mark(text: str, prompt: str, other: str) -> None:
    columns = {"trace_id": ["a", "b"], "reasoning": [text, text], "prompt": [prompt, other]}
    table = pd.DataFrame(columns, dtype=object)  # pandas' own strings cannot hold a lone surrogate
    with_prompt = tv.segment(table).drop(columns=["quoted", "trace_id"])
    without = tv.segment([text, text]).drop(columns=["quoted", "trace_id"])
    pd.testing.assert_frame_equal(with_prompt, without)
    assert not tv.segment(text)["quoted"].any()


def test_the_input_is_not_touched() -> None:
    table = pd.DataFrame(
        {
            "note": [{"deep": [1]}, None, 3],
            "reasoning": ["So 答案是 five.", None, "x = 2"],
            "trace_id": ["b", "a", "c"],
            "prompt": ["What is 答案是?", "", None],
        },
        index=[5, 5, 1],
    )
    table.attrs = {"mine": {"deep": [1]}, "traceviz": {"seed": 3}}
    before, attrs = table.copy(deep=True), {"mine": {"deep": [1]}, "traceviz": {"seed": 3}}
    segments = tv.segment(table)
    pd.testing.assert_frame_equal(table, before)
    assert table.attrs == attrs
    assert segments["trace_id"].drop_duplicates().tolist() == ["b", "c"]
    assert segments.attrs["mine"] == {"deep": [1]}
    assert segments.attrs["traceviz"]["seed"] == 3
    assert segments.index.tolist() == list(range(len(segments)))


def test_provenance() -> None:
    facts = tv.segment("x = 2").attrs["traceviz"]
    assert set(facts) == {"detector", "unicode", "language_model", "version"}
    assert facts["detector"] == "traceviz"
    assert len(facts["language_model"]) == 16
    assert "language_model" not in tv.segment("x = 2", detector="langdetect").attrs["traceviz"]


COLUMN = ["So 答案是 five.", None, "", "x = 2 und das ist so"]


@pytest.mark.parametrize(
    "column",
    [
        pd.Series(COLUMN, dtype=object),
        pd.Series(COLUMN, dtype=pd.StringDtype("pyarrow")),
        pd.Series(COLUMN, dtype=pd.StringDtype("python")),
        pd.Series(COLUMN, dtype=pd.ArrowDtype(pa.large_string())),
        pd.Series(pd.arrays.ArrowExtensionArray(pa.chunked_array([pa.array(COLUMN[:1]), pa.array(COLUMN[1:])]))),
        pd.Series(["-", *COLUMN], dtype=pd.StringDtype("pyarrow")).iloc[1:],
        pd.Series(COLUMN, dtype="category"),
    ],
    ids=["object", "arrow", "python", "large", "chunked", "sliced", "category"],
)
def test_the_kind_of_column_does_not_matter(column: pd.Series) -> None:
    expected = tv.segment(COLUMN)
    pd.testing.assert_frame_equal(tv.segment(column), expected)
    pd.testing.assert_frame_equal(tv.segment(column.to_frame("reasoning")), expected)


@pytest.mark.parametrize("texts", [[], [None], [""], [None, "", float("nan")]])
@pytest.mark.parametrize("detector", ["traceviz", "langdetect"])
def test_nothing_gives_no_segments(texts: list[object], detector: str) -> None:
    segments = tv.segment(texts, detector=detector)
    assert len(segments) == 0
    assert_sound(segments)


def test_other_forms_get_no_segments(caplog: pytest.LogCaptureFixture) -> None:
    table = pd.DataFrame(
        {
            "trace_id": ["a", "b", "c"],
            "reasoning": ["one é", "two", "three"],
            "reasoning_form": ["raw", "summary", None],
        }
    )
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        segments = tv.segment(table)
    assert segments["trace_id"].tolist() == ["a", "c"]
    assert segments["end"].tolist() == [5, 5]
    assert caplog.messages == [
        "1 of 3 traces were not analysed, because they do not hold raw reasoning (1 summary); forms=... changes that."
    ]
    assert tv.segment(table, forms=("raw", "summary"))["trace_id"].tolist() == ["a", "b", "c"]


def test_an_unknown_detector() -> None:
    with pytest.raises(SchemaError) as error:
        tv.segment("text", detector="fasttext")
    assert str(error.value) == "detector='fasttext' is not known; choose one of 'traceviz', 'langdetect'."


def test_ids_that_are_no_strings() -> None:
    segments = tv.segment(pd.DataFrame({"trace_id": [7, 3], "reasoning": ["one", "two"]}))
    assert segments["trace_id"].tolist() == ["7", "3"]


@given(st.lists(st.sampled_from(["The answer is ", "答案是", "x = 2", " ", "。", "ответ "]), max_size=8))
def test_adjacent_pieces_differ(parts: list[str]) -> None:
    segments = tv.segment("".join(parts))
    rows = segments[["kind", "language", "script"]].astype(object).to_numpy().tolist()
    for one, other in pairwise(rows):
        assert one[0] != "prose" or one != other
