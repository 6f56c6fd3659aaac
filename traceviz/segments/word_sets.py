"""Sets of words, asked for by hash: which of the words of a batch are among them."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.scan import find_masks, find_words
from traceviz.texts import Texts


class WordSet(NamedTuple):
    """The hashes of some words, and a sieve by their last sixteen bits, which nearly all other words fall through."""

    sieve: NDArray[np.bool_]
    hashes: NDArray[np.uint64]

    @classmethod
    def of(cls, hashes: NDArray[np.uint64]) -> WordSet:
        """Make the set of some hashes."""
        sieve = np.zeros(1 << 16, dtype=bool)
        sieve[hashes.astype(np.uint16)] = True
        return cls(sieve, hashes)

    def may_hold(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Tell which words the sieve keeps: all that are in the set, and some words in a thousand besides."""
        return self.sieve[hashes.astype(np.uint16)]

    def holds(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Tell which words are in the set."""
        found = self.may_hold(hashes)
        near = np.flatnonzero(found)
        found[near] = np.isin(hashes[near], self.hashes)
        return found


@cache
def word_set(words: str) -> WordSet:
    """Make the set of the words of a text, hashed as they are hashed in any text: whatever their case."""
    texts = Texts.of([" ".join(words.split())])
    return WordSet.of(np.unique(find_words(texts, find_masks(texts)).hashes))
