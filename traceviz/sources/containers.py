"""The bytes of a file, unpacked and recoded on the way.  What it is, is told by its first bytes, never by its name."""

from __future__ import annotations

import codecs
import io
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from traceviz.sources.packings import BUFFER, Filled, Unpacked, name_of_packing, packing_of

#: The same for what comes over a network: a request each.
FAR_BUFFER: Final = 1 << 22

#: Bytes of a stream that readers see before they say whether they know it.
HEAD: Final = 1 << 16

#: How often a stream may be packed in another one.
_MOST_LAYERS: Final = 3


@dataclass(slots=True)
class Stream:
    """The unpacked bytes of one file.

    Attributes
    ----------
    uri
        The file as the user knows it.
    relative
        The file seen from what was loaded; ids are made of it, so that they survive a move of the folder.
    file
        Buffered bytes.
    notes
        Diagnostic codes of the whole file, such as ``truncated_container``; complete when the file was read.
    opened
        What has to be closed.
    packings
        How the bytes were packed, from outside in.
    facts
        What the file says of all its records, such as the model in the header of a log.
    size
        Bytes of a file on disk when it was opened.
    member
        The name of the file within its archive.
    is_remote
        Whether every byte comes over a network: what is not needed is then not read.
    """

    uri: str
    relative: str
    file: io.BufferedReader[Any]
    notes: list[str] = field(default_factory=list)
    opened: list[Any] = field(default_factory=list)
    packings: list[str] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)
    size: int | None = None
    member: str | None = None
    is_remote: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for file in self.opened:
            file.close()

    def has_grown(self, n_read: int) -> bool:
        """Tell whether a plain file on disk is being written to: it has more bytes than were read, or had fewer."""
        if self.packings or self.size is None:
            return False
        try:
            return n_read > self.size or os.fstat(self.opened[0].fileno()).st_size > n_read
        except (OSError, ValueError):
            return False

    def head(self) -> bytes:
        """Give the first bytes and leave them in the stream."""
        return self.file.peek(HEAD)[:HEAD]


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read: at a path, open already, or far away and opened by ``fetch``."""

    uri: str
    relative: str
    path: Path | None = None
    file: Any = None
    fetch: Callable[[], Any] | None = None

    def open(self) -> Stream:
        """Open the file, unpack and recode it."""
        if self.fetch is not None:
            far = io.BufferedReader(self.fetch(), FAR_BUFFER)
            return unpacked(Stream(self.uri, self.relative, far, opened=[far], is_remote=True))
        if self.path is None:
            return unpacked(Stream(self.uri, self.relative, io.BufferedReader(Filled(self.file), BUFFER)))
        file = self.path.open("rb", buffering=0)
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):  # a pipe with a name, such as a shell makes for <(…)
            return unpacked(Stream(self.uri, self.relative, io.BufferedReader(Filled(file), BUFFER), opened=[file]))
        raw = io.BufferedReader(file, BUFFER)
        return unpacked(Stream(self.uri, self.relative, raw, opened=[raw], size=status.st_size))


class _Recoded(Filled):
    """UTF-16 or UTF-32 as UTF-8."""

    def __init__(self, file: Any, encoding: str) -> None:
        super().__init__(file)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")

    def _more(self) -> bytes:
        while raw := self._file.read(BUFFER):
            if text := self._decoder.decode(raw):
                return text.encode()
        return self._decoder.decode(b"", final=True).encode()


#: Byte-order marks of what is recoded; the four-byte ones first, because UTF-32's begins with UTF-16's.
_ENCODINGS: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: The same without a mark: letters of ASCII, each beside its NUL.
_WITHOUT_MARK: Final = [
    (4, re.compile(rb"(?:[\t\r\n -~]\0\0\0){2,}"), "utf-32-le"),
    (4, re.compile(rb"(?:\0\0\0[\t\r\n -~]){2,}"), "utf-32-be"),
    (2, re.compile(rb"(?:[\t\r\n -~]\0){2,}"), "utf-16-le"),
    (2, re.compile(rb"(?:\0[\t\r\n -~]){2,}"), "utf-16-be"),
]


def unpacked(stream: Stream) -> Stream:
    """Unpack and recode a stream, layer by layer."""
    for _ in range(_MOST_LAYERS):
        head = stream.head()
        magic = packing_of(head)
        if magic is None:
            break
        stream.packings.append(name_of_packing(magic))
        stream.file = io.BufferedReader(Unpacked(stream.file, magic, stream.notes), BUFFER)
    encoding = _encoding(stream.head())
    if encoding:
        stream.notes.append("wrong_encoding")
        stream.file = io.BufferedReader(_Recoded(stream.file, encoding), BUFFER)
    return stream


def _encoding(head: bytes) -> str | None:
    for mark, encoding in _ENCODINGS.items():
        if head.startswith(mark):
            return encoding
    for n_bytes, pattern, encoding in _WITHOUT_MARK:
        sample = head[: 8 if n_bytes == 2 else 16]  # before the first text, which may be in any script
        if pattern.fullmatch(sample):
            return encoding
    return None
