"""Languages as data: the main language of each text, and what is not in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import traceviz as tv
from traceviz.schema import KINDS
from traceviz.segments.languages import label_words
from traceviz.segments.quotes import mark_quotes
from traceviz.segments.scan import find_masks, find_words
from traceviz.segments.segment import tile
from traceviz.texts import Texts

CASES = json.loads((Path(__file__).parent.parent / "cases" / "languages.json").read_text(encoding="utf-8"))


def with_known_failures(cases: list[dict]) -> list:
    return [
        pytest.param(
            case,
            id=case["label"],
            marks=[pytest.mark.xfail(reason=case["reason"], raises=AssertionError)] if case["expect"] == "fail" else [],
        )
        for case in cases
    ]


def analyse(text: str, prompt: str | None) -> tuple[str | None, list[tuple]]:
    """Give the matrix language, and the prose in other languages: text, language, quoted, mentioned."""
    texts = Texts.of([text])
    masks = find_masks(texts)
    words = find_words(texts, masks)
    words, labels = label_words(texts, words)
    pieces, matrix = tile(texts, masks, words, labels)
    quoted, mentioned = mark_quotes(pieces, texts, matrix, [prompt])
    foreign = [
        (
            texts.buffer[pieces.start[k] : pieces.end[k]].tobytes().decode().strip(),
            pieces.tags[pieces.language[k]],
            bool(quoted[k]),
            bool(mentioned[k]),
        )
        for k in range(len(pieces))
        if pieces.kind[k] == KINDS.index("prose") and pieces.language[k] != matrix[0]
    ]
    return (pieces.tags[matrix[0]] if matrix[0] >= 0 else None), foreign


def test_the_cases_are_whole() -> None:
    assert len({case["label"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert set(case) - {"prompt"} == {"label", "text", "matrix", "expected", "reason", "expect"}
        assert case["expect"] in {"pass", "fail"}
        assert all(expected[0] in case["text"] for expected in case["expected"])


@pytest.mark.parametrize("case", with_known_failures(CASES))
def test_language(case: dict) -> None:
    matrix, foreign = analyse(case["text"], case.get("prompt"))
    expected = [(part, language, *(marks or [False, False])) for part, language, *marks in case["expected"]]
    assert (matrix, foreign) == (case["matrix"], expected)


def test_the_verb_gives_the_same_as_its_parts() -> None:
    segments = tv.segment("The answer is 答案是正确的 and we are done.")
    assert segments[["start", "end", "language", "script"]].values.tolist() == [
        [0, 14, "en", "Latin"],
        [14, 20, "zh", "Han"],
        [20, 37, "en", "Latin"],
    ]


@pytest.mark.parametrize(
    ("text", "script"),
    [("カタカナ", "Katakana"), ("ひらがな", "Hiragana"), ("東京都庁です", "Han"), ("東のタワーです", "Hiragana")],
)
def test_the_script_of_a_japanese_piece_is_the_commonest(text: str, script: str) -> None:
    assert tv.segment(text)["script"].tolist() == [script]


def test_more_evidence_is_more_confidence() -> None:
    word = tv.segment("We add the numbers and then zusammen they give ten.").query("language == 'de'")
    text = "We now compute the sum. Das ist leider nicht die richtige Antwort. We try again with care."
    sentence = tv.segment(text).query("language == 'de'")
    assert 0.5 < word["confidence"].iloc[0] < sentence["confidence"].iloc[0] <= 1


def test_und_has_no_confidence() -> None:
    assert tv.segment("qzxv wrtk plmn bvcx zzqk jhgf dfgh trwq")["confidence"].tolist() == [0.0]
