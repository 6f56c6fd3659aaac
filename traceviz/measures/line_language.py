"""Language mixing by line: a line counts once, however long it is.

A line is what stands between two line breaks.  Its language is that of most of its words, by the same words and rules
as `traceviz.measures.mixing`; formulas, code and the rest of what is masked have no words.  `line_pass` and
`word_pass` follow the Language Confusion Benchmark (arXiv 2406.20052) with traceviz's detector in place of fastText
and its masks in place of deleted punctuation, so they are other numbers than the published ones;
`traceviz.measures.pass_rates` has the benchmark's own rules for a detector that you bring.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.measures import tag_runs
from traceviz.measures.compute import where_told
from traceviz.measures.lines import Lines
from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.tag_runs import Tally
from traceviz.measures.targets import base_language
from traceviz.measures.values import Values

#: Lines with fewer words say too little: the benchmark's rule, in tokens there.
FEWEST_WORDS: Final = 5

#: English words up to this length occur in other languages as well: the benchmark's rule.
SHORT_WORD: Final = 3

#: Confidence below which a line counts as unsure.
UNSURE: Final = 0.5

#: Languages whose own script is not Latin.  In Latin script an English word cannot be told from a word of the target
#: by its letters, so `word_pass` is not defined there.
_NON_LATIN: Final = (
    "am ar as be bg bn bo ckb dv dz el fa gu he hi hy ja ka kk km kn ko ky lo mk ml mn mr my ne or pa ps ru sa sd si "
    "ta te tg th ti ug uk ur yi yue zh"
)
NON_LATIN: Final = frozenset(_NON_LATIN.split())


@metric(
    group="mixing",
    unit="0 or 1",
    range="0-1",
    direction="less is more mixed",
    source="Marchisio et al. 2024 (arXiv 2406.20052), line pass rate",
    weight=None,
    needs="segments, and a target language or a prompt",
    raw=True,
    length_dependent=True,
)
def line_pass(sample: Sample, *, raw: bool = False) -> Values:
    """Whether all lines are in the target language, so that its mean over traces is the line pass rate.

    Lines of fewer than five words are not looked at (in scripts without spaces, words are estimated from letters); a
    line whose language cannot be told fails.  One line decides, so a long trace fails sooner than a short one.

    Missing: ``all_skipped`` where no line is long enough (the benchmark's code gives 1 to a group of such),
    ``no_words``, ``no_target``, ``detector_abstained``.
    """
    scored, failed = _scored_and_failed(sample, sample.lines(raw=raw))
    values = Values.of((failed == 0).astype(np.float64))
    values = values.without(sample.runs(raw=raw).spans == 0, "no_words")
    return where_told(sample, _with_target(sample, values).without(scored == 0, "all_skipped"))


@metric(
    group="mixing",
    unit="0 or 1",
    range="0-1",
    direction="less is more mixed",
    source="Marchisio et al. 2024 (arXiv 2406.20052), word pass rate",
    weight=None,
    needs="segments, and a target language or a prompt",
    raw=True,
    length_dependent=True,
)
def word_pass(sample: Sample, *, raw: bool = False) -> Values:
    """Whether a trace that passes by line is free of English words, so that its mean is the word pass rate.

    An English word is one that the detector takes for English, of more than three letters, without a capital first
    letter, in a line of five words or more.

    Missing: ``all_skipped`` where the trace did not pass by line, ``out_of_domain`` for targets that are written in
    Latin script, and as in `line_pass`.
    """
    lines = sample.lines(raw=raw)
    found = np.bincount(sample.words.text[_english_words(sample, lines, raw=raw)], minlength=len(sample))
    passed = line_pass(sample, raw=raw)
    clean = Values.of((found == 0).astype(np.float64))
    values = passed.without(passed.number == 0, "all_skipped").otherwise(clean)
    latin = [_is_latin(tag) for tag in sample.target]
    return Values.of(np.zeros(len(sample))).without(latin, "out_of_domain").otherwise(values)


@metric(
    group="mixing",
    unit="bits",
    range="0-log2 of the number of languages",
    direction="more is more mixed",
    source="Wang et al. 2025 (arXiv 2505.14815), language-mixing entropy, within a trace",
    weight=None,
    raw=True,
)
def mixing_entropy(sample: Sample, *, raw: bool = False) -> Values:
    """Entropy of the languages of the lines of a trace, in bits.

    Its mean over traces is not the entropy of all lines of a group, which the paper gives: five English and five
    Chinese traces have 0 by the one and 1 by the other (`traceviz.measures.line_table.mixing_entropy` has both).

    Missing: ``detector_abstained`` where no line has a language that can be told.
    """
    return where_told(sample, tag_runs.entropy(_tally(sample.lines(raw=raw), len(sample)), missing=_UNTOLD))


@metric(
    group="mixing",
    unit="bits",
    range="0 and up",
    direction="more is more mixed",
    source="Miller 1955 (correction); Wang et al. 2025 (arXiv 2505.14815)",
    weight=None,
    raw=True,
)
def mixing_entropy_mm(sample: Sample, *, raw: bool = False) -> Values:
    """Entropy of the languages of the lines of a trace with the Miller-Madow correction, in bits.

    Missing: ``detector_abstained`` where no line has a language that can be told.
    """
    tally = _tally(sample.lines(raw=raw), len(sample))
    return where_told(sample, tag_runs.entropy(tally, missing=_UNTOLD, corrected=True))


@metric(
    group="mixing",
    unit="share of lines",
    range="0-1",
    direction="none",
    source="traceviz",
    weight=None,
    raw=True,
)
def lid_low_confidence(sample: Sample, *, raw: bool = False) -> Values:
    """Share of the lines whose language is unsure: the mean confidence of their words is below one half.

    Coherent switching is sure of each of its languages and incoherent text of none, so this tells the two apart.
    Words of undetermined language have no confidence.  Missing: ``no_words`` where no line has a word.
    """
    lines = sample.lines(raw=raw)
    known = ~np.isnan(lines.confidence)
    n = np.bincount(lines.text[known], minlength=len(sample))
    unsure = np.bincount(lines.text[lines.confidence < UNSURE], minlength=len(sample))
    return Values.ratio(unsure, n, "no_words")


#: Why a trace without a line whose language can be told has no entropy.
_UNTOLD: Final = "detector_abstained"


def _tally(lines: Lines, n_texts: int) -> Tally:
    told = lines.language >= 0
    return Tally.of(lines.text[told], lines.language[told], np.ones(int(told.sum())), n_texts)


def _kept(lines: Lines) -> NDArray[np.bool_]:
    """Tell which lines are long enough, and have a word that could have a language."""
    return np.asarray((lines.words >= FEWEST_WORDS) & ~np.isnan(lines.confidence), dtype=bool)


def _scored_and_failed(sample: Sample, lines: Lines) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the kept lines of each text, and those of them that are not in its target language."""
    match, kept = sample.targets, _kept(lines)
    text = lines.text[kept]
    language = lines.language[kept]
    found = np.append(match.of_tag, -2)[language]  # -1, a language that cannot be told, reads the last
    wrong = found != match.wanted[text]
    return np.bincount(text, minlength=len(sample)), np.bincount(text[wrong], minlength=len(sample))


def _with_target(sample: Sample, values: Values) -> Values:
    match = sample.targets
    return values.without(match.wanted < 0, "no_target").without(match.beyond, "detector_abstained")


def _english_words(sample: Sample, lines: Lines, *, raw: bool) -> NDArray[np.int64]:
    """Find the English words of the kept lines that are long enough to be told and are no names."""
    from traceviz.segments.kernels.words import CAPITAL

    tags = sample.pieces.tags
    if "en" not in tags:
        return np.empty(0, dtype=np.int64)
    words = sample.words
    english = sample.tagged(raw=raw) & (sample.language_of_word == tags.index("en"))
    inside = np.append(_kept(lines), False)[lines.line_of_word]  # -1, a word of no line, reads the last
    place = np.flatnonzero(english & inside & ((words.flags & CAPITAL) == 0))
    return place[sample.letters(words.start[place], words.end[place]) > SHORT_WORD]


def _is_latin(tag: str | None) -> bool:
    if tag is None or base_language(tag) == "und":
        return False
    return base_language(tag) not in NON_LATIN or "latn" in tag.lower()
