"""What damage is done to: the words and sentences of the prose of a text, and how some of them are drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Final, NamedTuple


class Edit(NamedTuple):
    """Put ``new`` in the place of ``text[start:end]``."""

    start: int
    end: int
    new: str


#: What is no prose: fences, code, formulas, commands of LaTeX, addresses, tags.
NO_PROSE: Final = re.compile(
    r"```.{0,5000}?```|`[^`\n]{1,200}`|\$\$[^$]{1,2000}\$\$|\$[^$\n]{1,240}\$|\\\[.{1,2000}?\\\]|\\\(.{1,500}?\\\)"
    r"|\\[A-Za-z]+(?:\{[^{}\n]{0,100}\}){0,3}|https?://\S+|<[^<>\n]{1,120}>",
    re.DOTALL,
)
WORD: Final = re.compile(r"(?<![\w\\])[^\W\d_]+(?:['\u2019-][^\W\d_]+)*(?![\w=^(])")
SENTENCE: Final = re.compile(r"[^\s].*?(?:[.!?](?=\s|$)|(?=\n)|$)", re.MULTILINE)

#: Fewest words of a sentence that can be damaged as a whole.
FEWEST_WORDS: Final = 5


def found(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Give what a pattern matches in the prose of a text."""
    place = 0
    for hidden in (*NO_PROSE.finditer(text), None):
        end = len(text) if hidden is None else hidden.start()
        yield from pattern.finditer(text, place, end)
        place = end if hidden is None else hidden.end()


def words(text: str) -> list[re.Match[str]]:
    """Give the words of the prose."""
    return list(found(WORD, text))


def sentences(text: str) -> list[re.Match[str]]:
    """Give the sentences of at least five words that hold no formula and no code."""
    hidden = [(one.start(), one.end()) for one in NO_PROSE.finditer(text)]
    return [
        one
        for one in SENTENCE.finditer(text)
        if len(WORD.findall(one.group())) >= FEWEST_WORDS
        and not any(start < one.end() and one.start() < end for start, end in hidden)
    ]


def some(items: Sequence[re.Match[str]], dose: float, draw: Random) -> list[re.Match[str]]:
    """Draw each with the probability of the dose."""
    return [one for one in items if draw.random() < dose]


def some_sentences(text: str, dose: float, draw: Random) -> list[re.Match[str]]:
    """Draw sentences that hold the dose of the words of all of them, as nearly as can be, and at least one."""
    order = sentences(text)
    draw.shuffle(order)
    wanted = dose * sum(len(WORD.findall(one.group())) for one in order)
    chosen: list[re.Match[str]] = []
    for one in order:
        if wanted <= 0:
            break
        size = len(WORD.findall(one.group()))
        if not chosen or size / 2 <= wanted:
            chosen.append(one)
            wanted -= size
    return chosen


def replaced(one: re.Match[str], new: str) -> Edit:
    """Put something in the place of a match, with a capital where it had one."""
    return Edit(one.start(), one.end(), new[:1].upper() + new[1:] if one.group()[:1].isupper() else new)
