"""Write the report of many traces: one HTML file that needs nothing but a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pandas as pd

from traceviz.reports import content
from traceviz.reports.choice import chosen
from traceviz.reports.figures import interval_pictures, ribbon_pictures
from traceviz.reports.pieces import Reading, read
from traceviz.reports.show import SIDE_CHARACTERS
from traceviz.schema import COMPARED, MODES, SEGMENTS, SPANS, SchemaError, check_columns

#: Characters of a trace that are shown.  A page with 60 traces of this length is some 2 MB and opens at once.
MOST_CHARACTERS: Final = 8_000

#: Lines of the concordance.
_LINES: Final = 20


@dataclass(frozen=True, slots=True)
class _Tables:
    """Everything that a report is made of."""

    measured: pd.DataFrame
    compared: pd.DataFrame
    traces: pd.DataFrame
    segments: pd.DataFrame
    spans: pd.DataFrame


def report(  # noqa: PLR0913  (each table that exists already saves the time of making it again)
    measured: pd.DataFrame,
    path: str | os.PathLike[str],
    *,
    by: str | Sequence[str] | None = None,
    segments: pd.DataFrame | None = None,
    spans: pd.DataFrame | None = None,
    compared: pd.DataFrame | None = None,
    title: str | None = None,
    most_traces: int = 60,
) -> Path:
    """Write one self-contained HTML file: numbers with intervals, pictures, evidence, and traces to read.

    The file needs no network and holds no script, and a content-security policy forbids both: whatever a model
    wrote stays text.  The same input gives the same bytes.

    Parameters
    ----------
    measured
        The measured table, with the columns of the traces beside the metrics.
    path
        The file to write.  It is replaced at the very end, so that a broken run leaves no half a report.
    by
        Column or columns that make the groups; ``model`` when there are several models and this is left out.
    segments, spans, compared
        The tables that belong to ``measured``; computed when left out.
    title
        The headline.
    most_traces
        How many single traces to show: those with the most foreign text, loops and symbols, and some at random.
        Of each, the first 8,000 characters.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    SchemaError
        When ``measured`` lacks ``trace_id`` or is empty, or ``path`` is no place for a file.
    """
    check_columns(measured, ["trace_id"], name="measured", verb="report")
    if not len(measured):
        raise SchemaError("report was given a measured table without a row; tv.measure(traces) makes one row a trace.")
    if most_traces < 0:
        raise SchemaError(f"most_traces={most_traces} is no number of traces; 0 shows none.")
    path = Path(path)
    if path.is_dir() or not path.parent.is_dir():
        problem = "is a folder" if path.is_dir() else "lies in a folder that does not exist"
        raise SchemaError(
            f"report writes one HTML file, and {str(path)!r} {problem}; give a path such as 'report.html'."
        )
    compared = _compared(measured, by) if compared is None else compared
    check_columns(compared, COMPARED, name="compared", verb="report")
    measured = measured.reset_index(drop=True)
    traces = measured.drop_duplicates("trace_id", ignore_index=True)
    segments, spans = _evidence(traces, segments, spans)
    tables = _Tables(measured, compared, traces, segments, spans)
    return _write(path, _page(tables, title or "Reasoning traces", most_traces))


def _compared(measured: pd.DataFrame, by: str | Sequence[str] | None) -> pd.DataFrame:
    from traceviz.statistics.compare import compare

    if by is None:
        several = "model" in measured.columns and len(measured["model"].dropna().unique()) > 1
        by = "model" if several else "group"
        measured = measured if several else measured.assign(group="all traces")
    known = "question_id" in measured.columns and bool(measured["question_id"].notna().any())
    return compare(measured, by=by, cluster="question_id" if known else None)


def _evidence(
    traces: pd.DataFrame, segments: pd.DataFrame | None, spans: pd.DataFrame | None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the segments and spans of the traces: computed where they are missing and there is text."""
    if "reasoning" not in traces.columns:
        empty = [
            pd.DataFrame({name: pd.array([], dtype=d) for name, d in columns.items()}) for columns in (SEGMENTS, SPANS)
        ]
        return (empty[0] if segments is None else segments), (empty[1] if spans is None else spans)
    if segments is None:
        from traceviz.segments.segment import segment

        segments = segment(traces)
    if spans is None:
        from traceviz.detectors.detect import detect

        spans = detect(traces, segments=segments)
    check_columns(segments, SEGMENTS, name="segments", verb="report")
    check_columns(spans, SPANS, name="spans", verb="report")
    return segments, spans


def _empty(columns: Mapping[str, Any]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.array([], dtype=dtype) for name, dtype in columns.items()})


def _page(tables: _Tables, title: str, most_traces: int) -> Iterator[str]:
    """Give the page in parts, trace by trace."""
    from traceviz.reports.style import environment, hash_source, style_sheet

    style = style_sheet(report=True)
    columns = content.group_columns(tables.compared)
    known = [column for column in columns if column in tables.measured.columns]
    groups = content.group_names(tables.measured, known)
    order, rows, notes = content.metric_rows(tables.compared, _metric_facts())
    template = environment().get_template("report.html")
    return template.generate(
        title=title,
        style=style,
        style_source=hash_source(style),
        summary=_summary(tables, groups),
        loaded=content.loaded(tables.measured, tables.traces),
        groups=_group_heads(tables.measured, groups, order),
        by=known,
        metrics=rows,
        notes=notes,
        differences=content.difference_rows(tables.compared),
        missing=content.missing_rows(tables.measured, groups, order),
        plots=list(interval_pictures(tables.compared)),
        ribbon=ribbon_pictures(tables.traces, tables.segments, known),
        concordance=_concordance(tables),
        traces=_readings(tables, most_traces),
        n_chosen=min(most_traces, len(tables.traces)) if "reasoning" in tables.traces.columns else 0,
        has_texts="reasoning" in tables.traces.columns,
        most_characters=MOST_CHARACTERS,
        most=SIDE_CHARACTERS,
        modes=MODES,
        facts=content.versions(tables.measured),
        provenance=content.provenance(tables.measured),
    )


def _summary(tables: _Tables, groups: pd.Series[Any]) -> list[tuple[int, str]]:
    counts = [(len(tables.traces), "trace")]
    if "question_id" in tables.traces.columns and tables.traces["question_id"].notna().any():
        counts.append((int(tables.traces["question_id"].nunique()), "question"))
    counts.append((int(groups.nunique()), "group"))
    if "window" in tables.measured.columns:
        counts.append((len(tables.measured), "window"))
    return counts


def _group_heads(measured: pd.DataFrame, groups: pd.Series[Any], order: list[str]) -> list[dict[str, Any]]:
    """Count each group, in the order in which the table of metrics has them."""
    parts = {str(name): part for name, part in measured.groupby(groups, sort=False)}
    heads = []
    for name in order:
        part = parts.get(name, measured.iloc[:0])
        questions = int(part["question_id"].nunique()) if "question_id" in part.columns else 0
        heads.append({"name": name, "traces": int(part["trace_id"].nunique()), "questions": questions})
    return heads


def _metric_facts() -> dict[str, dict[str, str]]:
    from traceviz.measures.registry import metrics

    table = metrics()
    wanted = [column for column in ("unit", "description") if column in table.columns]
    if "name" not in table.columns:
        return {}
    return {
        str(row["name"]): {column: "" if pd.isna(row[column]) else str(row[column]) for column in wanted}
        for row in table.to_dict("records")
    }


def _concordance(tables: _Tables) -> list[dict[str, Any]]:
    from traceviz.detectors.concordance import concordance

    if not len(tables.spans) or "reasoning" not in tables.traces.columns:
        return []
    lines = concordance(tables.spans, tables.traces, n=_LINES, seed=0)
    rows = lines.to_dict("records")
    return [{str(name): "" if pd.isna(value) else value for name, value in row.items()} for row in rows]


def _readings(tables: _Tables, most: int) -> Iterator[tuple[Reading, str]]:
    """Give the traces to show, each cut into pieces when its turn comes."""
    if "reasoning" not in tables.traces.columns:
        return
    picks = chosen(tables.traces, most)
    ids = tables.traces["trace_id"].iloc[[at for at, _ in picks]]
    own_segments, own_spans = _parts(tables.segments, ids), _parts(tables.spans, ids)
    no_segments, no_spans = tables.segments.iloc[:0], tables.spans.iloc[:0]
    for at, why in picks:
        row: Mapping[str, Any] = {str(name): value for name, value in tables.traces.iloc[at].to_dict().items()}
        pieces = own_segments.get(row["trace_id"], no_segments)
        yield read(row, pieces, own_spans.get(row["trace_id"], no_spans), most_characters=MOST_CHARACTERS), why


def _parts(table: pd.DataFrame, ids: pd.Series[Any]) -> dict[Any, pd.DataFrame]:
    kept = table[table["trace_id"].isin(ids.tolist()).to_numpy(bool)]
    return dict(iter(kept.groupby("trace_id", sort=False)))


def _write(path: Path, parts: Iterator[str]) -> Path:
    """Write to a file beside the wanted one, and put it in its place when it is whole."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with waiting.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(parts)
        waiting.replace(path)
    finally:
        waiting.unlink(missing_ok=True)
    return path
