"""Read files and records: the way to the traces table.

A format is a module with two functions: ``knows(head: bytes) -> bool`` says whether a stream that begins with these
bytes is of the format, and ``records(stream) -> Iterator[Found | Rejected]`` gives its records and what could not be
read, each with its place.  To add one, write the module and put its name into `READERS`.
"""

from typing import Final

#: Modules that read formats, asked in this order; the first that knows the first bytes reads the stream.
READERS: Final = ("parquet", "arrow", "sse", "text", "jsonlines", "json_values", "delimited")
