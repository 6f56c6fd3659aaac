"""Sources that are in memory already: strings, dicts, lists of them, Series and DataFrames."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
import pandas as pd

from traceviz.schema import TRACES, SourceError
from traceviz.sources.values import is_missing


def in_memory(source: Any) -> bool:
    """Tell objects from what names or is a file."""
    return not isinstance(source, (str, PathLike)) and not hasattr(source, "read")


def from_memory(source: Any) -> Iterator[str | Mapping[Any, Any] | None]:
    """Give the records: strings, mappings, and None for a missing text.

    Raises
    ------
    SourceError
        For objects of any other kind.
    """
    if isinstance(source, pd.DataFrame):
        yield from _rows(source)
        return
    if isinstance(source, Mapping):
        source = [source]
    if isinstance(source, (bytes, bytearray)) or not isinstance(source, Iterable):
        raise SourceError(
            f"load cannot read {type(source).__name__}. It takes a path, a list of strings or dicts, a dict, a Series, "
            "a DataFrame or an open binary file."
        )
    for position, record in enumerate(source):
        if isinstance(record, (str, Mapping)):
            yield record
        elif is_missing(record):
            yield None
        else:
            raise SourceError(
                f"load was given a list whose item {position} is {type(record).__name__}; items have to be strings "
                "or dicts."
            )


def _rows(frame: pd.DataFrame) -> Iterator[dict[Any, Any]]:
    if not frame.columns.is_unique:
        twice = frame.columns[frame.columns.duplicated()].tolist()
        raise SourceError(f"The DataFrame has columns of the same name: {twice}. Rename them.")
    names = list(frame.columns)
    columns = [_plain(frame[name]) for name in names]
    for values in zip(*columns, strict=True):
        yield dict(zip(names, values, strict=True))


def _plain(column: pd.Series[Any]) -> Sequence[Any]:
    """Give Python objects: pandas reads lists from Parquet as arrays, and a gap as NaN."""
    values = column.tolist()
    if column.dtype == object:
        return [_listed(value) for value in values]
    return [None if is_missing(value) else value for value in values]


def _listed(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return [_listed(item) for item in value.tolist()]
    if isinstance(value, float) and value != value:  # noqa: PLR0124  (NaN alone differs from itself)
        return None
    return value


def attach(table: pd.DataFrame, frame: pd.DataFrame, positions: Sequence[int]) -> pd.DataFrame:
    """Give the user's columns back as they came, with their dtype and in their order.

    A column that was taken apart, such as a list with one value a sample, stays as it was taken apart.
    """
    extras = [name for name in table.columns if name not in TRACES]
    whole = len(set(positions)) == len(positions)
    own = frame.iloc[list(positions)].reset_index(drop=True)
    columns = {name: table[name] for name in table.columns if name in TRACES}
    for name in frame.columns:
        if name in extras:
            columns[name] = own[name] if whole or not _holds_lists(own[name]) else table[name]
    columns |= {name: table[name] for name in extras if name not in columns}
    return pd.DataFrame(columns, copy=False)


def _holds_lists(column: pd.Series[Any]) -> bool:
    return column.dtype == object and any(isinstance(value, (list, np.ndarray)) for value in column)
