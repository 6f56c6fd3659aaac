"""Words and sentences that damage is made of, read when they are asked for.

Words come from wordfreq (``pip install -e ".[tools]"``), whole sentences from the control that traceviz ships; nothing
is stored here but short lists of our own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

#: Languages of token soup, in many scripts and in the Latin one only.
SOUP: Final = (
    "ar", "bn", "cs", "de", "el", "es", "fa", "fi", "fr", "he", "hi", "hu", "id", "it", "ja", "ko",
    "nl", "pl", "pt", "ru", "ta", "tr", "uk", "vi", "zh",
)  # fmt: skip
SOUP_LATIN: Final = ("ca", "cs", "da", "de", "es", "fi", "fr", "hu", "id", "it", "nl", "pl", "pt", "ro", "sv", "tr")

#: Ranks of words that are neither function words nor so rare that they are names and misspellings.
MIDDLE: Final = (2_000, 20_000)

#: Ranks of words that everyone knows, and of words that few write.
ORDINARY: Final = (0, 3_000)
RARE: Final = (8_000, 40_000)

#: Function words of English: articles, pronouns, prepositions, conjunctions, auxiliaries and the most empty adverbs.
_FUNCTION_WORDS: Final = """
a an the this that these those my your his her its our their i you he she it we they me him them us who whom whose
which what there here of in on at by for from with without into onto to as about over under between through during
before after above below up down out off and or but nor so yet if because although though while since unless until
when where than then whether am is are was were be been being have has had having do does did will would shall
should can could may might must let's not no too very just also only some any each every both all such own same
i'm it's that's let there's we're don't doesn't isn't i'll we'll i've we've
"""
FUNCTION_WORDS: Final = frozenset(_FUNCTION_WORDS.split())

#: What chat templates of several families write.
MARKERS: Final = (
    "<|im_start|>assistant\n", "<|im_end|>", "<|endoftext|>", "[INST]", "[/INST]", "<|eot_id|>",
    "<|start_header_id|>assistant<|end_header_id|>",
    "<\uff5cAssistant\uff5c>", "<\uff5cend\u2581of\u2581sentence\uff5c>",
    "<start_of_turn>model\n", "<end_of_turn>", "<<SYS>>", "<|channel|>analysis<|message|>", "</s>",
)  # fmt: skip

#: Signs by group, of which unusual notation is made.
SYMBOLS: Final = {
    "arrows": tuple(map(chr, (*range(0x2190, 0x219A), *range(0x21D0, 0x21DA), 0x27F6, 0x27F9, 0x2794, 0x279C))),
    "emoji": tuple("\U0001f525\U0001f9e0\U0001f914\U0001f4a1\U0001f3af\U0001f680\U0001f440\U0001f389\u2728\u2705"),
    "box": tuple(map(chr, (*range(0x2500, 0x2510), *range(0x2550, 0x2560), *range(0x2588, 0x2594)))),
    "private": tuple(map(chr, range(0xE000, 0xE080))),
    "odd": tuple("\u29eb\u203b\u2042\u2318\u2388\u25c8\u25c9\u25d0\u2b21\u2609\u263f\u2691\u204a\u2e2a\u2058\ua9c1"),
}

#: Brackets and joints of invented notation around words: the words inside are the text's own.
NOTATION: Final = (
    "\u27e6{}\u27e7",
    "\u27ea{}\u27eb",
    "{}\u2237",
    "\u2042{}",
    "\u29fc{}\u29fd",
    "\u22b8{}",
    "{}\u2295\u2297",
)

#: Operators that nobody has defined.
INVENTED: Final = ("#~>", "@@", "~~>", "<#>", "&~", "@>", "\u224b", "\u22b8", "\u2a37", "\u2950")

#: Letters below which a sentence is a formula or a mere "Yes".
FEWEST_LETTERS: Final = 12

_CONTROL: Final = Path(__file__).parent.parent / "traceviz" / "data" / "control.jsonl"


@cache
def words(language: str, first: int, last: int) -> tuple[str, ...]:
    """Give the words of a language between two ranks of frequency; only what is written in letters, and no letters."""
    from wordfreq import top_n_list

    listed = top_n_list(language, last, wordlist="best")[first:]
    fewest = 1 if language in ("zh", "ja", "ko") else 2
    return tuple(word for word in listed if len(word) >= fewest and _IS_WORD.fullmatch(word))


#: Marks are letters here: Indic vowels.
_IS_WORD: Final = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff])+")


@cache
def english_with_frequency(last: int) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """Give the most frequent words of English with the frequency of each."""
    from wordfreq import word_frequency

    listed = words("en", 0, last)
    return listed, tuple(word_frequency(word, "en") for word in listed)


@cache
def letter_chains() -> dict[str, tuple[str, tuple[float, ...]]]:
    """Give, for each pair of letters of English words, which letters follow it and how often: words that could be.

    A space stands before and after a word.
    """
    listed, weights = english_with_frequency(20_000)
    found: dict[str, dict[str, float]] = {}
    for word, weight in zip(listed, weights, strict=True):
        padded = f"  {word} "
        for place in range(2, len(padded)):
            following = found.setdefault(padded[place - 2 : place], {})
            # the root keeps "the" from being the only word
            following[padded[place]] = following.get(padded[place], 0.0) + weight**0.5
    return {pair: ("".join(one), tuple(one.values())) for pair, one in found.items()}


@cache
def sentences(languages: Sequence[str]) -> tuple[str, ...]:
    """Give clean sentences of the control that traceviz ships; formulas make none."""
    found = []
    for line in _CONTROL.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record["language"] in languages:
            parts = re.split(r"(?<=[.!?\u3002\uff01\uff1f\u0964])\s*", record["reasoning"].replace("\n", " "))
            found += [part.strip() for part in parts if sum(map(str.isalpha, part)) >= FEWEST_LETTERS]
    return tuple(found)
