"""How a trace is built: reflective words, openings of new thoughts, corrections, steps.

Weak by construction: words are counted, and not what they do.  "However" opens a doubt or a side remark, "check" is
also what a waiter brings, and a model that was trained to say "wait" may say it to no effect.  Rates of two languages
are not comparable, since the lists are not.  The words stand in `traceviz.measures.structure_words`.

Rates are missing (``out_of_domain``) where the main language of a trace has no list.
"""

from __future__ import annotations

import numpy as np

from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.structure_words import CORRECTIONS, OPENINGS, REFLECTIVE, Marks, marked
from traceviz.measures.values import Values


def _rate(sample: Sample, lists: dict[str, str], found: Marks) -> Values:
    rate = Values.ratio(np.bincount(found.text, minlength=len(sample)), sample.n_words, "no_words", scale=1000.0)
    return rate.without(~sample.mainly_in(lists), "out_of_domain")


@metric(
    group="structure",
    unit="words per 1,000 words",
    range="0-1000",
    direction="none",
    source="DeepSeek-AI 2025 (DeepSeek-R1), supplement C.2; the lists of other languages are ours",
)
def reflective_rate(sample: Sample) -> Values:
    """Reflective words (wait, however, check, wrong ...) per 1,000 words of prose, in fifteen languages."""
    return _rate(sample, REFLECTIVE, sample.reflective)


@metric(
    group="structure",
    unit="share of the trace",
    range="0-1",
    direction="none",
    source="traceviz",
    weight=None,
)
def reflective_position(sample: Sample) -> Values:
    """Mean place of the reflective words, 0 the beginning and 1 the end; missing where there is none."""
    found = sample.reflective
    many = np.bincount(found.text, minlength=len(sample))
    return Values.ratio(np.bincount(found.text, weights=found.place, minlength=len(sample)), many, "out_of_domain")


@metric(
    group="structure",
    unit="openings per 1,000 words",
    range="0-1000",
    direction="none",
    source="Wang et al. 2025 (arXiv 2501.18585), openings of the kind of 'alternatively'",
)
def thought_switch_rate(sample: Sample) -> Values:
    """Sentences that open another way ("alternatively", "another way") per 1,000 words of prose."""
    return _rate(sample, OPENINGS, marked(sample, OPENINGS, opening=True))


@metric(
    group="structure",
    unit="openings per 1,000 words",
    range="0-1000",
    direction="none",
    source="traceviz",
)
def correction_rate(sample: Sample) -> Values:
    """Sentences that open by taking something back ("wait", "no", "actually") per 1,000 words of prose."""
    return _rate(sample, CORRECTIONS, marked(sample, CORRECTIONS, opening=True))


@metric(
    group="structure",
    unit="steps",
    range="0 and up",
    direction="none",
    source="traceviz; blocks parted by a blank line, as reasoning models write their steps",
    weight=None,
    needs="text",
    length_dependent=True,
)
def steps(sample: Sample) -> Values:
    """Number of blocks of lines that a blank line parts."""
    from traceviz.measures.kernels.prose import count_blocks

    return Values.of(count_blocks(sample.texts.buffer, sample.texts.offsets)).without(sample.is_empty, "empty")
