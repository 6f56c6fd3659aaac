"""Truncation: a trace that stops where nothing can: behind a comma, an opening bracket, a word that asks for more.

Only the text is looked at; whether the server said so is in `traceviz.measure` (``truncated``, ``unclosed``).  A trace
that happens to be cut at the end of a sentence is not found, and neither is one without punctuation that ends in an
ordinary word, since many traces end in their answer.  Of real English traces cut at a random place, a seventh (short
mathematics) to three quarters (prose) are seen; of whole ones, at most three in a thousand are called cut.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

import numpy as np

from traceviz.detectors.evidence import Evidence, Scene

#: What a text cannot end in, with its label; the last 200 bytes are looked at.
_ENDS: Final = (
    (re.compile(r"[,;:(\[{<=+*/^&\u2013\u2014-]\s*$"), "an open clause"),
    (re.compile(r"\\[A-Za-z]*\s*$|\\[A-Za-z]+\{[^}]*$"), "an open command"),
    (re.compile(r"\ufffd\s*$"), "a damaged character"),
)

#: English words after which more must come.
_OPEN: Final = """
the a an of to in on at by for from with into than and or but if because although while whereas that which whose is are
was were be been will would shall should could can may might must so we i let's it's there's
"""
_OPEN_WORDS: Final = frozenset(_OPEN.split())

_LAST_WORD: Final = re.compile(r"([^\W\d_]+(?:'[^\W\d_]+)?)\s*$")
_LOOKED_AT: Final = 200

#: Lines of at least so many spaces are sentences; so many before the last one, of which so large a share ends in a
#: stop, tell that this trace writes its stops.
_FEWEST_SPACES: Final = 6
_FEWEST_LINES: Final = 3
_MOSTLY: Final = 0.9
_STOPS: Final = tuple(stop.encode() for stop in '.?!:;)]}$`"*|\u201d\u3002\uff01\uff1f')


def find(scene: Scene) -> Evidence:
    """Find what traces end in that cannot end a text; the label says what, the score is 1."""
    found = []
    offsets = scene.texts.offsets.tolist()
    for i, (begin, end) in enumerate(pairwise(offsets)):
        if begin == end:
            continue
        tail = scene.texts.buffer[max(begin, end - _LOOKED_AT) : end].tobytes().decode(errors="ignore")
        cut = _cut(tail) or _open(tail, scene.texts.buffer[begin:end].tobytes())
        if cut:
            stop = end - len(tail.encode()) + len(tail.rstrip().encode())
            found.append((i, stop - len(cut[0].encode()), stop, cut[1]))
    return Evidence(
        np.array([row[0] for row in found], dtype=np.int64),
        np.array([row[1] for row in found], dtype=np.int64),
        np.array([row[2] for row in found], dtype=np.int64),
        tuple(row[3] for row in found),
        np.ones(len(found)),
    )


def _cut(tail: str) -> tuple[str, str] | None:
    """Give what stands last and what is open, if anything is."""
    for pattern, label in _ENDS:
        match = pattern.search(tail)
        if match:
            return match.group().rstrip(), label
    word = _LAST_WORD.search(tail)
    if word and word.group(1).lower() in _OPEN_WORDS:
        return word.group(1), "an open clause"
    return None


def _open(tail: str, text: bytes) -> tuple[str, str] | None:
    """Give the last character, and what is open: a fence, or a line where the others end in a full stop."""
    last = tail.rstrip()[-1:]
    if (text.count(b"\n```") + text.startswith(b"```")) % 2 == 1:
        return last, "an open block of code"
    if last.isalnum():
        lines = [line.rstrip() for line in text.split(b"\n") if line.count(b" ") >= _FEWEST_SPACES]
        closed = sum(line.endswith(_STOPS) for line in lines[:-1])
        if len(lines) > _FEWEST_LINES and text.rstrip().endswith(lines[-1]) and closed >= _MOSTLY * (len(lines) - 1):
            return last, "an open sentence"
    return None
