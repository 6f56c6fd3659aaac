"""Which symbols, by group, with examples."""

from __future__ import annotations

import pandas as pd
import pytest

import traceviz as tv
from traceviz.schema import SchemaError

TRACES = pd.DataFrame(
    {
        "trace_id": ["a", "b", "c"],
        "reasoning": ["We go on → and on → and stop ★ here.", "Nothing at all.", "Done \u2764\ufe0f and → once more."],
        "model": ["m", "m", "n"],
    }
)


def test_counts_by_group() -> None:
    table = tv.symbols(TRACES, by="model")
    assert table[["symbol", "group", "count", "n_traces"]].to_numpy().tolist() == [
        ["→", "m", 2, 1],
        ["★", "m", 1, 1],
        ["→", "n", 1, 1],
        ["\u2764", "n", 1, 1],
    ]
    lengths = TRACES["reasoning"].str.len()
    assert table["per_million"][0] == pytest.approx(2e6 / (lengths[0] + lengths[1]))
    assert table["name"][1] == "BLACK STAR"
    assert table["class"][1] == "dingbats"
    assert table["example"][0] == "We go on → and on → and stop ★"


def test_without_groups_all_traces_are_one() -> None:
    table = tv.symbols(TRACES)
    assert table[["symbol", "group", "count"]].iloc[0].tolist() == ["→", "all", 3]
    assert table["n_traces"][0] == 2


def test_given_spans_are_used() -> None:
    spans = tv.detect(TRACES)
    pd.testing.assert_frame_equal(tv.symbols(TRACES, spans=spans), tv.symbols(TRACES))
    assert tv.symbols(TRACES, spans=spans[spans["trace_id"] == "c"])["count"].tolist() == [1, 1]


def test_nothing_found_is_an_empty_table_with_its_columns() -> None:
    table = tv.symbols("Plain prose.")
    assert table.empty
    assert {"symbol", "class", "group", "count", "example"} <= set(table.columns)


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(SchemaError, match="step"):
        tv.symbols(TRACES, by="step")


def test_a_missing_group_is_called_so() -> None:
    table = tv.symbols(TRACES.assign(model=["m", "m", None]), by="model")
    assert table["group"].tolist() == ["m", "(missing)", "(missing)", "m"]
