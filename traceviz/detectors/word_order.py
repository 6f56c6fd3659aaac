"""Word order: English sentences whose words stand in an order, or in a company, that hardly anyone writes.

What it cannot see.  Fluent nonsense and sentences about something else (AUC .5 in windows of 2,500 characters); odd
words that are a tenth of a text (.85) or less; a swap of two neighbours as a span, though many of them raise the share;
headings and items of five or six words, which is why it is weaker where little but those stands between formulas (at a
tenth of shuffled words or of salad .85; 1.0 in law, questions and arithmetic in words); an order that came about by
chance; and every language but English.  Sentences with fewer than five words are not judged, nor are those that stand
in the prompt or that a loop says again.

A small table (`tools/make_word_order_table.py`) says how surprising a class of words is behind another: function words
are classes of their own, other words go by what parts of speech they can be, the rest by shape and ending; signs,
numbers and formulas have classes too.  A sentence is scored by how much more surprising its words are in their places
than alone, and a little by what it would gain to exchange neighbours of which one is a function word, and by the words
that the text says nowhere else.  Where all of a trace lies high, as in a terse style, its own median is taken away in
part.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.echoes import most_words
from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.novelty import novelty
from traceviz.segments.model_file import read_tables
from traceviz.segments.scan import Masks, Words
from traceviz.texts import Texts

_FILE: Final = Path(__file__).parent.parent / "data" / "word_order.zst"

#: The first class of listed words; below are signs, shapes and endings (see the kernel).
FIRST_LISTED_CLASS: Final = 52

#: Parts of a bit that surprises are given in.
EIGHTHS: Final = 8

#: Fewest words and pairs of a sentence that is judged.
FEWEST_WORDS: Final = 5
FEWEST_PAIRS: Final = 3

#: More pairs than these make a mean no surer, because the pairs of a sentence depend on each other.
MOST_PAIRS: Final = 30

#: Mean and spread in fluent reasoning: of the bits of a pair, and of the bits gained by an exchange, each spread that
#: of the mean of one pair.
BITS: Final = (-0.85, 1.70)
GAIN: Final = (0.131, 0.81)

#: How far above the mean a sentence has even odds, and over what the odds change; by its bits, by its exchanges.
ODDS_OF_BITS: Final = (2.7, 0.4)
ODDS_OF_GAIN: Final = (5.0, 0.7)

#: What exchanges alone can give.
MOST_OF_GAIN: Final = 0.25

#: What words that the text says once count, in spreads of the bits for a standard deviation; up to how many of these.
NOVELTY: Final = 0.2
MOST_OF_NOVELTY: Final = 2.0

#: Up to how much the median of a trace is taken for its style.  A trace damaged throughout lies far above that.
MOST_OF_STYLE: Final = 1.0

#: Bytes below which a word need not be listed: units, variables.
_SHORT: Final = 4

#: From which score on a sentence is a span.
FEWEST_SCORE: Final = 0.3


class Slots(NamedTuple):
    """The look-up of listed words: the tag of a key, and the class; 0 where the slot is free."""

    tags: NDArray[np.uint32]
    classes: NDArray[np.uint16]


class Table(NamedTuple):
    """Surprises in eighths of a bit.

    Attributes
    ----------
    pairs, alone
        uint8: of a class (column) behind another (row), and of a class by itself.
    slots
        The look-up of the classes of listed words.
    function
        The first class of a function word and the one after the last.
    """

    pairs: NDArray[np.uint8]
    alone: NDArray[np.uint8]
    slots: Slots
    function: tuple[int, int]


class Sentences(NamedTuple):
    """The sentences that are judged: text, first and last word, number of words, and a score (0-1)."""

    text: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    words: NDArray[np.int64]
    score: NDArray[np.float64]


@cache
def table() -> Table:
    """Read the table, once a process."""
    arrays = read_tables(_FILE)
    classes = arrays["classes"].astype(np.int64) + FIRST_LISTED_CLASS
    function = (FIRST_LISTED_CLASS, FIRST_LISTED_CLASS + int(arrays["function"][0]))
    return Table(arrays["pairs"], arrays["alone"], slots_of(arrays["keys"], classes), function)


def slots_of(keys: NDArray[np.uint64], classes: NDArray[np.int64]) -> Slots:
    """Put the classes of listed words where their mixed keys say: the high bits are the slot, the others a tag."""
    from traceviz.detectors.kernels.word_order import BITS_OF_KEY, BITS_OF_TAG, MIXER

    size = 1 << (BITS_OF_KEY - BITS_OF_TAG)
    tags, own = [0] * size, [0] * size
    for key, number in zip(keys.tolist(), classes.tolist(), strict=True):
        slot, tag = divmod(key * int(MIXER) % (1 << BITS_OF_KEY), 1 << BITS_OF_TAG)
        while own[slot]:
            slot = (slot + 1) % size
        tags[slot], own[slot] = tag, number
    return Slots(np.array(tags, dtype=np.uint32), np.array(own, dtype=np.uint16))


def tokens(texts: Texts, masks: Masks, words: Words, english: NDArray[np.bool_], slots: Slots, after: int) -> Any:
    """Give the tokens of texts: class, word (-1 for signs, numbers and formulas), and where each text's begin.

    ``after`` is the class after that of the last function word.
    """
    from traceviz.detectors.kernels.word_order import find_tokens

    return find_tokens(
        texts.buffer,
        texts.offsets,
        (masks.start, masks.end, masks.by_text),
        (words.start, words.end, words.flags, words.hashes, words.by_text),
        english,
        tuple(slots),
        after,
    )


def english_tokens(scene: Scene) -> Any:
    """Give the tokens of a scene, which keeps them as `Scene.tokens`; words of other languages do not count.

    A word without a language of its own (a letter, an acronym) counts; a quoted or mentioned one does not, nor does one
    that is no word: it says nothing about the order of the others.
    """
    from traceviz.segments.kernels.words import CAPITAL

    known = np.array([tag == "en" for tag in scene.pieces.tags] + [True])  # the last is that of no language
    found = scene.vocabulary
    listed = (found.zipf > 0) | ((scene.words.flags & CAPITAL) != 0) | (scene.words.end - scene.words.start < _SHORT)
    english = known[scene.language_of_word] & scene.own & listed
    return tokens(scene.texts, scene.masks, scene.words, english, table().slots, table().function[1])


def measures(scene: Scene) -> Any:
    """Score the sentences of a batch (see `kernels.word_order.score_sentences`)."""
    from traceviz.detectors.kernels.word_order import score_sentences

    found = table()
    return score_sentences(*scene.tokens, found.pairs, found.alone, found.function)


def standardised(total: NDArray[np.float64], number: NDArray[Any], usual: tuple[float, float]) -> NDArray[np.float64]:
    """Give how far the mean of some pairs is above the usual one, in spreads of a mean of so many; 0 without a pair."""
    mean, spread = usual
    above = total / np.where(number > 0, number, 1) - mean
    return np.where(number > 0, above * np.sqrt(np.minimum(number, MOST_PAIRS)) / spread, 0.0)


def sentences(scene: Scene) -> Sentences:
    """Judge the sentences of the texts that are mainly in English; a scene keeps it as `Scene.judged_sentences`."""
    text, first, last, words, bits, pairs, gains, exchanges = measures(scene)
    judged = (words >= FEWEST_WORDS) & (pairs >= FEWEST_PAIRS) & scene.mainly_in(("en",))[text]
    judged &= ~scene.repeated[first]
    if scene.prompts:
        judged &= ~most_words(scene, first, last + 1)
    text = text[judged]
    above = standardised(bits[judged], pairs[judged], BITS)
    gained = standardised(gains[judged], exchanges[judged], GAIN)
    strange = np.clip(novelty(scene, text, first[judged], last[judged]), -MOST_OF_NOVELTY, MOST_OF_NOVELTY)
    above += NOVELTY * strange - style(text, above, len(scene.texts))[text]
    odds = _odds(above, ODDS_OF_BITS)
    odds += MOST_OF_GAIN * _odds(gained, ODDS_OF_GAIN)
    return Sentences(text, first[judged], last[judged], words[judged], np.minimum(odds, 1.0))


def style(text: NDArray[np.int64], above: NDArray[np.float64], n_texts: int) -> NDArray[np.float64]:
    """Give the median of the sentences of each text, as far as it may be style: 0 to `MOST_OF_STYLE`."""
    order = np.lexsort((above, text))
    number = np.bincount(text, minlength=n_texts)
    begin = np.cumsum(number) - number
    some = number > 0
    median = np.zeros(n_texts)
    low, high = order[begin[some] + (number[some] - 1) // 2], order[begin[some] + number[some] // 2]
    median[some] = (above[low] + above[high]) / 2
    return np.clip(median, 0.0, MOST_OF_STYLE)


def _odds(above: NDArray[np.float64], curve: tuple[float, float]) -> NDArray[np.float64]:
    even, reach = curve
    return 1 / (1 + np.exp(-np.clip((above - even) / reach, -30, 30)))


def disorder(scene: Scene) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the words of each text in disordered sentences, each sentence by its score, and all words that are judged.

    Their quotient ranks texts of which no sentence is a span.
    """
    found = scene.judged_sentences
    n = len(scene.texts)
    disordered = np.bincount(found.text, weights=found.words * found.score, minlength=n)
    judged = np.bincount(found.text, weights=found.words, minlength=n)
    return disordered.astype(np.float64), judged.astype(np.float64)


def find(scene: Scene) -> Evidence:
    """Find disordered sentences; the label tells the number of words, the score its odds (0.3-1)."""
    found = scene.judged_sentences
    hit = found.score >= FEWEST_SCORE
    return Evidence(
        found.text[hit],
        scene.words.start[found.first[hit]],
        scene.words.end[found.last[hit]],
        tuple(f"{n} words" for n in found.words[hit]),
        found.score[hit],
    )
