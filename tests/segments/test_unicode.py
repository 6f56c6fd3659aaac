"""The Unicode table against Python's, and against the script that makes it."""

from __future__ import annotations

import importlib.util
import re
import unicodedata
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from traceviz.segments.unicode import folding, unicode_table

TABLE = unicode_table()
POINTS = np.arange(0x110000)
KIND = TABLE.kinds[TABLE.page_of[POINTS >> 8], POINTS & 255]
SCRIPT = TABLE.scripts[TABLE.page_of[POINTS >> 8], POINTS & 255]

#: The class of each general category, as `unicode.py` documents it; white space is told by another property.
CLASS_OF_CATEGORY = {"L": 1, "M": 2, "Nd": 3, "Nl": 4, "No": 4, "P": 6, "S": 7, "Cc": 8, "Cf": 9, "Co": 10}

WHITE_SPACE = {
    *range(0x09, 0x0E),
    0x20,
    0x85,
    0xA0,
    0x1680,
    *range(0x2000, 0x200B),
    0x2028,
    0x2029,
    0x202F,
    0x205F,
    0x3000,
}


def test_classes_agree_with_python() -> None:
    """Python's tables may be some versions older: what it does not know is not compared."""
    wrong = []
    for c in range(0x110000):
        category = unicodedata.category(chr(c))
        if category in {"Cn", "Cs"}:
            continue
        expected = 5 if c in WHITE_SPACE else CLASS_OF_CATEGORY.get(category) or CLASS_OF_CATEGORY[category[0]]
        if KIND[c] & 15 != expected:
            wrong.append((hex(c), category, int(KIND[c] & 15)))
    # A new version of Unicode changes the category of a handful of old characters.
    assert len(wrong) <= 10, wrong[:20]


def test_upper_case_agrees_with_python() -> None:
    known = [c for c in range(0x110000) if unicodedata.category(chr(c)) in {"Lu", "Lt"}]
    assert (KIND[known] & 64 != 0).all()
    assert (KIND[[ord(c) for c in "aß1 中ª"]] & 64 == 0).all()


@pytest.mark.parametrize(
    ("character", "script"),
    [
        *(("a", "Latin"), ("é", "Latin"), ("1", "Common"), ("\u0301", "Inherited"), ("中", "Han"), ("𠀀", "Han")),
        *(
            ("あ", "Hiragana"),
            ("ア", "Katakana"),
            ("ー", "Common"),
            ("한", "Hangul"),
            ("я", "Cyrillic"),
            ("λ", "Greek"),
        ),
        *(("س", "Arabic"), ("क", "Devanagari"), ("ব", "Bengali"), ("ก", "Thai"), ("ა", "Georgian"), ("ㄅ", "Bopomofo")),
        *(("א", "Hebrew"), ("𝑥", "Common"), ("\u0378", "Unknown")),
    ],
)
def test_scripts(character: str, script: str) -> None:
    assert TABLE.script_names[SCRIPT[ord(character)]] == script


@pytest.mark.parametrize(
    ("characters", "flag", "expected"),
    [
        ("∑∀√→≤+=^𝑥′ℝ", 16, True),
        ("α²½°xa", 16, False),
        ("😀🎉❤☀", 32, True),
        ("©®™1#*", 32, False),
        ("\u200b\u2060\ufeff\u00ad\u3164\U000e0041", 128, True),
        ("a \ufffd", 128, False),
    ],
)
def test_flags(characters: str, flag: int, *, expected: bool) -> None:
    assert [bool(KIND[ord(c)] & flag) for c in characters] == [expected] * len(characters)


def test_lower_case() -> None:
    for upper, lower in ("Aa", "Éé", "Яя", "Σσ", "ςσ", "aa", "ßß", "中中"):
        assert TABLE.lower[ord(upper)] == ord(lower)
    assert TABLE.lower[ord("İ")] == ord("İ")  # its lower case is two characters


def folded(text: str) -> list[int]:
    return [int(part) for c in text for part in folding()[ord(c)] if part]


def test_folding_takes_accents_apart() -> None:
    """Each code point of a composed letter folds to what its parts fold to, one by one."""
    for composed in ("é", "Å", "ệ", "ё", "й", "ΐ", "Ǖ", "ộ", "क़"):
        assert folded(composed) == folded(unicodedata.normalize("NFD", composed)), composed
    assert folded("é") != folded("e")


def failing(one: str, other: str, reason: str) -> object:
    return pytest.param(one, other, marks=pytest.mark.xfail(reason=reason, raises=AssertionError, strict=True))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ß", "ss"),
        ("ς", "σ"),
        ("\u2019", "'"),
        ("كَتَبَ", "كتب"),
        ("שָׁלוֹם", "שלום"),
        ("İ", "i"),
        failing("İ", "I\u0307", "the dot is dropped from the composed letter only"),
        ("ẞ", "ss"),
        ("și", "şi"),
        ("s\u0326", "ș"),
    ],
)
def test_folding_makes_one_of_two(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_the_codes_that_kernels_know() -> None:
    from traceviz.segments.kernels import characters, masks, pieces, words

    assert TABLE.script_names[:6] == ("Common", "Inherited", "Latin", "Han", "Hiragana", "Katakana")
    assert TABLE.script_names[masks.GREEK] == TABLE.script_names[words.GREEK] == "Greek"
    assert (pieces.HAN, pieces.HIRAGANA, pieces.KATAKANA) == (3, 4, 5)
    assert (words.INHERITED, words.LATIN, words.HAN, characters.LATIN) == (1, 2, 3, 2)


def test_the_version_is_recorded() -> None:
    assert re.fullmatch(r"\d+\.\d+(\.\d+)?", TABLE.version)
    assert int(TABLE.version.split(".")[0]) >= int(unicodedata.unidata_version.split(".")[0])


def tool() -> ModuleType:
    path = Path(__file__).parent.parent.parent / "tools" / "make_unicode_table.py"
    if not path.exists():
        pytest.skip("tools/make_unicode_table.py is not beside the tests")
    pytest.importorskip("fontTools.unicodedata", reason="the extra 'tools-unicode' is needed: fonttools is missing")
    pytest.importorskip("regex", reason="the extra 'tools-unicode' is needed: regex is missing")
    spec = importlib.util.spec_from_file_location("make_unicode_table", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_the_file_can_be_made_again() -> None:
    made = tool()
    version = re.search(r"Scripts-([\d.]+)\.txt", Path(made.Scripts.__file__).read_text(encoding="utf-8"))
    assert version is not None
    if version.group(1) != TABLE.version:
        pytest.skip(f"fontTools carries Unicode {version.group(1)}, the file {TABLE.version}")
    scripts, names = made.scripts()
    assert tuple(names) == TABLE.script_names
    np.testing.assert_array_equal(scripts, SCRIPT)
    every = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)
    if len(made.regex.findall(r"\p{Script=Unknown}", every)) != int((names.index("Unknown") == SCRIPT).sum()) - 2048:
        pytest.skip(f"the installed regex carries another version of Unicode than the file, {TABLE.version}")
    np.testing.assert_array_equal(made.classes(), KIND)
    known = [c for c in range(0x10000) if unicodedata.category(chr(c)) not in {"Cn", "Cs"}]
    np.testing.assert_array_equal(made.lower_case()[known], TABLE.lower[known])
