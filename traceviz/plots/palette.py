"""One assignment of colours to languages and kinds, so that a colour means the same in every plot and page.

Three rules make a picture of mixing readable.  The language in which most of a trace is written is quiet, whatever
language that is.  What was masked (mathematics, code, addresses) is quieter still.  So what is loud is what is
foreign: each language has one colour, which depends on nothing but the language.

Colour is never the only sign: the HTML writes the tag before each foreign piece, and the plots have a legend.
"""

from __future__ import annotations

import zlib
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.segments.scan import UNSPACED_SCRIPTS, WORDS_OF_A_LETTER, WORDS_OF_OTHER_LETTERS

#: The category of text in the language in which most of its trace is written.
MAIN: Final = "main"

#: The category of language whose name could not be told.
UND: Final = "und"

#: The languages seen most in reasoning traces, on light and on dark paper.  The first four on light paper are
#: colours of Okabe and Ito's set (2008).  The others were chosen so that all pairs stay at least as far apart as
#: the pairs of that set do, for normal, protanopic and deuteranopic eyes alike (OKLab distance; Machado et al.
#: 2009 for the eyes); those for dark paper in the same way, near to the hue on light paper.  A test holds it.
LANGUAGES: Final = {
    "zh": ("#d55e00", "#fb4b15"),
    "en": ("#0072b2", "#3678b8"),
    "ko": ("#009e73", "#2d9e5d"),
    "ja": ("#cc79a7", "#fc9cbd"),
    "ru": ("#ac1b6e", "#cd2995"),
    "ar": ("#94cd2b", "#97fe37"),
    "hi": ("#9079fe", "#b180fc"),
    "de": ("#465400", "#bfbd5c"),
    "fr": ("#2bbce7", "#b7f0fc"),
    "es": ("#5b25a6", "#7038e5"),
}

#: Sixteen hues of one lightness, from which every other language gets one by a hash of its name.  Two of these
#: can fall on the same hue, and they are too close for some eyes: the tag beside them tells.
OTHERS: Final = (
    "#c47987",
    "#c67c6f",
    "#c0825a",
    "#b48a4c",
    "#a2934a",
    "#8a9b57",
    "#6fa16c",
    "#53a584",
    "#3da59d",
    "#3ca2b3",
    "#509cc3",
    "#6a95cc",
    "#848ccc",
    "#9c85c4",
    "#ae7eb4",
    "#bc7a9f",
)

#: Colours of groups, from Okabe and Ito's set (2008); plots add a dash or a marker for eyes that do not tell colours.
GROUPS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")

#: Quiet colours, for light and for dark paper.
QUIET: Final = {
    MAIN: ("#c6d4e6", "#33475f"),
    UND: ("#98a2ad", "#7d8792"),
    "math": ("#e6dec6", "#4d4736"),
    "code": ("#d3d3d0", "#454745"),
    "url": ("#d9d0bd", "#574f40"),
    "identifier": ("#e9e6dc", "#3f3d37"),
    "template": ("#bcb8ae", "#635f57"),
    "other": ("#efeeea", "#2a2c2f"),
}

#: Text and paper of the HTML pages, light and dark.
INK: Final = ("#1b1f24", "#e9ebee")
PAPER: Final = ("#ffffff", "#14171a")

#: Characters of a word and its space elsewhere.  English reasoning has 5.5 to 6.
_WORD: Final = 6.0

#: How much of a language's colour the paper behind its text takes, light and dark; more would cost contrast.
_TINT: Final = (0.30, 0.38)


def slot(category: str) -> str:
    """Give the short name under which a category is coloured: also a CSS class, whatever the category holds.

    The subtags after the first do not count: ``hi`` and ``hi-Latn`` are one language and have one colour.

    Examples
    --------
    >>> slot("zh-Hant"), slot("math"), slot("sw")
    ('zh', 'math', 'h05')
    """
    if category in QUIET:
        return category
    language = category.split("-", 1)[0].lower()
    if language in LANGUAGES:
        return language
    return f"h{zlib.crc32(language.encode('utf-8', 'replace')) % len(OTHERS):02d}"


def slots() -> list[str]:
    """List every name that `slot` can give."""
    return [*QUIET, *LANGUAGES, *(f"h{number:02d}" for number in range(len(OTHERS)))]


def color(category: str, *, dark: bool = False) -> str:
    """Give the colour of a language or a kind as ``#rrggbb``.

    Parameters
    ----------
    category
        ``"main"``, a kind of the segments table, or a BCP 47 language tag.
    dark
        Whether it stands on dark paper: quiet colours are darker there, and loud ones keep their hue.

    Returns
    -------
    str

    Examples
    --------
    >>> color("zh"), color("zh-Hans"), color("main")
    ('#d55e00', '#d55e00', '#c6d4e6')
    """
    name = slot(category)
    if name in QUIET:
        return QUIET[name][dark]
    return LANGUAGES[name][dark] if name in LANGUAGES else OTHERS[int(name[1:])]


def paper(category: str, *, dark: bool = False) -> str:
    """Give the colour of the paper behind text of a category, against which `INK` keeps a contrast of 4.5 and more.

    Examples
    --------
    >>> paper("zh")
    '#f2cfb2'
    """
    strength = 1.0 if slot(category) in QUIET and category != UND else _TINT[dark]
    return mix(color(category, dark=dark), PAPER[dark], strength)


def mix(one: str, other: str, share: float) -> str:
    """Mix two colours, ``share`` of the first."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(share * a + (1 - share) * b):02x}" for a, b in pairs)


def is_dark(paper: Any) -> bool:
    """Tell dark paper from white, given the colour of the Axes in any form that matplotlib knows."""
    from matplotlib.colors import to_hex

    return luminance(str(to_hex(paper))) < 0.2


def luminance(colour: str) -> float:
    """Give the relative luminance of a colour, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2).

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return round((high + 0.05) / (low + 0.05), 6)


def main_languages(segments: pd.DataFrame) -> dict[Any, str]:
    """Tell in which language most words of each trace are written.

    The table knows characters and no words, so the words are estimated: by the weights of `traceviz.segments.scan` in
    scripts without spaces, and one for six characters in any other.  Where two languages are nearly even, this can be
    another than the matrix language by which `traceviz.measure` counts.

    Parameters
    ----------
    segments
        A segments table.

    Returns
    -------
    dict
        From ``trace_id`` to language tag; of two with as many words, the one that comes first in the text.  A trace
        without a piece of known language is not in it.
    """
    language = segments["language"]
    told = segments[(segments["kind"] == "prose").to_numpy(bool) & language.notna().to_numpy(bool)]
    told = told[(told["language"] != UND).to_numpy(bool)]
    length = (told["end"] - told["start"]).to_numpy(np.float64)
    scripts = told["script"].astype(object).tolist() if "script" in told else [None] * len(told)
    words = length * np.array([_words_of_a_character(script) for script in scripts], dtype=np.float64)
    amount: dict[Any, dict[str, float]] = {}
    keyed = pd.DataFrame({"trace": told["trace_id"].to_numpy(object), "language": told["language"].to_numpy(object)})
    sums = keyed.assign(words=words).groupby(["trace", "language"], sort=False)["words"].sum().reset_index()
    for trace, tag, total in zip(*(sums[name].tolist() for name in sums.columns), strict=True):
        amount.setdefault(trace, {})[tag] = total
    return {trace: max(languages, key=languages.__getitem__) for trace, languages in amount.items()}


def _words_of_a_character(script: Any) -> float:
    if isinstance(script, str) and script in UNSPACED_SCRIPTS:
        return WORDS_OF_A_LETTER.get(script, WORDS_OF_OTHER_LETTERS)
    return 1 / _WORD


def categories(segments: pd.DataFrame, main: dict[Any, str]) -> NDArray[np.object_]:
    """Give the category of each piece: ``"main"``, the kind of what is masked, or the language of what is foreign.

    Parameters
    ----------
    segments
        A segments table.
    main
        The main language of each trace, from `main_languages`.

    Returns
    -------
    numpy.ndarray
        Strings, one a row.  Prose without a language (digits, punctuation) is ``"other"``.
    """
    kind = segments["kind"].to_numpy(object)
    told = segments["language"].notna().to_numpy(bool)
    language = np.where(told, segments["language"].to_numpy(object), "other")
    usual = np.array([main.get(trace, "") for trace in segments["trace_id"].tolist()], dtype=object)
    found = np.where(language == usual, MAIN, language)
    return np.where(kind == "prose", found, kind)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
