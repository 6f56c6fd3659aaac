"""Which closer belongs to which opener, and which marker of a text decides what the text is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from traceviz.sources.markers import Family
from traceviz.sources.marks import Mark


@dataclass(slots=True)
class Completion:
    """What a completion holds.

    ``reasoning`` is None where there is none, ``""`` where its block is empty; ``form`` is of `schema.FORMS`.
    """

    reasoning: str | None
    answer: str | None
    family: str | None = None
    closed: bool = True
    notes: list[str] = field(default_factory=list)
    form: str = "raw"

    def note(self, code: str) -> None:
        """Add a code, once."""
        if code not in self.notes:
            self.notes.append(code)


def partners(marks: Sequence[Mark], *, count_prose: bool) -> list[int | None]:
    """Pair openers with the closers at which their depth is 0; quoted markers have no partner."""
    stacks: dict[tuple[Family, str], list[int]] = {}
    found: list[int | None] = [None] * len(marks)
    for i, mark in enumerate(marks):
        if mark.quoted or (mark.is_opener and mark.in_prose and not count_prose):
            continue
        stack = stacks.setdefault((mark.family, mark.key), [])
        if mark.is_opener:
            stack.append(i)
        elif stack:
            opener = stack.pop()
            found[opener], found[i] = i, opener
    return found


def first_of_all(marks: Sequence[Mark]) -> Mark | None:
    """Give the first marker that is used and not talked about: it decides the family.

    An opener within a line begins a block only if it does not stand like a word and its block goes on to another line;
    else opener and closer are a pair that someone talks about.
    """
    pairs = partners(marks, count_prose=True)
    talked_about: set[int] = set()
    for i, mark in enumerate(marks):
        if mark.quoted or i in talked_about:
            continue
        if mark.begins_line or not mark.is_opener or (mark.family.kind == "channels" and not mark.in_prose):
            return mark
        closer = pairs[i]
        if closer is None or (mark.in_prose and not marks[closer].in_prose):
            continue
        if not mark.in_prose and marks[closer].line != mark.line:
            return mark
        talked_about.add(closer)
    # A fence that was never closed, or was opened amid a line, hides the closer of a block that began in the prompt.
    closers = [mark for mark in marks if mark.begins_line and not mark.is_opener]
    return closers[-1] if closers and not any(mark.is_opener for mark in marks) else None
