"""Switches into another language: stretches that are not in the trace's matrix language.

What stands in the prompt (``quoted``) or is talked about (``mentioned``) is no switch.  It gets wrong what the
segments get wrong: see `traceviz.segments.languages`.

A switch is not illegible as such: who knows both languages reads on.  Where its words are token soup, words of several
languages or of none that stand together, it is **incoherent** and its label says so; the others are coherent.  Where a
tenth of the words of a trace are soup, .83 (soup of the Latin script) to .90 of the letters of its switches are called
incoherent, where clean sentences are put in, at most .03, single words of one language, .06 (`benchmarks/coherence.py`,
windows kept aside).  A foreign word alone is coherent until others of further languages come near it; whether a foreign
sentence fits what is said around it, nothing here can tell.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene, covered
from traceviz.segments.unicode import unicode_table

#: What stands behind the language in the label of a switch that is token soup.
INCOHERENT: Final = ", incoherent"


def find(scene: Scene) -> Evidence:
    """Find the foreign stretches; the score is the confidence of the segment (0-1).

    The label is the language, with ``, incoherent`` behind it where half of the words are token soup.
    """
    from traceviz.detectors.kernels.switch import trim

    pieces, table = scene.pieces, unicode_table()
    chosen = np.flatnonzero(scene.foreign & ~pieces.quoted & ~pieces.mentioned)
    start, end = trim(scene.texts.buffer, pieces.start[chosen], pieces.end[chosen], table.page_of, table.kinds)
    chosen, start, end = chosen[end > start], start[end > start], end[end > start]
    incoherent = _is_soup(scene, start, end).tolist()
    tags = [pieces.tags[code] for code in pieces.language[chosen]]
    return Evidence(
        scene.text_of_piece[chosen],
        start,
        end,
        tuple(tag + INCOHERENT if soup else tag for tag, soup in zip(tags, incoherent, strict=True)),
        pieces.confidence[chosen].astype(np.float64),
    )


def _is_soup(scene: Scene, start: NDArray[np.int64], end: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell of which stretches half of the words or more are token soup."""
    words, soup = scene.words, scene.token_soup
    before = np.zeros(len(words.start) + 1, dtype=np.int64)
    np.cumsum(
        covered(np.searchsorted(words.start, soup.start), np.searchsorted(words.start, soup.end), len(words.start)),
        out=before[1:],
    )
    first, after = np.searchsorted(words.start, start), np.searchsorted(words.start, end)
    return np.asarray(2 * (before[after] - before[first]) >= np.maximum(after - first, 1), dtype=bool)
