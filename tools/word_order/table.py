"""The table of word order: Kneser-Ney probabilities of pairs of classes, in eighths of a bit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.kernels.word_order import BIT, count_pairs
from traceviz.detectors.word_order import FIRST_LISTED_CLASS, Slots, tokens
from traceviz.segments.kernels.words import hash_words
from traceviz.segments.model_file import KEY_BITS
from traceviz.segments.scan import find_masks, find_words
from traceviz.segments.unicode import folding
from traceviz.texts import Texts


def keys_of(words: Sequence[str]) -> NDArray[np.uint64]:
    """Give the keys of words: the first bits of their hashes."""
    batch = Texts.of(words)
    hashes = hash_words(batch.buffer, batch.offsets[:-1], batch.offsets[1:], folding())
    return np.asarray(hashes, dtype=np.uint64) >> np.uint64(64 - KEY_BITS)


def words_and_classes(
    function: Sequence[str], parts: Mapping[str, str]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Give the keys of all listed words in order, and their classes: function words each its own, then the parts."""
    names = sorted(set(parts.values()))
    numbers = {name: FIRST_LISTED_CLASS + len(function) + place for place, name in enumerate(names)}
    keys = keys_of([*function, *parts])
    classes = np.array(
        [*range(FIRST_LISTED_CLASS, FIRST_LISTED_CLASS + len(function)), *map(numbers.get, parts.values())]
    )
    kept, first = np.unique(keys, return_index=True)
    return kept, classes[first].astype(np.int64)


def count(paragraphs: Sequence[str], slots: Slots, bounds: tuple[int, int]) -> NDArray[np.int64]:
    """Count pairs of classes in paragraphs, found just as the detector finds them; each begins as a sentence does.

    ``bounds`` are the class after that of the last function word, and the one after the last of all.
    """
    batch = Texts.of(paragraphs)
    masks = find_masks(batch)
    found = find_words(batch, masks)
    own = np.ones(len(found.start), dtype=bool)
    kinds, _, first = tokens(batch, masks, found, own, slots, bounds[0])
    counted: NDArray[np.int64] = count_pairs(kinds, first, bounds[1])
    return counted


def surprises(counts: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
    """Turn counts into surprises: of a class (column) behind another (row), and of a class alone.

    A class that never follows another gets what its number of different neighbours says (Kneser-Ney, one discount).
    """
    ones, twos = (counts == 1).sum(), (counts == 2).sum()
    discount = ones / (ones + 2 * twos)
    before = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    neighbours = (counts > 0).sum(axis=0) + 0.5
    saved = np.where(counts.sum(axis=1, keepdims=True) > 0, discount * (counts > 0).sum(axis=1, keepdims=True), before)
    pairs = (np.maximum(counts - discount, 0) + saved * neighbours / neighbours.sum()) / before
    alone = counts.sum(axis=0) + 0.5
    return {"pairs": _steps(pairs), "alone": _steps(alone / alone.sum())}


def _steps(probability: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Give surprises in eighths of a bit."""
    return np.minimum(np.rint(-BIT * np.log2(probability)), 255).astype(np.uint8)
