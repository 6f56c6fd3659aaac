"""What becomes of documents in languages that a detector does not know, and of languages in a foreign alphabet.

The right answer is the language, or that it cannot be told (`und`).  English is counted apart, as it is what most
detectors take anything in Latin letters for; everything else is a wrong language, the worst of the answers.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final

import language_data
from language_score import Detector, answers_of, is_letter, language_of, mean

#: Where letters can go; shares of these sum to 1.
ANSWERS: Final = ("right", "wrong", "und", "English")

#: Languages that differ in name more than in writing: their neighbour's name is right in a document.
ONE_LANGUAGE: Final = {"bs": "sh", "hr": "sh", "sr": "sh", "tl": "fil"}


def answer_of(said: str | None, truth: str) -> str:
    """Name what an answer is for a letter of a language.

    Examples
    --------
    >>> answer_of("hi", "hi-Latn"), answer_of("en", "hi-Latn"), answer_of(None, "so"), answer_of("fil", "so")
    ('right', 'English', 'und', 'wrong')
    """
    if said is None:
        return "und"
    if _one(said) == _one(language_of(truth) or truth):
        return "right"
    return "English" if said == "en" else "wrong"


def _one(language: str) -> str:
    return ONE_LANGUAGE.get(language, language)


def shares(paths: Sequence[Path], detector: Detector, sample: int = 0) -> dict[str, dict[str, float]]:
    """Give for each language of some files the share of its letters that each answer gets.

    Parameters
    ----------
    paths
        Files of parallel texts.
    detector
        The detector.
    sample
        Documents a language at most; 0 for all.
    """
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    read: Counter[str] = Counter()
    for path in paths:
        for truth, text in language_data.documents(language_data.read(path)):
            read[truth] += 1
            if sample and read[truth] > sample:
                continue
            said = answers_of(detector(text), len(text))
            counts[truth].update(
                answer_of(answer, truth) for character, answer in zip(text, said, strict=True) if is_letter(character)
            )
    return {truth: {answer: count[answer] / count.total() for answer in ANSWERS} for truth, count in counts.items()}


def known_languages() -> frozenset[str]:
    """Give the languages that traceviz knows."""
    from traceviz.segments.language_model import language_model

    return frozenset(language for tag in language_model().tags if (language := language_of(tag)))


def is_known(truth: str, known: frozenset[str]) -> bool:
    """Tell whether a language is known, under its own name or one that counts as the same."""
    return _one(language_of(truth) or truth) in {_one(language) for language in known}


def new_languages(found: Mapping[str, Mapping[str, float]], known: frozenset[str]) -> list[str]:
    """Give the languages in their own alphabet that traceviz does not know."""
    return [truth for truth in found if not _is_romanised(truth) and not is_known(truth, known)]


def _is_romanised(truth: str) -> bool:
    return truth.endswith("-Latn") and truth != "sr-Latn"  # Serbian is written in both alphabets


def columns(found: Mapping[str, Mapping[str, float]], known: frozenset[str]) -> dict[str, float]:
    """Give the columns of the table: means over known and new languages, and each romanised one."""
    names = {"right": "ok", "wrong": "bad", "und": "und", "English": "en"}
    new = [found[truth] for truth in new_languages(found, known)]
    old = [answers for truth, answers in found.items() if not _is_romanised(truth) and is_known(truth, known)]
    row = {"known ok": _mean(old, "right")} if old else {}
    if new:
        row |= {f"new {names[answer]}": _mean(new, answer) for answer in ANSWERS}
    return row | {f"{truth} bad": answers["wrong"] for truth, answers in found.items() if _is_romanised(truth)}


def _mean(languages: Iterable[Mapping[str, float]], answer: str) -> float:
    return mean(answers[answer] for answers in languages)
