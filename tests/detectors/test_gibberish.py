"""Gibberish: the cases, and damage of several kinds."""

from __future__ import annotations

import base64
import string
from random import Random
from typing import Any

import pytest
from legibility_cases import cases, spans

import traceviz as tv

FLUENT = (
    "We need to check that the sum of the two numbers is even before we go on to the next step of the proof. "
    "Because each of them is greater than one, their product has more factors than either number had before. "
)


@pytest.mark.parametrize("case", cases("gibberish"))
def test_cases(case: dict[str, Any]) -> None:
    found = spans("gibberish", case["text"], prompt=case.get("prompt"))[0]
    assert [f"{label} {stretch}" for stretch, label, _ in found] == case["found"]
    assert all(0 < score <= 1 for _, _, score in found)


@pytest.mark.parametrize("seed", range(5))
def test_random_letters_are_found_at_a_dose_of_a_tenth(seed: int) -> None:
    draw = Random(seed)  # noqa: S311  (the same draw again is what is wanted)
    words = (FLUENT * 2).split()
    places = draw.sample(range(len(words)), len(words) // 10)
    for place in places:
        words[place] = "".join(draw.choices(string.ascii_lowercase, k=8))
    found = {stretch for stretch, _, _ in spans("gibberish", " ".join(words))[0]}
    assert len(found & {words[place] for place in places}) >= 0.8 * len(places)
    assert len(found) <= len(places)


@pytest.mark.parametrize("size", [15, 30, 60])
def test_runs_of_base64_and_of_hexadecimal_digits_are_found(size: int) -> None:
    data = Random(size).randbytes(size)  # noqa: S311
    for run in (base64.b64encode(data).decode().rstrip("="), data.hex()):
        (found,) = spans("gibberish", f"Then we write {run} and go on with the sum.")[0]
        assert found[1] == "encoded"
        assert found[0] in run
        assert len(found[0]) >= 0.5 * len(run)


def test_fluent_text_raises_nothing() -> None:
    assert spans("gibberish", FLUENT * 3) == [[]]


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = [case.values[0]["text"] for case in cases("gibberish")]
    assert spans("gibberish", *texts) == [spans("gibberish", text)[0] for text in texts]


def test_the_end_of_one_text_does_not_touch_the_beginning_of_the_next() -> None:
    texts = ["We read the word xqzvbn", "xqzvbn is what we read", "kwrtpl", "xqzvbn"]
    together = tv.detect(texts, modes=["gibberish"])
    alone = [len(tv.detect(text, modes=["gibberish"])) for text in texts]
    assert together["trace_id"].value_counts().reindex(["0", "1", "2", "3"], fill_value=0).tolist() == alone
    assert alone[:2] == [1, 1]


def test_words_that_a_window_cuts_are_not_judged() -> None:
    text = "We add strengthwise knowledge " * 60
    measured = tv.measure([text], metrics=["gibberish_share"], window=501)
    assert measured["gibberish_share"].eq(0).all()


def invented(size: int, *, seed: int) -> list[str]:
    """Invent words of two and three syllables."""
    draw = Random(seed)  # noqa: S311  (the same draw again is what is wanted)
    syllables = [a + b + c for a in ("br", "d", "gl", "kn", "pf", "st", "v", "zw") for b in "aeiou" for c in "bfklmx"]
    return ["".join(draw.choices(syllables, k=draw.randrange(2, 4))) for _ in range(size)]


@pytest.mark.parametrize("seed", range(3))
def test_a_text_of_nothing_but_non_words_is_gibberish(seed: int) -> None:
    words = invented(300, seed=seed)
    assert len(spans("gibberish", " ".join(words))[0]) >= 0.5 * len(words)


@pytest.mark.parametrize("seed", range(3))
def test_an_unknown_language_that_says_its_small_words_again_is_not_called_gibberish(seed: int) -> None:
    small = invented(6, seed=seed + 100)
    words = [word for k, long in enumerate(invented(150, seed=seed)) for word in (small[k % 6], long)]
    assert {label for _, label, _ in spans("gibberish", " ".join(words))[0]} <= {"noise"}
