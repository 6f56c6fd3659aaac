"""Idiolect: words that a trace uses far above human usage ("the lantern of step two is ratchet").

A word that stands three times in a trace, at 200 times its rate in written English, is either the topic or a word that
the model uses as its own.  Text alone cannot tell which: a trace about triangles says "triangle".  So give a reference
(``tv.detect(..., reference="answer")``): then a word has to be 200 times as frequent as people use it *and* as the
reference does, best the same model's answers to the same questions, else texts of another model.  One odd word in ten
is told with an area of .66 to .98 by domain without a reference, of .90 to 1.00 with one of other questions
(`benchmarks/idiolect.py`).  Measured on the trace or window alone, so that longer ones find more.  English only; names
(words that are only written with a capital), words that stand in the prompt, and other languages do not count.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.vocabulary import own_english

#: Fewest uses in a trace, how many times the human rate they are, and the rate below which none is told from another
#: (reference definition of ``keyness_share``).
FEWEST_USES: Final = 3
TIMES: Final = 200.0
LOWEST_RATE: Final = 1e-7


def find(scene: Scene) -> Evidence:
    """Find each use of such words; the label is the word, the score the decimal logarithm of how often it is used."""
    words, text = scene.words, scene.text_of_word
    known = scene.vocabulary
    english = own_english(scene)
    rate = np.maximum(10.0 ** (known.zipf.astype(np.float64) - 9), LOWEST_RATE)
    if scene.reference is not None:
        rate = np.maximum(rate, scene.reference.rates(words.hashes, text, rate))
    total = np.bincount(text[english], minlength=len(scene.texts))
    # only such words can pass with all words of the text being that word
    rare = np.flatnonzero(english & ~known.function & (rate * TIMES < 1))
    order = rare[np.lexsort((words.hashes[rare], text[rare]))]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (words.hashes[order[1:]] != words.hashes[order[:-1]]) | (text[order[1:]] != text[order[:-1]])
    group = np.cumsum(first) - 1
    uses = np.bincount(group, minlength=int(first.sum()))
    named = np.bincount(group, weights=_is_capital(scene)[order], minlength=len(uses)) == uses
    times = uses / np.maximum(total[text[order[first]]], 1) / rate[order[first]]
    taken = ((uses >= FEWEST_USES) & (times > TIMES) & ~named)[group]
    chosen = np.sort(order[taken])
    score = np.zeros(len(words.start))
    score[order] = np.log10(np.maximum(times, 1))[group]
    buffer = scene.texts.buffer
    labels = tuple(
        buffer[start:end].tobytes().decode().lower()
        for start, end in zip(words.start[chosen].tolist(), words.end[chosen].tolist(), strict=True)
    )
    return Evidence(text[chosen], words.start[chosen], words.end[chosen], labels, score[chosen])


def _is_capital(scene: Scene) -> NDArray[np.float64]:
    from traceviz.segments.kernels.words import CAPITAL

    return np.asarray((scene.words.flags & CAPITAL) != 0, dtype=np.float64)
