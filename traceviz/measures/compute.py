"""The numbers of a batch: each metric's `Values`, the empty and the absent texts taken out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from traceviz.measures.registry import Metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values


def compute(sample: Sample, chosen: Sequence[Metric]) -> dict[str, Values]:
    """Compute the metrics of one batch; empty and absent texts have no numbers."""
    absent = ~sample.texts.present
    return {
        metric.name: Values(values.number, np.full(len(sample), -1, np.int8))
        .without(absent, "not_provided")
        .without(sample.is_empty, "empty")
        .otherwise(values)
        for metric in chosen
        for values in [metric.function(sample)]
    }


def joined(parts: Sequence[Values]) -> Values:
    """Put the values of several batches one after another."""
    if not parts:
        return Values.of([])
    return Values(np.concatenate([part.number for part in parts]), np.concatenate([part.reason for part in parts]))


def where_told(sample: Sample, values: Values) -> Values:
    """Take away the numbers of the texts whose words are mostly undetermined: there the detector abstained."""
    abstained = Values.of(np.zeros(len(sample))).without(sample.abstained, "detector_abstained")
    return abstained.otherwise(values)


def unless_masked(sample: Sample, values: Values) -> Values:
    """Take the numbers away from traces that are nearly all formulas and code."""
    return values.without(sample.mostly_masked, "masked_out")
