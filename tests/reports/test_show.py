from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pandas as pd
import pytest

from traceviz.reports.show import Shown, show
from traceviz.schema import SchemaError

Tile = Callable[..., tuple[str, pd.DataFrame]]
SpansOf = Callable[..., pd.DataFrame]


@pytest.fixture
def shown(tile: Tile, spans_of: SpansOf) -> Shown:
    pieces = [("Wait ", "prose", "en"), ("我们", "prose", "zh"), (" ", "other", None), ("算", "prose", "zh")]
    text, segments = tile("t<1>", [*pieces, (" so ", "prose", "en"), ("$x$", "math", None)])
    row = pd.Series(
        {"trace_id": "t<1>", "reasoning": text, "model": "m&m", "question_id": "q7", "prompt": "<i>Add</i>"}
    )
    return show(row, segments=segments, spans=spans_of(("t<1>", 5, 9, "switch", 'x"y', 0.5)))


def test_plain_text_marks_foreign_pieces_and_lists_spans(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: False, raising=False)
    assert str(shown).split("\n") == [
        "t<1> · model m&m · question_id q7 · 16 characters · mostly en · 3 foreign (18.8%)",
        "zh math; spans: switch 1",
        "",
        "Wait ⟦zh:我们⟧ ⟦zh:算⟧ so $x$",
        "",
        "spans:",
        '  5-9 switch: x"y (score 0.5)',
    ]
    assert repr(shown) == str(shown)


class Terminal:
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_colours_unless_it_does_not_want_them(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = str(shown)
    assert "\x1b[4m我们\x1b[0m" in coloured
    assert "⟦" not in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split("\n")[-1] == "Wait 我们 算 so $x$"
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in str(shown)


def test_escape_sequences_of_the_text_never_reach_a_terminal(
    tile: Tile, spans_of: SpansOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    evil = "\x1b]0;x\x07\u202e\r\x9b2J"
    text, segments = tile(evil, [(evil, "prose", evil)])
    row = {"trace_id": evil, "reasoning": text, "model": evil}
    looked = show(row, segments=segments, spans=spans_of((evil, 0, 3, evil, evil, 1.0)))
    for stdout in (Terminal(), None):
        monkeypatch.setattr("sys.stdout", stdout)
        written = re.sub(r"\x1b\[[0-9;]*m", "", str(looked))
        assert not set("\x1b\x07\u202e\r\x9b") & set(written)


def test_width_breaks_lines_at_spaces_and_inside_what_is_longer(
    tile: Tile, spans_of: SpansOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout", None)
    text, segments = tile("a", [("one two three fourfourfourfour", "prose", "en"), ("三四五六七", "prose", "en")])
    looked = show({"trace_id": "a", "reasoning": text}, segments=segments, spans=spans_of(), width=8)
    lines = str(looked).split("\n")[2:]
    assert [line.rstrip() for line in lines] == ["one two", "three", "fourfour", "fourfour", "三四五六", "七"]


class Reader(HTMLParser):
    """Collect what the HTML consists of."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.classes: list[str] = []
        self.titles: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.classes += [value or "" for name, value in attrs if name == "class"]
        self.titles += [value or "" for name, value in attrs if name == "title"]


def test_html_is_made_of_a_few_harmless_elements(shown: Shown) -> None:
    reader = Reader()
    html = shown._repr_html_()
    reader.feed(html)
    assert reader.tags == {"div", "style", "p", "b", "span", "i", "details", "summary"}
    assert reader.attributes == {"class", "dir", "data-tag", "title"}
    assert "p c-zh m m-switch" in reader.classes
    assert 'zh, confidence 0.90; switch: x"y (score 0.5)' in reader.titles
    assert "&lt;i&gt;Add&lt;/i&gt;" in html
    assert "<i>Add</i>" not in html


def test_a_whole_table_of_segments_can_be_given(tables: dict[str, pd.DataFrame]) -> None:
    row = tables["measured"].iloc[3]
    looked = show(row, segments=tables["segments"], spans=tables["spans"])
    assert looked.reading.trace_id == "alpha/q3"
    assert [s.mode for s in looked.reading.spans] == ["switch"]


@pytest.mark.parametrize(
    ("trace", "message"),
    [
        (7, r"it was given int\."),
        ({"text": "x"}, r"it was given dict without 'reasoning'\."),
        (pd.DataFrame({"reasoning": ["a", "b"]}), r"was given a table of 2; traces\.iloc\[0\] is its first"),
    ],
)
def test_what_is_no_trace_is_refused(trace: Any, message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        show(trace)


def test_segments_of_other_traces_are_refused(tile: Tile, spans_of: SpansOf) -> None:
    _, segments = tile("other", [("abc", "prose", "en")])
    with pytest.raises(SchemaError, match=r"without a piece of trace 'a'; it holds 1 other traces"):
        show({"trace_id": "a", "reasoning": "abc"}, segments=segments, spans=spans_of())
    with pytest.raises(SchemaError, match=r"width=0 is no number of columns"):
        show({"trace_id": "a", "reasoning": "abc"}, segments=segments, spans=spans_of(), width=0)


def test_segments_and_spans_are_computed_when_left_out() -> None:
    looked = show("First I add the two numbers and then 所以答案是三 I check the sum.\ud83d")
    assert ("zh", "zh") in looked.reading.categories
    assert ("switch", 1) in looked.reading.modes
    assert "".join(p.text for p in looked.reading.pieces).endswith("the sum.\ufffd")
