"""Write the reading of one trace for a terminal, with or without colours."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from traceviz.plots import palette
from traceviz.reports.pieces import PLAIN, Piece, Reading
from traceviz.reports.visible import visible

#: Spans listed below the text where nothing in it can be underlined.
_MOST_LISTED: Final = 20

#: Levels of the six steps of red, green and blue in the colours 16-231 of a terminal.
_LEVELS: Final = (0, 95, 135, 175, 215, 255)

_RESET: Final = "\x1b[0m"


def write(reading: Reading, *, colours: bool, width: int | None) -> str:
    """Give the lines of a terminal: a head line, the text with its pieces marked, the evidence.

    Parameters
    ----------
    reading
        What is to be shown.
    colours
        Mark pieces by ANSI colours and underlines; otherwise foreign pieces stand in brackets with their language.
    width
        Columns after which a line goes on in the next one; left to the terminal when None.
    """
    facts = [f"{name} {visible(value)}" for name, value in reading.facts] + [visible(count) for count in reading.counts]
    lines = [
        " · ".join([visible(reading.trace_id), *facts]),
        _legend(reading, colours=colours),
        visible(reading.remark),
    ]
    text = _coloured(reading.pieces, width) if colours else _wrap("".join(_bracketed(reading.pieces)), width, 0)[0]
    listed = [] if colours else _listed(reading)
    return "\n".join([*filter(None, lines), "", text, *listed])


def _legend(reading: Reading, *, colours: bool) -> str:
    names = [
        f"{_background(category)} {visible(words)} {_RESET}" if colours else visible(words)
        for category, words in reading.categories
        if category not in PLAIN
    ]
    modes = [f"{visible(mode)} {count}" for mode, count in reading.modes]
    found = f"spans: {', '.join(modes)}" if modes else ""
    return " ".join(names) + ("; " if names and found else "") + found


def _bracketed(pieces: list[Piece]) -> Iterator[str]:
    """Put each run of pieces of one foreign language in brackets."""
    opened = ""
    for piece in pieces:
        foreign = piece.category if piece.category not in palette.QUIET else ""
        if opened and foreign != opened:
            yield "⟧"
        if foreign and foreign != opened:
            yield f"⟦{visible(foreign)}:"
        opened = foreign
        yield piece.text
    if opened:
        yield "⟧"


def _listed(reading: Reading) -> list[str]:
    if not reading.spans:
        return []
    lines = [f"  {span.start}-{span.end} {visible(str(span))}" for span in reading.spans[:_MOST_LISTED]]
    more = len(reading.spans) - len(lines)
    return ["", "spans:", *lines, *([f"  and {more} more"] if more else [])]


def _coloured(pieces: list[Piece], width: int | None) -> str:
    parts = []
    column = 0
    for piece in pieces:
        text, column = _wrap(piece.text, width, column)
        style = ("" if piece.category in PLAIN else _background(piece.category)) + ("\x1b[4m" if piece.spans else "")
        style += "\x1b[7m" if piece.escaped else ""
        # Colours end with the line: some terminals would paint the rest of it.
        lines = [f"{style}{line}{_RESET}" if style and line else line for line in text.split("\n")]
        parts.append("\n".join(lines))
    return "".join(parts)


def _wrap(text: str, width: int | None, column: int) -> tuple[str, int]:
    """Break lines at spaces, or within what is longer than a line; give the text and the column it ends in."""
    if width is None:
        return text, 0
    parts: list[str] = []
    for part in re.findall(r"\n|[^\S\n]+|\S+", text):
        cells = sum(map(_cells, part))
        if part == "\n" or (column and column + cells > width and not part[0].isspace()):
            parts.append("\n")
            column = 0
        if part == "\n":
            continue
        if part.isspace():
            parts.append(part)
            column += cells
            continue
        for character in part:
            if column and column + _cells(character) > width:
                parts.append("\n")
                column = 0
            parts.append(character)
            column += _cells(character)
    return "".join(parts), column


def _cells(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _background(category: str) -> str:
    """Give the ANSI sequence of a category: its colour behind black or white text, whichever can be read better."""
    colour = palette.color(category)
    steps = [
        min(range(6), key=lambda step, value=value: abs(_LEVELS[step] - value))  # type: ignore[misc]
        for value in bytes.fromhex(colour[1:])
    ]
    number = 16 + 36 * steps[0] + 6 * steps[1] + steps[2]
    drawn = "#" + "".join(f"{_LEVELS[step]:02x}" for step in steps)
    ink = 16 if palette.contrast(drawn, "#000000") > palette.contrast(drawn, "#ffffff") else 231
    return f"\x1b[38;5;{ink};48;5;{number}m"
