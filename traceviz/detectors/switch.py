"""Switches into another language: stretches that are not in the trace's matrix language.

What stands in the prompt (``quoted``) or is talked about (``mentioned``) is no switch.  It gets wrong what the
segments get wrong: see `traceviz.segments.languages`.
"""

from __future__ import annotations

import numpy as np

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.segments.unicode import unicode_table


def find(scene: Scene) -> Evidence:
    """Find the foreign stretches; the label is their language, the score the confidence of the segment (0-1)."""
    from traceviz.detectors.kernels.switch import trim

    pieces, table = scene.pieces, unicode_table()
    chosen = np.flatnonzero(scene.foreign & ~pieces.quoted & ~pieces.mentioned)
    start, end = trim(scene.texts.buffer, pieces.start[chosen], pieces.end[chosen], table.page_of, table.kinds)
    chosen, start, end = chosen[end > start], start[end > start], end[end > start]
    return Evidence(
        scene.text_of_piece[chosen],
        start,
        end,
        tuple(pieces.tags[code] for code in pieces.language[chosen]),
        pieces.confidence[chosen].astype(np.float64),
    )
