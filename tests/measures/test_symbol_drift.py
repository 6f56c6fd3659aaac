from __future__ import annotations

import pandas as pd
import pytest

import traceviz as tv

#: A hundred characters of prose.
PROSE = ("We add the two numbers and look at the rest of the sum again. " * 2)[:99] + " "
SIGNS = "\u2318" * 10


def drift(*texts: str) -> pd.DataFrame:
    return tv.measure(list(texts), metrics=["symbol_drift"])


def test_symbols_that_come_late_or_go() -> None:
    late, early = PROSE * 2 + PROSE[:-11] + SIGNS + " ", SIGNS + PROSE[10:] + PROSE * 2
    middle, level = PROSE + SIGNS + PROSE[10:] + PROSE, "".join((SIGNS + PROSE[10:]) for _ in range(3))
    assert drift(late, early, middle, level)["symbol_drift"].tolist() == pytest.approx([0.1, -0.1, 0.0, 0.0])


def test_short_traces_have_none() -> None:
    measured = drift(PROSE * 3, (PROSE * 3)[:-1], "")
    assert measured["symbol_drift"].isna().tolist() == [False, True, True]
    assert measured["not_measured"].tolist()[1:] == ["symbol_drift: too_short", "symbol_drift: empty"]
