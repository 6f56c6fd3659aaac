from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from traceviz.plots.labels import LABEL_LENGTH, drawable, shortened, write


@given(st.text(), st.integers(3, 60))
def test_shortened_is_short_and_keeps_both_ends(name: str, most: int) -> None:
    line = " ".join(name.split())
    short = shortened(name, most)
    assert len(short) <= most
    assert short == line or (short[0] == line[0] and short[-1] == line[-1] and "…" in short)


def test_shortened_takes_anything() -> None:
    assert shortened(118) == "118"
    assert len(shortened("x" * 500)) == LABEL_LENGTH


@given(st.text())
def test_what_is_drawn_has_as_many_characters(name: str) -> None:
    text, families = drawable(name, ["DejaVu Sans"])
    assert len(text) == len(name)
    assert families[0] == "DejaVu Sans"


@pytest.mark.parametrize(("name", "drawn"), [("abc", "abc"), ("a\nb", "a?b"), ("\ue000x", "?x"), ("é…", "é…")])
def test_characters_without_a_glyph_become_question_marks(name: str, drawn: str) -> None:
    assert drawable(name, ["DejaVu Sans"])[0] == drawn


def test_write_turns_mathematics_off() -> None:
    text = Figure().text(0, 0, "")
    write(text, "$a$")
    assert text.get_text() == "$a$"
    assert not text.get_parse_math()
