"""Words that a text says once: a sentence full of them is about something that the rest of the text is not about.

By itself that is no fault; a text moves on.  In a sentence whose words stand in a strange order it is one sign more
that they were drawn from a dictionary.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.evidence import Scene

#: Bytes from which on a word counts: shorter ones are variables and particles.
_SHORTEST: Final = 3


def novelty(
    scene: Scene, text: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give how many more content words of sentences are said once than elsewhere in their text, in standard deviations.

    ``first`` and ``last`` are the words that each sentence begins and ends with.
    """
    from traceviz.detectors.kernels.vocabulary import said_once

    words, known = scene.words, scene.vocabulary
    content = known.latin & ~known.function & (words.end - words.start >= _SHORTEST)
    once = said_once(words.hashes, words.by_text, content)
    n, m = (_between(_before(which), first, last) for which in (content, once))
    by_text = words.by_text
    others, others_once = (
        _between(_before(which), by_text[:-1][text], by_text[1:][text] - 1) - here
        for which, here in ((content, n), (once, m))
    )
    share = (others_once + 1) / (others + 2)  # of the rest of the text, by Laplace's rule
    spread = np.sqrt(np.maximum(n * share * (1 - share), 0.5))
    return np.asarray((m - n * share) / spread)


def _before(which: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Count those before each place."""
    return np.concatenate([[0], np.cumsum(which)])


def _between(before: NDArray[np.int64], first: NDArray[np.int64], last: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.asarray(before[last + 1] - before[first])
