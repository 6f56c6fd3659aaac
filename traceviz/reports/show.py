"""Show one trace to a person: its text with its pieces coloured and its evidence underlined."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pandas as pd

from traceviz.reports.pieces import Reading, read, text_of
from traceviz.schema import MODES, SEGMENTS, SPANS, SchemaError, check_columns
from traceviz.texts import replace_lone_surrogates

#: Characters of a prompt or an answer that are shown beside the reasoning.
SIDE_CHARACTERS: Final = 4_000


@dataclass(frozen=True, slots=True)
class Shown:
    """One trace, made to be looked at: coloured HTML in a notebook, coloured or bracketed text in a terminal."""

    reading: Reading = field(repr=False)
    width: int | None = None

    def __repr__(self) -> str:
        """Give the text for the place where Python writes: with colours on a terminal that wants them."""
        return str(self)

    def __str__(self) -> str:
        """Give the text for the place where Python writes: with colours on a terminal that wants them."""
        from traceviz.reports.terminal import write

        colours = sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        return write(self.reading, colours=colours, width=self.width)

    def _repr_html_(self) -> str:
        from traceviz.reports.style import environment, style_sheet

        template = environment().get_template("show.html")
        return template.render(reading=self.reading, style=style_sheet(), modes=MODES, most=SIDE_CHARACTERS)


def show(
    trace: Any, *, segments: pd.DataFrame | None = None, spans: pd.DataFrame | None = None, width: int | None = None
) -> Shown:
    """Show a trace with its languages coloured and its spans underlined.

    In a notebook the result is drawn by itself; in a terminal, ``print`` it.  Hidden characters are written out:
    controls as their pictures, zero-width characters and marks of direction as ``⟨U+200B⟩``.

    Parameters
    ----------
    trace
        A row of the traces table (``traces.iloc[0]``), a dict with ``reasoning``, or a string of raw reasoning.
    segments, spans
        The tables of many traces or of this one; computed when left out.
    width
        Columns after which lines break in a terminal.  Left to the terminal when left out.

    Returns
    -------
    Shown
        An object that notebooks and terminals know how to draw.

    Raises
    ------
    SchemaError
        When ``trace`` is none of these, or the tables lack columns.

    Examples
    --------
    >>> import pandas as pd
    >>> segments = pd.DataFrame({
    ...     "trace_id": ["a", "a"], "start": [0, 17], "end": [17, 19], "kind": ["prose", "prose"],
    ...     "script": ["Latin", "Han"], "language": ["en", "zh"], "confidence": [1.0, 1.0],
    ...     "quoted": [False, False], "mentioned": [False, False],
    ... })
    >>> spans = pd.DataFrame({name: [] for name in ["trace_id", "start", "end", "mode", "label", "score"]})
    >>> print(show({"trace_id": "a", "reasoning": "wait, let me see 等等"}, segments=segments, spans=spans))
    a · 19 characters · mostly en · 2 foreign (10.5%)
    zh
    <BLANKLINE>
    wait, let me see ⟦zh:等等⟧
    """
    row = _as_row(trace)
    if width is not None and width < 1:
        raise SchemaError(f"width={width!r} is no number of columns; leave it out or give a whole number above 0.")
    if segments is None or spans is None:
        segments, spans = _computed(row, segments, spans)
    check_columns(segments, SEGMENTS, name="segments", verb="show")
    check_columns(spans, SPANS, name="spans", verb="show")
    own_segments = rows_of(segments, row["trace_id"])
    if text_of(row, "reasoning") and len(segments) and not len(own_segments):
        raise SchemaError(
            f"show was given a segments table without a piece of trace {row['trace_id']!r}; "
            f"it holds {segments['trace_id'].nunique():,} other traces. Leave segments out to have them computed."
        )
    return Shown(read(row, own_segments, rows_of(spans, row["trace_id"])), width)


def rows_of(table: pd.DataFrame, trace_id: object) -> pd.DataFrame:
    """Give the rows of a table that belong to one trace."""
    return table[(table["trace_id"] == trace_id).to_numpy(bool)]


def _as_row(trace: Any) -> dict[str, Any]:
    if isinstance(trace, str):
        trace = {"reasoning": trace}
    if isinstance(trace, pd.DataFrame):
        raise SchemaError(f"show takes one trace and was given a table of {len(trace):,}; traces.iloc[0] is its first.")
    if isinstance(trace, pd.Series):
        trace = trace.to_dict()
    if not isinstance(trace, Mapping) or "reasoning" not in trace:
        found = f"{type(trace).__name__} without 'reasoning'" if isinstance(trace, Mapping) else type(trace).__name__
        raise SchemaError(
            f"show takes one trace, a row of the traces table such as traces.iloc[0], a dict with 'reasoning' or a "
            f"string; it was given {found}."
        )
    # pandas refuses half a surrogate pair, so it goes before the row becomes a table again.
    whole = {
        name: replace_lone_surrogates(value)[0] if isinstance(value, str) else value for name, value in trace.items()
    }
    return {"trace_id": "0", **whole}


def _computed(
    row: dict[str, Any], segments: pd.DataFrame | None, spans: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    from traceviz.detectors.detect import detect
    from traceviz.segments.segment import segment

    # Only what the two verbs read; other values of the row may be anything.
    kept = {name: [row[name]] for name in ("trace_id", "reasoning", "prompt", "reasoning_form") if name in row}
    traces = pd.DataFrame(kept)
    if segments is None:
        segments = segment(traces)
    return segments, detect(traces, segments=segments) if spans is None else spans
