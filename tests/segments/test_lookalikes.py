"""Letters of another script within a word are no word of its language."""

from __future__ import annotations

import pytest

import traceviz as tv


@pytest.mark.parametrize(
    "text",
    [
        "We log in to p\u0430ypal now and then we go on.",
        "We add the t\u0435xt and the w\u043erd at here.",
        "Take \u0430pple trees.",
    ],
)
def test_look_alikes_are_no_switch(text: str) -> None:
    measured = tv.measure(text, metrics=["any_foreign", "switch_rate"])
    assert measured[["any_foreign", "switch_rate"]].to_numpy().tolist() == [[0, 0]]
    assert set(tv.segment(text)["language"].dropna()) == {"en"}


def test_words_of_their_own_stay_what_they_are() -> None:
    found = tv.segment("So the \u0438 of Russian, and the\u043e\u0442\u0432\u0435\u0442 glued to it.")
    assert "\u043e\u0442\u0432\u0435\u0442" in [
        "So the \u0438 of Russian, and the\u043e\u0442\u0432\u0435\u0442 glued to it."[row.start : row.end].strip()
        for row in found.itertuples()
        if row.language not in ("en", None)
    ]


def test_the_end_of_one_text_does_not_touch_the_next() -> None:
    texts = [
        "We read the word",
        "\u0438 \u0432\u043e\u0442 \u043e\u0442\u0432\u0435\u0442 \u043d\u0430 \u0432\u043e\u043f\u0440\u043e\u0441",
    ]
    together = tv.segment(texts)
    assert together[together["trace_id"] == "1"]["start"].tolist() == tv.segment(texts[1])["start"].tolist()
