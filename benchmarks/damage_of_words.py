"""Damage to words and characters, each drawn with the probability of the dose."""

from __future__ import annotations

import base64
import re
import string
from collections.abc import Sequence
from random import Random
from typing import Final

import damage_words as lists
from damage_prose import Edit, found, replaced, some, words

_SPACE: Final = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")


def soup(text: str, dose: float, draw: Random, *, languages: Sequence[str]) -> list[Edit]:
    """Replace p of the words, each by a word of a random language."""
    return [
        replaced(one, draw.choice(lists.words(draw.choice(languages), *lists.MIDDLE)))
        for one in some(words(text), dose, draw)
    ]


def glued(text: str, dose: float, draw: Random) -> list[Edit]:
    """Take away p of the spaces between words."""
    return [Edit(one.start(), one.end(), "") for one in some(list(found(_SPACE, text)), dose, draw)]


def telegraphic(text: str, dose: float, draw: Random) -> list[Edit]:
    """Take away 3p of the function words, with the space behind them."""
    chosen = [one for one in words(text) if one.group().lower() in lists.FUNCTION_WORDS]
    ends = ((one.start(), one.end()) for one in some(chosen, min(1.0, 3 * dose), draw))
    return [Edit(start, end + (text[end : end + 1] == " "), "") for start, end in ends]


def idiolect(text: str, dose: float, draw: Random) -> list[Edit]:
    """Put one of ten odd words of English behind p of the words; the ten are drawn anew for every text."""
    own = draw.sample([word for word in lists.words("en", *lists.MIDDLE) if len(word) >= 5], 10)
    return [Edit(one.end(), one.end(), f" {draw.choice(own)}") for one in some(words(text), dose, draw)]


def odd_words(text: str, dose: float, draw: Random) -> list[Edit]:
    """Put an odd word of English behind p of the words, another one each time."""
    own = lists.words("en", *lists.MIDDLE)
    return [Edit(one.end(), one.end(), f" {draw.choice(own)}") for one in some(words(text), dose, draw)]


def foreign_words(text: str, dose: float, draw: Random, *, languages: Sequence[str]) -> list[Edit]:
    """Replace p of the words that are no function words by common words of another language, all of one."""
    own = lists.words(draw.choice(languages), 100, 3_000)
    chosen = [one for one in words(text) if one.group().lower() not in lists.FUNCTION_WORDS]
    return [replaced(one, draw.choice(own)) for one in some(chosen, dose, draw)]


def typos(text: str, dose: float, draw: Random) -> list[Edit]:
    """Replace one letter in p of the words of three letters and more."""
    edits = []
    for one in some([one for one in words(text) if one.end() - one.start() >= 3], dose, draw):
        place = one.start() + draw.randrange(one.end() - one.start())
        edits.append(Edit(place, place + 1, draw.choice(string.ascii_lowercase)))
    return edits


_KEYS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def keyboard_noise(text: str, dose: float, draw: Random) -> list[Edit]:
    """Replace p of the words by keys that lie beside each other, of the length of the word or longer."""
    edits = []
    for one in some(words(text), dose, draw):
        row = draw.choice(_KEYS)
        many = max(one.end() - one.start(), draw.randrange(4, 11))
        begin = draw.randrange(len(row))
        near = [row[(begin + draw.randrange(4)) % len(row)] for _ in range(many)]
        edits.append(Edit(one.start(), one.end(), "".join(near)))
    return edits


def non_words(text: str, dose: float, draw: Random) -> list[Edit]:
    """Replace p of the words by words that could be English and are none: letters drawn by the two before them."""
    known = frozenset(lists.words("en", 0, 40_000))
    chains = lists.letter_chains()
    edits = []
    for one in some(words(text), dose, draw):
        made = ""
        while not 4 <= len(made) <= 12 or made in known:
            made, pair = "", "  "
            while len(made) <= 12 and (letter := draw.choices(*chains[pair])[0]) != " ":
                made, pair = made + letter, pair[1] + letter
        edits.append(replaced(one, made))
    return edits


def encoded_runs(text: str, dose: float, draw: Random) -> list[Edit]:
    """Put runs of 20 to 60 base64 characters behind words, until they are p of the characters."""
    missing = dose * len(text) / (1 - min(dose, 0.9))
    edits = []
    order = words(text)
    draw.shuffle(order)
    for one in order:
        if missing < 10:
            break
        run = base64.b64encode(draw.randbytes(draw.randrange(15, 45))).decode().rstrip("=")
        edits.append(Edit(one.end(), one.end(), f" {run}"))
        missing -= len(run) + 1
    return edits


def symbols(text: str, dose: float, draw: Random, *, groups: Sequence[str]) -> list[Edit]:
    """Put one to three signs behind p of the words, or write the word in a notation that no one knows."""
    edits = []
    for one in some(words(text), dose, draw):
        group = draw.choice(groups)
        if group == "notation":
            edits.append(Edit(one.start(), one.end(), draw.choice(lists.NOTATION).format(one.group())))
        else:
            signs = "".join(draw.choices(lists.SYMBOLS[group], k=draw.randrange(1, 4)))
            edits.append(Edit(one.end(), one.end(), f" {signs}"))
    return edits


def invented(text: str, dose: float, draw: Random) -> list[Edit]:
    """Put an operator that nobody knows behind p of the words, one and the same in a text."""
    own = draw.choice(lists.INVENTED)
    return [Edit(one.end(), one.end(), f" {own}") for one in some(words(text), dose, draw)]


_HIDDEN: Final = ("\u200b", "\u2060", "\u2063", "\ufeff", "\u200d", *map(chr, range(0xE0041, 0xE005B)))


def hidden(text: str, dose: float, draw: Random) -> list[Edit]:
    """Put a character that nobody sees behind p of the words."""
    return [Edit(one.end(), one.end(), draw.choice(_HIDDEN)) for one in some(words(text), dose, draw)]


_TWINS: Final = str.maketrans(
    "aceopxACEOPX", "\u0430\u0441\u0435\u043e\u0440\u0445\u0410\u0421\u0415\u041e\u0420\u0425"
)


def homoglyphs(text: str, dose: float, draw: Random) -> list[Edit]:
    """Write a c e o p x in p of the words with the Cyrillic letters that look the same."""
    return [Edit(one.start(), one.end(), one.group().translate(_TWINS)) for one in some(words(text), dose, draw)]
