"""Split a completion at the markers around its reasoning.

The time is linear in the text, because models under training
degenerate into tens of thousands of markers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from typing import Final, NamedTuple

from traceviz.sources.markers import END_TOKENS, FAMILIES, IMPLICIT_CLOSERS, START_TOKENS, Family, patterns

_BACKTICKS: Final = re.compile("`+")

_IMPLICIT: Final = re.compile(r"\n(?=" + "|".join(map(re.escape, IMPLICIT_CLOSERS)) + ")")

#: Outer white space of a part, which belongs to the template.  Other white space is the model's.
_SPACE: Final = " \t\r\n"

#: White space that may stand before a marker that begins its line.
_MOST_INDENT: Final = 100


@dataclass(slots=True)
class Completion:
    """What a completion holds: ``reasoning`` is None where there is none, ``""`` where its block is empty."""

    reasoning: str | None
    answer: str | None
    family: str | None = None
    closed: bool = True
    notes: list[str] = field(default_factory=list)


class _Mark(NamedTuple):
    start: int
    end: int
    family: Family
    is_opener: bool
    exact: bool
    begins_line: bool
    quoted: bool


def split(text: str, *, prompt: str | None = None, families: tuple[Family, ...] = FAMILIES) -> Completion:
    """Split a completion into its reasoning and its answer.

    Parameters
    ----------
    text
        The completion.
    prompt
        What stood before it: where it ends in an opener, the completion begins inside the block.
    families
        The markers to look for.

    Returns
    -------
    Completion
        Several blocks are joined by a blank line.

    Examples
    --------
    >>> split("<think>2 + 2 is 4.</think>4").reasoning
    '2 + 2 is 4.'
    >>> split("2 + 2 is 4.</think>4").notes
    ['no_open_tag']
    """
    start, end = _edges(text)
    notes = ["special_token_removed"] if (start, end) != (0, len(text)) else []
    text = text[start:end]
    before = prompt_mark(prompt, families) if prompt else None
    found = _marks(text, families)
    if before is not None and not before.is_opener and not (found and found[0].is_opener and found[0].start == 0):
        return Completion(None, text, None, notes=[*notes, "no_marker"])
    prefilled = before.family if before is not None else None
    family = _family(found, prefilled)
    if family is None:
        notes += ["literal_marker"] if found else []
        return Completion(None, text, None, notes=[*notes, "no_marker"])
    parts = _Parts(text, [mark for mark in found if mark.family is family], notes)
    parts.cut(prefilled=prefilled is not None)
    return parts.completion(family)


def starts_with_opener(text: str, families: tuple[Family, ...] = FAMILIES) -> bool:
    """Tell whether a text begins with an opener, after white space."""
    head = text[:400].lstrip(_SPACE)
    return head[:1] in "<[\u25c1" and any(mark.is_opener and mark.start == 0 for mark in _marks(head, families))


def prompt_mark(prompt: str, families: tuple[Family, ...] = FAMILIES) -> _Mark | None:
    """Give the marker that a prompt ends in: an opener means that the completion begins inside the block."""
    tail = prompt[-400:].rstrip(_SPACE)
    if tail[-1:] not in (">", "]", "\u25b7"):
        return None
    found = _marks(tail, families)
    return found[-1] if found and found[-1].end == len(tail) else None


def _edges(text: str) -> tuple[int, int]:
    """Find where the completion begins and ends without the tokens of the template at its edges."""
    start, end = 0, len(text)
    while True:
        inner = _skip_space(text, start)
        token = next((token for token in START_TOKENS if text.startswith(token, inner)), None)
        if token is None:
            break
        start = inner + len(token)
    while True:
        inner = end
        while inner > start and text[inner - 1] in _SPACE:
            inner -= 1
        token = next((token for token in END_TOKENS if text.endswith(token, start, inner)), None)
        if token is None:
            return start, end
        end = inner - len(token)


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start] in _SPACE:
        start += 1
    return start


def _marks(text: str, families: tuple[Family, ...]) -> list[_Mark]:
    angle, other, hints, by_word, by_text = _compiled(families)
    matches = list(angle.finditer(text)) if angle else []
    if other and any(first in text and end in text for first, end in hints):
        matches = sorted([*matches, *other.finditer(text)], key=re.Match.start)
    if not matches:
        return []
    quotes = _quotes(text) if "`" in text else []
    found = []
    quote = line_begins = seen = 0
    text_begins = _skip_space(text, 0)
    for match in matches:
        start = match.start()
        word = match["tag"] if match.re is angle and by_word else None
        family, is_opener = (by_word[word.lower()], not match["close"]) if word else by_text[match[0]]
        while quote < len(quotes) and quotes[quote][1] <= start:
            quote += 1
        line_begins = max(line_begins, text.rfind("\n", seen, start) + 1)
        seen = start
        found.append(
            _Mark(
                start,
                match.end(),
                family,
                is_opener,
                exact=match[0] in (family.opener, family.closer),
                begins_line=start == text_begins
                or (start - line_begins <= _MOST_INDENT and not text[line_begins:start].strip(_SPACE)),
                quoted=quote < len(quotes) and quotes[quote][0] <= start,
            )
        )
    return found


@lru_cache(maxsize=64)
def _compiled(
    families: tuple[Family, ...],
) -> tuple[
    re.Pattern[str] | None,
    re.Pattern[str] | None,
    tuple[tuple[str, str], ...],
    dict[str, Family],
    dict[str, tuple[Family, bool]],
]:
    """Give the patterns, strings without which the second cannot match, and the meaning of what they match."""
    by_word = {family.opener[1:-1].lower(): family for family in families if family.is_tag}
    by_text = {
        mark: (family, mark == family.opener)
        for family in families
        if not family.is_tag
        for mark in (family.opener, family.closer)
    }
    hints = tuple(
        (family.opener[0], _shared(family))
        for family in families
        if not family.is_tag and not family.opener.startswith("<")
    )
    return (*patterns(families), hints, by_word, by_text)


def _shared(family: Family) -> str:
    """Give what opener and closer end in, both: one search then serves both."""
    pairs = zip(reversed(family.opener), reversed(family.closer), strict=False)
    n_equal = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return family.opener[len(family.opener) - n_equal :]


def _quotes(text: str) -> list[tuple[int, int]]:
    """Find inline and fenced code, where a marker is talked about and not used."""
    runs = [(match.start(), match.end()) for match in _BACKTICKS.finditer(text)]
    lines = _line_ends(text, runs)
    following: dict[tuple[int, int], int] = {}
    closes: list[int | None] = [None] * len(runs)
    for i in range(len(runs) - 1, -1, -1):  # the next run of the same length on the same line
        key = (runs[i][1] - runs[i][0], lines[i])
        closes[i] = following.get(key)
        following[key] = i
    fences = _fences(text, runs, lines)
    quotes = []
    i = 0
    while i < len(runs):
        last = fences.get(i, closes[i])
        if last is not None:
            quotes.append((runs[i][0], runs[last][1]))
            i = last
        i += 1
    return quotes


def _line_ends(text: str, runs: list[tuple[int, int]]) -> list[int]:
    ends: list[int] = []
    end = -1
    for start, _ in runs:
        if start > end:
            end = text.find("\n", start)
            end = len(text) if end < 0 else end
        ends.append(end)
    return ends


def _fences(text: str, runs: list[tuple[int, int]], lines: list[int]) -> dict[int, int]:
    """Pair the runs that open a fenced block with those that close it; a fence left open quotes nothing."""
    pairs: dict[int, int] = {}
    opened: int | None = None
    for i, (start, end) in enumerate(runs):
        line_begins = text.rfind("\n", max(0, start - 4), start) + 1 or max(0, start - 4)
        if end - start < 3 or text[line_begins:start].strip(" ") or (start > 4 and line_begins == start - 4):
            continue
        if opened is None:
            opened = i
        elif end - start >= runs[opened][1] - runs[opened][0] and not text[end : min(lines[i], end + 100)].strip(
            _SPACE
        ):
            pairs[opened] = i
            opened = None
    return pairs


def _family(found: list[_Mark], prefilled: Family | None) -> Family | None:
    """Let the first marker that can be one decide; pairs never cross families."""
    if prefilled is not None:
        return prefilled
    for mark in found:
        if not mark.quoted and (mark.begins_line or not mark.is_opener):
            return mark.family
    return None


class _Parts:
    """Walk over the markers of one family and sort the text between them into reasoning and answer."""

    def __init__(self, text: str, found: list[_Mark], notes: list[str]) -> None:
        self.text, self.found, self.notes = text, found, notes
        self.reasoning: list[str] = []
        self.answer: list[str] = []
        self.closed = True
        #: The last closer, quoted or not: no marker behind it can end a block.
        self.last_closer = max((i for i, mark in enumerate(found) if not mark.is_opener), default=-1)
        self.implicit_closers: list[int] | None = None
        if any(not mark.exact for mark in found):
            self._note("tag_variant")

    def _note(self, code: str) -> None:
        if code not in self.notes:
            self.notes.append(code)

    def cut(self, *, prefilled: bool) -> None:
        """Cut the text into parts."""
        at, i = 0, 0
        if prefilled or self._has_no_opener():
            if prefilled and self.found and self.found[0].is_opener and not self.text[: self.found[0].start].strip():
                at, i = self.found[0].end, 1  # some servers write the opener a second time
            elif not prefilled:
                self._note("no_open_tag")
            at, i = self._block(at, i)
        while i < len(self.found):
            mark = self.found[i]
            after_block = bool(self.reasoning) and not self.text[at : mark.start].strip(_SPACE)
            if mark.is_opener and (mark.begins_line or after_block) and not mark.quoted:
                self._answer(at, mark.start)
                at, i = self._block(mark.end, i + 1)
                continue
            if not mark.is_opener and after_block:
                self._note("stray_closer")
                at = mark.end
            else:
                self._note("literal_marker")
            i += 1
        self._answer(at, len(self.text))

    def _has_no_opener(self) -> bool:
        first = next(mark for mark in self.found if not mark.quoted and (mark.begins_line or not mark.is_opener))
        return not first.is_opener

    def _block(self, start: int, i: int) -> tuple[int, int]:
        """Take the block that begins at ``start``; give where the text after it begins, and the next marker."""
        closer = self._closer(i)
        if closer is None:
            end = self._implicit_end(start)
            self._reasoning(start, end)
            if end == len(self.text):
                self._note("unclosed_reasoning")
                self.closed = False
            else:
                self._note("implicit_close_tool")
            while i < len(self.found) and self.found[i].start < end:
                self._note("nested")
                i += 1
            return end, i
        self._reasoning(start, self.found[closer].start)
        return self.found[closer].end, closer + 1

    def _closer(self, i: int) -> int | None:
        depth, last, last_quoted = 1, None, None
        for k in range(i, self.last_closer + 1):
            mark = self.found[k]
            if mark.quoted:
                self._note("literal_marker")
                last_quoted = last_quoted if mark.is_opener else k
                continue
            if mark.is_opener:
                self._note("nested")
                depth += 1
                continue
            depth -= 1
            last = k
            if depth == 0:
                return k
        if last is None:
            last = last_quoted
        if last is not None:
            self._note("unbalanced")
        return last

    def _implicit_end(self, start: int) -> int:
        if self.implicit_closers is None:
            self.implicit_closers = [match.start() for match in _IMPLICIT.finditer(self.text)]
        place = bisect_left(self.implicit_closers, start)
        return self.implicit_closers[place] if place < len(self.implicit_closers) else len(self.text)

    def _reasoning(self, start: int, end: int) -> None:
        self.reasoning.append(self.text[start:end].strip(_SPACE))

    def _answer(self, start: int, end: int) -> None:
        piece = self.text[start:end].strip(_SPACE)
        if piece:
            self.answer.append(piece)

    def completion(self, family: Family) -> Completion:
        """Join the parts."""
        blocks = [part for part in self.reasoning if part]
        if len(blocks) > 1:
            self._note("multi_block")
        if not blocks:
            self._note("empty_reasoning")
        answer = _unwrapped("\n\n".join(self.answer), family)
        return Completion("\n\n".join(blocks), answer, family.name, self.closed, self.notes)


def _unwrapped(answer: str, family: Family) -> str:
    """Remove a wrapper that the answer begins with."""
    for opener, closer in family.wrappers:
        if answer.startswith(opener):
            inner = answer[len(opener) :]
            end = inner.rfind(closer)
            return (inner if end < 0 else inner[:end] + inner[end + len(closer) :]).strip(_SPACE)
    return answer
