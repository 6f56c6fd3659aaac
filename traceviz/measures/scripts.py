"""Scripts within a trace, and characters that should not be in it.

Counts of characters take the text as it is, formulas and code included; counts of tokens take the prose.  The share of
each script is no metric, because columns never depend on the data: `tv.shares(segments, traces)` lists the letters of
each in the prose.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from traceviz.detectors.homoglyphs import homoglyphs
from traceviz.detectors.mixed_scripts import mixed, runs
from traceviz.measures.registry import metric
from traceviz.measures.sample import CODE_POINTS, Sample
from traceviz.measures.values import Values
from traceviz.segments.unicode import unicode_table

# Columns of `Sample.signs`: see `kernels.scripts.count_signs`.
_LETTERS, _CHANGES, _COMMANDS, _CONTROLS, _REPLACEMENTS, _SOFT_HYPHENS = range(6)

#: Scripts besides Latin from which on they are many.
MANY: Final = 3


@metric(
    group="symbols",
    unit="changes per letter",
    range="0-1",
    direction="more is more mixed",
    source="UAX #24",
    weight="characters",
    needs="text",
)
def script_switch_rate(sample: Sample) -> Values:
    """Changes of script between consecutive letters, by the letters but one; formulas and code count.

    Greek variables, and Japanese, which writes three scripts, change it all the time.  Missing: ``no_words`` without a
    letter, ``one_token`` with one.
    """
    letters = sample.signs[:, _LETTERS]
    rate = Values.ratio(sample.signs[:, _CHANGES], letters - 1, "one_token")
    return Values.of(rate.number).without(letters == 0, "no_words").otherwise(rate)


def _many_scripts(sample: Sample, *, without: tuple[str, ...]) -> Values:
    names = unicode_table().script_names
    counted = np.array([name not in ("Common", "Inherited", "Unknown", *without) for name in names])
    return Values.of((sample.characters[1][:, counted] > 0).sum(axis=1) >= MANY)


@metric(
    group="symbols",
    unit="0 or 1",
    range="0-1",
    direction="more is more mixed",
    source="nostalgebraist, R1 CoT illegibility revisited (2025)",
    weight=None,
    needs="text",
    length_dependent=True,
)
def exotic_scripts_3(sample: Sample) -> Values:
    """Whether letters of three scripts or more that are not Latin occur, formulas and quotations included.

    A letter is enough.  It was made for English reasoning: Japanese alone writes three (Han, Hiragana, Katakana).
    """
    return _many_scripts(sample, without=("Latin",))


@metric(
    group="symbols",
    unit="0 or 1",
    range="0-1",
    direction="more is more mixed",
    source="nostalgebraist, R1 CoT illegibility revisited (2025)",
    weight=None,
    needs="text",
    length_dependent=True,
)
def exotic_scripts_3_without_greek(sample: Sample) -> Values:
    """Whether letters of three scripts or more occur that are neither Latin nor Greek, which mathematics uses."""
    return _many_scripts(sample, without=("Latin", "Greek"))


@metric(
    group="symbols",
    unit="share of tokens",
    range="0-1",
    direction="more is worse",
    source="UTS #39",
)
def mixed_script_tokens(sample: Sample) -> Values:
    """Share of the runs of letters in the prose that hold letters of several scripts.

    What habits explain does not count: a Latin name beside Chinese, or with a Korean ending, Greek letters as in
    formulas and in names of molecules (see `traceviz.detectors.mixed_scripts`).  A run of Chinese is one token.
    """
    odd, tokens = (sample.text_of_word[found.first] for found in (mixed(sample), runs(sample)))
    many = len(sample)
    return Values.ratio(np.bincount(odd, minlength=many), np.bincount(tokens, minlength=many), "no_words")


@metric(
    group="symbols",
    unit="words",
    range="0 and up",
    direction="more is worse",
    source="UTS #39, with word lists (traceviz.detectors.homoglyphs)",
    weight=None,
    length_dependent=True,
)
def homoglyph_tokens(sample: Sample) -> Values:
    """Number of words in which letters of another script stand for those that they look like (a Cyrillic a in Latin).

    They are words of English or of a language in Cyrillic once the letters that look alike are put in their place.  A
    word that is wholly in the other script is not found.
    """
    return Values.of(np.bincount(homoglyphs(sample).text, minlength=len(sample)))


@metric(
    group="symbols",
    unit="commands per 1,000 characters",
    range="0 and up",
    direction="none",
    source="traceviz",
    weight="characters",
    needs="text",
)
def latex_rate(sample: Sample) -> Values:
    r"""Commands of LaTeX (a backslash and letters) per 1,000 characters; an escape in code, as ``\n``, counts."""
    return Values.ratio(sample.signs[:, _COMMANDS], sample.characters[0][:, CODE_POINTS], "empty", scale=1000.0)


@metric(
    group="symbols",
    unit="characters",
    range="0 and up",
    direction="more is worse",
    source="UAX #44, category Cc",
    weight=None,
    needs="text",
    length_dependent=True,
)
def control_chars(sample: Sample) -> Values:
    r"""Number of control characters but tabs and line breaks: often ``\boxed`` that was unescaped as a backspace."""
    return Values.of(sample.signs[:, _CONTROLS])


@metric(
    group="symbols",
    unit="characters",
    range="0 and up",
    direction="more is worse",
    source="Unicode, U+FFFD",
    weight=None,
    needs="text",
    length_dependent=True,
)
def replacement_chars(sample: Sample) -> Values:
    """Number of replacement characters: bytes that somebody could not decode, half surrogates of `tv.load` included."""
    return Values.of(sample.signs[:, _REPLACEMENTS])


@metric(
    group="symbols",
    unit="characters",
    range="0 and up",
    direction="none",
    source="Unicode, U+00AD",
    weight=None,
    needs="text",
    length_dependent=True,
)
def soft_hyphens(sample: Sample) -> Values:
    """Number of soft hyphens, which are seen only at the end of a line and come with text that was copied."""
    return Values.of(sample.signs[:, _SOFT_HYPHENS])
