from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import traceviz as tv
from traceviz import plots
from traceviz.schema import SchemaError

FINE = "We add the numbers and check the sum. "


def table(**options: object) -> pd.DataFrame:
    traces = pd.DataFrame(
        {"trace_id": ["a", "b", "c"], "reasoning": [FINE * 8, FINE * 8 + "★ → " * 20, "Done."], "step": [1, 2, 3]}
    )
    chosen = {"what": "symbols", "by": "step", "bins": 5, "align": "end", "width": 40, "cluster": None, "draws": 5}
    return tv.along(tv.segment(traces), traces, **{**chosen, **options})


def test_a_row_for_each_group_and_nothing_where_there_is_no_share() -> None:
    ax = plots.along(table(), kind="heat")
    image = ax.images[0].get_array()
    assert image.shape == (3, 5)
    assert image[0].tolist() == [0] * 5
    assert image[1, -1] == pytest.approx(0.5)
    assert np.ma.getmaskarray(image)[2].all()
    assert [label.get_text() for label in ax.get_yticklabels()] == ["1", "2", "3"]
    assert ax.get_xlim() == (-200, 0)
    assert "characters to the end of the trace" in ax.get_xlabel()


def test_lines_of_a_mode_say_what_they_count() -> None:
    ax = plots.along(table(align="start"))
    assert ax.get_ylabel() == "share of characters\nin spans of symbols"
    assert ax.get_xlabel().startswith("characters from the start of the trace")


def test_many_rows_are_cut_and_said() -> None:
    ax = plots.along(table(), kind="heat", most=2)
    assert ax.images[0].get_array().shape == (2, 5)
    assert "the first 2 of 3 groups" in ax.get_xlabel()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SchemaError, match="kind='dots' is not known"):
        plots.along(table(), kind="dots")
