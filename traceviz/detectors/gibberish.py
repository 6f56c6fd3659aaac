"""Gibberish: words that are none in any language, keyboard noise, runs of base64 or hexadecimal digits in prose.

It does not see misspellings that are words ("form" for "from"), those with capitals or of one and two letters, one that
stands alone, and outside the Latin script nothing but encoded runs; in other languages than English it sees noise and
encoded runs only.  Of words of English with one letter changed it finds two in three.  Non-words that could be words
("vibling") are found only where several stand near each other, because rare terms, romanised words and names are like
them.

Four kinds of evidence, which the label names:

- ``misspelling``: no list of any language has the word, a common English word is one letter away, and there are two
  such near each other;
- ``noise``: hardly a part of the word is spelled as in any of the languages;
- ``encoded``: what the masks take for an identifier is a long run of base64 or of hexadecimal digits, and not of words
  with capitals.  Hashes that a trace has a reason to write are found too: look at them;
- ``non-word``: no list has it, it is not built of listed words and affixes as terms are, nor of the parts of names of
  substances, and there are others near.  A long text that is in no language at all has them, too.

A word that a text repeats is a term or a name of its own, unless it is noise.  Words that are glued (`glued_words`) or
cut by a character that cannot be seen (`hidden_characters`) are left out, and so is code.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.english import are_in_no_language
from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.glued_words import AFFIX, marks
from traceviz.detectors.hidden_characters import are_cut
from traceviz.detectors.substances import are_substances
from traceviz.detectors.vocabulary import STEPS_OF_ONE, by_text, count_near, frequencies, steps_in_english
from traceviz.schema import KINDS
from traceviz.segments.language_model import language_model

#: Labels of the evidence, and how sure each is.
MISSPELLING, NOISE, ENCODED, NON_WORD = range(4)
LABELS: Final = ("misspelling", "noise", "encoded", "non-word")
SCORES: Final = (0.8, 1.0, 1.0, 0.5)

#: Words up to this frequency are looked at, short ones up to the other; misspellings are listed too ("teh").
MOST_ZIPF: Final = 2.6
MOST_ZIPF_SHORT: Final = 3.1

#: A listed word of English is a misspelling if one this common, and this much more common than it, is one letter away.
LISTED_NEAR: Final = 4.8
LISTED_GAP: Final = 3.2

#: Quarter nats below its best language up to which a listed word is one of English.
ALSO_ENGLISH: Final = 4

#: Frequency of the common word that is one letter away, by the letters of the word, from three on.
NEAR: Final = (6.0, 5.0, 4.0, 3.5)

#: Hundredths of letters: the mean length of known n-grams of a word that is noise, and of a short one, whose edges
#: weigh more.  Words of all languages have 300 to 400.
SPELLED: Final = 255
SPELLED_SHORT: Final = 225
SHORT: Final = 5

#: Times that a word may stand in a text before it is one of its terms.
MOST_REPEATS: Final = 2

#: Different words near each other that make misspellings, and non-words, evidence; and how near, in words.
TWO_SLIPS: Final = 2
TOGETHER: Final = 3
REACH: Final = 50

#: Non-words for each word of token soup near by that make evidence.  Between words of many languages, what no list has
#: is an inflected one of them: there are as many or fewer of them there.  Beside non-words there is hardly any soup.
AGAINST_SOUP: Final = 4

#: Characters of the shortest encoded run.
SHORTEST_RUN: Final = 16

_RUNS: Final = tuple(KINDS.index(kind) for kind in ("identifier", "url"))


class Look(NamedTuple):
    """What words look like.

    The frequency of the most common word one letter away, the mean length of known n-grams (hundredths), and whether
    the word is built of listed words and affixes.
    """

    near: NDArray[np.float64]
    spelling: NDArray[np.int64]
    built: NDArray[np.bool_]


def find(scene: Scene) -> Evidence:
    """Find non-words and encoded runs; the label is the kind of evidence, the score how sure it is (0-1)."""
    words, pieces = scene.words, scene.pieces
    word, kind = non_words(scene)
    piece = encoded_runs(scene)
    start = np.concatenate([words.start[word], pieces.start[piece]])
    end = np.concatenate([words.end[word], pieces.end[piece]])
    text = np.concatenate([scene.text_of_word[word], scene.text_of_piece[piece]])
    kind = np.concatenate([kind, np.full(len(piece), ENCODED)])
    order = np.argsort(start, kind="stable")
    kind = kind[order]
    labels = tuple(LABELS[k] for k in kind.tolist())
    return Evidence(text[order], start[order], end[order], labels, np.array(SCORES)[kind])


def non_words(scene: Scene) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the words that are none; give their places in the words, and the kind of evidence."""
    words, zipf = scene.words, scene.vocabulary.zipf
    word, listed = _unknown(scene)
    look = _look(scene, word)
    length, english = (words.end - words.start)[word], scene.in_english[scene.text_of_word[word]]
    noise = ~listed & (look.spelling < np.where(length <= SHORT, SPELLED_SHORT, SPELLED)) & (length > 3)
    least = np.array(NEAR)[np.clip(length, 3, len(NEAR) + 2) - 3]
    slip = np.where(listed, (look.near >= LISTED_NEAR) & (look.near - zipf[word] >= LISTED_GAP), look.near >= least)
    own = ~noise & ~_is_repeated(scene, word)
    misspelled = own & english & slip
    strange = np.where(english, ~look.built, are_in_no_language(scene)[scene.text_of_word[word]])
    doubtful = own & ~slip & ~listed & strange & (zipf[word] == 0) & (length > 3)
    kind = np.select([noise, misspelled], [NOISE, MISSPELLING], NON_WORD)
    found = noise | (misspelled & (_company(scene, word, noise | misspelled) >= TWO_SLIPS))
    near = _company(scene, word, noise | misspelled | doubtful)
    found |= doubtful & (near >= TOGETHER) & (near > AGAINST_SOUP * _soup_near(scene, word))
    return word[found], kind[found]


def _look(scene: Scene, word: NDArray[np.int64]) -> Look:
    """Look at words, at each only once."""
    from traceviz.detectors.kernels.gibberish import look_at_words

    words, table = scene.words, frequencies()
    english = scene.in_english[scene.text_of_word[word]]
    keys = words.hashes[word] ^ english.astype(np.uint64)
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    near, spelling, built = look_at_words(
        scene.texts.buffer,
        words.start[word[first]],
        words.end[word[first]],
        english[first],
        table.slots,
        marks(),
        table.shift,
        language_model().grams,
        SPELLED,
        AFFIX,
    )
    return Look(near[place] / STEPS_OF_ONE, spelling[place], built[place])


def encoded_runs(scene: Scene) -> NDArray[np.int64]:
    """Find the pieces that are runs of base64 or of hexadecimal digits."""
    from traceviz.detectors.kernels.gibberish import find_encoded

    pieces, table = scene.pieces, frequencies()
    asked = np.flatnonzero(np.isin(pieces.kind, _RUNS) & ~pieces.quoted)
    start, end = pieces.start[asked], pieces.end[asked]
    found = find_encoded(scene.texts.buffer, start, end, SHORTEST_RUN, table.slots, table.shift)
    return np.asarray(asked[found], dtype=np.int64)


def _unknown(scene: Scene) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Give the Latin words that no language lists, and rare ones of English; tell which of them are listed."""
    from traceviz.segments.kernels.words import CAPITAL, JOINED, NEUTRAL

    words = scene.words
    known = scene.vocabulary
    length = words.end - words.start
    rare = known.zipf < np.where(length <= SHORT, MOST_ZIPF_SHORT, MOST_ZIPF)
    asked = known.latin & rare & ((words.flags & (CAPITAL | NEUTRAL | JOINED)) == 0)
    asked &= (length >= 3) & scene.own & ~scene.in_foreign_stretch
    asked &= ~scene.touching
    asked[scene.glued_words.word] = False
    word = np.flatnonzero(asked)
    word = word[~are_cut(scene, word)]
    word = word[~are_substances(scene, word)]
    steps = steps_in_english(words.hashes[word])
    kept = (steps < 0) | (steps <= ALSO_ENGLISH)
    return word[kept], steps[kept] >= 0


def _is_repeated(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which words stand in their text more often than a slip would."""
    _, place, count = np.unique(by_text(scene, word), return_inverse=True, return_counts=True)
    return np.asarray(count[place] > MOST_REPEATS, dtype=bool)


def _company(scene: Scene, word: NDArray[np.int64], evidence: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count the different words of evidence near each in the same text, itself included."""
    first = np.zeros(len(word), dtype=bool)
    first[np.unique(by_text(scene, word), return_index=True)[1]] = True
    text, counted = scene.text_of_word[word], evidence & first
    return count_near((text, word), (text[counted], word[counted]), reach=REACH)


def _soup_near(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the words of token soup near each in the same text."""
    soup = scene.token_soup
    place = np.searchsorted(scene.words.start, soup.start)
    return count_near((scene.text_of_word[word], word), (soup.text, place), reach=REACH)
