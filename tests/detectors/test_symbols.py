from __future__ import annotations

from typing import Any

import pytest

import traceviz as tv

#: Prose to both sides, so that the masks do not take the symbol for a formula.
LEFT, RIGHT = "We look at the ", " in the text again"


def found(text: str) -> list[list[Any]]:
    spans = tv.detect(text, modes=["symbols"])
    return [[text[row.start : row.end], row.label, row.score] for row in spans.itertuples()]


@pytest.mark.parametrize(
    ("symbol", "label"),
    [
        ("→", "arrows"),
        ("⇒", "arrows"),
        ("⟶", "arrows"),
        ("⤴", "arrows"),
        ("⬅", "arrows"),
        ("🡒", "arrows"),
        ("🎉", "emoji"),
        ("☀", "emoji"),
        ("⏰", "emoji"),
        ("⭐", "emoji"),
        ("⬛", "emoji"),
        ("🇩🇪", "emoji"),
        ("│", "box drawing"),
        ("■", "box drawing"),
        ("●", "box drawing"),
        ("★", "dingbats"),
        ("✓", "dingbats"),
        ("⊢", "mathematical symbols"),
        ("∴", "mathematical symbols"),
        ("\ue000", "private use"),
        ("\U000f0000", "private use"),
        ("⌘", "other symbols"),
        ("\ufffd", "other symbols"),
    ],
)
def test_classes(symbol: str, label: str) -> None:
    assert found(LEFT + symbol + RIGHT) == [[symbol, label, len(symbol)]]


@pytest.mark.parametrize("ordinary", list("•—–−＝＋…“”«»€£°©®™½²①+=<>~^|`$%§¶†×÷±¬´¨"))
def test_what_ordinary_prose_holds_is_not_unusual(ordinary: str) -> None:
    assert found(LEFT + ordinary + RIGHT) == []


def test_neighbours_of_one_class_are_one_run_whose_length_is_the_score() -> None:
    assert found(LEFT + "🎉🎉 🎉" + RIGHT) == [["🎉🎉 🎉", "emoji", 3.0]]
    assert found(LEFT + "→⇒ and ⇒" + RIGHT) == [["→⇒", "arrows", 2.0], ["⇒", "arrows", 1.0]]
    assert found(LEFT + "🎉\n🎉" + RIGHT) == [["🎉", "emoji", 1.0], ["🎉", "emoji", 1.0]]


def test_another_class_begins_another_run() -> None:
    assert found(LEFT + "→🎉→" + RIGHT) == [["→", "arrows", 1.0], ["🎉", "emoji", 1.0], ["→", "arrows", 1.0]]


def test_joiners_and_selectors_belong_to_the_run() -> None:
    assert found(LEFT + "👨\u200d👩\u200d👧" + RIGHT) == [["👨\u200d👩\u200d👧", "emoji", 3.0]]
    assert found(LEFT + "🏳\ufe0f\u200d🌈" + RIGHT) == [["🏳\ufe0f\u200d🌈", "emoji", 2.0]]


@pytest.mark.parametrize("masked", ["$x ⊢ y$", r"\(a → b\)", "`a → b`", "```\nif x → y ⊢ z:\n```\n", "$$\n∀x ∴ y\n$$"])
def test_formulas_and_code_are_left_out(masked: str) -> None:
    assert found(LEFT + masked + RIGHT) == []
    assert found(LEFT + "⇒ then " + masked + " then ⊢" + RIGHT)[0] == ["⇒", "arrows", 1.0]


@pytest.mark.parametrize(
    "line",
    [
        "So we have x = 3 ⇒ the claim holds for it",
        "The rest is \\(12 - 4\\) → eight apples are left",
        "This leaves 18 → not enough for them",
        "The bag is empty → 0 apples are left",
        "For the second case, $k = 4$, ✓ and for the third, $k = 5$, ✗ and so on",
        "The two lines are AB ⟂ CD and the angle ∠ ABC in the triangle △ABC is right",
        "Their sum is 12 (the first) and 30, ∴ the rest is found",
        "When `number == 0` → the loop ends and it returns",
    ],
)
def test_signs_of_mathematics_beside_formulas_and_numbers_are_at_home(line: str) -> None:
    assert found(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "→ This option is wrong.",
        "- ✅ The first is right.",
        "### ✅ Answer",
        "The first is right. ✅",
        "It holds **✓**",
    ],
)
def test_arrows_and_check_marks_that_are_layout_are_at_home(line: str) -> None:
    assert found(f"We look at them.\n{line}\nThen we go on.") == []


def test_a_few_arrows_connect_the_steps_of_mathematics() -> None:
    """The same arrow is found in prose, and where arrows stand thick among formulas."""
    step = "Here $a^2 + b^2 = c^2$ and $\\frac{1}{2} \\le x$, so that all of the columns are white "
    plain = "so that all of the columns are white and the last one of them is not black "
    steps = step * 5 + "⇒ all the cells are. " + step * 5
    assert found(steps) == []
    assert len(found(plain * 5 + "⇒ all the cells are. " + plain * 5)) == 1
    assert len(found((step + "⇒ all → cells ⇒ are. ") * 5)) == 15


def test_a_formula_elsewhere_in_the_line_excuses_nothing() -> None:
    assert found("With 12 apples we go home → sleep → wake, and 30 pears stay") == [
        ["→", "arrows", 1.0],
        ["→", "arrows", 1.0],
    ]
    assert found("There are 12\n⊢ and more") == [["⊢", "mathematical symbols", 1.0]]
    assert found("Then 12 🎉 and 🎉 30") == [["🎉", "emoji", 1.0], ["🎉", "emoji", 1.0]]


def test_a_run_does_not_reach_over_a_mask() -> None:
    assert found(LEFT + "🎉 `a` 🎉" + RIGHT) == [["🎉", "emoji", 1.0], ["🎉", "emoji", 1.0]]


def test_the_share_is_of_characters_without_spaces() -> None:
    share = tv.measure("we go 🎉🎉 on", metrics=["symbols_share"])["symbols_share"]
    assert share.tolist() == [pytest.approx(2 / 8)]
