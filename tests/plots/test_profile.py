from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import traceviz as tv
from traceviz import plots
from traceviz.schema import SchemaError


def groups(shares: dict[str, float]) -> pd.DataFrame:
    reference = pd.DataFrame({"trace_id": [str(k) for k in range(200)], "symbols_share": [0.0] * 100 + [0.1] * 100})
    measured = pd.DataFrame(
        {"trace_id": list(shares), "model": list(shares), "symbols_share": list(shares.values()), "loop_share": 0.0}
    )
    return tv.profile(measured, reference=reference.assign(loop_share=0.0), by="model", cluster=None, draws=50)


def said(ax: plt.Axes) -> list[str]:
    return [text.get_text() for text in ax.texts]


def test_each_cell_tells_percentile_and_flags() -> None:
    ax = plots.profile(groups({"a": 0.05, "$b$": 0.9}))
    assert said(ax) == ["100\n100% flagged", "50\n0% flagged", "50\n0% flagged", "50\n0% flagged"]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["symbols", "loop"]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["$b$", "a"]


def test_only_what_lies_above_the_reference_has_colour() -> None:
    ax = plots.profile(groups({"a": 0.0, "b": 0.9}))
    low, high = (ax.patches[k].get_facecolor() for k in (0, 1))
    assert max(low[:3]) - min(low[:3]) < 0.02
    assert max(high[:3]) - min(high[:3]) > 0.3


def test_many_groups_are_cut_and_said() -> None:
    ax = plots.profile(groups({f"m{k}": 0.0 for k in range(5)}), most=3)
    assert ax.get_title() == "the first 3 of 5 groups"
    assert len(ax.get_xticklabels()) == 3


def test_it_draws_where_it_is_told_and_changes_no_settings() -> None:
    before = dict(plt.rcParams)
    ax = plt.figure().subplots()
    assert plots.profile(groups({"a": 0.0}), ax=ax) is ax
    assert dict(plt.rcParams) == before


def test_what_is_no_table_of_groups_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"tv\.profile"):
        plots.profile(pd.DataFrame({"mode": ["loop"]}))
    with pytest.raises(SchemaError, match="at least one group"):
        plots.profile(groups({"a": 0.0}), most=0)


def test_long_names_of_groups_do_not_run_into_each_other() -> None:
    long, short = (plots.profile(groups(dict.fromkeys(names, 0.0))) for names in (("a-long-name-0", "b"), ("a", "b")))
    assert {label.get_rotation() for label in long.get_xticklabels()} == {30.0}
    assert {label.get_rotation() for label in short.get_xticklabels()} == {0.0}


def test_the_reference_and_the_level_are_named() -> None:
    label = plots.profile(groups({"a": 0.0})).get_xlabel()
    assert label.endswith("reference of your own, 200 rows; flags at 0.995")
