from __future__ import annotations

from collections.abc import Callable

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from traceviz.reports.pieces import read
from traceviz.reports.visible import visible
from traceviz.schema import SEGMENTS, SPANS

Tile = Callable[..., tuple[str, pd.DataFrame]]
SpansOf = Callable[..., pd.DataFrame]


def test_pieces_are_cut_at_segments_and_spans(tile: Tile, spans_of: SpansOf) -> None:
    text, segments = tile("a", [("one two ", "prose", "en"), ("三四", "prose", "zh"), ("$x$", "math", None)])
    reading = read({"trace_id": "a", "reasoning": text}, segments, spans_of(("a", 4, 9, "switch", "zh", 0.5)))
    assert [(p.text, p.category, [s.mode for s in p.spans], p.tag) for p in reading.pieces] == [
        ("one ", "main", [], ""),
        ("two ", "main", ["switch"], ""),
        ("三", "zh", ["switch"], "zh"),
        ("四", "zh", [], ""),
        ("$x$", "math", [], ""),
    ]
    assert [p.title for p in reading.pieces] == [
        "",
        "switch: zh (score 0.5)",
        "zh, confidence 0.90; switch: zh (score 0.5)",
        "zh, confidence 0.90",
        "math",
    ]
    assert reading.counts == ["13 characters", "mostly en", "2 foreign (15.4%)"]
    assert reading.categories == [("zh", "zh"), ("main", "en, the main language"), ("math", "math")]
    assert reading.modes == [("switch", 1)]


def test_running_text_is_one_piece_and_a_language_is_named_once(tile: Tile, spans_of: SpansOf) -> None:
    pieces = [("one", "prose", "en"), (". ", "other", None), ("Two ", "prose", "en"), ("三", "prose", "zh")]
    text, segments = tile("a", [*pieces, (", ", "other", None), ("四", "prose", "zh"), (" end", "prose", "en")])
    reading = read({"trace_id": "a", "reasoning": text}, segments, spans_of())
    assert [(p.text, p.tag) for p in reading.pieces] == [
        ("one. Two ", ""),
        ("三", "zh"),
        (", ", ""),
        ("四", ""),
        (" end", ""),
    ]


def test_quoted_text_is_low_and_not_counted_as_foreign(tile: Tile, spans_of: SpansOf) -> None:
    text, segments = tile("a", [("one two ", "prose", "en"), ("да", "prose", "ru")], quoted=(1,))
    reading = read({"trace_id": "a", "reasoning": text}, segments, spans_of())
    assert [(p.text, p.low, p.title) for p in reading.pieces] == [
        ("one two ", False, ""),
        ("да", True, "ru, confidence 0.90, quoted from the prompt"),
    ]
    assert reading.counts[-1] == "0 foreign (0.0%)"


def test_long_text_is_cut_and_says_how_much_is_left_out(tile: Tile, spans_of: SpansOf) -> None:
    text, segments = tile("a", [("x" * 3000, "prose", "en"), ("三" * 10, "prose", "zh")])
    reading = read({"trace_id": "a", "reasoning": text}, segments, spans_of(), most_characters=1000)
    assert [len(p.text) for p in reading.pieces] == [1000]
    assert reading.remark == "The first 1,000 of 3,010 characters are shown; 2,010 were left out."
    assert reading.counts[0] == "3,010 characters"


def test_a_trace_without_reasoning_says_so(spans_of: SpansOf, tile: Tile) -> None:
    _, segments = tile("a", [])
    reading = read({"trace_id": "a", "reasoning": None, "reasoning_form": "encrypted"}, segments, spans_of())
    assert reading.pieces == []
    assert reading.remark == "There is no reasoning here: its form is 'encrypted'."


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=6), st.sampled_from(["prose", "math"]), st.sampled_from(["en", "zh"])),
        max_size=8,
    ),
    st.lists(st.tuples(st.integers(-3, 40), st.integers(-3, 60)), max_size=5),
)
def test_pieces_give_the_whole_text_whatever_the_spans(
    pieces: list[tuple[str, str, str]], bounds: list[tuple[int, int]]
) -> None:
    at, rows = 0, []
    for text, kind, language in pieces:
        tag = language if kind == "prose" else None
        rows.append(("a", at, at + len(text), kind, None, tag, 1.0, False, False))
        at += len(text)
    segments = pd.DataFrame(rows, columns=list(SEGMENTS)).astype(SEGMENTS)
    whole = "".join(text for text, _, _ in pieces)
    spans = pd.DataFrame([("a", a, b, "loop", "x", 1.0) for a, b in bounds], columns=list(SPANS)).astype(SPANS)
    reading = read({"trace_id": "a", "reasoning": whole}, segments, spans)
    assert "".join(p.text for p in reading.pieces) == visible(whole)


def test_lone_surrogates_keep_their_place(tile: Tile, spans_of: SpansOf) -> None:
    _, segments = tile("a", [("ab", "prose", "en"), ("三", "prose", "zh")])
    reading = read({"trace_id": "a", "reasoning": "a\ud83d三"}, segments, spans_of())
    assert [p.text for p in reading.pieces] == ["a\ufffd", "三"]
