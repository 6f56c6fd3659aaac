"""Make the pictures of the README from ``samples/``: ``python docs/make_pictures.py``."""

from __future__ import annotations

from pathlib import Path

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt

import traceviz as tv
from traceviz import plots

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Draw the ribbon of the samples beside three metrics by model."""
    traces = tv.load(ROOT / "samples" / "traces.jsonl")
    segments = tv.segment(traces)
    compared = tv.compare(tv.measure(traces, segments=segments), by="model")
    figure = plt.figure(figsize=(11, 6.6), layout="constrained")
    left, right = figure.subfigures(1, 2, width_ratios=[1.55, 1])
    order = list(
        traces.sort_values(["model", "question_id", "sample_index"], ascending=[False, True, True])["trace_id"]
    )
    plots.ribbon(segments, ax=left.subplots(), order=order)
    for ax, metric in zip(right.subplots(3, 1), ("foreign_share", "switch_rate", "loop_share"), strict=True):
        plots.interval(compared, metric=metric, ax=ax)
    target = ROOT / "docs" / "images" / "samples.png"
    figure.savefig(target, dpi=110)
    print(target.relative_to(ROOT))


if __name__ == "__main__":
    main()
