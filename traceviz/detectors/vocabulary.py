"""How frequent the words of a text are in English, and which of them are function words: what several modes look at.

Frequencies are Zipf values, the decimal logarithm of occurrences in 10^9 words, in steps of a twentieth, from wordfreq
3.1.1; a word that its list of 310,000 words lacks has 0.  One unknown word in fourteen thousand is taken for a listed
one, because words are known by 32 bits of a hash.  Of a word with hyphens or apostrophes that is not listed itself
("well-behaved") the rarest part counts.  The list is of what is written, misspellings and names included: that a word
is listed does not make it a word of the dictionary.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Scene
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.segments.language_model import language_model
from traceviz.segments.model_file import KEY_BITS, read_tables
from traceviz.segments.unicode import folding, unicode_table
from traceviz.texts import Texts

_FILE: Final = Path(__file__).parent.parent / "data" / "frequencies.zst"

#: Steps of one unit of Zipf.
STEPS_OF_ONE: Final = 20

#: Texts, and places in the words or bytes of the batch.
Places = tuple[NDArray[np.int64], NDArray[np.int64]]


class Frequencies(NamedTuple):
    """The list as a table for the kernels.

    Attributes
    ----------
    slots
        uint32: 24 bits of the key of a word, 8 of its steps; 0 where the slot is free.
    function
        uint8, 1 where the word of a slot is an English function word.
    shift
        By how many bits a key is shifted to its slot.
    """

    slots: NDArray[np.uint32]
    function: NDArray[np.uint8]
    shift: int


class Vocabulary(NamedTuple):
    """What the list says of each word of a scene.

    Attributes
    ----------
    zipf
        float32, 0-8; 0 where the word is not listed or is not in the Latin script.
    latin
        Which words are in the Latin script.
    function
        Which are English function words.
    """

    zipf: NDArray[np.float32]
    latin: NDArray[np.bool_]
    function: NDArray[np.bool_]


@cache
def frequencies() -> Frequencies:
    """Read the list, once a process."""
    from traceviz.detectors.kernels.vocabulary import build_slots

    file = read_tables(_FILE)
    keys = file["words"] >> np.uint64(KEY_BITS - 32)
    bits = (3 * len(keys) // 2).bit_length()
    slots = build_slots(keys, np.ascontiguousarray(file["steps"]), 1 << bits)
    bare = Frequencies(slots, np.zeros(len(slots), dtype=np.uint8), 32 - bits)
    return bare._replace(function=marked(bare, {1: FUNCTION_WORDS["en"]}))


def marked(table: Frequencies, words: Mapping[int, str]) -> NDArray[np.uint8]:
    """Give the sum of marks of each slot: those whose texts hold its word.  Words that are not listed get none."""
    from traceviz.detectors.kernels.vocabulary import look_up_all

    marks = np.zeros(len(table.slots), dtype=np.uint8)
    for mark, text in words.items():
        slots = look_up_all(hash_words(text.split()), table.slots, table.shift)
        marks[np.unique(slots[slots >= 0])] |= mark
    return marks


def hash_words(words: Sequence[str]) -> NDArray[np.uint64]:
    """Hash words as they are hashed in any text."""
    from traceviz.segments.kernels.words import hash_words as hashed

    batch = Texts.of(list(words))
    return np.asarray(hashed(batch.buffer, batch.offsets[:-1], batch.offsets[1:], folding()))


def zipf_frequency(words: Sequence[str]) -> NDArray[np.float64]:
    """Give the Zipf frequency of English words, 0 for those that are not listed.

    Examples
    --------
    >>> zipf_frequency(["the", "Ratchet", "well-behaved", "qwzx"]).tolist()
    [7.75, 3.15, 3.6, 0.0]
    """
    from traceviz.detectors.kernels.vocabulary import facts_of_words
    from traceviz.segments.kernels.words import JOINED

    batch, table = Texts.of(list(words)), frequencies()
    start, end, joined = batch.offsets[:-1], batch.offsets[1:], np.full(len(words), JOINED, np.uint16)
    hashes = hash_words(words)
    steps, _ = facts_of_words(batch.buffer, start, end, joined, hashes, table.slots, table.function, table.shift)
    return np.asarray(steps / STEPS_OF_ONE, dtype=np.float64)


def look_up(scene: Scene) -> Vocabulary:
    """Give what the list says of each word of a scene, which keeps it as `Scene.vocabulary`."""
    from traceviz.detectors.kernels.vocabulary import facts_of_words

    words, table = scene.words, frequencies()
    steps, function = facts_of_words(
        scene.texts.buffer, words.start, words.end, words.flags, words.hashes, table.slots, table.function, table.shift
    )
    latin = words.script == unicode_table().script_names.index("Latin")
    zipf = np.where(latin, steps, 0).astype(np.float32) / np.float32(STEPS_OF_ONE)
    return Vocabulary(zipf, latin, latin & (function > 0))


def steps_in_english(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Give how many quarter nats English is below the best language of each word; -1 where no language lists it."""
    from traceviz.segments.kernels.languages import PLACE_BITS, TRAIT_BITS, look_up_all

    found = look_up_all(hashes, language_model().words)
    return np.asarray(np.where(found < 0, -1, found >> (PLACE_BITS + TRAIT_BITS)), dtype=np.int64)


def are_listed(words: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which words stand in the list of some language.

    Examples
    --------
    >>> are_listed(["привет", "пзивет"]).tolist()
    [True, False]
    """
    return steps_in_english(hash_words(words)) >= 0


def own_english(scene: Scene) -> NDArray[np.bool_]:
    """Tell which words are English, of the trace's own, and more than two letters."""
    tags = scene.pieces.tags
    if "en" not in tags:
        return np.zeros(len(scene.words.start), dtype=bool)
    long = scene.words.end - scene.words.start > 2
    return np.asarray((scene.language_of_word == tags.index("en")) & scene.own & long)


def count_near(place: Places, others: Places, *, reach: int) -> NDArray[np.int64]:
    """Count the others within reach of each place in the same text."""
    # Texts are set apart by more than the reach, so that one search counts within a text.
    asked, counted = (at + text * (reach + 1) for text, at in (place, others))
    counted = np.sort(counted)
    until = np.searchsorted(counted, asked + reach, side="right")
    return np.asarray(until - np.searchsorted(counted, asked - reach), dtype=np.int64)


def by_text(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Give a key of each word that equal words of one text share."""
    return scene.words.hashes[word] ^ (scene.text_of_word[word].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))


def count_others(scene: Scene, word: NDArray[np.int64], *, reach: int) -> NDArray[np.int64]:
    """Count, of some places in the words, those near each in the same text where another word stands."""
    place = (scene.text_of_word[word], word)
    _, which = np.unique(by_text(scene, word), return_inverse=True)
    alike = (which.astype(np.int64) * len(scene.words.start), word)  # so far apart that no word is near another one
    return count_near(place, place, reach=reach) - count_near(alike, alike, reach=reach)
