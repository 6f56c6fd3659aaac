"""Glued words: words of English that the spaces between were left out of ("thereforeweneed", "thesum", "even.So").

It does not see glue with a single letter ("thex"), nor a content word at a number ("apples5"), nor what the masks take
for an identifier ("even.so"); and of two ordinary words without a function word ("fallingobject") only those in a text
that glues elsewhere too, because compounds and names in code are written so; nor, alone, what a text says again and
again.  Of the spaces between letters that were deleted from
English reasoning, one in ten, it finds three in four; of clean windows it finds something in one of a hundred.  Other
languages than English are not looked at: German and its kin write their compounds in one word.

A word that is rarer than one in thirty thousand is split into listed words so that the product of their frequencies is
largest.  It is glued if there are three real words in it, or two of which one is an article, a pronoun, an auxiliary or
the like, if it is itself much rarer than its pieces would be as neighbours ("ofthe" is in every list), and if its
pieces are no affixes.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.detectors.substances import are_substances
from traceviz.detectors.vocabulary import (
    STEPS_OF_ONE,
    by_text,
    count_near,
    count_others,
    frequencies,
    marked,
    steps_in_english,
)
from traceviz.schema import KINDS

#: Words from this frequency on are never glued; nothing that is glued is as common.
MOST_ZIPF: Final = 3.45

#: Steps (quarter nats) below the best language from which on a word is one of that language.
ELSEWHERE: Final = 8

#: Clear cases that a text must have within so many bytes for a doubtful one to count.
CLEAR_CASES: Final = 2
NEAR: Final = 600

#: Function words that are hardly ever a part of a compound.
STRONG: Final = """
the of and that this these those which with from have has had was were are is been will would could should they them
their we you our your his its it to at as can not because since when where while what how into about each if so or but
"""

#: Affixes and parts of learned words, which are listed as words too: with them a word is built, not glued.
AFFIXES: Final = """
re un non pre post anti sub super semi pseudo quasi hyper hypo micro macro multi inter intra trans over under out up mis
dis de co counter bi tri poly mono iso auto self photo bio geo thermo electro hydro hetero homo meta para neo proto
ultra extra infra mid tele cyber nano kilo mega giga socio psycho neuro cardio hemo gastro eco agro euro afro indo arch
ex fore off on in by down back be im il en em al per peri endo exo epi eu dia stereo cyclo methyl ethyl propyl butyl
phenyl oxy nitro chloro fluoro bromo amino
ness less ful able ible ment ship hood wise ward wards like ly er ers or ing ed ist ists ism ity ial ous ive ology logy
graphy graph metry metric scope meter meters gram phobia phile cide cyte genic genesis ization ation tion sion es ie
ries ies est th ish ify ize ise ized ised man men woman eers eer ant ent ance ence ate ated ating ary ory ical ic ics
ine ide ane ene yl ol itis osis emia oma
"""

#: Words of two letters that may be pieces.
SHORT_WORDS: Final = "of to in is it be as at so we he by on do if me my up an go no us or am"

#: "Therein" and "whereupon" are words of the law.
PRONOMINAL: Final = "here there where"
PREPOSITIONS: Final = "in of on to by with from at upon after under about for fore"

#: Words that begin compounds, or that a letter before a word is.
PREFIXES: Final = "a i in by on so be for over under out up off down back self through any some every all no non into"

#: Function words that a number or a formula may lack its space beside: not units and times ("in", "am").
AT_NUMBERS: Final = """
the of and that this these those which with from have has had was were are is be been will would could should they
their we you our your his its it to as can not because since when where while what how into about each if so or but by
for then than all there here thus hence on only also more both after before between per some any other until
"""

#: Times that a glued word may stand in a text, and words around it without other glue, before it is a name.
MOST_REPEATS: Final = 2
TERM_REACH: Final = 100

#: Signs after which a space is missing, if words stand on both sides.
_SIGNS: Final = np.frombuffer(b".,;:!?)", dtype=np.uint8)

#: The mark of `AT_NUMBERS`, and the kinds of pieces in which such words may stand.
_AT_NUMBER: Final = 128
_LOOKED_AT: Final = tuple(KINDS.index(kind) for kind in ("prose", "other", "identifier"))

#: The mark of `AFFIXES`.
AFFIX: Final = 2

#: Verdicts: see `kernels.glued_words`.
_WEAK: Final = 1
_CLEAR: Final = 2


class Glue(NamedTuple):
    """Places where spaces are missing.

    Text, first byte and byte after, how sure (see `kernels.glued_words`), how many spaces are missing, and where they
    are: the cuts of all places stand one after another.
    """

    text: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    verdict: NDArray[np.int8]
    missing: NDArray[np.int64]
    cuts: NDArray[np.int64]


class GluedWords(NamedTuple):
    """Words with spaces missing inside, clear cases or not: their places in the words of the scene, and the glue.

    ``unexplained`` are the places of words in lower case that no language lists and that are not glued either.
    """

    word: NDArray[np.int64]
    glue: Glue
    unexplained: NDArray[np.int64]


@cache
def marks() -> NDArray[np.uint8]:
    """Give the marks of the words that may be pieces, in the order of the kernel's constants."""
    lists = (STRONG, AFFIXES, SHORT_WORDS, PRONOMINAL, PREPOSITIONS, FUNCTION_WORDS["en"], PREFIXES, AT_NUMBERS)
    return marked(frequencies(), {1 << k: words for k, words in enumerate(lists)})


def find(scene: Scene) -> Evidence:
    """Find glued words; the label shows where spaces are missing (``the|sum``), the score is their number."""
    found = _joined((scene.glued_words.glue, over_signs(scene), at_numbers(scene)))
    begin = np.cumsum(found.missing) - found.missing
    kept = np.flatnonzero(_supported(scene, found))
    kept = kept[np.argsort(found.start[kept], kind="stable")]
    labels = []
    for k in kept.tolist():
        cuts = found.cuts[begin[k] : begin[k] + found.missing[k]].tolist()
        edges = [int(found.start[k]), *cuts, int(found.end[k])]
        labels.append(b"|".join(scene.texts.buffer[i:j].tobytes() for i, j in pairwise(edges)).decode())
    return Evidence(
        found.text[kept], found.start[kept], found.end[kept], tuple(labels), found.missing[kept].astype(np.float64)
    )


def _joined(every: tuple[Glue, ...]) -> Glue:
    """Put places of several kinds one after another."""
    return Glue(
        np.concatenate([glue.text for glue in every]),
        np.concatenate([glue.start for glue in every]),
        np.concatenate([glue.end for glue in every]),
        np.concatenate([glue.verdict for glue in every]),
        np.concatenate([glue.missing for glue in every]),
        np.concatenate([glue.cuts for glue in every]),
    )


def within_words(scene: Scene) -> GluedWords:
    """Split the rare words of English texts; a scene keeps it as `Scene.glued_words`."""
    from traceviz.segments.kernels.words import CAPITAL

    words, zipf = scene.words, scene.vocabulary.zipf
    long = words.end - words.start >= 3
    rare = np.flatnonzero(long & (zipf < MOST_ZIPF) & _may_be_glued(scene))
    verdict, missing, cuts = _judged(scene, rare)
    listed = zipf[rare] > 0
    below_best = steps_in_english(words.hashes[rare])
    # A short word that another language has ("sono") is not glued unless its text says so.
    elsewhere = (below_best > ELSEWHERE) & (words.end - words.start < 8)[rare]
    verdict[elsewhere & ~listed & (verdict == _CLEAR)] = _WEAK
    glued = verdict > 0
    glued[glued] = ~are_substances(scene, rare[glued])
    cuts = cuts[np.repeat(glued, missing)]
    verdict, missing, word = verdict[glued], missing[glued], rare[glued]
    verdict[(missing == 1) & _is_term(scene, word)] = _WEAK
    glue = Glue(scene.text_of_word[word], words.start[word], words.end[word], verdict, missing, cuts)
    unexplained = ~glued & ~listed & (below_best < 0) & ((words.flags[rare] & CAPITAL) == 0)
    return GluedWords(word, glue, rare[unexplained])


def _is_term(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which words their text says again and again with no other glued word near: names ("isinstance")."""
    _, which, count = np.unique(by_text(scene, word), return_inverse=True, return_counts=True)
    return np.asarray((count[which] > MOST_REPEATS) & (count_others(scene, word, reach=TERM_REACH) == 0), dtype=bool)


def _judged(scene: Scene, word: NDArray[np.int64]) -> tuple[NDArray[np.int8], NDArray[np.int64], NDArray[np.int64]]:
    """Split words; give the verdict and the number of cuts of each, and all cuts."""
    from traceviz.detectors.kernels.glued_words import find_glued

    words, table = scene.words, frequencies()
    steps = np.rint(scene.vocabulary.zipf[word] * STEPS_OF_ONE).astype(np.uint8)
    verdict, missing, cuts = find_glued(
        scene.texts.buffer,
        words.start[word],
        words.end[word],
        words.flags[word],
        steps,
        table.slots,
        marks(),
        table.shift,
    )
    return verdict, missing, cuts


def clearly_glued(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which of some words, in whatever language, are clear cases of words of English."""
    return np.asarray(_judged(scene, word)[0] == _CLEAR, dtype=bool)


def over_signs(scene: Scene) -> Glue:
    """Find signs of punctuation without a space behind them, two common words of English on their sides."""
    words, buffer, known = scene.words, scene.texts.buffer, scene.vocabulary
    fit = (known.zipf >= 3) & (words.end - words.start >= 2) & _may_be_glued(scene)
    text = scene.text_of_word
    next_to = (words.start[1:] == words.end[:-1] + 1) & (text[1:] == text[:-1])
    left = np.flatnonzero(next_to & fit[1:] & fit[:-1])
    left = left[np.isin(buffer[words.end[left]], _SIGNS)]
    # Two ordinary words are rather a name with a dot ("queue.Queue", "typing.List").
    clear = known.function[left] | known.function[left + 1]
    verdict = np.where(clear, _CLEAR, _WEAK).astype(np.int8)
    cuts = words.end[left] + 1
    return Glue(text[left], words.start[left], words.end[left + 1], verdict, np.ones_like(left), cuts)


def at_numbers(scene: Scene) -> Glue:
    """Find function words that are written against a number or a formula ("is5")."""
    from traceviz.detectors.kernels.glued_words import find_at_numbers

    pieces, table = scene.pieces, frequencies()
    english = scene.in_english[scene.text_of_piece]
    looked_at = np.flatnonzero(english & np.isin(pieces.kind, _LOOKED_AT) & ~pieces.quoted)
    text, start, end, behind = find_at_numbers(
        scene.texts.buffer,
        scene.texts.offsets,
        scene.text_of_piece[looked_at],
        pieces.start[looked_at],
        pieces.end[looked_at],
        table.slots,
        marks(),
        table.shift,
        _AT_NUMBER,
    )
    verdict = np.full(len(text), _CLEAR, dtype=np.int8)
    return Glue(text, start, end, verdict, np.ones_like(text), np.where(behind, end, start))


def _may_be_glued(scene: Scene) -> NDArray[np.bool_]:
    """Tell which words are Latin, in an English text, and neither quoted nor foreign nor beside notation."""
    from traceviz.segments.kernels.words import NEUTRAL

    words = scene.words
    fit = scene.in_english[scene.text_of_word] & ((words.flags & NEUTRAL) == 0) & scene.vocabulary.latin
    return np.asarray(
        fit & ~scene.pieces.quoted[scene.piece_of_word] & ~scene.in_foreign_stretch & ~scene.touching, dtype=bool
    )


def _supported(scene: Scene, found: Glue) -> NDArray[np.bool_]:
    """Tell which places are clear, or have clear ones near them, and stand among more glue than non-words."""
    words, other = scene.words, scene.glued_words.unexplained
    place, is_clear = (found.text, found.start), found.verdict == _CLEAR
    clear = count_near(place, (found.text[is_clear], found.start[is_clear]), reach=NEAR)
    gibberish = count_near(place, (scene.text_of_word[other], words.start[other]), reach=NEAR)
    supported = is_clear | (clear >= CLEAR_CASES)
    return np.asarray(supported & (count_near(place, place, reach=NEAR) >= gibberish), dtype=bool)
