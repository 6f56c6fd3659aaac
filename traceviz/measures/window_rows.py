"""Rows of windows: what `traceviz.measure` does with ``window=``."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Integral
from typing import Final

import numpy as np
import pandas as pd

from traceviz.measures.sample import Sample
from traceviz.measures.values import Values
from traceviz.measures.windows import FEWEST_WORDS, cut
from traceviz.schema import STRING, SchemaError, log

#: The columns that tell where a window lies in its trace.
PLACE: Final = ("window", "start", "end")


def check_window(window: object, spans: pd.DataFrame | None) -> None:
    """Refuse what is no size of a window, and spans, whose places are those of whole traces."""
    if window is None:
        return
    if isinstance(window, bool) or not isinstance(window, Integral) or window < 1:
        raise SchemaError(f"window={window!r} is no number of characters; 5000 is usual.")
    if spans is not None:
        raise SchemaError("Spans lie in whole traces; leave out spans= to measure windows.")


def in_windows(sample: Sample, table: pd.DataFrame, size: int) -> tuple[Sample, pd.DataFrame]:
    """Give the windows of a batch as a sample, and their rows."""
    windows = cut(sample.texts, sample.pieces, size)
    # The text of a trace must not be copied for each of its windows.
    rows = (
        table.assign(reasoning="")
        .iloc[windows.text]
        .assign(window=windows.number, start=windows.start, end=windows.start + windows.texts.lengths())
    )
    texts = [windows.texts[i] if there else None for i, there in enumerate(windows.texts.present.tolist())]
    rows["reasoning"] = pd.array([text if text is not None else pd.NA for text in texts], dtype=STRING)
    prompts = None if sample.prompts is None else [sample.prompts[i] for i in windows.text.tolist()]
    targets = [sample.target[i] for i in windows.text.tolist()] if sample.target else []
    given = {name: [values[i] for i in windows.text.tolist()] for name, values in sample.given.items()}
    reference = None if sample.reference is None else sample.reference.of(windows.text)
    return Sample(windows.texts, windows.pieces, prompts, targets, given=given, reference=reference, ragged=True), rows


def unless_short(sample: Sample, numbers: dict[str, Values]) -> dict[str, Values]:
    """Take the numbers away from windows with few words."""
    return {name: values.without(sample.n_words < FEWEST_WORDS, "too_short") for name, values in numbers.items()}


def joined_windows(rows: Sequence[pd.DataFrame], table: pd.DataFrame) -> pd.DataFrame:
    """Put the rows of all batches into one table."""
    replaced = [name for name in PLACE if name in table.columns]
    if replaced:
        log.warning("Columns of the traces are replaced: %s.", ", ".join(replaced))
    none = table.assign(**{name: np.empty(len(table), np.int64) for name in PLACE})
    whole = pd.concat(rows or [none], ignore_index=True)
    whole.attrs = dict(table.attrs)
    return whole
