"""Word lists from installed packages and from the lists in ``tools/words``, each as word -> share of all words.

wordfreq has lists; lingua has n-grams, out of which the words of languages without a list are recovered.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import brotli
import lingua
import wordfreq

WORDS = Path(__file__).parent.parent / "words"

#: Share of all words that a hand-written word gets by its class: among the fifty commonest, common, less common.
SHARE_OF_CLASS = {1: 4e-3, 2: 2e-4, 3: 2e-5}

#: Estimated occurrences below which a recovered word is more likely a mistake.
FEWEST = 1.5

_LINGUA = Path(lingua.__file__).parent / "language-models"


def is_word(word: str) -> bool:
    """Tell whether something is made of letters and marks, apostrophes and hyphens between."""
    return bool(word) and all(unicodedata.category(c)[0] in "LM" or c in "'-\u200c\u200d" for c in word)


def from_wordfreq(name: str, size: int) -> dict[str, float]:
    """Give the most frequent words of a list of wordfreq."""
    words: dict[str, float] = {}
    for word, frequency in wordfreq.get_frequency_dict(name, "best").items():
        if len(words) >= size:
            break
        if is_word(word):
            words[word] = frequency
    return words


@cache
def _grams(tag: str, name: str) -> dict[str, float]:
    """Give the shares of lingua's n-grams of one order; of a longer gram, its share after all but its last letter."""
    table = json.loads(brotli.decompress((_LINGUA / tag / f"{name}.json.br").read_bytes()))["ngrams"]
    shares = {}
    for fraction, grams in table.items():
        part, whole = map(int, fraction.split("/"))
        for gram in grams.split():
            shares[gram] = part / whole
    return shares


def _counts(tag: str) -> list[dict[str, float]]:
    """Give the counts of the n-grams of orders 1 to 5 in lingua's training text.

    The denominators of the single letters have the number of letters as their least common multiple, which turns
    shares back into counts.
    """
    table = json.loads(brotli.decompress((_LINGUA / tag / "unigrams.json.br").read_bytes()))["ngrams"]
    total = math.lcm(*(int(fraction.split("/")[1]) for fraction in table))
    counts = [{gram: share * total for gram, share in _grams(tag, "unigrams").items()}]
    for name in ("bigrams", "trigrams", "quadrigrams", "fivegrams"):
        shorter = counts[-1]
        counts.append({gram: share * shorter.get(gram[:-1], 0.0) for gram, share in _grams(tag, name).items()})
    return counts


def from_lingua(tag: str, size: int) -> dict[str, float]:
    """Recover the words of a language from lingua's n-grams.

    lingua counted n-grams inside words, so what no letter precedes is the start of a word and what none follows its
    end.  Words up to three letters come out exactly, longer ones by walking the 5-grams from each start; rarer
    estimates are dropped.
    """
    counts = _counts(tag)
    before: list[dict[str, float]] = [defaultdict(float) for _ in counts]
    after: list[dict[str, float]] = [defaultdict(float) for _ in counts]
    both: list[dict[str, float]] = [defaultdict(float) for _ in counts]
    for n in range(1, 5):
        for gram, count in counts[n].items():
            before[n - 1][gram[1:]] += count
            after[n - 1][gram[:-1]] += count
    for n in range(2, 5):
        for gram, count in counts[n].items():
            both[n - 2][gram[1:-1]] += count
    words: dict[str, float] = {}
    for n in range(3):
        for gram, count in counts[n].items():
            words[gram] = count - before[n][gram] - after[n][gram] + both[n][gram]
    for gram, count in counts[3].items():
        start, end = count - before[3][gram], count - after[3][gram]
        words[gram] = start * end / count if count else 0.0
    fewest = max(FEWEST, 3e-7 * sum(counts[0].values()))
    _walk(counts, before, after, words, fewest)
    kept = {word: count for word, count in words.items() if count >= fewest and is_word(word)}
    total = sum(kept.values())
    best = sorted(kept, key=lambda word: (-kept[word], word))[:size]
    return {word: kept[word] / total for word in best}


def _walk(
    counts: list[dict[str, float]],
    before: list[dict[str, float]],
    after: list[dict[str, float]],
    words: dict[str, float],
    fewest: float,
) -> None:
    """Estimate the words of five letters and more by walking from 5-gram to 5-gram."""
    four, five = counts[3], counts[4]
    following: dict[str, list[str]] = defaultdict(list)
    for gram in five:
        following[gram[:4]].append(gram)
    # Of the occurrences of a 5-gram, those that end a word: the 4-gram's share of ends, which is all that is known.
    ends = {gram: max(0.0, 1.0 - after[3][gram] / count) if count else 0.0 for gram, count in four.items()}
    for first in five:
        # Starts of a 4-gram go on by its letters; the 5-gram's own start is not known either.
        prefix = first[:4]
        started = four.get(prefix, 0.0) - before[3][prefix]
        if started < fewest:
            continue
        paths = [(first, started * five[first] / four[prefix])]
        while paths:
            word, estimate = paths.pop()
            if estimate < fewest or len(word) > 24:
                continue
            tail = word[-4:]
            words[word] = words.get(word, 0.0) + estimate * ends.get(tail, 1.0)
            if four.get(tail):
                paths.extend((word + g[-1], estimate * five[g] / four[tail]) for g in following[tail])


def from_words(name: str) -> dict[str, float]:
    """Read a hand-written list; its classes become shares."""
    words: dict[str, float] = {}
    for word, rank in _lines(name):
        share = SHARE_OF_CLASS[int(rank[0]) if rank and rank[0].isdigit() else 3]
        words[word] = max(words.get(word, 0.0), share)
    return words


def _lines(name: str) -> Iterable[tuple[str, list[str]]]:
    path = WORDS / f"{name}.txt"
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            word, *rest = line.strip().split("\t")
            yield unicodedata.normalize("NFC", word.strip()), rest


def listed(name: str) -> list[str]:
    """Read the words of a hand-written list as they stand."""
    return [word for word, _ in _lines(name)]


def pairs(name: str) -> list[tuple[str, str]]:
    """Read a hand-written list of ``language<TAB>word``."""
    return [(tag, rest[0]) for tag, rest in _lines(name) if rest]


def kin() -> list[tuple[str, str]]:
    """Read the words that one language has and its close relative has not: ``(word, language that lacks it)``."""
    path = WORDS / "kin.txt"
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        if line.startswith("#") or line.count("\t") != 3:
            continue
        one, other, word_of_one, word_of_other = line.split("\t")
        for word, lacking in ((word_of_one, other), (word_of_other, one)):
            if word.strip():
                rows.append((unicodedata.normalize("NFC", word.strip().lower()), lacking))
    return rows


def still_english() -> list[str]:
    """Read the English words that German texts use and that are still English ones: grade 2 of the list."""
    return [word for word, rest in _lines("english_in_german") if rest and rest[0] == "2"]
