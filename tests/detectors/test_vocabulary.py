"""How frequent words are: the values of the reference, and what is looked up for a scene."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import traceviz
from traceviz.detectors.evidence import Scene
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.detectors.vocabulary import (
    count_others,
    frequencies,
    marked,
    steps_in_english,
    zipf_frequency,
)
from traceviz.segments.scan import find_masks, find_words
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts


def scene_of(*texts: str) -> Scene:
    batch = Texts.of(texts)
    return Scene(batch, pieces_of(batch, None))


@pytest.mark.parametrize(
    ("word", "zipf"),
    [
        ("the", 7.73),
        ("wait", 5.35),
        ("harvest", 4.03),
        ("marble", 3.96),
        ("lantern", 3.61),
        ("ratchet", 3.15),
        ("tundra", 3.08),
        ("verandah", 2.63),
        ("gossamer", 2.44),
        ("eigenvalue", 2.38),
        ("counterexample", 2.18),
        ("qwzx", 0.0),
    ],
)
def test_the_values_of_the_reference_within_a_step(word: str, zipf: float) -> None:
    assert zipf_frequency([word])[0] == pytest.approx(zipf, abs=0.026)


def test_the_mean_of_the_reference() -> None:
    assert zipf_frequency(["the", "marble", "lantern"]).mean() == pytest.approx(5.10, abs=0.03)


def test_case_accents_and_apostrophes_do_not_matter() -> None:
    assert len(set(zipf_frequency(["don't", "don\u2019t", "DON'T"]))) == 1
    assert len(set(zipf_frequency(["caf\u00e9", "cafe\u0301"]))) == 1


def test_of_a_word_of_parts_the_rarest_counts() -> None:
    assert zipf_frequency(["well-behaved"])[0] == zipf_frequency(["behaved"])[0]
    assert zipf_frequency(["well-qwzx"])[0] == 0


def test_other_scripts_and_masked_words_are_not_looked_up() -> None:
    found = scene_of("the слово `the` the").vocabulary
    assert found.zipf.tolist() == [7.75, 0.0, 7.75]
    assert found.latin.tolist() == [True, False, True]
    assert found.function.tolist() == [True, False, True]


def test_a_scene_is_looked_up_once() -> None:
    scene = scene_of("the sum")
    assert scene.vocabulary is scene.vocabulary


def test_every_function_word_without_a_hyphen_is_listed() -> None:
    words = FUNCTION_WORDS["en"].split()
    assert (zipf_frequency(words) > 3).mean() > 0.97
    assert np.count_nonzero(frequencies().function) >= 0.97 * len(set(words))


def test_marks_add_up_and_unlisted_words_get_none() -> None:
    marks = marked(frequencies(), {1: "the of", 2: "the qwzx"})
    assert sorted(marks[marks > 0].tolist()) == [1, 3]


def test_the_table_holds_every_word_once_and_is_small() -> None:
    assert np.count_nonzero(frequencies().slots) > 300_000
    assert (Path(traceviz.__file__).parent / "data" / "frequencies.zst").stat().st_size < 1_000_000


def test_steps_below_the_best_language() -> None:
    batch = Texts.of(["because jedoch qwzxk"])
    english, german, none = steps_in_english(find_words(batch, find_masks(batch)).hashes)
    assert (english, none) == (0, -1)
    assert german > 8


def test_script_changes_inside_a_word_are_told_and_han_has_no_spaces() -> None:
    assert scene_of("a p\u0430ypal sum").touching.tolist() == [False, True, True, True, False]
    assert not scene_of("我们用softmax得到").touching.any()


def test_others_near_are_other_words_of_the_same_text() -> None:
    scene = scene_of("one two one three four", "five two")
    every = np.arange(len(scene.words.start))
    assert count_others(scene, every, reach=2).tolist() == [1, 3, 3, 3, 2, 1, 1]


@given(st.lists(st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=5, max_size=9), max_size=20))
def test_a_batch_gives_what_single_words_give(words: list[str]) -> None:
    assert zipf_frequency(words).tolist() == [float(zipf_frequency([word])[0]) for word in words]
