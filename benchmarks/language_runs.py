r"""Cut a text for a language identifier that can only name the language of a whole string.

Code, LaTeX, addresses and template tokens are left out, then sentences are cut into runs of one script.  This is worth
more to an identifier than the choice of the identifier.  It needs nothing but the standard library and nothing of
traceviz, so that start-up, speed and memory of an identifier are its own; the patterns repeat nothing without a bound
except disjoint classes, so that the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

#: What is no prose: fences, inline code, formulas, commands of LaTeX, addresses, template tokens.
_MASKED: Final = (
    r"```[^`]{0,5000}```",
    r"`[^`\n]{1,200}`",
    r"\$\$[^$]{1,2000}\$\$",
    r"\$[^$\n]{1,240}\$",
    r"\\\[.{1,2000}?\\\]",
    r"\\\(.{1,500}?\\\)",
    r"\\[A-Za-z]+(?:\{[^{}\n]{0,100}\}){0,3}",
    r"https?://\S+",
    r"<[^<>\n]{1,120}>",
)

#: What touches a digit or an operator, up to the next space.
_FORMULA: Final = r"(?<![!-~])[!-~]*[=+*/^_<>|0-9\\][!-~]*"

#: Where a sentence ends.
_ENDS: Final = "\n|[.!?;:](?=\\s)|[\N{IDEOGRAPHIC FULL STOP}\N{FULLWIDTH EXCLAMATION MARK}\N{FULLWIDTH QUESTION MARK}"
_SENTENCE: Final = _ENDS + "\N{FULLWIDTH SEMICOLON}\N{FULLWIDTH COLON}\N{DEVANAGARI DANDA}\N{ARABIC QUESTION MARK}]"

#: Where a clause ends as well.
_CLAUSE: Final = _SENTENCE + '|[,()\\[\\]"\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA}\N{ARABIC COMMA}\N{EM DASH}]'

#: Code points of the letters of each script; Han and kana stand together, as Japanese writes both.
SCRIPTS: Final = {
    "Latin": r"A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u1e00-\u1eff",
    "Greek": r"\u0370-\u03ff\u1f00-\u1fff",
    "Cyrillic": r"\u0400-\u052f",
    "Armenian": r"\u0530-\u058f",
    "Hebrew": r"\u0590-\u05ff",
    "Arabic": r"\u0620-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc",
    "Devanagari": r"\u0900-\u0963\u0971-\u097f",
    "Bengali": r"\u0980-\u09ff",
    "Gurmukhi": r"\u0a00-\u0a7f",
    "Gujarati": r"\u0a80-\u0aff",
    "Tamil": r"\u0b80-\u0bff",
    "Telugu": r"\u0c00-\u0c7f",
    "Kannada": r"\u0c80-\u0cff",
    "Malayalam": r"\u0d00-\u0d7f",
    "Sinhala": r"\u0d80-\u0dff",
    "Thai": r"\u0e00-\u0e7f",
    "Lao": r"\u0e80-\u0eff",
    "Myanmar": r"\u1000-\u109f",
    "Georgian": r"\u10a0-\u10ff",
    "Ethiopic": r"\u1200-\u137f",
    "Khmer": r"\u1780-\u17ff",
    "Hangul": r"\u1100-\u11ff\uac00-\ud7a3",
    "Han": r"\u3005\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f",
}

#: The language most written in each script: what an answer without any identifier would be.
LANGUAGE_OF_SCRIPT: Final = {
    "Latin": "en", "Greek": "el", "Cyrillic": "ru", "Armenian": "hy", "Hebrew": "he", "Arabic": "ar",
    "Devanagari": "hi", "Bengali": "bn", "Gurmukhi": "pa", "Gujarati": "gu", "Tamil": "ta", "Telugu": "te",
    "Kannada": "kn", "Malayalam": "ml", "Sinhala": "si", "Thai": "th", "Lao": "lo", "Myanmar": "my",
    "Georgian": "ka", "Ethiopic": "am", "Khmer": "km", "Hangul": "ko", "Han": "zh",
}  # fmt: skip

_LETTERS: Final = "".join(SCRIPTS.values())
_RUN: Final = re.compile(
    "|".join(f"(?P<{name}>[{own}][{own}\u0300-\u036f]*(?:[^{_LETTERS}]*[{own}]+)*)" for name, own in SCRIPTS.items())
)
_CUTS: Final = {
    "sentence": re.compile("|".join((*_MASKED, _SENTENCE)), re.DOTALL),
    "part": re.compile("|".join((*_MASKED, _FORMULA, _SENTENCE)), re.DOTALL),
    "clause": re.compile("|".join((*_MASKED, _FORMULA, _CLAUSE)), re.DOTALL),
}

#: Runs with fewer letters get no answer: an identifier guesses on them.  A Han character is a word, a letter is not.
FEWEST: Final = {"Han": 1, "Hangul": 1}


def runs(text: str, *, unit: str = "part", fewest: int = 3) -> Iterator[tuple[int, int, str]]:
    """Give the runs of one script inside sentences or smaller parts: start, end, script.

    Parameters
    ----------
    text
        Any text.
    unit
        The longest that a run can be: ``"sentence"``; ``"part"``, cut at formulas in plain text as well, which are
        left out; ``"clause"``, cut at commas and brackets besides.
    fewest
        Characters below which a run of letters is left out.

    Examples
    --------
    >>> list(runs("Now $x$ is the red one, 答案."))
    [(0, 3, 'Latin'), (8, 22, 'Latin'), (24, 26, 'Han')]
    """
    start = 0
    for cut in _CUTS[unit].finditer(text):
        yield from _runs_between(text, start, cut.start(), fewest)
        start = cut.end()
    yield from _runs_between(text, start, len(text), fewest)


def _runs_between(text: str, start: int, end: int, fewest: int) -> Iterator[tuple[int, int, str]]:
    for run in _RUN.finditer(text, start, end):
        script = run.lastgroup or ""
        if run.end() - run.start() >= FEWEST.get(script, fewest):
            yield run.start(), run.end(), script
