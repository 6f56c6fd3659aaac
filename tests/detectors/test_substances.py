"""Names of substances: systematic names are told from other words, among them words of English and glued ones."""

from __future__ import annotations

import numpy as np
import pytest

from traceviz.detectors.evidence import Scene
from traceviz.detectors.substances import are_substances
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts

NAMES = "phenylcyclohexanol butanoic trimethylpentane hydroxypropylamine difluoroethanol butanoate methylbenzene"
OTHERS = "pentagon formation nonetheless thesum wehave butthe isinstance vibling octopus formality inane"


def told(text: str) -> list[bool]:
    batch = Texts.of([text])
    scene = Scene(batch, pieces_of(batch, None))
    found: list[bool] = are_substances(scene, np.arange(len(scene.words.start))).tolist()
    return found


@pytest.mark.parametrize("name", NAMES.split())
def test_systematic_names_are_known(name: str) -> None:
    assert told(f"the {name} is") == [False, True, False]


@pytest.mark.parametrize("word", OTHERS.split())
def test_other_words_are_not(word: str) -> None:
    assert told(f"the {word} is") == [False] * 3
