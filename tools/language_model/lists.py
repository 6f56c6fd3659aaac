"""Which languages the model tells apart, and the word list of each: cleaned of other languages and completed.

A list is a dict from word to its share of all words of the language.
"""

from __future__ import annotations

import unicodedata

import numpy as np
from language_model.pinyin import pinyin
from language_model.sources import from_lingua, from_wordfreq, from_words, is_word, listed, pairs

from traceviz.segments.unicode import unicode_table

#: BCP 47 tags by script, the tag of the list in wordfreq behind a colon where it is another one, the tag in lingua
#: behind ``@`` where words have to be recovered from n-grams, and behind ``+`` the name of a list of ours.
LANGUAGES = {
    "Latin": "en ca cs da de es fi fil fr hr:sh hu id is it lt lv ms nb nl pl pt ro sk sl sv tr vi "
    "sw@sw af@af sq@sq eu@eu et@et eo@eo cy@cy ga@ga yo@yo zu@zu so@so az@az la@la "
    "hi-Latn+romanised_hindi ar-Latn+romanised_arabic zh-Latn+pinyin",
    "Cyrillic": "ru uk bg mk be@be kk@kk mn@mn sr@sr",
    "Arabic": "ar fa ur",
    "Devanagari": "hi mr+marathi",
}

#: Words of a list of wordfreq.  Half as many cost a hundredth of F1, twice as many gain nothing; English is the usual
#: base, and its rare words would else be taken for another language's.
LIST_SIZE, ENGLISH_SIZE = 40_000, 100_000

#: Words of the English list that is asked for the words of the other lists: pictogram, derogations.
ENGLISH_RARE = 320_000

#: Words recovered from n-grams: the rarer they are, the more of the estimates are no words.
RECOVERED_SIZE = 20_000

#: Share of a word of step-by-step reasoning that a list has too low or not at all: one in a hundred thousand.
REASONING_SHARE = 1e-5

#: Share of a word's occurrences that are written without its accents, and the letters from which on that is believed:
#: shorter words would meet those of other languages.  Not for Vietnamese, where the accents tell most words apart.
UNACCENTED, UNACCENTED_LETTERS = 0.05, 4

#: Cleaning: the commonest words of another language that are asked how much of it a list holds, how many of them at
#: least must agree, the most that is believed, and how much more than that is taken off.
LEAK_WORDS, LEAK_QUANTILE, MOST_LEAK, LEAK_FACTOR = 300, 0.25, 0.05, 1.5

#: Lists with fewer words hold no quotations, or too few words to tell.
CLEANED_SIZE = 5000

#: Regular endings of English and what they stand for.
ENGLISH_ENDINGS = (
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("ly", ""),
)

#: A stem lends its forms when English has it at least this often, and a third as often as the language that has it
#: most; a form gets a share of what the stem has.
STEM_SHARE, STEM_OF_BEST, FORM_OF_STEM = 5e-8, 1 / 3, 0.3

#: Share of a Hindi word that Marathi gets for it, where it may have it too.
SHARED_WITH_HINDI = 0.4

#: Endings of plurals, verbs and nouns that Hindi has and Marathi has not.
HINDI_ENDINGS = "ों ाएँ ाएं ियाँ ियों ियां ेगा ेगी ेंगे ूँगा ूंगा ओं ाना ाया ाई ाये ाए कर ँ"

#: Romanian letters with a comma below, and the same with a cedilla: the look-up makes one of them.
COMMA_BELOW = str.maketrans("\u0219\u021b", "\u015f\u0163")

#: The dot below, which Hindi spells borrowed sounds with and Marathi hardly ever writes.
NUKTA = "\N{DEVANAGARI SIGN NUKTA}"


def lists_of(script: str) -> dict[str, dict[str, float]]:
    """Give the lists of the languages of a script, by tag."""
    lists = cleaned({tag: in_script(words, script) for tag, words in map(words_of, LANGUAGES[script].split())})
    if "en" in lists:
        lists["en"] = with_rare_words(lists)
    if "mr" in lists:
        lists["mr"] = shared_with_hindi(lists["mr"], lists["hi"])
    return lists


def words_of(entry: str) -> tuple[str, dict[str, float]]:
    """Give the tag and the list that an entry of `LANGUAGES` stands for."""
    tag, words = _raw(entry)
    for other, word in pairs("reasoning"):
        if other == tag:
            words[word] = max(words.get(word, 0.0), REASONING_SHARE)
    if tag != "vi":
        for word, share in list(words.items()):
            bare = "".join(c for c in unicodedata.normalize("NFD", word) if not 0x300 <= ord(c) < 0x370)
            if bare != word and len(bare) >= UNACCENTED_LETTERS and bare.isascii():
                words[bare] = max(words.get(bare, 0.0), UNACCENTED * share)
    total = sum(words.values())
    shares: dict[str, float] = {}
    for word, share in words.items():
        if is_word(word):
            spelled = unicodedata.normalize("NFC", word.lower()).translate(COMMA_BELOW)
            shares[spelled] = shares.get(spelled, 0.0) + share / total
    return tag, shares


def in_script(words: dict[str, float], script: str) -> dict[str, float]:
    """Keep the words written in a script: lists hold quotations in others, whose look-up they would answer wrongly."""
    table = unicode_table()
    wanted = {table.script_names.index(name) for name in (script, "Common", "Inherited")}
    return {
        word: share
        for word, share in words.items()
        if all(int(table.scripts[table.page_of[ord(c) >> 8], ord(c) & 255]) in wanted for c in word)
    }


def _raw(entry: str) -> tuple[str, dict[str, float]]:
    """Read the list of an entry as its source has it."""
    if "@" in entry:
        tag, code = entry.split("@")
        words = from_lingua(code, RECOVERED_SIZE)
        return tag, merged(words, from_words("swahili")) if tag == "sw" else words
    if "+" in entry:
        tag, name = entry.split("+")
        return tag, pinyin() if name == "pinyin" else from_words(name)
    tag, _, name = entry.partition(":")
    return tag, from_wordfreq(name or tag, ENGLISH_SIZE if tag == "en" else LIST_SIZE)


def merged(one: dict[str, float], other: dict[str, float]) -> dict[str, float]:
    """Give the words of two lists, each with its larger share."""
    return {word: max(one.get(word, 0.0), other.get(word, 0.0)) for word in one | other}


def cleaned(lists: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Take out of each list what other languages left in it: quotations, names, borrowed titles.

    How much of another language a list holds is read off its commonest words: a quarter of them occur in the list at
    that rate or below it, and those are no words of both.
    """
    result = {}
    for tag, words in lists.items():
        kept = dict(words)
        for other, theirs in lists.items():
            if other == tag or len(words) < CLEANED_SIZE or len(theirs) < CLEANED_SIZE:
                continue
            common = sorted(theirs, key=lambda word: (-theirs[word], word))[:LEAK_WORDS]
            rates = [words.get(word, 0.0) / theirs[word] for word in common]
            leaked = min(float(np.quantile(rates, LEAK_QUANTILE)), MOST_LEAK)
            if leaked:
                for word in theirs.keys() & kept.keys():
                    kept[word] -= LEAK_FACTOR * leaked * theirs[word]
        result[tag] = {word: share for word, share in kept.items() if share > 0}
    return result


def inflected(english: dict[str, float], lists: dict[str, dict[str, float]]) -> dict[str, float]:
    """Add regular forms of English words that only another list has: comparables, derogations."""
    best: dict[str, float] = {}
    for tag, words in lists.items():
        if tag != "en":
            for word, share in words.items():
                best[word] = max(best.get(word, 0.0), share)
    out = dict(english)
    for word in best.keys() - english.keys():
        for ending, rest in ENGLISH_ENDINGS:
            stem = word.removesuffix(ending) + rest
            if not word.endswith(ending) or len(stem) <= 3:
                continue
            if english.get(stem, 0.0) > max(STEM_SHARE, best.get(stem, 0.0) * STEM_OF_BEST):
                out[word] = max(out.get(word, 0.0), FORM_OF_STEM * english[stem])
    return out


def with_rare_words(lists: dict[str, dict[str, float]]) -> dict[str, float]:
    """Add to English the rare words that another list has, at their English share: they are no switch."""
    others = set().union(*(words for tag, words in lists.items() if tag != "en"))
    rare = from_wordfreq("en", ENGLISH_RARE)
    return {word: share for word, share in rare.items() if word in others} | lists["en"]


def shared_with_hindi(marathi: dict[str, float], hindi: dict[str, float]) -> dict[str, float]:
    """Give Marathi the learned words of Hindi: its own list is small, and the two share most of them."""
    only, endings = set(listed("hindi_only")), tuple(HINDI_ENDINGS.split())
    out = dict(marathi)
    for word, share in hindi.items():
        if word in only or word.endswith(endings) or NUKTA in word or len(word) < 3:
            continue
        out[word] = max(out.get(word, 0.0), SHARED_WITH_HINDI * share)
    return out
