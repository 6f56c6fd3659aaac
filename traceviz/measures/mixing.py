"""Language mixing: how much of a trace is in another language than its own, or than the one that was wanted.

All of these count words that carry a language tag: language-independent words (single letters, acronyms) and words of
undetermined language are taken out first, and so are words that the prompt holds or that are talked about; the
``_raw`` twins count those.  Where a script writes no spaces a letter counts as a word.  They are as good as the
language detector; where most words are undetermined they are missing (``detector_abstained``).

The matrix language itself is a name and no number: `tv.shares(segments, traces)` lists the languages of each trace with
their words and letters.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from traceviz.measures.compute import where_told
from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.targets import consistency
from traceviz.measures.values import Values
from traceviz.segments.language_model import language_model


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

    Missing: ``no_words`` where no letter is in a known language.
    """
    language = sample.pieces.language
    known = (language >= 0) & (language != sample.undetermined)
    if not raw:
        known &= sample.used
    letters = sample.letters_of_piece
    foreign = sample.total(letters, known & sample.foreign)
    return where_told(sample, Values.ratio(foreign, sample.total(letters, known), "no_words"))


@metric(
    group="mixing",
    unit="0 or 1",
    range="0-1",
    direction="more is more mixed",
    source="traceviz",
    weight=None,
    raw=True,
    length_dependent=True,
)
def any_foreign(sample: Sample, *, raw: bool = False) -> Values:
    """Whether any word is foreign, so that its mean over traces is the prevalence of mixing.

    One false alarm makes a trace count: read it beside the same number on text that is known to be monolingual
    (``control=``).  Missing: ``no_words``.
    """
    counts = sample.counts(raw=raw)
    n, most = counts.sum(axis=1), _most(counts)
    values = Values.of((n > most).astype(np.float64)).without(n == 0, "no_words")
    return where_told(sample, values)


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
    ``en-US`` is ``en``, ``zh-Hant`` is ``zh``, and romanised Hindi is Hindi.

    Missing: ``no_words``, ``no_target``, and ``detector_abstained`` for a target that the detector does not know.
    """
    return consistency(
        sample.counts(raw=raw),
        sample.pieces.tags,
        sample.target,
        abstained=sample.abstained,
        known=language_model().tags,
    )


@metric(
    group="mixing",
    unit="0 or 1",
    range="0-1",
    direction="less is more mixed",
    source="Qi et al. 2025 (arXiv 2505.22888), language matching rate",
    weight=None,
    needs="segments, and a target language or a prompt",
)
def language_match(sample: Sample) -> Values:
    """Whether the matrix language is the target, so that its mean over traces is the language matching rate.

    One label for a whole trace cannot see mixing: a trace with two fifths of its words in another language matches.
    The paper asks langdetect once for the whole text (`traceviz.measures.pass_rates.matching_rate` does); here it is
    the language of most words.  It has no ``_raw`` twin, because only foreign words are quoted or mentioned.

    Missing: ``no_words``, ``no_target``, ``detector_abstained``.
    """
    match = sample.targets
    found = np.append(match.of_tag, -2)[sample.matrix]  # -1, no matrix language, reads the last
    values = Values.of((found == match.wanted).astype(np.float64)).without(sample.matrix < 0, "no_words")
    values = values.without(match.wanted < 0, "no_target").without(match.beyond, "detector_abstained")
    return where_told(sample, values)


@metric(
    group="mixing",
    unit="share of words",
    range="0-1",
    direction="less is more mixed",
    source="Myers-Scotton 1993 (matrix language); share as in CMI",
    raw=True,
)
def matrix_share(sample: Sample, *, raw: bool = False) -> Values:
    """Share of the words that are in the matrix language, the one with most words.

    Missing: ``no_words``.
    """
    counts = sample.counts(raw=raw)
    told = np.flatnonzero(sample.matrix >= 0)  # without any text there is not even a language to choose from
    own = np.zeros(len(sample))
    own[told] = counts[told, sample.matrix[told]]
    return where_told(sample, Values.ratio(own, counts.sum(axis=1), "no_words"))


@metric(
    group="mixing",
    unit="languages",
    range="1 and up",
    direction="more is more mixed",
    source="traceviz",
    weight=None,
    raw=True,
    length_dependent=True,
)
def n_languages(sample: Sample, *, raw: bool = False) -> Values:
    """Number of languages that at least one word is in.

    It grows with the length of a trace, and each false alarm of the detector in a new language adds one.  Missing:
    ``no_words``.
    """
    found = (sample.counts(raw=raw) > 0).sum(axis=1)
    return where_told(sample, Values.of(found).without(found == 0, "no_words"))


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

    Unlike `foreign_share` it counts text of undetermined language in the whole.  It has no ``_raw`` twin, because a
    span of mode ``switch`` is never quoted or mentioned.  Missing: ``no_words``.
    """
    found = sample.evidence("switch")
    inside = np.bincount(found.text, weights=sample.letters(found.start, found.end), minlength=len(sample))
    prose = sample.total(sample.letters_of_piece, sample.is_kind("prose"))
    return Values.ratio(inside, prose, "no_words")


@metric(
    group="mixing",
    unit="share of spans",
    range="0-1",
    direction="none",
    source="traceviz",
    weight=None,
    needs="segments and a prompt",
)
def prompt_quote_share(sample: Sample) -> Values:
    """Share of the foreign segments whose words stand verbatim in the prompt.

    High where a model reasons about a question in another language, which is no mixing.  Inflected quotations are not
    found, so it is a lower bound.  Missing: ``no_prompt``, and ``no_words`` where no segment is foreign.
    """
    ones = np.ones(len(sample.pieces), dtype=np.int64)
    quoted = sample.total(ones, sample.foreign & sample.pieces.quoted)
    values = Values.ratio(quoted, sample.total(ones, sample.foreign), "no_words")
    return Values.of(np.zeros(len(sample))).without(~sample.prompted, "no_prompt").otherwise(values)


@metric(
    group="mixing",
    unit="share of words",
    range="0-1",
    direction="none",
    source="traceviz",
)
def undetermined_share(sample: Sample) -> Values:
    """Share of the words in prose whose language cannot be told: a mixing number is worth less where it is high.

    Quoted and mentioned words are counted.  Missing: ``no_words``.
    """
    und = sample.undetermined_words
    return Values.ratio(und, und + sample.counts(raw=True).sum(axis=1), "no_words")


def _most(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    return counts.max(axis=1) if counts.shape[1] else np.zeros(len(counts))
