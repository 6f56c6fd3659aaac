"""Token soup: the cases, and soup that is told from switches into one language."""

from __future__ import annotations

from typing import Any

import pytest
from legibility_cases import cases, spans

FLUENT = "So we add the two numbers and divide what we get by the number of all the apples that are left in the box"

#: A few words each of languages in the Latin script, none of them English too.
WORDS = {
    "de": ("berühmt", "jedoch", "wohnung", "schließlich", "vielleicht", "gegenüber"),
    "fi": ("tilanne", "kaikkien", "mukaan", "vuonna", "yhteydessä", "kuitenkin"),
    "pl": ("zatrzymać", "również", "powiedział", "dlatego", "przykład", "wszystkie"),
    "es": ("siempre", "entonces", "mientras", "ninguna", "también", "después"),
    "hu": ("közötti", "például", "ugyanis", "érdekében", "továbbá", "szerint"),
    "tr": ("olarak", "bulunan", "yaklaşık", "tarafından", "arasında", "birlikte"),
}


def mixed(languages: list[str], turn: int) -> str:
    """Put a foreign word behind every fifth word, of each language in turn."""
    words = []
    for k, word in enumerate(FLUENT.split() * 3):
        words.append(word)
        if k % 5 == 4:
            own = WORDS[languages[k // 5 % len(languages)]]
            words.append(own[(k // 5 + turn) % len(own)])
    return " ".join(words)


@pytest.mark.parametrize("case", cases("token_soup"))
def test_cases(case: dict[str, Any]) -> None:
    found = spans("token_soup", case["text"], prompt=case.get("prompt"))[0]
    assert [stretch for stretch, _, _ in found] == case["found"]
    assert all(0 < score <= 1 for _, _, score in found)


@pytest.mark.parametrize("turn", range(3))
def test_words_of_six_languages_are_soup_and_labelled(turn: int) -> None:
    found = spans("token_soup", mixed(list(WORDS), turn))[0]
    assert len(found) >= 10
    right = [stretch in WORDS.get(label, ()) for stretch, label, _ in found]
    assert sum(right) >= 0.7 * len(right)


@pytest.mark.parametrize("language", WORDS)
def test_words_of_one_language_are_a_switch_and_no_soup(language: str) -> None:
    assert spans("token_soup", mixed([language], 0)) == [[]]


def test_a_batch_gives_what_single_texts_give() -> None:
    texts = [case.values[0]["text"] for case in cases("token_soup")]
    assert spans("token_soup", *texts) == [spans("token_soup", text)[0] for text in texts]
