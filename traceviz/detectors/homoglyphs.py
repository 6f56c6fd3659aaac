"""Homoglyphs: words in which letters of another script stand for those that they look like.

A token of Latin and Cyrillic, or of Latin and Greek letters, is one if putting the letters that look alike in their
place makes a word that a list has: an English one ("paypal" with a Cyrillic a), or one of a language in Cyrillic.
Words that are wholly in another script are not told from words of that script, and misspelled ones are not found.
Formulas are masked, and a Greek letter needs a longer word, because alpha and t are a product and not "at".  Left alone
are abbreviations with an ending in Cyrillic, which Slavic languages inflect so, and short names in capitals, as points
of a figure have.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.mixed_scripts import Tokens, several, written
from traceviz.detectors.vocabulary import are_listed, zipf_frequency

#: The label of the spans.
LABEL: Final = "homoglyph"

#: Letters of Cyrillic and Greek and the Latin ones that they look like, written by hand from the code charts of
#: Unicode.  Only those that hardly any font tells apart; UTS #39 lists many more.
CYRILLIC: Final = dict(
    zip(
        "аеорсухіјѕһԁԛԝӏѵАВЕКМНОРСТХУІЈЅҮԚԜӀ",
        "aeopcyxijshdqwlvABEKMHOPCTXYIJSYQWI",
        strict=True,
    )
)
GREEK: Final = dict(zip("αονρυικχγϲϳΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "aovpuikxycjABEZHIKMNOPTYXCJ", strict=True))

#: The Latin letters in Cyrillic; of several the first, which is the common one.
_IN_CYRILLIC: Final = {latin: letter for letter, latin in reversed(CYRILLIC.items())}

#: Zipf frequency from which on a word is one of the dictionary, and letters of the shortest word in which letters of
#: either script count.  Below, products of variables are words too.
LEAST_ZIPF: Final = 3.0
SHORTEST_WITH_CYRILLIC: Final = 2
SHORTEST_WITH_GREEK: Final = 4
SHORTEST_IN_CYRILLIC: Final = 3
SHORTEST_IN_CAPITALS: Final = 5

#: An abbreviation with an ending.
_INFLECTED: Final = re.compile(r"[A-Z]{2,}[\u0430-\u044f]{1,3}")


class _Reading(NamedTuple):
    """A way to read a token: its place, the word, and how many letters look like others."""

    token: int
    word: str
    letters: int


def homoglyphs(scene: Scene) -> Evidence:
    """Find words with letters of another script that look alike; the score is how many of these letters there are."""
    return found_in(scene, several(scene))


def found_in(scene: Scene, tokens: Tokens) -> Evidence:
    """Find those tokens of several scripts that are words with letters of another script."""
    places = zip(tokens.first.tolist(), tokens.last.tolist(), strict=True)
    spelled = ["" if _is_ordinary(text) else text for text in (written(scene, a, b) for a, b in places)]
    latin = [reading for token, text in enumerate(spelled) for reading in _in_latin(token, text)]
    cyrillic = [reading for token, text in enumerate(spelled) for reading in _in_cyrillic(token, text)]
    known = np.concatenate(
        [zipf_frequency([one.word for one in latin]) >= LEAST_ZIPF, are_listed([one.word for one in cyrillic])]
    )
    taken: dict[int, _Reading] = {}
    for one, is_known in zip([*latin, *cyrillic], known.tolist(), strict=True):
        if is_known:
            taken.setdefault(one.token, one)
    order = sorted(taken)
    place = np.array(order, dtype=np.int64)
    first, last = tokens.first[place], tokens.last[place]
    return Evidence(
        scene.text_of_word[first],
        scene.words.start[first],
        scene.words.end[last],
        (LABEL,) * len(order),
        np.array([taken[token].letters for token in order], dtype=np.float64),
    )


def _is_ordinary(text: str) -> bool:
    """Tell whether a token is an abbreviation with an ending, or the name of something in a figure."""
    return bool(_INFLECTED.fullmatch(text)) or (text.isupper() and len(text) < SHORTEST_IN_CAPITALS)


def _in_latin(token: int, text: str) -> list[_Reading]:
    """Read a token as a Latin word with letters of Cyrillic or of Greek; not at all where a letter has no twin."""
    return [
        _Reading(token, word, sum(letter in twins for letter in text))
        for twins, shortest in ((CYRILLIC, SHORTEST_WITH_CYRILLIC), (GREEK, SHORTEST_WITH_GREEK))
        if len(text) >= shortest and (word := "".join(twins.get(letter, letter) for letter in text)).isascii()
    ]


def _in_cyrillic(token: int, text: str) -> list[_Reading]:
    """Read a token as a Cyrillic word with Latin letters."""
    if len(text) < SHORTEST_IN_CYRILLIC:
        return []
    word = "".join(_IN_CYRILLIC.get(letter, letter) for letter in text)
    if not all("\u0400" <= letter <= "\u052f" for letter in word):
        return []
    return [_Reading(token, word, sum(letter in _IN_CYRILLIC for letter in text))]
