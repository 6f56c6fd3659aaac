"""Pass rates of a group of responses by the rules of their papers, for a language detector that you bring.

These are for numbers that can be put beside published ones; the metrics `line_pass`, `word_pass` and `language_match`
are for everything else.  The rules of the Language Confusion Benchmark (arXiv 2406.20052) for a response: what follows
the first line that begins with ``Q:`` is cut off, ASCII punctuation deleted, an em dash made a space, the Arabic comma
deleted; lines of fewer than five tokens are dropped, and a response without a line left is skipped.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Collection, Sequence
from typing import Final, NamedTuple

from traceviz.measures.targets import base_language

#: What says the language of a text and how sure it is (0-1).
Detector = Callable[[str], tuple[str, float]]

#: Languages for which the benchmark gives a word pass rate.
WORD_PASS_LANGUAGES: Final = ("ar", "hi", "ja", "ko", "ru", "zh")

#: Languages without spaces between words, whose tokens have to come from a tokeniser.
UNSPACED: Final = ("ja", "zh")

FEWEST_TOKENS: Final = 5
SHORT_WORD: Final = 3
#: A detector that is not surer than this is not believed.
SURE: Final = 0.3
UNKNOWN: Final = "unknown"

_DELETED: Final = str.maketrans({**dict.fromkeys(string.punctuation, ""), "—": " ", "،": ""})


class PassRates(NamedTuple):
    """Pass rates of a group; NaN where a rate is not defined.

    Attributes
    ----------
    line
        Line pass rate: the share of scored responses whose kept lines are all in the target language.
    word
        Word pass rate: the share of the responses passing by line that have no English word.
    both
        Language confusion pass rate: the harmonic mean of the two.
    n_scored, n_skipped, n_passed
        Responses with a line that was kept, without one, and those passing by line.
    """

    line: float
    word: float
    both: float
    n_scored: int
    n_skipped: int
    n_passed: int


def pass_rates(
    responses: Sequence[str],
    target: str,
    *,
    detector: Detector,
    english: Collection[str] = (),
    tokenise: Callable[[str], Sequence[str]] | None = None,
) -> PassRates:
    """Give the pass rates of responses that should all be in one language.

    Parameters
    ----------
    responses
        The texts.
    target
        Their language.
    detector
        Gives the language of a line and how sure it is; what is not surer than .3 is unknown, which fails.  The
        benchmark uses fastText's lid.176.
    english
        English words; only those in lower case with more than three letters count, and without any there is no word
        pass rate.
    tokenise
        Cuts a line into tokens; by default at white space.  Chinese and Japanese need one (the benchmark uses jieba
        and MeCab), or nearly all their lines would be too short.

    Raises
    ------
    ValueError
        For Chinese or Japanese without a tokeniser.

    Examples
    --------
    >>> def german_if_umlaut(line):
    ...     return ("de" if "ä" in line else "en"), 0.9
    >>> pass_rates(["Das wäre ja wohl zu spät.", "That would be too late now.", "Nein."], "de",
    ...     detector=german_if_umlaut)
    PassRates(line=0.5, word=nan, both=nan, n_scored=2, n_skipped=1, n_passed=1)
    """
    if tokenise is None and base_language(target) in UNSPACED:
        raise ValueError(f"Lines in {target!r} have no spaces to cut at: give a tokeniser, tokenise=...")
    words = {word for word in english if word.islower() and len(word) > SHORT_WORD}
    n_scored = n_passed = n_clean = 0
    for response in responses:
        lines = kept_lines(response, tokenise=tokenise or str.split)
        n_scored += bool(lines)
        labels = [_label(line, detector) for line, _ in lines]
        if passes([base_language(label) for label in labels], base_language(target)):
            n_passed += 1
            n_clean += not any(token.strip() in words for _, tokens in lines for token in tokens)
    line = n_passed / n_scored if n_scored else math.nan
    in_domain = bool(words) and base_language(target) in WORD_PASS_LANGUAGES
    word = n_clean / n_passed if n_passed and in_domain else math.nan
    return PassRates(line, word, harmonic_mean(line, word), n_scored, len(responses) - n_scored, n_passed)


def kept_lines(
    response: str, *, tokenise: Callable[[str], Sequence[str]] = str.split
) -> list[tuple[str, Sequence[str]]]:
    """Give the lines of a response that are long enough to be judged, each with its tokens."""
    text = response.partition("\nQ:")[0].strip().translate(_DELETED)
    cut = [(line, tokenise(line)) for line in text.split("\n")]
    return [(line, tokens) for line, tokens in cut if len(tokens) >= FEWEST_TOKENS]


def passes(labels: Sequence[str], target: str) -> bool:
    """Tell whether a response passes by line: it has a line, and all its lines are in the target language.

    Examples
    --------
    >>> [passes(labels, "de") for labels in (["de", "de"], ["de", "en"], [])]
    [True, False, False]
    """
    return bool(labels) and all(label == target for label in labels)


def harmonic_mean(line: float, word: float) -> float:
    """Give the language confusion pass rate of a line and a word pass rate.

    Examples
    --------
    >>> round(harmonic_mean(0.5, 1.0), 4)
    0.6667
    """
    if math.isnan(line) or math.isnan(word):
        return math.nan
    return 2 * line * word / (line + word) if line + word else 0.0


def matching_rate(texts: Sequence[str], targets: Sequence[str | None], *, detector: Detector | None = None) -> float:
    """Give the share of texts whose one label for the whole text is the target language.

    The rule of Qi et al. 2025 (arXiv 2505.22888): a text that the detector cannot label is a mismatch.  Texts without a
    target are left out; NaN where none has one.

    Parameters
    ----------
    texts, targets
        The texts, and the language that each should be in.
    detector
        Gives the language of a text; by default langdetect with a fixed seed, as in the paper.

    Examples
    --------
    >>> matching_rate(["Das ist eine ganz einfache Rechnung.", "12 + 34", "So it is."], ["de", "de", None])
    0.5
    """
    from traceviz.segments.langdetect import guess

    ask = detector or guess
    pairs = [(text, target) for text, target in zip(texts, targets, strict=True) if target is not None]
    hits = sum(base_language(ask(text)[0]) == base_language(target) for text, target in pairs)
    return hits / len(pairs) if pairs else math.nan


def _label(line: str, detector: Detector) -> str:
    label, sure = detector(line)
    return label if sure > SURE else UNKNOWN
