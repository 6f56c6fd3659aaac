"""The legibility profile of groups: a heat map of failure modes and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from traceviz.measures.group_names import group_name
from traceviz.measures.tables import check_made_by
from traceviz.plots import palette
from traceviz.plots.labels import shortened, write_ticks
from traceviz.schema import SchemaError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Colours of percentiles of 50 and less, and of 100, on light and on dark paper.
_PLAIN: Final = ("#f4f5f7", "#24292f")
_FULL: Final = ("#a63603", "#fd8d3c")

#: Columns of a table of `traceviz.profile` that are no groups.
_NUMBERS: Final = (
    "mode",
    "percentile",
    "low",
    "high",
    "flagged_share",
    "flagged_low",
    "flagged_high",
    "n_traces",
    "n_questions",
    "n_reference",
)


def profile(table: pd.DataFrame, *, ax: Axes | None = None, most: int = 12) -> Axes:
    """Draw the mean percentile of each group in each mode; a second line tells the share of flagged traces.

    Parameters
    ----------
    table
        The table of ``tv.profile(measured, reference=reference, by="model")``.
    ax
        Where to draw; a new figure when left out.
    most
        The largest number of groups to draw, in the order of the table; the title says so when there are more.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        When the table lacks a column, or ``most`` is below 1.

    Notes
    -----
    50 is as in the reference.  The colour shows only what lies above it: being less extreme than the reference is no
    failure.  Intervals stand in the table and not in the picture.
    """
    check_made_by(table, list(_NUMBERS), maker='tv.profile(measured, reference=..., by="model")', verb="plots.profile")
    if most < 1:
        raise SchemaError(f"plots.profile draws at least one group; most={most} was given.")
    keys = [name for name in table.columns if name not in _NUMBERS]
    named = table.assign(group=[group_name(tuple(key)) for key in table[keys].to_numpy(object).tolist()])
    groups, modes = list(dict.fromkeys(named["group"]))[:most], list(dict.fromkeys(named["mode"].astype(str)))
    if ax is None:
        from matplotlib import pyplot as plt

        size = (2.2 + 1.0 * max(len(groups), 1), 0.9 + 0.5 * max(len(modes), 1))
        ax = plt.subplots(figsize=size, layout="constrained")[1]
    cells = named.set_index(["mode", "group"])
    for row, mode in enumerate(modes):
        for column, group in enumerate(groups):
            if (mode, group) in cells.index:
                _cell(ax, column, row, cells.loc[(mode, group)])
    n_groups = named["group"].nunique()
    ax.set_title(f"the first {most} of {n_groups} groups" if n_groups > most else "", fontsize="small")
    _dress(ax, [shortened(group) for group in groups], [mode.replace("_", " ") for mode in modes])
    ax.set_xlabel("\n".join(_legend(table.attrs.get("traceviz", {}))), fontsize="small")
    return ax


def _legend(facts: Mapping[str, Any]) -> list[str]:
    """Say what the numbers are, and what they were compared with as far as the table tells."""
    said = ["mean percentile among texts like the reference", "(50: as there)"]
    if "n_reference" in facts:
        source = "shipped reference" if facts.get("reference") == "shipped" else "reference of your own"
        said.append(f"{source}, {facts['n_reference']} rows; flags at {facts['level']:g}")
    return said


#: Characters of a name that fits above its column.
_LONGEST: Final = 10


def _cell(ax: Axes, column: int, row: int, numbers: pd.Series[Any]) -> None:
    import matplotlib as mpl
    from matplotlib.patches import Rectangle

    dark = palette.is_dark(ax.get_facecolor())
    percentile, flagged = float(numbers["percentile"]), float(numbers["flagged_share"])
    if np.isnan(percentile):
        ax.text(column, row, "–", ha="center", va="center", color="0.5")  # noqa: RUF001  (a dash)
        return
    plain, full = (np.array(mpl.colors.to_rgb(pair[dark])) for pair in (_PLAIN, _FULL))
    strength = max(percentile - 50, 0) / 50
    colour = plain + (full - plain) * strength**1.5
    ax.add_patch(Rectangle((column - 0.48, row - 0.46), 0.96, 0.92, facecolor=colour, linewidth=0))
    paper = mpl.colors.to_hex(colour)
    ink = max("#000000", "#ffffff", key=lambda tone: palette.contrast(tone, paper))
    said = f"{percentile:.0f}" + ("" if np.isnan(flagged) else f"\n{flagged:.0%} flagged")
    ax.text(column, row, said, ha="center", va="center", color=ink, fontsize="small", linespacing=1.15)


def _dress(ax: Axes, groups: list[str], modes: list[str]) -> None:
    ax.set_xlim(-0.5, max(len(groups), 1) - 0.5)
    ax.set_ylim(max(len(modes), 1) - 0.5, -0.5)
    ax.set_xticks(range(len(groups)))
    ax.set_yticks(range(len(modes)), modes)
    write_ticks(ax.xaxis, groups)
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    if any(len(group) > _LONGEST for group in groups):
        for label in ax.get_xticklabels():
            label.set(rotation=30, ha="left", rotation_mode="anchor")
    for side in ax.spines.values():
        side.set_visible(False)
    ax.xaxis.set_label_position("bottom")
