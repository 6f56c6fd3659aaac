"""Script and class of every code point, from the Unicode Character Database.

The table is made by ``tools/make_unicode_table.py`` and looked up in two levels: ``page_of[c >> 8]`` names the page
of a code point, and ``scripts[page, c & 255]`` and ``kinds[page, c & 255]`` hold its script and class.

The class is a number below 16: 1 letter (L), 2 mark (M), 3 digit (Nd), 4 other number (Nl, No), 5 white space,
6 punctuation (P), 7 symbol (S), 8 control (Cc), 9 format (Cf), 10 private use (Co), 0 unassigned.  Added to it are
flags: 16 mathematical (``Math``), 32 pictographic (``Extended_Pictographic`` without the signs of copyright and trade
mark), 64 upper case, 128 default ignorable.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

_FILE: Final = Path(__file__).parent.parent / "data" / "unicode.npz"


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
