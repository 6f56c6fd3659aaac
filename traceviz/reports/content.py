"""Gather what stands in a report: counts, the table of metrics, reasons of missing numbers, provenance.

Everything here is words and numbers that are ready to be printed; the templates only place them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from traceviz.schema import COMPARED, REASONS

#: What each reason for a missing number means.
_MEANINGS: Final = {
    "empty": "the text is empty",
    "no_words": "nothing is left to count: no words, no letters or no spans",
    "one_token": "a single word has no neighbour",
    "one_language": "the measure needs two languages",
    "one_span": "the measure needs more than one span",
    "zero_variance": "all values are the same",
    "too_short": "the text is shorter than the window of the measure",
    "masked_out": "all of it is mathematics, code or addresses",
    "all_skipped": "every line or response was skipped by the rules of the measure",
    "out_of_domain": "the formula is not made for this language or kind of text",
    "no_target": "no target language is known",
    "no_prompt": "there is no prompt",
    "no_reference": "there is no reference",
    "no_correctness": "it is not known whether the answer is correct",
    "detector_abstained": "the detector gave no label",
    "not_provided": "the reasoning was not provided or not analysed",
}

#: The counts of `traceviz.load`, with the words that stand before each.
_LOADED: Final = (
    ("records", "records read"),
    ("rejected", "records that could not be read and were set aside"),
    ("skipped", "records without any reasoning, completion or answer"),
    ("repaired", "records that were repaired"),
)

#: Facts that are told elsewhere on the page, or are tables of their own.
_TOLD: Final = frozenset(
    {"version", "detector", "unicode", "sources", "rejects", "skipped_files", "compare"} | dict(_LOADED).keys()
)

#: Items of one list of provenance.
_MOST_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Cell:
    """One number of one group."""

    group: str
    estimate: str
    interval: str
    missing: str
    notes: list[int]


@dataclass(frozen=True, slots=True)
class Row:
    """One metric with its numbers in all groups."""

    metric: str
    unit: str
    meaning: str
    cells: list[Cell]


def number(value: float) -> str:
    """Write a number with three digits that count.

    Examples
    --------
    >>> [number(x) for x in (0.12345, 0, 12.345, 12345.6, 0.0001234, float("nan"))]
    ['0.123', '0', '12.3', '12,346', '0.000123', 'none']
    """
    if math.isnan(value):
        return "none"
    if value == 0:
        return "0"
    if math.isinf(value) or abs(value) < 1e-4:
        return f"{value:.2e}"
    places = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def group_columns(compared: pd.DataFrame) -> list[str]:
    """Give the columns of a compared table that make its groups."""
    return [str(column) for column in compared.columns if column not in COMPARED]


def group_names(table: pd.DataFrame, columns: list[str]) -> pd.Series[Any]:
    """Name the group of each row by the values of its columns."""
    if not columns:
        return pd.Series("all traces", index=table.index)
    named = [table[column].astype(object).where(table[column].notna(), "none").map(str) for column in columns]
    joined = named[0]
    for other in named[1:]:
        joined = joined + ", " + other
    return joined


def metric_rows(
    compared: pd.DataFrame, facts: Mapping[str, Mapping[str, str]]
) -> tuple[list[str], list[Row], list[str]]:
    """Lay the levels of a compared table out: a row a metric, a cell a group.

    Returns
    -------
    groups : list of str
        The groups, in the order of the cells.
    rows : list of Row
    notes : list of str
        The warnings, each once; the cells refer to them by number, from 1.
    """
    levels = compared[(compared["kind"] == "level").to_numpy(bool)].reset_index(drop=True)
    names = group_names(levels, group_columns(compared))
    groups = [str(group) for group in dict.fromkeys(names)]
    notes: dict[str, int] = {}
    rows = []
    for metric, part in levels.groupby(levels["metric"].astype(str), sort=False):
        by_group = dict(zip(names[part.index], part.to_dict("records"), strict=True))
        about = facts.get(str(metric), {})
        cells = [_cell(group, by_group.get(group), notes) for group in groups]
        rows.append(Row(str(metric), about.get("unit", ""), about.get("description", ""), cells))
    return groups, rows, list(notes)


def _cell(group: str, row: Mapping[Any, Any] | None, notes: dict[str, int]) -> Cell:
    if row is None:
        return Cell(group, "none", "", "", [])
    warnings = [] if pd.isna(row["warning"]) else str(row["warning"]).split("; ")
    n_missing = int(row["n_missing"])
    return Cell(
        group,
        number(float(row["estimate"])),
        _interval(row),
        f"{n_missing:,} of {n_missing + int(row['n_traces']):,} missing" if n_missing else "",
        [notes.setdefault(warning, len(notes) + 1) for warning in warnings],
    )


def _interval(row: Mapping[Any, Any]) -> str:
    if math.isnan(row["low"]) or math.isnan(row["high"]):
        return ""
    return f"{number(float(row['low']))} to {number(float(row['high']))}"


def difference_rows(compared: pd.DataFrame) -> list[dict[str, str]]:
    """Lay the differences of a compared table out, a row each."""
    rows = compared[(compared["kind"] == "difference").to_numpy(bool)]
    names = group_names(rows, group_columns(compared)).tolist()
    return [
        {
            "metric": str(row["metric"]),
            "group": f"{name} against {row['baseline']}",
            "estimate": number(float(row["estimate"])),
            "interval": _interval(row),
            "effect": number(float(row["effect_size"])),
            "p": number(float(row["p_adjusted"])),
            "warning": "" if pd.isna(row["warning"]) else str(row["warning"]),
        }
        for name, row in zip(names, rows.to_dict("records"), strict=True)
    ]


def missing_rows(measured: pd.DataFrame, groups: pd.Series[Any], order: list[str]) -> list[dict[str, Any]]:
    """Count the missing numbers by their reason: for each, the metrics concerned and the traces of each group."""
    if "not_measured" not in measured.columns:
        return []
    traces: dict[str, Counter[str]] = {}
    metrics: dict[str, Counter[str]] = {}
    for said, group in zip(measured["not_measured"].tolist(), groups.tolist(), strict=True):
        if not isinstance(said, str) or not said:
            continue
        pairs = [entry.partition(": ")[::2] for entry in said.split("; ")]
        for reason in {reason for _, reason in pairs}:
            traces.setdefault(reason, Counter())[group] += 1
        for metric, reason in pairs:
            metrics.setdefault(reason, Counter())[metric] += 1
    known = {reason: place for place, reason in enumerate(REASONS)}

    def most_first(counted: tuple[str, int]) -> tuple[int, str]:
        return -counted[1], counted[0]

    return [
        {
            "reason": reason,
            "meaning": _MEANINGS.get(reason, ""),
            "metrics": ", ".join(name for name, _ in sorted(metrics[reason].items(), key=most_first)),
            "counts": [(group, traces[reason][group]) for group in order],
        }
        for reason in sorted(traces, key=lambda reason: (known.get(reason, len(known)), reason))
    ]


def loaded(measured: pd.DataFrame, traces: pd.DataFrame) -> list[tuple[str, str]]:
    """Say what was loaded, what was set aside and what was not analysed."""
    facts = measured.attrs.get("traceviz", {})
    said = [(words, f"{int(facts[name]):,}") for name, words in _LOADED if isinstance(facts.get(name), int)]
    if facts.get("rejects"):
        reasons = Counter(str(each.get("reason", "")) for each in facts["rejects"] if isinstance(each, Mapping))
        said.append(("why records were set aside", _counted(reasons)))
    if facts.get("sources"):
        said.append(("files", _listed(facts["sources"])))
    if facts.get("skipped_files"):
        said.append(("files that were not read", _listed([f"{name} ({why})" for name, why in facts["skipped_files"]])))
    for column, words in (("reasoning_form", "forms of reasoning"), ("provider", "providers")):
        if column in traces.columns and traces[column].notna().any():
            said.append((words, _counted(Counter(map(str, traces[column].dropna())))))
    if "reasoning" in traces.columns:
        absent = int(traces["reasoning"].isna().sum())
        said += [("traces without reasoning", f"{absent:,}")] * bool(absent)
    if "diagnostics" in traces.columns:
        codes = Counter(str(code) for each in traces["diagnostics"] if isinstance(each, (list, tuple)) for code in each)
        said += [("remarks of the reader", _counted(codes))] * bool(codes)
    return said


def versions(measured: pd.DataFrame) -> list[str]:
    """Say by what the table was made."""
    facts = measured.attrs.get("traceviz", {})
    said = (("version", "traceviz"), ("detector", "detector"), ("unicode", "Unicode"))
    return [f"{words} {facts[name]}" for name, words in said if facts.get(name)]


def provenance(measured: pd.DataFrame) -> list[tuple[str, str]]:
    """List the facts that rode along and have no place of their own."""
    facts = measured.attrs.get("traceviz", {})
    return [(str(name), _listed(value)) for name, value in facts.items() if name not in _TOLD and value]


def _counted(counts: Counter[str]) -> str:
    kept = counts.most_common(_MOST_NAMED)
    more = len(counts) - len(kept)
    return ", ".join(f"{name} {count:,}" for name, count in kept) + (f" and {more} more" if more > 0 else "")


def _listed(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_listed(each)}" for name, each in list(value.items())[:_MOST_NAMED])
    if isinstance(value, (list, tuple)):
        more = f" and {len(value) - _MOST_NAMED} more" if len(value) > _MOST_NAMED else ""
        return ", ".join(_listed(each) for each in value[:_MOST_NAMED]) + more
    return str(value)
