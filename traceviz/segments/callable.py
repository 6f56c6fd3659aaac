"""A language detector of the user's own: any function of one text that gives stretches with their language.

Only the languages are the function's.  Masks and words are found as ever, so that detectors can be compared on the
same words and a formula stays out of the numbers whatever the detector makes of it.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.schema import KINDS, SchemaError
from traceviz.segments.scan import Labels, Masks, Words
from traceviz.texts import Texts

#: A function of one text that gives ``(start, end, language)`` or ``(start, end, language, confidence)`` for its
#: stretches: code points, the end exclusive.
Detector = Callable[[str], Iterable[tuple[Any, ...]]]

#: A language subtag and what may follow it; a separator of other conventions than BCP 47 is taken as well.
_TAG: Final = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{1,8})*)")

#: Codes of detectors that are not the subtag we write: replaced codes, macrolanguages, one language of a pair.
_SAME: Final = {
    "no": "nb",
    "cmn": "zh",
    "tl": "fil",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "un": "und",
}

#: Scripts that say nothing new: the tag of the language alone means either of them.
_PLAIN: Final = {"zh": ("Hans", "Hant", "Hani")}


def normal_tag(tag: str) -> str:
    """Write a language tag as segments do: the language, and its script where one is named; no region.

    Regions are dropped because a switch from ``zh-cn`` to ``zh-tw`` or from ``en-GB`` to ``en-US`` is none.

    Raises
    ------
    ValueError
        When the string is no language tag.

    Examples
    --------
    >>> [normal_tag(tag) for tag in ("zh-cn", "no", "pt_BR", "SR-latn", "tl")]
    ['zh', 'nb', 'pt', 'sr-Latn', 'fil']
    """
    match = _TAG.fullmatch(tag)
    if match is None:
        raise ValueError(tag)
    language = _SAME.get(match[1].lower(), match[1].lower())
    subtags = [part.title() for part in re.split("[-_]", match[2]) if len(part) == 4 and part.isalpha()]
    script = subtags[0] if subtags and subtags[0] not in _PLAIN.get(language, ()) else ""
    return f"{language}-{script}" if script else language


def name_of(detector: Detector) -> str:
    """Give the name under which a function is recorded: its module and its own name.

    Examples
    --------
    >>> name_of(max)
    'builtins.max'
    """
    named = detector if hasattr(detector, "__qualname__") else getattr(detector, "func", type(detector))
    return f"{named.__module__}.{getattr(named, '__qualname__', type(named).__qualname__)}"


def relabel_with(
    detector: Detector, texts: Texts, masks: Masks, words: Words, *, ids: Any = None
) -> tuple[Masks, Words, Labels]:
    """Label words with the language of the stretch that covers most of each.

    A run of words that no stretch covers becomes a mask of kind ``identifier``, the kind of words without a language;
    left among the words it would join the run around it and count as its language.

    Parameters
    ----------
    detector
        The function.
    texts, masks, words
        A batch, its masks and its words.
    ids
        The ``trace_id`` of each text as an Arrow array, for the errors; without it, the position.

    Raises
    ------
    SchemaError
        When the function fails, or gives a stretch that is not in the text or has no language tag.
    """
    tags: dict[str, int] = {"und": 0}
    language = np.full(len(words.start), -1, dtype=np.int16)
    confidence = np.zeros(len(words.start), dtype=np.float32)
    for i in range(len(texts)):
        of_text = slice(int(words.by_text[i]), int(words.by_text[i + 1]))
        if of_text.start == of_text.stop:
            continue
        stretches = _stretches(detector, texts[i], str(i if ids is None else ids[i]))
        label = np.array([tags.setdefault(stretch.tag, len(tags)) for stretch in stretches], dtype=np.int64)
        begin, stop = _bytes(texts, i, [s.start for s in stretches]), _bytes(texts, i, [s.end for s in stretches])
        sure = np.array([stretch.confidence for stretch in stretches])
        pairs = _overlaps(words.start[of_text], words.end[of_text], begin, stop)
        _choose(pairs, label, sure, language[of_text], confidence[of_text])
    masks, kept = _with_gaps(masks, words, language)
    return masks, _chosen(words, kept), Labels(language[kept], confidence[kept], tuple(tags))


class _Stretch(NamedTuple):
    start: int
    end: int
    tag: str
    confidence: float


def _stretches(detector: Detector, text: str, trace: str) -> list[_Stretch]:
    """Ask the detector, and refuse what cannot be used, with the name of the trace."""
    name = name_of(detector)
    try:
        given = list(detector(text))
    except Exception as error:
        raise SchemaError(
            f"The detector {name!r} failed on trace {trace!r}: {type(error).__name__}: {error}"
        ) from error
    found = []
    for stretch in given:
        try:
            found.append(_stretch(stretch, len(text)))
        except (TypeError, ValueError) as error:
            raise SchemaError(
                f"The detector {name!r} gave {stretch!r} for trace {trace!r}, and {error}. A detector gives "
                "(start, end, language) or (start, end, language, confidence), in code points, the end exclusive."
            ) from error
    return found


def _stretch(given: Any, length: int) -> _Stretch:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) not in (3, 4):
        raise TypeError("that is not three or four values")
    try:
        start, end = operator.index(given[0]), operator.index(given[1])
    except TypeError:
        raise TypeError("its start and end are not whole numbers") from None
    if not 0 <= start < end <= length:
        raise ValueError(f"that is no stretch of its text, which has {length} code points")
    try:
        tag = normal_tag(given[2])
    except (TypeError, ValueError):
        raise ValueError(f"{given[2]!r} is no language tag such as 'en'") from None
    try:
        confidence = 1.0 if len(given) == 3 else float(given[3])
    except (TypeError, ValueError):
        confidence = math.nan
    if not 0.0 <= confidence <= 1.0:
        raise ValueError("its confidence is not between 0 and 1")
    return _Stretch(start, end, tag, confidence)


def _bytes(texts: Texts, text: int, code_points: list[int]) -> NDArray[np.int64]:
    """Translate code points of one text, in any order, into bytes of the buffer."""
    wanted, place = np.unique(np.array(code_points, dtype=np.int64), return_inverse=True)
    found: NDArray[np.int64] = texts.byte_positions(np.full(len(wanted), text, dtype=np.int64), wanted)[place]
    return found


class _Pairs(NamedTuple):
    """Words and stretches that share bytes, and how many."""

    word: NDArray[np.int64]
    stretch: NDArray[np.int64]
    amount: NDArray[np.int64]


def _overlaps(
    word_start: NDArray[np.int64], word_end: NDArray[np.int64], start: NDArray[np.int64], end: NDArray[np.int64]
) -> _Pairs:
    first = np.searchsorted(word_end, start, side="right")
    n_words = np.searchsorted(word_start, end, side="left") - first
    stretch = np.repeat(np.arange(len(start)), n_words)
    word = np.arange(len(stretch)) - np.repeat(np.cumsum(n_words) - n_words, n_words) + first[stretch]
    amount = np.minimum(word_end[word], end[stretch]) - np.maximum(word_start[word], start[stretch])
    return _Pairs(word, stretch, amount)


def _choose(
    pairs: _Pairs,
    label: NDArray[np.int64],
    sure: NDArray[np.float64],
    language: NDArray[np.int16],
    confidence: NDArray[np.float32],
) -> None:
    """Write the language that covers most of each word, and the mean confidence of its stretches there.

    A tie goes to the stretch that was given first.
    """
    n_labels = int(label.max(initial=0)) + 1
    cell, first, place = np.unique(pairs.word * n_labels + label[pairs.stretch], return_index=True, return_inverse=True)
    amount = np.bincount(place, weights=pairs.amount)
    weighed = np.bincount(place, weights=pairs.amount * sure[pairs.stretch])
    word = cell // n_labels
    order = np.lexsort((pairs.stretch[first], -amount, word))
    best = order[np.diff(word[order], prepend=-1) > 0]
    language[word[best]] = cell[best] % n_labels
    confidence[word[best]] = weighed[best] / amount[best]


def _with_gaps(masks: Masks, words: Words, language: NDArray[np.int16]) -> tuple[Masks, NDArray[np.bool_]]:
    """Make masks of the words without a label, but for those that have no language in any case; tell which words stay.

    Neighbours become one mask where no other mask stands between.
    """
    from traceviz.segments.kernels.words import NEUTRAL

    gap = (language < 0) & ((words.flags & NEUTRAL) == 0)
    if not gap.any():
        return masks, ~gap
    after = np.searchsorted(masks.start, words.start)
    text = words.text
    joins = np.zeros(len(gap), dtype=bool)
    joins[1:] = gap[1:] & gap[:-1] & (after[1:] == after[:-1]) & (text[1:] == text[:-1])
    ends = gap & ~np.append(joins[1:], False)
    start = np.concatenate([masks.start, words.start[gap & ~joins]])
    order = np.argsort(start, kind="stable")
    end = np.concatenate([masks.end, words.end[ends]])[order]
    kind = np.concatenate([masks.kind, np.full(int(ends.sum()), KINDS.index("identifier"), masks.kind.dtype)])[order]
    owner = np.concatenate([np.repeat(np.arange(len(masks.by_text) - 1), np.diff(masks.by_text)), text[ends]])
    by_text = np.searchsorted(np.sort(owner), np.arange(len(masks.by_text))).astype(np.int64)
    return Masks(start[order], end, kind, by_text), ~gap


def _chosen(words: Words, kept: NDArray[np.bool_]) -> Words:
    before = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    return Words(
        words.start[kept],
        words.end[kept],
        words.script[kept],
        words.flags[kept],
        before[words.by_text],
        words.hashes[kept],
    )
