"""Make the pictures of the documents from ``samples/``: ``python docs/make_pictures.py``."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import pandas as pd
from matplotlib.figure import Figure

import traceviz as tv
from traceviz import plots

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Draw every picture."""
    traces = tv.load(ROOT / "samples" / "traces.jsonl")
    segments = tv.segment(traces)
    save(overview(traces, segments), "samples")
    save(mixing(traces, segments), "mixing")


def overview(traces: pd.DataFrame, segments: pd.DataFrame) -> Figure:
    """Draw the ribbon of the samples beside three metrics by model."""
    compared = tv.compare(tv.measure(traces, segments=segments), by="model")
    figure = plt.figure(figsize=(11, 6.6), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1.55, 1])
    order = list(
        traces.sort_values(["model", "question_id", "sample_index"], ascending=[False, True, True])["trace_id"]
    )
    plots.ribbon(segments, ax=left.subplots(), order=order)
    for ax, metric in zip(right.subplots(3, 1), ("foreign_share", "switch_rate", "loop_share"), strict=True):
        plots.interval(compared, metric=metric, ax=ax)
    return figure


def mixing(traces: pd.DataFrame, segments: pd.DataFrame) -> Figure:
    """Draw who switches to whom over the share of foreign text along the trace."""
    figure = plt.figure(figsize=(10, 6.8), layout="constrained")
    upper, lower = figure.subfigures(2, 1, height_ratios=[1.25, 1])
    plots.switches(tv.switches(segments, traces), ax=upper.subplots())
    plots.along(tv.along(segments, traces, by="model", bins=10), ax=lower.subplots())
    return figure


def save(figure: Figure, name: str) -> None:
    """Write a picture, and say where it is."""
    target = ROOT / "docs" / "images" / f"{name}.png"
    figure.savefig(target, dpi=110)
    print(target.relative_to(ROOT))


if __name__ == "__main__":
    main()
