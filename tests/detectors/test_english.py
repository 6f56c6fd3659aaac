"""Which texts are in English: damaged ones are, other languages are not, with spaces or without."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from traceviz.detectors.english import are_english
from traceviz.detectors.evidence import Scene
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts

LANGUAGES = json.loads((Path(__file__).parents[1] / "cases" / "languages.json").read_text(encoding="utf-8"))

#: Sentences whose main language is found, and is not English, by the label of the case.
OTHERS = {
    case["label"]: case["text"]
    for case in LANGUAGES
    if case["matrix"] not in ("en", "und", None) and case["expect"] == "pass"
}

FLUENT = (
    "So we have to check that the sum of the first two terms is even before we go on, and then we take the next step."
)

GERMAN = "Zuerst addieren wir die beiden Zahlen, und dann teilen wir das Ergebnis durch vier, weil es vier Kinder sind."
TURKISH = "Her bir kutuda on iki elma var, bu nedenle toplam sayıyı bulmak için onları birbiriyle çarpmamız gerekiyor."
FINNISH = (
    "Jokaisessa laatikossa on kaksitoista omenaa, joten meidän täytyy kertoa ne keskenään saadaksemme kokonaismäärän."
)
ESTONIAN = "Igas kastis on kaksteist õuna, seega peame need omavahel korrutama, et leida kogu õunte arv selles poes."
SWAHILI = (
    "Kila sanduku lina matunda kumi na mawili, kwa hiyo tunazidisha idadi ya masanduku ili kupata jumla ya matunda."
)
HINDI = "Har dibbe mein barah seb hain, isliye humein kul sankhya nikalne ke liye dono ko aapas mein guna karna hoga."


def told(*texts: str) -> list[bool]:
    batch = Texts.of(texts)
    found: list[bool] = are_english(Scene(batch, pieces_of(batch, None))).tolist()
    return found


def test_it_is_told_by_function_words_where_the_rest_is_damaged() -> None:
    damaged = "The zxcvbn of the qwrtps is in a fghjkl and it was vbnmkl to the pqrtzw."
    assert told(damaged, GERMAN, "") == [True, False, False]


def test_a_few_function_words_are_enough_among_non_words() -> None:
    noise = "brelf stunkel mordip flanter grewick plosten trumbet skarlo vondrel chabbit dweffle knarp"
    text = f"The {noise} of which {noise} and that {noise} from these {noise} would {noise}."
    assert told(text, noise) == [True, False]


def test_it_is_told_without_spaces() -> None:
    assert told(FLUENT.replace(" ", "")) == [True]
    assert told(". ".join([FLUENT.replace("the ", "the").replace("we ", "we").replace("of ", "of")] * 2)) == [True]


@pytest.mark.parametrize("text", [GERMAN, TURKISH, FINNISH, ESTONIAN, SWAHILI, HINDI])
def test_other_languages_are_not_english_with_or_without_spaces(text: str) -> None:
    some = "".join(word + " " * (k % 3 == 0) for k, word in enumerate(text.split()))
    assert told(text, text.replace(" ", ""), some) == [False] * 3


@pytest.mark.parametrize("label", OTHERS)
def test_no_language_of_the_cases_is_english(label: str) -> None:
    assert told(OTHERS[label]) == [False]


def test_english_with_words_of_a_language_in_another_script_is_english_without_spaces() -> None:
    assert told(f"{FLUENT} সংখ্যা {FLUENT}".replace(" ", "")) == [True]


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = [FLUENT, FLUENT.replace(" ", ""), GERMAN, GERMAN.replace(" ", ""), "", "12"]
    assert told(*texts) == [told(text)[0] for text in texts]
