"""Metrics of vocabulary: the vectors of the reference, and what is stated about the lists."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import traceviz as tv
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.measures.registry import registry

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
    text = "the qwzxo of the blorfu and the zzkqam is in the vrunti of the klompfir that we dworgled to the snarfip"
    row = tv.measure(text, metrics=["function_word_ratio", "oov_en"]).iloc[0]
    assert row["oov_en"] > 0.3
    assert row["function_word_ratio"] > 0.5
