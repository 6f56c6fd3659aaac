"""Tables as text: comma-, tab- or semicolon-separated, with a header."""

from __future__ import annotations

import ast
import codecs
import csv
import io
import re
import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

import orjson

from traceviz.sources.containers import Stream
from traceviz.sources.fields import ALIASES, TEXT_ROLES
from traceviz.sources.quarantine import Found, Rejected, set_aside
from traceviz.sources.rescue import mended_bytes

#: What may separate the cells, the likeliest first.
_SEPARATORS: Final = (",", "\t", ";")

#: A header's cell is a name and not a sentence.
_LONGEST_NAME: Final = 64


#: Names of fields that hold texts: with one of these a header is a header, whatever stands below.
_KNOWN: Final = frozenset(alias for role in TEXT_ROLES for alias in ALIASES[role])

#: Columns whose cells are lists: pandas writes them as Python does, others as JSON.
_LISTS: Final = frozenset({*ALIASES["samples"], *ALIASES["messages"], "choices", "message", "candidates"})
_MOST_LITERAL: Final = 1_000_000

#: The most that one row can be before it is taken for a quotation mark that was never closed.
_MOST_LINES: Final = 10_000
_MOST_CHARACTERS: Final = 16_000_000

#: The most characters of one line that are read at once; what follows counts as lines of its own.
_MOST_LINE: Final = 1 << 28

#: What users call the format.
NAME: Final = "delimited text"


def knows(head: bytes) -> bool:
    """Tell a table by a header of several distinct names above rows with as many cells."""
    text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    if "\0" not in text:
        return _separator(text) is not None
    first = text.split("\n", 1)[0]  # texts may hold NUL, but not the names of columns
    names = {name.strip(' "\r').lower() for name in re.split("[,;\t]", first)}
    return "\0" not in first and not _KNOWN.isdisjoint(names) and _separator(text) is not None


def _separator(text: str) -> str | None:
    best: tuple[int, str] | None = None
    for separator in _SEPARATORS:
        rows = _first_rows(text, separator)
        if not rows or not _is_header(rows[0]):
            continue
        # A long cell may leave no second row in the head; then the header has to be convincing alone.
        known = any(name.strip().lower() in _KNOWN for name in rows[0])
        if not known and len(rows) > 1 and len(rows[1]) != len(rows[0]):
            continue
        if not known and len(rows) == 1 and " " in "".join(rows[0]):
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
        (len(names) > 1 or names[0].lower() in _KNOWN)
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
    """Give one record a row; an empty cell is a missing value, a row with other than the header's cells a reject.

    A quotation mark that never closes costs its own line: reading goes on with the next one.
    """
    separator = _separator(stream.head().removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")) or ","
    _raise_limit()
    text = io.TextIOWrapper(stream.file, encoding="utf-8-sig", errors="surrogateescape", newline="")
    lines = _Lines(text)
    header: list[str] | None = None
    offset = len(codecs.BOM_UTF8) if stream.head().startswith(codecs.BOM_UTF8) else 0
    while lines.more():
        number, held = lines.number, lines.record(separator)
        row = _parsed(held, separator)
        begin = offset
        if header is None:
            if row != []:  # blank lines may stand before it
                header = [_cell(name.strip(), set()) or "index" for name in row or held]
        elif row is not None and len(row) == len(header):
            notes: set[str] = set()
            value = {name: _read(name, cell, notes) for name, cell in zip(header, row, strict=True)}
            yield Found(value, number, begin, (*notes,))
        elif row or row is None:
            alone = len(held) == 1
            lines.put_back(held[1:])
            del held[1:]
            raw = held[0].rstrip("\r\n").encode("utf-8", "surrogateescape")
            reason = "a quotation mark that is not closed"
            if alone and row:
                reason = f"a row of {len(row)} cells under a header of {len(header)}"
            yield set_aside(reason, number, begin, raw)
        offset += sum(map(_size, held))
    text.detach()


class _Lines:
    """Lines of a file that can be put back."""

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._fresh = iter(lambda: text.readline(_MOST_LINE), "")
        self._back: deque[str] = deque()
        #: The number of the next line, from 1.
        self.number = 1

    def more(self) -> bool:
        if not self._back:
            self._back.extend(islice(self._fresh, 1))
        return bool(self._back)

    def put_back(self, lines: list[str]) -> None:
        self._back.extendleft(reversed(lines))
        self.number -= len(lines)

    def record(self, separator: str) -> list[str]:
        """Take the lines of one record: more than one where a line ends inside a quoted cell."""
        held: list[str] = []
        inside, size = False, 0
        while self.more() and len(held) < _MOST_LINES and size < _MOST_CHARACTERS:
            line = self._back.popleft()
            self.number += 1
            held.append(line)
            size += len(line)
            inside = _ends_inside(line, separator, inside=inside)
            if not inside:
                break
        return held


def _ends_inside(line: str, separator: str, *, inside: bool) -> bool:
    """Tell whether a line ends inside a quoted cell, given whether it began in one."""
    at = line.find('"')
    while at >= 0:
        if not inside:
            inside = at == 0 or line[at - 1] == separator
        elif line[at + 1 : at + 2] == '"':
            at += 1
        else:
            inside = False
        at = line.find('"', at + 1)
    return inside


def _parsed(lines: list[str], separator: str) -> list[str] | None:
    """Give the cells of a record; an empty list for a blank line, None if the lines are no record."""
    if not lines[0].strip("\0\r\n"):
        return []  # a writer that is killed leaves NUL
    try:
        # What follows a closing mark inside a line is let pass; over several lines it shows a mark gone astray.
        rows = list(csv.reader(lines, delimiter=separator, strict=len(lines) > 1))
    except csv.Error:
        return None
    if len(rows) > 1 or (rows and _ends_inside(lines[0], separator, inside=False) and len(lines) == 1):
        return None
    return rows[0] if rows else []


def _size(line: str) -> int:
    """Give the bytes of a line."""
    return len(line) if line.isascii() else len(line.encode("utf-8", "surrogateescape"))


def _read(name: str, cell: str, notes: set[str]) -> Any:
    """Read a cell: in a column of samples or messages, a list that was written as text."""
    if cell[:1] in "[{" and name.lower() in _LISTS:
        for read in (orjson.loads, ast.literal_eval) if len(cell) < _MOST_LITERAL else (orjson.loads,):
            try:
                value = read(cell)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
            if isinstance(value, list | dict):
                notes.add("string_list_parsed")
                return value
    return _cell(cell, notes)


def _cell(cell: str, notes: set[str]) -> str | None:
    if not cell:
        return None
    if not cell.isascii():
        try:
            cell.encode()
        except UnicodeEncodeError:
            found: list[str] = []
            text = mended_bytes(cell.encode("utf-8", "surrogateescape"), found)
            notes.update(found)
            return text
    return cell
