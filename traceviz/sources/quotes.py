"""Where a text quotes: inline and fenced code, and markers that stand alone between quotation marks."""

from __future__ import annotations

import re
from typing import Final

_BACKTICKS: Final = re.compile("`+")

#: Three backticks or more that begin a line, or that stand at the end of one with the name of a language.
_FENCE: Final = re.compile(
    r"^ {0,3}(?P<run>`{3,})(?P<behind>[^\n]*)|(?<=[^`\n])(?P<late>`{3,})[A-Za-z][\w+#.-]{0,30}[ \t]*$", re.MULTILINE
)

#: Outer white space of a part, which belongs to the template.  Other white space is the model's.
SPACE: Final = " \t\r\n"

#: Quotation marks, and those that close them.
_MARKS: Final = {
    '"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb", "\u300c": "\u300d",
    "\u300e": "\u300f", "\u201e": "\u201c",
}  # fmt: skip


def fences(text: str) -> list[tuple[int, int]]:
    """Find fenced blocks of code; a fence left open quotes nothing."""
    if "```" not in text:
        return []
    found = []
    opened: re.Match[str] | None = None
    for fence in _FENCE.finditer(text):
        if fence["late"]:
            opened = opened or fence
            continue
        behind = fence["behind"].strip(SPACE)
        if opened is None:
            opened = fence if "`" not in behind else None
        elif not behind and len(fence["run"]) >= len(opened["run"] or opened["late"]):
            found.append((opened.start("run") if opened["run"] else opened.start("late"), fence.end("run")))
            opened = None
    return found


def inline_code(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Find inline code in a line: from a run of backticks to the next of the same length."""
    runs = [match.span() for match in _BACKTICKS.finditer(text, start, end)]
    following: dict[int, int] = {}
    closes: list[int | None] = [None] * len(runs)
    for i in range(len(runs) - 1, -1, -1):
        length = runs[i][1] - runs[i][0]
        closes[i] = following.get(length)
        following[length] = i
    spans = []
    i = 0
    while i < len(runs):
        last = closes[i]
        if last is not None:
            spans.append((runs[i][0], runs[last][1]))
            i = last
        i += 1
    return spans


class Quotes:
    """What a text quotes, asked from left to right.  Only lines that are asked about are read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ticks = "`" in text
        self._fences = _Cursor(fences(text) if self._ticks else [])
        self._inline = _Cursor([])
        self._line = -1

    def hold(self, line: int, start: int, end: int) -> bool:
        """Tell whether a stretch stands in code or alone between quotation marks; ``line`` is where its line begins."""
        if stands_in_quotation_marks(self._text, start, end):
            return True
        if not self._ticks:
            return False
        if self._fences.holds(start):
            return True
        if line != self._line:
            line_end = self._text.find("\n", start)
            self._inline = _Cursor(inline_code(self._text, line, line_end if line_end >= 0 else len(self._text)))
            self._line = line
        return self._inline.holds(start)


class _Cursor:
    """Spans, and the first of them that does not lie to the left of what was asked."""

    def __init__(self, spans: list[tuple[int, int]]) -> None:
        self._spans, self._at = spans, 0

    def holds(self, place: int) -> bool:
        while self._at < len(self._spans) and self._spans[self._at][1] <= place:
            self._at += 1
        return self._at < len(self._spans) and self._spans[self._at][0] <= place


def stands_in_quotation_marks(text: str, start: int, end: int) -> bool:
    """Tell whether exactly this stretch stands between quotation marks, or between tags of HTML code.

    The first mark has to open and the last one to close: in ``is "yes"</think>"No"`` nothing is quoted.
    """
    if not start or end >= len(text):
        return False
    closing = _MARKS.get(text[start - 1])
    if closing is None:
        return text[start - 1] == ">" and text.startswith("</code>", end) and text.endswith("<code>", 0, start)
    if text[end] != closing:
        return False
    before = text[start - 2 : start - 1] if start > 1 else " "
    return not before.isalnum() and before not in ".!?,;" and not text[end + 1 : end + 2].isalnum()
