from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceviz.statistics.permutation import EXACT_UNITS, PERMUTATIONS, label_p, sign_flip_p, swap_p


def test_exact_p_of_the_reference_vector() -> None:
    # .10 .20 .30 .40 against .15 .30 .35 .60: all four differences point one way, so 2 of 16 patterns are as far.
    assert sign_flip_p([0.05, 0.10, 0.05, 0.20]) == 0.125


@given(st.lists(st.integers(-4, 4), min_size=1, max_size=7))
def test_exact_p_is_the_share_of_sign_patterns_as_far(differences: list[int]) -> None:
    observed = abs(sum(differences))
    sums = [
        sum(s * d for s, d in zip(signs, differences, strict=True))
        for signs in product((1, -1), repeat=len(differences))
    ]
    expected = sum(abs(total) >= observed for total in sums) / len(sums)
    assert sign_flip_p(np.array(differences) * 0.1) == pytest.approx(expected)


def test_the_boundary_between_all_patterns_and_random_ones() -> None:
    assert sign_flip_p(np.arange(1, EXACT_UNITS + 1)) == 2 / 2**EXACT_UNITS
    # All differences alike: of 10,000 random patterns of 30 signs none is all equal.
    assert sign_flip_p(np.ones(30)) == 1 / (1 + PERMUTATIONS)


def test_random_flips_follow_the_seed_and_come_near_the_exact_value() -> None:
    differences = np.linspace(-1.0, 2.0, 16)
    signs = 1 - 2 * ((np.arange(2**16)[:, None] >> np.arange(16)) & 1)
    exact = np.mean(np.abs(signs @ differences) >= abs(differences.sum()) - 1e-9)
    first = sign_flip_p(differences, seed=1)
    assert first == sign_flip_p(differences, seed=1)
    assert first != sign_flip_p(differences, seed=2)
    assert first == pytest.approx(exact, abs=0.01)


def test_missing_differences_are_left_out_and_none_gives_none() -> None:
    assert sign_flip_p([0.05, np.nan, 0.10, 0.05, 0.20]) == 0.125
    assert np.isnan(sign_flip_p([np.nan]))
    assert sign_flip_p([0.0, 0.0]) == 1.0


def test_swaps_of_pooled_questions_pool_anew_each_time() -> None:
    # Two questions; group 4/10 and 1/2, baseline 1/10 and 1/8.  The four swaps, pooled:
    # 5/12 - 2/18, 4.. (second swapped) 5/18 - 2/12, (first swapped) 2/12 - 5/18, (both) 2/18 - 5/12.
    p = swap_p(*(np.array([column]).T for column in ([4.0, 1.0], [10.0, 2.0], [1.0, 1.0], [10.0, 8.0])), seed=0)
    assert p.tolist() == [2 / 4]


def test_labels_are_permuted_exactly_where_that_is_possible() -> None:
    # 3 against 3 clusters, fully apart: 2 of the 20 ways are as far.
    values = np.array([[5.0], [6.0], [7.0], [1.0], [2.0], [3.0]])
    p = label_p(values, np.ones((6, 1)), np.arange(6) < 3, seed=0)
    assert p.tolist() == [2 / 20]


def test_many_labels_are_drawn_at_random_by_the_seed() -> None:
    random = np.random.default_rng(3)
    values = random.normal(size=(60, 1)) + 0.4 * (np.arange(60) < 30)[:, None]
    p = [label_p(values, np.ones((60, 1)), np.arange(60) < 30, seed=seed)[0] for seed in (0, 0, 1)]
    assert p[0] == p[1] != p[2]
    assert p[0] == pytest.approx(p[2], abs=0.02)


def test_no_value_on_one_side_has_no_p() -> None:
    sums = np.array([[1.0], [2.0], [0.0], [0.0]])
    weights = np.array([[1.0], [1.0], [0.0], [0.0]])
    assert np.isnan(label_p(sums, weights, np.array([True, True, False, False]), seed=0)).all()


@pytest.mark.parametrize("paired", [True, False])
def test_p_is_uniform_without_a_difference(*, paired: bool) -> None:
    random, runs, found = np.random.default_rng(5), 400, []
    for run in range(runs):
        values = random.exponential(size=(10, 1))
        other = random.exponential(size=(10, 1))
        one = np.ones_like(values)
        if paired:
            found.append(swap_p(values, one, other, one, seed=run)[0])
        else:
            five = np.arange(10) < 5
            found.append(label_p(values, one, five, seed=run)[0])
    share = np.mean(np.array(found) <= 0.1)
    assert 0.06 <= share <= 0.14
