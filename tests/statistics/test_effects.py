from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from traceviz.statistics.effects import benjamini_hochberg, cliffs_delta, d_z, holm

P = [0.001, 0.008, 0.039, 0.041, 0.042, 0.060, 0.074, 0.205]


def test_d_z_of_the_reference_vector() -> None:
    assert d_z(np.subtract([0.15, 0.30, 0.35, 0.60], [0.10, 0.20, 0.30, 0.40])) == pytest.approx(1.414214, abs=1e-6)


def test_d_z_without_spread_is_missing() -> None:
    assert np.isnan(d_z([0.1]))
    assert np.isnan(d_z(np.subtract([0.3, 0.4, 0.5], [0.2, 0.3, 0.4])))  # .1 three times, but for rounding
    assert np.isnan(d_z([0.0, 0.0]))


def test_d_z_leaves_missing_values_out() -> None:
    assert d_z([1.0, np.nan, 3.0]) == pytest.approx(np.sqrt(2))


def test_cliffs_delta_of_the_reference_vector() -> None:
    assert cliffs_delta([1, 2, 3, 4], [2, 3, 4, 5]) == -0.4375


def test_cliffs_delta_ends_and_nothing() -> None:
    assert cliffs_delta([3, 4], [1, 2]) == 1.0
    assert cliffs_delta([1, 1], [1, np.nan]) == 0.0
    assert np.isnan(cliffs_delta([], [1]))


@given(st.lists(st.integers(0, 5), min_size=1, max_size=8), st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_cliffs_delta_counts_pairs(ours: list[int], theirs: list[int]) -> None:
    pairs = [(a > b) - (a < b) for a in ours for b in theirs]
    assert cliffs_delta(ours, theirs) == pytest.approx(sum(pairs) / len(pairs))


def test_holm_of_the_reference_list() -> None:
    assert holm(P).tolist() == pytest.approx([0.008, 0.056, *[0.234] * 6], abs=1e-9)


def test_benjamini_hochberg_of_the_reference_list() -> None:
    expected = [0.008, 0.032, 0.0672, 0.0672, 0.0672, 0.08, 0.074 * 8 / 7, 0.205]
    assert benjamini_hochberg(P).tolist() == pytest.approx(expected, abs=1e-9)


@given(st.lists(st.floats(0, 1), max_size=12))
def test_benjamini_hochberg_agrees_with_scipy(p: list[float]) -> None:
    expected = false_discovery_control(p) if p else []
    assert benjamini_hochberg(p).tolist() == pytest.approx(list(expected))


@pytest.mark.parametrize("adjust", [holm, benjamini_hochberg])
def test_order_is_kept_and_untested_ones_do_not_count(adjust: Callable[[object], np.ndarray]) -> None:
    shuffled = [0.042, np.nan, 0.001, 0.205]
    alone = adjust([0.001, 0.042, 0.205]).tolist()
    assert adjust(shuffled)[[2, 0, 3]].tolist() == alone
    assert np.isnan(adjust(shuffled)[1])
    assert (adjust([0.9, 0.8]) <= 1).all()
