"""Borrowed phrases are no switch, their words alone stay words, and they do not glue two texts."""

from __future__ import annotations

import pytest

import traceviz as tv
from traceviz.segments.phrases import PHRASES

EACH = [phrase for line in PHRASES.strip().split("\n") for phrase in line.split("; ")]


def languages(text: str) -> set[str]:
    return set(tv.segment([text])["language"].dropna())


def test_no_phrase_is_a_switch_in_english() -> None:
    texts = [f"The committee relied on the principle of {phrase} when it reviewed the decision." for phrase in EACH]
    table = tv.segment(texts)
    wrong = table[table["language"].notna() & (table["language"] != "en")]["trace_id"].astype(int)
    assert [EACH[k] for k in wrong] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Wir lehnen das nach dem Grundsatz ne bis in idem ab, weil schon entschieden ist.", {"de"}),
        ("Depois disso ele contou tudo de novo, mas ninguém quis acreditar na história.", {"pt"}),
        ("Elle n'a jamais dit quelle était sa raison d'être dans cette affaire.", {"fr"}),
    ],
)
def test_a_phrase_belongs_to_the_text_around_it(text: str, expected: set[str]) -> None:
    assert languages(text) == expected


def test_the_words_of_a_phrase_stay_what_they_are_elsewhere() -> None:
    assert languages("The answer is 12, mas o resultado novo está errado, so we start over.") == {"en", "pt"}


def test_no_phrase_begins_in_one_text_and_ends_in_the_next() -> None:
    ends, begins = "Man kann hier nicht ne bis", "in idem heißt es weiter"
    both = tv.segment([ends, begins]).drop(columns="trace_id")
    single = [tv.segment([text]).drop(columns="trace_id") for text in (ends, begins)]
    assert both.values.tolist() == [row for table in single for row in table.values.tolist()]
