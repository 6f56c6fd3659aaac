"""Word order: what is found in the cases, what the shipped table holds, and what shuffling does to fluent prose."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from legibility_cases import cases

from traceviz.detectors import word_order
from traceviz.detectors.evidence import Scene
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts

FLUENT = """
First we look at what the question gives us. There are nine boxes on each shelf, and the shop has four shelves in the
back room. That makes thirty-six boxes in all. The owner sold half of them on Monday, so eighteen boxes were left when
the shop opened again on the next day. On Tuesday a school ordered ten more, but the van could only carry six of them.
The other four had to wait until the end of the week. I should check whether the boxes that were waiting still count as
part of the stock. The question says that they were paid for but had not been taken away, so they are still in the room.
This means that the answer depends on what is meant by stock. If it is what stands on the shelves, then we only take
away the six that went with the van. If it is what can be sold, then all ten of them are gone. The last sentence asks
how many boxes a customer could buy on Wednesday, and that is the second meaning.
"""

SENTENCES = [" ".join(sentence.split()) + "." for sentence in FLUENT.split(".") if sentence.strip()]


def scene(texts: list[str], prompts: list[str | None] | None = None) -> Scene:
    batch = Texts.of(texts)
    return Scene(batch, pieces_of(batch, prompts), prompts)


def shuffled(sentence: str, seed: int) -> str:
    words = sentence.rstrip(".").split()
    random.Random(seed).shuffle(words)  # noqa: S311
    return " ".join(words) + "."


@pytest.mark.parametrize("case", cases("word_order"))
def test_cases(case: dict[str, Any]) -> None:
    looked_at = scene([case["text"]], [case.get("prompt")])
    found = word_order.find(looked_at)
    encoded = case["text"].encode()
    assert [encoded[start:end].decode() for start, end in zip(found.start, found.end, strict=True)] == case["found"]


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = [case.values[0]["text"] for case in cases("word_order")]
    together = scene(texts)
    found = word_order.find(together)
    for i, text in enumerate(texts):
        own, single = found.text == i, word_order.find(scene([text]))
        assert np.array_equal(found.start[own] - together.texts.offsets[i], single.start)
        assert np.array_equal(found.end[own] - together.texts.offsets[i], single.end)
        assert np.array_equal(found.score[own], single.score)


def test_a_share_rises_with_every_shuffled_sentence() -> None:
    texts = []
    for damaged in range(len(SENTENCES) + 1):
        sentences = [shuffled(one, i) if i < damaged else one for i, one in enumerate(SENTENCES)]
        texts.append(" ".join(sentences))
    disordered, judged = word_order.disorder(scene(texts))
    share = disordered / judged
    assert share[0] < 0.03
    assert share[2] > 3 * share[0]
    assert share[-1] > 0.3
    assert np.corrcoef(share, np.arange(len(share)))[0, 1] > 0.9


def test_texts_in_other_languages_have_no_judged_words() -> None:
    _, judged = word_order.disorder(
        scene(["Der Zug fuhr eine Stunde vor uns ab, und wir warteten.", "他先加起来。", ""])
    )
    assert judged.tolist() == [0, 0, 0]


def test_the_style_of_a_text_is_the_median_of_its_sentences_within_bounds() -> None:
    text = np.array([0, 0, 0, 2, 2, 3])
    above = np.array([0.9, 0.1, 0.5, 3.0, 4.0, -2.0])
    assert word_order.style(text, above, 4).tolist() == [0.5, 0, word_order.MOST_OF_STYLE, 0]


def test_the_table_holds_distributions() -> None:
    table = word_order.table()
    probability = 2.0 ** (-table.pairs.astype(float) / 8)
    assert np.allclose(probability.sum(axis=1), 1, atol=0.06)  # each is rounded to an eighth of a bit
    assert (2.0 ** (-table.alone.astype(float) / 8)).sum() == pytest.approx(1, abs=0.06)


def test_every_class_is_that_of_a_listed_word_and_every_function_word_has_its_own() -> None:
    table = word_order.table()
    classes = table.slots.classes[table.slots.classes > 0]
    assert set(classes.tolist()) == set(range(word_order.FIRST_LISTED_CLASS, len(table.pairs)))
    first, after = table.function
    counts = np.bincount(classes)
    assert word_order.FIRST_LISTED_CLASS == first < after < len(table.pairs)
    assert (counts[first:after] == 1).all()
    assert (counts[after:] > 1).all()


def classes_of(text: str) -> list[int]:
    looked_at, table = scene([text]), word_order.table()
    every = np.ones(len(looked_at.words.start), dtype=bool)
    kinds, words, _ = word_order.tokens(
        looked_at.texts, looked_at.masks, looked_at.words, every, table.slots, table.function[1]
    )
    return [int(kind) for kind, word in zip(kinds, words, strict=True) if word >= 0]


def test_words_of_one_part_of_speech_share_a_class() -> None:
    river, teacher, tables = classes_of("river teacher tables")
    assert river == teacher != tables


def test_short_function_words_are_told_apart_though_their_hashes_lie_close_together() -> None:
    first, after = word_order.table().function
    found = classes_of("to so as me he us am my too such here")
    assert len(set(found)) == len(found)
    assert all(first <= kind < after for kind in found)


def test_the_table_knows_english() -> None:
    """Check some pairs that every English text has against their exchange."""
    pairs = word_order.table().pairs.astype(int)
    for text in ("of the", "to be", "it is", "has been", "the nation", "we have"):
        first, second = classes_of(text)
        assert pairs[first, second] + 8 < pairs[second, first]


@given(
    st.lists(st.text(alphabet=st.sampled_from("aAeéd sty.,;:?!\n-–—\"“()$`0 19'’I我я\u0301"), max_size=60), max_size=4)
)
def test_spans_lie_in_their_text_and_scores_are_odds(texts: list[str]) -> None:
    looked_at = scene(texts)
    found = word_order.find(looked_at)
    judged = word_order.sentences(looked_at)
    assert ((judged.score >= 0) & (judged.score <= 1)).all()
    assert (judged.words >= word_order.FEWEST_WORDS).all()
    assert (looked_at.texts.offsets[found.text] <= found.start).all()
    assert (found.start < found.end).all()
    assert (found.end <= looked_at.texts.offsets[found.text + 1]).all()


def test_what_a_loop_says_again_is_judged_once() -> None:
    turn = "of the then sum numbers add we the. "
    assert len(word_order.find(scene([turn * 5])).text) == len(word_order.find(scene([turn])).text) == 1
