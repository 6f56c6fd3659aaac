"""Which reader reads a stream: told by its first bytes, never by its name."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import PurePosixPath
from typing import Any, Final

from traceviz.schema import SourceError
from traceviz.sources import READERS
from traceviz.sources.archives import is_archive
from traceviz.sources.containers import Stream

#: First bytes of what is not read, with the code and the words for the user.
_REFUSED: Final = {
    b"version https://git-lfs": "lfs_pointer: only a Git LFS pointer is here, not the data; `git lfs pull` gets them",
    b"SQLite format 3\0": "unrelated_file: an SQLite database; export its table as JSON Lines or Parquet",
    b"\x93NUMPY": "unrelated_file: a NumPy array",
    b"\x89HDF": "unrelated_file: an HDF5 file; export its table as JSON Lines or Parquet",
    b"%PDF": "unrelated_file: a PDF",
    b"\x89PNG": "unrelated_file: a picture",
}

#: A pickle of protocol 2 to 5: the protocol, then a frame, a global, an empty container, a put …; or of 0 or 1: the
#: mark and the number of a container, or the name of what is called.
_PICKLE: Final = re.compile(
    rb"\x80[\x02-\x05][\x95c}\](\x8c\x8aKMJXq]|\([dl]p?\d*\n|[}\]]q\0|c[A-Za-z_][\w.]*\n[A-Za-z_][\w.]*\n"
)

#: A NumPy array of Python objects, which are pickled.
_OBJECTS: Final = re.compile(rb"\x93NUMPY[^\n]{0,500}'descr':[^\n]{0,500}O")


def refusal(head: bytes) -> str | None:
    """Say why a file with these first bytes is not read, or None."""
    if not head.strip():
        return "empty_file: nothing is in it"
    if _PICKLE.match(head):
        return "unsafe_container: a pickle, which can run code when it is opened, and so never is"
    if _OBJECTS.match(head):
        return "unsafe_container: a NumPy array of pickled objects, which can run code, and so never is opened"
    return next((reason for magic, reason in _REFUSED.items() if head.startswith(magic)), None)


def reader_of(stream: Stream) -> Any:
    """Give the module that knows a stream.

    Raises
    ------
    SourceError
        When none does; the message is the reason why the file is skipped.
    """
    head = stream.head()
    reason = refusal(head)
    if not head and stream.notes:
        reason = f"{stream.notes[0]}: it breaks off before anything whole"
    if is_archive(head):
        reason = "unrelated_file: an archive within an archive; unpack the outer one"
    if reason is not None:
        raise SourceError(reason)
    for name in READERS:
        module = import_module(f"traceviz.sources.{name}")
        if module.knows(head):
            return module
    raise SourceError("unrelated_file: neither JSON, CSV with a header nor Parquet")


#: What the ends of names promise.
_PROMISED: Final = {
    ".jsonl": ("JSON Lines",), ".ndjson": ("JSON Lines",), ".json": ("JSON", "JSON Lines"), ".txt": ("plain text",),
    ".csv": ("delimited text",), ".tsv": ("delimited text",), ".parquet": ("Parquet",), ".arrow": ("Arrow",),
    ".zip": (), ".tar": (), ".eval": (),
}  # fmt: skip
_PACKED: Final = re.compile(r"\.(?:gz|zst|zstd|bz2|xz)$", re.IGNORECASE)


def is_misnamed(stream: Stream, found: str) -> bool:
    """Tell whether a file's name promises another format, or another packing, than its content has."""
    name = stream.relative.rpartition("!")[2]
    packed = _PACKED.search(name)
    promised = _PROMISED.get(PurePosixPath(_PACKED.sub("", name)).suffix.lower())
    if promised is not None and found not in promised:
        return True
    is_packed = any(packing not in ("zip", "tar") for packing in stream.packings)
    return (packed is not None) != is_packed and (packed is not None or promised is not None)
