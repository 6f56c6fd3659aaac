"""Repetition: loops.

Tokens are words, numbers and operators (single letters where a script writes no spaces), formulas included: a loop of
formulas is a loop.  A word with a hyphen or an apostrophe is one token, as is a decimal.  What counts as a repeat is
told in `traceviz.detectors.loop`.  A trace may hold several loops, each of which is a span; the numbers here are those
of the longest, ``loop_rate`` counts all of them.
"""

from __future__ import annotations

import numpy as np

from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values


@metric(
    group="repetition",
    unit="share of tokens",
    range="0-1",
    direction="more is worse",
    source="traceviz (cf. arXiv 2512.12895)",
    weight="words",
    needs="text",
)
def loop_share(sample: Sample) -> Values:
    """Share of the tokens that stand in the longest loop: repeats of up to 200 tokens, exact or with small changes."""
    found = sample.loops.longest()
    return Values.ratio(found[:, 2], found[:, 0], "no_words")


@metric(
    group="repetition",
    unit="tokens",
    range="0 and up",
    direction="none",
    source="traceviz",
    weight=None,
    needs="text",
    length_dependent=True,
)
def loop_onset(sample: Sample) -> Values:
    """Number of tokens before the longest loop; missing (``out_of_domain``) where there is no loop."""
    found = sample.loops.longest()
    return Values.of(found[:, 1]).without(found[:, 3] == 0, "out_of_domain")


@metric(
    group="repetition",
    unit="tokens",
    range="1-200",
    direction="none",
    source="traceviz",
    weight=None,
    needs="text",
)
def loop_period(sample: Sample) -> Values:
    """Number of tokens in the unit that the longest loop repeats; missing where there is no loop."""
    found = sample.loops.longest()
    return Values.of(np.where(found[:, 3] > 0, found[:, 3], 1)).without(found[:, 3] == 0, "out_of_domain")
