"""langdetect as a detector: seeded, tiling, one run of one script at a time."""

from __future__ import annotations

import pandas as pd
import pytest

import traceviz as tv
from traceviz.segments.langdetect import guess

TEXTS = [
    "Zuerst addieren wir die Zahlen, und dann teilen wir das Ergebnis durch die Anzahl.",
    "我们首先把这些数字加起来，然后再除以它们的个数。",
    "We first add all of the numbers, 然后我们再除以它们的个数 and then we are done with it. x = 2",
    "12 + 34 = 46",
    "`code` and \\frac{1}{2} \ud83d",
    "",
    None,
]


def test_it_labels_and_tiles() -> None:
    segments = tv.segment(TEXTS, detector="langdetect")
    for i, text in enumerate(TEXTS):
        rows = segments[segments["trace_id"] == str(i)]
        if text:
            assert [rows["start"].iloc[0], *rows["end"]] == [*rows["start"], len(text)]
        else:
            assert len(rows) == 0
    assert segments[segments["trace_id"].isin(["0", "1"])]["language"].tolist() == ["de", "zh"]
    assert segments[segments["trace_id"] == "2"]["language"].dropna().tolist() == ["en", "zh", "en"]
    assert segments[segments["trace_id"] == "3"]["language"].isna().all()
    assert segments["confidence"].between(0, 1).all()
    assert segments.attrs["traceviz"]["detector"] == "langdetect"


def test_the_same_twice_and_alone() -> None:
    first = tv.segment(TEXTS, detector="langdetect")
    pd.testing.assert_frame_equal(tv.segment(TEXTS, detector="langdetect"), first)
    for i, text in enumerate(TEXTS):
        alone = tv.segment([text], detector="langdetect").drop(columns="trace_id")
        here = first[first["trace_id"] == str(i)].drop(columns="trace_id").reset_index(drop=True)
        pd.testing.assert_frame_equal(here, alone)


@pytest.mark.parametrize("text", ["", " ", "12 + 34", "😀😀", "...", "\x00"])
def test_no_features(text: str) -> None:
    assert guess(text) == ("und", 0.0)


def test_a_seed_holds_where_langdetect_wavers() -> None:
    answers = {guess("ok no") for _ in range(8)}
    assert len(answers) == 1


def test_short_runs_are_not_guessed() -> None:
    assert tv.segment("он", detector="langdetect")["language"].tolist() == ["und"]
