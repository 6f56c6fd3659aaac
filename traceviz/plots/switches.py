"""Who switches to whom: the switch points of a table as a matrix, with what stands before them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.measures.switches import CONTEXTS, UNTOLD
from traceviz.measures.tables import check_made_by
from traceviz.plots import palette
from traceviz.plots.labels import shortened, write_ticks
from traceviz.schema import SchemaError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: What the languages are called that have no row of their own.
OTHERS: Final = "other"

#: The colour of a cell with the most switch points, on light and on dark paper; fewer take less of it.
_FULL: Final = ("#0b3c66", "#9cc9f2")

#: The least a cell with any switch point takes of that colour, so that 1 beside 10,000 is no empty cell.
_FAINT: Final = 0.08

#: Colours of the contexts, on light and on dark paper.  Formulas are as in the ribbon.  The others go from light to
#: dark, so that every eye tells them: darkest what no boundary in the text explains.
_CONTEXT: Final = {
    "formula": ("#d9c689", "#8a7c4c"),
    "line_start": ("#dfe3e8", "#43505e"),
    "quotation": ("#b4bfcb", "#66788a"),
    "sentence_end": ("#8293a5", "#94a7b9"),
    "inside": ("#2f3e4e", "#dce6ef"),
    UNTOLD: ("#8293a5", "#94a7b9"),
}

#: What the legend calls the contexts.
_SAID: Final = {
    "formula": "formula",
    "line_start": "start of a line",
    "quotation": "quotation mark",
    "sentence_end": "end of a sentence",
    "inside": "inside a sentence",
    UNTOLD: "other",
}

#: In widths of a cell: from the matrix to the bars, and the bars' length.
_GAP: Final = 0.45
_BARS: Final = 3.0

#: Thickness of the strip that shows a language's colour, and its distance from the cells.
_STRIP: Final = 0.09
_AWAY: Final = 0.53


def switches(table: pd.DataFrame, *, ax: Axes | None = None, most: int = 8, contexts: bool = True) -> Axes:
    """Draw the switch points between each two languages as a matrix: from the row's language to the column's.

    Parameters
    ----------
    table
        The table of `tv.switches`.  Groups in it are drawn together: take the rows of one for a matrix of its own.
    ax
        Where to draw; a new figure when left out.
    most
        The largest number of languages with a row of their own, those with the most switch points; the rest is
        folded into ``other``.
    contexts
        Draw beside each row what stands before its switches, as shares of the row.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        When the table lacks a column, or ``most`` is below 1.

    Notes
    -----
    The cells' colour follows the square root of the count, so that rare pairs can be seen beside frequent ones.
    """
    check_made_by(table, ["from", "to", "context", "count"], maker="tv.switches(segments)", verb="plots.switches")
    if most < 1:
        raise SchemaError(f"plots.switches draws at least one language; most={most} was given.")
    names = _languages(table, most)
    matrix, before = _counts(table, names)
    ax = _axes(len(names), contexts=contexts) if ax is None else ax
    if not names:
        ax.set_axis_off()
        ax.text(0.5, 0.5, "no switch points", transform=ax.transAxes, ha="center", va="center")
        return ax
    dark = palette.is_dark(ax.get_facecolor())
    _cells(ax, matrix, dark=dark)
    _strips(ax, names, dark=dark)
    if contexts:
        _bars(ax, before, dark=dark)
    _dress(ax, names, contexts=contexts)
    return ax


def _languages(table: pd.DataFrame, most: int) -> list[str]:
    """Give the languages in the order of their switch points, the rest as one."""
    ends = pd.concat([table[["from", "count"]].rename(columns={"from": "to"}), table[["to", "count"]]])
    counted = ends.groupby(ends["to"].astype(object))["count"].sum()
    order = sorted(counted.index, key=lambda name: (-counted[name], name))
    return [*order[:most], OTHERS] if len(order) > most else list(order)


def _counts(table: pd.DataFrame, names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give the counts from language (row) to language (column), and from language to context."""
    place = {name: number for number, name in enumerate(names)}
    rows, columns = (
        np.array([place.get(name, len(names) - 1) for name in table[end].tolist()], dtype=np.int64)
        for end in ("from", "to")
    )
    told = list(_CONTEXT)
    known = [name if name in _CONTEXT else UNTOLD for name in table["context"].tolist()]
    context = np.array([told.index(name) for name in known], dtype=np.int64)
    count = table["count"].to_numpy(dtype=np.int64)
    matrix = np.zeros((len(names), len(names)), dtype=np.int64)
    before = np.zeros((len(names), len(told)), dtype=np.int64)
    np.add.at(matrix, (rows, columns), count)
    np.add.at(before, (rows, context), count)
    return matrix, before


def _cells(ax: Axes, matrix: NDArray[np.int64], *, dark: bool) -> None:
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    paper = _hex(ax.get_facecolor())
    top = max(int(matrix.max()), 1)
    size = "small" if top < 10_000 else "x-small"
    boxes, colours = [], []
    for (row, column), count in np.ndenumerate(matrix):
        if row == column and not count:
            continue
        share = max(float(np.sqrt(count / top)), _FAINT) if count else 0.03
        colour = palette.mix(_FULL[dark], paper, share)
        boxes.append(Rectangle((column - 0.48, row - 0.47), 0.96, 0.94))
        colours.append(colour)
        if count:
            ink = max("#000000", "#ffffff", key=lambda ink: palette.contrast(ink, colour))
            ax.text(column, row, f"{count:,}", color=ink, fontsize=size, ha="center", va="center")
    ax.add_collection(PatchCollection(boxes, facecolors=colours, edgecolors="none"), autolim=False)


def _strips(ax: Axes, names: Sequence[str], *, dark: bool) -> None:
    """Show beside each row and above each column the colour that the language has elsewhere."""
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Rectangle

    boxes, colours = [], []
    for place, name in enumerate(names):
        boxes.append(Rectangle((-_AWAY - _STRIP, place - 0.47), _STRIP, 0.94))
        boxes.append(Rectangle((place - 0.48, -_AWAY - _STRIP), 0.96, _STRIP))
        colours += [palette.color(palette.UND if name == OTHERS else name, dark=dark)] * 2
    ax.add_collection(PatchCollection(boxes, facecolors=colours, edgecolors="none"), autolim=False)


def _bars(ax: Axes, before: NDArray[np.int64], *, dark: bool) -> None:
    """Draw what stands before each row's switches, and how many they are."""
    told = list(_CONTEXT)
    total = before.sum(axis=1, keepdims=True)
    width = _BARS * before / np.maximum(total, 1)
    left = len(before) - 0.5 + _GAP + np.cumsum(width, axis=1) - width
    rows = np.arange(len(before))
    usual = [name for name in CONTEXTS if before[:, told.index(UNTOLD)].sum() == 0 or before[:, told.index(name)].any()]
    for name in [*usual, *([UNTOLD] if before[:, told.index(UNTOLD)].any() else [])]:
        which = told.index(name)
        colour = _CONTEXT[name][dark]
        ax.barh(rows, width[:, which], 0.6, left=left[:, which], color=colour, label=_SAID[name])
    end = len(before) - 0.5 + _GAP + _BARS
    for row, number in enumerate(total[:, 0].tolist()):
        ax.text(end + 0.12, row, f"{number:,}", fontsize="small", va="center", color=_ticks())
    middle: dict[str, Any] = {"fontsize": "small", "va": "bottom", "color": _ticks()}
    ax.text(end - _BARS, -_AWAY - _STRIP, "before the switch", **middle)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize="small")


def _dress(ax: Axes, names: Sequence[str], *, contexts: bool) -> None:
    right = len(names) - 0.5 + (_GAP + _BARS + 0.9 if contexts else 0.05)
    ax.set_xlim(-_AWAY - _STRIP, right)
    ax.set_ylim(len(names) - 0.47, -_AWAY - _STRIP)
    ax.xaxis.tick_top()
    ax.xaxis.set_label_position("top")
    for axis in (ax.xaxis, ax.yaxis):
        write_ticks(axis, [shortened(name, 12) for name in names])
    ax.tick_params(length=0)
    ax.set_ylabel("from")
    middle_of_matrix = (len(names) / 2 - 0.5 + _AWAY + _STRIP) / (right + _AWAY + _STRIP)
    ax.set_xlabel("to", x=middle_of_matrix, ha="center", labelpad=7.0)
    ax.spines[:].set_visible(False)


def _axes(n_names: int, *, contexts: bool) -> Axes:
    from matplotlib import pyplot as plt

    n_names = max(n_names, 3)
    width = 0.6 * (n_names + (_GAP + _BARS + 0.9 if contexts else 0)) + 1.0 + 1.5 * contexts
    return plt.subplots(figsize=(width, max(0.36 * n_names + 0.8, 2.0)), layout="constrained")[1]


def _ticks() -> Any:
    """Give the colour of labels in the style in force."""
    import matplotlib as mpl

    return mpl.rcParams["xtick.color"]


def _hex(colour: Any) -> str:
    from matplotlib.colors import to_hex

    return str(to_hex(colour))
