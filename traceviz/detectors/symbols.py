"""Unusual symbols in running text: emoji, arrows, box drawing, private-use characters, mathematics outside formulas.

Mathematics is not unusual in mathematics: what the masks take for code or a formula is left out.  Punctuation,
currency signs, degrees, bullets and the signs of ASCII are ordinary.  The detector finds characters; whether they are
out of place in a given trace is for the reader, or for a comparison with the model's own answers.
"""

from __future__ import annotations

from typing import Final

from traceviz.detectors.evidence import Evidence, Scene
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


def find(scene: Scene) -> Evidence:
    """Find runs of unusual symbols; the label is their class, the score how many there are in the run."""
    from traceviz.detectors.kernels.symbols import find_symbols

    table, masks = unicode_table(), scene.masks
    text, start, end, label, count = find_symbols(
        scene.texts.buffer,
        scene.texts.offsets,
        masks.by_text,
        masks.start,
        masks.end,
        table.page_of,
        table.kinds,
    )
    return Evidence(text, start, end, tuple(LABELS[code] for code in label), count.astype(float))
