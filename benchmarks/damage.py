"""Damage clean text on purpose, one failure at a time, and know where it was done.

    from damage import KINDS, damage
    damaged = damage(text, kind="soup", dose=0.1, host="trace-1")

A kind of damage is a function that gives edits (`damage_kinds`); here they are drawn and carried out.  The same seed,
host, kind and dose give the same text anywhere.  ``dose`` is the share p of the words (or characters, or sentences, as
the kind says) that is touched; 0 gives the text as it was.  Only prose is touched: code, formulas, addresses and tags
stay, since a broken formula is another failure than the one that was asked for.

The same for changes that do no harm is `damage_harmless`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Final, NamedTuple

from damage_kinds import KINDS
from damage_prose import Edit

#: Doses of the benchmark.
DOSES: Final = (0.05, 0.10, 0.30)


class Damaged(NamedTuple):
    """A damaged text.

    Attributes
    ----------
    text
        The text as it is now.
    changes
        Start and end of each change, in code points of ``text``; where something was only taken away, both are equal.
    was
        What stood at each change before.
    kind, dose, seed, host
        What was done, to what share, with which seed, to which text.
    """

    text: str
    changes: tuple[tuple[int, int], ...]
    was: tuple[str, ...]
    kind: str
    dose: float
    seed: int
    host: str


def damage(text: str, *, kind: str, dose: float, host: str, seed: int = 0) -> Damaged:
    """Damage a text.

    Parameters
    ----------
    text
        A clean text, in a language that writes spaces.
    kind
        One of `KINDS`.
    dose
        Share that is touched, 0 to 1.
    host
        Id of the text, which the draw depends on.
    seed
        Any number; another gives other damage.

    Raises
    ------
    ValueError
        When there is no such kind, or the dose is no share.

    Examples
    --------
    >>> one = damage("So we add the two numbers here.", kind="glued", dose=0.4, host="a")
    >>> one.text, one.was
    ('Sowe add the two numbers here.', (' ',))
    >>> undo(one)
    'So we add the two numbers here.'
    """
    if kind not in KINDS:
        raise ValueError(f"There is no damage of the kind {kind!r}; there is {', '.join(KINDS)}.")
    if not 0 <= dose <= 1:
        raise ValueError(f"dose={dose!r} is no share between 0 and 1.")
    draw = random.Random(f"{seed}/{host}/{kind}/{dose}")  # noqa: S311  (what is wanted is the same draw again)
    edits = KINDS[kind](text, dose, draw) if dose > 0 else []
    return _carried_out(text, edits)._replace(kind=kind, dose=dose, seed=seed, host=host)


def _carried_out(text: str, edits: Sequence[Edit]) -> Damaged:
    """Carry out edits that do not overlap."""
    parts, changes, was = [], [], []
    place = length = 0
    for edit in sorted(edits):
        if text[edit.start : edit.end] == edit.new:
            continue
        if edit.start < place:
            raise ValueError(f"Two changes overlap at character {edit.start}.")
        kept = text[place : edit.start]
        length += len(kept)
        changes.append((length, length + len(edit.new)))
        was.append(text[edit.start : edit.end])
        parts += [kept, edit.new]
        length += len(edit.new)
        place = edit.end
    return Damaged("".join((*parts, text[place:])), tuple(changes), tuple(was), "", 0.0, 0, "")


def undo(damaged: Damaged) -> str:
    """Give the text as it was before the damage."""
    parts = []
    place = 0
    for (start, end), before in zip(damaged.changes, damaged.was, strict=True):
        parts += [damaged.text[place:start], before]
        place = end
    return "".join((*parts, damaged.text[place:]))
