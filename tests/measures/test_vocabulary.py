"""Metrics of vocabulary: the vectors of the reference, and what is stated about the lists."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import traceviz as tv
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.measures.kernels.letters import OTHER, SYMBOLS, trigrams_of_words
from traceviz.measures.letters import trigram_bits
from traceviz.measures.registry import registry
from traceviz.segments.unicode import folding
from traceviz.texts import Texts

CASES = json.loads((Path(__file__).parent.parent / "cases" / "vocabulary.json").read_text(encoding="utf-8"))

LANGUAGES = dict(
    zip(
        ("English", "German", "French", "Spanish", "Italian", "Portuguese", "Dutch", "Russian"),
        ("en", "de", "fr", "es", "it", "pt", "nl", "ru"),
        strict=True,
    )
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_vectors(case: dict[str, Any]) -> None:
    expected = case["values"]
    row = tv.measure(case["text"], metrics=list(expected)).iloc[0]
    stated = dict(part.split(": ") for part in row["not_measured"].split("; ") if part)
    assert stated == {name: why for name, why in expected.items() if isinstance(why, str)}
    for name, number in expected.items():
        if not isinstance(number, str):
            assert row[name] == pytest.approx(number, abs=0.026), name  # the table has steps of a twentieth


def test_the_sizes_of_the_lists_are_those_stated() -> None:
    stated = re.findall(r"([A-Z][a-z]+)\s(\d+)", registry()["function_word_ratio"].function.__doc__ or "")
    assert {LANGUAGES[name]: int(size) for name, size in stated if name in LANGUAGES} == {
        tag: len(set(words.split())) for tag, words in FUNCTION_WORDS.items()
    }


def test_texts_of_a_batch_do_not_share_their_counts() -> None:
    """Three uses in three texts are no key word of any."""
    texts = ["the lantern is on the table", "a lantern of the house", "the lantern"]
    assert (tv.measure(texts, metrics="keyness_share")["keyness_share"] == 0).all()


def test_english_whose_language_cannot_be_told_has_function_words() -> None:
    text = "qwzxo the blorfu zzkqam of vrunti klompfir and dworgled snarfip to glinkzup the frobnak"
    assert set(tv.segment(text)["language"]) == {"und"}
    row = tv.measure(text, metrics=["function_word_ratio", "oov_en"]).iloc[0]
    assert row["oov_en"] > 0.6
    assert row["function_word_ratio"] == pytest.approx(5 / 14)


def test_trigrams_of_words() -> None:
    """Case and accents, also those apart, are taken away; a hyphen is an edge, another sign a symbol of its own."""
    batch = Texts.of(["Ab-c", "e\u0301'\u00c9", "-"])
    found, by_word = trigrams_of_words(batch.buffer, batch.offsets[:-1], batch.offsets[1:], folding())
    symbols = [(code // SYMBOLS**2, code // SYMBOLS % SYMBOLS, code % SYMBOLS) for code in found.tolist()]
    assert by_word.tolist() == [0, 5, 9, 9]
    assert symbols[:5] == [(0, 0, 1), (0, 1, 2), (1, 2, 0), (0, 0, 3), (0, 3, 0)]
    assert symbols[5:] == [(0, 0, 5), (0, 5, OTHER), (5, OTHER, 5), (OTHER, 5, 0)]


def test_the_bits_of_what_can_follow_two_letters_are_probabilities() -> None:
    bits = trigram_bits().reshape(SYMBOLS, SYMBOLS, SYMBOLS)
    first, second = (ord(letter) - 96 for letter in "th")
    assert bits[first, second].argmin() == ord("e") - 96
    written = bits[1:OTHER, 1:OTHER]  # an edge is written once, so that nothing follows a letter and an edge
    assert np.exp2(-written).sum(axis=2) == pytest.approx(1, abs=0.03)


def test_letters_are_more_surprising_the_less_a_word_is_spelled_like_english() -> None:
    texts = ["we check the sum of the numbers", "we chekc the smu of hte nubmers", "qw chzzk zqe sxm qf zhe nxmbqrs"]
    bits = tv.measure(texts, metrics="char3_surprisal")["char3_surprisal"].tolist()
    assert bits == sorted(bits)
    assert bits[0] < 3
    assert 4 < bits[1] < 6 < bits[2]
