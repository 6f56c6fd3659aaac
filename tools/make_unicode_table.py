"""Make ``traceviz/data/unicode.npz``: script and class of every code point, as a two-level table.

Scripts come from fontTools, which carries ``Scripts.txt``; everything else from the ``regex`` package, which carries
the same version of the Unicode Character Database (checked below).  Run it as

    python tools/make_unicode_table.py

The same packages give the same bytes.
"""

from __future__ import annotations

import hashlib
import re
from importlib import metadata
from pathlib import Path

import fontTools.unicodedata as names
import numpy as np
import regex
from fontTools.unicodedata import Scripts

TARGET = Path(__file__).parent.parent / "traceviz" / "data" / "unicode.npz"

#: Class codes; `traceviz.segments.unicode` documents them and must agree.
CLASSES = (
    (r"\p{L}", 1),
    (r"\p{M}", 2),
    (r"\p{Nd}", 3),
    (r"[\p{Nl}\p{No}]", 4),
    (r"\p{P}", 6),
    (r"\p{S}", 7),
    (r"\p{Cc}", 8),
    (r"\p{Cf}", 9),
    (r"\p{Co}", 10),
    (r"\p{White_Space}", 5),  # last, because tab and line feed are controls by category
)

#: Flags, added to the class.  (c), (R) and TM are pictographic by property and ordinary in prose.
FLAGS = (
    (r"\p{Math}", 16),
    (r"[\p{Extended_Pictographic}--[\u00A9\u00AE\u2122]]", 32),
    (r"[\p{Lu}\p{Lt}]", 64),
    (r"\p{Default_Ignorable_Code_Point}", 128),
)

#: Scripts with fixed small codes; the others follow by name.
FIRST = ("Common", "Inherited", "Latin", "Han", "Hiragana", "Katakana", "Cyrillic", "Greek", "Arabic", "Devanagari")


def classes() -> np.ndarray:
    """Give the class byte of every code point."""
    table = np.zeros(0x110000, dtype=np.uint8)
    points = np.array([c for c in range(0x110000) if not 0xD800 <= c < 0xE000])
    every = "".join(map(chr, points))
    for pattern, code in CLASSES:
        for match in regex.finditer(f"{pattern}+", every):
            table[points[match.start() : match.end()]] = code
    for pattern, flag in FLAGS:
        for match in regex.finditer(f"{pattern}+", every, flags=regex.VERSION1):
            table[points[match.start() : match.end()]] |= flag
    return table


def scripts() -> tuple[np.ndarray, list[str]]:
    """Give the script code of every code point, and the names by code."""
    long_names = sorted({names.script_name(code) for code in Scripts.VALUES} - set(FIRST))
    ordered = [*FIRST, *long_names]
    code_of = {name: code for code, name in enumerate(ordered)}
    table = np.array([code_of[names.script_name(names.script(chr(c)))] for c in range(0x110000)], dtype=np.uint8)
    return table, ordered


def lower_case() -> np.ndarray:
    """Give the simple lower-case form of the Basic Multilingual Plane; final sigma becomes sigma."""
    table = np.arange(0x10000, dtype=np.uint16)
    for c in range(0x10000):
        if not 0xD800 <= c < 0xE000:
            small = chr(c).lower()
            if len(small) == 1 and ord(small) < 0x10000:
                table[c] = ord(small)
    table[0x03C2] = 0x03C3
    return table


def main() -> None:
    """Write the table and print what it holds."""
    version = re.search(r"Scripts-([\d.]+)\.txt", Path(Scripts.__file__).read_text(encoding="utf-8"))
    assert version is not None
    script, script_names = scripts()
    kind = classes()
    unknown = int((script == script_names.index("Unknown")).sum()) - 2048
    every = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)
    assert unknown == len(regex.findall(r"\p{Script=Unknown}", every)), "fontTools and regex differ in Unicode version"
    pages, index = np.unique(np.stack([script, kind], axis=1).reshape(-1, 512), axis=0, return_inverse=True)
    np.savez_compressed(
        TARGET,
        page_of=index.reshape(-1).astype(np.uint16),
        script=np.ascontiguousarray(pages.reshape(-1, 256, 2)[:, :, 0]),
        kind=np.ascontiguousarray(pages.reshape(-1, 256, 2)[:, :, 1]),
        lower=lower_case(),
        names=np.array(script_names),
        version=np.array(version.group(1)),
    )
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    print(f"{TARGET.name}: Unicode {version.group(1)}, {len(script_names)} scripts, {len(pages)} pages,", end=" ")
    print(f"{TARGET.stat().st_size} bytes, sha256 {digest}")
    print(f"fontTools {metadata.version('fonttools')}, regex {metadata.version('regex')}")


if __name__ == "__main__":
    main()
