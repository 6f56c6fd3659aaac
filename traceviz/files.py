"""Measured tables in files: written batch by batch, and read back."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pandas as pd

from traceviz.schema import SourceError, log

#: Formats that are written, by the ending of the name.
ENDINGS: Final = (".parquet", ".csv", ".jsonl")


def write_tables(tables: Iterator[pd.DataFrame], output: str) -> None:
    """Write tables one after another into one file: Parquet, CSV or JSON Lines, by the ending of its name.

    The file appears when it is whole.  Columns and types are those of the first table.

    Parameters
    ----------
    tables
        The tables; only one is in memory at a time.
    output
        A path, or ``-`` for JSON Lines on standard output.

    Raises
    ------
    SourceError
        When the name has another ending, the folder does not exist, or a column of a Parquet file changes its type.
    """
    if output == "-":
        for table in tables:
            sys.stdout.write(table.to_json(orient="records", lines=True, force_ascii=False))
        return
    path = Path(output)
    if path.suffix not in ENDINGS:
        raise SourceError(
            f"{output!r} cannot be written: its name has to end in {', '.join(ENDINGS)}, or be - for standard output."
        )
    if not path.parent.is_dir():
        raise SourceError(f"{output!r} cannot be written: there is no folder {str(path.parent)!r}.")
    scratch = path.with_name(path.name + ".part")
    try:
        if path.suffix == ".parquet":
            _write_parquet(tables, scratch)
        else:
            _write_lines(tables, scratch, as_csv=path.suffix == ".csv")
        if scratch.exists():
            scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)


def _write_lines(tables: Iterator[pd.DataFrame], path: Path, *, as_csv: bool) -> None:
    columns: list[str] | None = None
    with path.open("w", encoding="utf-8", newline="") as stream:
        for table in tables:
            if not as_csv:
                stream.write(table.to_json(orient="records", lines=True, force_ascii=False))
                continue
            _warn_of_extra([str(name) for name in table.columns], columns)
            table.reindex(columns=columns or table.columns).to_csv(stream, index=False, header=columns is None)
            columns = columns or list(table.columns)


def _write_parquet(tables: Iterator[pd.DataFrame], path: Path) -> None:
    """Write one row group a table, with the provenance of the last one, whose counts are those of all."""
    import pyarrow as pa
    from pyarrow import parquet

    writer = None
    provenance: dict[str, Any] = {}
    try:
        for table in tables:
            provenance = table.attrs.get("traceviz", {})
            plain = table.copy(deep=False)
            plain.attrs = {}
            arrow = pa.Table.from_pandas(plain, preserve_index=False)
            if writer is None:
                writer = parquet.ParquetWriter(path, _typed(arrow.schema), compression="zstd")
            writer.write_table(_fitted(arrow, writer.schema))
        if writer is not None:
            writer.add_key_value_metadata({"traceviz": json.dumps(provenance, default=str)})
    finally:
        if writer is not None:
            writer.close()


def _typed(schema: Any) -> Any:
    """Give columns of nothing but nulls the type of text, since later batches may have values there."""
    import pyarrow as pa

    fields = [field.with_type(pa.large_string()) if pa.types.is_null(field.type) else field for field in schema]
    return pa.schema(fields, metadata=schema.metadata)


def _fitted(arrow: Any, schema: Any) -> Any:
    """Give a later batch the columns and types of the first."""
    import pyarrow as pa

    columns = []
    for column in schema:
        if column.name not in arrow.column_names:
            columns.append(pa.nulls(len(arrow), column.type))
            continue
        try:
            columns.append(arrow.column(column.name).cast(column.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise SourceError(
                f"The column {column.name!r} changes its type between batches ({column.type} at first): {error}. "
                "Write JSON Lines instead (-o measured.jsonl), which holds any value."
            ) from error
    _warn_of_extra(arrow.column_names, schema.names)
    return pa.table(columns, schema=schema)


def _warn_of_extra(found: list[str], kept: list[str] | None) -> None:
    extra = [] if kept is None else [name for name in found if name not in kept]
    if extra:
        log.warning("Left out, because the first traces have no such column: %s", extra)


def holds_numbers(path: Path) -> bool:
    """Tell whether `write_tables` wrote measured traces into a file: whether it has the column ``not_measured``."""
    import orjson
    from pyarrow import ArrowInvalid, parquet

    if path.suffix == ".parquet":
        try:
            return "not_measured" in parquet.read_schema(path).names
        except ArrowInvalid:
            return False
    if path.suffix not in (".csv", ".jsonl"):
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        first = file.readline()
    if path.suffix == ".csv":
        return "not_measured" in first.rstrip().split(",")
    try:
        record = orjson.loads(first)
    except orjson.JSONDecodeError:
        return False
    return isinstance(record, dict) and "not_measured" in record


def read_measured(path: Path) -> pd.DataFrame:
    """Read a measured table that `write_tables` wrote; names stay text, such as a question called 007."""
    from traceviz.measures.registry import names

    measured = _read(path)
    # JSON does not say that a column of nulls held numbers.
    return measured.astype({name: "float64" for name in names() if name in measured.columns})


def _read(path: Path) -> pd.DataFrame:
    import orjson
    from pyarrow import parquet

    if path.suffix == ".parquet":
        table = pd.read_parquet(path)
        provenance = (parquet.read_metadata(path).metadata or {}).get(b"traceviz")
        table.attrs = {"traceviz": json.loads(provenance)} if provenance else {}
        return table
    if path.suffix == ".csv":
        return pd.read_csv(path, dtype=dict.fromkeys(("trace_id", "question_id", "model", "provider"), "str"))
    with path.open("rb") as file:
        return pd.DataFrame([orjson.loads(line) for line in file if line.strip()])
