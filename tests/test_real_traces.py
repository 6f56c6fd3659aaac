"""The whole road on real traces, where they stand beside the checkout; they are not part of the project."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

import traceviz as tv
from traceviz.measures.registry import DEFAULT

FOLDER = Path(__file__).parent.parent.parent / "shared" / "data" / "traces"
FILES = sorted(FOLDER.glob("*.jsonl.zst")) if FOLDER.exists() else []

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILES, reason="no real traces in ../shared/data/traces"),
]


def stated(path: Path) -> int:
    """Give the number of records that the README of the data states."""
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    name = path.name.removesuffix(".jsonl.zst")
    row = re.search(rf"^\| traces/{name} \| ([\d,]+)", readme, flags=re.MULTILINE)
    assert row is not None, name
    return int(row.group(1).replace(",", ""))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name.partition(".")[0])
def test_load_measure_compare_report(path: Path, tmp_path: Path) -> None:
    traces = tv.load(path)
    assert len(traces) == stated(path)
    assert (traces["reasoning_form"] == "raw").all()
    before = traces.copy()
    segments = tv.segment(traces)
    measured = tv.measure(traces, segments=segments)
    assert set(DEFAULT) <= set(measured.columns)
    pd.testing.assert_frame_equal(traces, before)
    lengths = segments.groupby("trace_id")["end"].max()
    assert lengths.sum() == traces["reasoning"].str.len().sum()
    for name in DEFAULT:
        missing = measured[name].isna()
        assert (measured["not_measured"].str.contains(rf"\b{name}: ", regex=True) == missing).all(), name
    compared = tv.compare(measured, by="model", cluster="question_id")
    assert set(compared["metric"]) == set(DEFAULT)
    assert (compared["n_traces"] + compared["n_missing"]).groupby(compared["metric"]).sum().eq(len(traces)).all()
    page = tv.report(measured, tmp_path / "report.html", segments=segments, compared=compared, most_traces=5)
    assert page.stat().st_size > 20_000
