"""The tables of the model: for every word and n-gram of a script, how far each language is below the best one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from language_model.characters import CharacterModel
from language_model.lists import LANGUAGES, inflected, lists_of
from language_model.sources import kin, listed, still_english
from numpy.typing import NDArray

from traceviz.segments.kernels.languages import LOAN, NAME, hash_grams
from traceviz.segments.kernels.words import hash_words
from traceviz.segments.model_file import KEY_BITS
from traceviz.segments.unicode import folding
from traceviz.texts import Texts

#: Nats a step of the tables, and the most steps: halves are as good as quarters by a five-hundredth of F1, and what
#: is ten nats below the best language is not that language.
STEP, STEPS = 0.25, 40

#: Steps from which on only every second is used: so far below, a quarter of a nat changes nothing, and more rows are
#: equal and kept once.
COARSE = 20

#: Weight of the list in a word's share; the rest is the character model's, so that no word is impossible.  The English
#: list is long: of running text hardly a word in thirty is not in it.
LISTED, LISTED_ENGLISH = 0.85, 0.97

#: What the words of our lists are besides words.
TRAITS = {"loans_en": LOAN, "names": NAME}

#: Nats below its kin that a language stands at a word which it does not have.
KIN_GAP = 5.0

#: Nats below English that German stands at an English word which German texts use and German lists therefore hold: a
#: noun with a capital weighs .7 there, and has to reach the evidence of a run.
BORROWED_GAP = 6.0

#: Training weight, over all languages, from which on an n-gram of three or four symbols is kept: rarer ones are most
#: of the table and seldom met.
FEWEST = 110.0


class Part(NamedTuple):
    """The tables of one script: keys, a row of steps for each, and what the words are besides."""

    languages: list[str]
    words: NDArray[np.uint64]
    words_rows: NDArray[np.uint8]
    words_traits: NDArray[np.uint8]
    grams: NDArray[np.uint64]
    grams_rows: NDArray[np.uint8]


def part_of(script: str) -> Part:
    """Make the tables of one script."""
    lists = lists_of(script)
    # What no list has, but a loan or a name: its traits are looked up too.
    borrowed = {word.lower() for name in TRAITS for word in listed(name)} if script == "Latin" else set()
    words = sorted(borrowed.union(*lists.values()))
    model = CharacterModel(words, list(lists.values()))
    logs = log_shares(words, lists, model)
    _hold_kin_apart(words, list(lists), logs)
    _give_back_to_english(words, list(lists), logs)
    table = in_steps(logs)
    keys, order = np.unique(keys_of(words, hash_words), return_index=True)
    block = np.lexsort((keys, table[order].argmin(axis=1)))  # words of one language stand together and pack well
    keys, order = keys[block], order[block]
    grams, grams_rows = _grams(model, salt=list(LANGUAGES).index(script))
    return Part(list(lists), keys, table[order], _traits(words, script)[order], grams, grams_rows)


def joined(parts: dict[str, Part]) -> dict[str, NDArray[Any]]:
    """Put the tables of all scripts one after another: rows lie flat, because their lengths differ by script.

    Equal rows, those of words that a single language has for the most part, are kept once: each key has the place of
    its row among them, in three bytes.
    """
    arrays: dict[str, NDArray[Any]] = {"step": np.array([STEP])}
    for script, part in parts.items():
        arrays[f"{script}_languages"] = np.frombuffer(" ".join(part.languages).encode(), dtype=np.uint8)
    every = list(parts.values())
    for what in ("words", "grams"):
        keys = [getattr(part, what) for part in every]
        rows, places = zip(*(shared(getattr(part, f"{what}_rows")) for part in every), strict=True)
        firsts = np.cumsum([0, *(len(part) for part in rows)])
        whole = np.concatenate([place + first for place, first in zip(places, firsts[:-1], strict=True)])
        arrays[what] = np.concatenate(keys)
        arrays[f"{what}_places"] = np.stack([(whole >> shift).astype(np.uint8) for shift in (0, 8, 16)])
        arrays[f"{what}_rows"] = np.concatenate([part.reshape(-1) for part in rows])
        arrays[f"{what}_rows_count"] = np.array([len(part) for part in rows], dtype=np.int64)
    arrays["words_traits"] = np.concatenate([part.words_traits for part in every])
    return arrays


def shared(rows: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Give the different rows in the order in which they come, and which of them each row is."""
    _, first, place = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return rows[first[order]], rank[place.reshape(-1)]


def log_shares(words: list[str], lists: dict[str, dict[str, float]], model: CharacterModel) -> NDArray[np.float32]:
    """Give the log-probability of every word in every language, from its list and from its characters."""
    place = {word: i for i, word in enumerate(words)}
    logs = np.empty((len(words), len(lists)), dtype=np.float32)
    for k, (tag, own) in enumerate(lists.items()):
        listed_share = LISTED_ENGLISH if tag == "en" else LISTED
        share = (1 - listed_share) * np.exp(model.score(k))
        shares = inflected(own, lists) if tag == "en" else own
        share[np.array([place[word] for word in shares])] += listed_share * np.array(list(shares.values()))
        logs[:, k] = np.log(share)
    return logs


def in_steps(logs: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Give log-probabilities as steps below the best language of the row, every second one beyond `COARSE`."""
    steps = np.rint((logs.max(axis=1, keepdims=True) - logs) / STEP).astype(np.int64)
    steps = np.where(steps > COARSE, (steps + 1) // 2 * 2, steps)
    return np.clip(steps, 0, STEPS).astype(np.uint8)


def keys_of(spelled: list[str], hasher: Callable[..., NDArray[np.uint64]], *more: int) -> NDArray[np.uint64]:
    """Hash words or n-grams with the very kernel that reads them in a text; give the bits that are kept."""
    batch = Texts.of(spelled)
    hashes = hasher(batch.buffer, batch.offsets[:-1], batch.offsets[1:], folding(), *more)
    return hashes >> np.uint64(64 - KEY_BITS)


def _hold_kin_apart(words: list[str], languages: list[str], logs: NDArray[np.float32]) -> None:
    """Lower languages at the words that only their close relatives have, which their lists hold by mistake."""
    place = {word: i for i, word in enumerate(words)}
    for word, lacking in kin():
        if word in place and lacking in languages:
            row = logs[place[word]]
            column = languages.index(lacking)
            row[column] = min(row[column], row.max() - KIN_GAP)


def _give_back_to_english(words: list[str], languages: list[str], logs: NDArray[np.float32]) -> None:
    """Lower German at the English words that German texts use as English ones, dictionary words left out."""
    place = {word: i for i, word in enumerate(words)}
    for word in still_english():
        if word in place and "de" in languages:
            row = logs[place[word]]
            german, english = languages.index("de"), languages.index("en")
            row[german] = min(row[german], row[english] - BORROWED_GAP)


def _traits(words: list[str], script: str) -> NDArray[np.uint8]:
    """Give what the words are besides: loans of English, names."""
    place = {word: i for i, word in enumerate(words)}
    traits = np.zeros(len(words), dtype=np.uint8)
    if script == "Latin":
        for name, trait in TRAITS.items():
            for word in listed(name):
                if word.lower() in place:
                    traits[place[word.lower()]] |= trait
    return traits


def _grams(model: CharacterModel, *, salt: int) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Give the keys and the rows of the n-grams that are kept."""
    kept = model.kept(FEWEST)
    keys, first = np.unique(
        np.concatenate([keys_of(spelled, hash_grams, salt) for spelled, _ in kept]), return_index=True
    )
    return keys, np.concatenate([in_steps(logs) for _, logs in kept])[first]
