"""Diversity: the vectors of the reference, and the compiled loops against plain counting."""

from __future__ import annotations

import json
from collections import Counter
from math import comb
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.measures.kernels.diversity import count_types
from traceviz.measures.tokens import Grams, Tokens

CASES = json.loads((Path(__file__).parent.parent / "cases" / "diversity.json").read_text(encoding="utf-8"))

FOX = next(case["text"] for case in CASES if case["id"] == "fox")

#: Types of the tokens of several short texts.
TEXTS = st.lists(st.lists(st.integers(0, 6), max_size=40), min_size=1, max_size=4)


def numbered(texts: list[list[int]]) -> tuple[Tokens, list[list[int]]]:
    """Number the types of each text in their order; a token of type k has k + 1 characters and a space before it."""
    ids = [[list(dict.fromkeys(text)).index(word) for word in text] for text in texts]
    flat = np.array([number for text in ids for number in text], dtype=np.int64)
    by_text = np.cumsum([0, *map(len, ids)])
    characters = np.concatenate([[0], np.cumsum(flat + 1)])
    return Tokens(flat, by_text, characters, np.arange(len(flat) + 1)), ids


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_vectors(case: dict[str, Any]) -> None:
    expected = case["values"]
    row = tv.measure(case["text"], metrics=list(expected)).iloc[0]
    stated = dict(part.split(": ") for part in row["not_measured"].split("; ") if part)
    assert stated == {name: why for name, why in expected.items() if isinstance(why, str)}
    for name, number in expected.items():
        if not isinstance(number, str):
            assert row[name] == pytest.approx(number, abs=1e-6), name


def test_measures_of_types_of_a_text_that_is_too_short_for_their_metrics() -> None:
    words = FOX.split()
    ids = np.array([list(dict.fromkeys(words)).index(word) for word in words])
    found = count_types(ids, np.array([0, len(ids)]), 10, 42)[0]
    assert found[3:5].tolist() == [pytest.approx(0.9), pytest.approx(24.5)]


def test_a_text_without_a_repeated_word_has_no_mtld() -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = " ".join(f"q{first}{second}k" for first in letters[:8] for second in letters[:8])
    row = tv.measure(words, metrics=["ttr", "mtld"]).iloc[0]
    assert row["ttr"] == 1
    assert row["not_measured"] == "mtld: too_short"


def test_compression() -> None:
    row = tv.measure(["abcdefghij" * 100, "é" * 99], metrics="zlib_ratio")
    assert row["zlib_ratio"][0] == pytest.approx(0.027, abs=0.003)  # builds of zlib differ
    assert row["not_measured"].tolist() == ["", "zlib_ratio: too_short"]


@given(TEXTS, st.integers(1, 5))
def test_ngrams_are_those_of_plain_counting(texts: list[list[int]], n: int) -> None:
    tokens, ids = numbered(texts)
    counted = Grams(tokens).counted(n)
    for row, text in zip(counted.tolist(), ids, strict=True):
        grams = [tuple(text[i : i + n]) for i in range(len(text) - n + 1)]
        count = Counter(grams)
        seen, repeated, at = set(), 0, 0
        while at < len(grams):
            if grams[at] in seen:
                repeated += sum(word + 1 for word in grams[at])
                at += n
            else:
                seen.add(grams[at])
                at += 1
        most = max(count.values(), default=0)
        longest = max((sum(gram) + 2 * n - 1 for gram in count if count[gram] == most), default=0)
        assert row == [len(grams), len(count), repeated, most * longest]


@settings(max_examples=50)
@given(TEXTS, st.integers(1, 12))
def test_types_are_those_of_plain_counting(texts: list[list[int]], window: int) -> None:
    tokens, ids = numbered(texts)
    found = count_types(tokens.ids, tokens.by_text, window, window)
    for row, text in zip(found, ids, strict=True):
        count, n = Counter(text), len(text)
        windows = [len(set(text[i : i + window])) / window for i in range(n - window + 1)]
        drawn = [1 - comb(n - many, window) / comb(n, window) for many in count.values()] if n >= window else []
        assert row[:3].tolist() == [n, len(count), sum(many**2 for many in count.values())]
        assert row[3] == pytest.approx(np.mean(windows) if windows else 0)
        assert row[5] == pytest.approx(sum(drawn) / window)


def test_diversity_is_that_of_the_window() -> None:
    """A second half that repeats the first is repetition in the whole, and none in windows of half the length."""
    half = FOX + " so that nobody knew. "
    whole = tv.measure(half * 2, metrics=["seq_rep_4", "dup_ngram_chars_5"]).iloc[0]
    parts = tv.measure(half * 2, metrics=["seq_rep_4", "dup_ngram_chars_5"], window=len(half))
    assert whole["seq_rep_4"] > 0.4
    assert whole["dup_ngram_chars_5"] > 0.4
    assert (parts["seq_rep_4"] < 0.1).all()
    assert (parts["dup_ngram_chars_5"] == 0).all()
