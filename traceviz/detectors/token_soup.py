"""Token soup: words of many languages, or rare words without the small ones between, in a stretch of a few words.

It does not see soup of two languages, of words with capitals or of two and three letters in the Latin script, nor
salad of ordinary words (`word_order`), nor one odd word in a sentence.  From one word in ten on it sees soup in nearly
every window of 2,500 characters, at one in twenty in four of five, also where all languages are written in Latin
letters.  Romanised text of a language that has no list can meet words of several lists by chance; the words of no list
beside them speak against soup.

*Foreign words*: each Latin word that is rare in the main language and much better in another is looked up in the word
lists, and words of other scripts go by their script.  What stands near is incoherent if the one language that explains
most of it leaves at least two different words over.  A clean sentence in another language leaves none.  Words that are
quoted from the prompt or talked about, and those near the name of a language ("in Spanish agua, in German Wasser"), are
left out.

*Rare words*: eight words in a row with hardly a function word, of which most are rare (a Zipf frequency below 3.6) and
belong to nothing around them.  Words that are said again near by, the items of a list, and words that share a stem or
an ending are those of a subject, and speak neither for soup nor against it.  So soup of a few words that come again
and again is not seen here; it is an `idiolect`.
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.hidden_characters import are_cut
from traceviz.detectors.vocabulary import count_near, count_others
from traceviz.segments.language_model import language_model
from traceviz.segments.unicode import unicode_table
from traceviz.segments.word_sets import word_set

#: Words in English from this frequency on are not asked for other languages: "pero" is rarer, "die" is not.
MOST_ZIPF: Final = 4.0

#: Words of another language with this frequency in English are soup only beside others.
ALSO_ENGLISH: Final = 3.0

#: Quarter nats below its best language from which on a word is foreign, and up to which it is one of a language.
FOREIGN: Final = 8
ALSO: Final = 6

#: Words on each side that are near, and different foreign words that one language must leave over.
REACH: Final = 35
LEFT_OVER: Final = 2

#: Letters (bytes) of the shortest Latin word that counts.
SHORTEST: Final = 4

#: Rare words: up to this frequency, in stretches of so many words, of which so much must be rare (see `find_rare`: four
#: loose ones and a related one beside three others).  No window of the development traces has more than 3.
RARE: Final = 3.6
STRETCH: Final = 8
LEAST: Final = 5

#: How far, in words, a word is looked for again, and how many letters make words near each other related.
SAID_AGAIN: Final = 250
SHARED: Final = 5

#: Words beside which foreign words are talked about, and how far that reaches.
LANGUAGE_NAMES: Final = """
english french german spanish italian portuguese dutch swedish norwegian danish finnish polish czech slovak slovenian
romanian hungarian turkish greek latin russian ukrainian bulgarian serbian croatian arabic persian farsi hebrew hindi
urdu bengali bangla sanskrit marathi punjabi tamil telugu gujarati nepali sinhala thai vietnamese indonesian malay
tagalog filipino swahili chinese mandarin cantonese japanese korean tibetan mongolian burmese khmer lao catalan basque
irish welsh icelandic estonian latvian lithuanian albanian yoruba zulu somali pali esperanto romanized romanised
transliteration transliterated translation translations translates translate pronounced etymology
"""
BESIDE_A_NAME: Final = 8

#: Bits of a set of languages that stand for scripts other than Latin.
_FIRST_SCRIPT_BIT: Final = 44
_SCRIPT_BITS: Final = 20


class Foreign(NamedTuple):
    """Foreign words: places in the words, the languages of each (bits), and the tag of the best of them."""

    word: NDArray[np.int64]
    bits: NDArray[np.uint64]
    language: NDArray[np.object_]


def find(scene: Scene) -> Evidence:
    """Find incoherent foreign words and rare ones; the label is the language or ``rare``, the score 0-1."""
    return scene.token_soup


def soup(scene: Scene) -> Evidence:
    """Find token soup; a scene keeps it as `Scene.token_soup`.

    The score of a foreign word is the share of the foreign words near it that one language leaves over, that of a rare
    one is 1.
    """
    words = scene.words
    foreign = foreign_words(scene)
    near, left_over = _incoherent(scene, foreign)
    soup = np.flatnonzero((left_over >= LEFT_OVER) & (near >= _unlisted_near(scene, foreign.word)))
    soup = soup[~_is_alone(scene, foreign.word[soup])]
    rare = np.setdiff1d(rare_words(scene), foreign.word[soup])
    word = np.concatenate([foreign.word[soup], rare])
    labels = foreign.language[soup].tolist() + ["rare"] * len(rare)
    score = np.concatenate([left_over[soup] / near[soup], np.ones(len(rare))])
    order = np.argsort(word, kind="stable")
    word = word[order]
    return Evidence(
        scene.text_of_word[word],
        words.start[word],
        words.end[word],
        tuple(labels[k] for k in order.tolist()),
        score[order],
    )


def foreign_words(scene: Scene) -> Foreign:
    """Find the words of other languages than the text's main one that are used and not quoted or talked about."""
    latin, other = _in_latin(scene), _in_other_scripts(scene)
    word = np.concatenate([latin.word, other.word])
    order = np.argsort(word)
    order = order[~_beside_a_name(scene, word[order]) & ~are_cut(scene, word[order])]
    bits = np.concatenate([latin.bits, other.bits])
    return Foreign(word[order], bits[order], np.concatenate([latin.language, other.language])[order])


def _in_latin(scene: Scene) -> Foreign:
    """Find foreign words of the Latin script by the word lists."""
    from traceviz.detectors.kernels.token_soup import languages_of_words
    from traceviz.segments.kernels.languages import PLACE_BITS, TRAIT_BITS, look_up_all

    words, model = scene.words, language_model()
    first, size, first_row, end_row, begin = model.groups[0].tolist()
    asked = np.flatnonzero(_is_asked(scene))
    found = look_up_all(words.hashes[asked], model.words)
    place = found & ((1 << PLACE_BITS) - 1)
    listed = (found >= 0) & (place >= first_row) & (place < end_row)
    rows = np.where(listed, begin + (place - first_row) * size, -1)
    own = _position_of_matrix(scene)[scene.text_of_word[asked]]
    bits, best, steps = languages_of_words(rows, model.table, size, ALSO, own)
    # Names and borrowed words belong to the text as it is.
    foreign = listed & ((found >> PLACE_BITS & ((1 << TRAIT_BITS) - 1)) == 0) & ((steps > FOREIGN) | (own < 0))
    tags = np.array(model.tags[1 + first : 1 + first + size], dtype=object)
    return Foreign(asked[foreign], bits[foreign], tags[best[foreign]])


def _is_asked(scene: Scene) -> NDArray[np.bool_]:
    """Tell which words of the Latin script are asked for their language."""
    from traceviz.segments.kernels.words import CAPITAL, NEUTRAL

    words, known = scene.words, scene.vocabulary
    common = known.zipf >= MOST_ZIPF
    in_english = scene.in_english[scene.text_of_word]
    long = words.end - words.start >= SHORTEST
    plain = (words.flags & (CAPITAL | NEUTRAL)) == 0
    return np.asarray(known.latin & long & plain & ~(common & in_english) & scene.own & ~scene.touching, dtype=bool)


def _position_of_matrix(scene: Scene) -> NDArray[np.int64]:
    """Give, of each text, the place of its main language among those in the Latin script; -1 if it is none of them."""
    model = language_model()
    first, size = model.groups[0, :2].tolist()
    latin = {tag: k for k, tag in enumerate(model.tags[1 + first : 1 + first + size])}
    place = np.array([latin.get(tag, -1) for tag in scene.pieces.tags] + [-1], dtype=np.int64)
    return np.asarray(place[scene.matrix], dtype=np.int64)


def _in_other_scripts(scene: Scene) -> Foreign:
    """Find words of other scripts whose language is not the main one; their script stands for their languages."""
    from traceviz.segments.kernels.words import NEUTRAL

    words, table = scene.words, unicode_table()
    language = scene.pieces.language[scene.piece_of_word].astype(np.int64)
    lettered = ~scene.vocabulary.latin & (words.script > 1) & ((words.flags & NEUTRAL) == 0)
    foreign = lettered & (language >= 0) & (language != scene.matrix[scene.text_of_word]) & scene.own & ~scene.touching
    word = np.flatnonzero(foreign)
    script = words.script[word].astype(np.int64)
    script[_of_japan()[script]] = table.script_names.index("Han")
    bits = np.uint64(1) << (_FIRST_SCRIPT_BIT + script % _SCRIPT_BITS).astype(np.uint64)
    return Foreign(word, bits, np.array(scene.pieces.tags, dtype=object)[language[word]])


@cache
def _of_japan() -> NDArray[np.bool_]:
    """Tell for each script code whether Japanese writes it beside Han."""
    return np.isin(unicode_table().script_names, ["Hiragana", "Katakana"])


def _beside_a_name(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which words stand near the name of a language."""
    names = np.flatnonzero(word_set(LANGUAGE_NAMES).holds(scene.words.hashes))
    return _count_near(scene, word, names, reach=BESIDE_A_NAME) > 0


def _count_near(scene: Scene, word: NDArray[np.int64], others: NDArray[np.int64], *, reach: int) -> NDArray[np.int64]:
    """Count the other words near each in the same text; both are places in the words."""
    text = scene.text_of_word
    return count_near((text[word], word), (text[others], others), reach=reach)


def _incoherent(scene: Scene, foreign: Foreign) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the foreign words near each and those that one language leaves over."""
    from traceviz.detectors.kernels.token_soup import count_incoherent

    text, hashes = scene.text_of_word[foreign.word], scene.words.hashes[foreign.word]
    near, left_over = count_incoherent(text, foreign.word, foreign.bits, hashes, REACH)
    return near, left_over


def _is_alone(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which words of soup have no other one near and need it: those of English, and those in other languages.

    "Tyre" is frequent in Albanian, and a Spanish text has words that a list of Portuguese has in the first place.
    """
    doubtful = (scene.vocabulary.zipf[word] >= ALSO_ENGLISH) | ~scene.in_english[scene.text_of_word[word]]
    return np.asarray(doubtful & (count_others(scene, word, reach=REACH) == 0), dtype=bool)


def _unlisted_near(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the words near each that no language lists: where they prevail, it is gibberish, or an unknown language."""
    from traceviz.segments.kernels.languages import look_up_all

    asked = np.flatnonzero(_is_asked(scene) & (scene.vocabulary.zipf == 0))
    unlisted = asked[look_up_all(scene.words.hashes[asked], language_model().words) < 0]
    return _count_near(scene, word, unlisted, reach=REACH)


def rare_words(scene: Scene) -> NDArray[np.int64]:
    """Find the rare words of stretches of English with hardly anything else; gives places in the words."""
    from traceviz.detectors.kernels.token_soup import find_loose, find_rare
    from traceviz.segments.kernels.words import CAPITAL, JOINED, NEUTRAL

    words, known, texts = scene.words, scene.vocabulary, scene.texts
    prose = np.flatnonzero(known.latin & scene.in_english[scene.text_of_word] & ((words.flags & NEUTRAL) == 0))
    rare = (
        (known.zipf > 0) & (known.zipf < RARE) & ((words.flags & (CAPITAL | JOINED)) == 0) & ~scene.in_foreign_stretch
    )
    rare &= (words.end - words.start >= SHORTEST) & scene.own & ~scene.touching
    is_rare = rare[prose]
    place = np.flatnonzero(is_rare)
    word = prose[place]
    text, start, end = scene.text_of_word[word], words.start[word], words.end[word]
    reaches = (SAID_AGAIN, STRETCH)
    loose = find_loose(texts.buffer, texts.offsets, text, start, end, place, words.hashes[word], reaches, SHARED)
    is_loose = np.zeros(len(prose), dtype=bool)
    is_loose[place] = loose
    found = find_rare(scene.text_of_word[prose], is_rare, is_loose, known.function[prose], STRETCH, LEAST)
    return np.asarray(prose[found], dtype=np.int64)
