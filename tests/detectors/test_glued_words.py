"""Glued words: the cases, the words of the reference, and glue that is made by taking spaces away."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from legibility_cases import cases, spans

#: Words that are not glued, by the reference: seven that its own rule holds apart, nine that it fails on.
TECHNICAL = """
electroencephalogram eigenvalue pharmacokinetics cryptanalysis boustrophedon methylcyclohexane subadditivity
photosynthesis semiprime antiderivative hyperparameter overcounting quasiperiodic isoperimetric pseudorandomness
submartingale diastereomer
"""

FLUENT = "So we have to check that the sum of the first two terms is even before we go on with the next step"


@pytest.mark.parametrize("case", cases("glued_words"))
def test_cases(case: dict[str, Any]) -> None:
    found = spans("glued_words", case["text"], prompt=case.get("prompt"))[0]
    assert [label for _, label, _ in found] == case["found"]
    assert all(stretch == label.replace("|", "") and score == label.count("|") for stretch, label, score in found)


@pytest.mark.parametrize("word", TECHNICAL.split())
def test_technical_words_are_not_glued_even_beside_glue(word: str) -> None:
    text = f"So wehave thesum ofthe terms, and then the {word} is what we look at next."
    assert word not in [stretch for stretch, _, _ in spans("glued_words", text)[0]]


@given(st.sets(st.integers(0, FLUENT.count(" ") - 1), min_size=6))
def test_taking_spaces_away_is_found_and_the_label_gives_them_back(gaps: set[int]) -> None:
    words = FLUENT.split()
    text = words[0] + "".join(("" if k in gaps else " ") + word for k, word in enumerate(words[1:]))
    found = spans("glued_words", f"{FLUENT}. {text}.")[0]
    assert found
    assert all(stretch in text and stretch not in FLUENT.split() for stretch, _, _ in found)


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = [case.values[0]["text"] for case in cases("glued_words")]
    assert spans("glued_words", *texts) == [spans("glued_words", text)[0] for text in texts]
