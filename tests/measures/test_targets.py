"""The core of language consistency: counts, tags and targets, and neither texts nor tables."""

from __future__ import annotations

import numpy as np
import pytest

from traceviz.measures.targets import base_language, consistency, match_targets

COUNTS = np.array([[8.0, 2.0, 0.0], [0.0, 3.0, 1.0], [0.0, 0.0, 0.0]])
TAGS = ("en", "zh", "hi-Latn")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("en-US", "en"), ("zh_Hant_TW", "zh"), ("no", "nb"), ("nn", "nb"), ("IW", "he"), ("cmn-CN", "zh"), ("ckb", "ckb")],
)
def test_tags_are_compared_by_their_language(tag: str, expected: str) -> None:
    assert base_language(tag) == expected


def test_share_of_the_words_in_the_target() -> None:
    values = consistency(COUNTS, TAGS, ["en", "hi", "en"])
    assert values.number[:2].tolist() == [0.8, 0.25]
    assert values.reasons() == [None, None, "no_words"]


@pytest.mark.parametrize(
    ("target", "known", "expected"),
    [
        (None, (), "no_target"),
        ("und", (), "no_target"),
        ("ko", ("ko",), 0.0),
        ("ko", (), "detector_abstained"),
        ("zh-TW", (), 0.2),
    ],
)
def test_targets_that_are_absent_unknown_or_not_found(
    target: str | None, known: tuple[str, ...], expected: float | str
) -> None:
    values = consistency(COUNTS[:1], TAGS, [target], known=known)
    assert (values.reasons()[0] or values.number[0]) == expected


def test_where_the_detector_abstained_there_is_no_share() -> None:
    values = consistency(COUNTS[:2], TAGS, ["en", "en"], abstained=np.array([True, False]))
    assert values.reasons() == ["detector_abstained", None]


def test_tags_of_one_language_are_added_up() -> None:
    assert consistency(COUNTS[:1], ("zh", "zh-Hant", "en"), ["zh"]).number.tolist() == [1]
    match = match_targets(("zh", "zh-Hant", "en"), ["zh", None, "sw"])
    assert (match.of_tag.tolist(), match.wanted.tolist(), match.beyond.tolist()) == (
        [0, 0, 1],
        [0, -1, 2],
        [False, False, True],
    )


def test_no_tags_at_all() -> None:
    assert consistency(np.zeros((1, 0)), (), ["en"]).reasons() == ["no_words"]
