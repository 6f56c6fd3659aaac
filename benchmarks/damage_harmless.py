"""Changes that do no harm, and must raise nothing: other lines, formulas, code, quotes, names, another spelling.

    from damage_harmless import HARMLESS, change
    changed = change(text, prompt, kind="quote", host="trace-1")

A quote of the prompt changes the prompt as well: it then holds what is quoted.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final, NamedTuple

import damage_words as lists
from damage_prose import found, sentences, words

#: Columns of lines that are flowed anew.
COLUMNS: Final = 72


class Changed(NamedTuple):
    """A text and its prompt after a change that does no harm."""

    text: str
    prompt: str


Change = Callable[[str, str, Random], Changed]


def change(text: str, prompt: str, *, kind: str, host: str, seed: int = 0) -> Changed:
    """Change a text without harm.

    Raises
    ------
    ValueError
        When there is no such kind.

    Examples
    --------
    >>> change("The colors of the two cubes differ.", "", kind="british", host="a").text
    'The colours of the two cubes differ.'
    """
    if kind not in HARMLESS:
        raise ValueError(f"There is no harmless change of the kind {kind!r}; there is {', '.join(HARMLESS)}.")
    return HARMLESS[kind](text, prompt, random.Random(f"{seed}/{host}/{kind}"))  # noqa: S311  (the same draw again)


def _reflowed(text: str, prompt: str, _: Random) -> Changed:
    """Break lines of prose at a column."""
    parts, last, column = [], 0, 0
    for space in found(re.compile(r"[ \n]"), text):
        width = space.start() - last
        line_ends = space.group() == "\n"
        too_long = column + width > COLUMNS and not line_ends
        column = 0 if too_long or line_ends else column + width + 1
        parts += [text[last : space.start()], "\n" if too_long else space.group()]
        last = space.end()
    return Changed("".join((*parts, text[last:])), prompt)


def _marked_up(text: str, prompt: str, draw: Random) -> Changed:
    """Write words in bold, and put headings, bullets and rules before sentences."""
    places = [(one.end(), one.start()) for one in words(text) if draw.random() < 0.05]
    for end, start in reversed(places):
        text = f"{text[:start]}**{text[start:end]}**{text[end:]}"
    for place in reversed([one.start() for one in sentences(text) if draw.random() < 0.2]):
        sign = draw.choice(("\n\n## Step\n\n", "\n- ", "\n1. ", "\n\n---\n\n", "\n> "))
        text = text[:place].rstrip(" ") + sign + text[place:]
    return Changed(text, prompt)


_LATEX: Final = r"""
\[
\begin{aligned}
\int_0^{\infty} e^{-\lambda t}\,\mathrm{d}t &= \frac{1}{\lambda}, \qquad \lambda > 0, \\
\sum_{k=1}^{n} \binom{n}{k} x^k &= (1 + x)^n - 1 \quad \text{for all } x \in \mathbb{R}.
\end{aligned}
\]
"""
_CODE: Final = """
```python
def gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a

print([gcd(n, 36) for n in range(1, 12)])  # 1, 2, 3, 4, 1, 6, 1, 4, 9, 2, 1
```
"""
_TABLE: Final = """
| item   | price | count | total |
|:-------|------:|------:|------:|
| apples |  1.20 |     6 |  7.20 |
| pears  |  0.90 |    10 |  9.00 |
| sum    |       |    16 | 16.20 |
"""
_NAMES: Final = (
    "The proof goes back to Nguy\u1ec5n V\u0103n H\u1ea1o and Ram\u00f3n y Cajal, who is not the one that is meant.",
    "In D\u00fcsseldorf, \u0141\u00f3d\u017a and S\u00e3o Paulo the law was passed, as Krzysztof told Mbali Dlamini.",
    "Priya, Wojciech and Xiaoming share the sushi, the tortillas and the kimchi, and Bj\u00f8rn pays the cappuccino.",
    "By a theorem of Erd\u0151s and R\u00e9nyi, and by work of Ramanujan and Poincar\u00e9, the bound holds.",
)
_CHEMISTRY: Final = (
    "The mixture holds methylcyclohexane, 2,4-dinitrophenylhydrazine and a little tetrahydrofuran (THF).",
    "Acetylcholinesterase breaks acetylcholine down, and organophosphates such as parathion block it.",
    "With H2SO4 the NaHCO3 reacts to Na2SO4, CO2 and H2O, and the electroencephalogram shows nothing.",
)
_BRITISH_SENTENCES: Final = (
    "The colour and the flavour of the catalogue were recognised in the theatre, and the labour was practised.",
    "We analysed the behaviour of the grey aluminium fibre, whilst the programme was cancelled at the centre.",
)


def _with_block(text: str, prompt: str, draw: Random, *, block: str) -> Changed:
    """Put a block between two sentences."""
    place = draw.choice([one.end() for one in sentences(text)] or [len(text)])
    return Changed(f"{text[:place]}\n{block}\n{text[place:].lstrip(' ')}", prompt)


def _with_sentences(text: str, prompt: str, draw: Random, *, ready: tuple[str, ...]) -> Changed:
    """Put sentences behind others."""
    for sentence in ready:
        place = draw.choice([one.end() for one in sentences(text)] or [len(text)])
        text = f"{text[:place]} {sentence}{text[place:]}"
    return Changed(text, prompt)


def _with_quote(text: str, prompt: str, draw: Random) -> Changed:
    """Quote two sentences of a prompt in another language, once in its own words and once as they stand."""
    language = draw.choice(("zh", "ru", "hi", "ar", "ja", "de", "es", "fr"))
    asked = draw.sample(lists.sentences((language,)), 3)
    ready = (f'The question says "{asked[0]}", so that is given.', f'And then it says: "{asked[1]}"')
    return Changed(_with_sentences(text, prompt, draw, ready=ready).text, "\n".join((prompt, *asked)))


def _decomposed(text: str, prompt: str, draw: Random) -> Changed:
    """Write names with their accents as characters of their own."""
    named = _with_sentences(text, prompt, draw, ready=_NAMES)
    return Changed(unicodedata.normalize("NFD", named.text), unicodedata.normalize("NFD", prompt))


def _composed(text: str, prompt: str, draw: Random) -> Changed:
    """Write names with each accent and its letter as one character."""
    named = _with_sentences(text, prompt, draw, ready=_NAMES)
    return Changed(unicodedata.normalize("NFC", named.text), unicodedata.normalize("NFC", prompt))


#: American spellings, and the British ones of what each pattern matches.
_BRITISH: Final = {
    r"(?<=[a-z])yz(?=e[sdr]?\b|ing\b)": "ys",
    r"(?<=[a-z]{3})iz(?=e[sdr]?\b|ing\b|ation)": "is",
    r"\b(col|hon|lab|fav|behavi|neighb)or(?!io|at)": r"\1our",
    r"\b(cent|met)er(?=s?\b)": r"\1re",
    r"\bgray\b": "grey",
    r"\bprogram(?=s?\b)": "programme",
    r"\b(label|model|cancel|travel)(?=(?:ed|ing)\b)": r"\1l",
}


def _british(text: str, prompt: str, _: Random) -> Changed:
    """Spell as the British do."""
    for pattern, new in _BRITISH.items():
        text = re.sub(pattern, new, text)
    return Changed(text, prompt)


#: All changes by name.
HARMLESS: Final[dict[str, Change]] = {
    "reflowed": _reflowed,
    "markdown": _marked_up,
    "latex": partial(_with_block, block=_LATEX),
    "code": partial(_with_block, block=_CODE),
    "table": partial(_with_block, block=_TABLE),
    "quote": _with_quote,
    "names": partial(_with_sentences, ready=_NAMES),
    "chemistry": partial(_with_sentences, ready=_CHEMISTRY),
    "nfc": _composed,
    "nfd": _decomposed,
    "british": _british,
    "british_sentences": partial(_with_sentences, ready=_BRITISH_SENTENCES),
}
