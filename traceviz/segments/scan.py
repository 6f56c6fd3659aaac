"""Masks and words of a batch: the compiled passes, with names for what they give."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.unicode import folding, unicode_table
from traceviz.texts import Texts

#: Scripts that write no spaces between words.  There each letter counts as a word, which for Chinese is usual; for
#: Thai, Lao, Khmer and Burmese it counts several to a word, so compare such numbers within one script only.
UNSPACED_SCRIPTS: Final = (
    "Han",
    "Hiragana",
    "Katakana",
    "Bopomofo",
    "Yi",
    "Thai",
    "Lao",
    "Khmer",
    "Myanmar",
    "Tibetan",
)


#: How many words a letter is worth when the main language of a text is chosen: a Chinese word has about 1.6
#: characters, a Japanese one in kana 2.5, a Thai one 4.  Rounded figures, and only for that choice: without them one
#: Thai sentence would outweigh a paragraph of English.
WORDS_OF_A_LETTER: Final = {"Han": 0.6, "Hiragana": 0.4, "Katakana": 0.4, "Bopomofo": 0.4, "Yi": 0.6}
WORDS_OF_OTHER_LETTERS: Final = 0.25


class Masks(NamedTuple):
    """Stretches that are not prose: bytes, kinds (positions in `schema.KINDS`), and where each text's begin."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.int8]
    by_text: NDArray[np.int64]


class Words(NamedTuple):
    """Words outside the masks: bytes, scripts, flags and hashes (see `kernels.words`), and where each text's begin."""

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    script: NDArray[np.uint8]
    flags: NDArray[np.uint16]
    by_text: NDArray[np.int64]
    hashes: NDArray[np.uint64]

    @property
    def text(self) -> NDArray[np.int64]:
        """The text of each word."""
        return np.repeat(np.arange(len(self.by_text) - 1), np.diff(self.by_text))


class Labels(NamedTuple):
    """The language of each word (position in ``tags``; -1 for none), and how sure that is (0-1)."""

    language: NDArray[np.int16]
    confidence: NDArray[np.float32]
    tags: tuple[str, ...]


def read_only(texts: Texts) -> Texts:
    """Give a batch that looks into the same buffer and cannot write to it.

    Some buffers of Arrow can be written to and those of strings cannot; a kernel would be compiled for either.
    """
    buffer = texts.buffer.view()
    buffer.flags.writeable = False
    return Texts(buffer, texts.offsets, texts.present)


def find_masks(texts: Texts) -> Masks:
    """Find code, formulas, URLs, identifiers and template tokens in a batch."""
    from traceviz.segments.kernels import lines, masks, notation

    texts = read_only(texts)
    table = unicode_table()
    tokens = notation.find_tokens(texts.buffer, texts.offsets)
    code = lines.find_lines(texts.buffer, texts.offsets)
    return Masks(
        *masks.find_masks(texts.buffer, texts.offsets, table.page_of, table.scripts, table.kinds, tokens, code)
    )


def find_words(texts: Texts, masks: Masks) -> Words:
    """Find the words of a batch outside the masks."""
    from traceviz.segments.kernels import words

    texts = read_only(texts)
    table = unicode_table()
    return Words(
        *words.find_words(
            texts.buffer,
            texts.offsets,
            masks.start,
            masks.end,
            masks.by_text,
            table.page_of,
            table.scripts,
            table.kinds,
            folding(),
        )
    )


def count_words(texts: Texts, words: Words) -> NDArray[np.int64]:
    """Give how many words each entry is: one, or the number of its letters where the script writes no spaces."""
    from traceviz.segments.kernels.characters import count_letters

    count = np.ones(len(words.start), dtype=np.int64)
    table = unicode_table()
    apart = np.flatnonzero(unspaced()[words.script])
    count[apart] = count_letters(texts.buffer, words.start[apart], words.end[apart], table.page_of, table.kinds)
    return count


def weigh_words(words: Words, count: NDArray[np.int64]) -> NDArray[np.float64]:
    """Give what each entry weighs in the choice of a text's main language: its words, estimated where none are cut."""
    return np.asarray(count * _words_of_an_entry()[words.script], dtype=np.float64)


@cache
def _words_of_an_entry() -> NDArray[np.float64]:
    """Give for each script code how many words a counted entry is worth."""
    factor = np.ones(len(unicode_table().script_names))
    for code, name in enumerate(unicode_table().script_names):
        if name in UNSPACED_SCRIPTS:
            factor[code] = WORDS_OF_A_LETTER.get(name, WORDS_OF_OTHER_LETTERS)
    return factor


@cache
def unspaced() -> NDArray[np.bool_]:
    """Tell for each script code whether the script writes no spaces."""
    return np.array([name in UNSPACED_SCRIPTS for name in unicode_table().script_names])
