from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceviz.statistics.bootstrap import (
    CELLS,
    cluster_t_interval,
    design_effect,
    intraclass_correlation,
    percentile_interval,
    ratio,
    ratio_draws,
    resamples,
)


def test_ratio_of_nothing_is_missing_and_not_zero() -> None:
    assert np.isnan(ratio(np.array([0.0]), np.array([0.0]))[0])
    assert ratio(np.array([1.0]), np.array([4.0]))[0] == 0.25


@given(st.integers(1, 40), st.integers(1, 30), st.integers(0, 1000))
def test_each_draw_takes_as_many_clusters_as_there_are(n_clusters: int, draws: int, seed: int) -> None:
    counts = np.vstack(list(resamples(n_clusters, draws=draws, seed=seed)))
    assert counts.shape == (draws, n_clusters)
    assert (counts.sum(axis=1) == n_clusters).all()


def test_resamples_come_in_chunks_that_fit_in_memory() -> None:
    n_clusters = CELLS // 3
    sizes = [len(part) for part in resamples(n_clusters, draws=7, seed=0)]
    assert sizes == [3, 3, 1]


def test_draws_are_the_ratio_of_the_resampled_sums() -> None:
    numerators, denominators = np.array([[1.0], [5.0], [2.0]]), np.array([[2.0], [5.0], [8.0]])
    (counts,) = resamples(3, draws=50, seed=4)
    drawn = ratio_draws(numerators, denominators, draws=50, seed=4)
    by_hand = [
        sum(c * x for c, x in zip(row, (1, 5, 2), strict=True))
        / sum(c * x for c, x in zip(row, (2, 5, 8), strict=True))
        for row in counts
    ]
    assert drawn[:, 0].tolist() == pytest.approx(by_hand)


def test_metrics_share_their_resamples() -> None:
    numbers = np.random.default_rng(0).normal(size=(20, 1))
    drawn = ratio_draws(np.hstack([numbers, 3 * numbers]), np.ones((20, 2)), draws=100, seed=1)
    assert drawn[:, 1] == pytest.approx(3 * drawn[:, 0])


def test_no_cluster_gives_no_draw() -> None:
    assert np.isnan(ratio_draws(np.zeros((0, 2)), np.zeros((0, 2)), draws=3, seed=0)).all()


def test_percentile_interval_leaves_missing_draws_out() -> None:
    draws = np.column_stack([np.r_[np.arange(101.0), np.nan], np.full(102, np.nan)])
    low, high = percentile_interval(draws, confidence=0.9)
    assert (low[0], high[0]) == pytest.approx((5.0, 95.0))
    assert np.isnan(low[1])
    assert np.isnan(high[1])


def test_cluster_t_of_equal_clusters_is_the_t_interval_of_their_means() -> None:
    # means 2, 4, 9: mean 5, sd sqrt(13), error sqrt(13/3), t(2, .975) = 4.302653
    low, high = cluster_t_interval(np.array([4.0, 8.0, 18.0]), np.full(3, 2.0), confidence=0.95)
    assert low == pytest.approx(5 - 4.302652729911275 * np.sqrt(13 / 3))
    assert high == pytest.approx(5 + 4.302652729911275 * np.sqrt(13 / 3))


def test_cluster_t_ignores_clusters_without_the_metric() -> None:
    with_empty = cluster_t_interval(np.array([1.0, 0.0, 3.0]), np.array([1.0, 0.0, 1.0]), confidence=0.9)
    assert with_empty == pytest.approx(cluster_t_interval(np.array([1.0, 3.0]), np.ones(2), confidence=0.9))


def test_one_cluster_has_no_interval() -> None:
    assert np.isnan(cluster_t_interval(np.array([1.0]), np.ones(1), confidence=0.95)).all()


def test_intraclass_correlation_of_the_reference_vector() -> None:
    assert intraclass_correlation([1, 2, 3, 4, 5, 6], list("aabbcc")) == pytest.approx(15 / 17)


def test_intraclass_correlation_leaves_missing_values_out() -> None:
    assert intraclass_correlation([1, 2, np.nan, 3, 4, 5, 6], list("aabbbcc")) == pytest.approx(15 / 17)


@pytest.mark.parametrize(
    ("values", "clusters"),
    [([], []), ([1, 2], ["a", "a"]), ([1, 2], ["a", "b"]), ([1, 1, 1, 1], list("aabb"))],
    ids=["empty", "one cluster", "singletons", "no variance"],
)
def test_intraclass_correlation_that_cannot_be_told_is_missing(values: list[float], clusters: list[str]) -> None:
    assert np.isnan(intraclass_correlation(values, clusters))
    assert np.isnan(design_effect(values, clusters))


def test_design_effect_is_one_plus_m_minus_one_icc() -> None:
    # The reference's case: m 8 and ICC .5 give 4.5.
    random = np.random.default_rng(0)
    questions = np.repeat(np.arange(4000), 8)
    values = random.normal(size=4000)[questions] + random.normal(size=questions.size)
    assert design_effect(values, questions) == pytest.approx(4.5, abs=0.2)
    assert design_effect([1, 2, 3, 4, 5, 6], list("aabbcc")) == pytest.approx(1 + 15 / 17)


def _covered(clusters: np.ndarray, values: np.ndarray, seed: int) -> bool:
    sums, sizes = np.bincount(clusters, weights=values)[:, None], np.bincount(clusters).astype(float)[:, None]
    low, high = percentile_interval(ratio_draws(sums, sizes, draws=300, seed=seed), confidence=0.95)
    return bool(low[0] <= 0.0 <= high[0])


def test_coverage_holds_by_cluster_and_fails_row_by_row() -> None:
    # 50 questions x 8 samples with ICC .7: the reference measured .95 by cluster, .59 row by row.
    questions, random, runs = np.repeat(np.arange(50), 8), np.random.default_rng(20), 200
    by_cluster = row_by_row = 0
    for run in range(runs):
        values = np.sqrt(0.7) * random.normal(size=50)[questions] + np.sqrt(0.3) * random.normal(size=400)
        by_cluster += _covered(questions, values, run)
        row_by_row += _covered(np.arange(400), values, run)
    assert 0.90 <= by_cluster / runs <= 0.99
    assert row_by_row / runs < 0.75


def test_coverage_of_the_t_interval_with_five_questions() -> None:
    questions, random, runs = np.repeat(np.arange(5), 8), np.random.default_rng(21), 400
    covered = 0
    for _ in range(runs):
        values = random.normal(size=5)[questions] + random.normal(size=40)
        low, high = cluster_t_interval(np.bincount(questions, weights=values), np.full(5, 8.0), confidence=0.95)
        covered += low <= 0 <= high
    assert 0.92 <= covered / runs <= 0.98
