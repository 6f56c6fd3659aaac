"""Arrow files and streams, such as the ``data-*.arrow`` that the library datasets saves."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

from traceviz.schema import SourceError
from traceviz.sources.containers import Stream
from traceviz.sources.parquet import rows_of
from traceviz.sources.quarantine import Found

#: What users call the format.
NAME: Final = "Arrow"

#: A file begins with its name, a stream with a continuation mark, then the length of its schema, a multiple of 8.
_FILE: Final = b"ARROW1\0\0"
_STREAM: Final = b"\xff\xff\xff\xff"


def knows(head: bytes) -> bool:
    """Tell Arrow by its magic."""
    return head.startswith(_FILE) or (head.startswith(_STREAM) and head[4:5] != b"\xff" and b"\0" in head[4:12])


def records(stream: Stream) -> Iterator[Found]:
    """Give one record a row; a stream that breaks off gives the batches before the break."""
    import pyarrow as pa

    try:
        batches = _batches(stream)
    except (pa.ArrowException, OSError, EOFError) as error:
        raise SourceError(f"truncated_container: a damaged Arrow file ({str(error).splitlines()[0]})") from error
    while True:
        try:
            batch = next(batches, None)
        except (pa.ArrowException, OSError, EOFError):
            stream.notes.append("truncated_container")
            return
        if batch is None:
            return
        yield from rows_of(batch)


def _batches(stream: Stream) -> Iterator[Any]:
    """Give the batches of a stream, or of a file, which is a stream with a table of contents behind it."""
    import pyarrow as pa

    if not stream.head().startswith(_FILE):
        return iter(pa.ipc.open_stream(stream.file))
    file: Any = stream.file if stream.file.seekable() else io.BytesIO(stream.file.read())
    try:
        reader = pa.ipc.open_file(file)
    except (pa.ArrowException, OSError):
        stream.notes.append("truncated_container")
        file.seek(len(_FILE))
        return iter(pa.ipc.open_stream(file))
    return (reader.get_batch(number) for number in range(reader.num_record_batches))
