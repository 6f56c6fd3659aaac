"""Code-switching indices of a trace: switch points, mixing indices, entropies, and the lengths of the runs.

They are computed on the words that carry a language tag (see `traceviz.measures.mixing`), as if those stood next to
each other: a formula or a name between two words is no switch.  Where a script writes no spaces a letter counts as a
word, so a Chinese run is longer by these numbers than its translation.  The arithmetic is in
`traceviz.measures.tag_runs`, for tag sequences of any origin.

How much a reader minds mixing is another matter: over human judgements of sentences, CMI, switch points and
burstiness were found to be only weakly related to acceptability (arXiv 2405.05572).
"""

from __future__ import annotations

from traceviz.measures import tag_runs
from traceviz.measures.compute import where_told
from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values


@metric(
    group="mixing",
    unit="switch points per 1,000 words",
    range="0-1000",
    direction="more is more mixed",
    source="Guzman et al. 2017 (switch points)",
    raw=True,
)
def switch_rate(sample: Sample, *, raw: bool = False) -> Values:
    """Switch points per 1,000 words: neighbouring words in different languages.

    Missing: ``no_words``.
    """
    runs = sample.runs(raw=raw)
    return where_told(sample, Values.ratio(runs.switches, runs.n, "no_words", scale=1000.0))


@metric(
    group="mixing",
    unit="index",
    range="0-100",
    direction="more is more mixed",
    source="Das & Gamback 2014 (CMI)",
    raw=True,
)
def cmi(sample: Sample, *, raw: bool = False) -> Values:
    """Code-mixing index: 100 (1 - share of the most frequent language).  Blind to the order of the words.

    Missing: ``no_words``, where the paper gives 0.
    """
    return where_told(sample, tag_runs.cmi(sample.tally(raw=raw)))


@metric(
    group="mixing",
    unit="bits",
    range="0-log2 of the number of languages",
    direction="more is more mixed",
    source="Guzman et al. 2017 (language entropy)",
    raw=True,
)
def language_entropy(sample: Sample, *, raw: bool = False) -> Values:
    """Entropy of the languages of the words in a trace, in bits, as it is (no correction for few words).

    Missing: ``no_words``.
    """
    return where_told(sample, tag_runs.entropy(sample.tally(raw=raw)))


@metric(
    group="mixing",
    unit="bits",
    range="0 and up",
    direction="more is more mixed",
    source="Miller 1955 (correction); Guzman et al. 2017 (language entropy)",
    raw=True,
)
def language_entropy_mm(sample: Sample, *, raw: bool = False) -> Values:
    """Entropy of the languages of the words with the Miller-Madow correction (K - 1)/(2 N ln 2), in bits.

    K languages are seen among N words.  The plain entropy of a short trace is too low on average; the correction
    takes most of that away.  It can pass log2 K.  Missing: ``no_words``.
    """
    return where_told(sample, tag_runs.entropy(sample.tally(raw=raw), corrected=True))


@metric(
    group="mixing",
    unit="share of words",
    range="0-1",
    direction="more is more mixed",
    source="Guzman et al. 2017 (I-index)",
    raw=True,
)
def i_index(sample: Sample, *, raw: bool = False) -> Values:
    """I-index: switch points among the pairs of neighbouring words.

    Missing: ``no_words``, and ``one_token`` for a trace of one word.
    """
    return where_told(sample, tag_runs.i_index(sample.runs(raw=raw)))


@metric(
    group="mixing",
    unit="switch points",
    range="0 and up",
    direction="more is more mixed",
    source="Guzman et al. 2017 (switch points)",
    weight=None,
    raw=True,
    length_dependent=True,
)
def switch_points(sample: Sample, *, raw: bool = False) -> Values:
    """Number of switch points: places where two neighbouring words are in different languages.

    It grows with the length of the trace; `switch_rate` does not.  Missing: ``no_words``.
    """
    runs = sample.runs(raw=raw)
    return where_told(sample, Values.of(runs.switches).without(runs.spans == 0, "no_words"))


@metric(
    group="mixing",
    unit="share of words",
    range="0-1",
    direction="none",
    source="traceviz",
    weight=None,
    raw=True,
    length_dependent=True,
)
def first_switch(sample: Sample, *, raw: bool = False) -> Values:
    """Position of the first switch point: the share of the trace's words that stand before it.

    Missing: ``no_words``, and ``one_language`` where there is no switch, so its mean is over the traces that mix.
    """
    return where_told(sample, tag_runs.first_switch(sample.runs(raw=raw)))


@metric(
    group="mixing",
    unit="index",
    range="0-100",
    direction="more is more mixed",
    source="Gamback & Das 2016 (CMI of an utterance)",
    raw=True,
)
def cmi_switch(sample: Sample, *, raw: bool = False) -> Values:
    """Code-mixing index with switch points: 50 (words not in the most frequent language + switch points) / words.

    A trace is taken as one utterance; the corpus form of the paper is not given here.  Missing: ``no_words``.
    """
    return where_told(sample, tag_runs.cmi_switch(sample.runs(raw=raw)))


@metric(
    group="mixing",
    unit="index",
    range="0-1",
    direction="more is more mixed",
    source="Barnett et al. 2000; Guzman et al. 2017 (M-index)",
    raw=True,
)
def m_index(sample: Sample, *, raw: bool = False) -> Values:
    """M-index: (1 - S)/((k - 1) S) with S the sum of the squared shares of k languages; 1 where all are equal.

    k is what occurs in the trace, and two at the least, so that one language gives 0.  Half and half is 1 with two
    languages and one half with three: traces with different numbers of languages are not comparable.
    `traceviz.measures.tag_runs.m_index` takes a k that is declared.  Missing: ``no_words``.
    """
    return where_told(sample, tag_runs.m_index(sample.tally(raw=raw)))


@metric(
    group="mixing",
    unit="bits",
    range="0 and up",
    direction="none",
    source="Guzman et al. 2017 (span entropy)",
    weight=None,
    raw=True,
    length_dependent=True,
)
def span_entropy(sample: Sample, *, raw: bool = False) -> Values:
    """Entropy of the lengths in words of the runs of one language, in bits.

    Strict alternation of single words gives 0, and so does one language: it says how varied the runs are, and not how
    much a trace mixes.  Missing: ``no_words``.
    """
    return where_told(sample, tag_runs.span_entropy(sample.runs(raw=raw)))


@metric(
    group="mixing",
    unit="index",
    range="-1 to 1",
    direction="none",
    source="Goh & Barabasi 2008; Guzman et al. 2017 (burstiness, population standard deviation)",
    weight=None,
    raw=True,
    length_dependent=True,
)
def burstiness(sample: Sample, *, raw: bool = False) -> Values:
    """Burstiness of the lengths of the runs: -1 regular, 0 random, towards 1 in bursts.

    (s - m)/(s + m), with the mean m and the standard deviation s of the population of runs; `burstiness_sample`
    divides by n - 1.  With few runs it is far from its limits whatever the process.

    Missing: ``no_words``, and ``one_span`` for one language.
    """
    return where_told(sample, tag_runs.burstiness(sample.runs(raw=raw)))


@metric(
    group="mixing",
    unit="index",
    range="-1 to 1",
    direction="none",
    source="Goh & Barabasi 2008 (burstiness, sample standard deviation)",
    weight=None,
    raw=True,
    length_dependent=True,
)
def burstiness_sample(sample: Sample, *, raw: bool = False) -> Values:
    """Burstiness with the sample standard deviation, as a second code base in the field has it.

    Missing: ``no_words``, and ``one_span`` for one language.
    """
    return where_told(sample, tag_runs.burstiness(sample.runs(raw=raw), sample=True))


@metric(
    group="mixing",
    unit="correlation",
    range="-1 to 1",
    direction="none",
    source="Goh & Barabasi 2008; Guzman et al. 2017 (memory)",
    weight=None,
    raw=True,
    length_dependent=True,
)
def memory(sample: Sample, *, raw: bool = False) -> Values:
    """Memory: the correlation of the length of each run with that of the next one.

    Missing: ``no_words``, and ``zero_variance`` where there are fewer than three runs or lengths do not vary.
    """
    return where_told(sample, tag_runs.memory(sample.runs(raw=raw)))
