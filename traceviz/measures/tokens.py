"""Tokens of the prose as numbers, and how their n-grams repeat: what metrics of diversity count.

A token is a word of the prose, or a letter where the script writes no spaces; case and accents apart, equal words are
one type.  Masked text is left out, and an n-gram goes on behind it, as it goes on behind a full stop.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.scan import unspaced
from traceviz.segments.unicode import unicode_table

if TYPE_CHECKING:
    from traceviz.detectors.evidence import Scene


class Tokens(NamedTuple):
    """The tokens of a batch.

    Attributes
    ----------
    ids
        The type of each token, numbered from 0 within its text.
    by_text
        Where the tokens of each text begin.
    characters, spaces
        Code points of all tokens before each one, and spaces before each one; one more entry than tokens.
    """

    ids: NDArray[np.int64]
    by_text: NDArray[np.int64]
    characters: NDArray[np.int64]
    spaces: NDArray[np.int64]


def cut_tokens(scene: Scene) -> Tokens:
    """Cut the prose of a batch into tokens."""
    from traceviz.measures.kernels import diversity

    words, table = scene.words, unicode_table()
    apart = unspaced()[words.script]
    keys, length, spaced = diversity.cut_tokens(
        scene.texts.buffer,
        words.start,
        words.end,
        words.hashes,
        apart,
        scene.word_count,
        table.page_of,
        table.kinds,
    )
    before = np.concatenate([[0], np.cumsum(scene.word_count)])
    by_text = before[words.by_text]
    ids = diversity.number_keys(keys, by_text, 1)
    characters, spaces = (np.concatenate([[0], np.cumsum(part)]) for part in (length, spaced))
    return Tokens(ids, by_text, characters, spaces)


@dataclass
class Grams:
    """The n-grams of a batch, counted for each n that is asked for."""

    tokens: Tokens
    _ids: list[NDArray[np.int64]] = field(default_factory=list)
    _counted: dict[int, NDArray[np.int64]] = field(default_factory=dict)

    def counted(self, n: int) -> NDArray[np.int64]:
        """Give, a row a text: n-grams, distinct ones, characters in repeated ones, those of the most frequent one."""
        from traceviz.measures.kernels.diversity import count_grams

        if n not in self._counted:
            tokens = self.tokens
            self._counted[n] = count_grams(self._numbered(n), tokens.by_text, n, tokens.characters, tokens.spaces)
        return self._counted[n]

    def _numbered(self, n: int) -> NDArray[np.int64]:
        """Number the n-grams of each text: an n-gram is the (n - 1)-gram that it begins with, and one more token."""
        from traceviz.measures.kernels.diversity import number_keys

        types = self.tokens.ids
        if not self._ids:
            self._ids.append(types)
        while len(self._ids) < n:
            longer = len(self._ids) + 1
            keys = np.zeros(len(types), dtype=np.uint64)
            head, last = self._ids[-1][: max(len(types) - longer + 1, 0)], types[longer - 1 :]
            keys[: len(head)] = head.astype(np.uint64) << np.uint64(32) | last.astype(np.uint64)
            self._ids.append(number_keys(keys, self.tokens.by_text, longer))
        return self._ids[n - 1]
