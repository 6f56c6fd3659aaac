"""Loops: runs of repeats of a phrase or block.

A run of at least three exact repeats of a unit of up to 200 tokens: words, numbers, operators, and single letters
where the script writes no spaces.  Punctuation is no token, so that a rule of dashes is no loop.  More rules catch what
that leaves out: a block of at least twelve tokens, eight words of them, that is said twice, and repeats in which a
number, or one or two words, change in each turn.

A list of cases changes too: "For n = 3 it is 9, for n = 4 it is 16".  There each turn says something new, in more
places than one or with hardly a word around it.  The more a turn changes and the less of it stays, the more turns are
asked for; a long list of cases of which only a counter changes is still taken for a loop.

What stays is counted in words, not in tokens, since digits, names of variables and commands of LaTeX repeat in any
calculation.  A word has three letters or more; a shorter one, and a letter where no spaces are written, is a third of a
word.  Not seen: repeats in other words, and turns that grow or shrink by a word.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.echoes import stands_in
from traceviz.detectors.evidence import Evidence, Scene
from traceviz.segments.scan import unspaced
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

#: What words are counted in.
THIRDS: Final = 3


class Rule(NamedTuple):
    """What is a loop.

    Attributes
    ----------
    most_period
        Tokens of the longest unit.
    fewest_repeats
        Turns, of which the last may be cut beyond this number.
    fewest_tokens
        Tokens in all.
    shortest_period
        Tokens of the shortest unit.
    unit_content, content
        What stays in a turn, and in all turns together, in thirds of a word.
    most_changes
        Tokens that differ from the turn before, numbers included, on average.
    most_new_words
        The same without numbers.
    """

    most_period: int
    fewest_repeats: int
    fewest_tokens: int
    shortest_period: int
    unit_content: int
    content: int
    most_changes: int
    most_new_words: int


#: Exact repeats (reference definition of a loop).  "ha ha ha" and "0, 0, 0" are three repeats of one token and no loop.
EXACT: Final = Rule(200, 3, 10, 1, 0, 4 * THIRDS, 0, 0)

#: The same of formulas: sums of equal terms are shorter than that.
FORMULAS: Final = Rule(200, 3, 24, 1, 0, 0, 0, 0)

#: A block that is said twice.
DOUBLE: Final = Rule(200, 2, 24, 12, 8 * THIRDS, 0, 0, 0)

#: Repeats in which a number or two differ.
NUMBERS: Final = Rule(200, 3, 24, 8, 7 * THIRDS, 0, 2, 0)

#: Repeats in which a number or a word differs, of a unit with few words; of two changes more words have to stay.
COUNTER: Final = Rule(200, 4, 20, 4, 3 * THIRDS, 0, 1, 1)
WORDS: Final = Rule(200, 4, 28, 7, 4 * THIRDS, 0, 2, 2)

#: A sentence in which two tokens differ, words among them; of it as much stays as where numbers differ.
SENTENCE: Final = Rule(200, 3, 27, 9, 7 * THIRDS, 0, 2, 2)

#: A formula of which nothing but a counter changes: were it worked through again, its results would change as well.
SAME_FORMULA: Final = Rule(200, 4, 40, 8, 0, 0, 1, 1)

#: A unit of hardly any words that is said very often.
MANY: Final = Rule(200, 8, 24, 3, 2 * THIRDS, 0, 1, 1)

#: The rules of repeats that do not change, and of those that do, in the order of the kernel.
UNCHANGED: Final = (EXACT, FORMULAS, DOUBLE)
CHANGED: Final = (NUMBERS, COUNTER, WORDS, SENTENCE, SAME_FORMULA, MANY)

#: Tokens that may differ in a turn by any rule.
MOST_CHANGES: Final = 2


class Loops(NamedTuple):
    """The loops of a batch: tokens of each text; of each loop its text, first token, tokens, period, first byte, end.

    Those of a text do not overlap, and the longest stands first.
    """

    tokens: NDArray[np.int64]
    text: NDArray[np.int64]
    onset: NDArray[np.int64]
    length: NDArray[np.int64]
    period: NDArray[np.int64]
    start: NDArray[np.int64]
    end: NDArray[np.int64]

    def longest(self) -> NDArray[np.int64]:
        """Give, a row a text: tokens, first token of the longest loop, its tokens, its period, its first byte and end.

        A text without a loop has zeros from the second column on.
        """
        rows = np.zeros((len(self.tokens), 6), dtype=np.int64)
        rows[:, 0] = self.tokens
        text, first = np.unique(self.text, return_index=True)
        columns = (self.onset, self.length, self.period, self.start, self.end)
        rows[text, 1:] = np.column_stack([column[first] for column in columns])
        return rows


def loops(texts: Texts) -> Loops:
    """Find the loops of texts."""
    from traceviz.detectors.kernels.loop import find_loops

    table = unicode_table()
    tokens, rows = find_loops(
        texts.buffer,
        texts.offsets,
        table.page_of,
        table.scripts,
        table.kinds,
        unspaced(),
        np.array(UNCHANGED, dtype=np.int64),
        np.array(CHANGED, dtype=np.int64),
        max(rule.most_period for rule in UNCHANGED + CHANGED),
        MOST_CHANGES,
    )
    return Loops(tokens, *rows.T.copy())


def own_loops(scene: Scene) -> Loops:
    """Find the loops of a scene that its prompts do not hold as they are."""
    found = loops(scene.texts)
    if not scene.prompts:
        return found
    own = [
        not stands_in(scene, "loop", text, start, end)
        for text, start, end in zip(found.text.tolist(), found.start.tolist(), found.end.tolist(), strict=True)
    ]
    return Loops(found.tokens, *(column[own] for column in found[1:]))


def find(scene: Scene) -> Evidence:
    """Find the loops of each text; the label tells the period in tokens, the score is the number of repeats."""
    found = scene.loops
    order = np.lexsort((found.start, found.text))
    return Evidence(
        found.text,
        found.start,
        found.end,
        tuple(f"period {period}" for period in found.period),
        found.length / np.maximum(found.period, 1),
    ).taken(order)
