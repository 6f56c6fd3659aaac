"""Parquet files, read batch by batch."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from traceviz.schema import SourceError
from traceviz.sources.containers import Stream
from traceviz.sources.fields import plan
from traceviz.sources.quarantine import Found, Rejected
from traceviz.sources.rescue import mended_bytes
from traceviz.sources.shapes import shapes

#: Rows that become Python objects at a time.
_ROWS: Final = 1000


#: What users call the format.
NAME: Final = "Parquet"


def knows(head: bytes) -> bool:
    """Tell Parquet by its magic."""
    return head.startswith(b"PAR1")


def records(stream: Stream) -> Iterator[Found | Rejected]:
    """Give one record a row; a group of rows that is damaged is one reject.

    A packed or piped file is held in memory, because Parquet is read from its end.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    file: Any = stream.file if stream.file.seekable() else io.BytesIO(stream.file.read())
    if stream.is_remote and file is stream.file:
        file = stream.file.raw  # pyarrow asks for whole columns; a buffer would fetch what lies between them
    try:
        table = pq.ParquetFile(file)
        columns = wanted(table.schema_arrow) if stream.is_remote else None
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise SourceError(f"truncated_container: a damaged Parquet file ({_in_words(error)})") from error
    for group in range(table.num_row_groups):
        try:
            for batch in table.iter_batches(batch_size=_ROWS, row_groups=[group], columns=columns):
                yield from rows_of(batch)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            facts = table.metadata.row_group(group)
            reason = f"a damaged group of {facts.num_rows} rows (number {group}: {_in_words(error)})"
            yield Rejected(reason, None, None, facts.total_byte_size, b"")


def _in_words(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def wanted(schema: Any) -> list[str]:
    """Give the columns that are fetched of a file far away: those that play a role, tell a shape, or are small.

    Texts and lists of no role stay where they are.
    """
    import pyarrow as pa

    names = list(schema.names)
    known = {name for fields in plan(tuple(names)).values() for name in fields}
    told = {key for shape in shapes() for key in shape.keys}
    types = pa.types
    return [
        field.name
        for field in schema
        if field.name in known
        or field.name in told
        or types.is_primitive(field.type)
        or types.is_dictionary(field.type)
    ]


def rows_of(batch: Any) -> Iterator[Found]:
    """Give one record a row of a batch."""
    try:
        rows = batch.to_pylist()
    except UnicodeDecodeError:
        yield from _mended(batch)
        return
    yield from map(Found, rows)


def _mended(batch: Any) -> Iterator[Found]:
    """Read text that is not UTF-8, which Arrow does not check, cell by cell."""
    import pyarrow as pa

    texts = {
        name: column.cast(pa.large_binary()).to_pylist()
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
    }
    rows = _others(batch, set(texts))
    for number, row in enumerate(rows):
        notes: list[str] = []
        cells: dict[str, str | None] = {}
        for name, raws in texts.items():
            raw = raws[number]
            cells[name] = None if raw is None else mended_bytes(raw, notes)
        value = {name: cells[name] if name in cells else row[name] for name in batch.schema.names}
        yield Found(value, notes=tuple(dict.fromkeys(notes)))


def _others(batch: Any, texts: set[str]) -> list[dict[str, Any]]:
    columns = {
        name: column.to_pylist()
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if name not in texts
    }
    return [{name: values[number] for name, values in columns.items()} for number in range(batch.num_rows)]
