"""Reflective words, openings, corrections and steps, counted by hand."""

from __future__ import annotations

import pytest

import traceviz as tv
from traceviz.measures.structure_words import CORRECTIONS, OPENINGS, REFLECTIVE

NAMES = ["reflective_rate", "reflective_position", "thought_switch_rate", "correction_rate", "steps"]


def counts(text: str) -> dict[str, float]:
    """Give the numbers of occurrences rather than their rates."""
    row = tv.measure(text, metrics=["words", *NAMES]).iloc[0]
    rates = {name: round(row[name] * row["words"] / 1000, 6) for name in NAMES if name.endswith("_rate")}
    return {**rates, "steps": row["steps"]}


@pytest.mark.parametrize(
    ("text", "reflective", "openings", "corrections", "steps"),
    [
        # wait, however, check; "Wait" opens
        ("We have six apples. Wait, there are two more. However, let me check the sum again.", 3, 0, 1, 1),
        ("The waiter brings it, and no one complains.", 0, 0, 0, 1),
        ("We try ten first.\n\nAlternatively, we could start from the end.\n \nNo, ten is too large.", 0, 1, 1, 3),
        ("Das Ergebnis ist sechs. Warte, das ist falsch. Aber wir prüfen es noch einmal.", 4, 0, 1, 1),
        ("Мы получили шесть. Подождите, это неверно. Но сначала проверим сумму.", 4, 0, 1, 1),
        ("我们先算一共有多少个苹果。等等，不对，应该是六个。但是还要检查一下。", 4, 0, 1, 1),
        ("りんごは六個です。しかし、もう一度確認します。あるいは最初から数えます。", 3, 1, 0, 1),
    ],
)
def test_counted_by_hand(text: str, reflective: int, openings: int, corrections: int, steps: int) -> None:
    assert counts(text) == {
        "reflective_rate": reflective,
        "thought_switch_rate": openings,
        "correction_rate": corrections,
        "steps": steps,
    }


def test_position_is_the_mean_place() -> None:
    text = "wait " + "we add one and one again here " * 20 + "wait"
    row = tv.measure(text, metrics="reflective_position").iloc[0]
    assert row["reflective_position"] == pytest.approx((0 + (len(text) - 4) / len(text)) / 2)


def test_missing_is_not_zero() -> None:
    texts = ["Tere, kuus õuna on laual ja kaks on korvis.", "1 + 1 = 2", "So we add them."]
    measured = tv.measure(texts, metrics=NAMES)
    assert measured["reflective_rate"].isna().tolist() == [True, True, False]
    assert "reflective_rate: out_of_domain" in measured["not_measured"][0]
    assert "reflective_rate: no_words" in measured["not_measured"][1]
    assert measured["reflective_rate"][2] == 0
    assert "reflective_position: out_of_domain" in measured["not_measured"][2]


def test_masked_and_quoted_words_do_not_count() -> None:
    assert counts("We print it: `wait check wrong` and go on from there.")["reflective_rate"] == 0


@pytest.mark.parametrize("lists", [REFLECTIVE, OPENINGS, CORRECTIONS])
def test_every_word_of_a_list_is_found_in_its_own_language(lists: dict[str, str]) -> None:
    assert all(len(words.split()) == len(set(words.split())) for words in lists.values())


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = ["Wait, no. We check it again.", "等等，不对。", "Moment, das ist falsch, aber gut.", ""]
    together = tv.measure(texts, metrics=NAMES)[NAMES]
    for i, text in enumerate(texts):
        single = tv.measure([text], metrics=NAMES)[NAMES].iloc[0]
        assert together.iloc[i].equals(single.rename(i))
