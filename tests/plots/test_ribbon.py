from __future__ import annotations

import io
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from traceviz.plots import palette, ribbon
from traceviz.plots.ribbon import _SURENESS, _sureness
from traceviz.schema import SEGMENTS, SchemaError


def segments_of(*pieces: tuple[Any, int, str, str | None], quoted: tuple[int, ...] = ()) -> pd.DataFrame:
    """Make a table of (trace, length, kind, language), each trace tiled from its start."""
    at: dict[Any, int] = {}
    rows = []
    for number, (trace, length, kind, language) in enumerate(pieces):
        start = at.get(trace, 0)
        rows.append((trace, start, start + length, kind, None, language, 1.0, number in quoted, False))
        at[trace] = start + length
    return pd.DataFrame(rows, columns=list(SEGMENTS)).astype(SEGMENTS)


@pytest.fixture
def ax() -> Any:
    figure = Figure(layout="constrained")
    FigureCanvasAgg(figure)
    return figure.subplots()


def bars(ax: Any) -> list[tuple[str, int, float, float, float]]:
    """Read what was drawn: colour, row, left, right, height."""
    found = []
    for collection in ax.collections:
        colour = to_hex(collection.get_facecolor()[0])
        for path in collection.get_paths():
            (left, low), (right, high) = path.vertices.min(axis=0), path.vertices.max(axis=0)
            row = round((low + high) / 2)
            found.append((colour, row, round(float(left), 6), round(float(right), 6), round(float(high - low), 3)))
    return sorted(found, key=lambda bar: (bar[1], bar[2], bar[3]))


def legend_of(ax: Any) -> list[str]:
    return [text.get_text() for text in ax.get_legend().get_texts()]


def test_each_trace_is_a_strip_coloured_along_its_length(ax: Any) -> None:
    table = segments_of(
        ("a", 60, "prose", "en"), ("a", 20, "prose", "zh"), ("a", 20, "math", None), ("b", 50, "prose", "de")
    )
    assert ribbon(table, ax=ax) is ax
    main, math, zh = palette.color("main"), palette.color("math"), palette.color("zh")
    assert bars(ax) == [
        (main, 0, 0.0, 80.0, 0.78),
        (zh, 0, 60.0, 80.0, 0.78),
        (math, 0, 80.0, 100.0, 0.78),
        (main, 1, 0.0, 50.0, 0.78),
    ]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]
    assert ax.get_xlim() == (0.0, 100.0)
    assert ax.get_ylim()[0] > ax.get_ylim()[1]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("characters", "trace")


def test_legend_holds_what_occurs_and_nothing_else(ax: Any) -> None:
    ribbon(segments_of(("a", 60, "prose", "en"), ("a", 2, "prose", "zh"), ("b", 9, "prose", "zh")), ax=ax)
    assert legend_of(ax) == ["main language (en, zh)", "zh"]
    assert ax.get_legend().get_title().get_text() == ""


def test_legend_names_at_most_eighteen_and_counts_the_rest(ax: Any) -> None:
    tags = [
        "zh",
        "ja",
        "ko",
        "ru",
        "ar",
        "hi",
        "de",
        "fr",
        "es",
        "pt",
        "it",
        "sw",
        "vi",
        "th",
        "nl",
        "pl",
        "tr",
        "uk",
        "fa",
        "id",
    ]
    pieces = [("a", 900, "prose", "en"), ("a", 30, "math", None)]
    pieces += [("a", 40 - number, "prose", tag) for number, tag in enumerate(tags)]
    ribbon(segments_of(*pieces), ax=ax)
    assert legend_of(ax) == ["main language (en)", "math", *tags[:15], "5 other languages"]


def test_short_foreign_pieces_stay_visible(ax: Any) -> None:
    ribbon(segments_of(("a", 5000, "prose", "en"), ("a", 1, "prose", "zh"), ("a", 4999, "prose", "en")), ax=ax)
    [bar] = [bar for bar in bars(ax) if bar[0] == palette.color("zh")]
    assert bar[3] - bar[2] == pytest.approx(0.002 * 10_000)
    assert (bar[2] + bar[3]) / 2 == pytest.approx(5000.5)


def test_many_short_foreign_pieces_do_not_flood_the_strip(ax: Any) -> None:
    pieces = [("a", 99, "prose", "en"), ("a", 1, "prose", "zh")] * 1000
    ribbon(segments_of(*pieces), ax=ax)
    drawn = sum(right - left for colour, _, left, right, _ in bars(ax) if colour == palette.color("zh"))
    assert 0.2 * 100_000 < drawn <= 0.26 * 100_000


def test_quoted_pieces_are_low_and_the_legend_says_so(ax: Any) -> None:
    table = segments_of(("a", 60, "prose", "en"), ("a", 20, "prose", "ru"), ("a", 20, "prose", "en"), quoted=(1,))
    ribbon(table, ax=ax)
    assert (palette.color("ru"), 0, 60.0, 80.0, 0.34) in bars(ax)
    assert ax.get_legend().get_title().get_text() == "half height: quoted\nor mentioned"


def test_more_traces_than_most_are_left_out_and_the_label_says_so(ax: Any) -> None:
    table = segments_of(*((f"t{number}", 10, "prose", "en") for number in range(1234)))
    ribbon(table, ax=ax, most=3)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["t0", "t1", "t2"]
    assert ax.get_ylabel() == "trace (the first 3 of 1,234)"


def test_by_confidence_foreign_text_is_high_and_coloured_by_how_sure_it_is(ax: Any) -> None:
    table = segments_of(
        ("a", 40, "prose", "en"),
        ("a", 20, "prose", "ru"),
        ("a", 20, "math", None),
        ("a", 10, "prose", "und"),
        ("a", 10, "prose", "zh"),
        quoted=(1,),
    ).assign(confidence=[0.97, 0.4, 1.0, 0.3, 0.99])
    assert ribbon(table, ax=ax, by="confidence") is ax
    colour = {name: light for name, (_, light, _) in _SURENESS.items()}
    sure, good, doubtful = colour["sure: .99 and more"], colour[".95 to .99"], colour["doubtful: below .75"]
    assert sorted(bars(ax), key=lambda bar: (bar[2], bar[4])) == [
        (good, 0, 0.0, 40.0, 0.22),
        (doubtful, 0, 40.0, 60.0, 0.22),
        (doubtful, 0, 40.0, 60.0, 0.78),
        (palette.color("math"), 0, 60.0, 80.0, 0.22),
        (palette.color("und"), 0, 80.0, 90.0, 0.22),
        (sure, 0, 90.0, 100.0, 0.22),
        (sure, 0, 90.0, 100.0, 0.78),
    ]
    assert legend_of(ax) == ["math", "und (not told)", "sure: .99 and more", ".95 to .99", "doubtful: below .75"]
    assert ax.get_legend().get_title().get_text() == "confidence of the language\nfull height: foreign text"


def test_by_confidence_each_number_falls_into_the_class_that_names_it() -> None:
    bounds = [1.0, 0.99, 0.9899, 0.95, 0.94, 0.9, 0.89, 0.75, 0.74, 0.0, float("nan")]
    classes = list(_SURENESS)
    assert _sureness(np.array(bounds)).tolist() == [classes[k] for k in (0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 4)]


def test_order_and_labels_and_normalise(ax: Any) -> None:
    table = segments_of(("a", 10, "prose", "en"), ("b", 40, "prose", "en"), ("b", 10, "prose", "zh"))
    ribbon(table, ax=ax, order=["b", "a"], labels={"b": "second"}, normalise=True)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["second", "a"]
    assert (palette.color("zh"), 0, 0.8, 1.0, 0.78) in bars(ax)
    assert (palette.color("main"), 1, 0.0, 1.0, 0.78) in bars(ax)
    assert ax.get_xlabel() == "share of the trace"


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    "name",
    [
        "$x^{$",
        "a_$\\frac{1$_b",
        "line\nbreak",
        "\x1b[31m",
        "\N{GRINNING FACE}" * 3,
        "\u202eabc",
        "价格",
        "\ue000",
        "",
        "\0",
    ],
)
def test_any_trace_id_can_be_drawn(ax: Any, name: str) -> None:
    ribbon(segments_of((name, 10, "prose", "en"), ("b", 5, "prose", name or None)), ax=ax)
    ax.figure.savefig(io.BytesIO(), format="png")


def test_a_dollar_stays_a_dollar(ax: Any) -> None:
    ribbon(segments_of(("a$b$c", 10, "prose", "en")), ax=ax)
    [label] = ax.get_yticklabels()
    assert label.get_text() == "a$b$c"
    assert not label.get_parse_math()


def test_long_ids_keep_both_ends(ax: Any) -> None:
    ribbon(segments_of(("rollouts/2025-11-07/deepseek-r1/question-118/sample-3", 10, "prose", "en")), ax=ax)
    assert [label.get_text() for label in ax.get_yticklabels()] == ["rollouts/2025…-118/sample-3"]


def test_dark_axes_get_the_dark_colours(ax: Any) -> None:
    ax.set_facecolor("black")
    ribbon(segments_of(("a", 60, "prose", "en"), ("a", 20, "prose", "de")), ax=ax)
    assert {bar[0] for bar in bars(ax)} == {palette.color("main", dark=True), palette.color("de", dark=True)}


def test_an_empty_table_says_so(ax: Any) -> None:
    ribbon(segments_of(), ax=ax)
    assert [text.get_text() for text in ax.texts] == ["no segments"]
    assert ax.get_legend() is None


def test_nothing_is_changed_but_the_axes(ax: Any) -> None:
    table = segments_of(("a", 60, "prose", "en"), ("a", 20, "prose", "zh"))
    before, settings, open_figures = table.copy(), dict(mpl.rcParams), plt.get_fignums()
    ribbon(table, ax=ax)
    pd.testing.assert_frame_equal(table, before)
    assert dict(mpl.rcParams) == settings
    assert plt.get_fignums() == open_figures


def test_without_axes_it_makes_one_figure() -> None:
    before = set(plt.get_fignums())
    ax = ribbon(segments_of(("a", 60, "prose", "en")))
    [number] = set(plt.get_fignums()) - before
    assert plt.figure(number) is ax.figure
    plt.close(number)


def test_bad_arguments_are_refused(ax: Any) -> None:
    table = segments_of(("a", 60, "prose", "en"))
    with pytest.raises(SchemaError, match=r"ribbon was asked for trace 'x', of which this segments table has no piece"):
        ribbon(table, ax=ax, order=["x"])
    with pytest.raises(SchemaError, match=r"at least one trace; most=0 was given"):
        ribbon(table, ax=ax, most=0)
    with pytest.raises(SchemaError, match=r"ribbon needs the segments table with the column 'kind'"):
        ribbon(table.drop(columns="kind"), ax=ax)
    with pytest.raises(SchemaError, match=r"by='model' is not known; choose one of 'language', 'confidence'"):
        ribbon(table, ax=ax, by="model")
    with pytest.raises(SchemaError, match=r"ribbon needs the segments table with the column 'confidence'"):
        ribbon(table.drop(columns="confidence"), ax=ax, by="confidence")


def test_the_quiet_part_of_a_long_trace_keeps_its_proportions(ax: Any) -> None:
    pieces = [("a", 3, "prose", "en"), ("a", 1, "math", None)] * 5000
    pieces += [("a", 1, "prose", "en"), ("a", 3, "math", None)] * 5000
    ribbon(segments_of(*pieces), ax=ax)
    assert bars(ax) == [
        (palette.color("main"), 0, 0.0, 20000.0, 0.78),
        (palette.color("math"), 0, 20000.0, 40000.0, 0.78),
    ]


@pytest.mark.slow
def test_forty_traces_of_ten_thousand_segments_are_drawn_as_few_shapes(ax: Any) -> None:
    rng = np.random.default_rng(0)
    n = 400_000
    length = rng.integers(1, 60, n)
    end = length.reshape(40, -1).cumsum(axis=1).ravel()
    table = pd.DataFrame(
        {
            "trace_id": np.repeat([f"t{number}" for number in range(40)], 10_000),
            "start": end - length,
            "end": end,
            "kind": rng.choice(["prose", "prose", "math", "other"], n),
            "language": rng.choice(["en", "en", "en", "zh"], n),
        }
    )
    table.loc[table["kind"] != "prose", "language"] = None
    ribbon(table, ax=ax)
    ax.figure.savefig(io.BytesIO(), format="png")
    assert len(ax.collections) + len(ax.patches) < 20_000
