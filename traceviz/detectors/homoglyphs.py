"""Letters that look alike: a Cyrillic or Greek letter in a Latin word, or a Latin one in a word of theirs.

A word is told by three signs together: its letters are of the Latin and of one other script, the odd ones have a twin
in the script of the rest, and with the twins in their place it is a word of a dictionary (UTS #39 calls that its
skeleton).  So cosθ, Δx and μm are none.  Formulas are masked.  Left alone are abbreviations with an ending in Cyrillic,
which Slavic languages inflect so, and short names in capitals, as points of a figure have.

Not seen: words of which every letter was replaced, and names and new words, which no dictionary has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.vocabulary import steps_in_english, zipf_frequency
from traceviz.segments.unicode import folding, unicode_table
from traceviz.texts import Texts

#: The label of the spans.
LABEL: Final = "homoglyph"

#: Letters of Cyrillic and Greek with the Latin letters that they look like in most fonts (a part of UTS #39).  Of the
#: small Greek letters only those that no formula has as a variable: omicron, and those with a mark.  Written
#: as escapes, since a reader could not tell them from their twins.
CYRILLIC: Final = {
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0458\u0455\u04bb\u0501\u051b\u051d": "aceopxyijshdqw",
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0423\u0406\u0408\u0405": "ABEKMHOPCTXYIJS",
}
GREEK: Final = {
    "\u03bf\u03cc\u03af\u03ca": "o\u00f3\u00ed\u00ef",
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7": "ABEZHIKMNOPTYX",
}

#: Letters of the shortest word, and of the shortest in capitals: "ABC" is a triangle.
FEWEST_LETTERS: Final = 3
FEWEST_CAPITALS: Final = 5

#: An abbreviation with an ending.
_INFLECTED: Final = re.compile(r"[A-Z]{2,}[^\W\d_A-Za-z]{1,3}")


class _Script(NamedTuple):
    """The twins of a script: from it to Latin, and back."""

    name: str
    to_latin: dict[int, str]
    from_latin: dict[int, str]


def _script(name: str, twins: Mapping[str, str]) -> _Script:
    own, latin = "".join(twins), "".join(twins.values())
    return _Script(
        name,
        {ord(one): twin for one, twin in zip(own, latin, strict=True)},
        {ord(twin): one for one, twin in zip(own, latin, strict=True)},
    )


_SCRIPTS: Final = (_script("Cyrillic", CYRILLIC), _script("Greek", GREEK))


def homoglyphs(scene: Scene) -> Evidence:
    """Find words with letters of another script that look alike; the score is the number of these letters."""
    first, last, script = _mixed(scene)
    start, end = scene.words.start[first], scene.words.end[last]
    buffer = scene.texts.buffer
    found = [buffer[a:b].tobytes().decode(errors="replace") for a, b in zip(start, end, strict=True)]
    odd = _odd_letters(found, script.tolist())
    which = np.flatnonzero(odd)
    text = scene.text_of_word[first]
    return Evidence(text, start, end, (LABEL,) * len(found), odd.astype(np.float64)).taken(which)


def _mixed(scene: Scene) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Give the first and last part of words in Latin and another script, and the place of that among `_SCRIPTS`."""
    words, names = scene.words, unicode_table().script_names
    others = [names.index(script.name) for script in _SCRIPTS]
    near = np.isin(words.script, [names.index("Latin"), *others])
    # A word ends where its script does: the parts of one lie side by side.
    joined = np.zeros(len(words.start) + 1, dtype=bool)
    text = scene.text_of_word
    joined[1:-1] = (words.start[1:] == words.end[:-1]) & (text[1:] == text[:-1]) & near[1:] & near[:-1]
    first = np.flatnonzero(~joined[:-1] & joined[1:])
    last = np.flatnonzero(joined[:-1] & ~joined[1:])
    holds = np.array([np.concatenate([[0], np.cumsum(words.script == code)]) for code in others])
    has = holds[:, last + 1] > holds[:, first]
    chosen = has.sum(axis=0) == 1
    return first[chosen], last[chosen], np.argmax(has, axis=0)[chosen]


def _odd_letters(found: Sequence[str], script: Sequence[int]) -> NDArray[np.int64]:
    """Give how many letters of each word were replaced by their twins; 0 where it is no such word."""
    places: list[int] = []
    meant: list[str] = []
    odd: list[int] = []
    for place, (word, number) in enumerate(zip(found, script, strict=True)):
        for skeleton in _skeletons(word, _SCRIPTS[number]):
            places.append(place)
            meant.append(skeleton)
            odd.append(sum(one != other for one, other in zip(word, skeleton, strict=True)))
    out = np.zeros(len(found), dtype=np.int64)
    for place, many, listed in zip(places, odd, _are_listed(meant), strict=True):
        if listed and (out[place] == 0 or many < out[place]):
            out[place] = many
    return out


def _skeletons(word: str, script: _Script) -> list[str]:
    """Give a word with all letters in the Latin script, and in the other, as far as they have twins."""
    short = len(word) < FEWEST_LETTERS or (word.isupper() and len(word) < FEWEST_CAPITALS)
    if short or _INFLECTED.fullmatch(word):
        return []
    latin = word.translate(script.to_latin)
    other = word.translate(script.from_latin)
    # What has a twin in neither direction is of its own script.
    return [
        one
        for one, table in ((latin, script.from_latin), (other, script.to_latin))
        if all(_is_latin(letter) == (table is script.from_latin) for letter in one)
    ]


def _is_latin(letter: str) -> bool:
    return letter < "\u0250"


def _are_listed(words: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which words stand in the English list or in that of any language."""
    from traceviz.segments.kernels.words import hash_words

    if not words:
        return np.zeros(0, dtype=bool)
    batch = Texts.of(list(words))
    hashes = hash_words(batch.buffer, batch.offsets[:-1], batch.offsets[1:], folding())
    return np.asarray((zipf_frequency(words) > 0) | (steps_in_english(hashes) >= 0), dtype=bool)
