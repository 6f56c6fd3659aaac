"""Draw the estimates of a compared table with their intervals, one row a group."""

from __future__ import annotations

import textwrap
import unicodedata
from typing import TYPE_CHECKING, Any, Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.plots.labels import drawable, shortened
from traceviz.schema import SchemaError, check_choice, check_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The kinds of rows that a compared table has.
_KINDS: Final = ("level", "difference")

#: Columns (a wide character takes two) after which a group's name goes on in the next line.
_LABEL_WIDTH: Final = 32

#: Inches: the figure's width, the height of a line of labels, the space between rows, title and axis.
_WIDTH: Final = 7.0
_LINE: Final = 0.17
_GAP: Final = 0.18
_FRAME: Final = 1.4

#: Points between the axes and the title: room for the head of the counts, over which a long title runs.
_TITLE_PAD: Final = 20.0


def interval(
    compared: pd.DataFrame, *, metric: str | None = None, kind: str = "level", ax: Axes | None = None, color: Any = "C0"
) -> Axes:
    """Draw each group's estimate as a point with its interval.

    Parameters
    ----------
    compared
        The compared table.
    metric
        The metric to draw; may be left out when the table holds one.  When the table holds one group and all its
        metrics have the same unit, they are drawn as rows instead.
    kind
        "level", or "difference" with a line at zero.
    ax
        Where to draw; a new figure when left out.  The counts stand to its right, so a figure of several Axes needs
        ``layout="constrained"``.
    color
        Colour of points and intervals, as matplotlib takes it.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes that were drawn on.  Beside each row stand the traces and the questions behind it; a hollow point
        means that the table has a warning for the row.

    Raises
    ------
    SchemaError
        When the table lacks columns or rows of the kind, or holds several metrics and none is named.

    Examples
    --------
    >>> import pandas as pd
    >>> from matplotlib.figure import Figure
    >>> compared = pd.DataFrame({
    ...     "metric": ["loops"], "kind": ["level"], "model": ["a"], "baseline": [None], "estimate": [0.2],
    ...     "low": [0.1], "high": [0.3], "n_traces": [80], "n_questions": [20], "warning": [None],
    ... })
    >>> interval(compared, ax=Figure().subplots()).get_title(loc="left")
    'loops'
    """
    rows, labels, title, unit = _chosen(compared, metric, kind)
    lines = np.array([label.count("\n") + 1 for label in labels])
    heights = lines * _LINE + _GAP
    places = np.cumsum(heights) - heights / 2
    if ax is None:
        import matplotlib.pyplot as plt

        _, ax = plt.subplots(figsize=(_WIDTH, float(heights.sum()) + _FRAME), layout="constrained")
    if kind == "difference":
        ax.axvline(0.0, color=_colour("axes.edgecolor"), linewidth=1.0, alpha=0.6, zorder=1)
    _draw(ax, rows, places, color)
    ax.set_ylim(float(heights.sum()), 0.0)
    _write_ticks(ax, places, labels)
    ax.tick_params(axis="y", length=0)
    for text, said in (
        (ax.xaxis.label, _scale(compared, rows, kind, unit)),
        (ax.set_title("", loc="left", pad=_TITLE_PAD), title),
    ):
        shown, families = _drawable(said, text.get_fontfamily())
        text.set(text=shown, fontfamily=families, parse_math=False)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.grid(axis="x", color=_colour("grid.color"), linewidth=0.8, alpha=0.5)
    ax.set_axisbelow(True)
    _write_counts(ax, rows, places)
    return ax


def _colour(name: Literal["axes.edgecolor", "grid.color", "xtick.color"]) -> Any:
    """Give a colour of the style in force, so that the plot is as readable on dark paper as on white."""
    import matplotlib as mpl

    return mpl.rcParams[name]


def _chosen(compared: pd.DataFrame, metric: str | None, kind: str) -> tuple[pd.DataFrame, list[str], str, str | None]:
    """Give the rows to draw, their labels, the title and the unit."""
    needed = ["metric", "kind", "baseline", "estimate", "low", "high", "n_traces", "n_questions", "warning"]
    check_columns(compared, needed, name="compared", verb="plots.interval")
    check_choice(kind, _KINDS, name="kind")
    rows = compared[compared["kind"] == kind]
    if rows.empty:
        what_to_do = "tv.compare(..., baseline=...) makes them." if kind == "difference" else "tv.compare makes them."
        raise SchemaError(f"plots.interval found no rows of kind '{kind}' in the compared table. {what_to_do}")
    metrics = [str(name) for name in rows["metric"].unique()]
    if metric is None and len(metrics) > 1:
        return _as_rows(rows, metrics)
    metric = metrics[0] if metric is None else metric
    check_choice(metric, metrics, name="metric")
    rows = rows[rows["metric"] == metric]
    return rows, [_wrapped(label) for label in _group_labels(rows)], metric, _unit(metric)


def _as_rows(rows: pd.DataFrame, metrics: list[str]) -> tuple[pd.DataFrame, list[str], str, str | None]:
    """Take one group's metrics as rows, which makes sense on a common scale only."""
    units = {_unit(name) for name in metrics}
    groups = list(dict.fromkeys(_group_labels(rows)))
    if len(groups) > 1 or len(units) > 1 or None in units:
        raise SchemaError(
            f"plots.interval draws one metric and the compared table holds {len(metrics)}: "
            f"{', '.join(repr(name) for name in metrics[:12])}{' and more' if len(metrics) > 12 else ''}. "
            "metric='...' chooses one; for several, call it once for each Axes of plt.subplots(...)."
        )
    return rows, [_wrapped(str(name)) for name in rows["metric"]], groups[0], units.pop()


def _group_labels(rows: pd.DataFrame) -> list[str]:
    """Join the values of the by columns, which stand between ``kind`` and ``baseline``."""
    names = list(rows.columns)
    columns = names[names.index("kind") + 1 : names.index("baseline")]
    values = [["(missing)" if pd.isna(value) else str(value) for value in rows[column]] for column in columns]
    return [" · ".join(parts) for parts in zip(*values, strict=True)] or ["all"] * len(rows)


def _draw(ax: Axes, rows: pd.DataFrame, places: NDArray[np.float64], color: Any) -> None:
    estimate, low, high = (rows[column].to_numpy(dtype=np.float64) for column in ("estimate", "low", "high"))
    doubtful = rows["warning"].notna().to_numpy(dtype=bool)
    bounded = ~np.isnan(low) & ~np.isnan(high)
    ax.hlines(places[bounded], low[bounded], high[bounded], color=color, linewidth=2.0, zorder=2)
    for chosen, fill in ((~doubtful, color), (doubtful, ax.get_facecolor())):
        if chosen.any():
            ax.plot(
                estimate[chosen], places[chosen], "o", color=color, markerfacecolor=fill, markeredgewidth=1.5, zorder=3
            )
    for place in places[np.isnan(estimate)]:
        middle: dict[str, Any] = {"transform": ax.get_yaxis_transform(), "ha": "center", "va": "center"}
        ax.text(0.5, place, "no value", color=_colour("xtick.color"), fontsize="small", **middle)
    ax.margins(x=0.08)


def _write_counts(ax: Axes, rows: pd.DataFrame, places: NDArray[np.float64]) -> None:
    style: dict[str, Any] = {
        "fontsize": "small",
        "color": _colour("xtick.color"),
        "transform": ax.get_yaxis_transform(),
        "clip_on": False,
    }
    for place, traces, questions in zip(places, rows["n_traces"], rows["n_questions"], strict=True):
        ax.text(1.02, place, f"{traces:,} / {questions:,}", va="center", **style)
    style["transform"] = ax.transAxes
    ax.text(1.02, 1.01, "traces / questions", va="bottom", **style)


def _scale(compared: pd.DataFrame, rows: pd.DataFrame, kind: str, unit: str | None) -> str:
    """Say what the horizontal axis shows, as far as the table's provenance tells."""
    facts = compared.attrs.get("traceviz", {}).get("compare", {})
    text = "pooled ratio" if set(rows["metric"]) <= set(facts.get("weights", {})) else "mean"
    if kind == "difference":
        baselines = [str(name) for name in rows["baseline"].dropna().unique()]
        text = f"difference from {shortened(baselines[0])}" if len(baselines) == 1 else "difference from the baseline"
    text += f", {100 * facts['confidence']:g} % interval" if "confidence" in facts else " and interval"
    said = f"{unit}\n{text}" if unit else text
    return said + ("; hollow: see the table's warning" if rows["warning"].notna().any() else "")


def _unit(metric: str) -> str | None:
    """Give the unit of a metric that the registry knows."""
    from traceviz.measures.registry import registry

    entry = registry().get(metric)
    return entry.unit if entry else None


def _wrapped(text: str) -> str:
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    width = _LABEL_WIDTH // 2 if wide > len(text) / 3 else _LABEL_WIDTH
    return "\n".join(textwrap.wrap(text, width)) or text


def _write_ticks(ax: Axes, places: NDArray[np.float64], labels: list[str]) -> None:
    ax.set_yticks(places, labels, parse_math=False)
    drawn = [_drawable(label, tick.get_fontfamily()) for label, tick in zip(labels, ax.get_yticklabels(), strict=True)]
    ax.set_yticks(places, [text for text, _ in drawn], parse_math=False)
    for tick, (_, families) in zip(ax.get_yticklabels(), drawn, strict=True):
        tick.set_fontfamily(families)


def _drawable(text: str, families: list[str]) -> tuple[str, list[str]]:
    """Give what of a text of several lines can be drawn, and the fonts it takes."""
    lines = [drawable(line, families) for line in text.split("\n")]
    return "\n".join(line for line, _ in lines), max((fonts for _, fonts in lines), key=len)
