"""What a detector looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.schema import KINDS
from traceviz.segments.pieces import Pieces, matrix_of
from traceviz.segments.scan import Masks, Words, count_words, find_words, unspaced, weigh_words
from traceviz.segments.segment import pieces_of
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

if TYPE_CHECKING:
    from traceviz.detectors.glued_words import GluedWords
    from traceviz.detectors.loop import Loops
    from traceviz.detectors.usage import Reference
    from traceviz.detectors.vocabulary import Vocabulary
    from traceviz.detectors.word_order import Sentences

#: Words of the shortest stretch in another language that is foreign text rather than a word out of place.
FOREIGN_STRETCH: Final = 2

#: Which kinds of pieces are masks.
_IS_MASK: Final = np.array([kind not in ("prose", "other") for kind in KINDS])


class Evidence(NamedTuple):
    """Spans of one mode in a batch: the text, the bytes, a label and a score of each, in the order of the text."""

    text: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    label: tuple[str, ...]
    score: NDArray[np.float64]

    def taken(self, which: NDArray[np.int64]) -> Evidence:
        """Give some of the spans."""
        label = tuple(self.label[i] for i in which.tolist())
        return Evidence(self.text[which], self.start[which], self.end[which], label, self.score[which])

    def joined(self, other: Evidence) -> Evidence:
        """Give these spans and others of the mode, in the order of the text."""
        text, start, end, score = (
            np.concatenate([getattr(self, name), getattr(other, name)]) for name in ("text", "start", "end", "score")
        )
        return Evidence(text, start, end, self.label + other.label, score).taken(np.lexsort((end, start, text)))


@dataclass
class Scene:
    """A batch of texts with its segments, and what detectors and metrics derive from them, each computed once.

    Attributes
    ----------
    texts
        The texts.
    pieces
        Their segments.
    prompts
        The prompt of each text, None where it has none; None where nobody knows of any.
    reference
        The usage of words that each text is compared with, if there is any but that of people.
    ragged
        Whether the texts are windows, which begin and end anywhere.
    """

    texts: Texts
    pieces: Pieces
    prompts: Sequence[str | None] | None = None
    reference: Reference | None = field(default=None, kw_only=True)
    ragged: bool = field(default=False, kw_only=True)

    @cached_property
    def text_of_piece(self) -> NDArray[np.int64]:
        """The text of each piece."""
        return self.pieces.text

    @cached_property
    def masks(self) -> Masks:
        """The pieces that are neither prose nor the signs between."""
        pieces = self.pieces
        masked = _IS_MASK[pieces.kind]
        before = np.zeros(len(masked) + 1, dtype=np.int64)
        np.cumsum(masked, out=before[1:])
        return Masks(pieces.start[masked], pieces.end[masked], pieces.kind[masked], before[pieces.by_text])

    @cached_property
    def words(self) -> Words:
        """The words of the prose."""
        return find_words(self.texts, self.masks)

    @cached_property
    def text_of_word(self) -> NDArray[np.int64]:
        """The text of each word."""
        return self.words.text

    @cached_property
    def word_count(self) -> NDArray[np.int64]:
        """How many words each entry of ``words`` is: one, or its letters where the script writes no spaces."""
        return count_words(self.texts, self.words)

    @cached_property
    def piece_of_word(self) -> NDArray[np.int64]:
        """The piece each word begins in."""
        return np.searchsorted(self.pieces.start, self.words.start, side="right") - 1

    @cached_property
    def language_of_word(self) -> NDArray[np.int16]:
        """The language of each word; -1 where its piece has none or the word is not in the script of its piece.

        A single Latin letter in a Chinese sentence is a variable, and not a Chinese word.
        """
        from traceviz.segments.kernels.words import NEUTRAL

        pieces, words, cjk = self.pieces, self.words, _cjk()
        language = pieces.language[self.piece_of_word]
        script = pieces.script[self.piece_of_word]
        same = (script == words.script) | ((script >= 0) & cjk[script] & cjk[words.script])
        language[~same | ((words.flags & NEUTRAL) != 0)] = -1
        return language

    @cached_property
    def matrix(self) -> NDArray[np.int16]:
        """The matrix language of each text: the one with most words; -1 where no word has one."""
        weight = weigh_words(self.words, self.word_count)
        return matrix_of(self.text_of_word, self.language_of_word, weight, len(self.texts), self.pieces.tags)

    def mainly_in(self, languages: Container[str]) -> NDArray[np.bool_]:
        """Tell which texts are mainly in one of some languages."""
        known = np.array([tag in languages for tag in self.pieces.tags] + [False])  # the last is that of no language
        return np.asarray(known[self.matrix], dtype=bool)

    @cached_property
    def undetermined(self) -> int:
        """The position of ``und`` in the tags; -2 where it does not occur."""
        tags = self.pieces.tags
        return tags.index("und") if "und" in tags else -2

    @cached_property
    def loops(self) -> Loops:
        """The loops of each text (see `traceviz.detectors.loop.own_loops`)."""
        from traceviz.detectors.loop import own_loops

        return own_loops(self)

    @cached_property
    def repeated(self) -> NDArray[np.bool_]:
        """Which words stand in a loop behind its first turn: what is wrong there is one fault, said many times.

        Turns are taken for equally long.
        """
        start, found = self.words.start, self.loops
        turn = (found.end - found.start) * found.period // np.maximum(found.length, 1)
        return covered(np.searchsorted(start, found.start + turn), np.searchsorted(start, found.end), len(start))

    @cached_property
    def echoes(self) -> NDArray[np.uint8]:
        """Which words stand in the prompt (see `traceviz.detectors.echoes.marks`)."""
        from traceviz.detectors.echoes import marks

        return marks(self)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """How frequent each word is in English (see `traceviz.detectors.vocabulary.look_up`)."""
        from traceviz.detectors.vocabulary import look_up

        return look_up(self)

    @cached_property
    def in_english(self) -> NDArray[np.bool_]:
        """Which texts are in English, damaged or not (see `traceviz.detectors.english.are_english`)."""
        from traceviz.detectors.english import are_english

        return are_english(self)

    @cached_property
    def glued_words(self) -> GluedWords:
        """Words that spaces are missing in (see `traceviz.detectors.glued_words.within_words`)."""
        from traceviz.detectors.glued_words import within_words

        return within_words(self)

    @cached_property
    def token_soup(self) -> Evidence:
        """Words of token soup (see `traceviz.detectors.token_soup.soup`)."""
        from traceviz.detectors.token_soup import soup

        return soup(self)

    @cached_property
    def tokens(self) -> tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int64]]:
        """Classes of tokens, their words, and where each text's begin (see `traceviz.detectors.word_order`)."""
        from traceviz.detectors.word_order import english_tokens

        found: tuple[NDArray[np.int16], NDArray[np.int32], NDArray[np.int64]] = english_tokens(self)
        return found

    @cached_property
    def judged_sentences(self) -> Sentences:
        """Sentences judged by the order of their words (see `traceviz.detectors.word_order.sentences`)."""
        from traceviz.detectors.word_order import sentences

        return sentences(self)

    @cached_property
    def in_foreign_stretch(self) -> NDArray[np.bool_]:
        """Which words stand in a stretch of two words and more of another language than the text's main one."""
        piece = self.piece_of_word
        size = np.bincount(piece, minlength=len(self.pieces.start))
        return np.asarray((self.foreign & (size >= FOREIGN_STRETCH))[piece], dtype=bool)

    @cached_property
    def touching(self) -> NDArray[np.bool_]:
        """Which words have another right beside them: the script changes inside what is written as one word.

        Beside Han or Thai, which write no spaces, that says nothing.
        """
        words = self.words
        spaced = ~unspaced()[words.script]
        together = np.zeros(len(words.start) + 1, dtype=bool)
        together[1:-1] = (words.start[1:] == words.end[:-1]) & spaced[1:] & spaced[:-1]
        together[words.by_text] = False
        together = together[1:] | together[:-1]
        if self.ragged:  # what stood beside the first and the last word was cut off
            text, offsets = self.text_of_word, self.texts.offsets
            together |= (words.start == offsets[text]) | (words.end == offsets[text + 1])
        return np.asarray(together, dtype=bool)

    @cached_property
    def own(self) -> NDArray[np.bool_]:
        """Which words are the trace's own: neither quoted from the prompt nor talked about."""
        pieces, piece = self.pieces, self.piece_of_word
        return ~pieces.quoted[piece] & ~pieces.mentioned[piece]

    @cached_property
    def foreign(self) -> NDArray[np.bool_]:
        """Which pieces are in a language that is neither the matrix language nor undetermined."""
        language = self.pieces.language
        elsewhere = np.not_equal(language, self.matrix[self.text_of_piece])
        return np.asarray((language >= 0) & (language != self.undetermined) & elsewhere, dtype=bool)


def covered(begin: NDArray[np.int64], end: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Tell which of some places lie in one of some stretches, which may overlap."""
    depth = np.zeros(size + 1, dtype=np.int64)
    np.add.at(depth, begin, 1)
    np.add.at(depth, end, -1)
    return np.asarray(np.cumsum(depth[:-1]) > 0)


@cache
def _cjk() -> NDArray[np.bool_]:
    """Tell for each script code whether it is Han or kana, which Japanese mixes."""
    return np.isin(unicode_table().script_names, ["Han", "Hiragana", "Katakana"])


def main_languages(texts: Sequence[str | None]) -> list[str | None]:
    """Give the matrix language of each text, None where no word has one; equal texts are looked at once.

    Examples
    --------
    >>> main_languages(["How many apples are there?", "12 + 34", "Сколько яблок?"])
    ['en', None, 'ru']
    """
    found: dict[str | None, str | None] = dict.fromkeys(texts)
    unique = list(found)
    batch = Texts.of(unique)
    for start, end in batch.batches():
        part = batch.slice(start, end)
        scene = Scene(part, pieces_of(part, None))
        for text, position in zip(unique[start:end], scene.matrix.tolist(), strict=True):
            found[text] = None if position < 0 else scene.pieces.tags[position]
    return [found[text] for text in texts]
