from __future__ import annotations

import pandas as pd
import pytest
from matplotlib import pyplot as plt

import traceviz as tv
from traceviz import plots
from traceviz.schema import SchemaError

TRACES = pd.DataFrame(
    {
        "trace_id": ["a", "b"],
        "reasoning": ["We go on → and on → and stop ★ here.", "Done ☀ and → once more."],
        "model": ["m", "$n$"],
    }
)


def test_a_dot_for_each_symbol_and_group() -> None:
    table = tv.symbols(TRACES, by="model")
    ax = plots.symbols(table)
    drawn = sorted(
        (round(float(x), 3), int(y))
        for line in ax.lines
        for x, y in zip(line.get_xdata(), line.get_ydata(), strict=True)
    )
    order = list(dict.fromkeys(label.get_text()[0] for label in ax.get_yticklabels()))
    assert order[0] == "→"
    expected = sorted((round(row.per_million, 3), order.index(row.symbol)) for row in table.itertuples())
    assert drawn == expected
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["m", "$n$"]


def test_name_and_example_stand_beside_the_symbol() -> None:
    ax = plots.symbols(tv.symbols(TRACES))
    assert ax.get_yticklabels()[0].get_text() == "→  rightwards arrow"
    assert ax.texts[0].get_text() == "We go on → and on → an"


def test_many_symbols_are_cut_and_said() -> None:
    ax = plots.symbols(tv.symbols(TRACES), most=2)
    assert "the 2 most frequent of 3 symbols" in ax.get_xlabel()


def test_an_empty_table_says_so_and_bad_input_is_refused() -> None:
    ax = plots.symbols(tv.symbols("Plain prose."), ax=plt.figure().subplots())
    assert ax.texts[0].get_text() == "no unusual symbols"
    with pytest.raises(SchemaError, match=r"tv\.symbols"):
        plots.symbols(pd.DataFrame({"symbol": ["a"]}))
    with pytest.raises(SchemaError, match="at least one symbol"):
        plots.symbols(tv.symbols(TRACES), most=0)


def test_groups_without_symbols_are_named() -> None:
    plain = pd.DataFrame({"trace_id": ["c"], "reasoning": ["Plain prose."], "model": ["k"]})
    ax = plots.symbols(tv.symbols(pd.concat([TRACES, plain]), by="model"))
    assert ax.get_xlabel() == "per million characters\nno unusual symbols: k"
    alone = plots.symbols(tv.symbols(pd.concat([TRACES[:1], plain]), by="model"))
    assert [text.get_text() for text in alone.get_legend().get_texts()] == ["m"]
