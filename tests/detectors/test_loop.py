from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import traceviz as tv
from traceviz.detectors.kernels.loop import runs
from traceviz.detectors.loop import EXACT, loops
from traceviz.texts import Texts

CASES = json.loads((Path(__file__).parent.parent / "cases" / "loops.json").read_text(encoding="utf-8"))


def longest(text: str) -> list[int]:
    """Give tokens, first token of the longest loop, its tokens, its period, its first byte and the byte after."""
    found: list[int] = loops(Texts.of([text])).longest()[0].tolist()
    return found


def parametrised() -> list[Any]:
    return [
        pytest.param(
            case,
            id=case["label"],
            marks=[pytest.mark.xfail(strict=True, reason=case["reason"])] if case.get("expect") == "fail" else [],
        )
        for case in CASES
    ]


@pytest.mark.parametrize("case", parametrised())
def test_loops_of_the_case_file(case: dict[str, Any]) -> None:
    tokens, onset, in_loop, period, *_ = longest(case["text"])
    if case["tokens"] is not None:
        assert tokens == case["tokens"]
    if case["in_loop"] == 0:
        assert (onset, in_loop, period) == (0, 0, 0)
        assert tv.detect(case["text"], modes=["loop"]).empty
    else:
        assert onset == case["onset"]
        assert period == (case["period"] or period)
        assert in_loop == (case["in_loop"] or in_loop)
        assert period > 0


def test_the_span_holds_the_loop_and_tells_period_and_repeats() -> None:
    text = "We start. " + "wait, no. " * 6 + "Then done."
    (span,) = tv.detect(text, modes=["loop"]).itertuples()
    assert text[span.start : span.end] == ("wait, no. " * 6).rstrip(". ")
    assert (span.mode, span.label, span.score) == ("loop", "period 2", 6.0)


def test_offsets_count_code_points() -> None:
    text = "😀é " + "再想一想，" * 5
    (span,) = tv.detect(text, modes=["loop"]).itertuples()
    assert text[span.start : span.end] == ("再想一想，" * 5)[:-1]


def test_every_loop_is_a_span_and_the_metrics_are_of_the_longest() -> None:
    one, two = "wait, no. " * 6, "let me check that again. " * 5
    text = f"We start. {one}Then we go on with it. {two}Done."
    spans = tv.detect(text, modes=["loop"])
    assert [text[span.start : span.end] for span in spans.itertuples()] == [one[:-2], two[:-2]]
    assert spans["label"].tolist() == ["period 2", "period 5"]
    measured = tv.measure(text, metrics=["loop_share", "loop_onset", "loop_period"]).iloc[0]
    assert measured[["loop_share", "loop_onset", "loop_period"]].tolist() == [25 / 46, 20, 5]


def test_loops_that_touch_do_not_overlap() -> None:
    text = "yes no yes no yes no yes no yes no yes no no no no no no no no no no no no no no no no no no no no no"
    first, second = tv.detect(text, modes=["loop"]).itertuples()
    assert (first.start, second.end) == (0, len(text))
    assert first.end < second.start


@pytest.mark.parametrize(
    ("text", "in_loop"),
    [
        ("a" * 1_000_000, 0),
        ("a " * 500_000, 500_000),
        (" ".join(f"w{i % 100}" for i in range(250_000)), 500_000),
        ("".join(f"Step {i}: we check the sum once more.\n" for i in range(25_000)), 25_000 * 8),
    ],
    ids=["one word", "one token", "period 200", "counter"],
)
def test_a_million_characters(text: str, in_loop: int) -> None:
    # Were the search not linear, this would not end.
    assert longest(text)[2] == in_loop


def brute_force(tokens: Sequence[int]) -> int:
    """Give the length of the longest loop by the definition."""
    longest = 0
    for period in range(1, min(EXACT.most_period, len(tokens)) + 1):
        run = 0
        for i in range(period, len(tokens)):
            run = run + 1 if tokens[i] == tokens[i - period] else 0
            length = run + period
            if run and length >= EXACT.fewest_repeats * period and length >= EXACT.fewest_tokens:
                longest = max(longest, length)
    return longest


units = st.lists(st.integers(0, 5), min_size=1, max_size=9)


@given(st.lists(st.integers(0, 5), max_size=8), units, st.integers(3, 6), st.lists(st.integers(0, 5), max_size=8))
@example([], [0, 1, 2, 0, 1, 2, 3], 3, [])
def test_the_longest_loop_is_the_one_of_the_definition(
    before: list[int], unit: list[int], times: int, after: list[int]
) -> None:
    tokens = before + unit * times + after
    hashes = np.array(tokens, dtype=np.uint64)
    scratch = np.empty(4 * len(tokens) + 1, np.int64), np.zeros(EXACT.most_period + 1, np.int64)
    found = np.empty((len(tokens), 3), np.int64)
    words = np.full(len(tokens), 3)
    n_found = runs(hashes, hashes, words, len(tokens), np.array([EXACT]), 0, scratch, found, 0)
    start, end, period = max(found[:n_found].tolist(), key=lambda run: run[1] - run[0], default=(0, 0, 0))
    if period:
        assert all(tokens[i] == tokens[i - period] for i in range(start + period, end))
        assert end - start >= max(EXACT.fewest_repeats * period, EXACT.fewest_tokens)
    if all_triples_tell(unit):
        assert end - start == brute_force(tokens)


def all_triples_tell(unit: list[int]) -> bool:
    """Tell whether some three tokens in a row occur once in a turn: the known limit of the search."""
    ring = unit * 3
    triples = [tuple(ring[i : i + 3]) for i in range(len(unit))]
    return any(triples.count(triple) == 1 for triple in triples)


@given(st.lists(st.sampled_from(["wait ", "no ", "再", "想", "4 ", "+ ", "😀", "\n", "e\u0301 "]), max_size=40))
def test_a_loop_lies_inside_the_text_and_its_counts_agree(parts: list[str]) -> None:
    text = "".join(parts)
    tokens, onset, in_loop, period, start, end = longest(text)
    assert onset + in_loop <= tokens
    assert 0 <= start <= end <= len(text.encode())
    if period:
        assert in_loop >= max(EXACT.fewest_tokens, EXACT.fewest_repeats * period)


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = [case["text"] for case in CASES]
    batch = loops(Texts.of(texts)).longest()
    offsets = Texts.of(texts).offsets
    for i, text in enumerate(texts):
        single = np.array(longest(text))
        shift = np.where(single[3] > 0, offsets[i], 0)
        np.testing.assert_array_equal(batch[i], single + np.array([0, 0, 0, 0, shift, shift]))


@pytest.mark.parametrize("n_before", range(5, 205))
def test_a_loop_is_found_wherever_it_begins(n_before: int) -> None:
    # Places of the table that remembers tokens are shared, more so in short texts: that must not hide a loop.
    text = "".join(f"w{position} " for position in range(n_before)) + "let me check this again " * 4
    _, onset, in_loop, period, *_ = longest(text)
    assert (onset, in_loop, period) == (2 * n_before, 20, 5)
