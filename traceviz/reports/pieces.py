"""Cut the text of one trace at everything that is to be shown: segments, spans, hidden characters.

All cutting is done here, in code points of the Python string.  What the terminal and the HTML get are pieces that
need no offsets any more.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import pandas as pd

from traceviz.plots import palette
from traceviz.reports.visible import hidden
from traceviz.texts import replace_lone_surrogates

#: Facts of a trace that stand in its head line, in this order, where they are there.
_FACTS: Final = ("model", "question_id", "sample_index", "step", "provider", "correct", "finish_reason")

#: Categories that are not coloured in running text.
PLAIN: Final = (palette.MAIN, "other")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One span of a trace."""

    start: int
    end: int
    mode: str
    label: str
    score: float

    def __str__(self) -> str:
        """Give the words of a tooltip."""
        label = f": {self.label}" if self.label else ""
        return f"{self.mode}{label}" + ("" if math.isnan(self.score) else f" (score {self.score:.2g})")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text that looks the same from its first to its last character."""

    text: str
    category: str
    note: str = ""
    low: bool = False
    escaped: bool = False
    spans: tuple[Evidence, ...] = ()
    tag: str = ""

    @property
    def plain(self) -> bool:
        """Whether nothing at all is to be shown but the text."""
        return self.category in PLAIN and not self.spans and not self.escaped

    @property
    def title(self) -> str:
        """The words of the tooltip."""
        return "; ".join([self.note] * bool(self.note) + [str(span) for span in self.spans])


@dataclass(frozen=True, slots=True)
class Reading:
    """One trace, ready to be shown."""

    trace_id: str
    facts: list[tuple[str, str]]
    counts: list[str]
    pieces: list[Piece]
    categories: list[tuple[str, str]]
    modes: list[tuple[str, int]]
    spans: list[Evidence] = field(repr=False)
    remark: str = ""
    prompt: str = ""
    answer: str = ""


def read(
    trace: Mapping[str, Any], segments: pd.DataFrame, spans: pd.DataFrame, *, most_characters: int | None = None
) -> Reading:
    """Cut a trace into pieces.

    Parameters
    ----------
    trace
        A row of the traces table, as a mapping.
    segments, spans
        The rows of these tables that belong to this trace.
    most_characters
        Where to cut off a longer text; the reading says how much was left out.
    """
    whole = text_of(trace, "reasoning")
    text = whole if most_characters is None else whole[:most_characters]
    evidence = [
        Evidence(max(int(start), 0), int(end), str(mode), _word(label), float(score))
        for start, end, mode, label, score in _rows(spans, "start", "end", "mode", "label", "score")
    ]
    segments = segments.sort_values("start", kind="stable")
    main = palette.main_languages(segments)
    kinds = palette.categories(segments, main)
    main_language = next(iter(main.values()), "")
    modes = dict.fromkeys(span.mode for span in evidence)
    return Reading(
        trace_id=_word(trace.get("trace_id")),
        facts=[(name, _word(trace[name])) for name in _FACTS if name in trace and _word(trace[name])],
        counts=_counts(whole, segments, list(kinds), main_language),
        pieces=list(_tagged(_merged(_cut(text, segments, list(kinds), evidence)))),
        categories=_present(segments, list(kinds), main_language),
        modes=[(mode, sum(span.mode == mode for span in evidence)) for mode in modes],
        spans=evidence,
        remark=_remark(trace, whole, text),
        prompt=text_of(trace, "prompt"),
        answer=text_of(trace, "answer"),
    )


def text_of(trace: Mapping[str, Any], column: str) -> str:
    """Give a text of a trace, each lone surrogate replaced; the empty string where it is missing."""
    value = trace.get(column)
    return replace_lone_surrogates(value)[0] if isinstance(value, str) else ""


def _word(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return replace_lone_surrogates(str(value))[0]


def _rows(table: pd.DataFrame, *columns: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[column].tolist() for column in columns), strict=True)


def _remark(trace: Mapping[str, Any], whole: str, text: str) -> str:
    if not whole:
        form = _word(trace.get("reasoning_form"))
        return f"There is no reasoning here{f': its form is {form!r}' if form else ''}."
    if len(text) < len(whole):
        left = len(whole) - len(text)
        return f"The first {len(text):,} of {len(whole):,} characters are shown; {left:,} were left out."
    return ""


def _counts(text: str, segments: pd.DataFrame, kinds: list[str], main: str) -> list[str]:
    said = [f"{len(text):,} character{'' if len(text) == 1 else 's'}"]
    if main:
        said.append(f"mostly {main}")
    lengths = (segments["end"] - segments["start"]).tolist()
    free = [not (q or m) for q, m in _rows(segments, "quoted", "mentioned")]
    foreign = sum(n for n, kind, own in zip(lengths, kinds, free, strict=True) if own and kind not in palette.QUIET)
    if segments.shape[0] and text:
        said.append(f"{foreign:,} foreign ({foreign / len(text):.1%})")
    return said


def _present(segments: pd.DataFrame, kinds: list[str], main: str) -> list[tuple[str, str]]:
    """List the categories that occur, foreign ones first, each with its words in the legend."""
    size: dict[str, int] = {}
    for kind, start, end in zip(kinds, *_rows_of(segments), strict=True):
        size[kind] = size.get(kind, 0) + end - start
    ordered = sorted(size, key=lambda kind: (kind in palette.QUIET, -size[kind], kind))
    words = {palette.MAIN: f"{main}, the main language", palette.UND: "und, not told"}
    return [(kind, words.get(kind, kind)) for kind in ordered if kind != "other"]


def _rows_of(segments: pd.DataFrame) -> tuple[list[int], list[int]]:
    return segments["start"].tolist(), segments["end"].tolist()


def _cut(text: str, segments: pd.DataFrame, kinds: list[str], evidence: list[Evidence]) -> Iterator[Piece]:
    """Cut at every bound; each piece knows its category, its note and the spans over it."""
    starts, ends = _rows_of(segments)
    escapes = dict(hidden(text))
    bounds = {0, len(text), *starts, *ends, *escapes, *(position + 1 for position in escapes)}
    bounds |= {at for span in evidence for at in (span.start, span.end)}
    inside = sorted(at for at in bounds if 0 <= at <= len(text))
    opening = sorted((span for span in evidence if span.start < span.end), key=lambda span: span.start, reverse=True)
    notes = list(_notes(segments))
    active: list[Evidence] = []
    segment = 0
    for left, right in itertools.pairwise(inside):
        while opening and opening[-1].start <= left:
            active.append(opening.pop())
        active = [span for span in active if span.end > left]
        while segment < len(ends) and ends[segment] <= left:
            segment += 1
        covered = segment < len(starts) and starts[segment] <= left
        note, low = notes[segment] if covered else ("", False)
        yield Piece(
            text=escapes.get(left, text[left:right]),
            category=kinds[segment] if covered else "other",
            note=_note(text[left:right], note, escaped=left in escapes, plain=not covered or kinds[segment] in PLAIN),
            low=low,
            escaped=left in escapes,
            spans=tuple(active),
        )


def _note(character: str, note: str, *, escaped: bool, plain: bool) -> str:
    said = [f"U+{ord(character):04X}"] if escaped else []
    return ", ".join(said + [note] * (not plain and bool(note)))


def _notes(segments: pd.DataFrame) -> Iterator[tuple[str, bool]]:
    columns = ("kind", "language", "confidence", "quoted", "mentioned")
    for kind, language, confidence, quoted, mentioned in _rows(segments, *columns):
        words = [_word(language) or str(kind)]
        if _word(confidence) and kind == "prose":
            words.append(f"confidence {confidence:.2f}")
        words += ["quoted from the prompt"] * bool(quoted) + ["mentioned, not used"] * bool(mentioned)
        yield ", ".join(words), bool(quoted or mentioned)


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join neighbours that look the same: running text comes in one piece."""
    for _, group in itertools.groupby(pieces, key=_look):
        same = list(group)
        yield same[0] if len(same) == 1 else replace(same[0], text="".join(piece.text for piece in same))


def _look(piece: Piece) -> tuple[object, ...]:
    return ("" if piece.category in PLAIN else piece.category, piece.note, piece.low, piece.escaped, piece.spans)


def _tagged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Write the language before a foreign piece, unless it only goes on after a space or a sign."""
    last = ""
    for piece in pieces:
        if piece.category in palette.QUIET and piece.category != palette.UND:
            if any(character.isalnum() for character in piece.text):
                last = ""
            yield piece
            continue
        yield piece if piece.category == last else replace(piece, tag=piece.category)
        last = piece.category
