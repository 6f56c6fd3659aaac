"""The shipped reference: how much of each failure mode is found in fluent English reasoning.

It is what `traceviz.profile` falls back on, and the worst of the references: your model's own answers to the same
questions say what is normal there, this table only what was normal in three kinds of text.  It holds numbers, no text:
a row a window of 2,500 characters of reasoning that reads well, by DeepSeek-R1 about policy and about school and
university questions of all subjects, and by three models of OpenAI and DeepSeek about competition mathematics, the few
lapses of those models included.  Short traces were put together until they filled a window.
`tools/make_reference.py` makes it from the public data sets that it names.

What it cannot tell: what is normal in another language than English, in a terse style, in code, or in windows of
another size, since shares of longer windows vary less.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from traceviz.schema import STRING, SchemaError
from traceviz.segments.model_file import read_tables

FILE: Final = Path(__file__).parent.parent / "data" / "reference.zst"

#: Characters of a window of the reference.
WINDOW: Final = 2500

#: How a user gets numbers that can be placed against it.
_CALL: Final = f'tv.measure(traces, metrics="modes", window={WINDOW})'


def shipped_reference() -> pd.DataFrame:
    """Give the shipped reference.

    Returns
    -------
    pandas.DataFrame
        A row a window: ``trace_id`` (which windows are of one trace), ``domain``, and the number of each mode as
        `traceviz.measure` gives it.

    Examples
    --------
    >>> shipped_reference().groupby("domain")["trace_id"].nunique().tolist() > [100, 100, 100]
    True
    """
    return _read().copy()


@cache
def _read() -> pd.DataFrame:
    arrays = read_tables(FILE)
    names = arrays.pop("domains").tobytes().decode().split("\n")
    facts = {
        "trace_id": pd.array(arrays.pop("trace").astype(str).astype(object), dtype=STRING),
        "domain": pd.array([names[code] for code in arrays.pop("domain").tolist()], dtype=STRING),
    }
    table = pd.DataFrame({**facts, **{name: numbers.astype(np.float64) for name, numbers in arrays.items()}})
    return table.assign(window=0)


def check_windows(measured: pd.DataFrame) -> None:
    """Refuse numbers of windows of another size than those of the shipped reference."""
    size = window_size(measured)
    if "window" not in measured.columns or size not in (WINDOW, None):
        found = "whole traces" if "window" not in measured.columns else f"windows of {size} characters"
        raise SchemaError(
            f"The shipped reference is of windows of {WINDOW} characters, and this table of {found}; measure "
            f"{_CALL}, or give reference= a table of your own, best of the same model's answers."
        )


def check_rows(measured: pd.DataFrame) -> None:
    """Refuse a table in which a trace, or a window of it, stands twice."""
    keys = [name for name in ("trace_id", "window") if name in measured.columns]
    twice = measured.duplicated(subset=keys).to_numpy(dtype=bool)
    if twice.any():
        first = measured.loc[twice, "trace_id"].iloc[0]
        raise SchemaError(f"The trace {first!r} stands in the table more than once; a profile has one place for each.")


def window_size(measured: pd.DataFrame) -> int | None:
    """Give the size of the windows of a table; None where nobody knows."""
    if "window" not in measured.columns:
        return None
    found: int | None = measured.attrs.get("traceviz", {}).get("window", _seen(measured))
    return found


def _seen(measured: pd.DataFrame) -> int | None:
    """Tell the size of windows by where the second ones begin, if the table lost what it was made with."""
    if not {"window", "start"} <= set(measured.columns):
        return None
    second = measured.loc[measured["window"] == 1, "start"]
    return None if second.empty else int(second.iloc[0])
