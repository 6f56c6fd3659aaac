"""Unusual symbols in running text: emoji, arrows, box drawing, private-use characters, mathematics outside formulas.

Tokens of signs that a trace invents count too (`traceviz.detectors.invented_notation`).

Mathematics is not unusual in mathematics: what the masks take for code or a formula is left out, and so is an arrow,
an operator or a check mark that stands beside a formula or a number ("x = 3 ⇒ it holds").  Nor is layout: an arrow or
a check mark that opens a line as a bullet would, a check mark that ends one.  Punctuation, currency signs, degrees,
bullets and the signs of ASCII, in full width too, are ordinary.  The detector finds characters; whether they are out
of place in a given trace is for the reader, or for a comparison with the model's own answers.
"""

from __future__ import annotations

from typing import Final

import numpy as np

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

#: Masks beside which a sign of mathematics is at home.
FORMULAS: Final = ("math", "identifier")


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
    return signs.taken(np.flatnonzero(~inside)).joined(invented)
