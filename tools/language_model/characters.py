"""A character model of every language of a script: n-grams to order 4, interpolated by Witten and Bell.

The model gives unknown words a language, and listed words a share in the languages whose list lacks them.
"""

from __future__ import annotations

import unicodedata

import numpy as np
from numpy.typing import NDArray

#: Longest n-gram.
ORDER = 4

#: Training on the fourth root of the frequency: the shapes of many words count, not the letters of a few.
POWER = 0.25

_BITS = 14
EDGE = 1


class Alphabet:
    """Symbols of words as small numbers: a letter with the accents on it is one symbol; 1 is the edge of a word."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def symbols(self, word: str) -> list[int]:
        """Give the symbols of a word, edges included."""
        out = [EDGE]
        for c in word:
            code = self.codes.setdefault(c, len(self.codes) + 2)
            out.append(code)
        out.append(EDGE)
        return out


def composed(word: str) -> str:
    """Give the form in which a word's symbols are counted."""
    return unicodedata.normalize("NFC", word)


class CharacterModel:
    """Grams as numbers, and the log-probability of the last symbol of each in each language."""

    def __init__(self, words: list[str], lists: list[dict[str, float]]) -> None:
        self.alphabet = Alphabet()
        symbols = [self.alphabet.symbols(composed(word)) for word in words]
        lengths = np.array([len(s) for s in symbols])
        self.flat = np.concatenate([np.array(s, dtype=np.int64) for s in symbols])
        assert self.flat.max() < 1 << _BITS
        self.start = np.concatenate([[0], np.cumsum(lengths)])[:-1]
        offset = np.arange(len(self.flat)) - np.repeat(self.start, lengths)
        place = {word: i for i, word in enumerate(words)}
        weights = np.zeros((len(words), len(lists)), dtype=np.float32)
        for k, listed in enumerate(lists):
            least = min(listed.values())
            for word, share in listed.items():
                weights[place[word], k] = (share / least) ** POWER
        self.word = np.repeat(np.arange(len(words)), lengths)
        self.offset = offset
        self._count(weights)

    def codes(self, n: int) -> NDArray[np.int64]:
        """Give for each position the gram of order ``n`` that ends there; -1 where the word is too short."""
        code = self.flat.copy()
        for k in range(1, n):
            code[k:] |= self.flat[:-k] << (_BITS * k)
        code[self.offset < n - 1] = -1
        return code

    def _count(self, weights: NDArray[np.float32]) -> None:
        n_languages = weights.shape[1]
        self.places: list[tuple[NDArray[np.int64], NDArray[np.int32]]] = []
        self.grams: list[NDArray[np.int64]] = []
        self.logs: list[NDArray[np.float32]] = []
        self.mass: list[NDArray[np.float32]] = []
        lower: NDArray[np.float32] | None = None
        lower_grams = np.empty(0, np.int64)
        for n in range(1, ORDER + 1):
            code = self.codes(n)
            used = np.flatnonzero((code >= 0) & (self.offset > 0))
            grams, place = np.unique(code[used], return_inverse=True)
            count = np.empty((len(grams), n_languages), dtype=np.float32)
            of_word = self.word[used]
            self.places.append((used, place.astype(np.int32)))
            for k in range(n_languages):
                count[:, k] = np.bincount(place, weights=weights[of_word, k], minlength=len(grams))
            context, of_gram = np.unique(grams >> _BITS, return_inverse=True)
            total = np.zeros((len(context), n_languages), dtype=np.float32)
            kinds = np.zeros_like(total)
            np.add.at(total, of_gram, count)
            np.add.at(kinds, of_gram, (count > 0).astype(np.float32))
            if lower is None:
                shorter = np.full((len(grams), n_languages), 1.0 / (len(self.alphabet.codes) + 2), dtype=np.float32)
            else:
                shorter = lower[np.searchsorted(lower_grams, grams & ((1 << (_BITS * (n - 1))) - 1))]
            seen = total[of_gram] + kinds[of_gram]
            share = np.where(seen > 0, (count + kinds[of_gram] * shorter) / np.maximum(seen, 1e-30), shorter)
            self.grams.append(grams)
            self.logs.append(np.log(share).astype(np.float32))
            self.mass.append(count.sum(axis=1))
            lower, lower_grams = share.astype(np.float32), grams

    def score(self, language: int) -> NDArray[np.float64]:
        """Give the log-probability of every word in one language."""
        logs = np.zeros(len(self.flat), dtype=np.float32)
        for (used, place), table in zip(self.places, self.logs, strict=True):
            logs[used] = table[:, language][place]
        return np.add.reduceat(logs.astype(np.float64), self.start)

    def kept(self, fewest: float) -> list[tuple[list[str], NDArray[np.float32]]]:
        """Give the symbols of the grams worth keeping, with their log-probabilities, by order."""
        names = {code: c for c, code in self.alphabet.codes.items()} | {EDGE: " "}
        out = []
        for n in range(1, ORDER + 1):
            chosen = np.flatnonzero(self.mass[n - 1] >= (fewest if n > 2 else 0))
            spelled = [
                "".join(names[int(code >> (_BITS * k)) & ((1 << _BITS) - 1)] for k in range(n - 1, -1, -1))
                for code in self.grams[n - 1][chosen]
            ]
            out.append((spelled, self.logs[n - 1][chosen]))
        return out
