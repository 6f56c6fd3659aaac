"""Zip archives whose directory is missing, because their writer was killed: members are found by their own headers."""

from __future__ import annotations

import struct
import zlib
from typing import IO, Any, Final, NamedTuple

#: The first bytes of a member.
LOCAL: Final = b"PK\x03\x04"

#: Bytes of members that are held at once.  An archive that was cut is small: a log of one run.
_MOST: Final = 1 << 30

#: Bytes that one member unpacks to; what claims to be more is passed over.
_MOST_PLAIN: Final = 1 << 28

#: Packed bytes fed to a decompressor at once, so that a bomb is seen early.
_STEP: Final = 1 << 13

_DEFLATE, _ZSTD = 8, 93


class _Header(NamedTuple):
    flags: int
    method: int
    crc: int
    packed: int
    plain: int
    name: str
    body: int


def whole_members(file: IO[bytes]) -> dict[str, bytes]:
    """Give the members that are whole, by name; of one name, the last.

    Parameters
    ----------
    file
        A seekable file that begins with the header of a member.
    """
    file.seek(0)
    data = file.read(_MOST)
    found: dict[str, bytes] = {}
    at = 0
    while sum(map(len, found.values())) < _MOST and (header := _header(data, at)) is not None:
        content, end = _content(data, header)
        if content is None:
            break
        if content is not _UNREADABLE and not header.name.endswith("/"):
            found[header.name] = content
        at = data.find(LOCAL, end)
        if at < 0:
            break
    return found


#: A member that is passed over: encrypted, or packed in another way.
_UNREADABLE: Final = b"unreadable member"


def _header(data: bytes, at: int) -> _Header | None:
    if at < 0 or data[at : at + 4] != LOCAL or len(data) < at + 30:
        return None
    flags, method, _, _, crc, packed, plain, n_name, n_extra = struct.unpack("<HHHHIIIHH", data[at + 6 : at + 30])
    name = data[at + 30 : at + 30 + n_name].decode("utf-8" if flags & 0x800 else "cp437", "replace")
    if 0xFFFFFFFF in (packed, plain):
        packed, plain = _long_sizes(data[at + 30 + n_name : at + 30 + n_name + n_extra], packed, plain)
    return _Header(flags, method, crc, packed, plain, name, at + 30 + n_name + n_extra)


def _long_sizes(extra: bytes, packed: int, plain: int) -> tuple[int, int]:
    """Read the sizes of the zip64 field."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack("<HH", extra[at : at + 4])
        if kind == 1 and size >= 16:
            plain, packed = struct.unpack("<QQ", extra[at + 4 : at + 20])
            break
        at += 4 + size
    return packed, plain


def _content(data: bytes, header: _Header) -> tuple[bytes | None, int]:
    """Give what a member holds, None if it breaks off, and where it ends."""
    if header.flags & 1:
        return _UNREADABLE, header.body + header.packed
    if header.flags & 8 and not header.packed:
        return _streamed(data, header)
    end = header.body + header.packed
    if end > len(data):
        return None, len(data)
    content = _unpack(data[header.body : end], header.method)
    if (
        content is not None
        and content is not _UNREADABLE
        and zlib.crc32(content) != header.crc
        and not header.flags & 8
    ):
        return None, end
    return content, end


def _streamed(data: bytes, header: _Header) -> tuple[bytes | None, int]:
    """Read a member whose end only its packing tells."""
    unpacker = _unpacker(header.method)
    if unpacker is None:
        return _UNREADABLE, header.body
    content, used = _bounded(unpacker, data[header.body :])
    if content is not _UNREADABLE and not unpacker.eof:
        return None, len(data)
    return content, header.body + used


def _unpack(packed: bytes, method: int) -> bytes | None:
    if method == 0:
        return packed
    plain = b""
    while packed:  # a member packed by zstd may have several frames
        unpacker = _unpacker(method)
        if unpacker is None:
            return _UNREADABLE
        content, used = _bounded(unpacker, packed)
        if content is None or content is _UNREADABLE or len(plain) + len(content) > _MOST_PLAIN:
            return content and _UNREADABLE
        plain += content
        packed = packed[used:] if method == _ZSTD else b""
    return plain


def _unpacker(method: int) -> Any:
    """Give what unpacks a method step by step; None for a method that is not read."""
    if method == _DEFLATE:
        return zlib.decompressobj(-15)
    if method == _ZSTD:
        import zstandard

        return zstandard.ZstdDecompressor().decompressobj()
    return None


def _bounded(unpacker: Any, packed: bytes) -> tuple[bytes | None, int]:
    """Unpack to the end of a frame, and count the bytes that it takes.

    None if the bytes are damaged, what marks the unreadable if they are a bomb.
    """
    pieces: list[bytes] = []
    size = used = 0
    for start in range(0, len(packed), _STEP):
        step = packed[start : start + _STEP]
        try:
            piece = unpacker.decompress(step)
        except Exception:  # noqa: BLE001  (zlib and zstd have errors of their own; all mean that it breaks off)
            return None, len(packed)
        pieces.append(piece)
        size += len(piece)
        used = start + len(step) - len(unpacker.unused_data)
        if size > _MOST_PLAIN:
            return _UNREADABLE, used
        if unpacker.eof:
            break
    return b"".join(pieces), used
