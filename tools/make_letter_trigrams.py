"""Make ``traceviz/data/trigrams.zst``: how surprising each letter of an English word is after the two before it.

The words are those of wordfreq's English list, each counted as often as it is used.  Counted by use, the surprisal of
text with one letter in ten words changed is above that of clean text more often than counted by list (AUC .68 and .58
on 180 windows of reasoning, `benchmarks/legibility_hosts.py`).  Run it as

    python tools/make_letter_trigrams.py

with the packages of the extra ``tools``.  The same package gives the same bytes.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import numpy as np
import wordfreq
from numpy.typing import NDArray

from traceviz.measures.kernels.letters import SYMBOLS, trigrams_of_words
from traceviz.measures.letters import STEPS_OF_A_BIT
from traceviz.segments.model_file import write_tables
from traceviz.segments.unicode import folding
from traceviz.texts import Texts

TARGET: Final = Path(__file__).parent.parent / "traceviz" / "data" / "trigrams.zst"

#: How much a shorter context weighs beside the count of a longer one, as a share of all letters (a rounded figure;
#: ten times as much changes the area above by .01).
SMOOTHING: Final = 1e-5


def surprisals(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the bits of each symbol after two, smoothed by those after one and by those alone."""
    counts = counts / counts.sum()
    alone = counts.sum(axis=(0, 1)) + SMOOTHING / SYMBOLS
    alone /= alone.sum()
    pairs = counts.sum(axis=0)
    after_one = (pairs + SMOOTHING * alone) / (pairs.sum(axis=1, keepdims=True) + SMOOTHING)
    after_two = (counts + SMOOTHING * after_one) / (counts.sum(axis=2, keepdims=True) + SMOOTHING)
    return np.asarray(-np.log2(after_two))


def main() -> None:
    """Write the file, and print its size and hash."""
    uses = wordfreq.get_frequency_dict("en", "best")
    words = [word for word in uses if all(c.isalpha() or c == "'" for c in word)]
    batch = Texts.of(words)
    trigrams, by_word = trigrams_of_words(batch.buffer, batch.offsets[:-1], batch.offsets[1:], folding())
    weight = np.repeat([uses[word] for word in words], np.diff(by_word))
    counts = np.bincount(trigrams, weights=weight, minlength=SYMBOLS**3).reshape(SYMBOLS, SYMBOLS, SYMBOLS)
    steps = np.minimum(np.rint(surprisals(counts) * STEPS_OF_A_BIT), 255).astype(np.uint8)
    write_tables(TARGET, {"steps": steps.ravel()})
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
