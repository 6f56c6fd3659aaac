"""Template litter: control tokens, tags and headers of chat templates, and marks of tokenisers, that leaked into prose.

Only literal marks are known: ``<|…|>``, ``[INST]``, ``</s>``, ``<think>``, ``<start_of_turn>``, ``[BOS]``, ``<0x0A>``,
``### Response:``, and the signs for a space that tokenisers put before a word.  A role at the start of a line ("User:")
is none, since dialogues are written so.  What stands in code is left out; a trace that discusses templates without
code marks is not.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.schema import KINDS

_MARKS: Final = re.compile(
    rb"<(?:start_of_turn|end_of_turn|bos|eos|pad|unk|mask|sep|cls|im_start|im_end|endoftext)>"
    rb"|<</?SYS>>|\[/?(?:BOS|EOS|PAD|SEP|CLS|MASK|UNK|SYSTEM_PROMPT|AVAILABLE_TOOLS)\]|<0x[0-9A-F]{2}>"
    rb"|(?:\xc4\xa0|\xe2\x96\x81)(?=[A-Za-z])"  # G with a dot above, lower one eighth block
    rb"|###? (?:Instruction|Response|Input|Assistant|Human|User|System):"
)

_TEMPLATE: Final = KINDS.index("template")
_CODE: Final = KINDS.index("code")


def find(scene: Scene) -> Evidence:
    """Find such marks; the label is the mark itself, the score 1."""
    pieces, buffer = scene.pieces, scene.texts.buffer
    known = np.flatnonzero(pieces.kind == _TEMPLATE)
    marks = {(int(pieces.start[k]), int(pieces.end[k])) for k in known}
    for match in _MARKS.finditer(buffer.tobytes()):
        start, end = match.span()
        if _is_litter(scene, start, end):
            marks.add((start, end))
    spans = np.array(sorted(marks), dtype=np.int64).reshape(-1, 2)
    text = np.searchsorted(scene.texts.offsets, spans[:, 0], side="right") - 1
    labels = tuple(buffer[start:end].tobytes().decode(errors="replace") for start, end in spans.tolist())
    return Evidence(text, spans[:, 0], spans[:, 1], labels, np.ones(len(spans)))


def _is_litter(scene: Scene, start: int, end: int) -> bool:
    """Tell whether a mark lies within one text, is not in code, and begins a line if it is a heading."""
    offsets, pieces = scene.texts.offsets, scene.pieces
    text = int(np.searchsorted(offsets, start, side="right")) - 1
    if end > offsets[text + 1]:
        return False
    piece = int(np.searchsorted(pieces.start, start, side="right")) - 1
    inside = pieces.start[piece] < start or pieces.end[piece] > end
    if inside and pieces.kind[piece] in (_CODE, _TEMPLATE):
        return False
    begins_line = start == offsets[text] or scene.texts.buffer[start - 1] == ord("\n")
    return bool(begins_line or scene.texts.buffer[start] != ord("#"))
