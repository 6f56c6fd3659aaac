"""Where a trace stands against a reference, checked by hand and by simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import traceviz as tv
from traceviz.schema import SchemaError


def table(values: list[float], ids: list[str] | None = None, **columns: list[object]) -> pd.DataFrame:
    ids = ids or [str(k) for k in range(len(values))]
    return pd.DataFrame({"trace_id": ids, "symbols_share": values, **columns})


def test_percentiles_by_hand() -> None:
    reference = table([0.0, 0.1, 0.2, 0.3])
    placed = tv.profile(table([-0.1, 0.1, 0.25, 0.9]), reference=reference, level=0.7)
    assert placed["percentile"].tolist() == [0, 37.5, 75, 100]
    assert placed["mode"].tolist() == ["symbols"] * 4
    # p = (1 + as extreme) / 5
    assert placed["flagged"].tolist() == [False, False, False, True]
    assert placed["n_reference"].tolist() == [4] * 4


def test_the_largest_window_is_compared_with_the_largest_of_as_many() -> None:
    reference = table([k / 100 for k in range(100)], window=[0] * 100)
    measured = table([0.105, 0.505, 0.995, 0.505], ["a", "a", "b", "c"], window=[0, 1, 0, 0], start=[0, 50, 0, 0])
    placed = tv.profile(measured, reference=reference, level=0.9).set_index("trace_id")
    assert placed["n_windows"].to_dict() == {"a": 2, "b": 1, "c": 1}
    assert placed["percentile"].round(6).to_dict() == {"a": 26.01, "b": 100, "c": 51}
    assert placed["window_start"].to_dict() == {"a": 50, "b": 0, "c": 0}
    assert placed["flagged"].to_dict() == {"a": False, "b": True, "c": False}


def test_ties_of_the_largest_count_half() -> None:
    reference = table([0.0] * 200, window=[0] * 200)
    measured = table([0.0, 0.0, 0.0], ["a"] * 3, window=[0, 1, 2], start=[0, 9, 18])
    assert tv.profile(measured, reference=reference)["percentile"].tolist() == [50]


def test_a_small_reference_flags_nothing_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    placed = tv.profile(table([9.0]), reference=table([0.0] * 50))
    assert placed["percentile"].tolist() == [100]
    assert placed["flagged"].isna().all()
    assert "1 of 1 places in symbols cannot be flagged: the reference has 50 windows" in caplog.text


def test_what_was_not_measured_has_no_place() -> None:
    placed = tv.profile(table([np.nan, 0.5]), reference=table([0.0] * 200))
    assert placed["percentile"].isna().tolist() == [True, False]
    assert placed["flagged"].isna().tolist() == [True, False]
    assert placed["n_windows"].tolist() == [0, 1]


def test_a_trace_that_is_nearly_all_masked_is_not_scored_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    formulas = "So $\\int_0^1 x^2 \\, dx = \\frac{1}{3}$ and $\\sum_k a_k b_k \\le \\sqrt{A B}$ ⇒ ★ ⇒ hold. " * 9
    placed = tv.profile(tv.measure([formulas], metrics="modes"), reference=tv.measure([formulas] * 3, metrics="modes"))
    assert placed["percentile"].isna().all()
    assert placed["n_windows"].eq(0).all()
    assert "1 of 1 traces are not scored: more than 60 % of each is mathematics" in caplog.text


@pytest.mark.parametrize("windows", [1, 7, 20])
def test_flags_of_the_reference_itself_come_as_often_as_stated(windows: int) -> None:
    random = np.random.default_rng(3)
    reference = table(random.exponential(size=20_000).tolist(), window=[0] * 20_000)
    ids = [f"t{k}" for k in range(4000) for _ in range(windows)]
    measured = table(random.exponential(size=len(ids)).tolist(), ids, window=list(range(windows)) * 4000)
    measured["start"] = measured["window"] * 5000
    placed = tv.profile(measured, reference=reference, level=0.95)
    # three standard errors of a share of .05 over 4,000 traces
    assert placed["flagged"].mean() == pytest.approx(0.05, abs=0.0104)
    assert placed["percentile"].mean() == pytest.approx(50, abs=1.5)


def test_columns_of_the_traces_ride_along_and_texts_do_not() -> None:
    measured = tv.measure(
        pd.DataFrame({"trace_id": ["a"], "reasoning": ["So it goes."], "model": ["m"]}), metrics="modes"
    )
    placed = tv.profile(measured, reference=measured)
    assert set(placed["model"]) == {"m"}
    assert "reasoning" not in placed
    assert "symbols_share" not in placed
    assert list(placed["mode"])[:2] == ["switch", "symbols"]


def test_tables_of_two_kinds_are_refused() -> None:
    with pytest.raises(SchemaError, match="measure both with the same window="):
        tv.profile(table([0.1], window=[0]), reference=table([0.1]))
    with pytest.raises(SchemaError, match="Neither table holds a share"):
        tv.profile(pd.DataFrame({"trace_id": ["a"]}), reference=table([0.1]))
    with pytest.raises(SchemaError, match="level=1"):
        tv.profile(table([0.1]), reference=table([0.1]), level=1)


def test_columns_that_are_called_as_those_of_a_profile_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    measured = table([0.0, 0.5], mode=["x", "y"], flagged=["yes", "no"], model=["a", "b"])
    placed = tv.profile(measured, reference=table([0.0] * 250))
    assert placed["mode"].tolist() == ["symbols", "symbols"]
    assert placed["flagged"].tolist() == [False, True]
    assert placed["model"].tolist() == ["a", "b"]
    assert "left out, because a profile has its own: mode, flagged" in caplog.text
    with pytest.raises(SchemaError, match="by='mode' is a column of the profile itself"):
        tv.profile(measured, reference=table([0.0] * 250), by="mode")


def test_windows_of_two_sizes_are_not_compared() -> None:
    text = "We add the two numbers, and then we check the sum again before we go on. " * 20
    short, long = (tv.measure([text], metrics="symbols_share", window=window) for window in (300, 600))
    with pytest.raises(SchemaError, match="windows of 300 characters and the reference of 600"):
        tv.profile(short, reference=long)


@pytest.mark.parametrize(
    ("measured", "options", "message"),
    [
        (table([0.1, 0.2], ["a", "a"]), {}, "'a' stands in the table more than once"),
        (table([0.1, 0.2], ["a", "a"], window=[0, 0]), {}, "'a' stands in the table more than once"),
        (table([0.1]), {"level": "a"}, "level='a' is no number"),
        (table([0.1]), {"reference": "answer"}, "reference"),
        (table([0.1]).astype({"symbols_share": object}).replace(0.1, "much"), {}, "does not hold numbers"),
    ],
)
def test_tables_that_are_none_of_a_profile(measured: pd.DataFrame, options: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        tv.profile(measured, **{"reference": table([0.1]), **options})


FINE = (
    "We add the two numbers, and then we check the sum again before we go on to the next step. "
    "Since both of them are even, their sum has to be even as well. "
    "That leaves us with the smaller one, which can be found by taking half of what is left. "
    "If there had been one apple more, nobody could have divided them among the four children. "
)


def test_damage_is_flagged_in_its_own_mode_and_in_no_other() -> None:
    odd = FINE.replace("numbers", "numbers ⇒ ★ ☀ ⇒")
    reference = tv.measure([FINE] * 250, metrics="modes")
    placed = tv.profile(tv.measure([FINE, odd], metrics="modes"), reference=reference)
    flagged = placed[placed["flagged"].fillna(value=False).to_numpy(bool)]
    assert flagged[["trace_id", "mode"]].to_numpy().tolist() == [["1", "symbols"]]


def test_groups() -> None:
    reference = table([0.0] * 100 + [0.5] * 100)
    measured = table([0.0, 0.5, 0.9, 0.9], model=["m", "m", "n", "n"], question_id=["q", "r", "q", "r"])
    groups = tv.profile(measured, reference=reference, by="model", draws=200)
    assert groups[["model", "mode", "percentile"]].to_numpy().tolist() == [
        ["m", "symbols", 50.0],
        ["n", "symbols", 100.0],
    ]
    assert groups["flagged_share"].tolist() == [0, 1]
    assert (groups["low"] <= groups["percentile"]).all()
    assert groups[["n_traces", "n_questions", "n_reference"]].to_numpy().tolist() == [[2, 2, 200]] * 2


def test_groups_need_their_columns() -> None:
    with pytest.raises(SchemaError, match="needs the column 'model'"):
        tv.profile(table([0.1]), reference=table([0.1]), by="model", cluster=None)
