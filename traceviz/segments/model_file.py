"""The file of the language model: named arrays in one Zstandard frame, with a header that says what they are.

Keys of words (40 bits of a hash) are kept as differences, byte by byte, because the bytes that hardly vary then stand
together and pack well.  The same arrays give the same bytes.
"""

from __future__ import annotations

import io
import json
import math
import mmap
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

#: What begins the unpacked file, with the version of its form.
_MAGIC: Final = b"traceviz language model 3\n"

#: Bits of a word's hash that are kept: one unknown word in a million is taken for a listed one.
KEY_BITS: Final = 40

_KEY_MASK: Final = np.uint64((1 << KEY_BITS) - 1)

#: A high level: the file is packed once and unpacked in every process.
_LEVEL: Final = 19


def write_tables(path: Path, tables: dict[str, NDArray[Any]]) -> None:
    """Write arrays; those of unsigned 64-bit numbers are keys below 2 ** `KEY_BITS`, written as differences.

    Raises
    ------
    ValueError
        When a key has more bits than are kept.
    """
    import zstandard

    header, body = [], []
    for name, array in tables.items():
        is_key = array.dtype == np.uint64
        if is_key and (array.ndim != 1 or bool((array > _KEY_MASK).any())):
            raise ValueError(f"The keys {name!r} are no flat array of numbers of {KEY_BITS} bits; shift the hashes.")
        data = _planes(array) if is_key else np.ascontiguousarray(array)
        header.append([name, "key" if is_key else data.dtype.str, list(data.shape)])
        body.append(data.tobytes())
    packed = _MAGIC + json.dumps(header).encode() + b"\n" + b"".join(body)
    path.write_bytes(zstandard.ZstdCompressor(level=_LEVEL).compress(packed))


def read_tables(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays of a file that `write_tables` wrote.

    Each is unpacked into memory of its own that goes back to the system when the caller drops the array.

    Raises
    ------
    ValueError
        When the file is none of these, or is cut short.
    """
    import zstandard

    try:
        with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as stream:
            return _read(io.BufferedReader(stream), path.name)
    except zstandard.ZstdError as error:
        raise ValueError(_foreign(path.name)) from error


def _read(stream: io.BufferedReader, name: str) -> dict[str, NDArray[Any]]:
    """Read the header and the arrays that it names."""
    if stream.read(len(_MAGIC)) != _MAGIC:
        raise ValueError(_foreign(name))
    tables: dict[str, NDArray[Any]] = {}
    for table, kind, shape in json.loads(stream.readline()):
        array = _own_memory(tuple(shape), np.dtype(np.uint8 if kind == "key" else kind))
        if not _fill(stream, array.reshape(-1).view(np.uint8).data):
            raise ValueError(f"{name} is cut short: its table {table!r} is not whole.  Install traceviz again.")
        tables[table] = _keys(array) if kind == "key" else array
    return tables


def _own_memory(shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Make an array outside the heap, whose gaps the allocator would keep."""
    n = math.prod(shape)
    return np.frombuffer(mmap.mmap(-1, max(n * dtype.itemsize, 1)), dtype=dtype, count=n).reshape(shape)


def _fill(stream: io.BufferedReader, memory: memoryview) -> bool:
    """Read until the memory is full; tell whether there was enough."""
    at = 0
    while at < len(memory) and (n := stream.readinto(memory[at:])):
        at += n
    return at == len(memory)


def _foreign(name: str) -> str:
    """Say that a file holds no language model."""
    return f"{name} is no language model of this version; make it with tools/make_language_model.py."


def _planes(keys: NDArray[np.uint64]) -> NDArray[np.uint8]:
    """Turn keys into the bytes of their differences, a row a byte."""
    difference = np.diff(keys, prepend=np.uint64(0)) & _KEY_MASK
    return np.stack([(difference >> np.uint64(shift)).astype(np.uint8) for shift in range(0, KEY_BITS, 8)])


def _keys(planes: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Turn the bytes of differences back into keys."""
    keys = _own_memory((planes.shape[1], 8), np.dtype(np.uint8))
    keys[:, : len(planes)] = planes.T
    flat = keys.reshape(-1).view("<u8").astype(np.uint64, copy=False)
    np.cumsum(flat, out=flat)
    flat &= _KEY_MASK
    return flat
