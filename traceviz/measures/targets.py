"""The language that a trace should be in, and how much of it is: the core of language consistency.

The reward and the metric call the same `consistency`; it needs counts, tags and targets only.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.measures.values import Values

#: Other names of languages in our tags: macrolanguages, and codes that were replaced.
_SAME: Final = {"no": "nb", "nn": "nb", "cmn": "zh", "tl": "fil", "iw": "he", "in": "id"}


class Targets(NamedTuple):
    """Targets of a batch beside its tags, both as numbers of languages.

    ``of_tag`` and ``wanted`` are those numbers for each tag and each text (-1: no target); ``beyond`` tells which
    targets the detector cannot name.
    """

    of_tag: NDArray[np.int64]
    wanted: NDArray[np.int64]
    beyond: NDArray[np.bool_]


@lru_cache(maxsize=1024)
def base_language(tag: str) -> str:
    """Give the language of a BCP 47 tag, without script and region.

    Examples
    --------
    >>> base_language("zh-Hant"), base_language("en_GB"), base_language("no")
    ('zh', 'en', 'nb')
    """
    language = tag.replace("_", "-").partition("-")[0].lower()
    return _SAME.get(language, language)


def match_targets(tags: Sequence[str], targets: Sequence[str | None], *, known: Collection[str] = ()) -> Targets:
    """Compare targets with tags by their language: ``en-US`` is ``en``.

    Parameters
    ----------
    tags
        Tags of the languages that were found.
    targets
        The tag that each text should be in; None or ``und`` where it is not known.
    known
        Tags that the detector could have found beside ``tags``.
    """
    number: dict[str, int] = {}
    of_tag = [number.setdefault(base_language(tag), len(number)) for tag in tags]
    for tag in known:
        number.setdefault(base_language(tag), len(number))
    n_known = len(number)
    bases = ["und" if tag is None else base_language(tag) for tag in targets]
    wanted = np.array([-1 if base == "und" else number.setdefault(base, len(number)) for base in bases], dtype=np.int64)
    return Targets(np.array(of_tag, dtype=np.int64), wanted, wanted >= n_known)


def consistency(
    counts: NDArray[np.float64],
    tags: Sequence[str],
    targets: Sequence[str | None],
    *,
    abstained: NDArray[np.bool_] | None = None,
    known: Collection[str] = (),
) -> Values:
    """Share of the words that are in the target language, as DeepSeek-R1's reward has it.

    Parameters
    ----------
    counts
        Words of each text (row) in each language (column).
    tags
        Tags of the columns.
    targets
        The tag that each text should be in; None where it is not known.
    abstained
        Texts in which most words are of undetermined language.
    known
        Tags that the detector could have found beside ``tags``.

    Returns
    -------
    Values
        0-1; missing as ``no_words``, ``no_target``, or ``detector_abstained`` where it did or where it
        does not know the target.

    Examples
    --------
    >>> consistency(np.array([[8.0, 2.0]]), ["en", "zh"], ["en-US"]).number.tolist()
    [0.8]
    """
    match = match_targets(tags, targets, known=known)
    hit = np.where(match.of_tag == match.wanted[:, None], counts, 0.0).sum(axis=1)
    n = counts.sum(axis=1)
    unknown = np.zeros(len(n), dtype=bool) if abstained is None else abstained
    share = Values.ratio(hit, n, "no_words")
    return (
        Values.of(share.number)
        .without(unknown, "detector_abstained")
        .without(n == 0, "no_words")
        .without(match.wanted < 0, "no_target")
        .without(match.beyond, "detector_abstained")
    )
