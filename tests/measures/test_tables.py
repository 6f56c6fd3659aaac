from __future__ import annotations

import pandas as pd
import pytest

import traceviz as tv
from traceviz.measures.tables import check_made_by, columns_of, samples
from traceviz.schema import SchemaError

TEXTS = ["So we get 六个苹果.", "", None, "And we add two."]


def test_samples_hold_the_traces_that_have_segments() -> None:
    segments = tv.segment(TEXTS)
    ((ids, sample),) = samples(segments, TEXTS, verb="tv.x")
    assert ids.tolist() == ["0", "3"]
    assert [sample.texts[number] for number in range(2)] == [TEXTS[0], TEXTS[3]]


def test_without_the_traces_the_texts_are_blank_and_of_the_same_length() -> None:
    segments = tv.segment(TEXTS)
    ((ids, sample),) = samples(segments, None, verb="tv.x")
    assert ids.tolist() == ["0", "3"]
    assert [sample.texts[number] for number in range(2)] == [" " * 15, " " * 15]
    assert len(sample.pieces) == len(segments)
    assert sample.pieces.start.tolist()[:2] == segments["start"].tolist()[:2]


def test_no_segments_give_no_sample() -> None:
    assert list(samples(tv.segment([]), ["So we get it."], verb="tv.x")) == []


def test_columns_come_from_the_traces_first() -> None:
    traces = pd.DataFrame({"trace_id": ["b", "a"], "reasoning": ["So we get it.", "And so on."], "model": ["m", None]})
    segments = tv.segment(traces).assign(model="wrong", step=[1, 2])
    found = columns_of(segments, traces, ["model", "step"], verb="tv.x")
    assert found.index.tolist() == ["b", "a"]
    assert found["model"].fillna("-").tolist() == ["m", "-"]
    assert found["step"].tolist() == [1, 2]
    assert columns_of(segments, None, ["model"], verb="tv.x")["model"].tolist() == ["wrong", "wrong"]
    assert columns_of(segments, traces, [], verb="tv.x").shape == (2, 0)


def test_what_is_missing_is_named() -> None:
    segments = tv.segment(["So we get it."])
    with pytest.raises(SchemaError, match=r"tv.x found no column 'model'.*tv.x\(segments, traces, \.\.\.\)"):
        columns_of(segments, None, ["model"], verb="tv.x")
    with pytest.raises(SchemaError, match=r"tv.y needs the table of tv.x and this one lacks the columns 'b'"):
        check_made_by(pd.DataFrame({"a": [1]}), ["a", "b"], maker="tv.x", verb="tv.y")
