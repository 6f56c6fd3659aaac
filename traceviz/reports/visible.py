"""Make visible what a text hides: control characters, zero-width characters and marks of direction.

Model output is hostile input.  A raw escape sequence rewrites a terminal, and a mark of direction shows a text in
another order than it was written; none of them may reach the reader as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Controls but tab and line feed; soft hyphen and combining grapheme joiner; fillers of Hangul and Khmer, which are
#: letters without a shape; zero-width characters, marks of direction, separators of lines and paragraphs, invisible
#: operators; interlinear marks; variation selectors; the tags of plane 14.
_HIDDEN: Final = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)

#: Joiners, which Persian, Hindi and emoji need inside a word; and the selector of an emoji's shape.
_JOINERS: Final = "\u200c\u200d"
_SELECTORS: Final = "\ufe0e\ufe0f"


def hidden(text: str) -> list[tuple[int, str]]:
    r"""Find the characters that cannot be seen, and what to show in their place.

    A joiner between two letters beyond Latin, Greek and Cyrillic or inside an emoji is at its right place and is
    left alone, and so is the selector of shape behind a symbol.

    Returns
    -------
    list of (int, str)
        Positions in code points, ascending, each with a picture (``\u241b``) or an escape.

    Examples
    --------
    >>> hidden("a\x1b[31m\u202eb")
    [(1, '␛'), (6, '⟨U+202E⟩')]
    """
    return [(found.start(), shown(found[0])) for found in _HIDDEN.finditer(text) if not _in_place(text, found.start())]


def shown(character: str) -> str:
    """Give the picture of a control character, or the escape of any other."""
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else f"\N{MATHEMATICAL LEFT ANGLE BRACKET}U+{code:04X}⟩"


def visible(text: str) -> str:
    r"""Give the text with every hidden character replaced by what `hidden` says.

    Examples
    --------
    >>> visible("\ufeffpay\u200bload\r\n")
    '⟨U+FEFF⟩pay⟨U+200B⟩load␍\n'
    """
    parts, at = [], 0
    for position, picture in hidden(text):
        parts += [text[at:position], picture]
        at = position + 1
    return "".join([*parts, text[at:]])


def _in_place(text: str, position: int) -> bool:
    character = text[position]
    before = text[position - 1] if position else ""
    if not before:
        return False
    if character in _SELECTORS:
        return before in "0123456789#*" or unicodedata.category(before)[0] == "S"
    after = text[position + 1] if position + 1 < len(text) else ""
    return character in _JOINERS and _joins(before) and (not after or _joins(after) or character == _JOINERS[0])


def _joins(character: str) -> bool:
    return character >= "\u0590" and (unicodedata.category(character)[0] in "LMS" or character in _SELECTORS)
