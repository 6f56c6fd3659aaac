"""The lines of traces as a table, and the entropy of their languages over a group."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.detectors.detect import scenes
from traceviz.measures.sample import Sample
from traceviz.measures.tag_runs import Tally, entropy
from traceviz.schema import FORMS, STRING, SchemaError, as_traces, check_columns


def line_languages(traces: Any, *, segments: pd.DataFrame | None = None, raw: bool = False) -> pd.DataFrame:
    r"""Give the language of each line of each trace.

    Parameters
    ----------
    traces
        A traces table, or one string or a list of strings.
    segments
        The segments of these traces, if they are there already.
    raw
        Count quoted and mentioned words.

    Returns
    -------
    pandas.DataFrame
        ``trace_id, line, start, end, language, words, confidence``, one row for each line that has a word.  ``line``
        counts the lines of the trace from 0, ``start`` and ``end`` reach from the first word to the last, ``words`` is
        estimated where a script writes no spaces.  ``language`` is that of most words, ``und`` where that cannot be
        told; ``confidence`` (0-1) is the mean over the words.

    Examples
    --------
    >>> line_languages("So the answer is six.\n所以答案是六。")[["line", "start", "end", "language"]]
       line  start  end language
    0     0      0   20       en
    1     1     22   28       zh
    """
    table = as_traces(traces, verb="line_languages")
    ids = table["trace_id"].astype(object).to_numpy()
    parts = [
        _rows(Sample(scene.texts, scene.pieces), ids[first : first + len(scene.texts)], raw=raw)
        for first, scene in scenes(table, segments, FORMS)
    ]
    return pd.concat([part for part in parts if len(part)] or [_rows(None, ids, raw=raw)], ignore_index=True)


def _rows(sample: Sample | None, ids: NDArray[Any], *, raw: bool) -> pd.DataFrame:
    if sample is None:
        columns = {"trace_id": STRING, "line": "int64", "start": "int64", "end": "int64", "language": STRING}
        return pd.DataFrame(columns=[*columns, "words", "confidence"], dtype="float64").astype(columns)
    lines = sample.lines(raw=raw)
    names = np.array([*sample.pieces.tags, "und"], dtype=object)
    return pd.DataFrame(
        {
            "trace_id": pd.array(ids[lines.text], dtype=STRING),
            "line": lines.number,
            "start": sample.texts.code_points(lines.text, lines.start),
            "end": sample.texts.code_points(lines.text, lines.end),
            "language": pd.array(names[lines.language], dtype=STRING),
            "words": lines.words,
            "confidence": lines.confidence,
        }
    )


def mixing_entropy(
    lines: pd.DataFrame, *, traces: pd.DataFrame | None = None, by: str | Sequence[str] = ()
) -> pd.DataFrame:
    """Give the language-mixing entropy of groups of traces: over all lines of a group, and the mean over its traces.

    The two answer different questions.  Five English and five Chinese traces have 1 bit pooled and 0 in the mean:
    the pooled number cannot tell a model that mixes from one that answers in several languages.

    Parameters
    ----------
    lines
        The table of `line_languages`.
    traces
        The traces, where groups are asked for: the table that has the columns of ``by``.
    by
        Columns to group by; without any, all lines are one group.

    Returns
    -------
    pandas.DataFrame
        The columns of ``by``, then ``n_traces, n_lines, n_languages, pooled, pooled_mm, mean, mean_mm``: entropies in
        bits, plain and with the Miller-Madow correction.  Lines whose language cannot be told are left out, and
        traces without any other.

    Examples
    --------
    >>> lines = line_languages(["So it is six."] * 5 + ["所以答案是六。"] * 5)
    >>> mixing_entropy(lines)[["n_traces", "n_lines", "pooled", "mean"]]
       n_traces  n_lines  pooled  mean
    0        10       10     1.0   0.0
    """
    keys = [by] if isinstance(by, str) else list(by)
    if keys and traces is None:
        raise SchemaError(f"mixing_entropy needs traces=... for the columns to group by, {keys}.")
    told = lines[lines["language"] != "und"]
    if traces is not None:
        check_columns(traces, ["trace_id", *keys], name="traces", verb="mixing_entropy")
        told = told.merge(traces[["trace_id", *keys]], on="trace_id", how="inner")
    groups: list[tuple[Any, pd.DataFrame]] = [((), told)] if len(told) else []
    if keys:
        groups = list(told.groupby(keys, sort=True, dropna=False))
    rows = [[*key, *_entropies(part)] for key, part in groups]
    numbers = ["n_traces", "n_lines", "n_languages", "pooled", "pooled_mm", "mean", "mean_mm"]
    return pd.DataFrame(rows, columns=[*keys, *numbers])


def _entropies(lines: pd.DataFrame) -> list[float]:
    trace, seen = pd.factorize(lines["trace_id"].astype(object))
    language, languages = pd.factorize(lines["language"].astype(object), sort=True)
    pooled = Tally.of(np.zeros(len(lines), dtype=np.int64), language, np.ones(len(lines)), 1)
    each = Tally.of(trace, language, np.ones(len(lines)), len(seen))
    bits = [
        float(entropy(tally, corrected=corrected).number.mean())
        for tally in (pooled, each)
        for corrected in (False, True)
    ]
    return [len(seen), len(lines), len(languages), *bits]
