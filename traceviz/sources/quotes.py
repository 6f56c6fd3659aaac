"""Where a text quotes: inline and fenced code, and markers that stand alone between quotation marks."""

from __future__ import annotations

import re
from typing import Final

_BACKTICKS: Final = re.compile("`+")

#: Three backticks or tildes or more that begin a line, in lists and quotations too, or that stand at the end of one
#: with the name of a language, or right behind a marker.
_FENCE: Final = re.compile(
    r"^[ \t>]{0,24}(?P<run>`{3,}|~{3,})(?=(?P<behind>[^\n]*))"
    r"|(?<=[^`\n])(?P<late>`{3,})[A-Za-z][\w+#.-]{0,30}[ \t]*\r?$"
    r"|(?<=[>\]\u25b7])[ \t>]{0,3}(?P<glued>`{3,}|~{3,})[ \t]*\r?$",
    re.MULTILINE,
)

#: What markers begin with; one may follow the end of a fence.
_MARKER_STARTS: Final = ("<", "[", "\u25c1")

#: Outer white space of a part, which belongs to the template.  Other white space is the model's.
SPACE: Final = " \t\r\n"

#: Quotation marks, and those that close them.
_MARKS: Final = {
    '"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\u00ab": "\u00bb", "\u300c": "\u300d",
    "\u300e": "\u300f", "\u201e": "\u201c",
}  # fmt: skip


def quotes_code(text: str, end: int | None = None) -> bool:
    """Tell whether there may be code in a text up to ``end``."""
    # One character is found many times as fast as three.
    return text.find("`", 0, end) >= 0 or (text.find("~", 0, end) >= 0 and text.find("~~~", 0, end) >= 0)


def fences(text: str) -> list[tuple[int, int]]:
    """Find fenced blocks of code; a fence left open quotes nothing."""
    if "```" not in text and "~~~" not in text:
        return []
    found = []
    opened = ""
    start = 0
    for fence in _FENCE.finditer(text):
        kind = next(name for name in ("run", "late", "glued") if fence[name])
        run, behind = fence[kind], (fence["behind"] or "").strip(SPACE)
        may_end = not behind or behind.startswith(_MARKER_STARTS)
        if opened:
            if kind == "run" and run.startswith(opened) and may_end:
                found.append((start, fence.end(kind)))
                opened = ""
        elif not behind.startswith(_MARKER_STARTS) and ("`" not in behind or run[0] == "~"):
            opened, start = run, fence.start(kind)
    return found


def inline_code(text: str, start: int, end: int, fence_ends: frozenset[int]) -> list[tuple[int, int]]:
    """Find inline code in a line: from a run of backticks to the next of the same length that is no fence."""
    runs = [match.span() for match in _BACKTICKS.finditer(text, start, end) if fence_ends.isdisjoint(match.span())]
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
    """What a text quotes, asked from left to right.  Only lines that are asked about are read.

    Parameters
    ----------
    text
        The text.
    apart
        What code holds nowhere: a stretch between backticks or fences with it in it is no code.
    """

    def __init__(self, text: str, *, apart: re.Pattern[str] | None = None) -> None:
        self._text, self._apart = text, apart
        self._quotes_code = quotes_code(text)
        fenced = fences(text) if self._quotes_code else []
        self._fences = self._cursor(fenced)
        self._fence_ends = frozenset(place for span in fenced for place in span)
        self._inline = self._cursor([])
        self._line = -1

    def hold(self, line: int, start: int, end: int) -> bool:
        """Tell whether a stretch stands in code or alone between quotation marks; ``line`` is where its line begins."""
        if stands_in_quotation_marks(self._text, start, end):
            return True
        if not self._quotes_code:
            return False
        if self._fences.holds(start):
            return True
        if line != self._line:
            line_end = self._text.find("\n", start)
            line_end = line_end if line_end >= 0 else len(self._text)
            self._inline = self._cursor(inline_code(self._text, line, line_end, self._fence_ends))
            self._line = line
        return self._inline.holds(start)

    def _cursor(self, spans: list[tuple[int, int]]) -> _Cursor:
        if self._apart is not None:
            spans = [(start, end) for start, end in spans if self._apart.search(self._text, start, end) is None]
        return _Cursor(spans)


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
