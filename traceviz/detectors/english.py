"""Which texts are in English, also where damage hides it: non-words among the words, or no spaces between them.

A text whose words are of no known language for the most part is taken for English by its function words, or because
its long words split into words of English.  It is no other language by chance: of the declaration of human rights in
fifty languages of the Latin script, with spaces and without, none passes.  A text of nothing but non-words has none.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Scene
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.detectors.glued_words import clearly_glued
from traceviz.detectors.vocabulary import steps_in_english
from traceviz.segments.word_sets import WordSet, word_set

#: Share of function words from which on a text of no known language is taken for English: fluent English has .4 to .5.
FUNCTION_SHARE: Final = 0.2

#: Share of function words of three letters and more, and different ones, that say the same: other languages have up to
#: .03 and 3 of them.
LONG_SHARE: Final = 0.03
DIFFERENT: Final = 5

#: Bytes of the shortest word that is split, and share of the letters that must stand in words that are clearly glued.
LONG: Final = 8
GLUED_SHARE: Final = 0.25


#: A text in no language: words of the Latin script that are looked at, the longest of them (bytes), how many there must
#: be, and the shares that no list has and that are different.  Zulu, which lists know least of all, has .5 and .8.
LOOKED_AT: Final = 300
LONGEST: Final = 16
ENOUGH: Final = 150
UNLISTED_SHARE: Final = 0.5
DIFFERENT_SHARE: Final = 0.9


@cache
def _long_function_words() -> WordSet:
    """Give the function words of three letters and more: shorter ones are words of many languages."""
    return word_set(" ".join(word for word in FUNCTION_WORDS["en"].split() if len(word) > 2))


def are_english(scene: Scene) -> NDArray[np.bool_]:
    """Tell which texts are mainly in English, or for the most part in no known language and English underneath."""
    english = scene.mainly_in(("en",))
    doubtful = ~english & _are_undetermined(scene)
    if doubtful.any():
        latin = scene.vocabulary.latin
        doubtful &= np.bincount(scene.text_of_word[latin], minlength=len(english)) > 0
        english |= doubtful & (_by_function_words(scene) | _by_glue(scene, doubtful))
    return english


def _are_undetermined(scene: Scene) -> NDArray[np.bool_]:
    """Tell which texts have more words of the Latin script without a language than words of known ones."""
    language, text = scene.language_of_word, scene.text_of_word
    known = (language >= 0) & (language != scene.undetermined)
    without = np.bincount(text[~known & scene.vocabulary.latin], minlength=len(scene.texts))
    return np.asarray(without > np.bincount(text[known], scene.word_count[known], len(scene.texts)), dtype=bool)


def _by_function_words(scene: Scene) -> NDArray[np.bool_]:
    """Tell which texts have function words of English among the words of the Latin script."""
    text, known, many = scene.text_of_word, scene.vocabulary, len(scene.texts)
    latin = np.maximum(np.bincount(text[known.latin], minlength=many), 1)
    function = np.bincount(text[known.function], minlength=many)
    place = np.flatnonzero(known.function & _long_function_words().holds(scene.words.hashes))
    long = np.bincount(text[place], minlength=many)
    pairs = np.unique(np.stack([text[place], scene.words.hashes[place].astype(np.int64)]), axis=1)
    different = np.bincount(pairs[0], minlength=many)
    full = function >= FUNCTION_SHARE * latin
    return np.asarray(full | ((long >= LONG_SHARE * latin) & (different >= DIFFERENT)), dtype=bool)


def _by_glue(scene: Scene, doubtful: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Tell which of some texts have much of their letters in words that split into words of English."""
    words, text, known = scene.words, scene.text_of_word, scene.vocabulary
    size = words.end - words.start
    word = np.flatnonzero(doubtful[text] & known.latin & (known.zipf == 0) & (size >= LONG))
    glued = word[clearly_glued(scene, word)]
    letters = np.bincount(text[known.latin], size[known.latin], len(scene.texts))
    return np.bincount(text[glued], size[glued], len(scene.texts)) >= GLUED_SHARE * np.maximum(letters, 1)


def are_in_no_language(scene: Scene) -> NDArray[np.bool_]:
    """Tell which texts are long and in no language: hardly a word is listed in any, and hardly one is said twice.

    A language that the lists do not know says its small words again and again.
    """
    found = ~scene.in_english & _are_undetermined(scene)
    for text in np.flatnonzero(found).tolist():
        found[text] = _is_in_no_language(scene, text)
    return np.asarray(found, dtype=bool)


def _is_in_no_language(scene: Scene, text: int) -> bool:
    """Tell whether one text is in no language."""
    from traceviz.segments.kernels.words import CAPITAL, NEUTRAL

    words = scene.words
    own = slice(*np.searchsorted(scene.text_of_word, [text, text + 1]).tolist())
    size, flags = words.end[own] - words.start[own], words.flags[own]
    fit = scene.vocabulary.latin[own] & (size > 2) & (size <= LONGEST) & ((flags & (CAPITAL | NEUTRAL)) == 0)
    hashes = words.hashes[own][fit][:LOOKED_AT]
    if len(hashes) < ENOUGH or len(np.unique(hashes)) < DIFFERENT_SHARE * len(hashes):
        return False
    return bool((steps_in_english(hashes) < 0).mean() >= UNLISTED_SHARE)
