"""langdetect as a language detector: seeded, one run of one script at a time.

Kept for numbers that can be compared with papers that used it.  It is slow (``benchmarks/speed.py`` prints how slow),
gives a run one language whatever it mixes, and guesses on runs of a few words: use it to reproduce, not to decide.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import numpy as np

from traceviz.segments.callable import normal_tag
from traceviz.segments.scan import Labels, Masks, Words
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

#: langdetect draws random numbers; unseeded, its answers change from call to call.
SEED: Final = 0

#: Runs with fewer letters are ``und``: langdetect guesses on them.
FEWEST_LETTERS: Final = 3


@cache
def _factory() -> Any:
    from langdetect import DetectorFactory
    from langdetect.detector_factory import PROFILES_DIRECTORY

    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    return factory


def guess(text: str) -> tuple[str, float]:
    """Give langdetect's best language for a text and its probability; ``und`` and 0 when it finds no features.

    Examples
    --------
    >>> guess("Das ist eine ganz einfache Rechnung.")[0]
    'de'
    >>> guess("12 + 34")
    ('und', 0.0)
    """
    from langdetect.lang_detect_exception import LangDetectException

    detector = _factory().create()
    detector.seed = SEED
    detector.append(text)
    try:
        found = detector.get_probabilities()
    except LangDetectException:
        return "und", 0.0
    if not found:
        return "und", 0.0
    return normal_tag(found[0].lang), float(found[0].prob)


def relabel(texts: Texts, masks: Masks, words: Words) -> Labels:
    """Give each word langdetect's language for the run of one script that it stands in."""
    from traceviz.segments.segment import tile

    runs, _ = tile(texts, masks, words, _script_as_language(words))
    tags: dict[str, int] = {"und": 0}
    language = runs.language.copy()
    confidence = runs.confidence.copy()
    for k in np.flatnonzero(runs.language >= 0).tolist():
        piece = texts.buffer[runs.start[k] : runs.end[k]].tobytes().decode("utf-8")
        letters = sum(c.isalpha() for c in piece)
        tag, sure = guess(piece) if letters >= FEWEST_LETTERS else ("und", 0.0)
        language[k] = tags.setdefault(tag, len(tags))
        confidence[k] = sure
    by_word = np.searchsorted(runs.start, words.start, side="right") - 1
    return Labels(language[by_word], confidence[by_word], tuple(tags))


def _script_as_language(words: Words) -> Labels:
    """Label each word by its script, so that tiling gives runs of one script; neutral words stay neutral."""
    from traceviz.segments.kernels.words import NEUTRAL

    names = unicode_table().script_names
    kana = (words.script == names.index("Hiragana")) | (words.script == names.index("Katakana"))
    label = np.where(kana, names.index("Han"), words.script).astype(np.int16)
    label[(words.flags & NEUTRAL) != 0] = -1
    return Labels(label, np.ones(len(label), dtype=np.float32), names)
