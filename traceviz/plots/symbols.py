"""Which unusual symbols stand in the text of each group: a dot for each symbol and group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from traceviz.measures.tables import check_made_by
from traceviz.plots import palette
from traceviz.plots.labels import drawable, shortened, write_ticks
from traceviz.schema import SchemaError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The marker of each group beside its colour.
_LOOKS: Final = tuple(zip(palette.GROUPS, "os^DvP", strict=True))

#: Groups without a symbol that are named, and the characters of each name.
_NAMED: Final = 4
_NAME: Final = 18

#: Characters to each side of a symbol that are shown of its example.
_AROUND: Final = 12


def symbols(table: pd.DataFrame, *, ax: Axes | None = None, most: int = 20) -> Axes:
    """Draw how often each symbol stands in a million characters of each group, the most frequent first.

    Parameters
    ----------
    table
        The table of `tv.symbols`.
    ax
        Where to draw; a new figure when left out.
    most
        The largest number of symbols to draw; the axis says so when there are more.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        When the table lacks a column, or ``most`` is below 1.

    Notes
    -----
    Beside each symbol stand its name in Unicode and an example.  Groups beyond the sixth are not drawn, and the legend
    says so; groups without a symbol are named below the axis.
    """
    needed = ["symbol", "class", "group", "count", "per_million", "example"]
    check_made_by(table, needed, maker="tv.symbols(traces)", verb="plots.symbols")
    if most < 1:
        raise SchemaError(f"plots.symbols draws at least one symbol; most={most} was given.")
    every = table.groupby("symbol", sort=False)["count"].sum().sort_values(ascending=False, kind="stable")
    shown = list(every.index[:most])
    groups = list(dict.fromkeys(table["group"].tolist()))
    if ax is None:
        from matplotlib import pyplot as plt

        ax = plt.subplots(figsize=(8.0, 1.2 + 0.3 * max(len(shown), 1)), layout="constrained")[1]
    if not shown:
        ax.text(0.5, 0.5, "no unusual symbols", transform=ax.transAxes, ha="center", va="center")
        return ax
    for (colour, marker), group in zip(_LOOKS, groups, strict=False):
        rows = table[(table["group"] == group).to_numpy(dtype=bool) & table["symbol"].isin(shown).to_numpy(dtype=bool)]
        place = [shown.index(symbol) for symbol in rows["symbol"]]
        ax.plot(rows["per_million"].to_numpy(np.float64), place, marker, color=colour, label=f"{len(groups)}")
    _dress(ax, table, shown, n_symbols=len(every))
    if len(groups) > 1 or _without(table):
        _legend(ax, groups)
    return ax


def _dress(ax: Axes, table: pd.DataFrame, shown: list[str], *, n_symbols: int) -> None:
    first = table.drop_duplicates("symbol").set_index("symbol")
    write_ticks(ax.yaxis, [f"{symbol}  {shortened(str(first.loc[symbol, 'name']).lower())}" for symbol in shown])
    ax.set_ylim(len(shown) - 0.5, -0.5)
    ax.set_xscale("log")
    more = f"\nthe {len(shown)} most frequent of {n_symbols} symbols" if n_symbols > len(shown) else ""
    none = _without(table)
    some = ", ".join(shortened(name, _NAME) for name in none[:_NAMED]) + (" …" if len(none) > _NAMED else "")
    some, families = drawable(some, ax.xaxis.label.get_fontfamily())
    said = f"per million characters{more}" + (f"\nno unusual symbols: {some}" if none else "")
    ax.xaxis.label.set(text=said, fontfamily=families, parse_math=False)
    ax.grid(axis="x", linewidth=0.6, alpha=0.4)
    ax.set_axisbelow(True)
    ax.spines[["top", "right"]].set_visible(False)
    for place, symbol in enumerate(shown):
        said, families = drawable(_close(str(first.loc[symbol, "example"]), symbol), ["sans-serif"])
        text = ax.annotate(
            said,
            (1.01, place),
            xycoords=ax.get_yaxis_transform(),
            va="center",
            fontsize="x-small",
            color="0.45",
            annotation_clip=False,
        )
        text.set_parse_math(False)
        text.set_fontfamily(families)


def _without(table: pd.DataFrame) -> list[str]:
    """Give the groups that hold no symbol, as far as the table knows them."""
    every = table.attrs.get("traceviz", {}).get("groups", [])
    return [name for name in every if name not in set(table["group"])]


def _legend(ax: Axes, groups: list[str]) -> None:
    legend = ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3, frameon=False, fontsize="small")
    for text, name in zip(legend.get_texts(), groups, strict=False):
        text.set_parse_math(False)
        text.set_text(shortened(name))
    if len(groups) > len(_LOOKS):
        legend.set_title(f"the first {len(_LOOKS)} of {len(groups)} groups")


def _close(example: str, symbol: str) -> str:
    """Give what stands close around a symbol."""
    at = max(example.find(symbol), 0)
    return example[max(at - _AROUND, 0) : at + _AROUND + 1].strip()
