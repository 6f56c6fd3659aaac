"""Language mixing: how much of a trace is in another language, and how often it switches.

All of these count words that carry a language tag: language-independent words (single letters, acronyms) and words of
undetermined language are taken out first, and so are words that the prompt holds or that are talked about; the
``_raw`` twins count those.  Where a script writes no spaces a letter counts as a word.  They are as good as the
language detector; where most words are undetermined they are missing (``detector_abstained``).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values
from traceviz.segments.languages import language_model

#: Other names of languages in our tags: macrolanguages, and codes that were replaced.
_SAME: Final = {"no": "nb", "nn": "nb", "cmn": "zh", "tl": "fil", "iw": "he"}


def _language(tag: str) -> str:
    """Give the language of a BCP 47 tag."""
    language = tag.replace("_", "-").partition("-")[0].lower()
    return _SAME.get(language, language)


def _where_tagged(sample: Sample, values: Values) -> Values:
    abstained = Values.of(np.zeros(len(sample))).without(sample.abstained, "detector_abstained")
    return abstained.otherwise(values)


@metric(
    group="mixing",
    unit="share of letters",
    range="0-1",
    direction="more is more mixed",
    source="traceviz",
    raw=True,
)
def foreign_share(sample: Sample, *, raw: bool = False) -> Values:
    """Share of the letters in a known language that are not in the trace's matrix language.

    The matrix language is the one with most words, so the share can pass one half where the foreign words are the
    longer ones: forty English words have more letters than a hundred Chinese characters.  A trace wholly in the
    wrong language has 0: `language_consistency` compares with the language that was wanted.
    """
    language = sample.pieces.language
    known = (language >= 0) & (language != sample.undetermined)
    if not raw:
        known &= sample.used
    letters = sample.letters_of_piece
    foreign = sample.total(letters, known & sample.foreign)
    return _where_tagged(sample, Values.ratio(foreign, sample.total(letters, known), "no_words"))


@metric(
    group="mixing",
    unit="0 or 1",
    range="0-1",
    direction="more is more mixed",
    source="traceviz",
    weight=None,
    raw=True,
)
def any_foreign(sample: Sample, *, raw: bool = False) -> Values:
    """Whether any word is foreign, so that its mean over traces is the prevalence of mixing.

    One false alarm makes a trace count: read it beside the same number on text that is known to be monolingual.
    """
    counts = sample.counts(raw=raw)
    n, most = counts.sum(axis=1), _most(counts)
    values = Values.of((n > most).astype(np.float64)).without(n == 0, "no_words")
    return _where_tagged(sample, values)


@metric(
    group="mixing",
    unit="share of words",
    range="0-1",
    direction="less is more mixed",
    source="DeepSeek-R1 (arXiv 2501.12948), language consistency reward",
    needs="segments, and a target language or a prompt",
    raw=True,
)
def language_consistency(sample: Sample, *, raw: bool = False) -> Values:
    """Share of the words that are in the target language: the one given, or that of the prompt.

    The paper does not say how it cuts Chinese into words; here a letter is one.  Tags are compared by their language:
    ``en-US`` is ``en`` and ``zh-Hant`` is ``zh``.  Missing (``detector_abstained``) for a target that the detector
    does not know.
    """
    counts = sample.counts(raw=raw)
    languages = np.array([_language(tag) for tag in sample.pieces.tags], dtype=object)
    target = np.array(["und" if tag is None else _language(tag) for tag in sample.target], dtype=object)
    hit = np.zeros(len(sample))
    for wanted in dict.fromkeys(target):
        rows = target == wanted
        hit[rows] = counts[rows][:, languages == wanted].sum(axis=1)
    no_target = target == "und"
    known = {*languages, *(_language(tag) for tag in language_model().tags)}
    beyond = np.array([wanted not in known for wanted in target], dtype=bool)
    values = Values.ratio(hit, counts.sum(axis=1), "no_words").without(no_target, "no_target")
    values = values.without(beyond, "detector_abstained")
    return _where_tagged(sample, values)


@metric(
    group="mixing",
    unit="switch points per 1,000 words",
    range="0-1000",
    direction="more is more mixed",
    source="Guzman et al. 2017 (switch points)",
    raw=True,
)
def switch_rate(sample: Sample, *, raw: bool = False) -> Values:
    """Switch points per 1,000 words: neighbouring words in different languages."""
    n = sample.counts(raw=raw).sum(axis=1)
    return _where_tagged(sample, Values.ratio(switch_points(sample, raw=raw), n, "no_words", scale=1000.0))


@metric(
    group="mixing",
    unit="index",
    range="0-100",
    direction="more is more mixed",
    source="Das & Gamback 2014 (CMI)",
    raw=True,
)
def cmi(sample: Sample, *, raw: bool = False) -> Values:
    """Code-mixing index: 100 (1 - share of the most frequent language).  Blind to the order of the words."""
    counts = sample.counts(raw=raw)
    n = counts.sum(axis=1)
    return _where_tagged(sample, Values.ratio(n - _most(counts), n, "no_words", scale=100.0))


@metric(
    group="mixing",
    unit="bits",
    range="0-log2 of the number of languages",
    direction="more is more mixed",
    source="Guzman et al. 2017 (language entropy)",
    raw=True,
)
def language_entropy(sample: Sample, *, raw: bool = False) -> Values:
    """Entropy of the languages of the words in a trace, in bits, as it is (no correction for few words)."""
    return _where_tagged(sample, Values.entropy(sample.counts(raw=raw), "no_words"))


@metric(
    group="mixing",
    unit="share of words",
    range="0-1",
    direction="less is more mixed",
    source="Myers-Scotton 1993 (matrix language); share as in CMI",
    raw=True,
)
def matrix_share(sample: Sample, *, raw: bool = False) -> Values:
    """Share of the words that are in the matrix language, the one with most words."""
    counts = sample.counts(raw=raw)
    own = np.where(sample.matrix >= 0, counts[np.arange(len(sample)), sample.matrix], 0.0)
    return _where_tagged(sample, Values.ratio(own, counts.sum(axis=1), "no_words"))


@metric(
    group="mixing",
    unit="share of words",
    range="0-1",
    direction="more is more mixed",
    source="Guzman et al. 2017 (I-index)",
    raw=True,
)
def i_index(sample: Sample, *, raw: bool = False) -> Values:
    """I-index: switch points among the pairs of neighbouring words."""
    n = sample.counts(raw=raw).sum(axis=1)
    values = Values.ratio(switch_points(sample, raw=raw), n - 1, "one_token")
    values = Values.of(values.number).without(n == 0, "no_words").without(n == 1, "one_token")
    return _where_tagged(sample, values)


@metric(
    group="mixing",
    unit="share of letters",
    range="0-1",
    direction="more is more mixed",
    source="traceviz",
    needs="spans",
)
def switch_share(sample: Sample) -> Values:
    """Letters inside the spans of mode ``switch``, as a share of the letters that are not masked.

    Unlike `foreign_share` it counts text of undetermined language in the whole.
    """
    found = sample.evidence("switch")
    inside = np.bincount(found.text, weights=sample.letters(found.start, found.end), minlength=len(sample))
    prose = sample.total(sample.letters_of_piece, sample.is_kind("prose"))
    return Values.ratio(inside, prose, "no_words")


@metric(
    group="mixing",
    unit="share of words",
    range="0-1",
    direction="none",
    source="traceviz",
)
def undetermined_share(sample: Sample) -> Values:
    """Share of the words in prose whose language cannot be told: a mixing number is worth less where it is high."""
    und = sample.undetermined_words
    return Values.ratio(und, und + sample.counts(raw=True).sum(axis=1), "no_words")


def switch_points(sample: Sample, *, raw: bool) -> NDArray[np.float64]:
    """Count the places of each text where two neighbouring tagged words are in different languages."""
    chosen = sample.tagged(raw=raw)
    text, language = sample.words.text[chosen], sample.language_of_word[chosen]
    here = (text[1:] == text[:-1]) & (language[1:] != language[:-1])
    return np.bincount(text[1:][here], minlength=len(sample)).astype(np.float64)


def _most(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return counts.max(axis=1) if counts.shape[1] else np.zeros(len(counts))
