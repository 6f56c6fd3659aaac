"""A share along the trace: a line for each group, with its band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from traceviz.measures.tables import check_made_by
from traceviz.plots import palette
from traceviz.plots.along_heat import MOST_ROWS, heat, place_of, share_of
from traceviz.plots.labels import shortened, write
from traceviz.schema import SchemaError, check_choice

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The dash of each group beside its colour, for eyes and printers that do not tell colours.
_DASHES: Final = (
    "-",
    (0, (5, 1.5)),
    (0, (1.2, 1.2)),
    (0, (5, 1.5, 1.2, 1.5)),
    (0, (9, 2)),
    (0, (3, 1.2, 1.2, 1.2, 1.2, 1.2)),
)
_LOOKS: Final = tuple(zip(palette.GROUPS, _DASHES, strict=True))

#: Opacity of a band; where more than three lie over each other, half of it.
_BAND: Final = 0.16
_CROWD: Final = 3


def along(table: pd.DataFrame, *, ax: Axes | None = None, most: int | None = None, kind: str = "lines") -> Axes:
    """Draw the share along the trace: a line for each group with its interval as a band, or a heat map.

    Parameters
    ----------
    table
        The table of `tv.along`.
    ax
        Where to draw; a new figure when left out.
    most
        The largest number of groups to draw, in the order of the table; the legend says so when there are more.  Six
        lines by default, beyond which their looks repeat, and forty rows of a heat map.
    kind
        ``"lines"``, or ``"heat"``: a row for each group, such as each step of a training run, without intervals.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        When the table lacks a column, or ``most`` is below 1.

    Notes
    -----
    A point stands in the middle of its bin; where a bin has no share the line is broken.  The number of traces in
    the legend is that of the group's fullest bin.
    """
    needed = ["start", "end", "group", "share", "low", "high", "n_traces"]
    check_made_by(table, needed, maker="tv.along(segments)", verb="plots.along")
    check_choice(kind, ("lines", "heat"), name="kind")
    if most is not None and most < 1:
        raise SchemaError(f"plots.along draws at least one group; most={most} was given.")
    if kind == "heat":
        return heat(table, ax=ax, most=most or MOST_ROWS)
    most = most or len(_LOOKS)
    if ax is None:
        from matplotlib import pyplot as plt

        ax = plt.subplots(figsize=(8.0, 3.4), layout="constrained")[1]
    groups = list(dict.fromkeys(table["group"].tolist()))
    strength = _BAND if len(groups[:most]) <= _CROWD else _BAND / 2
    lines, said = [], []
    for number, name in enumerate(groups[:most]):
        rows = table[(table["group"] == name).to_numpy(dtype=bool)]
        lines.append(_draw(ax, rows, _LOOKS[number % len(_LOOKS)], strength))
        n_traces = int(rows["n_traces"].max())
        said.append(f"{shortened(name)} ({n_traces:,} trace{'s' * (n_traces != 1)})")
    _dress(ax, table)
    if groups:
        _legend(ax, lines, said, title=f"the first {most} of {len(groups)}" if len(groups) > most else None)
    else:
        ax.text(0.5, 0.5, "no traces", transform=ax.transAxes, ha="center", va="center")
    return ax


def _draw(ax: Axes, rows: pd.DataFrame, look: tuple[str, Any], strength: float) -> Any:
    start, end, share, low, high = (
        rows[column].to_numpy(dtype=np.float64) for column in ("start", "end", "share", "low", "high")
    )
    colour, dash = look
    middle = (start + end) / 2
    ax.fill_between(middle, low, high, color=colour, alpha=strength, linewidth=0, zorder=1)
    # A point beside two broken ends has no line of its own: its marker shows it.
    (line,) = ax.plot(middle, share, color=colour, linestyle=dash, linewidth=1.8, marker="o", markersize=2.5)
    return line


def _legend(ax: Axes, lines: list[Any], said: list[str], *, title: str | None) -> None:
    # Written afterwards, because matplotlib leaves out a label that begins with an underscore.
    legend = ax.legend(
        lines,
        [str(number) for number in range(len(lines))],
        loc="upper left",
        bbox_to_anchor=(1.0, 1.0),
        frameon=False,
        fontsize="small",
        handlelength=3,
    )
    legend.set_title(title or "")
    legend.get_title().set_fontsize("small")
    for text, name in zip(legend.get_texts(), said, strict=True):
        write(text, name)


def _dress(ax: Axes, table: pd.DataFrame) -> None:
    import matplotlib as mpl

    facts = table.attrs.get("traceviz", {}).get("along", {})
    said = share_of(facts)
    interval = f"{100 * facts['confidence']:g} % interval" if "confidence" in facts else "interval"
    ax.set_ylabel(said)
    ax.set_xlabel(f"{place_of(facts)}\nmean over traces, {interval} of each bin")
    if len(table):
        ax.set_xlim(float(table["start"].min()), float(table["end"].max()))
    top = float(np.nanmax(table[["share", "high"]].to_numpy(dtype=np.float64), initial=0.0))
    top = min(max(1.05 * top, 0.01), 1.0)
    ax.set_ylim(-0.02 * top, 1.02 * top)  # room for the width of a line at 0 and at 1
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(axis="y", color=mpl.rcParams["grid.color"], linewidth=0.8, alpha=0.5)
    ax.set_axisbelow(True)
