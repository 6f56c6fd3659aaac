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


SOUP = "So the кассир triangle berühmt tiga of 蓝色 sum шапка then 눈물 we Brücke go खिड़की on and jendela add it."


def labels(text: str) -> list[str]:
    return [label for _, label in switches(text)]


def test_switches_in_words_of_many_languages_are_incoherent() -> None:
    incoherent = [label for label in labels(SOUP) if label.endswith(", incoherent")]
    assert len(incoherent) >= 5


@pytest.mark.parametrize(
    "text",
    [
        "We add the two numbers. Сначала мы складываем числа, а потом проверяем ответ ещё раз. So it is six.",
        "We add the two numbers. Jetzt prüfen wir noch einmal, ob die Summe stimmt. So it is six, and so we are done.",
        "So the ответ is six, and the сумма of the числа is even, which проверяем again.",
    ],
)
def test_switches_into_one_language_are_coherent(text: str) -> None:
    assert labels(text)
    assert not any(label.endswith("incoherent") for label in labels(text))


def test_coherent_and_incoherent_shares_are_those_of_the_labels() -> None:
    text = SOUP + " Сначала мы складываем числа, а потом проверяем ответ ещё раз."
    shares = ["coherent_switch_share", "incoherent_switch_share", "switch_share"]
    measured = tv.measure([text, SOUP, "Nothing here is foreign."], metrics=shares)
    coherent, incoherent, both = (measured[name].to_numpy() for name in shares)
    assert coherent + incoherent == pytest.approx(both, abs=0.02)
    assert incoherent[1] > 0.2
    assert coherent[2] == incoherent[2] == 0
