"""The code-switching indices on plain lists of tags, against numbers computed elsewhere."""

from __future__ import annotations

import itertools
import json
import math
import statistics
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceviz.measures import tag_runs
from traceviz.measures.tag_runs import Runs, Tally, runs_of
from traceviz.measures.values import Values
from traceviz.schema import SchemaError

CASES = json.loads((Path(__file__).parent.parent / "cases" / "code_switching.json").read_text(encoding="utf-8"))

INDICES: dict[str, Callable[[Runs], Values]] = {
    "m_index": lambda runs: tag_runs.m_index(runs.tally),
    "i_index": tag_runs.i_index,
    "entropy": lambda runs: tag_runs.entropy(runs.tally),
    "span_entropy": tag_runs.span_entropy,
    "burstiness": tag_runs.burstiness,
    "burstiness_sample": lambda runs: tag_runs.burstiness(runs, sample=True),
    "memory": tag_runs.memory,
    "cmi": lambda runs: tag_runs.cmi(runs.tally),
    "cmi_switch": tag_runs.cmi_switch,
    "first_switch": tag_runs.first_switch,
}

#: Decimals with which the reference states each; fractions are exact.
DIGITS = {"cmi": 4, "cmi_switch": 4}


def one(values: Values) -> float | str:
    """Give the number of a batch of one, or the reason why it is missing."""
    (reason,) = values.reasons()
    return values.number.item() if reason is None else reason


@pytest.mark.parametrize("name", [name for name in INDICES if name != "first_switch"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_index(case: dict[str, Any], name: str) -> None:
    found, expected = one(INDICES[name](runs_of([case["tags"].split()]))), case[name]
    if isinstance(expected, str):
        assert found == expected
    elif isinstance(expected, list):
        assert found == pytest.approx(expected[0] / expected[1], rel=1e-12)
    else:
        assert found == pytest.approx(expected, abs=0.6 * 10 ** -DIGITS.get(name, 7))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_tokens_switch_points_and_runs(case: dict[str, Any]) -> None:
    runs = runs_of([case["tags"].split()])
    assert runs.n.tolist() == [case["n"]]
    assert runs.switches.tolist() == [case["switches"]]
    assert runs.length.tolist() == case["spans"]


def test_a_batch_gives_what_single_sequences_give() -> None:
    sequences = [case["tags"].split() for case in CASES]
    for name, index in INDICES.items():
        together, alone = index(runs_of(sequences)), [index(runs_of([sequence])) for sequence in sequences]
        np.testing.assert_array_equal(together.number, np.concatenate([values.number for values in alone]), name)
        assert together.reasons() == [reason for values in alone for reason in values.reasons()]


def test_m_index_of_half_and_half_depends_on_the_declared_languages() -> None:
    tally = runs_of([["en", "zh"]]).tally
    assert [tag_runs.m_index(tally, k=k).number.item() for k in (2, 3)] == [1, 0.5]
    assert one(tag_runs.m_index(runs_of([["en"]]).tally, k=1)) == "one_language"
    with pytest.raises(SchemaError, match="told that k=1 languages can occur, and a text has 2"):
        tag_runs.m_index(tally, k=1)


def tally_of(*counts: int) -> Tally:
    return Tally.of(np.zeros(len(counts), int), np.arange(len(counts)), np.array(counts), 1)


def test_entropy_in_bits_nats_and_as_a_share_of_its_limit() -> None:
    bits = tag_runs.entropy(tally_of(5, 2, 3)).number.item()
    assert bits == pytest.approx(1.485475, abs=5e-7)
    assert bits * math.log(2) == pytest.approx(1.029653, abs=5e-7)
    assert bits / math.log2(3) == pytest.approx(0.937231, abs=5e-7)


def test_miller_madow_of_nine_and_one() -> None:
    assert tag_runs.entropy(tally_of(9, 1)).number.item() == pytest.approx(0.468996, abs=5e-7)
    assert tag_runs.entropy(tally_of(9, 1), corrected=True).number.item() == pytest.approx(0.541130, abs=5e-7)


@pytest.mark.parametrize(("n", "plain", "corrected"), [(10, 0.3868, 0.4342), (50, 0.4525, 0.4669)])
def test_the_correction_brings_the_mean_nearer_to_the_truth(n: int, plain: float, corrected: float) -> None:
    """Of samples of n from shares of .9 and .1, whose entropy is .4690; the figures are from 20,000 draws.

    Here every outcome is weighted by its probability, so that the mean is exact.
    """
    first = np.arange(n + 1)
    weight = np.array([math.comb(n, k) * 0.9**k * 0.1 ** (n - k) for k in first])
    amount = np.stack([first, n - first], axis=1).ravel()
    there = amount > 0
    tally = Tally.of(np.repeat(first, 2)[there], np.tile([0, 1], n + 1)[there], amount[there], n + 1)
    means = [tag_runs.entropy(tally, corrected=on).number @ weight for on in (False, True)]
    assert means == [pytest.approx(plain, abs=0.005), pytest.approx(corrected, abs=0.005)]
    assert abs(means[1] - 0.4690) < abs(means[0] - 0.4690) / 2


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ("en en en en en zh zh zh zh zh", 0.5),
        ("en zh", 0.5),
        ("U en U zh zh zh", 0.25),
        ("en en", "one_language"),
        ("U", "no_words"),
    ],
)
def test_position_of_the_first_switch(tags: str, expected: float | str) -> None:
    assert one(tag_runs.first_switch(runs_of([tags.split()]))) == expected


def test_two_hundred_tokens() -> None:
    """Twenty blocks of seven English and three Chinese words, by arithmetic on paper."""
    runs = runs_of([(["en"] * 7 + ["zh"] * 3) * 20])
    assert one(tag_runs.i_index(runs)) == 39 / 199
    assert one(tag_runs.cmi(runs.tally)) == pytest.approx(30)
    assert one(tag_runs.cmi_switch(runs)) == pytest.approx(50 * (60 + 39) / 200)
    assert one(tag_runs.m_index(runs.tally)) == pytest.approx(0.42 / 0.58)
    assert one(tag_runs.span_entropy(runs)) == 1
    assert one(tag_runs.burstiness(runs)) == pytest.approx((2 - 5) / (2 + 5))
    assert one(tag_runs.memory(runs)) == pytest.approx(-1)


# --- against the formulas written out, for any tags --------------------------------------------------------------


def expected(tags: list[str]) -> dict[str, float]:
    """Compute what is defined the slow way, with the standard library."""
    spans = [len(list(group)) for _, group in itertools.groupby(tags)]
    n, p = len(tags), [count / len(tags) for count in Counter(tags).values()]
    k, squares = max(2, len(p)), sum(x * x for x in p)
    most = max(Counter(tags).values())
    found = {
        "m_index": (1 - squares) / ((k - 1) * squares),
        "entropy": -sum(x * math.log2(x) for x in p),
        "cmi": 100 * (1 - most / n),
        "cmi_switch": 50 * ((n - most) + len(spans) - 1) / n,
        "span_entropy": -sum(c / len(spans) * math.log2(c / len(spans)) for c in Counter(spans).values()),
    }
    if n > 1:
        found["i_index"] = (len(spans) - 1) / (n - 1)
    if len(spans) > 1:
        mean = statistics.mean(spans)
        for name, deviation in (("burstiness", statistics.pstdev), ("burstiness_sample", statistics.stdev)):
            sigma = deviation(spans)
            found[name] = (sigma - mean) / (sigma + mean)
        found["first_switch"] = spans[0] / n
    if len(set(spans[:-1])) > 1 and len(set(spans[1:])) > 1:
        found["memory"] = statistics.correlation(spans[:-1], spans[1:])
    return found


@given(st.lists(st.lists(st.sampled_from(["en", "zh", "de", "U"]), max_size=30), max_size=8))
def test_any_tags_give_what_the_formulas_say(sequences: list[list[str]]) -> None:
    runs = runs_of(sequences)
    for name, index in INDICES.items():
        values = index(runs)
        for place, sequence in enumerate(sequences):
            tags = [tag for tag in sequence if tag != "U"]
            known = expected(tags) if tags else {}
            if name in known:
                assert values.number[place] == pytest.approx(known[name], abs=1e-9), (name, tags)
            else:
                assert values.reasons()[place] is not None, (name, tags)


@given(st.lists(st.sampled_from(["en", "zh", "de"]), min_size=1, max_size=30))
def test_names_of_languages_and_direction_do_not_matter(tags: list[str]) -> None:
    renamed = [{"en": "x", "zh": "a", "de": "m"}[tag] for tag in tags]
    for name, index in INDICES.items():
        number, other = index(runs_of([tags])).number, index(runs_of([renamed])).number
        np.testing.assert_allclose(number, other, atol=1e-12, err_msg=name)
        if name != "first_switch":
            np.testing.assert_allclose(number, index(runs_of([tags[::-1]])).number, atol=1e-9, err_msg=name)


def test_entries_of_several_words_count_as_such() -> None:
    """A Chinese sentence is one entry of many words."""
    runs = Runs.of(np.array([0, 0, 0]), np.array([1, 0, 0]), np.array([4, 1, 1]), 1)
    assert (runs.length.tolist(), runs.n.tolist()) == ([4, 2], [6])


def test_ties_of_the_top_language_go_by_the_order_given() -> None:
    tally = Tally.of(np.array([0, 0, 2]), np.array([0, 1, 1]), np.array([3.0, 3.0, 1.0]), 3)
    assert tally.top(np.array([1, 0])).tolist() == [1, -1, 1]
    assert tally.top(np.array([0, 1])).tolist() == [0, -1, 1]
