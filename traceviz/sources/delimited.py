"""Tables as text: comma-, tab- or semicolon-separated, with a header."""

from __future__ import annotations

import codecs
import csv
import io
import sys
from collections.abc import Iterator
from typing import Final

from traceviz.sources.containers import Stream
from traceviz.sources.quarantine import Found, Rejected

#: What may separate the cells, the likeliest first.
_SEPARATORS: Final = (",", "\t", ";")

#: A header's cell is a name and not a sentence.
_LONGEST_NAME: Final = 64


#: What users call the format.
NAME: Final = "delimited text"


def knows(head: bytes) -> bool:
    """Tell a table by a header of several distinct names above rows with as many cells."""
    text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    return "\0" not in text and _separator(text) is not None


def _separator(text: str) -> str | None:
    best: tuple[int, str] | None = None
    for separator in _SEPARATORS:
        rows = _first_rows(text, separator)
        if not rows or not _is_header(rows[0]):
            continue
        # A long cell may leave no second row in the head; then the header has to be convincing alone.
        if len(rows) > 1 and len(rows[1]) != len(rows[0]):
            continue
        if len(rows) == 1 and " " in "".join(rows[0]):
            continue
        if best is None or len(rows[0]) > best[0]:
            best = (len(rows[0]), separator)
    return best[1] if best else None


def _first_rows(text: str, separator: str) -> list[list[str]]:
    lines = io.StringIO(text, newline="")
    rows: list[list[str]] = []
    _raise_limit()
    try:
        for row in csv.reader(lines, delimiter=separator, strict=True):
            if row:
                rows.append(row)
            if len(rows) == 2:
                break
    except csv.Error:
        pass  # the head cuts a quoted cell in two
    return rows


def _is_header(cells: list[str]) -> bool:
    names = [cell.strip() for cell in cells]
    return (
        len(names) > 1
        and len(set(names)) == len(names)
        and names.count("") <= 1  # pandas writes its index without a name
        and all(len(name) <= _LONGEST_NAME and "\n" not in name for name in names)
        and not any(name.replace(".", "", 1).isdigit() for name in names)
        and not any(mark in name for name in names for mark in "{}[]<>")
    )


def _raise_limit() -> None:
    """Allow long cells; Python's own limit is 131,072 characters."""
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))


def records(stream: Stream) -> Iterator[Found | Rejected]:
    """Give one record a row; an empty cell is a missing value, a row with other than the header's cells a reject."""
    separator = _separator(stream.head().removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")) or ","
    _raise_limit()
    text = io.TextIOWrapper(stream.file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    rows = csv.reader(_without_nul(text), delimiter=separator)
    header = [_cell(name.strip(), set()) or "index" for name in next(rows)]
    while True:
        line = rows.line_num + 1
        try:
            row = next(rows)
        except StopIteration:
            break
        except csv.Error as error:
            yield Rejected(f"not delimited text: {error}", line, None, 0, b"")
            continue
        if len(row) == len(header):
            notes: set[str] = set()
            value = {name: _cell(cell, notes) for name, cell in zip(header, row, strict=True)}
            yield Found(value, line, None, (*notes,))
        elif row:
            raw = separator.join(row).encode("utf-8", "surrogateescape")
            reason = f"a row of {len(row)} cells under a header of {len(header)}"
            yield Rejected(reason, line, None, len(raw), raw[:200])
    text.detach()


def _without_nul(lines: io.TextIOWrapper) -> Iterator[str]:
    # Python 3.11's csv refuses no NUL, older habits of writers leave some at the end of a killed file.
    for line in lines:
        if line.strip("\0"):
            yield line


def _cell(cell: str, notes: set[str]) -> str | None:
    if not cell:
        return None
    if not cell.isascii():
        try:
            cell.encode()
        except UnicodeEncodeError:
            notes.add("invalid_utf8_replaced")
            return cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return cell
