"""How groups of traces are called: the values of the columns that make them."""

from __future__ import annotations

from typing import Any, Final

import pandas as pd

#: What a null is called where a group has no name.
NO_NAME: Final = "(missing)"


def value_name(value: Any) -> str:
    """Spell one value of a column that makes groups."""
    return NO_NAME if pd.isna(value) else str(value)


def group_name(key: tuple[Any, ...]) -> str:
    """Spell the values of the columns of a group.

    Examples
    --------
    >>> group_name(("Qwen3", 200, None))
    'Qwen3 · 200 · (missing)'
    """
    return " · ".join(value_name(value) for value in key)
