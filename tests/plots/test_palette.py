from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceviz.plots import palette
from traceviz.schema import KINDS, SEGMENTS

# Simulated eyes: Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "normal": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
#: The least distance of two colours of Okabe and Ito's set for these eyes is 0.076.
APART = 0.075


def oklab(colours: list[str], eye: str) -> np.ndarray:
    rgb = np.array([[int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)] for c in colours])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ EYES[eye].T, 0, 1)
    lms = seen @ np.array(
        [
            [0.4122214708, 0.2119034982, 0.0883024619],
            [0.5363325363, 0.6806995451, 0.2817188376],
            [0.0514459929, 0.1073969566, 0.6299787005],
        ]
    )
    return np.cbrt(lms) @ np.array(
        [
            [0.2104542553, 1.9779984951, 0.0259040371],
            [0.7936177850, -2.4285922050, 0.7827717662],
            [-0.0040720468, 0.4505937099, -0.8086757660],
        ]
    )


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("eye", list(EYES))
def test_usual_languages_can_be_told_apart_by_every_eye(eye: str, dark: bool) -> None:  # noqa: FBT001 (a parameter)
    tags = list(palette.LANGUAGES)
    seen = dict(zip(tags, oklab([palette.color(tag, dark=dark) for tag in tags], eye), strict=True))
    near = [(a, b) for a, b in itertools.combinations(tags, 2) if np.linalg.norm(seen[a] - seen[b]) < APART]
    assert near == []


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("eye", list(EYES))
def test_languages_differ_from_what_is_quiet(eye: str, dark: bool) -> None:  # noqa: FBT001 (a parameter)
    loud = oklab([palette.color(tag, dark=dark) for tag in palette.LANGUAGES], eye)
    quiet = oklab([pair[dark] for name, pair in palette.QUIET.items() if name != palette.UND], eye)
    assert np.linalg.norm(loud[:, None] - quiet[None], axis=2).min() > APART


def relative_luminance(colour: str) -> float:
    total = 0.0
    for at, weight in ((1, 0.2126), (3, 0.7152), (5, 0.0722)):
        value = int(colour[at : at + 2], 16) / 255
        total += weight * (value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4)
    return total


@pytest.mark.parametrize("dark", [False, True])
def test_text_has_enough_contrast_on_every_paper(dark: bool) -> None:  # noqa: FBT001 (a parameter)
    tags = ["".join(letters) for letters in itertools.product("abcdefghij", repeat=2)]
    for category in [*palette.QUIET, *palette.LANGUAGES, *tags]:
        pair = sorted(
            [relative_luminance(palette.paper(category, dark=dark)), relative_luminance(palette.INK[dark])],
            reverse=True,
        )
        assert (pair[0] + 0.05) / (pair[1] + 0.05) >= 4.5, category


def test_known_colours() -> None:
    assert palette.color("zh") == "#d55e00"
    assert palette.color("zh-Hant") == palette.color("ZH") == palette.color("zh")
    assert palette.color("hi-Latn") == palette.color("hi")
    assert palette.color("main") == "#c6d4e6"
    assert palette.color("main", dark=True) == "#33475f"
    assert set(palette.QUIET) == {"main", "und", *KINDS} - {"prose"}


def test_colours_are_the_same_in_another_process_with_another_hash_seed() -> None:
    tags = ["sw", "vi", "tlh", "pt", "zh", "xx-Cyrl"]
    code = f"from traceviz.plots import palette; print([palette.color(t) for t in {tags}])"
    for seed in ("1", "2"):
        ran = subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        )
        assert ran.stdout.strip() == str([palette.color(tag) for tag in tags])


@given(st.text())
def test_any_tag_has_a_slot_that_is_a_safe_css_class(tag: str) -> None:
    assert palette.slot(tag) in palette.slots()
    assert palette.slot(tag).isalnum()


def test_contrast_and_mixing_of_known_colours() -> None:
    assert palette.contrast("#ffffff", "#000000") == 21.0
    assert palette.contrast("#777777", "#777777") == 1.0
    assert palette.contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert palette.mix("#ff0000", "#0000ff", 0.25) == "#4000bf"


def segments_of(*rows: tuple[str, int, int, str, str | None, str | None]) -> pd.DataFrame:
    full = [(t, a, b, kind, script, language, 1.0, False, False) for t, a, b, kind, script, language in rows]
    return pd.DataFrame(full, columns=list(SEGMENTS)).astype(SEGMENTS)


def test_main_language_is_the_one_with_most_words() -> None:
    table = segments_of(
        # 60 Latin characters are 10 words, 20 Han characters are 12.
        ("a", 0, 60, "prose", "Latin", "en"),
        ("a", 60, 80, "prose", "Han", "zh"),
        # Masked and undetermined text does not count.
        ("b", 0, 500, "code", None, None),
        ("b", 500, 900, "prose", "Latin", "und"),
        ("b", 900, 906, "prose", "Latin", "de"),
        # A tie goes to the one that comes first.
        ("c", 0, 5, "prose", "Latin", "fr"),
        ("c", 5, 10, "prose", "Latin", "es"),
        ("d", 0, 5, "math", None, None),
    )
    assert palette.main_languages(table) == {"a": "zh", "b": "de", "c": "fr"}


def test_categories_name_what_each_piece_is() -> None:
    table = segments_of(
        ("a", 0, 60, "prose", "Latin", "en"),
        ("a", 60, 62, "prose", "Han", "zh"),
        ("a", 62, 70, "math", None, None),
        ("a", 70, 72, "prose", None, None),
        ("a", 72, 80, "prose", "Latin", "und"),
        ("b", 0, 6, "prose", "Han", "zh"),
        ("b", 6, 9, "other", None, None),
    )
    found = palette.categories(table, palette.main_languages(table)).tolist()
    assert found == ["main", "zh", "math", "other", "und", "main", "other"]


def test_no_rows_have_no_categories() -> None:
    table = segments_of()
    assert palette.main_languages(table) == {}
    assert palette.categories(table, {}).tolist() == []
