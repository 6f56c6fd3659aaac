"""What a trace's words are compared with: the model's own answers, or texts of another model."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import traceviz as tv
from traceviz.detectors.usage import PRIOR, Usage
from traceviz.schema import SchemaError

TOPIC = "We draw the tetrahedron first and look at its edges. "
ODD = "The gossamer of the second step is the one that we look at. "
PLAIN = "Then we add the two numbers and check the sum again before we go on. "

#: On its topic and with a word of its own, each more often than people would use it.
TRACE = (TOPIC + PLAIN + ODD + PLAIN) * 4

#: The same topic, put plainly.
ANSWER = (TOPIC + PLAIN) * 3


def words(traces: object, **options: object) -> set[str]:
    """Tell which of the two rare words are found; in so short a trace, others pass as well."""
    return {"tetrahedron", "gossamer"} & set(tv.detect(traces, modes=["idiolect"], **options)["label"])  # type: ignore[arg-type]


def test_text_alone_cannot_tell_the_topic_from_an_odd_word() -> None:
    assert words(TRACE) == {"tetrahedron", "gossamer"}


@pytest.mark.parametrize(
    "reference",
    ["answer", [ANSWER], pd.DataFrame({"reasoning": [ANSWER, None], "question_id": ["q", "p"]})],
    ids=["own answers", "texts", "table"],
)
def test_the_topic_is_usual_in_the_reference(reference: object) -> None:
    table = pd.DataFrame({"reasoning": [TRACE], "answer": [ANSWER], "question_id": ["q"]})
    assert words(table, reference=reference) == {"gossamer"}


def test_answers_count_for_their_own_model_only() -> None:
    table = pd.DataFrame({"reasoning": [TRACE, PLAIN], "answer": [PLAIN, TRACE], "model": ["a", "b"]})
    assert words(table, reference="answer") == {"tetrahedron", "gossamer"}
    assert words(table.assign(model="a"), reference="answer") == set()


def test_a_text_about_the_same_question_weighs_more_than_the_rest() -> None:
    """A short answer is lost among the others, unless the question says that it is the one."""
    others = [PLAIN * 40] * 50
    asked = ["q", *map(str, range(50))]
    traces = pd.DataFrame({"reasoning": [TRACE], "question_id": ["q"]})
    reference = pd.DataFrame({"reasoning": [TOPIC, *others], "question_id": asked})
    assert words(traces, reference=reference) == {"gossamer"}
    assert words(traces, reference=reference.drop(columns="question_id")) == {"tetrahedron", "gossamer"}


def test_a_word_that_the_reference_lacks_is_still_compared_with_people() -> None:
    assert words(PLAIN * 10, reference=["Nothing of the kind is said here."]) == set()


@pytest.mark.parametrize("window", [None, 100_000])
def test_measure_gives_the_share_above_the_reference(window: int | None) -> None:
    table = pd.DataFrame({"reasoning": [TRACE], "answer": [ANSWER]})
    alone, above = (
        tv.measure(table, metrics="idiolect_share", window=window, reference=reference)
        for reference in (None, "answer")
    )
    assert 0 < above["idiolect_share"].item() < alone["idiolect_share"].item()
    assert above.attrs["traceviz"]["usage_reference"] == "answer"
    assert "usage_reference" not in alone.attrs["traceviz"]


def test_windows_are_compared_with_what_belongs_to_their_trace() -> None:
    """The second trace has two windows, and its answer is not that of the first."""
    table = pd.DataFrame({"reasoning": [PLAIN * 5, TRACE * 2], "answer": [TRACE, PLAIN], "model": ["a", "b"]})
    measured = tv.measure(table, metrics="idiolect_share", window=len(TRACE), reference="answer")
    assert measured["idiolect_share"].gt(0).tolist() == [False, True, True]


def test_the_rate_is_a_posterior_mean() -> None:
    hashes = np.array([7, 7, 7], dtype=np.uint64)
    usage = Usage(np.array([7 ^ 0x9E3779B97F4A7C15], dtype=np.uint64), np.array([3]), np.array([500.0, 100.0]))
    rates = usage.posterior(hashes, np.array([0, 1, -1]), np.full(3, 1e-3))
    assert rates == pytest.approx([(3 + PRIOR * 1e-3) / (500 + PRIOR), PRIOR * 1e-3 / (100 + PRIOR), 1e-3])


@pytest.mark.parametrize("reference", ["final", "reasoning", "answer", [None, "答案是六。"]])
def test_a_reference_that_compares_with_nothing_is_refused(reference: object) -> None:
    table = pd.DataFrame({"reasoning": [TRACE], "answer": [None]})
    with pytest.raises(SchemaError, match="reference"):
        tv.detect(table, reference=reference)


def test_spans_that_were_found_without_the_reference_are_refused() -> None:
    table = pd.DataFrame({"reasoning": [TRACE], "answer": [ANSWER]})
    with pytest.raises(SchemaError, match=r"give reference= to tv\.detect"):
        tv.measure(table, spans=tv.detect(table.assign(trace_id="0")), reference="answer")
