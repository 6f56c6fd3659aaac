"""A batch as metrics see it: texts, segments and words, each computed once and shared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.measures.lines import Lines, find_lines
from traceviz.measures.prose import Counts, count
from traceviz.measures.structure_words import REFLECTIVE, Marks, marked
from traceviz.measures.tag_runs import Runs, Tally
from traceviz.measures.targets import Targets, match_targets
from traceviz.measures.tokens import Grams, Tokens, cut_tokens
from traceviz.schema import KINDS
from traceviz.segments.language_model import language_model
from traceviz.segments.pieces import language_counts
from traceviz.segments.unicode import unicode_table

#: The column of `Sample.characters` that counts all code points.
CODE_POINTS: Final = 11

#: Tokens of the window in which `mattr` counts types, and tokens that `hdd` draws: the usual choices of their papers.
TTR_WINDOW: Final = 100
HDD_DRAWS: Final = 42

#: Above this share of masked characters a trace is not scored.
MOST_MASKED: Final = 0.6


@dataclass
class Sample(Scene):
    """A scene with what only metrics need.

    Attributes
    ----------
    target
        The language that each trace should be in, as a BCP 47 tag; None where it is not known.
    spans
        The evidence by mode, where the caller has it already.
    given
        Columns of the traces that metrics about their ending read, as far as there are any.
    """

    target: list[str | None] = field(default_factory=list)
    spans: dict[str, Evidence] = field(default_factory=dict)
    given: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def is_empty(self) -> NDArray[np.bool_]:
        """Which texts are there and have no character."""
        return np.asarray(self.texts.present & (np.diff(self.texts.offsets) == 0), dtype=bool)

    @cached_property
    def prompted(self) -> NDArray[np.bool_]:
        """Which traces have a prompt."""
        return np.array([bool(prompt) for prompt in self.prompts or [None] * len(self)], dtype=bool)

    def evidence(self, mode: str) -> Evidence:
        """Give the evidence of one mode."""
        if mode not in self.spans:
            from traceviz.detectors.detect import finder  # it knows tables, which an RL reward has no use for

            self.spans[mode] = finder(mode)(self)
        return self.spans[mode]

    @cached_property
    def characters(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Counts of classes and flags a text, and of letters a text and script (see `kernels.characters`)."""
        from traceviz.segments.kernels.characters import count_characters

        table = unicode_table()
        offsets = self.texts.offsets
        counted: tuple[NDArray[np.int64], NDArray[np.int64]] = count_characters(
            self.texts.buffer,
            offsets[:-1],
            offsets[1:],
            table.page_of,
            table.scripts,
            table.kinds,
            len(table.script_names),
        )
        return counted

    @cached_property
    def signs(self) -> NDArray[np.int64]:
        """Changes of script, commands of LaTeX, and odd characters (see `kernels.scripts.count_signs`)."""
        from traceviz.measures.kernels.scripts import count_signs

        table = unicode_table()
        counted: NDArray[np.int64] = count_signs(
            self.texts.buffer, self.texts.offsets, table.page_of, table.scripts, table.kinds
        )
        return counted

    @cached_property
    def letters_of_piece(self) -> NDArray[np.int64]:
        """Letters in each piece."""
        return self.letters(self.pieces.start, self.pieces.end)

    @cached_property
    def prose_tokens(self) -> Tokens:
        """The tokens of the prose."""
        return cut_tokens(self)

    @cached_property
    def grams(self) -> Grams:
        """The n-grams of the tokens."""
        return Grams(self.prose_tokens)

    @cached_property
    def types(self) -> NDArray[np.float64]:
        """How the types of the tokens repeat (see `kernels.diversity.count_types`)."""
        from traceviz.measures.kernels.diversity import count_types

        counted: NDArray[np.float64] = count_types(
            self.prose_tokens.ids, self.prose_tokens.by_text, TTR_WINDOW, HDD_DRAWS
        )
        return counted

    @cached_property
    def counted_lines(self) -> NDArray[np.int64]:
        """How the lines of each text repeat (see `kernels.diversity.count_lines`)."""
        from traceviz.measures.kernels.diversity import count_lines

        counted: NDArray[np.int64] = count_lines(self.texts.buffer, self.texts.offsets)
        return counted

    @cached_property
    def n_words(self) -> NDArray[np.float64]:
        """Words in the prose of each text."""
        return self.by_text(self.word_count)

    @cached_property
    def n_letters(self) -> NDArray[np.float64]:
        """Letters in the prose of each text."""
        return self.by_text(self.letters_of_word)

    def by_text(self, amount: NDArray[Any], words: NDArray[np.bool_] | slice = slice(None)) -> NDArray[np.float64]:
        """Add up an amount a word, or a chosen word, over the words of each text."""
        text = self.text_of_word[words]
        return np.bincount(text, weights=amount[words], minlength=len(self)).astype(np.float64)

    @cached_property
    def letters_of_word(self) -> NDArray[np.int64]:
        """Letters in each word of the prose."""
        return self.letters(self.words.start, self.words.end)

    def letters(self, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count the letters in each stretch of bytes."""
        from traceviz.segments.kernels.characters import count_letters

        table = unicode_table()
        counted: NDArray[np.int64] = count_letters(self.texts.buffer, start, end, table.page_of, table.kinds)
        return counted

    @cached_property
    def length_of_piece(self) -> NDArray[np.int64]:
        """Code points in each piece."""
        text = self.text_of_piece
        begin = self.texts.code_points(text, self.pieces.start)
        return self.texts.code_points(text, self.pieces.end) - begin

    @cached_property
    def masked_share(self) -> NDArray[np.float64]:
        """Share of the characters of each text that are masked; 0 of an empty text."""
        masked = self.total(self.length_of_piece, ~self.is_kind("prose", "other"))
        return masked / np.maximum(self.characters[0][:, CODE_POINTS], 1)

    @cached_property
    def mostly_masked(self) -> NDArray[np.bool_]:
        """Which texts are nearly all formulas and code, so that too little prose is left to judge."""
        return self.masked_share > MOST_MASKED

    def total(self, amount: NDArray[np.int64], where: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Add up an amount a piece over the pieces of each text for which a condition holds."""
        return np.bincount(self.text_of_piece[where], weights=amount[where], minlength=len(self)).astype(np.float64)

    def is_kind(self, *kinds: str) -> NDArray[np.bool_]:
        """Tell which pieces are of one of some kinds."""
        return np.isin(self.pieces.kind, [KINDS.index(kind) for kind in kinds])

    @cached_property
    def used(self) -> NDArray[np.bool_]:
        """Which pieces are used rather than quoted from the prompt or mentioned."""
        return ~self.pieces.quoted & ~self.pieces.mentioned

    def tagged(self, *, raw: bool) -> NDArray[np.bool_]:
        """Which words carry a language tag: language-independent and undetermined words are taken out first.

        Quoted and mentioned words are taken out as well, unless ``raw``.
        """
        known = (self.language_of_word >= 0) & (self.language_of_word != self.undetermined)
        return np.asarray(known if raw else known & self.used[self.piece_of_word], dtype=bool)

    def counts(self, *, raw: bool) -> NDArray[np.float64]:
        """Words of each text (row) in each language (column) that carry a tag."""
        return self._counts_raw if raw else self._counts_used

    @cached_property
    def _counts_raw(self) -> NDArray[np.float64]:
        return self._counted(raw=True)

    @cached_property
    def _counts_used(self) -> NDArray[np.float64]:
        return self._counts_raw if self.used.all() else self._counted(raw=False)

    def _counted(self, *, raw: bool) -> NDArray[np.float64]:
        chosen = self.tagged(raw=raw)
        language = np.where(chosen, self.language_of_word, -1).astype(np.int16)
        return language_counts(self.words.text, language, self.word_count, len(self), len(self.pieces.tags))

    def runs(self, *, raw: bool) -> Runs:
        """Give the language tags of the words of each text as runs."""
        return self._runs_raw if raw else self._runs_used

    def tally(self, *, raw: bool) -> Tally:
        """Give the words of each text by language, as far as they carry a tag."""
        return self._tally_raw if raw else self._tally_used

    @cached_property
    def _tally_raw(self) -> Tally:
        return self._runs_raw.tally

    @cached_property
    def _tally_used(self) -> Tally:
        return self._runs_used.tally

    @cached_property
    def _runs_raw(self) -> Runs:
        return self._joined(raw=True)

    @cached_property
    def _runs_used(self) -> Runs:
        return self._joined(raw=False)

    def _joined(self, *, raw: bool) -> Runs:
        chosen = self.tagged(raw=raw)
        return Runs.of(self.words.text[chosen], self.language_of_word[chosen], self.word_count[chosen], len(self))

    def lines(self, *, raw: bool) -> Lines:
        """Give the lines of each text that hold words, with the language of each."""
        return self._lines_raw if raw else self._lines_used

    @cached_property
    def _lines_raw(self) -> Lines:
        return find_lines(self, np.ones(len(self.words.start), dtype=bool))

    @cached_property
    def _lines_used(self) -> Lines:
        return find_lines(self, self.used[self.piece_of_word])

    @property
    def matrix_tags(self) -> list[str | None]:
        """The tag of the matrix language of each text; None where it has none or it cannot be told."""
        told = np.where(self.matrix == self.undetermined, -1, self.matrix)
        return [None if position < 0 else self.pieces.tags[position] for position in told.tolist()]

    @cached_property
    def readable(self) -> Counts:
        """What readability formulas count."""
        return count(self)

    @cached_property
    def reflective(self) -> Marks:
        """Where reflective words stand."""
        return marked(self, REFLECTIVE)

    @cached_property
    def targets(self) -> Targets:
        """The target languages beside the tags of the segments."""
        return match_targets(self.pieces.tags, self.target, known=language_model().tags)

    @cached_property
    def undetermined_words(self) -> NDArray[np.float64]:
        """Words of each text whose language cannot be told."""
        unknown = self.language_of_word == self.undetermined
        return np.bincount(self.words.text[unknown], weights=self.word_count[unknown], minlength=len(self)).astype(
            np.float64
        )

    @cached_property
    def abstained(self) -> NDArray[np.bool_]:
        """Which texts have more words of undetermined language than of all known ones."""
        return np.asarray(self.undetermined_words > self.counts(raw=True).sum(axis=1), dtype=bool)
