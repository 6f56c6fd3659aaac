"""Echoes: what a trace repeats from its prompt is not the trace's own, and is evidence of nothing.

A question may hold a shuffled sentence, a code, an invented operator or an odd word, and reasoning about it says them
again.  So evidence is dropped

- when most of its words stand in stretches of `LENGTH` words that the prompt has in the same order;
- when it is one or two words, and the prompt has them;
- when it stands in the prompt as it is, or, of symbols, when the prompt has each sign.

A loop is one whatever it repeats, unless the prompt repeats it as often; where a trace was cut says the trace's end.
The language of what is quoted is told by the segments (`traceviz.segments.quotes`), which compare more forms of a word.
What cannot be told: whether a single word was taken from the prompt or came again by itself.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.scan import find_masks, find_words
from traceviz.texts import Texts

if TYPE_CHECKING:
    from traceviz.detectors.evidence import Evidence, Scene

#: Words of the shortest stretch that was taken from the prompt.  Four words in the same order meet by chance where the
#: trace speaks of the same thing ("the sum of the"), which costs nothing: fluent words are no evidence.
LENGTH: Final = 4

#: Up to how many words are a name or a code rather than a stretch.
FEW: Final = 2

#: Which part of the words of a longer span must stand in such stretches: a sentence has words around its quotation.
MOST: Final = 0.5

#: Modes that an echo says nothing about; modes whose spans words alone tell of; modes of which words tell nothing.
UNTOUCHED: Final = ("switch", "truncation")
OF_WORDS: Final = ("token_soup", "word_order", "telegraphic", "idiolect")
OF_SIGNS: Final = ("loop", "hidden_characters", "symbols")


def marks(scene: Scene) -> NDArray[np.uint8]:
    """Tell of each word of the prose whether it stands in the prompt (1), and in a stretch of it (2)."""
    from traceviz.detectors.kernels.echoes import mark_echoes

    prompts, prompt_of = _different(scene)
    words = find_words(prompts, find_masks(prompts))
    own = scene.words
    marked: NDArray[np.uint8] = mark_echoes(own.hashes, own.by_text, prompt_of, words.hashes, words.by_text, LENGTH)
    return marked


def _different(scene: Scene) -> tuple[Texts, NDArray[np.int64]]:
    """Give the different prompts of a batch, and which of them each text has (-1: none)."""
    place: dict[str, int] = {}
    prompts = scene.prompts or [None] * len(scene.texts)
    prompt_of = [place.setdefault(prompt, len(place)) if prompt else -1 for prompt in prompts]
    return Texts.of(list(place)), np.array(prompt_of, dtype=np.int64)


def most_words(scene: Scene, first: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell for some stretches of words whether most of them were taken from the prompt, or all of a few."""
    found = scene.echoes
    stands = np.concatenate([[0], np.cumsum((found & 1) > 0)])
    stretch = np.concatenate([[0], np.cumsum((found & 2) > 0)])
    many = after - first
    few = (many > 0) & (many <= FEW) & (stands[after] - stands[first] == many)
    return np.asarray(few | ((many > FEW) & (stretch[after] - stretch[first] >= MOST * many)), dtype=bool)


def without_echoes(scene: Scene, mode: str, evidence: Evidence) -> Evidence:
    """Drop the evidence of a mode that the prompt accounts for."""
    if mode in UNTOUCHED or not scene.prompts or len(evidence.text) == 0 or not any(scene.prompts):
        return evidence
    echoed = np.zeros(len(evidence.text), dtype=bool)
    if mode not in OF_SIGNS:
        start = scene.words.start
        first, after = np.searchsorted(start, evidence.start), np.searchsorted(start, evidence.end)
        echoed = most_words(scene, first, after)
    for i in () if mode in OF_WORDS else np.flatnonzero(~echoed).tolist():
        echoed[i] = stands_in(scene, mode, int(evidence.text[i]), int(evidence.start[i]), int(evidence.end[i]))
    return evidence.taken(np.flatnonzero(~echoed))


def stands_in(scene: Scene, mode: str, text: int, start: int, end: int) -> bool:
    """Tell whether a span of a text stands in its prompt as it is."""
    prompt = scene.prompts[text] if scene.prompts else None
    if not prompt:
        return False
    buffer = scene.texts.buffer
    said = buffer[start:end].tobytes().decode(errors="replace")
    if mode == "symbols":
        return all(sign in prompt for sign in said if not sign.isspace())
    if mode == "hidden_characters":
        return _with_neighbours(scene, said, start, end).search(prompt) is not None
    edge = r"(?<!\w)" if said[:1].isalnum() else ""
    return re.search(edge + re.escape(said) + (r"(?!\w)" if said[-1:].isalnum() else ""), prompt) is not None


#: Bytes around a hidden character in which the words beside it are looked for; characters, where there are none.
_REACH: Final = 64
_LITTLE: Final = 8

_LAST_WORD: Final = re.compile(r"(\w*)(\s*)$")
_FIRST_WORD: Final = re.compile(r"(\s*)(\w*)")


def _with_neighbours(scene: Scene, said: str, start: int, end: int) -> re.Pattern[str]:
    """Give the pattern of hidden characters with the words beside them: by themselves they tell nothing."""
    buffer = scene.texts.buffer
    before = buffer[max(start - _REACH, 0) : start].tobytes().decode(errors="ignore")
    behind = buffer[end : end + _REACH].tobytes().decode(errors="ignore")
    (word, gap), (other_gap, other) = _LAST_WORD.findall(before)[0], _FIRST_WORD.findall(behind)[0]
    if not word and not other:
        return re.compile(re.escape(before[-_LITTLE:] + said + behind[:_LITTLE]))
    gaps = [r"\s*" if one else "" for one in (gap, other_gap)]
    return re.compile(re.escape(word) + gaps[0] + re.escape(said) + gaps[1] + re.escape(other))
