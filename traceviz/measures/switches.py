"""The verb `switches`: who switches to whom, and what stands before the switch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.measures.sample import Sample
from traceviz.measures.tables import columns_of, samples
from traceviz.schema import KINDS, STRING, SchemaError, stamp

#: What can stand before a switch.  Where several hold, the first in this order is told.
CONTEXTS: Final = ("formula", "line_start", "quotation", "sentence_end", "inside")

#: What stands before a switch that is no formula, where the text is not there to tell.
UNTOLD: Final = "other"

_COLUMNS: Final = {"from": STRING, "to": STRING, "context": STRING, "count": "int64"}

#: Quotation marks that only ever open; the straight ones and those that open in one language and close in another
#: are told by what stands before them.
_OPENING: Final = "\N{LEFT DOUBLE QUOTATION MARK}\N{DOUBLE LOW-9 QUOTATION MARK}\N{LEFT SINGLE QUOTATION MARK}\
\N{SINGLE LOW-9 QUOTATION MARK}\N{LEFT CORNER BRACKET}\N{LEFT WHITE CORNER BRACKET}\N{LEFT DOUBLE ANGLE BRACKET}\
\N{LEFT ANGLE BRACKET}\N{LEFT-POINTING DOUBLE ANGLE QUOTATION MARK}\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}"

#: Spaces that French sets after an opening mark.
_SPACES: Final = " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}"

#: What stands before a straight single mark that opens; after a letter it is an apostrophe.
_BEFORE_SINGLE: Final = " \t\n\r([{\N{IDEOGRAPHIC SPACE}"


def switches(
    segments: pd.DataFrame, traces: Any = None, *, by: str | Sequence[str] | None = None, raw: bool = False
) -> pd.DataFrame:
    """Count the switch points: from which language, to which, and what stands before.

    A switch point lies between two neighbouring words in different languages.  Formulas, code, words without a
    language of their own and words of undetermined language are passed over, as in the metric ``switch_rate``, whose
    switch points these are.

    Parameters
    ----------
    segments
        The segments of `tv.segment`.
    traces
        The traces they were made from.  Without them the pieces stand for the words: a piece that holds no word of
        its language (a single letter) then counts as well, and ``context`` is ``formula`` or ``other``.
    by
        Column, or columns, of the traces whose values are counted apart.
    raw
        Count words that are quoted from the prompt or mentioned too; otherwise they are passed over.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, then ``from, to, context, count``: one row for each combination that occurs, groups in
        the order of the traces, the most frequent first.  ``context`` is the first of these that holds:

        ``formula``
            mathematics, and no word between it and the switch (a line may end between);
        ``line_start``
            the line begins with the switch, but for signs and numbers;
        ``quotation``
            an opening quotation mark directly before;
        ``sentence_end``
            a sentence ends before;
        ``inside``
            none of these: in the middle of a sentence.

    Raises
    ------
    SchemaError
        When a table lacks a column, or the segments are not those of the traces.

    Notes
    -----
    A context that is frequent before switches may be as frequent before other words: the counts alone do not tell
    that formulas cause switches.  A trace of which most words are undetermined has no ``switch_rate``, but its switch
    points are counted here.  A German quotation between » and « is not seen.

    Examples
    --------
    >>> from traceviz.segments.segment import segment
    >>> text = "So we get $x = 2$ 所以答案是二。 And we are done."
    >>> switches(segment(text), text)
      from  to       context  count
    0   en  zh       formula      1
    1   zh  en  sentence_end      1
    """
    columns = _checked([by] if isinstance(by, str) else list(dict.fromkeys(by or [])))
    of_trace = columns_of(segments, traces, columns, verb="tv.switches")
    parts = [pd.DataFrame({name: pd.array([], dtype=STRING) for name in ("trace_id", "from", "to", "context")})]
    for ids, sample in samples(segments, traces, verb="tv.switches"):
        text, before, after, context = (_of_pieces if traces is None else _of_words)(sample, raw=raw)
        tags = np.array([*sample.pieces.tags, None], dtype=object)
        parts.append(pd.DataFrame({"trace_id": ids[text], "from": tags[before], "to": tags[after], "context": context}))
    found = pd.concat(parts[1:] or parts, ignore_index=True)
    counted = _counted(found, of_trace, columns)
    counted.attrs = {"traceviz": dict(segments.attrs.get("traceviz", {}))}
    return stamp(counted, switches={"by": columns, "raw": raw, "contexts": traces is not None})


def _checked(columns: list[str]) -> list[str]:
    taken = [column for column in columns if column in _COLUMNS]
    if taken:
        raise SchemaError(
            f"tv.switches cannot group by '{taken[0]}', because its result has a column of that name; rename it first: "
            f"traces.rename(columns={{'{taken[0]}': 'my_{taken[0]}'}})."
        )
    return columns


def _counted(found: pd.DataFrame, of_trace: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Count what was found by group, most frequent first within each."""
    for column in columns:
        place = of_trace.index.get_indexer(pd.Index(found["trace_id"].astype(object)))
        found[column] = of_trace[column].array.take(place)
    keys = [*columns, "from", "to", "context"]
    counted = found.groupby(keys, sort=False, dropna=False, observed=True).size().rename("count").reset_index()
    if columns:
        counted["group"] = counted.groupby(columns, sort=False, dropna=False, observed=True).ngroup()
    else:
        counted["group"] = 0
    order = counted.sort_values(["from", "to", "context"], kind="stable")
    order = order.assign(rare=-order["count"]).sort_values(["group", "rare"], kind="stable")
    return order[[*keys, "count"]].astype(_COLUMNS).reset_index(drop=True)


Found = tuple[NDArray[np.int64], NDArray[np.int16], NDArray[np.int16], NDArray[np.object_]]


def _changes(text: NDArray[np.int64], language: NDArray[np.int16]) -> NDArray[np.intp]:
    """Give the places at which the language is another than one place before, in the same text."""
    return np.flatnonzero((text[1:] == text[:-1]) & (language[1:] != language[:-1])) + 1


def _of_words(sample: Sample, *, raw: bool) -> Found:
    """Find the switch points between words: text, both languages, and context of each."""
    chosen = np.flatnonzero(sample.tagged(raw=raw))
    text, language = sample.words.text[chosen], sample.language_of_word[chosen]
    here = _changes(text, language)
    return text[here], language[here - 1], language[here], _contexts(sample, chosen[here])


def _of_pieces(sample: Sample, *, raw: bool) -> Found:
    """Find the switch points between pieces, and whether a formula stands before."""
    pieces = sample.pieces
    known = (pieces.language >= 0) & (pieces.language != sample.undetermined)
    chosen = np.flatnonzero(known if raw else known & sample.used)
    text, language = sample.text_of_piece[chosen], pieces.language[chosen]
    here = _changes(text, language)
    # Signs and digits between a formula and the switch are no words.
    solid = (pieces.language >= 0) | ~sample.is_kind("prose", "other")
    last = np.maximum.accumulate(np.where(solid, np.arange(len(pieces)), 0))
    formula = sample.is_kind("math")[last[chosen[here] - 1]]
    return text[here], language[here - 1], language[here], np.where(formula, CONTEXTS[0], UNTOLD).astype(object)


def _contexts(sample: Sample, word: NDArray[np.intp]) -> NDArray[np.object_]:
    """Tell what stands before each of some words, none of them the first of its text."""
    from traceviz.segments.kernels.words import AFTER_MASK, LINE_START, SENTENCE_START

    flags, start = sample.words.flags[word], sample.words.start[word]
    formula = (flags & AFTER_MASK) != 0
    if formula.any():
        mask = np.searchsorted(sample.masks.start, start[formula], side="right") - 1
        formula[formula] = sample.masks.kind[mask] == KINDS.index("math")
    holds = [
        formula,
        (flags & LINE_START) != 0,
        _after_quotation_mark(sample, start),
        (flags & SENTENCE_START) != 0,
    ]
    return np.select(holds, CONTEXTS[:-1], default=CONTEXTS[-1]).astype(object)


def _after_quotation_mark(sample: Sample, at: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which bytes have an opening quotation mark directly before them."""
    buffer = sample.texts.buffer
    before, width = _stands_before(buffer, at, _SPACES)
    guillemets = _stands_before(buffer, at - width, _OPENING[-2:])[0]
    opened = _stands_before(buffer, at, _OPENING)[0] | (before & guillemets)
    single = _stands_before(buffer, at, "'")[0] & _stands_before(buffer, at - 1, _BEFORE_SINGLE)[0]
    # A straight double mark opens where the marks before it in its line are even in number.
    double = _stands_before(buffer, at, '"')[0]
    if double.any():
        place = at[double] - 1
        marks = np.flatnonzero(buffer == ord('"'))
        lines = np.concatenate([[0], np.flatnonzero(buffer == ord("\n")), sample.texts.offsets])
        lines.sort()
        line = lines[np.searchsorted(lines, place, side="right") - 1]
        double[double] = (np.searchsorted(marks, place) - np.searchsorted(marks, line)) % 2 == 0
    return np.asarray(opened | single | double, dtype=bool)


def _stands_before(
    buffer: NDArray[np.uint8], at: NDArray[np.int64], characters: str
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Tell which bytes have one of some characters directly before them, and how many bytes it takes (0 for none)."""
    width = np.zeros(len(at), dtype=np.int64)
    for character in characters:
        code = character.encode()
        same = at >= len(code)
        for back, byte in enumerate(reversed(code), start=1):
            same &= buffer[np.maximum(at - back, 0)] == byte
        width[same] = len(code)
    return width > 0, width
