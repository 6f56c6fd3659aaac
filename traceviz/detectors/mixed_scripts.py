"""Tokens of letters of several scripts: what is written as one word and is not of one script.

Not every such token is odd.  Beside Han, kana or Thai, which write no spaces, a Latin word stands without one, so these
count only inside a token ("su水m"), and in a text of such a script never.  Korean, Hindi and Arabic texts tie their
endings to Latin names; so the text's own script counts only if it is Latin, Cyrillic or Greek, which look alike.  One
Greek letter at the edge of a Latin word, and any between names of functions, is mathematics ("Δx", "TGFβ").
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Scene
from traceviz.segments.scan import unspaced
from traceviz.segments.unicode import unicode_table

#: Scripts with letters that look alike, which nobody mixes in a word of his own language.
ALIKE: Final = ("Latin", "Cyrillic", "Greek")

#: What stands beside Greek letters in formulas: names of functions, and one or two letters.
_MATHEMATICAL: Final = re.compile(r"(?:.?(?:arc)?(?:sin|cos|tan|cot|sec|csc|log|ln|exp|max|min|lim|det|mod)h?|.{0,2})")

#: The letters of Greek and Coptic.
_GREEK: Final = re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]+")


class Tokens(NamedTuple):
    """Runs of words that touch each other: the first word of each, and the last one."""

    first: NDArray[np.int64]
    last: NDArray[np.int64]


def runs(scene: Scene) -> Tokens:
    """Give all runs of letters of a batch, most of which are one word."""
    words, text = scene.words, scene.text_of_word
    begins = np.ones(len(text), dtype=bool)
    begins[1:] = (words.start[1:] != words.end[:-1]) | (text[1:] != text[:-1])
    first = np.flatnonzero(begins)
    return Tokens(first, np.append(first[1:], len(text))[: len(first)] - 1)


def several(scene: Scene) -> Tokens:
    """Give the tokens of letters of several scripts that count, mathematics included."""
    tokens = runs(scene)
    long = tokens.last > tokens.first
    first, last = tokens.first[long], tokens.last[long]
    if not len(first):
        return Tokens(first, last)
    word, begins = _words_of(first, last)
    script = scene.words.script[word].astype(np.int64)
    counts = _counting(scene, word, begins)
    lowest = np.minimum.reduceat(np.where(counts, script, np.iinfo(np.int64).max), begins)
    highest = np.maximum.reduceat(np.where(counts, script, -1), begins)
    odd = (highest >= 0) & (lowest != highest)
    return Tokens(first[odd], last[odd])


def mixed(scene: Scene) -> Tokens:
    """Give the tokens of letters of several scripts that no habit of writing explains."""
    tokens = several(scene)
    odd = [
        not _GREEK.search(text) or not _is_mathematical(text)
        for text in (written(scene, a, b) for a, b in zip(tokens.first.tolist(), tokens.last.tolist(), strict=True))
    ]
    taken = np.array(odd, dtype=bool)
    return Tokens(tokens.first[taken], tokens.last[taken])


def written(scene: Scene, first: int, last: int) -> str:
    """Give the text from one word to another."""
    return scene.texts.buffer[scene.words.start[first] : scene.words.end[last]].tobytes().decode()


def _words_of(first: NDArray[np.int64], last: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the words of tokens one after another, and where those of each token begin."""
    many = last - first + 1
    begins = np.cumsum(many) - many
    return np.arange(many.sum()) - np.repeat(begins - first, many), begins


def _counting(scene: Scene, word: NDArray[np.int64], begins: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which words of tokens are in a script that counts."""
    script, text = scene.words.script[word], scene.text_of_word[word]
    names = unicode_table().script_names
    main = _main_scripts(scene)[text]
    alike = np.isin(script, [names.index(name) for name in ALIKE])
    spaced = ~unspaced()[script]
    token = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(word))))
    before = np.cumsum(spaced) - np.append(0, np.cumsum(spaced))[begins][token]
    inside = (before > 0) & (before < np.add.reduceat(spaced.astype(np.int64), begins)[token])
    return np.asarray((alike | (script != main)) & (spaced | (inside & ~unspaced()[main])), dtype=bool)


def _main_scripts(scene: Scene) -> NDArray[np.int64]:
    """Give the script with most words of each text."""
    size = len(unicode_table().script_names)
    place = scene.text_of_word * size + scene.words.script
    counted = np.bincount(place, weights=scene.word_count, minlength=size * len(scene.texts))
    return np.asarray(counted.reshape(-1, size).argmax(axis=1), dtype=np.int64)


def _is_mathematical(token: str) -> bool:
    """Tell whether a token of Latin and Greek letters is likely a formula or a name like "TGF-beta"."""
    parts = _GREEK.split(token)
    longest = max(len(part) for part in _GREEK.findall(token))
    at_edges = len(parts) == 2 and "" in parts and longest == 1
    return at_edges or all(_MATHEMATICAL.fullmatch(part) for part in parts)
