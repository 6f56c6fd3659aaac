"""Length, the confounder of nearly everything else."""

from __future__ import annotations

from traceviz.measures.registry import metric
from traceviz.measures.sample import CODE_POINTS, Sample
from traceviz.measures.values import Values


@metric(
    group="length",
    unit="words",
    range="0 and up",
    direction="none",
    source="word = letters, marks and inner apostrophes or hyphens; a letter where a script writes no spaces",
    weight=None,
    length_dependent=True,
)
def words(sample: Sample) -> Values:
    """Number of words in the prose of a trace, whatever their language."""
    return Values.of(sample.n_words)


@metric(
    group="length",
    unit="characters",
    range="0 and up",
    direction="none",
    source="code points",
    weight=None,
    needs="text",
    length_dependent=True,
)
def characters(sample: Sample) -> Values:
    """Number of code points in a trace."""
    return Values.of(sample.characters[0][:, CODE_POINTS])
