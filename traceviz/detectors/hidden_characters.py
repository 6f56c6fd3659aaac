"""Characters that cannot be seen: zero-width, tag and filler characters, selectors and bidirectional controls.

They count only where they are out of place: a joiner between Persian letters or inside an emoji is at home, and so is
a variation selector after an emoji or a symbol, and a byte-order mark at the very start.  Letters of another script
that only look like the right ones are told in `traceviz.detectors.homoglyphs`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.homoglyphs import homoglyphs
from traceviz.segments.unicode import unicode_table

#: Labels by the class code of the kernel.
LABELS: Final = ("", "zero-width", "tag", "variation selector", "filler", "bidirectional control")

#: Of these, characters that nobody sees, and those that turn others round.
*UNSEEN, CONTROL = LABELS[1:]

#: Scripts in which a joiner between letters is noise; in the others (Arabic, Indic and their kin) it is spelling.
NO_JOINERS: Final = (
    "Common",
    "Inherited",
    "Unknown",
    "Latin",
    "Greek",
    "Cyrillic",
    "Armenian",
    "Georgian",
    "Hebrew",
    "Han",
    "Hiragana",
    "Katakana",
    "Hangul",
    "Bopomofo",
    "Ethiopic",
    "Cherokee",
)


def joining_scripts() -> NDArray[np.bool_]:
    """Tell for each script code whether zero-width joiners belong to its spelling."""
    return np.array([name not in NO_JOINERS for name in unicode_table().script_names])


def find(scene: Scene) -> Evidence:
    """Find hidden characters out of place; the label is their kind, the score how many stand together.

    A homoglyph is the whole word; its score is the number of letters of the other script.
    """
    from traceviz.detectors.kernels.hidden_characters import find_hidden

    table = unicode_table()
    text, start, end, label, count = find_hidden(
        scene.texts.buffer,
        scene.texts.offsets,
        table.page_of,
        table.scripts,
        table.kinds,
        joining_scripts(),
    )
    unseen = Evidence(text, start, end, tuple(LABELS[code] for code in label), count.astype(float))
    return unseen.joined(homoglyphs(scene))


def are_cut(scene: Scene, word: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell which of some words are parts of a word that a hidden character cuts: to other modes they are nothing."""
    from traceviz.detectors.kernels.hidden_characters import are_beside_hidden

    texts, words, text = scene.texts, scene.words, scene.text_of_word[word]
    found = are_beside_hidden(
        texts.buffer, texts.offsets[text], texts.offsets[text + 1], words.start[word], words.end[word]
    )
    return np.asarray(found, dtype=bool)
