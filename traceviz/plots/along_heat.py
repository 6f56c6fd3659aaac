"""A share along the trace as a heat map: position by group, such as the steps of a training run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from traceviz.plots.labels import shortened, write_ticks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Rows that are drawn unless more are asked for.
MOST_ROWS: Final = 40

#: What a share is called on the axis, with the unit it counts in.
_SAID: Final = {
    "foreign_share": "share of foreign {unit}",
    "foreign_share_raw": "share of foreign {unit},\nquoted ones counted",
}

_PLACES: Final = {
    "whole": "position in the trace (0 start, 1 end)",
    "start": "characters from the start of the trace",
    "end": "characters to the end of the trace",
}


def share_of(facts: Mapping[str, Any]) -> str:
    """Say what is counted, from the provenance of a table of `tv.along`."""
    what = facts.get("what", "")
    if what and what not in _SAID:
        return f"share of characters\nin spans of {what.replace('_', ' ')}"
    return _SAID.get(what, "share").format(unit=facts.get("unit", "text"))


def place_of(facts: Mapping[str, Any]) -> str:
    """Say where the bins lie."""
    return _PLACES[facts.get("align", "whole")]


def heat(table: pd.DataFrame, *, ax: Axes | None, most: int) -> Axes:
    """Draw a row for each group; a bin without a share stays empty."""
    groups = list(dict.fromkeys(table["group"].tolist()))
    shown = groups[:most]
    if ax is None:
        from matplotlib import pyplot as plt

        ax = plt.subplots(figsize=(8.0, 1.4 + 0.28 * max(len(shown), 1)), layout="constrained")[1]
    facts = table.attrs.get("traceviz", {}).get("along", {})
    ax.set_xlabel(place_of(facts) + (f"\nthe first {most} of {len(groups)} groups" if len(groups) > most else ""))
    if not shown:
        ax.text(0.5, 0.5, "no traces", transform=ax.transAxes, ha="center", va="center")
        return ax
    rows = table[table["group"].isin(shown).to_numpy(dtype=bool)]
    shares = rows["share"].to_numpy(dtype=np.float64).reshape(len(shown), -1)
    first, last = float(table["start"].min()), float(table["end"].max())
    extent = (first, last, len(shown) - 0.5, -0.5)
    image = ax.imshow(
        np.ma.masked_invalid(shares), aspect="auto", interpolation="nearest", cmap="cividis", vmin=0, extent=extent
    )
    write_ticks(ax.yaxis, [shortened(group) for group in shown])
    ax.figure.colorbar(image, ax=ax, label=share_of(facts), pad=0.01)
    return ax
