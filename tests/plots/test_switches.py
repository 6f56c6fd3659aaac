from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import traceviz as tv
from traceviz.measures.switches import CONTEXTS, UNTOLD
from traceviz.plots import palette, switches
from traceviz.plots.switches import _CONTEXT, _SAID
from traceviz.schema import SchemaError


def table_of(*rows: tuple[str, str, str, int]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=["from", "to", "context", "count"])


@pytest.fixture
def ax() -> Any:
    figure = Figure(figsize=(8, 4), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


def cells(ax: Any) -> dict[tuple[int, int], str]:
    """Read the numbers in the cells: (row, column) -> text."""
    size = len(ax.get_yticks())
    return {
        (round(text.get_position()[1]), round(text.get_position()[0])): text.get_text()
        for text in ax.texts
        if text.get_ha() == "center" and text.get_position()[0] < size
    }


def names(ax: Any) -> list[str]:
    return [label.get_text() for label in ax.get_yticklabels()]


def bars(ax: Any) -> dict[tuple[int, str], float]:
    """Read the bars: (row, what the legend says) -> share of the row."""
    found = {}
    for container in ax.containers:
        for row, patch in enumerate(container):
            if patch.get_width():
                found[row, container.get_label()] = round(patch.get_width() / 3.0, 3)
    return found


TABLE = table_of(
    ("en", "zh", "inside", 30), ("en", "zh", "formula", 10), ("zh", "en", "sentence_end", 20), ("ru", "en", "inside", 5)
)


def test_rows_are_from_and_columns_to_the_most_frequent_first(ax: Any) -> None:
    assert switches(TABLE, ax=ax) is ax
    assert names(ax) == ["en", "zh", "ru"]
    assert [label.get_text() for label in ax.get_xticklabels()] == names(ax)
    assert cells(ax) == {(0, 1): "40", (1, 0): "20", (2, 0): "5"}
    assert (ax.get_ylabel(), ax.get_xlabel()) == ("from", "to")
    assert ax.yaxis_inverted()


def test_bars_tell_what_stands_before_and_how_many_they_are(ax: Any) -> None:
    switches(TABLE, ax=ax)
    assert bars(ax) == {
        (0, "formula"): 0.25,
        (0, "inside a sentence"): 0.75,
        (1, "end of a sentence"): 1.0,
        (2, "inside a sentence"): 1.0,
    }
    totals = [text.get_text() for text in ax.texts if text.get_ha() == "left"]
    assert totals == ["40", "20", "5", "before the switch"]
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == [_SAID[name] for name in CONTEXTS]


def test_without_the_contexts_there_is_the_matrix_alone(ax: Any) -> None:
    switches(TABLE, ax=ax, contexts=False)
    assert cells(ax) == {(0, 1): "40", (1, 0): "20", (2, 0): "5"}
    assert not ax.containers
    assert ax.get_legend() is None


def test_where_the_texts_were_not_there_only_formulas_and_the_rest_are_told(ax: Any) -> None:
    switches(table_of(("en", "zh", "formula", 1), ("zh", "en", UNTOLD, 3)), ax=ax)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["formula", "other"]


def test_every_context_has_a_colour_and_a_name() -> None:
    assert list(_CONTEXT) == list(_SAID) == [*CONTEXTS, UNTOLD]


@pytest.mark.parametrize("dark", [False, True])
def test_the_colours_of_the_contexts_can_be_told_by_lightness(*, dark: bool) -> None:
    shades = [_CONTEXT[name][dark] for name in CONTEXTS if name != "formula"]
    light = [palette.luminance(shade) for shade in shades]
    assert light == sorted(light, reverse=not dark)
    assert all(palette.contrast(one, other) > 1.4 for one, other in pairwise(shades))


def test_further_languages_are_folded_and_may_switch_among_themselves(ax: Any) -> None:
    rows = [
        ("en", "zh", "inside", 100),
        ("ru", "en", "inside", 50),
        ("en", "fr", "inside", 9),
        ("de", "fr", "formula", 7),
    ]
    switches(table_of(*rows), ax=ax, most=3)
    assert names(ax) == ["en", "zh", "ru", "other"]
    assert cells(ax) == {(0, 1): "100", (2, 0): "50", (0, 3): "9", (3, 3): "7"}


def test_groups_are_drawn_together(ax: Any) -> None:
    switches(pd.concat([TABLE.assign(model="a"), TABLE.assign(model="b")]), ax=ax)
    assert cells(ax) == {(0, 1): "80", (1, 0): "40", (2, 0): "10"}


def test_numbers_can_be_read_on_their_cells(ax: Any) -> None:
    switches(table_of(*((f"a{n}", f"b{n}", "inside", 2**n) for n in range(8))), ax=ax, most=20)
    filled = {to_hex(colour) for colour in ax.collections[0].get_facecolors()}
    shown = {text.get_text(): to_hex(text.get_color()) for text in ax.texts if text.get_ha() == "center"}
    assert len(shown) == 8
    assert len(set(shown.values())) == 2
    for colour in filled:
        assert max(palette.contrast(colour, ink) for ink in shown.values()) >= 4.5


def test_the_strips_have_the_colours_of_the_languages(ax: Any) -> None:
    switches(TABLE, ax=ax)
    strips = {to_hex(colour) for colour in ax.collections[1].get_facecolors()}
    assert strips == {palette.color(tag) for tag in ("en", "zh", "ru")}


@pytest.mark.parametrize("name", ["$x^{$", "a_b", "\N{GRINNING FACE}", "", "hi-Latn-x-a-very-long-private-subtag"])
def test_any_name_can_be_drawn(ax: Any, name: str) -> None:
    switches(table_of(("en", name, "inside", 1)), ax=ax)
    ax.figure.savefig(io.BytesIO(), format="png")


def test_nothing_overlaps_at_the_usual_size() -> None:
    rows = [(a, b, "inside", 12_345) for a in "abcdefghij" for b in "abcdefghij" if a != b]
    ax = switches(table_of(*rows))
    figure = ax.figure
    figure.canvas.draw()
    boxes = [text.get_window_extent() for text in [*ax.texts, *ax.get_xticklabels(), *ax.get_yticklabels()]]
    boxes += [ax.xaxis.label.get_window_extent(), ax.get_legend().get_window_extent()]
    whole = figure.bbox
    for number, box in enumerate(boxes):
        assert (min(whole.x0, box.x0), min(whole.y0, box.y0)) == (whole.x0, whole.y0)
        assert (max(whole.x1, box.x1), max(whole.y1, box.y1)) == (whole.x1, whole.y1)
        assert not [other for other in boxes[number + 1 :] if box.overlaps(other)]
    plt.close("all")


def test_an_empty_table_says_so(ax: Any) -> None:
    switches(tv.switches(tv.segment([]), []), ax=ax)
    assert [text.get_text() for text in ax.texts] == ["no switch points"]


def test_dark_axes_get_the_dark_colours(ax: Any) -> None:
    ax.set_facecolor("black")
    switches(TABLE, ax=ax)
    assert palette.color("zh", dark=True) in {to_hex(colour) for colour in ax.collections[1].get_facecolors()}


def test_nothing_is_changed_but_the_axes(ax: Any) -> None:
    before, settings, open_figures = TABLE.copy(), dict(mpl.rcParams), plt.get_fignums()
    switches(TABLE, ax=ax)
    pd.testing.assert_frame_equal(TABLE, before)
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == open_figures


def test_bad_arguments_are_refused(ax: Any) -> None:
    with pytest.raises(SchemaError, match=r"at least one language; most=0 was given"):
        switches(TABLE, ax=ax, most=0)
    with pytest.raises(SchemaError, match=r"needs the table of tv.switches.* lacks the columns 'context', 'count'"):
        switches(TABLE[["from", "to"]], ax=ax)
    with pytest.raises(SchemaError, match=r"a pandas DataFrame, not list"):
        switches([], ax=ax)  # type: ignore[arg-type]
