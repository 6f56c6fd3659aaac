from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import traceviz as tv
from traceviz.plots import along
from traceviz.schema import SchemaError

NAN = float("nan")


def table_of(**groups: list[float]) -> pd.DataFrame:
    rows = []
    for group, shares in groups.items():
        for number, share in enumerate(shares):
            edges = number / len(shares), (number + 1) / len(shares)
            rows.append((number, *edges, group, share, share - 0.05, share + 0.05, 18 - number))
    columns = ["bin", "start", "end", "group", "share", "low", "high", "n_traces"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def ax() -> Any:
    figure = Figure(figsize=(8, 3.4), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


def legend_of(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_a_line_and_a_band_for_each_group(ax: Any) -> None:
    assert along(table_of(b=[0.1, 0.2], a=[0.3, 0.4]), ax=ax) is ax
    assert [line.get_xdata().tolist() for line in ax.lines] == [[0.25, 0.75]] * 2
    assert [line.get_ydata().tolist() for line in ax.lines] == [[0.1, 0.2], [0.3, 0.4]]
    assert legend_of(ax) == ["b (18 traces)", "a (18 traces)"]
    low, high = (
        ax.collections[1].get_paths()[0].vertices[:, 1].min(),
        ax.collections[1].get_paths()[0].vertices[:, 1].max(),
    )
    assert (low, high) == (pytest.approx(0.25), pytest.approx(0.45))
    assert ax.get_xlim() == (0.0, 1.0)
    assert ax.get_ylim()[0] < 0
    assert ax.get_ylim()[1] > 0.45


def test_lines_are_told_by_colour_and_dash(ax: Any) -> None:
    along(table_of(**{name: [0.1, 0.2] for name in "abcdef"}), ax=ax)
    assert len({line.get_color() for line in ax.lines}) == 6
    assert len({(line.get_linestyle(), str(line._unscaled_dash_pattern)) for line in ax.lines}) == 6


def test_a_missing_share_breaks_the_line(ax: Any) -> None:
    along(table_of(a=[0.1, NAN, 0.2]), ax=ax)
    assert np.isnan(ax.lines[0].get_ydata()).tolist() == [False, True, False]
    assert ax.lines[0].get_marker() == "o"


def test_axes_say_what_is_shown(ax: Any) -> None:
    table = table_of(a=[0.1])
    table.attrs["traceviz"] = {"along": {"what": "foreign_share_raw", "unit": "characters", "confidence": 0.9}}
    along(table, ax=ax)
    assert ax.get_ylabel() == "share of foreign characters,\nquoted ones counted"
    assert ax.get_xlabel() == "position in the trace (0 start, 1 end)\nmean over traces, 90 % interval of each bin"
    ax.clear()
    along(table_of(a=[0.1]), ax=ax)
    assert (ax.get_ylabel(), ax.get_xlabel().split(", ")[-1]) == ("share", "interval of each bin")


def test_more_groups_than_most_are_left_out_and_the_legend_says_so(ax: Any) -> None:
    along(table_of(a=[0.1], b=[0.2], c=[0.3]), ax=ax, most=2)
    assert legend_of(ax) == ["a (18 traces)", "b (18 traces)"]
    assert ax.get_legend().get_title().get_text() == "the first 2 of 3"


@pytest.mark.parametrize("name", ["$x^{$", "_hidden", "\N{GRINNING FACE}", "", "rollouts/2025-11-07/deepseek-r1/x"])
def test_any_group_can_be_drawn(ax: Any, name: str) -> None:
    along(table_of(**{name: [0.1, 0.2]}), ax=ax)
    ax.figure.savefig(io.BytesIO(), format="png")
    assert len(legend_of(ax)) == 1


def test_a_table_of_nothing_says_so(ax: Any) -> None:
    along(tv.along(tv.segment([]), [], cluster=None), ax=ax)
    assert [text.get_text() for text in ax.texts] == ["no traces"]
    ax.clear()
    along(table_of(a=[NAN, NAN]), ax=ax)
    ax.figure.savefig(io.BytesIO(), format="png")


def test_a_real_table_is_drawn() -> None:
    texts = ["So we get the answer 答案是六个苹果", "We add two and three and that is all."]
    ax = along(tv.along(tv.segment(texts), texts, bins=4, cluster=None))
    assert ax.get_ylabel() == "share of foreign letters"
    plt.close("all")


def test_nothing_is_changed_but_the_axes(ax: Any) -> None:
    table = table_of(a=[0.1, 0.2])
    before, settings, open_figures = table.copy(), dict(mpl.rcParams), plt.get_fignums()
    along(table, ax=ax)
    pd.testing.assert_frame_equal(table, before)
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == open_figures


def test_bad_arguments_are_refused(ax: Any) -> None:
    with pytest.raises(SchemaError, match=r"at least one group; most=0 was given"):
        along(table_of(a=[0.1]), ax=ax, most=0)
    with pytest.raises(SchemaError, match=r"needs the table of tv.along.* lacks the columns 'share'"):
        along(table_of(a=[0.1]).drop(columns="share"), ax=ax)
