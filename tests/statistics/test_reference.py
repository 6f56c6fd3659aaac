"""The shipped reference: what it holds, when it may be used, and that it is what the detectors find."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import traceviz as tv
from traceviz.measures.modes import METRIC_OF
from traceviz.schema import SchemaError
from traceviz.statistics import reference

ROOT = Path(__file__).parent.parent.parent

FINE = (
    "We need to find out how many pages are left in the book, and so we first add up what was read on each day. "
    "On the second day she read twice as many pages as on the first, which makes forty, and on the third she rested. "
)


def measured(*texts: str) -> pd.DataFrame:
    return tv.measure(list(texts), metrics="modes", window=reference.WINDOW)


def test_each_mode_has_numbers_in_each_domain() -> None:
    table = reference.shipped_reference()
    shares = table[list(METRIC_OF.values())]
    assert (table.groupby("domain").size() >= 100).all()
    assert shares.notna().to_numpy().mean() > 0.95
    assert ((shares >= 0) & (shares <= 1) | shares.isna()).to_numpy().all()


def test_a_copy_is_the_users_own() -> None:
    own = reference.shipped_reference()
    own["loop_share"] = 1.0
    assert (reference.shipped_reference()["loop_share"] < 1).any()


def test_fluent_text_is_not_flagged_and_damage_is() -> None:
    odd = FINE.replace("pages", "pages ★ ⇒ ☂ ⟿")
    placed = tv.profile(measured(FINE, odd)).set_index(["trace_id", "mode"])
    assert placed.attrs["traceviz"]["reference"] == "shipped"
    assert not placed.loc[("0", "symbols"), "flagged"]
    assert placed.loc[("1", "symbols"), "flagged"]
    assert placed.loc[("1", "symbols"), "percentile"] > placed.loc[("0", "symbols"), "percentile"]


@pytest.mark.parametrize("window", [None, 5000])
def test_windows_of_another_size_are_refused(window: int | None) -> None:
    table = tv.measure([FINE * 60], metrics="modes", window=window)
    with pytest.raises(SchemaError, match="window=2500"):
        tv.profile(table)


def test_the_size_is_seen_where_the_table_lost_it() -> None:
    table = tv.measure([FINE * 60], metrics="modes", window=5000)
    table.attrs = {}
    with pytest.raises(SchemaError, match="windows of 5000 characters"):
        tv.profile(table)
    fitting = measured(FINE * 60)
    fitting.attrs = {}
    assert len(tv.profile(fitting)) == len(METRIC_OF)


def test_the_file_is_what_the_detectors_find() -> None:
    if not (ROOT.parent / "shared" / "data" / "traces").exists():
        pytest.skip("the traces that the reference is made of are not beside the checkout")
    sys.path.insert(0, str(ROOT / "tools"))
    import make_reference  # type: ignore[import-not-found]  # a script, found by its folder

    hosts = make_reference.hosts()
    shipped = reference.shipped_reference()
    assert len(shipped) == len(hosts)
    fresh = make_reference.measured(hosts[::40])
    for name in METRIC_OF.values():
        np.testing.assert_allclose(
            fresh[name], shipped[name][::40], rtol=1e-5, atol=1e-7, err_msg=f"{name}: run tools/make_reference.py"
        )
