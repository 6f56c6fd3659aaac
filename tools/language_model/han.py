"""Odds of Japanese against Chinese: of every Han character, and of the pairs of characters inside words."""

from __future__ import annotations

import gzip
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import msgpack
import numpy as np
import wordfreq
from language_model.sources import from_wordfreq
from numpy.typing import NDArray

from traceviz.segments.kernels.han import hash_pairs
from traceviz.segments.model_file import KEY_BITS

#: Han characters that the odds cover.
FIRST_HAN, END_HAN = 0x3400, 0xA000

#: Words of each list.
WORDS = 200_000

#: Share of a character, and of a pair, that a list never has.
CHARACTER_FLOOR, PAIR_FLOOR = 1e-7, 1e-7

#: Bounds of the odds in nats (of a character narrower for Japanese, which kana tell anyway), and their steps a nat.
LEAST, MOST, MOST_OF_PAIR, STEPS = -5.0, 2.0, 4.0, 16

#: Share of Chinese that is written in traditional characters: wordfreq has all of it simplified.
TRADITIONAL = 0.2

#: Share of all pairs from which on one is kept.
RARE_PAIR = 1e-6


def is_han(c: str) -> bool:
    """Tell whether the tables cover a character."""
    return FIRST_HAN <= ord(c) < END_HAN


def character_odds() -> NDArray[np.int8]:
    """Give the log-odds of Japanese against Chinese of every Han character, in sixteenths of a nat."""
    chinese, japanese = (_shares(_characters(name), CHARACTER_FLOOR) for name in ("zh", "ja"))
    logs = np.log(japanese) - np.log(chinese)
    return np.rint(np.clip(logs, LEAST, MOST) * STEPS).astype(np.int8)


def pair_odds() -> tuple[NDArray[np.uint64], NDArray[np.int8]]:
    """Give the keys of the pairs of characters inside words, and their log-odds in sixteenths of a nat."""
    chinese, japanese = _pairs("zh"), _pairs("ja")
    kept = sorted(p for p in chinese.keys() | japanese.keys() if max(chinese[p], japanese[p]) >= RARE_PAIR)
    odds = np.array([np.log((japanese[p] + PAIR_FLOOR) / (chinese[p] + PAIR_FLOOR)) for p in kept])
    one, other = np.array([[ord(c) for c in pair] for pair in kept], dtype=np.int64).T.copy()
    keys, first = np.unique(hash_pairs(one, other) >> np.uint64(64 - KEY_BITS), return_index=True)
    return keys, np.rint(np.clip(odds[first], -MOST_OF_PAIR, MOST_OF_PAIR) * STEPS).astype(np.int8)


def _characters(name: str) -> dict[str, float]:
    """Count the characters of a list; of Chinese also the traditional forms of those that it has simplified."""
    counts: dict[str, float] = defaultdict(float)
    for word, share in from_wordfreq(name, WORDS).items():
        for c in filter(is_han, word):
            counts[c] += share
    if name == "zh":
        for code, simplified in _simplified().items():
            if FIRST_HAN <= code < END_HAN and len(str(simplified)) == 1 and chr(code) not in counts:
                counts[chr(code)] = TRADITIONAL * counts.get(str(simplified), 0.0)
    return counts


def _simplified() -> dict[int, str]:
    """Give what wordfreq writes for each traditional character, by code point."""
    packed = Path(wordfreq.__file__).parent / "data" / "_chinese_mapping.msgpack.gz"
    return dict(msgpack.unpackb(gzip.decompress(packed.read_bytes()), strict_map_key=False))


def _shares(counts: dict[str, float], floor: float) -> NDArray[np.float64]:
    """Turn counts of characters into shares of all of them, by code point."""
    shares = np.full(END_HAN - FIRST_HAN, floor)
    for c, count in counts.items():
        shares[ord(c) - FIRST_HAN] += count
    return np.asarray(shares / shares.sum())


def _pairs(name: str) -> dict[str, float]:
    """Give the share of every pair of Han characters that stand together in a word of a list."""
    counts: dict[str, float] = defaultdict(float)
    for word, share in from_wordfreq(name, WORDS).items():
        for one, other in pairwise(word):
            if is_han(one) and is_han(other):
                counts[one + other] += share
    total = sum(counts.values())
    return defaultdict(float, {pair: count / total for pair, count in counts.items()})
