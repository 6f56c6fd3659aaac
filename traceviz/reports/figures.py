"""The plots of the report: the intervals of a few metrics, and the ribbon of some traces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from traceviz.plots.labels import shortened
from traceviz.reports import content
from traceviz.reports.choice import sampled
from traceviz.reports.pictures import Pictures, pictures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Metrics whose intervals are drawn, the first four that there are.
_MAIN_METRICS: Final = ("foreign_share", "switch_rate", "loop_share", "symbol_share", "cmi", "language_entropy")
_MOST_PLOTS: Final = 4

#: Strips of the ribbon: what fits on a screen.
_STRIPS: Final = 40

#: Characters of a strip's label for the name of its group, and for that of its trace.
_HALF_LABEL: Final = 13

#: Characters of a group's name beside its interval on a narrow screen.
_SHORT: Final = 15

#: Inches: plots beside each other, over the whole width, and on a narrow screen; then the height of a strip and a
#: group, of the axis with its title, and of the largest legend.
_PLOT: Final = 5.6
_WIDE: Final = 11.0
_NARROW: Final = 4.2
_STRIP: Final = 0.22
_GROUP: Final = 0.34
_FRAME: Final = 1.15
_LEGEND: Final = 2.8


@dataclass(frozen=True, slots=True)
class Strips:
    """The ribbon, and how many of the traces it shows."""

    pictures: Pictures
    shown: int
    all: int


def interval_pictures(compared: pd.DataFrame) -> Iterator[Pictures]:
    """Draw the levels of the main metrics, a plot each."""
    from traceviz.plots import interval

    levels = compared[(compared["kind"] == "level").to_numpy(bool) & compared["estimate"].notna().to_numpy(bool)]
    columns = content.group_columns(compared)
    short = levels.assign(**{name: [shortened(value, _SHORT) for value in levels[name]] for name in columns})
    present = [metric for metric in _MAIN_METRICS if (levels["metric"] == metric).any()][:_MOST_PLOTS]
    for metric in present:
        rows = levels[(levels["metric"] == metric).to_numpy(bool)]
        names = content.group_names(rows, columns)
        values = [f"{name} {content.number(float(value))}" for name, value in zip(names, rows["estimate"], strict=True)]
        height = _FRAME + _GROUP * len(rows)

        def draw(ax: Axes, *, narrow: bool, metric: str = metric) -> None:
            interval(short if narrow else levels, metric=metric, ax=ax)

        yield pictures(draw, wide=(_PLOT, height), narrow=(_NARROW, height), words=f"{metric}: {', '.join(values)}")


def ribbon_pictures(traces: pd.DataFrame, segments: pd.DataFrame, columns: list[str]) -> Strips | None:
    """Draw the ribbon of traces that were drawn at random, ordered and labelled by their group."""
    from traceviz.plots import ribbon

    if "reasoning" not in traces.columns:
        return None
    present = traces[traces["trace_id"].isin(segments["trace_id"].unique()).to_numpy(bool)].reset_index(drop=True)
    groups = content.group_names(present, columns)
    rows = sampled(present, _STRIPS, groups)
    if not rows:
        return None
    order = present["trace_id"].iloc[rows].tolist()
    kept = segments[segments["trace_id"].isin(order).to_numpy(bool)]
    labels = dict(zip(order, _labels(order, groups.iloc[rows].tolist()), strict=True))

    def draw(ax: Axes, *, narrow: bool) -> None:
        legend = ribbon(kept, ax=ax, order=order, labels=labels).get_legend()
        if narrow and legend is not None:
            legend.set_loc("lower left")
            legend.set_bbox_to_anchor((0.0, 1.0), transform=ax.transAxes)

    strips = _FRAME + _STRIP * len(order)
    drawn = pictures(
        draw,
        wide=(_WIDE, max(strips, _FRAME + _LEGEND)),
        narrow=(_NARROW, strips + _LEGEND),
        words=f"the languages along {len(order)} traces, one strip a trace",
    )
    return Strips(drawn, len(order), len(present))


def _labels(traces: list[object], groups: list[object]) -> list[str]:
    if len(set(groups)) < 2:
        return [shortened(trace) for trace in traces]
    pairs = zip(groups, traces, strict=True)
    return [f"{shortened(group, _HALF_LABEL)} {shortened(trace, _HALF_LABEL)}" for group, trace in pairs]
