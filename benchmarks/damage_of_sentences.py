"""Damage to sentences and to the order of words, loops, template markers and truncation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Final

import damage_words as lists
from damage_prose import SENTENCE, WORD, Edit, sentences, some, some_sentences, words

#: Characters of the phrase that a loop repeats.
PHRASE: Final = 90


def loop(text: str, dose: float, draw: Random, *, unit: str) -> list[Edit]:
    """Repeat from (1 - p) of the text on: a phrase, a line, three lines, or what changes in each turn.

    That is a line with a number in front, or a sentence in which one or two words give way to others of the text.
    """
    cut = text.rfind(" ", 0, int((1 - dose) * len(text)) + 1)
    before = text[: max(cut, 0)].rstrip()
    missing = len(text) - len(before)
    phrase = before[-PHRASE:]
    phrase = phrase[phrase.find(" ") + 1 :].strip()
    lines = [" ".join(one.group().split()[:6]) for one in SENTENCE.finditer(before) if " " in one.group()][-3:]
    line = " ".join(phrase.split()[: PHRASE // 12])
    turns: Iterator[str] = iter(())
    first = draw.randrange(2, 40)
    if unit == "phrase":
        turns = (f" {phrase}" for _ in range(missing))
    elif unit == "number" and line:
        turns = (f"\nStep {first + turn}: {line}" for turn in range(missing))
    elif unit == "words" and line:
        whole = [parts for one in sentences(before) if len(parts := one.group().split()) >= PHRASE // 10]
        parts = whole[-1][: PHRASE // 10] if whole else line.split()
        turns = _changing(parts, [one.group() for one in words(before)], draw)
    elif lines:
        block = lines[-1:] if unit == "line" else lines
        turns = (f"\n{one}" for _ in range(missing) for one in block)
    new = ""
    while len(new) < missing and (turn := next(turns, "")):
        new += turn
    return [Edit(len(before), len(text), new[:missing])] if before and new else []


def _changing(parts: list[str], own: Sequence[str], draw: Random) -> Iterator[str]:
    """Give a sentence again and again, one or two of its words replaced each time, always at the same places."""
    places = draw.sample(range(len(parts)), min(len(parts), draw.randrange(1, 3)))
    while own:
        for place in places:
            parts[place] = draw.choice(own)
        yield "\n" + " ".join(parts)


def foreign_sentences(text: str, dose: float, draw: Random, *, languages: Sequence[str]) -> list[Edit]:
    """Replace sentences that hold p of the words by clean ones of another language, all of one, about as long."""
    clean = lists.sentences((draw.choice(languages),))
    edits = []
    for one in some_sentences(text, dose, draw):
        new = draw.choice(clean)
        while len(new.encode()) < len(one.group()):
            new += f" {draw.choice(clean)}"
        edits.append(Edit(one.start(), one.end(), new))
    return edits


def shuffled(text: str, dose: float, draw: Random) -> list[Edit]:
    """Put the words of sentences that hold p of the words in another order; signs stay where they were."""
    edits = []
    for one in some_sentences(text, dose, draw):
        own = list(WORD.finditer(text, one.start(), one.end()))
        order = [word.group() for word in own]
        draw.shuffle(order)
        edits += [Edit(word.start(), word.end(), new) for word, new in zip(own, order, strict=True)]
    return edits


def swapped(text: str, dose: float, draw: Random) -> list[Edit]:
    """Let p of the words change places with the next word, where only a space lies between."""
    edits: list[Edit] = []
    own = words(text)
    place = 0
    while place + 1 < len(own):
        one, following = own[place], own[place + 1]
        if text[one.end() : following.start()] == " " and draw.random() < dose:
            edits += [
                Edit(one.start(), one.end(), following.group()),
                Edit(following.start(), following.end(), one.group()),
            ]
            place += 1
        place += 1
    return edits


def salad(text: str, dose: float, draw: Random, *, ranks: tuple[int, int] | None) -> list[Edit]:
    """Write sentences that hold p of the words with random words of English: of some ranks, or as often as written."""
    chosen = lists.english_with_frequency(lists.ORDINARY[1]) if ranks is None else (lists.words("en", *ranks),)
    edits = []
    for one in some_sentences(text, dose, draw):
        own = list(WORD.finditer(text, one.start(), one.end()))
        drawn = draw.choices(*chosen, k=len(own))
        drawn[0] = drawn[0].capitalize()
        edits += [Edit(word.start(), word.end(), new) for word, new in zip(own, drawn, strict=True)]
    return edits


def salad_stretch(text: str, dose: float, draw: Random) -> list[Edit]:
    """Write p of the words, all in a row, with random ordinary words of English."""
    own = words(text)
    many = round(dose * len(own))
    first = draw.randrange(len(own) - many + 1)
    ordinary = lists.words("en", *lists.ORDINARY)
    return [Edit(one.start(), one.end(), draw.choice(ordinary)) for one in own[first : first + many]]


def other_subject(text: str, dose: float, draw: Random) -> list[Edit]:
    """Replace sentences that hold p of the words by clean ones about something else: nonsense that is fluent."""
    clean = lists.sentences(("en",))
    return [Edit(one.start(), one.end(), draw.choice(clean)) for one in some_sentences(text, dose, draw)]


def template(text: str, dose: float, draw: Random) -> list[Edit]:
    """Put a marker of a chat template behind p of the sentences, and at least one."""
    own = list(SENTENCE.finditer(text))
    chosen = some(own, dose, draw) or [draw.choice(own)] if own else []
    return [Edit(one.end(), one.end(), f" {draw.choice(lists.MARKERS)}") for one in chosen]


def truncated(text: str, dose: float, draw: Random) -> list[Edit]:
    """Take away the last p of the text, and cut inside a word."""
    own = [one for one in words(text) if one.end() - one.start() >= 4 and one.start() > (1 - dose) * len(text) - 40]
    if not own:
        return []
    word = own[0]
    return [Edit(word.start() + draw.randrange(1, word.end() - word.start() - 1), len(text), "")]
