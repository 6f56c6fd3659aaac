from __future__ import annotations

import pytest

import traceviz as tv


def switches(text: str, prompt: str | None = None) -> list[tuple[str, str]]:
    import pandas as pd

    traces = pd.DataFrame({"trace_id": ["t"], "reasoning": [text], "prompt": [prompt]})
    spans = tv.detect(traces, modes=["switch"])
    assert spans["score"].between(0, 1).all()
    return [(text[row.start : row.end], row.label) for row in spans.itertuples()]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("So the answer is 六个苹果, and we are done.", [("六个苹果", "zh")]),
        ("So the answer is – 六个苹果! And we are done.", [("六个苹果", "zh")]),
        ("We wait … Это неправильный ответ … and then we go on.", [("Это неправильный ответ", "ru")]),
        ("The result 「答えは六です」 is what we want to see.", [("答えは六です", "ja")]),
        ("我们先计算这个数列的和，然后 check it again，答案是六。", [("check it again", "en")]),
        ("There is nothing foreign in this sentence at all.", []),
        ("The sum 是 even and the product 是 odd.", [("是", "zh"), ("是", "zh")]),
    ],
)
def test_edges_are_tight_and_labels_are_languages(text: str, expected: list[tuple[str, str]]) -> None:
    assert switches(text) == expected


def test_the_same_words_quoted_from_the_prompt_are_no_switch() -> None:
    text = "The sentence Закрой дверь means that somebody should close the door."
    assert switches(text) == [("Закрой дверь", "ru")]
    assert switches(text, "What does Закрой дверь mean?") == []


def test_words_that_are_talked_about_are_no_switch() -> None:
    assert switches('The Russian word "дверь" means door, so the answer is door.') == []


def test_a_trace_in_one_foreign_language_has_no_switch() -> None:
    assert switches("我们先计算这个数列的和，然后再检查一遍。", "What is the sum?") == []


def test_switch_share_is_letters_of_spans_over_letters_of_prose() -> None:
    share = tv.measure("So we get 六个苹果 then `x = 1` now.", metrics=["switch_share"])["switch_share"]
    assert share.tolist() == [pytest.approx(4 / (2 + 2 + 3 + 4 + 4 + 3))]
