from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

import traceviz as tv
from traceviz.measures.registry import DEFAULT, bounds_of, groups, names, registry, select, weight_of
from traceviz.schema import STRING, SchemaError

METRICS = registry()


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_states_what_it_is(name: str) -> None:
    entry = METRICS[name]
    for statement in (entry.unit, entry.range, entry.direction, entry.source, entry.needs, entry.level):
        assert statement.strip()
    assert entry.direction in ("none", "more is worse", "less is worse", "more is more mixed", "less is more mixed")
    assert entry.level == "trace"
    assert entry.description.endswith(".")
    assert len(entry.description) > 10
    assert name.isidentifier()


@pytest.mark.parametrize("name", METRICS)
def test_a_weight_is_a_measured_column_that_is_no_share(name: str) -> None:
    weight = weight_of(name)
    if weight is not None:
        assert weight in METRICS
        assert METRICS[weight].group == "length"


def test_the_table_of_metrics() -> None:
    table = tv.metrics()
    assert list(table.columns) == [
        *["name", "default", "group", "unit", "range", "direction", "level", "weight", "needs", "source"],
        *["length_dependent", "description"],
    ]
    assert table["name"].tolist() == list(METRICS)
    assert table["name"].is_unique
    assert table["default"].dtype == bool
    assert set(table.loc[table["default"], "name"]) == set(DEFAULT)
    assert table["length_dependent"].dtype == bool
    assert all(table[name].dtype == STRING for name in table.columns.drop(["default", "length_dependent"]))
    assert table.drop(columns="weight").notna().all(axis=None)


def test_of_the_default_metrics_only_those_depend_on_length_that_are_length_or_ask_for_any() -> None:
    assert [name for name in DEFAULT if METRICS[name].length_dependent] == ["any_foreign", "words", "characters"]


def test_the_table_is_fresh_each_time() -> None:
    table = tv.metrics()
    table.loc[:, "unit"] = "broken"
    assert "broken" not in set(tv.metrics()["unit"])


def test_the_default_set_fits_on_a_screen_and_stands_in_its_order() -> None:
    assert len(DEFAULT) == len(set(DEFAULT)) <= 15
    measured = tv.measure("So we are done.")
    assert list(measured.columns) == ["trace_id", "reasoning", *DEFAULT, "not_measured"]


@pytest.mark.parametrize("name", [name for name in METRICS if name.endswith("_raw")])
def test_a_raw_twin_differs_in_name_and_description_only(name: str) -> None:
    twin, base = METRICS[name], METRICS[name.removesuffix("_raw")]
    assert twin.description.startswith(base.description.removesuffix("."))
    assert twin.description.endswith("quoted and mentioned words counted.")
    ignored = {"name": "", "description": "", "function": None}
    assert twin._replace(**ignored) == base._replace(**ignored)


def test_selection() -> None:
    assert select("default") == list(DEFAULT)
    assert select("all") == names()
    assert select("cmi") == ["cmi"]
    assert select("length") == ["words", "characters"]
    assert {name for group in groups() for name in select(group)} == set(names())
    assert select("modes")[:2] == ["foreign_share", "symbols_share"]
    assert groups() == ["mixing", "symbols", "repetition", "vocabulary", "readability", "structure", "modes", "length"]


def test_an_unknown_metric_is_refused_with_the_choices() -> None:
    with pytest.raises(
        SchemaError, match=r"metrics='cim' is not known; choose one of 'mixing', 'symbols'.*'all'.*more"
    ):
        select("cim")


@pytest.mark.parametrize(
    ("name", "bounds"),
    [
        ("cmi", (0, 100)),
        ("switch_rate", (0, 1000)),
        ("loop_period", (1, 200)),
        ("words", (0, np.inf)),
        ("script_entropy", (0, np.inf)),
        ("flesch_reading_ease", (-np.inf, np.inf)),
        ("my_own", (-np.inf, np.inf)),
    ],
)
def test_bounds(name: str, bounds: tuple[float, float]) -> None:
    assert bounds_of(name) == bounds


def test_an_unknown_weight_is_none() -> None:
    assert weight_of("my_own") is None


def test_the_order_does_not_depend_on_what_was_imported_first() -> None:
    code = "import {first}\nimport traceviz as tv\nprint(*tv.metrics()['name'])"
    given = {
        subprocess.run(
            [sys.executable, "-c", code.format(first=first)], check=True, capture_output=True, text=True
        ).stdout
        for first in ("traceviz.measures.modes", "traceviz.measures.length", "traceviz.measures.mixing")
    }
    assert len(given) == 1
