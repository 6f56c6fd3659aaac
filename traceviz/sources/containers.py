"""The bytes of a file, unpacked and recoded on the way.  What it is, is told by its first bytes, never by its name."""

from __future__ import annotations

import codecs
import io
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, Self

#: Bytes read at a time.  With Python's default of 8 kB raw lines took four to five times as long.
BUFFER: Final = 1 << 20

#: The same for what comes over a network: a request each.
FAR_BUFFER: Final = 1 << 22

#: Bytes of a stream that readers see before they say whether they know it.
HEAD: Final = 1 << 16

#: Packed bytes fed to a decompressor at once.  The worst zstd frame turns 4 bytes into 128 kB, so this bounds the
#: memory that a hostile file can claim in one step to about 256 MB, the longest line that is read.
_PACKED: Final = 1 << 13

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
    is_remote: bool = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for file in self.opened:
            file.close()

    def has_grown(self, size: int) -> bool:
        """Tell whether a plain file on disk has more bytes by now than were read."""
        if self.packings or not self.opened:
            return False
        try:
            return os.fstat(self.opened[0].fileno()).st_size > size
        except (OSError, AttributeError, ValueError):
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
        raw = io.BufferedReader(self.path.open("rb", buffering=0) if self.path else Filled(self.file), BUFFER)
        return unpacked(Stream(self.uri, self.relative, raw, opened=[raw] if self.path else []))


class _Decompressor(Protocol):
    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


class Filled(io.RawIOBase):
    """A readable that fills the buffer it is given, so that one look shows a whole head even of a pipe."""

    def __init__(self, file: Any) -> None:
        super().__init__()
        self._file = file
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def _more(self) -> bytes:
        return bytes(self._file.read(BUFFER))

    def readinto(self, target: Any, /) -> int:
        """Fill a buffer; less than all of it is the end."""
        filled = 0
        while filled < len(target):
            if not self._ready:
                self._ready = memoryview(self._more())
                if not self._ready:
                    break
            step = min(len(self._ready), len(target) - filled)
            target[filled : filled + step] = self._ready[:step]
            self._ready = self._ready[step:]
            filled += step
        return filled


class _Unpacked(Filled):
    """The plain bytes of a packed stream of one or several frames; a missing end is noted and not raised."""

    def __init__(self, file: Any, make: Callable[[], _Decompressor], magic: bytes, notes: list[str]) -> None:
        super().__init__(file)
        self._make, self._magic, self._notes = make, magic, notes
        self._decompressor: _Decompressor | None = make()

    def _more(self) -> bytes:
        while self._decompressor is not None:
            packed = self._decompressor.unused_data if self._decompressor.eof else b""
            packed = packed or self._file.read(_PACKED)
            if not packed:
                self._stop(cut=not self._decompressor.eof)
                break
            if self._decompressor.eof:
                packed = packed.lstrip(b"\0")  # tar and tape writers pad with zeros
                if not packed:
                    continue
                if not packed.startswith(self._magic[: len(packed)]):
                    self._stop(cut=True)
                    break
                self._decompressor = self._make()
            try:
                plain = self._decompressor.decompress(packed)
            except Exception:  # noqa: BLE001  (each format has its own error; all mean that the rest is unreadable)
                self._stop(cut=True)
                break
            if plain:
                return plain
        return b""

    def _stop(self, *, cut: bool) -> None:
        self._decompressor = None
        if cut:
            self._notes.append("truncated_container")


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


def _gzip() -> _Decompressor:
    import zlib

    decompressor: Any = zlib.decompressobj(wbits=31)
    return decompressor  # type: ignore[no-any-return]


def _zstd() -> _Decompressor:
    import zstandard

    decompressor: Any = zstandard.ZstdDecompressor().decompressobj()
    return decompressor  # type: ignore[no-any-return]


def _bzip2() -> _Decompressor:
    import bz2

    return bz2.BZ2Decompressor()


def _xz() -> _Decompressor:
    import lzma

    return lzma.LZMADecompressor()


#: First bytes of what is unpacked on the way.
_PACKINGS: Final = {
    b"\x1f\x8b": _gzip,
    b"\x28\xb5\x2f\xfd": _zstd,
    b"BZh": _bzip2,
    b"\xfd7zXZ\x00": _xz,
}

#: Byte-order marks of what is recoded; the four-byte ones first, because UTF-32's begins with UTF-16's.
_ENCODINGS: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}

#: First bytes of what is not read, with the code and the words for the user.
_REFUSED: Final = {
    b"version https://git-lfs": "lfs_pointer: only a Git LFS pointer is here, not the data; `git lfs pull` gets them",
    b"SQLite format 3\0": "unrelated_file: an SQLite database; export its table as JSON Lines or Parquet",
    b"\x89HDF": "unrelated_file: an HDF5 file; export its table as JSON Lines or Parquet",
    b"%PDF": "unrelated_file: a PDF",
    b"\x89PNG": "unrelated_file: a picture",
}

#: A pickle of protocol 2 to 5: the protocol, then a frame, a global, an empty container, a put …
_PICKLE: Final = re.compile(rb"\x80[\x02-\x05][\x95c}\](\x8c\x8aKMJXq]")


def refusal(head: bytes) -> str | None:
    """Say why a file with these first bytes is not read, or None."""
    if not head.strip():
        return "empty_file: nothing is in it"
    if _PICKLE.match(head):
        return "unsafe_container: a pickle, which can run code when it is opened, and so never is"
    return next((reason for magic, reason in _REFUSED.items() if head.startswith(magic)), None)


def unpacked(stream: Stream) -> Stream:
    """Unpack and recode a stream, layer by layer."""
    for _ in range(_MOST_LAYERS):
        head = stream.head()
        magic = next((magic for magic in _PACKINGS if head.startswith(magic)), None)
        if magic is None:
            break
        stream.packings.append(_PACKINGS[magic].__name__.strip("_"))
        raw = _Unpacked(stream.file, _PACKINGS[magic], magic, stream.notes)
        stream.file = io.BufferedReader(raw, BUFFER)
    encoding = _encoding(stream.head())
    if encoding:
        stream.notes.append("wrong_encoding")
        stream.file = io.BufferedReader(_Recoded(stream.file, encoding), BUFFER)
    return stream


def _encoding(head: bytes) -> str | None:
    for mark, encoding in _ENCODINGS.items():
        if head.startswith(mark):
            return encoding
    sample = head[:8]  # before the first text, which may be in any script
    if len(sample) >= 4 and sample[:1] in b'{["' and not any(sample[1::2]):
        return "utf-16-le"
    if len(sample) >= 4 and sample[1:2] in b'{["' and not any(sample[::2]):
        return "utf-16-be"
    return None
