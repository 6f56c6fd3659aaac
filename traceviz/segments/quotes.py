"""Use or mention: foreign words that stand in the prompt, and foreign words that are talked about.

Neither is mixing.  Reasoning about a Bengali question quotes Bengali; in one set of real traces four fifths of all
foreign spans were verbatim in the prompt.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.pieces import Pieces
from traceviz.texts import Texts


class _Separators(dict[int, str]):
    r"""A table for `str.translate`: everything but letters, marks, joiners and spaces becomes a NUL.

    Not a regular expression: ``\w`` leaves out the marks, without which Hindi, Bengali or Thai is no word.
    """

    def __missing__(self, point: int) -> str:
        character = chr(point)
        self[point] = character if character.isspace() or _is_word(character) or point in _JOINERS else "\0"
        return self[point]


#: Zero-width non-joiner and joiner, which stand inside words of Persian and Hindi.
_JOINERS: Final = (0x200C, 0x200D)

_PHRASES: Final = _Separators()

#: First and last code points of scripts without spaces between words: Thai to Burmese, Khmer, East Asian.
_UNSPACED: Final = ((0x0E00, 0x109F), (0x1780, 0x17FF), (0x2E80, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))

#: A word in quotation marks is mentioned when one of these stands shortly before it, or right after it.
_CUES: Final = re.compile(
    r"\b(?:words?|terms?|phrases?|nouns?|verbs?|adjectives?|means?|denotes?|meaning|called|translat\w+|characters?|spelled|written|named?|mot|wort|begriff|palabra)\b",
    re.IGNORECASE,
)

#: How far a cue may stand before the word, in code points.
_CUE_REACH: Final = 60

#: More words than these are a quotation rather than a mentioned word.
_MOST_WORDS: Final = 6

_QUOTATION_MARKS: Final = "\"'`*\u2018\u2019\u201c\u201d\u201e\u201a\u00ab\u00bb\u2039\u203a\u300c\u300d\u300e\u300f"


def folded(text: str) -> str:
    """Give the form in which quotations are compared: NFC, case-folded, white space squeezed."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def stands_in(piece: str, prompt: str) -> bool:
    """Tell whether every phrase of a piece stands verbatim in a prompt (already folded), between word boundaries.

    Examples
    --------
    >>> stands_in("Haus, Katze", folded("Translate Haus and Katze."))
    True
    >>> stands_in("aus", folded("Translate Haus."))
    False
    """
    phrases = [phrase for phrase in map(folded, piece.translate(_PHRASES).split("\0")) if phrase]
    return bool(phrases) and all(_occurs(phrase, prompt) for phrase in phrases)


def _occurs(phrase: str, prompt: str) -> bool:
    at = prompt.find(phrase)
    while at >= 0:
        end = at + len(phrase)
        before = prompt[at - 1] if at else " "
        after = prompt[end] if end < len(prompt) else " "
        if not (_joins(before, phrase[0]) or _joins(phrase[-1], after)):
            return True
        at = prompt.find(phrase, at + 1)
    return False


def _joins(left: str, right: str) -> bool:
    """Tell whether no word can end between two characters: a mark, or letters of a script that writes spaces."""
    if unicodedata.category(right)[0] == "M":
        return True
    if not (_is_word(left) and _is_word(right)):
        return False
    return not any(first <= ord(c) <= last for c in left + right for first, last in _UNSPACED)


def _is_word(character: str) -> bool:
    return character.isalpha() or unicodedata.category(character)[0] == "M"


def is_mentioned(text: str, start: int, end: int) -> bool:
    """Tell whether the words at ``text[start:end]`` stand in quotation marks beside a word such as "means"."""
    while end > start and not (text[end - 1].isalnum() or _is_word(text[end - 1])):
        end -= 1
    while start < end and not text[start].isalnum():
        start += 1
    if start == 0 or end >= len(text) or len(text[start:end].split()) > _MOST_WORDS:
        return False
    if text[start - 1] not in _QUOTATION_MARKS or text[end] not in _QUOTATION_MARKS:
        return False
    before = text[max(0, start - _CUE_REACH) : start].rpartition("\n")[2]
    after = text[end : end + _CUE_REACH // 2].partition("\n")[0]
    return bool(_CUES.search(before) or _CUES.search(after))


def mark_quotes(
    pieces: Pieces, texts: Texts, matrix: NDArray[np.int16], prompts: Sequence[str | None] | None
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Mark the foreign pieces whose words stand in the prompt, and those that are talked about.

    A piece is foreign when its language is not the text's matrix language.
    """
    quoted = np.zeros(len(pieces), dtype=bool)
    mentioned = np.zeros(len(pieces), dtype=bool)
    text_of = pieces.text
    foreign = np.flatnonzero((pieces.language >= 0) & (pieces.language != matrix[text_of]))
    current, text, prompt = -1, "", ""
    standing: dict[str, bool] = {}  # a phrase that recurs is looked for once a text
    for k in foreign.tolist():
        i = int(text_of[k])
        if i != current:
            current, text, standing = i, texts[i], {}
            prompt = folded(prompts[i] or "") if prompts is not None else ""
            base = int(texts.offsets[i])
            ascii_only = len(text) == int(texts.offsets[i + 1]) - base
            raw = texts.buffer[base : int(texts.offsets[i + 1])].tobytes()
        begin, end = int(pieces.start[k]) - base, int(pieces.end[k]) - base
        piece = text[begin:end] if ascii_only else raw[begin:end].decode("utf-8")
        if prompt and piece not in standing:
            standing[piece] = stands_in(piece, prompt)
        quoted[k] = bool(prompt) and standing[piece]
        left = raw[max(0, begin - 4 * _CUE_REACH) : begin].decode("utf-8", "ignore")
        right = raw[end : end + 4 * _CUE_REACH].decode("utf-8", "ignore")
        mentioned[k] = is_mentioned(left + piece + right, len(left), len(left) + len(piece))
    return quoted, mentioned
