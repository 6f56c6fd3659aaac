from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from traceviz.plots.interval import interval
from traceviz.schema import SchemaError

NAN = float("nan")


@pytest.fixture(autouse=True)
def _no_window(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("a plot shows nothing"))
    plt.switch_backend("agg")
    yield
    plt.close("all")


def row(model: Any, estimate: float, half: float = 0.1, **others: Any) -> dict[str, Any]:
    return {
        "metric": "m",
        "kind": "level",
        "model": model,
        "baseline": None,
        "estimate": estimate,
        "low": estimate - half,
        "high": estimate + half,
        "n_traces": 80,
        "n_questions": 20,
        "warning": None,
    } | others


def compared(*rows: dict[str, Any], facts: dict[str, Any] | None = None) -> pd.DataFrame:
    table = pd.DataFrame(list(rows))
    table.attrs["traceviz"] = {"compare": facts or {}}
    return table


def axes() -> Axes:
    return Figure(figsize=(7, 4), layout="constrained").subplots()


def labels(ax: Axes) -> list[str]:
    return [tick.get_text() for tick in ax.get_yticklabels()]


def points(ax: Axes) -> dict[float, str]:
    """Where the points are, and whether they are full or hollow."""
    found = {}
    for line in ax.lines:
        if line.get_marker() == "o":
            fill = "hollow" if to_hex(line.get_markerfacecolor()) == "#ffffff" else "full"
            found |= dict.fromkeys(np.asarray(line.get_xdata(), dtype=float).tolist(), fill)
    return found


def bars(ax: Axes) -> list[tuple[float, float]]:
    (collection,) = ax.collections
    return [tuple(path.vertices[:, 0].tolist()) for path in collection.get_paths()]


def test_a_row_a_group_in_the_order_of_the_table_from_the_top() -> None:
    ax = interval(compared(row("b", 0.5), row("a", 0.25, half=0.125)), ax=axes())
    assert labels(ax) == ["b", "a"]
    places = ax.get_yticks()
    assert places[0] < places[1]
    assert ax.yaxis_inverted()
    assert points(ax) == {0.5: "full", 0.25: "full"}
    assert bars(ax) == [(0.4, 0.6), (0.125, 0.375)]


def test_counts_stand_beside_the_rows() -> None:
    ax = interval(compared(row("a", 0.1, n_traces=12000, n_questions=300), row("b", 0.2)), ax=axes())
    assert [text.get_text() for text in ax.texts] == ["12,000 / 300", "80 / 20", "traces / questions"]


def test_columns_of_the_grouping_join_into_one_label() -> None:
    table = compared(row("a", 0.1), row(None, 0.2))
    table.insert(3, "step", [100, 200])
    assert labels(interval(table, ax=axes())) == ["a · 100", "(missing) · 200"]


def test_kinds_are_not_mixed() -> None:
    table = compared(
        row("a", 0.5), row("b", 0.7), row("b", 0.25, kind="difference", baseline="a"), facts={"confidence": 0.9}
    )
    level, difference = interval(table, ax=axes()), interval(table, kind="difference", ax=axes())
    assert labels(level) == ["a", "b"]
    assert level.get_xlabel() == "mean, 90 % interval"
    assert labels(difference) == ["b"]
    assert difference.get_xlabel() == "difference from a, 90 % interval"
    zeros = [[line for line in ax.lines if list(line.get_xdata()) == [0.0, 0.0]] for ax in (level, difference)]
    assert [len(found) for found in zeros] == [0, 1]


def test_pooled_ratios_are_called_so() -> None:
    facts = {"pooled": True, "weights": {"m": "words"}, "confidence": 0.95}
    table = compared(row("a", 0.5), row("a", 0.5, metric="n"), facts=facts)
    assert interval(table, metric="m", ax=axes()).get_xlabel() == "pooled ratio, 95 % interval"
    assert interval(table, metric="n", ax=axes()).get_xlabel() == "mean, 95 % interval"


def test_a_warning_makes_a_hollow_point_and_a_remark() -> None:
    ax = interval(compared(row("a", 0.5), row("b", 0.25, warning="only 3 questions")), ax=axes())
    assert points(ax) == {0.5: "full", 0.25: "hollow"}
    assert ax.get_xlabel() == "mean and interval; hollow: see the table's warning"


def test_a_missing_interval_leaves_the_point_and_a_missing_value_says_so() -> None:
    ax = interval(compared(row("a", 0.5, half=NAN), row("b", NAN), row("c", 0.25)), ax=axes())
    assert labels(ax) == ["a", "b", "c"]
    assert len(bars(ax)) == 1
    assert "no value" in [text.get_text() for text in ax.texts]


def test_names_are_drawn_as_they_stand(recwarn: pytest.WarningsRecorder) -> None:
    names = ["costs $5 and $6", "a_b^c", r"back\slash $x$", "\u901a\u4e49\u5343\u95ee", "\u0439"]
    table = compared(*(row(name, 0.1, metric="$m$") for name in names))
    ax = interval(table, ax=axes())
    assert ax.figure is not None
    ax.figure.savefig(io.BytesIO())
    assert labels(ax)[:3] == names[:3]
    assert labels(ax)[4] == names[4]
    assert ax.get_title(loc="left") == "$m$"
    texts = [*ax.get_yticklabels(), ax.xaxis.label, *(t for t in ax.get_children() if hasattr(t, "get_parse_math"))]
    assert not any(text.get_parse_math() for text in texts if "$" in text.get_text())
    assert not recwarn.list


def test_long_names_go_on_in_the_next_line_and_get_the_room() -> None:
    ax = interval(compared(row("deepseek-ai/DeepSeek-R1-Distill-Qwen-32B", 0.1), row("b", 0.2), row("c", 0.3)))
    assert labels(ax)[0] == "deepseek-ai/DeepSeek-R1-Distill-\nQwen-32B"
    places = ax.get_yticks()
    assert places[1] - places[0] > places[2] - places[1]


@pytest.mark.parametrize("n_groups", [2, 12])
def test_labels_do_not_overlap_and_nothing_is_cut_off(n_groups: int) -> None:
    names = [f"a model with a rather long name, number {i}" for i in range(n_groups)]
    ax = interval(compared(*(row(name, 0.1, metric="switch_rate", warning="w") for name in names)))
    figure = ax.figure
    assert isinstance(figure, Figure)
    figure.savefig(io.BytesIO())
    boxes = [tick.get_window_extent() for tick in ax.get_yticklabels()]
    assert all(above.y0 >= below.y1 for above, below in pairwise(boxes))
    (title,) = (child for child in ax.get_children() if getattr(child, "get_text", str)().startswith("switch_rate"))
    assert not any(title.get_window_extent().overlaps(text.get_window_extent()) for text in ax.texts)
    page = figure.bbox
    for box in [
        *boxes,
        title.get_window_extent(),
        *(text.get_window_extent() for text in ax.texts),
        ax.xaxis.label.get_window_extent(),
    ]:
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1 + 1
        assert page.y0 <= box.y0
        assert box.y1 <= page.y1 + 1


def test_given_axes_open_no_figure_and_settings_stay() -> None:
    before = dict(mpl.rcParams)
    table = compared(row("a", 0.5))
    copy = table.copy(deep=True)
    ax = axes()
    assert interval(table, ax=ax) is ax
    assert plt.get_fignums() == []
    assert dict(mpl.rcParams) == before
    pd.testing.assert_frame_equal(table, copy)


def test_without_axes_one_figure_is_opened() -> None:
    ax = interval(compared(row("a", 0.5)))
    assert [plt.figure(number) for number in plt.get_fignums()] == [ax.figure]


def test_one_of_several_metrics_has_to_be_named() -> None:
    table = compared(row("a", 0.5), row("b", 0.4), row("a", 20.0, metric="n"), row("b", 0.25, metric="n"))
    with pytest.raises(SchemaError, match=r"holds 2: 'm', 'n'\. metric='\.\.\.' chooses one; for several"):
        interval(table, ax=axes())
    assert set(points(interval(table, metric="n", ax=axes()))) == {20.0, 0.25}


def test_the_axis_has_the_unit_of_a_known_metric() -> None:
    table = compared(row("a", 0.5, metric="switch_rate"))
    ax = interval(table, ax=axes())
    assert ax.get_title(loc="left") == "switch_rate"
    assert ax.get_xlabel() == "switch points per 1,000 words\nmean and interval"
    assert interval(compared(row("a", 0.5)), ax=axes()).get_xlabel() == "mean and interval"


def test_metrics_of_one_group_are_rows_if_they_have_one_unit() -> None:
    shares = [row("a", 0.5, metric="matrix_share"), row("a", 0.25, metric="i_index")]
    ax = interval(compared(*shares), ax=axes())
    assert labels(ax) == ["matrix_share", "i_index"]
    assert ax.get_title(loc="left") == "a"
    assert ax.get_xlabel().startswith("share of words\n")
    with pytest.raises(SchemaError, match="draws one metric"):
        interval(compared(*shares, row("a", 9.0, metric="switch_rate")), ax=axes())
    with pytest.raises(SchemaError, match="draws one metric"):
        interval(compared(*shares, row("b", 0.1, metric="i_index")), ax=axes())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"metric": "k"}, "metric='k' is not known; choose one of 'm'"),
        ({"kind": "levels"}, "kind='levels' is not known; choose one of 'level', 'difference'"),
        (
            {"kind": "difference"},
            r"no rows of kind 'difference' in the compared table. tv.compare\(..., baseline=...\)",
        ),
    ],
)
def test_errors_say_what_to_do(options: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        interval(compared(row("a", 0.5)), ax=axes(), **options)


def test_another_table_is_refused() -> None:
    with pytest.raises(SchemaError, match="needs the compared table with the columns 'metric', 'kind'"):
        interval(pd.DataFrame({"x": [1]}), ax=axes())
