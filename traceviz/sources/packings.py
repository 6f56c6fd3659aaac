"""Bytes as they are unpacked: of a packed stream, and of a member of an archive."""

from __future__ import annotations

import io
import re
from typing import IO, Any, Final, Protocol, Self

from traceviz.schema import SourceError

#: Bytes read at a time.  With Python's default of 8 kB raw lines took four to five times as long.
BUFFER: Final = 1 << 20

#: Packed bytes fed to a decompressor at once.  The worst zstd frame turns 4 bytes into 128 kB, so this bounds the
#: memory that a hostile file can claim in one step to about 256 MB, the longest line that is read.
_PACKED: Final = 1 << 13


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


class Unpacked(Filled):
    """The plain bytes of a packed stream of one or several frames; a missing end is noted and not raised."""

    def __init__(self, file: Any, magic: bytes, notes: list[str]) -> None:
        super().__init__(file)
        self._make, self._magic, self._notes = _PACKINGS[magic], magic, notes
        self._decompressor: _Decompressor | None = self._make()
        self._left = b""  # of what was read, behind the end of a frame

    def _more(self) -> bytes:
        while self._decompressor is not None:
            packed, self._left = self._left or self._file.read(_PACKED), b""
            if not packed:
                self._stop(cut=not self._decompressor.eof)
                break
            if self._decompressor.eof:
                packed = packed.lstrip(b"\0")  # tar and tape writers pad with zeros
                if not packed:
                    continue
                if not packed.startswith(self._magic[: len(packed)]) and not _SKIPPED_FRAME.match(packed):
                    self._stop(cut=True)
                    break
                self._decompressor = self._make()
            try:
                plain = self._decompressor.decompress(packed)
            except Exception:  # noqa: BLE001  (each format has its own error; all mean that the rest is unreadable)
                self._stop(cut=True)
                break
            if self._decompressor.eof:
                self._left = self._decompressor.unused_data
            if plain:
                return plain
        return b""

    def _stop(self, *, cut: bool) -> None:
        self._decompressor = None
        if cut:
            self._notes.append("truncated_container")


class Range(io.RawIOBase):
    """A stretch of a file; the place is set before each read, because members share the file."""

    def __init__(self, file: IO[bytes], start: int, length: int) -> None:
        super().__init__()
        self._file, self._at, self._left = file, start, length

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, target: Any, /) -> int:
        """Fill a buffer as far as the stretch goes."""
        self._file.seek(self._at)
        data = self._file.read(min(len(target), self._left))
        target[: len(data)] = data
        self._at += len(data)
        self._left -= len(data)
        return len(data)


class Bounded:
    """A member that may not be larger than the archive says."""

    def __init__(self, file: Any, size: int) -> None:
        self._file, self._left = file, size

    def read(self, size: int) -> bytes:
        """Read some bytes."""
        data: bytes = self._file.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise SourceError("unsafe_container: more bytes than the archive says")
        return data

    def close(self) -> None:
        """Close what is read."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class Checked(Filled):
    """The bytes of a member; where they break off, or are other than their checksum says, it is noted."""

    def __init__(self, file: Any, notes: list[str]) -> None:
        super().__init__(file)
        self._notes = notes

    def _more(self) -> bytes:
        try:
            return super()._more()
        except Exception:  # noqa: BLE001  (each method has its own error; all mean that the rest is unreadable)
            if "truncated_container" not in self._notes:
                self._notes.append("truncated_container")
            return b""


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


_ZSTD: Final = b"\x28\xb5\x2f\xfd"

#: First bytes of what is unpacked on the way.
_PACKINGS: Final = {
    b"\x1f\x8b": _gzip,
    _ZSTD: _zstd,
    b"BZh": _bzip2,
    b"\xfd7zXZ\x00": _xz,
}

#: A frame of zstd that holds no data; some writers, such as pzstd, begin with one.
_SKIPPED_FRAME: Final = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18", re.DOTALL)


def packing_of(head: bytes) -> bytes | None:
    """Give the first bytes that tell the packing of what begins with these, or None."""
    if _SKIPPED_FRAME.match(head):
        return _ZSTD
    return next((magic for magic in _PACKINGS if head.startswith(magic)), None)


def name_of_packing(magic: bytes) -> str:
    """Give what users call it."""
    return _PACKINGS[magic].__name__.strip("_")
