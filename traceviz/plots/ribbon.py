"""The ribbon: where in each trace the language changes, and where it is mathematics or code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.plots import palette
from traceviz.plots.labels import shortened, write, write_ticks
from traceviz.schema import SchemaError, check_choice, check_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: The least width of a foreign piece, as a share of the axis: about two pixels of a usual figure.
LEAST_WIDTH: Final = 0.002

#: The most by which the widening of its pieces may fill a strip, as a share of it.  With 1,000 foreign words in a
#: trace of 300,000 characters, a strip without this limit was all colour; with it, each is a hair and all are a haze.
_MOST_WIDENING: Final = 0.25

#: Columns into which the quiet part of a long trace is gathered; more than a screen has pixels.
_COLUMNS: Final = 2000

#: Entries of the legend; further languages are named together.
_LEGEND: Final = 18

#: Height of a strip, and of a piece of it that is quoted or mentioned and so is no switch of the model.
_HEIGHT: Final = 0.78
_LOW: Final = 0.34

#: Height of what is not foreign where the colours show confidence.
_THIN: Final = 0.22

_COLUMNS_NEEDED: Final = ("trace_id", "start", "end", "kind", "language")

#: What the colours can show.
_BY: Final = ("language", "confidence")

#: Classes of confidence: the least of each, and its colour on light and on dark paper.  Blue is sure and orange is
#: doubtful, which eyes that do not tell red from green tell as well.
_SURENESS: Final = {
    "sure: .99 and more": (0.99, "#14375e", "#cfe3f7"),
    ".95 to .99": (0.95, "#3f76ad", "#8fb8e0"),
    ".90 to .95": (0.90, "#8db8dc", "#5484b5"),
    ".75 to .90": (0.75, "#f3b562", "#d99a3d"),
    "doubtful: below .75": (-np.inf, "#d1500f", "#ff6a1f"),
}


def ribbon(  # noqa: PLR0913 - each changes one thing of the picture
    segments: pd.DataFrame,
    *,
    by: str = "language",
    ax: Axes | None = None,
    order: Sequence[Any] | None = None,
    most: int = 40,
    normalise: bool = False,
    labels: Mapping[Any, str] | None = None,
) -> Axes:
    """Draw each trace as a strip, coloured along its length by language and kind.

    Text in the main language of its trace is pale blue, what is masked is grey or beige, and foreign text has the
    colour of its language.  A piece that is quoted from the prompt or only mentioned is drawn at half height.

    By confidence, the colour of text in a known language shows how sure its language is, from blue to orange; text in
    the main language is a thin line, and foreign text stands out in full height, quoted or not.

    Parameters
    ----------
    segments
        A segments table.
    by
        What the colours show: ``"language"`` or ``"confidence"``.
    ax
        Where to draw; a new figure when left out.
    order
        The ids of the traces to draw, from the top down; all in the order of the table when left out.
    most
        The largest number of traces to draw.  The label of the axis says so when there are more.
    normalise
        Draw every trace in the same length, from 0 to 1.
    labels
        Other names for traces, by their id.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    SchemaError
        When the table lacks a column, ``by`` is not known, ``order`` names a trace that is not in the table, or
        ``most`` is below 1.

    Notes
    -----
    A foreign piece is drawn at least 0.2 % of the axis wide, or it could not be seen; so a trace with many
    single foreign words looks fuller of them than it is, by at most a quarter of its strip: where the pieces are
    so many that widening would add more, all of them are widened less.  The quiet pieces of a trace with more than
    2,000 pieces are drawn in 2,000 columns, each in the colour of what fills most of it.  Nothing else is
    simplified.
    """
    check_choice(by, _BY, name="by")
    needed = _COLUMNS_NEEDED if by == "language" else (*_COLUMNS_NEEDED, by)
    check_columns(segments, needed, name="segments", verb="ribbon")
    if most < 1:
        raise SchemaError(f"ribbon draws at least one trace; most={most} was given.")
    every = _ordered(segments, order)
    shown = every[:most]
    pieces = _pieces(segments, shown, by=by, normalise=normalise)
    entries = _entries(pieces)
    ax = _axes(len(shown), len(entries)) if ax is None else ax
    right = 1.0 if normalise else float(pieces["end"].max()) if len(pieces) else 1.0
    dark = palette.is_dark(ax.get_facecolor())
    for row, piece in pieces.groupby("row", sort=True):
        _draw_strip(ax, int(str(row)), piece, by=by, least=LEAST_WIDTH * right, dark=dark)
    _dress(ax, shown, labels or {}, right=right)
    ax.set_xlabel("share of the trace" if normalise else "characters")
    ax.set_ylabel("trace" if len(shown) == len(every) else f"trace (the first {len(shown)} of {len(every):,})")
    if len(pieces):
        _legend(ax, entries, title=_title(pieces, by), dark=dark)
    return ax


def _ordered(segments: pd.DataFrame, order: Sequence[Any] | None) -> list[Any]:
    present = list(pd.unique(segments["trace_id"]))
    if order is None:
        return present
    known = set(present)
    unknown = [trace for trace in order if trace not in known]
    if unknown:
        raise SchemaError(
            f"ribbon was asked for trace {unknown[0]!r}, of which this segments table has no piece; "
            f"order=... takes values of its trace_id."
        )
    return list(dict.fromkeys(order))


def _pieces(segments: pd.DataFrame, shown: list[Any], *, by: str, normalise: bool) -> pd.DataFrame:
    """Give the pieces to draw: row, start, end, category, loud (drawn last), low (of half height), tag."""
    rows = {trace: row for row, trace in enumerate(shown)}
    kept = segments[segments["trace_id"].isin(shown).to_numpy(bool)]
    main = palette.main_languages(kept)
    category = palette.categories(kept, main)
    loud = ~np.isin(category.astype(str), [name for name in palette.QUIET if name != palette.UND])
    flags = [kept[name].to_numpy(bool) for name in ("quoted", "mentioned") if name in kept.columns]
    low = loud & np.logical_or.reduce(flags) if flags else np.zeros(len(kept), dtype=bool)
    if by == "confidence":
        loud = loud & (category != palette.UND)
        graded = loud | (category == palette.MAIN)
        category[graded] = _sureness(kept["confidence"].to_numpy(np.float64)[graded])
        low = ~loud
    pieces = pd.DataFrame(
        {
            "row": np.array([rows[trace] for trace in kept["trace_id"].tolist()], dtype=np.int64),
            "start": kept["start"].to_numpy(np.float64),
            "end": kept["end"].to_numpy(np.float64),
            "category": category,
            "loud": loud,
            "low": low,
            "tag": kept["language"].to_numpy(object),
        }
    )
    if normalise and len(pieces):
        length = pieces.groupby("row")["end"].transform("max").clip(lower=1.0)
        pieces["start"], pieces["end"] = pieces["start"] / length, pieces["end"] / length
    return pieces.sort_values(["row", "start"], kind="stable", ignore_index=True)


def _sureness(confidence: NDArray[np.float64]) -> NDArray[np.object_]:
    """Give the class of each confidence; without one nothing is sure."""
    least = [least for least, *_ in _SURENESS.values()]
    return np.select([confidence >= bound for bound in least], list(_SURENESS), default=list(_SURENESS)[-1])


def _color(name: str, *, dark: bool) -> str:
    return str(_SURENESS[name][1 + dark]) if name in _SURENESS else palette.color(name, dark=dark)


def _draw_strip(ax: Axes, row: int, pieces: pd.DataFrame, *, by: str, least: float, dark: bool) -> None:
    start, end = pieces["start"].to_numpy(), pieces["end"].to_numpy()
    category = pieces["category"].to_numpy(object)
    loud, low = pieces["loud"].to_numpy(bool), pieces["low"].to_numpy(bool)
    widening = _MOST_WIDENING * (end[-1] - start[0]) / max(int(loud.sum()), 1)
    least = min(least, float(widening))
    # Behind a foreign piece runs the main language: half of a low piece shows it.
    ground = np.where(loud, palette.MAIN, category) if by == "language" else category
    for name, runs in _columns(start, end, ground).items():
        _bars(ax, row, runs, _color(name, dark=dark), _HEIGHT if by == "language" else _THIN)
    for name in sorted(set(category[loud].tolist())):
        for height, chosen in ((_LOW, loud & low), (_HEIGHT, loud & ~low)):
            which = chosen & (category == name)
            if which.any():
                _bars(ax, row, _widened(start[which], end[which], least), _color(name, dark=dark), height)


Runs = tuple[NDArray[np.float64], NDArray[np.float64]]


def _columns(start: NDArray[np.float64], end: NDArray[np.float64], ground: NDArray[np.object_]) -> dict[str, Runs]:
    """Join neighbours of one category; gather them into columns where there are more than can be seen."""
    code, names = pd.factorize(ground)
    if len(start) > _COLUMNS:
        edges = np.linspace(start[0], end[-1], _COLUMNS + 1)
        bounds = np.append(start, end[-1])
        # How much of each category lies before a position is linear between the bounds of pieces.
        covered = [np.append(0.0, np.cumsum((end - start) * (code == k))) for k in range(len(names))]
        code = np.argmax([np.diff(np.interp(edges, bounds, before)) for before in covered], axis=0)
        start, end = edges[:-1], edges[1:]
    first = np.flatnonzero(np.append(True, (code[1:] != code[:-1]) | (start[1:] > end[:-1])))
    last = np.append(first[1:], len(code)) - 1
    return {str(names[k]): (start[first[code[first] == k]], end[last[code[first] == k]]) for k in range(len(names))}


def _widened(start: NDArray[np.float64], end: NDArray[np.float64], least: float) -> Runs:
    """Widen pieces to the least width about their middle, and join those that then touch."""
    more = np.maximum(least - (end - start), 0.0) / 2
    left, right = start - more, end + more
    reach = np.maximum.accumulate(right)
    first = np.flatnonzero(np.append(True, left[1:] > reach[:-1]))
    last = np.append(first[1:], len(left)) - 1
    return left[first], reach[last]


def _bars(ax: Axes, row: int, runs: Runs, colour: str, height: float) -> None:
    from matplotlib.collections import PolyCollection

    left, right = runs
    low, high = row - height / 2, row + height / 2
    corners = np.empty((len(left), 4, 2))
    corners[:, :2, 0], corners[:, 2:, 0] = left[:, None], right[:, None]
    corners[:, (0, 3), 1], corners[:, (1, 2), 1] = low, high
    ax.add_collection(PolyCollection(list(corners), facecolors=colour, edgecolors="none", linewidths=0), autolim=False)


def _axes(n_rows: int, n_entries: int) -> Axes:
    from matplotlib import pyplot as plt

    strips, legend = 0.22 * n_rows, 0.21 * (min(n_entries, _LEGEND) + 2)
    return plt.subplots(figsize=(9.0, 0.9 + max(strips, legend)), layout="constrained")[1]


def _dress(ax: Axes, shown: list[Any], labels: Mapping[Any, str], *, right: float) -> None:
    ax.set_xlim(0, right)
    ax.set_ylim(max(len(shown), 1) - 0.4, -0.6)
    write_ticks(ax.yaxis, [shortened(labels.get(trace, trace)) for trace in shown])
    ax.tick_params(axis="y", length=0, labelsize="small")
    for side in ("top", "right", "left"):
        ax.spines[side].set_visible(False)
    if right > 1:
        ax.xaxis.set_major_formatter("{x:,.0f}")
    if not shown:
        ax.text(0.5, 0.5, "no segments", transform=ax.transAxes, ha="center", va="center")


def _title(pieces: pd.DataFrame, by: str) -> str | None:
    """Say over the legend what the heights mean."""
    if by == "confidence":
        return "confidence of the language\nfull height: foreign text"
    return "half height: quoted\nor mentioned" if pieces["low"].any() else None


def _legend(ax: Axes, entries: dict[str, str], *, title: str | None, dark: bool) -> None:
    from matplotlib.patches import Patch

    foreign = [name for name in entries if name not in palette.QUIET or name == palette.UND]
    # The classes of confidence stand in their order, and together.
    foreign.sort(key=lambda name: list(_SURENESS).index(name) if name in _SURENESS else -1)
    quiet = [name for name in entries if name not in foreign]
    kept = foreign[: max(_LEGEND - len(quiet) - (len(foreign) + len(quiet) > _LEGEND), 1)]
    patches = [Patch(facecolor=_color(name, dark=dark), label=entries[name]) for name in [*quiet, *kept]]
    if len(kept) < len(foreign):
        rest = Patch(facecolor="none", edgecolor="grey", label=f"{len(foreign) - len(kept)} other languages")
        patches.append(rest)
    legend = ax.legend(
        handles=patches, loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize="small", title=title
    )
    legend.get_title().set_fontsize("small")
    for text in legend.get_texts():
        write(text, text.get_text())


def _entries(pieces: pd.DataFrame) -> dict[str, str]:
    """Give the words of the legend for each category that occurs, the longest in text first."""
    size = (pieces["end"] - pieces["start"]).groupby(pieces["category"], sort=False).sum()
    entries = {}
    for name in size.sort_values(ascending=False, kind="stable").index:
        if name == palette.MAIN:
            tags = sorted(set(pieces.loc[pieces["category"] == name, "tag"]))
            entries[name] = f"main language ({', '.join(tags[:4])}{', …' if len(tags) > 4 else ''})"
        else:
            entries[name] = _WORDS.get(name, name if name in _SURENESS else shortened(name, 20))
    return entries


#: What the legend calls a category, where it is not called by its own name.
_WORDS: Final = {palette.UND: "und (not told)", "other": "other (digits, signs)"}
