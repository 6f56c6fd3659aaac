"""From traces to the table: columns are gathered as lists and become Arrow arrays, never row by row."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import Any, Final

import numpy as np
import pandas as pd

from traceviz.schema import STRING, TRACES
from traceviz.sources.records import Trace
from traceviz.texts import replace_lone_surrogates

#: Rows that are gathered as Python objects before their texts move into Arrow, where they take a half to a quarter.
#: With more they leave the processor's cache before they are copied.
_ROWS: Final = 100


class _Column:
    """The values of one column: finished pieces, and those that wait."""

    def __init__(self) -> None:
        self.pieces: list[Any] = []
        self.pending: list[Any] = []
        self.n_finished = 0

    def put(self, row: int, value: Any) -> None:
        """Set the value of a row; rows that were left out are missing."""
        missing = row - self.n_finished - len(self.pending)
        if missing:
            self.pending.extend([None] * missing)
        self.pending.append(value)

    def finish(self, n_rows: int, *, textual: bool) -> list[int]:
        """Move what waits into a piece, as text if it is; give the rows that held half a character."""
        self.pending.extend([None] * (n_rows - self.n_finished - len(self.pending)))
        mended: list[int] = []
        if textual or all(value is None or value.__class__ is str for value in self.pending):
            piece, mended = _text_piece(self.pending)
            self.pieces.append(piece)
        else:
            self.pieces.append(self.pending)
        start, self.n_finished, self.pending = self.n_finished, n_rows, []
        return [start + row for row in mended]

    def values(self, n_rows: int) -> Any:
        """Give the column for pandas: text, or whatever all its values are."""
        import pyarrow as pa

        if all(isinstance(piece, pa.Array) for piece in self.pieces):
            pieces = self.pieces or [pa.nulls(n_rows, pa.large_string())]
            whole = pa.concat_arrays(pieces) if len(pieces) > 1 else pieces[0]
            if whole.null_count < len(whole) or not len(whole):
                return _from_arrow(pa.chunked_array([whole]))
            return np.full(n_rows, None, dtype=object)
        plain = (piece.to_pylist() if isinstance(piece, pa.Array) else piece for piece in self.pieces)
        return _inferred([value for piece in plain for value in piece])


def _from_arrow(array: Any) -> Any:
    # pandas' stubs do not know the method that pandas gives to dtypes of Arrow
    dtype: Any = pd.StringDtype("pyarrow")
    return dtype.__from_arrow__(array)


def _text_piece(values: list[Any]) -> tuple[Any, list[int]]:
    import pyarrow as pa

    try:
        return pa.array(values, pa.large_string()), []
    except (UnicodeEncodeError, pa.ArrowInvalid):
        mended = []
        for row, value in enumerate(values):
            if value is not None:
                values[row], n_replaced = replace_lone_surrogates(value)
                mended += [row] * (n_replaced > 0)
        return pa.array(values, pa.large_string()), mended


def _inferred(values: list[Any]) -> Any:
    """Give plain numbers and truth values their dtype, nullable where some are missing; the rest stays as it is."""
    kinds = {value.__class__ for value in values if value is not None}
    gaps = any(value is None for value in values)
    if kinds == {bool}:
        return pd.array(values, dtype="boolean") if gaps else np.array(values, dtype=bool)
    if kinds == {int} and all(value is None or -(2**63) <= value < 2**63 for value in values):
        return pd.array(values, dtype="Int64") if gaps else np.array(values, dtype=np.int64)
    if kinds and kinds <= {int, float}:
        return np.array([np.nan if value is None else float(value) for value in values])
    if kinds and not kinds & {str, list, dict, tuple, bytes, int, float, bool}:
        return pd.Series(values).array
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


class TableBuilder:
    """Gather traces and make the table of them."""

    def __init__(self) -> None:
        self.n_rows = 0
        #: Where the record of each row stood in its file or list.
        self.positions: list[int] = []
        self.diagnostics: list[list[str]] = []
        self._pending: list[Trace] = []
        self._contract = {name: _Column() for name in TRACES if name != "diagnostics"}
        self._extras: dict[Any, _Column] = {}

    def add(self, trace: Trace, position: int) -> None:
        """Add one row."""
        self._pending.append(trace)
        self.positions.append(position)
        self.n_rows += 1
        if len(self._pending) == _ROWS:
            self._finish()

    def _finish(self) -> None:
        if not self._pending:
            return  # an empty piece more would cost a copy of all others
        row = self.n_rows - len(self._pending)
        self.diagnostics += [trace.diagnostics for trace in self._pending]
        for name, column in self._contract.items():
            column.pending += map(attrgetter(name), self._pending)
            if TRACES[name] == STRING:
                self._note(column.finish(self.n_rows, textual=True))
        for trace in self._pending:
            for name, value in trace.extras.items():
                if name not in self._extras:
                    self._extras[name] = _Column()
                self._extras[name].put(row, value)
            row += 1
        for column in self._extras.values():
            self._note(column.finish(self.n_rows, textual=False))
        self._pending = []

    def _note(self, rows: Iterable[int]) -> None:
        for row in rows:
            if "lone_surrogate_replaced" not in self.diagnostics[row]:
                self.diagnostics[row].append("lone_surrogate_replaced")

    def table(self) -> pd.DataFrame:
        """Make the table: the columns of the contract, then the user's."""
        self._finish()
        columns: dict[Any, Any] = {}
        for name, dtype in TRACES.items():
            if name == "diagnostics":
                columns[name] = _objects(self.diagnostics)
            elif dtype == STRING:
                columns[name] = _text(self._contract[name], self.n_rows)
            else:
                columns[name] = pd.array(self._contract[name].pending, dtype=dtype)
        for name, column in self._extras.items():
            columns[name] = column.values(self.n_rows)
        return pd.DataFrame(columns, index=pd.RangeIndex(self.n_rows), copy=False)


def _text(column: _Column, n_rows: int) -> Any:
    values = column.values(n_rows)
    return pd.array(values, dtype=STRING) if isinstance(values, np.ndarray) else values


def _objects(values: list[Any]) -> Any:
    column = np.empty(len(values), dtype=object)
    for row, value in enumerate(values):
        column[row] = value
    return column
