"""Make ``traceviz/data/frequencies.zst``: how frequent English words are, by the hash of the word.

Frequencies come from wordfreq, whose data stop in 2021 and so know nothing of the words that models are fond of.  Run
it as

    python tools/make_frequencies.py

with the packages of the extra ``tools``.  The same package gives the same bytes.
"""

from __future__ import annotations

import hashlib
import math
import unicodedata
from pathlib import Path

import numpy as np
import wordfreq

from traceviz.detectors.kernels.vocabulary import keys_of
from traceviz.detectors.vocabulary import STEPS_OF_ONE
from traceviz.segments.kernels.words import hash_words
from traceviz.segments.model_file import KEY_BITS, write_tables
from traceviz.segments.unicode import folding
from traceviz.texts import Texts

TARGET = Path(__file__).parent.parent / "traceviz" / "data" / "frequencies.zst"


def is_word(word: str) -> bool:
    """Tell whether the segmenter would take something for one word: letters and marks, apostrophes between."""
    return all(unicodedata.category(c)[0] in "LM" for part in word.split("'") for c in part or "'")


def zipf_of_words() -> dict[str, float]:
    """Give the Zipf frequency of every English word: the decimal logarithm of its occurrences in 10^9 words."""
    shares = wordfreq.get_frequency_dict("en", "best")
    return {word: math.log10(share) + 9 for word, share in shares.items() if is_word(word)}


def main() -> None:
    """Write the file, and print what it holds and its hash."""
    zipf = zipf_of_words()
    batch = Texts.of(list(zipf))
    hashes = hash_words(batch.buffer, batch.offsets[:-1], batch.offsets[1:], folding())
    steps = np.rint(np.array(list(zipf.values())) * STEPS_OF_ONE).astype(np.uint8)
    # Of two words with one key (spellings that the look-up makes one, or by chance) the more frequent one is kept.
    order = np.lexsort((-steps.astype(np.int64), keys_of(hashes)))
    keys, first = np.unique(keys_of(hashes)[order], return_index=True)
    # The file keeps keys of KEY_BITS bits; ours have 32, and what is zero everywhere takes no room.
    write_tables(TARGET, {"words": keys << np.uint64(KEY_BITS - 32), "steps": steps[order][first]})
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    print(f"{TARGET.name}: {len(keys)} words, {TARGET.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
