from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import traceviz as tv
from traceviz.measures.kernels.prose import syllables
from traceviz.measures.prose import COUNTER_OF, COUNTERS, Counts
from traceviz.measures.readability import FLESCH, FORMULAS, flesch
from traceviz.segments.unicode import unicode_table

CASES = json.loads((Path(__file__).parent.parent / "cases" / "syllables.json").read_text(encoding="utf-8"))

#: Share of the words of the case file that are counted right.  The file looks for trouble: it says how good the
#: counter is on words that were chosen to be hard, and not on running text.
RIGHT = {"en": 126 / 158, "de": 17 / 22, "es": 1.0, "fr": 19 / 20, "it": 12 / 14, "nl": 11 / 14, "ru": 1.0}


def count(word: str, language: str) -> int:
    buffer = np.frombuffer(word.encode("utf-8"), np.uint8)
    return int(syllables(buffer, 0, len(buffer), unicode_table().lower, COUNTERS.index(COUNTER_OF[language])))


def parametrised() -> list[Any]:
    return [
        pytest.param(
            *(case["word"], case["language"], case["syllables"]),
            id=f"{case['language']}-{case['word']}",
            marks=[pytest.mark.xfail(strict=True, reason=case["reason"])] if case.get("expect") == "fail" else [],
        )
        for case in CASES
    ]


@pytest.mark.parametrize(("word", "language", "expected"), parametrised())
def test_syllables_of_the_case_file(word: str, language: str, expected: int) -> None:
    assert count(word, language) == expected


@pytest.mark.parametrize("language", RIGHT)
def test_share_of_words_that_are_counted_right(language: str) -> None:
    words = [case for case in CASES if case["language"] == language]
    right = sum(count(case["word"], language) == case["syllables"] for case in words)
    assert right / len(words) == pytest.approx(RIGHT[language])


@pytest.mark.parametrize("language", FLESCH)
@pytest.mark.parametrize("word", ["rhythm", "x", "brr", "АБВ", "我", "e", "es", "ed", "ing"])
def test_a_word_has_a_syllable(word: str, language: str) -> None:
    assert count(word, language) >= 1


@pytest.mark.parametrize("language", FLESCH)
def test_capitals_do_not_matter(language: str) -> None:
    for case in CASES:
        if case["language"] == language and "\u00df" not in case["word"]:  # sharp s has no capital of its own
            assert count(case["word"].upper(), language) == count(case["word"], language)


@pytest.mark.parametrize(
    ("language", "score"),
    [
        ("en", 206.835 - 20.3 - 126.9),
        ("de", 180 - 20 - 87.75),
        ("es", 206.84 - 20.4 - 90),
        ("fr", 207 - 20.3 - 110.4),
        ("it", 217 - 26 - 90),
        ("nl", 206.84 - 18.6 - 115.5),
        ("ru", 206.835 - 26 - 90.15),
    ],
)
def test_the_published_forms_at_100_words_5_sentences_150_syllables(language: str, score: float) -> None:
    assert flesch(100, 5, 150, language=language) == pytest.approx(score)


def test_the_reference_vectors() -> None:
    assert flesch(6, 1, 6) == pytest.approx(116.145)
    assert flesch(100, 5, 150) == pytest.approx(59.635)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        (
            {"words": 6, "sentences": 1, "syllables": 6, "letters": 17, "polysyllables": 0, "long_words": 0},
            {
                "flesch_reading_ease": 116.145,
                "flesch_kincaid_grade": -1.45,
                "ari": -5.085,
                "coleman_liau": -4.073333,
                "gunning_fog": 2.4,
                "smog": 3.1291,
                "lix": 6,
                "rix": 0,
            },
        ),
        (
            {"words": 100, "sentences": 5, "syllables": 150, "letters": 450, "polysyllables": 10, "long_words": 20},
            {
                "flesch_reading_ease": 59.635,
                "flesch_kincaid_grade": 9.91,
                "ari": 9.765,
                "coleman_liau": 9.18,
                "gunning_fog": 12,
                "smog": 11.208143,
                "lix": 40,
                "rix": 4,
            },
        ),
    ],
)
def test_the_reference_vectors_of_all_formulas(counts: dict[str, float], expected: dict[str, float]) -> None:
    counted = Counts(**{name: np.array([float(number)]) for name, number in counts.items()}, language=("en",))
    assert {name: formula(counted)[0] for name, formula in FORMULAS.items()} == pytest.approx(expected, abs=1e-6)


def test_every_language_with_a_form_has_a_counter_of_syllables() -> None:
    assert set(FLESCH) == set(COUNTER_OF)


ENGLISH = (
    "The cat sat on the mat. The dog ran to the red barn! "  # 6 and 7 words
    "A big fox hid in the deep wood? "  # 8
    "We saw the sun set in the west. "  # 8
    "Then the swallows flew together."  # 5 words, 8 syllables: swal-lows, to-geth-er
)
GERMAN = (
    "Der Hund ist alt. "  # 4 words, 4 syllables
    "Die Katze schläft im Haus. "  # 5, 6
    "Wir gehen heute in die Stadt. "  # 6, 8
    "Das Wetter ist gut und die Sonne scheint. "  # 8, 10
    "Am Abend essen wir Brot mit Butter und trinken Milch. "  # 10, 14
    "Morgen regnet es."  # 3, 5
)


def ease(text: str) -> tuple[float, str]:
    row = tv.measure(text, metrics="flesch_reading_ease").iloc[0]
    return row["flesch_reading_ease"], row["not_measured"]


def test_english_counted_by_hand() -> None:
    assert ease(ENGLISH) == (pytest.approx(206.835 - 1.015 * 34 / 5 - 84.6 * 37 / 34), "")


def test_german_counted_by_hand_in_its_own_form() -> None:
    assert ease(GERMAN) == (pytest.approx(180 - 36 / 6 - 58.5 * 47 / 36), "")


def test_masked_pieces_are_not_counted() -> None:
    assert ease(ENGLISH + " `import banana`\n$$x = \\frac{1}{2}$$") == ease(ENGLISH)


def test_words_of_other_languages_are_not_counted() -> None:
    assert ease(ENGLISH.replace("fox hid", "fox 六个苹果 hid")) == ease(ENGLISH)


def test_numbers_and_names_with_full_stops_end_no_sentence() -> None:
    assert ease(ENGLISH.replace("the mat", "the mat (3.14, e.g. 2.5,)"))[0] != ease(ENGLISH)[0]  # "e", "g" are words
    assert ease(ENGLISH.replace("the mat", "the mat 3.14")) == ease(ENGLISH)


def test_a_line_break_ends_a_sentence() -> None:
    assert ease(ENGLISH.replace(". ", "\n").replace("! ", "\n").replace("? ", "\n")) == ease(ENGLISH)


OUT = "flesch_reading_ease: out_of_domain"


def test_the_least_that_is_scored() -> None:
    assert ease("We go on. " * 10)[1] == ""
    assert ease("We go on. " * 9 + "We go.")[1] == OUT  # 29 words
    assert ease("we go on " * 15 + ". We go. ")[1] == OUT  # 2 sentences


def test_a_text_that_is_mostly_masked_is_not_scored() -> None:
    code = "`" + "x" * 58 + "`"
    n = len(ENGLISH)
    assert ease(ENGLISH + "`" + "x" * int(1.4 * n) + "`")[1] == ""  # 58 %
    assert ease(ENGLISH + "`" + "x" * int(1.6 * n) + "`")[1] == OUT  # 62 %
    assert ease(code)[1] == "flesch_reading_ease: no_words"


def test_a_language_without_a_published_form_is_not_scored() -> None:
    polish = "To jest bardzo prosty tekst. Kot siedzi na macie. Pies biegnie do domu. " * 4
    assert ease(polish)[1] == OUT


def test_all_formulas_on_a_text_counted_by_hand() -> None:
    measured = tv.measure(ENGLISH, metrics="readability").iloc[0]
    assert measured["gunning_fog"] == pytest.approx(0.4 * (34 / 5 + 100 / 34))  # "together"
    assert measured["rix"] == pytest.approx(2 / 5)  # "swallows", "together"
    letters = sum(map(str.isalpha, ENGLISH))
    assert measured["coleman_liau"] == pytest.approx(5.88 * letters / 34 - 29.6 * 5 / 34 - 15.8)


def test_formulas_fitted_to_english_are_missing_elsewhere_and_lix_is_not() -> None:
    measured = tv.measure(GERMAN, metrics="readability").iloc[0]
    english = ["flesch_kincaid_grade", "gunning_fog", "smog", "coleman_liau", "ari"]
    assert measured[english].isna().all()
    assert all(f"{name}: out_of_domain" in measured["not_measured"] for name in english)
    assert measured["lix"] == pytest.approx(6 + 300 / 36)  # "schläft", "scheint", "trinken"


def test_chinese_has_no_score() -> None:
    text = "我们先把苹果数一数。然后把它们分给孩子们。每个孩子得到三个苹果。" * 5
    measured = tv.measure(text, metrics="readability").iloc[0]
    assert measured.filter(["flesch_reading_ease", "lix", "smog"]).isna().all()
