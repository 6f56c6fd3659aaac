"""Unusual symbols in running text: emoji, arrows, box drawing, private-use characters, mathematics outside formulas.

Tokens of signs that a trace invents count too (`traceviz.detectors.invented_notation`).

Mathematics is not unusual in mathematics: what the masks take for code or a formula is left out, and so is an arrow,
an operator or a check mark that stands beside a formula, code or a number ("x = 3 ⇒ it holds"), and a few arrows
between the steps of a text full of formulas.  Nor is layout: an arrow or
a check mark that opens a line as a bullet would, a check mark that ends one.  Punctuation, currency signs, degrees,
bullets and the signs of ASCII, in full width too, are ordinary.  The detector finds characters; whether they are out
of place in a given trace is for the reader, or for a comparison with the model's own answers.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.invented_notation import invented_notation
from traceviz.schema import KINDS
from traceviz.segments.unicode import unicode_table

#: Labels by the class code of the kernel.
LABELS: Final = (
    "",
    "emoji",
    "arrows",
    "mathematical symbols",
    "box drawing",
    "dingbats",
    "private use",
    "other symbols",
)

#: Signs that stand for "therefore" between the words of mathematics: in a text of which so much is formulas, one in so
#: many words at most.  In clean development windows of mathematics it is one in 50 or fewer.
CONNECTING: Final = ("arrows", "mathematical symbols")
MATHEMATICAL: Final = 0.1
WORDS_OF_A_STEP: Final = 40

#: Masks beside which a sign of mathematics is at home.
FORMULAS: Final = ("math", "identifier", "code")


def find(scene: Scene) -> Evidence:
    """Find runs of unusual symbols; the label is their class, the score how many there are in the run.

    Tokens of `traceviz.detectors.invented_notation` have a label of their own, and none of another class besides.
    """
    from traceviz.detectors.kernels.symbols import find_symbols

    table, masks = unicode_table(), scene.masks
    text, start, end, label, count = find_symbols(
        scene.texts.buffer,
        scene.texts.offsets,
        masks.by_text,
        masks.start,
        masks.end,
        np.isin(masks.kind, [KINDS.index(kind) for kind in FORMULAS]),
        table.page_of,
        table.kinds,
    )
    signs = Evidence(text, start, end, tuple(LABELS[code] for code in label), count.astype(float))
    invented = invented_notation(scene)
    inside = np.searchsorted(invented.start, signs.end) > np.searchsorted(invented.end, signs.start, side="right")
    return signs.taken(np.flatnonzero(~inside & ~_connect_steps(scene, signs))).joined(invented)


def _connect_steps(scene: Scene, signs: Evidence) -> NDArray[np.bool_]:
    """Tell which signs are the few arrows and operators that connect the steps of a text full of formulas."""
    texts, masks = scene.texts, scene.masks
    formula = masks.kind == KINDS.index("math")
    of_mask = np.repeat(np.arange(len(texts)), np.diff(masks.by_text))[formula]
    formulas = np.bincount(of_mask, weights=(masks.end - masks.start)[formula], minlength=len(texts))
    connecting = np.isin(np.array(signs.label, dtype=object), CONNECTING)
    many = np.bincount(signs.text[connecting], minlength=len(texts))
    few = (formulas >= MATHEMATICAL * np.diff(texts.offsets)) & (many * WORDS_OF_A_STEP <= np.diff(scene.words.by_text))
    return np.asarray(connecting & few[signs.text], dtype=bool)
