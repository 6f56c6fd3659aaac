"""The benchmark's own rules, with a detector that reads the label off the line."""

from __future__ import annotations

import math

import pytest

from traceviz.measures.pass_rates import harmonic_mean, kept_lines, matching_rate, pass_rates, passes


def stub(line: str) -> tuple[str, float]:
    """Take the first word of a line as its language."""
    return line.split(maxsplit=1)[0], 0.9


def lines(*labels: str) -> str:
    return "\n".join(f"{label} b c d e" for label in labels)


def test_line_pass_rate_of_the_reference() -> None:
    found = pass_rates([lines("de", "de"), lines("de", "en"), ""], "de", detector=stub)
    assert (found.line, found.n_scored, found.n_skipped, found.n_passed) == (0.5, 2, 1, 1)
    assert [passes(labels, "de") for labels in (["de", "de"], ["de", "en"], [])] == [True, False, False]


def test_confusion_pass_rate_of_the_reference() -> None:
    assert harmonic_mean(0.5, 1.0) == pytest.approx(0.6667, abs=5e-5)
    assert harmonic_mean(0.0, 0.0) == 0
    assert math.isnan(harmonic_mean(0.5, math.nan))


def test_word_pass_rate_is_among_the_responses_that_pass_by_line() -> None:
    responses = [
        lines("ru", "ru"),
        lines("ru", "en"),
        "ru b c d sum total",
        "ru b c d sum Total it",
        "ru b c d sum TOTAL",
    ]
    found = pass_rates(responses, "ru", detector=stub, english={"total", "Total", "sum", "it"})
    assert (found.line, found.word, found.n_passed) == (0.8, 0.75, 4)
    assert found.both == pytest.approx(2 * 0.8 * 0.75 / 1.55)


@pytest.mark.parametrize(("target", "english"), [("de", {"total"}), ("ru", set())])
def test_no_word_pass_rate(target: str, english: set[str]) -> None:
    found = pass_rates([lines(target)], target, detector=stub, english=english)
    assert found.line == 1
    assert math.isnan(found.word)
    assert math.isnan(found.both)


def test_all_skipped_is_missing_where_the_reference_code_gives_one() -> None:
    assert math.isnan(pass_rates(["Ja.", ""], "de", detector=stub).line)


def test_what_is_unsure_is_unknown_and_fails() -> None:
    assert pass_rates([lines("de")], "de", detector=lambda _: ("de", 0.3)).line == 0
    assert pass_rates([lines("de")], "de", detector=lambda _: ("de", 0.31)).line == 1


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ("  one two three four five\n", ["one two three four five"]),
        ("one two three four", []),
        ("one - two, three. four", []),  # punctuation alone is no token once it is deleted
        ("one two—three four five", ["one two three four five"]),
        ("one two، three four five", ["one two three four five"]),
        ("one two three four five\nQ: and a next question of the model", ["one two three four five"]),
        ("one two three four five Q: six", ["one two three four five Q six"]),
    ],
)
def test_normalisation(response: str, expected: list[str]) -> None:
    assert [line for line, _ in kept_lines(response)] == expected


def test_chinese_needs_a_tokeniser() -> None:
    with pytest.raises(ValueError, match="'zh' have no spaces to cut at: give a tokeniser"):
        pass_rates(["我们先计算"], "zh", detector=stub)
    found = pass_rates(["我们先计算"], "zh", detector=lambda _: ("zh", 1.0), tokenise=list, english={"total"})
    assert (found.line, found.word) == (1, 1)


def test_matching_rate_takes_a_text_without_a_label_for_a_mismatch() -> None:
    texts = ["Das ist eine ganz einfache Rechnung.", "这是一个非常简单的问题。", "12 + 34", "So it is."]
    assert matching_rate(texts, ["de", "zh-cn", "de", None]) == pytest.approx(2 / 3)
    assert matching_rate(texts, ["en"] * 4, detector=lambda _: ("en", 1.0)) == 1
    assert math.isnan(matching_rate([], []))
