"""Script and class of every code point, from the Unicode Character Database.

The table is made by ``tools/make_unicode_table.py`` and looked up in two levels: ``page_of[c >> 8]`` names the page
of a code point, and ``scripts[page, c & 255]`` and ``kinds[page, c & 255]`` hold its script and class.

The class is a number below 16: 1 letter (L), 2 mark (M), 3 digit (Nd), 4 other number (Nl, No), 5 white space,
6 punctuation (P), 7 symbol (S), 8 control (Cc), 9 format (Cf), 10 private use (Co), 0 unassigned.  Added to it are
flags: 16 mathematical (``Math``), 32 pictographic (``Extended_Pictographic`` without the signs of copyright and trade
mark), 64 upper case, 128 default ignorable.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FILE: Final = Path(__file__).parent.parent / "data" / "unicode.npz"


#: Marks that Arabic and Hebrew leave out at will; a word is the same with and without them.
_VOWEL_MARKS: Final = (*range(0x064B, 0x0653), 0x0670, *range(0x05B0, 0x05C3), 0x05C7, 0x0640)

#: Below this code point stand all letters that take accents; Hangul syllables above it are not taken apart.
_END_OF_ACCENTS: Final = 0x3000


class UnicodeTable(NamedTuple):
    """The two-level table, and what its numbers mean."""

    page_of: NDArray[np.uint16]
    scripts: NDArray[np.uint8]
    kinds: NDArray[np.uint8]
    lower: NDArray[np.uint16]
    script_names: tuple[str, ...]
    version: str


@cache
def unicode_table() -> UnicodeTable:
    """Read the table, once a process.

    Examples
    --------
    >>> table = unicode_table()
    >>> table.script_names[table.scripts[table.page_of[ord("я") >> 8], ord("я") & 255]]
    'Cyrillic'
    """
    with np.load(_FILE) as file:
        return UnicodeTable(
            file["page_of"],
            file["script"],
            file["kind"],
            file["lower"],
            tuple(str(name) for name in file["names"]),
            str(file["version"]),
        )


@cache
def folding() -> NDArray[np.uint16]:
    """Give what each code point below U+10000 is for the look-up of a word: up to three code points, 0 for none.

    Lower case, accents apart (so that composed and decomposed text are the same), sharp s as two, final sigma as
    sigma, the curly apostrophe straight, the comma below a cedilla (Romanian is written with either), vowel marks of
    Arabic and Hebrew dropped.
    """
    table = np.zeros((0x10000, 3), dtype=np.uint16)
    table[:, 0] = unicode_table().lower
    for point in range(0xC0, _END_OF_ACCENTS):
        character = chr(int(table[point, 0]))
        parts = unicodedata.normalize("NFD", character)
        if parts != character and len(parts) <= 3:
            table[point, : len(parts)] = [ord(part) for part in parts]
    table[table == 0x326] = 0x327
    table[0xDF] = table[0x1E9E] = (115, 115, 0)
    table[0x130] = (105, 0, 0)
    table[0x3C2, 0] = 0x3C3
    table[0x2019, 0] = 39
    table[list(_VOWEL_MARKS)] = 0
    return table
