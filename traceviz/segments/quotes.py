"""Use or mention: foreign words that stand in the prompt, and foreign words that are talked about.

Neither is mixing.  Reasoning about a Bengali question quotes Bengali; in one set of real traces four fifths of all
foreign spans were verbatim in the prompt.

**Quoted** is a piece every word of which lies in a stretch that stands in the prompt, word after word.  Compared are
words: case, punctuation, digits, white space, full-width forms, joiners, vowel marks of Arabic and Hebrew, and whether
accents are composed do not matter.  Such a stretch counts

- when it is a whole phrase of the text (up to a sign, or to another language) and says something: one word of a
  language that writes spaces, but no function word alone and no single letter (every German prompt has "der"); two
  letters of Han or Katakana, two of Thai, four of Hiragana, and no connective such as "therefore" alone (every Chinese
  prompt has the letters of one; a word has 1.6 letters).  In quotation marks, everything counts; one Han letter counts
  when it stands for itself somewhere in the prompt, as do names and labels;
- or when it is long, whatever stands around it: three words of content, or five Han letters.  Words beside the piece
  count with it, so that a sentence which the segmentation cut is still one quotation.

A code-switch made of words of the prompt in another order is a phrase of its own and is not quoted.  Another ending
makes another word, but particles that are merely written onto a word do not: those of Korean, Japanese and Chinese,
articles and emphasis in Bengali, articles and "and" in Arabic and Hebrew, and what stands behind an apostrophe.

That a word stands in the prompt does not prove that it was taken from there: of foreign words spliced into reasoning,
a prompt of 1,800 characters in their language held 6 % of the single words, 2 % of the phrases and no sentence.

**Mentioned** is described in `mentions.py`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.mentions import CLASSES
from traceviz.segments.pieces import Pieces
from traceviz.segments.scan import UNSPACED_SCRIPTS
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

#: Bytes beside a foreign piece that are read with it: some fifteen words of English, thirty letters of Han.
REACH: Final = 96

#: What a stretch must weigh to be quoted as a whole phrase, and inside a longer one.  A word weighs 5 (a function word
#: 1), a letter of Han 3, of Hiragana 1, of other unspaced scripts 2.
PHRASE_WEIGHT, LONG_WEIGHT = 4, 13

#: Scripts whose words carry particles at their end, and at their start.
SUFFIX_SCRIPTS: Final = ("Hangul", "Bengali")
PREFIX_SCRIPTS: Final = ("Arabic", "Hebrew")

#: Blocks of 256 code points of which some change when compatibility forms are decomposed and case is folded.
_FOLDED_BLOCKS: Final = (
    *(*range(0x25), 0x2A, *range(0x2C, 0x34), 0xA6, 0xA7, 0xAB, *range(0xF9, 0x100), 0x104, 0x105, 0x107, 0x10C),
    *(0x110, 0x111, *range(0x113, 0x116), 0x118, 0x119, 0x16E, 0x1D1, *range(0x1D4, 0x1D8), 0x1E9, 0x1EE, 0x1F1, 0x1F2),
    *(0x1FB, *range(0x2F8, 0x2FB)),
)


class Lexicon(NamedTuple):
    """The classes of words as an open-addressing table for the compiled core."""

    hashes: NDArray[np.uint64]
    slots: NDArray[np.int32]
    bits: NDArray[np.int64]


class Folds(NamedTuple):
    """What each code point becomes: itself (0), another, or minus the place of a sequence (its length, then it)."""

    page_of: NDArray[np.uint16]
    folded: NDArray[np.int32]
    sequences: NDArray[np.int32]


def folded(text: str) -> str:
    r"""Give the form in which words are compared: decomposed with compatibility forms, case-folded.

    Examples
    --------
    >>> folded("\N{FULLWIDTH LATIN CAPITAL LETTER H}AUS")
    'haus'
    """
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())


@cache
def folds() -> Folds:
    """Make the table of folded code points, once a process."""
    page_of = np.zeros(0x1100, dtype=np.uint16)
    pages = [np.zeros(256, dtype=np.int32)]
    sequences = [0]
    for block in _FOLDED_BLOCKS:
        page = np.zeros(256, dtype=np.int32)
        for low in range(256):
            character = chr(block << 8 | low)
            form = folded(character)
            if form == character:
                continue
            page[low] = ord(form) if len(form) == 1 else -len(sequences)
            if len(form) > 1:
                sequences += [len(form), *map(ord, form)]
        if page.any():
            page_of[block] = len(pages)
            pages.append(page)
    return Folds(page_of, np.stack(pages), np.array(sequences, dtype=np.int32))


@cache
def script_traits() -> NDArray[np.uint8]:
    """Give for each script how its words are written: 1 without spaces, 2 with particles behind, 4 with some before."""
    names = unicode_table().script_names
    return np.array(
        [(n in UNSPACED_SCRIPTS) + 2 * (n in SUFFIX_SCRIPTS) + 4 * (n in PREFIX_SCRIPTS) for n in names], dtype=np.uint8
    )


@cache
def lexicon() -> Lexicon:
    """Hash the words of `mentions.CLASSES`, once a process."""
    from traceviz.segments.kernels import quotes as kernel

    entries = [(word, 1 << bit) for bit, words in enumerate(CLASSES.values()) for word in words.split()]
    lines = Texts.of(["\n".join(word for word, _ in entries)]).buffer
    tokens = np.empty((len(lines) + 1, kernel.N_COLUMNS), dtype=np.int64)
    hashes = np.empty((len(lines) + 1, 2), dtype=np.uint64)
    nothing = (np.zeros(1, np.uint64), np.full(8, -1, np.int32), np.zeros(1, np.int64))
    n = kernel.tokenise(lines, 0, len(lines), 0, tokens, hashes, nothing, tuple(folds()), _characters())
    ends = [*np.flatnonzero(tokens[:n, kernel.SIGN] == kernel.LINE_END).tolist(), n]
    bits: dict[int, int] = {}
    for begin, end, (word, bit) in zip([0, *(end + 1 for end in ends)], ends, entries, strict=False):
        h = int(hashes[begin, 0])
        if tokens[begin, kernel.BITS] & kernel.UNSPACED:
            bits[h] = bits.get(h, 0) | kernel.STARTS | (bit if len(word) == 1 else 0)
            h = int(kernel.joined_hash(begin, end - 1, hashes))
        bits[h] = bits.get(h, 0) | bit
    keys = np.array(list(bits), dtype=np.uint64)
    return Lexicon(keys, kernel.index_of(keys), np.array(list(bits.values()), dtype=np.int64))


def _characters() -> tuple[NDArray[Any], ...]:
    table = unicode_table()
    return table.page_of, table.scripts, table.kinds, script_traits()


def mark_quotes(
    pieces: Pieces, texts: Texts, matrix: NDArray[np.int16], prompts: Sequence[str | None] | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the foreign pieces whose words stand in the prompt, and those that are talked about.

    A piece is foreign when its language is not the text's matrix language.

    Parameters
    ----------
    pieces
        The segments of a batch of texts.
    texts
        That batch.
    matrix
        The matrix language of each text, as a position in ``pieces.tags``.
    prompts
        The prompt of each text, None where there is none; None if no text has one.

    Returns
    -------
    quoted, mentioned : numpy.ndarray
        bool, one a piece; false for pieces that are not foreign.
    """
    text = pieces.text
    foreign = np.flatnonzero((pieces.language >= 0) & (pieces.language != matrix[text]))
    quoted = np.zeros(len(pieces), dtype=bool)
    mentioned = np.zeros(len(pieces), dtype=bool)
    if len(foreign) == 0:
        return quoted, mentioned
    from traceviz.segments.kernels import quotes as kernel

    by_text = np.searchsorted(text[foreign], np.arange(len(texts) + 1)).astype(np.int64)
    where = (texts.buffer, texts.offsets, pieces.start[foreign], pieces.end[foreign], by_text)
    words = (tuple(lexicon()), tuple(folds()), _characters())  # plain tuples: a named one would be compiled once more
    mentioned[foreign] = kernel.find_mentioned(*where, REACH, *words)
    needed, prompt_of = _needed(prompts, np.diff(by_text) > 0)
    if len(needed):
        found = (needed.buffer, needed.offsets), prompt_of
        quoted[foreign] = kernel.find_quoted(*where, *found, REACH, (PHRASE_WEIGHT, LONG_WEIGHT), *words)
    return quoted, mentioned


def _needed(prompts: Sequence[str | None] | None, wanted: NDArray[np.bool_]) -> tuple[Texts, NDArray[np.int64]]:
    """Give the different prompts of the texts that need one, and which of them each text has (-1: none)."""
    place: dict[str, int] = {}
    prompt_of = np.full(len(wanted), -1, dtype=np.int64)
    for i in np.flatnonzero(wanted).tolist() if prompts is not None else ():
        prompt = prompts[i] if prompts is not None else None
        if prompt:
            prompt_of[i] = place.setdefault(prompt, len(place))
    return Texts.of(list(place)), prompt_of
