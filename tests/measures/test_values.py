from __future__ import annotations

import numpy as np

from traceviz.measures.values import Values


def test_a_ratio_over_zero_is_missing_for_the_reason_named() -> None:
    values = Values.ratio([1, 0, 3], [2, 0, -1], "no_words", scale=10)
    np.testing.assert_array_equal(values.number, [5, np.nan, np.nan])
    assert values.reasons() == [None, "no_words", "no_words"]


def test_the_first_reason_stays() -> None:
    values = Values.of([1, 2]).without([True, False], "empty").without([True, True], "no_words")
    assert values.reasons() == ["empty", "no_words"]
    assert np.isnan(values.number).all()


def test_otherwise_takes_what_is_not_missing_here() -> None:
    first = Values.of([0, 0]).without([True, False], "empty")
    second = Values.of([1, 2]).without([False, True], "one_token")
    merged = first.otherwise(second)
    np.testing.assert_array_equal(merged.number, [np.nan, np.nan])
    assert merged.reasons() == ["empty", "one_token"]


def test_values_are_not_changed_in_place() -> None:
    numbers = np.array([1.0, 2.0])
    values = Values.of(numbers)
    values.without([True, True], "empty")
    np.testing.assert_array_equal(values.number, [1, 2])
    np.testing.assert_array_equal(numbers, [1, 2])
