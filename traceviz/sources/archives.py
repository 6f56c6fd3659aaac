"""Members of zip and tar archives, read as they stand: nothing is ever written to disk under a name of theirs.

Inspect's ``.eval`` logs are zip archives whose members are packed with zstd (method 93), which Python's `zipfile` does
not read before 3.14.  What only a hostile archive does is refused, member by member: names that lead out of a folder,
links, encryption, members that lie over each other, and sizes that no text reaches.
"""

from __future__ import annotations

import io
import stat
import struct
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from typing import IO, Any, Final, NamedTuple

import orjson

from traceviz.schema import SourceError
from traceviz.sources.broken_zips import LOCAL, whole_members
from traceviz.sources.containers import Stream, unpacked
from traceviz.sources.packings import BUFFER, Bounded, Checked, Range
from traceviz.sources.places import natural

#: A member that unpacks to more than this, and to more than so many times its size, is taken for a bomb.
MOST_BYTES, MOST_TIMES = 1 << 28, 2_000

#: Bytes of an archive from a pipe that are kept in memory; the rest goes into a nameless file.
_IN_MEMORY: Final = 1 << 26

#: Where a tar archive says that it is one.
_TAR: Final = slice(257, 262)

#: Methods of packing that are read: stored, deflate, bzip2, LZMA; zstd by our own way.
_METHODS: Final = frozenset({0, 8, 12, 14})
ZSTD: Final = 93

#: What lies beside the pickle in an archive of PyTorch.
_TORCH: Final = frozenset({"version", "byteorder", "constants.pkl", ".format_version"})

#: Members that an Inspect log keeps for itself, and what holds the facts of all its samples.
_HEADERS: Final = ("header.json", "_journal/start.json")


class Refused(NamedTuple):
    """A member that is not read, and why."""

    name: str
    reason: str


def is_archive(head: bytes) -> bool:
    """Tell an archive by its first bytes."""
    return head.startswith((LOCAL, b"PK\x05\x06")) or head[_TAR] == b"ustar"


def members(stream: Stream) -> Iterator[Stream | Refused]:
    """Give the members of an archive, each as a stream, in the order that a reader of their names expects.

    Raises
    ------
    SourceError
        When the archive cannot be read at all.
    """
    if stream.head()[_TAR] == b"ustar":
        yield from _of_tar(stream)
        return
    file = _seekable(stream.file)
    try:
        archive = zipfile.ZipFile(file)
    except Exception:  # noqa: BLE001  (a damaged directory raises whatever its bytes lead to)
        yield from _of_broken(stream, file)
        return
    with archive:
        yield from _of_zip(stream, archive, file)


def _seekable(file: Any) -> IO[bytes]:
    if file.seekable():
        whole: IO[bytes] = file
        return whole
    copy = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  (closed with the archive's stream)
    while piece := file.read(BUFFER):
        copy.write(piece)
    copy.seek(0)
    return copy


def _of_zip(stream: Stream, archive: zipfile.ZipFile, file: IO[bytes]) -> Iterator[Stream | Refused]:
    # A name that stands twice was written again after a retry: the last one counts.
    entries = {name: info for name, info in archive.NameToInfo.items() if name and not name.endswith("/")}
    if len({info.header_offset for info in entries.values()}) < len(entries):
        raise SourceError("unsafe_container: members of the archive lie over each other")
    names = list(entries)
    if (reason := _unsafe(names)) is not None:
        raise SourceError(reason)
    facts, wanted = _facts(names, lambda name: _bytes_of(archive, file, entries[name]), stream)
    for name in sorted(wanted, key=natural):
        reason = _refusal(entries[name])
        if reason:
            yield Refused(name, reason)
            continue
        try:
            raw = _open(archive, file, entries[name])
        except SourceError as error:
            yield Refused(name, str(error))
            continue
        yield _member(stream, name, raw, facts)


def _unsafe(names: list[str]) -> str | None:
    """Say what an archive is that other programs open by running what is in it, or None."""
    folders = {name.rpartition("/")[0] for name in names if name.rpartition("/")[2] == "data.pkl"}
    if any(name.rpartition("/")[0] in folders and name.rpartition("/")[2] in _TORCH for name in names):
        return "unsafe_container: saved by PyTorch as a pickle, which can run code when it is opened, and so never is"
    return None


def _facts(names: list[str], read: Any, stream: Stream) -> tuple[dict[str, Any], list[str]]:
    """Give what an Inspect log says of all its samples, and the members that are read: its samples alone."""
    is_log = any(name in names for name in _HEADERS) and any(
        name.startswith(("samples/", "_journal/")) for name in names
    )
    if not is_log:
        return {}, [name for name in names if not _is_hidden(name)]
    if "header.json" not in names:
        stream.notes.append("unfinished_log")
    for name in _HEADERS:
        if name in names:
            try:
                header = orjson.loads(read(name))
            except (orjson.JSONDecodeError, OSError, SourceError):
                continue
            if isinstance(header, dict):
                return {"header": header}, [each for each in names if each.startswith("samples/")]
    return {"header": {}}, [each for each in names if each.startswith("samples/")]


def _refusal(info: zipfile.ZipInfo) -> str | None:
    """Say why a member is not read, or None."""
    leads_out = _leads_out(info.filename)
    if leads_out:
        return leads_out
    if stat.S_ISLNK(info.external_attr >> 16):
        return "unsafe_container: a link"
    if info.flag_bits & 1:
        return "unsafe_container: it is encrypted; unpack it with its password"
    if info.compress_type not in _METHODS and info.compress_type != ZSTD:
        return f"unsafe_container: it is packed by method {info.compress_type}, which is not read; unpack it first"
    if info.file_size > MOST_BYTES and info.file_size > MOST_TIMES * max(info.compress_size, 1):
        return (
            f"unsafe_container: {info.compress_size} bytes that claim to unpack to {info.file_size}; if you trust it, "
            "unpack it first"
        )
    return None


def _is_hidden(name: str) -> bool:
    """Tell what file systems hide or leave behind; it is passed over as in a folder."""
    parts = name.replace("\\", "/").split("/")
    return any(part == "__MACOSX" or (part.startswith(".") and part not in (".", "..")) for part in parts)


def _leads_out(name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or parts[0].endswith(":"):
        return "unsafe_container: its name leads out of the archive"
    return None


def _open(archive: zipfile.ZipFile, file: IO[bytes], info: zipfile.ZipInfo) -> Any:
    """Open a member; zstd is read from its place in the file, across frames."""
    if info.compress_type != ZSTD:
        try:
            return archive.open(info)
        except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
            raise SourceError(f"truncated_container: {error}") from error
    import zstandard

    file.seek(info.header_offset)
    header = file.read(30)
    if len(header) < 30 or not header.startswith(LOCAL):
        raise SourceError("truncated_container: its header is not where the archive says")
    name, extra = struct.unpack("<HH", header[26:30])
    packed = Range(file, info.header_offset + 30 + name + extra, info.compress_size)
    plain = zstandard.ZstdDecompressor().stream_reader(io.BufferedReader(packed), read_across_frames=True)
    return Bounded(plain, info.file_size)


def _bytes_of(archive: zipfile.ZipFile, file: IO[bytes], info: zipfile.ZipInfo) -> bytes:
    reason = _refusal(info)
    if reason:
        raise SourceError(reason)
    with _open(archive, file, info) as raw:
        return Checked(raw, []).read()


def _member(stream: Stream, name: str, raw: Any, facts: dict[str, Any]) -> Stream:
    notes: list[str] = []
    member = Stream(
        f"{stream.uri}!{name}",
        f"{stream.relative}!{name}",
        io.BufferedReader(Checked(raw, notes), BUFFER),
        notes=notes,
        opened=[raw],
        packings=[*stream.packings, "zip" if stream.head()[_TAR] != b"ustar" else "tar"],
        facts=facts,
        member=name,
    )
    return unpacked(member)


def _of_broken(stream: Stream, file: IO[bytes]) -> Iterator[Stream | Refused]:
    """Give the members of an archive without its directory, which is written last, as far as they are whole."""
    stream.notes.append("truncated_container")
    found = whole_members(file)
    if not found:
        raise SourceError("truncated_container: a zip archive without its directory, and no member is whole")
    facts, wanted = _facts(list(found), found.__getitem__, stream)
    for name in sorted(wanted, key=natural):
        reason = _leads_out(name)
        yield Refused(name, reason) if reason else _member(stream, name, io.BytesIO(found[name]), facts)


def _of_tar(stream: Stream) -> Iterator[Stream | Refused]:
    try:
        with tarfile.open(fileobj=stream.file, mode="r|") as archive:
            for entry in archive:
                if entry.isdir() or _is_hidden(entry.name):
                    continue
                reason = _leads_out(entry.name) or (None if entry.isfile() else "unsafe_container: not a regular file")
                if reason:
                    yield Refused(entry.name, reason)
                else:
                    yield _member(stream, entry.name, archive.extractfile(entry), {})
    except tarfile.TarError:
        stream.notes.append("truncated_container")
