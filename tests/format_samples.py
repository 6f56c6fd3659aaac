"""What the tests of shapes share: the invented texts of the samples, and a sample as rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pandas as pd

import traceviz as tv

SAMPLES: Final = Path(__file__).parent.parent / "samples" / "formats"

R: Final = "The pond holds nine frogs and two leave, so nine minus two, das ist sieben."
R2: Final = "Two of nine frogs go away, and seven of them are left, also sieben."
S: Final = "**Counting frogs**\n\nThe model subtracts two from nine."
C: Final = "Seven frogs stay."
Q: Final = "Nine frogs sit in a pond and two leave. How many stay?"


def rows(table: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    """Give columns of a table as tuples, with None for what is missing."""
    columns = [[None if _missing(value) else value for value in table[name].tolist()] for name in names]
    return list(zip(*columns, strict=True))


def _missing(value: Any) -> bool:
    return not isinstance(value, (list, dict)) and bool(pd.isna(value))


def sample(name: str) -> pd.DataFrame:
    """Load a sample."""
    return tv.load(SAMPLES / name)
