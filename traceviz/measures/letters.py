"""How surprising the letters of words are to one who knows how English words are spelled."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Scene
from traceviz.segments.model_file import read_tables
from traceviz.segments.unicode import folding

_FILE: Final = Path(__file__).parent.parent / "data" / "trigrams.zst"

#: Steps of one bit in the table, which ends at 16 bits.
STEPS_OF_A_BIT: Final = 16


@cache
def trigram_bits() -> NDArray[np.float64]:
    """Read the bits of each trigram (`kernels.letters.trigrams_of_words`), once a process."""
    return np.asarray(read_tables(_FILE)["steps"] / STEPS_OF_A_BIT, dtype=np.float64)


def bits_of_words(scene: Scene, word: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Give the bits of the letters of some words, and how many letters they are, the end of the word being one."""
    from traceviz.measures.kernels.letters import trigrams_of_words

    words = scene.words
    trigrams, by_word = trigrams_of_words(scene.texts.buffer, words.start[word], words.end[word], folding())
    before = np.concatenate([[0.0], np.cumsum(trigram_bits()[trigrams])])
    return before[by_word[1:]] - before[by_word[:-1]], np.diff(by_word)
