"""Homoglyphs: what is found, what is not, and the tables of letters."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from traceviz.detectors.evidence import Scene
from traceviz.detectors.homoglyphs import CYRILLIC, GREEK, LABEL, homoglyphs
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts

CASES = json.loads((Path(__file__).parent.parent / "cases" / "homoglyphs.json").read_text(encoding="utf-8"))


def found_in(texts: list[str]) -> list[list[tuple[str, float]]]:
    """Give, for each text, what was found: the word and the score."""
    batch = Texts.of(texts)
    evidence = homoglyphs(Scene(batch, pieces_of(batch, None)))
    found: list[list[tuple[str, float]]] = [[] for _ in texts]
    assert set(evidence.label) <= {LABEL}
    for text, start, end, _, score in zip(*evidence, strict=True):
        found[text].append((batch.buffer[start:end].tobytes().decode(), score))
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["reason"])
def test_cases(case: dict[str, Any]) -> None:
    assert found_in([case["text"]]) == [[tuple(found) for found in case["found"]]]


def test_a_batch_gives_what_its_texts_give() -> None:
    texts = [case["text"] for case in CASES]
    assert found_in(texts) == [found_in([text])[0] for text in texts]


@pytest.mark.parametrize(("name", "table"), [("CYRILLIC", CYRILLIC), ("GREEK", GREEK)])
def test_the_tables_hold_letters_of_their_script_for_ascii(name: str, table: dict[str, str]) -> None:
    for letter, twin in table.items():
        assert unicodedata.name(letter).startswith(name)
        assert twin.isascii()
        assert twin.isalpha()
        assert letter.isupper() == twin.isupper()
