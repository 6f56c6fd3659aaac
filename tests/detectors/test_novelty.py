"""Words that a text says once."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from traceviz.detectors.evidence import Scene
from traceviz.detectors.kernels.vocabulary import said_once
from traceviz.detectors.novelty import novelty
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts

TOPIC = "We multiply the number by the other number and look at the number again. "
DRAWN = "Harvest marble tundra lantern gossamer ratchet verandah."


def of_last_sentence(text: str) -> float:
    texts = Texts.of([text])
    scene = Scene(texts, pieces_of(texts, None))
    starts = np.flatnonzero(np.asarray(scene.words.start) >= text.rindex(". ", 0, -1))
    return float(novelty(scene, np.array([0]), starts[:1], np.array([len(scene.words.start) - 1]))[0])


def test_words_from_elsewhere_are_new_and_those_of_the_topic_are_not() -> None:
    assert of_last_sentence(TOPIC * 5 + DRAWN) > 2
    assert of_last_sentence(TOPIC * 6) <= 0


def test_where_every_word_is_new_none_stands_out() -> None:
    text = "Planets circle stars. Rivers carry sand. Engines burn fuel. Painters mix colours."
    assert abs(of_last_sentence(text)) < 1


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=12), max_size=5))
def test_said_once_is_a_count_of_one_within_the_text(texts: list[list[tuple[int, bool]]]) -> None:
    words = [word for text in texts for word in text]
    hashes = np.array([number << 50 for number, _ in words], dtype=np.uint64)
    by_text = np.cumsum([0, *map(len, texts)])
    chosen = np.array([counts for _, counts in words], dtype=bool)
    expected = []
    for text in texts:
        many = Counter(number for number, counts in text if counts)
        expected += [counts and many[number] == 1 for number, counts in text]
    assert said_once(hashes, by_text, chosen).tolist() == expected
