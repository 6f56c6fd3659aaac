"""The verb `measure`: the numbers of each trace."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.detectors.detect import scenes
from traceviz.detectors.evidence import main_languages
from traceviz.detectors.usage import check_reference, described
from traceviz.measures.compute import compute, joined
from traceviz.measures.floor import floors, measure_control, n_without_own
from traceviz.measures.given_spans import check_spans, evidence_of
from traceviz.measures.registry import Metric, registry, select
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values
from traceviz.measures.window_rows import check_window, in_windows, joined_windows, unless_short
from traceviz.schema import REASONS, STRING, SchemaError, as_traces, log, stamp
from traceviz.segments.segment import provenance, trace_ids_of

#: A metric by name, a group of them, or a function of one trace (a row of the table) that gives a number.
MetricLike = str | Callable[["pd.Series[Any]"], float]

#: A target that is no column: what a BCP 47 tag looks like.
_TAG: Final = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")

#: Columns of the traces that metrics read.
GIVEN: Final = ("finish_reason", "diagnostics", "answer")

#: Why the number of a user's own function is missing when it gives NaN.
_USER_REASON: Final = "not_provided"


def measure(  # noqa: PLR0913  (the tables that are there already, and what to compute; all by keyword)
    traces: Any,
    *,
    metrics: MetricLike | Sequence[MetricLike] = "default",
    segments: pd.DataFrame | None = None,
    spans: pd.DataFrame | None = None,
    target: str | None = None,
    forms: Sequence[str] = ("raw",),
    control: Any = None,
    window: int | None = None,
    reference: Any = None,
) -> pd.DataFrame:
    """Give the numbers of each trace.

    Parameters
    ----------
    traces
        A traces table, or one string or a list of strings.
    metrics
        Names of metrics or of groups (`tv.metrics()` lists them), ``"default"``, ``"all"``, or functions of one trace
        (a row of the table) that give a number; one of these or a list.
    segments, spans
        The tables of `tv.segment` and `tv.detect` for these traces, if they are there already.
    target
        The language that the reasoning should be in: a column of the table, or a BCP 47 tag for all traces.  Without
        it, the language of each trace's prompt.
    forms
        Which forms of reasoning are analysed; the others get no numbers, and a line says how many.
    control
        Monolingual text, to see what the mixing metrics give where nothing mixes: ``"shipped"``, or a traces table or
        a list of strings of your own.  Each mixing metric gets a column ``<metric>_floor`` beside it, its mean over
        the traces of the control in the same matrix language (over all of them, where there is none in it), found
        with the same detector.  A column ``language`` of the control states the language of its traces.  Metrics that
        are missing without a switch (``first_switch``, ``burstiness``, ``memory``) have a floor of the few that do.

        The shipped control is short and was written for this: reasoning on school mathematics, code and everyday
        logic, forty traces in English and eight each in nine other languages, with formulas, units, foreign names and
        loanwords.  It tells whether a number is of the size of false alarms.  It cannot tell that for long traces
        (whether *any* word is foreign depends on the length), for other subjects such as chemistry or law, for
        damaged text, or for the way a certain model writes: give traces of your own that you know to be monolingual.
    window
        Measure windows of so many characters instead of whole traces: a row each, its text in ``reasoning``, its
        number in ``window`` and its place in ``start`` and ``end``.  Numbers that depend on length (diversity, whether
        *any* word is foreign; ``length_dependent`` in `tv.metrics()`) can only be compared so.  A shorter trace is one
        window; a rest that fills none is left out; a window of fewer than 30 words has no numbers (``too_short``).
        Traces are segmented whole and then cut.
    reference
        What the words of the mode ``idiolect`` are compared with besides human usage, as in `traceviz.detect`.

    Returns
    -------
    pandas.DataFrame
        The traces with all their columns, one float column a metric, and ``not_measured``, which says why numbers are
        missing (``"cmi: no_words; flesch_reading_ease: out_of_domain"``; empty where none is).

    Raises
    ------
    SchemaError
        When a metric or column does not exist, two traces share a ``trace_id``, a segment or span lies outside its
        text, a function fails on a trace, or the control cannot be measured.

    Examples
    --------
    >>> measure(["So the answer is six.", "So 答案是六 of them."], metrics=["cmi", "switch_rate"]).round(1)
      trace_id              reasoning   cmi  switch_rate not_measured
    0        0  So the answer is six.   0.0          0.0
    1        1     So 答案是六 of them.  42.9        285.7
    """
    chosen, functions = _chosen(metrics)
    table = as_traces(traces, verb="tv.measure")
    if spans is not None:
        check_spans(spans, table)
    check_window(window, spans)
    check_reference(reference, spans)
    targets = _targets(table, target, chosen)
    made_with = provenance("traceviz") if segments is None else segments.attrs.get("traceviz", {})
    floor = None
    if control is not None:
        floor = measure_control(control, chosen, detector=made_with.get("detector", "traceviz"), forms=forms)
    parts, analysed, languages = [], [np.empty(0, dtype=bool)], list[str | None]()
    windows: list[pd.DataFrame] = []
    for start, scene in scenes(table, segments, forms, reference=reference):
        end = start + len(scene.texts)
        evidence = {} if spans is None else evidence_of(spans, scene.texts, trace_ids_of(table.iloc[start:end]))
        given = {name: table[name].iloc[start:end].tolist() for name in GIVEN if name in table.columns}
        sample = Sample(
            scene.texts,
            scene.pieces,
            scene.prompts,
            targets[start:end],
            evidence,
            given,
            reference=scene.reference,
        )
        if window is not None:
            sample, rows = in_windows(sample, table.iloc[start:end], window)
            windows.append(rows)
        analysed.append(sample.texts.present)
        languages += [] if floor is None else sample.matrix_tags
        parts.append(compute(sample, chosen) if window is None else unless_short(sample, compute(sample, chosen)))
    if window is not None:
        table = joined_windows(windows, table)
    numbers = {metric.name: joined([part[metric.name] for part in parts]) for metric in chosen}
    facts: dict[str, Any] = described(reference)
    if floor is not None:
        numbers = _with_floors(numbers, floors(floor, languages, numbers))
        facts["control"] = {**floor.facts, "n_without_own": n_without_own(floor, languages)}
    for function in functions:
        numbers[_name(function)] = _applied(function, table, np.concatenate(analysed))
    if window is not None:
        facts["window"] = window
    return stamp(_assembled(table, numbers), **made_with, **facts, metrics=list(numbers))


def _with_floors(numbers: dict[str, Values], found: dict[str, Values]) -> dict[str, Values]:
    """Put each floor beside its metric."""
    pairs = [(name, f"{name}_floor") for name in numbers]
    both = {**numbers, **found}
    return {name: both[name] for pair in pairs for name in pair if name in both}


def _chosen(wanted: MetricLike | Sequence[MetricLike]) -> tuple[list[Metric], list[Callable[..., float]]]:
    """Sort out what was asked for: built-in metrics without repeats, and the user's functions."""
    if not isinstance(wanted, (str, Iterable)) and not callable(wanted):
        raise SchemaError(f"metrics takes names and functions, not {type(wanted).__name__}.")
    asked = [wanted] if isinstance(wanted, str) or callable(wanted) else list(wanted)
    own = [_name(item) for item in asked if callable(item)]
    repeated = [name for name in own if own.count(name) > 1 or name in registry()]
    if repeated:
        raise SchemaError(
            f"A function of yours is called {repeated[0]!r}, and so is another metric; each needs a name of its own "
            "(function.__name__), because it names the column."
        )
    names = dict.fromkeys(name for item in asked if isinstance(item, str) for name in select(item))
    functions = [item for item in asked if not isinstance(item, str)]
    for function in functions:
        if not callable(function):
            raise SchemaError(f"metrics takes names and functions, not {type(function).__name__}.")
    return [registry()[name] for name in names], functions


def _targets(table: pd.DataFrame, target: str | None, chosen: Sequence[Metric]) -> list[str | None]:
    """Give the language that each trace should be in."""
    if not any("target" in metric.needs for metric in chosen):
        return [None] * len(table)
    if target is not None and target in table.columns:
        return [tag if isinstance(tag, str) else None for tag in table[target].tolist()]
    if target is not None:
        if not _TAG.fullmatch(target):
            raise SchemaError(
                f"target={target!r} is neither a column of the traces nor a language tag such as 'en' or 'zh'."
            )
        return [target] * len(table)
    if "prompt" not in table.columns:
        return [None] * len(table)
    return main_languages([text if isinstance(text, str) else None for text in table["prompt"].tolist()])


def _name(function: Callable[..., float]) -> str:
    return getattr(function, "__name__", type(function).__name__).strip("<>")


def _applied(function: Callable[..., float], table: pd.DataFrame, wanted: NDArray[np.bool_]) -> Values:
    """Apply a user's function to each trace that is analysed and has reasoning."""
    numbers = np.full(len(table), np.nan)
    for position, (_, row) in enumerate(table.iterrows()):
        if not wanted[position]:
            continue
        try:
            number = function(row)
            numbers[position] = float(number)
        except Exception as error:
            raise SchemaError(
                f"The metric {_name(function)!r} failed on trace {row['trace_id']!r}: {type(error).__name__}: {error}"
            ) from error
    return Values.of(numbers).without(np.isnan(numbers), _USER_REASON)


def _assembled(table: pd.DataFrame, numbers: dict[str, Values]) -> pd.DataFrame:
    """Put the numbers and the reasons beside the traces.  Numbers of an earlier call keep their reasons."""
    reasons = _earlier_reasons(table, set(numbers))
    for name, values in numbers.items():
        for position in np.flatnonzero(values.reason >= 0).tolist():
            reasons[position].append(f"{name}: {REASONS[values.reason[position]]}")
    columns: dict[str, Any] = {name: values.number for name, values in numbers.items()}
    columns["not_measured"] = pd.array(["; ".join(why) for why in reasons], dtype=STRING)
    fresh = pd.DataFrame(columns, index=table.index)
    earlier = {"not_measured", *table.attrs.get("traceviz", {}).get("metrics", [])}
    replaced = [name for name in numbers if name in table.columns and name not in earlier]
    if replaced:
        log.warning("Columns of the traces are replaced by the metrics of the same name: %s.", ", ".join(replaced))
    kept = table.drop(columns=[name for name in fresh.columns if name in table.columns])
    measured = pd.concat([kept, fresh], axis=1)
    measured.attrs = dict(table.attrs)
    return measured


def _earlier_reasons(table: pd.DataFrame, fresh: set[str]) -> list[list[str]]:
    """Give the reasons of a table that was measured before, but for the metrics that are measured anew."""
    if "not_measured" not in table.columns:
        return [[] for _ in range(len(table))]
    stated = [why.split("; ") if isinstance(why, str) and why else [] for why in table["not_measured"].tolist()]
    return [[part for part in parts if part.partition(":")[0] not in fresh] for parts in stated]
