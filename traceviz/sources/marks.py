"""Find every marker in a text, and say of each what tells a used one from one that is talked about."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import takewhile
from typing import Final, NamedTuple

from traceviz.sources.markers import END_TOKENS, START_TOKENS, Family
from traceviz.sources.quotes import SPACE, Quotes

#: Characters before a marker that are looked at to see whether it begins its line.
_MOST_INDENT: Final = 100

#: Characters of HTML's struck text.
_LONGEST_STRUCK: Final = 200

#: What may stand before a marker on its line: tokens of a template, and the end of a tool's call or result.
_EDGE: Final = re.compile(
    r"<\|[^<>|\s]{1,40}\|>|</[\w:|]{0,20}(?:tool|function|call|response|result)[\w:|]{0,20}>|<[\w]{1,40}\|>"
)

#: The word for the model's turn, where its token was removed in decoding; it is cut only before a marker.
_ROLE: Final = re.compile(r"(?:assistant|Assistant|ASSISTANT)(?::[ \t]*|[ \t]*\r?\n)\s{0,8}(?=[<\[\u25c1])")

#: Tokens of messages with headers.
CHANNEL_TOKENS: Final = ("<|channel|>", "<|message|>", "<|start|>")


_ANY_TOKEN: Final = (*START_TOKENS, *END_TOKENS)


class Mark(NamedTuple):
    """A marker in a text.

    ``line`` is where its line begins, ``key`` the id that it shares with its partner.  ``quoted`` ones stand in code or
    between quotation marks; those ``in_prose`` stand like a word between others.
    """

    start: int
    end: int
    family: Family
    is_opener: bool
    exact: bool
    line: int
    begins_line: bool
    quoted: bool
    in_prose: bool
    key: str = ""


class _Compiled(NamedTuple):
    angle: re.Pattern[str] | None
    other: re.Pattern[str] | None
    #: Pairs of strings; without both of one pair the pattern ``other`` matches nothing.
    hints: tuple[tuple[str, str], ...]
    by_word: dict[str, Family]
    by_text: dict[str, tuple[Family, bool]]
    with_id: Family | None
    details: Family | None
    #: The characters that markers end in.
    lasts: frozenset[str]


def edges(text: str, *, within: bool = False) -> tuple[int, int]:
    """Find where a completion begins and ends without the tokens of the template at its edges.

    Between two blocks (``within``) the end of one turn and the header of the next may stand on either side.
    """
    start, end = _left_edge(text, _ANY_TOKEN if within else START_TOKENS), len(text)
    tokens = _ANY_TOKEN if within else END_TOKENS
    while True:
        inner = end
        while inner > start and text[inner - 1] in SPACE:
            inner -= 1
        if inner == start or not text.endswith(tokens, start, inner) or _ends_struck_text(text, start, inner):
            return start, end
        end = inner - len(next(token for token in tokens if text.endswith(token, start, inner)))


def _ends_struck_text(text: str, start: int, end: int) -> bool:
    """Tell the end of HTML's ``<s>`` from the token: it was opened behind other words of its line."""
    if not text.endswith("</s>", start, end):
        return False
    opener = text.rfind("<s>", max(start, end - _LONGEST_STRUCK), end)
    return opener > start and not text.endswith(("</s>", "\n"), start, opener) and "\n" not in text[opener:end]


def _left_edge(text: str, tokens: tuple[str, ...]) -> int:
    start = 0
    while True:
        inner = skip_space(text, start)
        if text.startswith(tokens, inner):
            start = inner + len(next(token for token in tokens if text.startswith(token, inner)))
            continue
        role = _ROLE.match(text, inner) if text[inner : inner + 1] in ("a", "A") else None
        if role is None:
            return start
        start = role.end()


def skip_space(text: str, start: int) -> int:
    """Give the position of the first character that is no white space of a template."""
    while start < len(text) and text[start] in SPACE:
        start += 1
    return start


def may_end_in_mark(text: str, families: tuple[Family, ...]) -> bool:
    """Tell a text that cannot end in a marker by its last character."""
    return text[-1:] in _compiled(families).lasts


def find_marks(text: str, families: tuple[Family, ...]) -> list[Mark]:
    """Find the markers of these families, in order."""
    compiled = _compiled(families)
    matches = list(compiled.angle.finditer(text)) if compiled.angle and "<" in text else []
    if compiled.other and _hinted(text, compiled.hints):
        matches = sorted([*matches, *compiled.other.finditer(text)], key=re.Match.start)
    if not matches:
        return []
    quotes = Quotes(text)
    found = []
    line = seen = 0
    text_begins = skip_space(text, 0)
    for match in matches:
        start, end = match.span()
        line = max(line, text.rfind("\n", seen, start) + 1)
        seen = start
        begins_line = start == text_begins or _begins_line(text, line, start)
        family, is_opener, exact, key = _meaning(match, compiled)
        quoted = quotes.hold(line, start, end)
        in_prose = not begins_line and _in_prose(text, start, end)
        found.append(Mark(start, end, family, is_opener, exact, line, begins_line, quoted, in_prose, key))
    return found


def _hinted(text: str, hints: tuple[tuple[str, str], ...]) -> bool:
    """Tell whether a text has the first character and the end of some marker: that is quicker than to look for all."""
    for first, end in hints:  # noqa: SIM110  (a generator costs as much as the search)
        if first in text and end in text:
            return True
    return False


def _begins_line(text: str, line: int, start: int) -> bool:
    if start == line:
        return True
    before = text[max(line, start - _MOST_INDENT) : start].rstrip(SPACE)
    if not before:
        return start - line <= _MOST_INDENT
    return before[-1] == ">" and _EDGE.fullmatch(before, max(before.rfind("<"), 0)) is not None


def _in_prose(text: str, start: int, end: int) -> bool:
    """Tell a marker that stands like a word: a space before it, a space or a punctuation mark behind it."""
    after = text[end : end + 1]
    return text[start - 1] in " (\u3000" and after != "" and after in " .,;:!?)\u3002\uff0c'\""


def _meaning(match: re.Match[str], compiled: _Compiled) -> tuple[Family, bool, bool, str]:
    """Say whose marker it is, whether it opens, whether it is spelt exactly, and its id."""
    text = match[0]
    kind = match.lastgroup if match.re is compiled.angle else None
    if kind == "tag":
        family = compiled.by_word[match["tag"].lower()]
        return family, not match["close"], text in (family.opener, family.closer), ""
    if kind == "id" and compiled.with_id:
        return compiled.with_id, not match["close_id"], True, match["id"]
    if kind == "details" and compiled.details:
        return compiled.details, True, True, ""
    family, is_opener = compiled.by_text[text.rstrip("\n")]
    return family, is_opener, True, ""


@lru_cache(maxsize=64)
def _compiled(families: tuple[Family, ...]) -> _Compiled:
    """Give what finds every marker: one pattern for those that begin with ``<``, one for the others.

    Attributes hold no bracket, so that a run of unfinished tags costs linear time.  The first pattern begins with one
    literal character, which Python's matcher finds quickly.
    """
    by_word = {family.opener[1:-1].lower(): family for family in families if family.is_tag}
    by_text = _exact(families)
    with_id = next((family for family in families if family.has_id), None)
    details = next((family for family in families if family.kind == "details"), None)
    angle = []
    if by_word:
        angle.append(rf"(?P<close>/?)(?P<tag>(?i:{'|'.join(map(re.escape, by_word))}))(?:\s[^<>\n]*)?(?<!/)>")
    if with_id:
        angle.append(rf"(?P<close_id>/?)(?i:{re.escape(with_id.opener[1:-4])}):(?P<id>[^\s<>]{{1,200}})>")
    if details:
        angle.append(r"(?P<details>details\s[^<>\n]{0,200}?\btype=[\"']reasoning[\"'][^<>\n]*>)")
    with_newline = {opener.rstrip("\n") for opener in _openers(families) if opener.endswith("\n")}
    angle += [re.escape(mark[1:]) + "\n?" * (mark in with_newline) for mark in by_text if mark[0] == "<"]
    other = [mark for mark in by_text if mark[0] != "<"]
    hints = {
        (mark[0], _shared(mark, partner))
        for family in families
        for pair in family.spellings()
        for mark, partner in (pair, pair[::-1])
        if mark in other
    }
    return _Compiled(
        re.compile(f"<(?:{'|'.join(angle)})", re.ASCII) if angle else None,
        re.compile("|".join(map(re.escape, other))) if other else None,
        tuple(sorted(hints)),
        by_word,
        by_text,
        with_id,
        details,
        frozenset(mark[-1] for mark in (*by_text, ">")),
    )


def _openers(families: tuple[Family, ...]) -> Iterator[str]:
    return (opener for family in families for opener, _ in family.spellings())


def _exact(families: tuple[Family, ...]) -> dict[str, tuple[Family, bool]]:
    """Give the marks that are spelt in one way only, with what they mean."""
    marks: dict[str, tuple[Family, bool]] = {}
    for family in families:
        if family.kind == "channels":
            marks |= dict.fromkeys(CHANNEL_TOKENS, (family, True))
        elif family.kind == "header":
            marks[family.closer] = (family, False)
        elif family.kind == "pair" and not family.is_tag and not family.has_id:
            for opener, closer in family.spellings():
                marks |= {mark.rstrip("\n"): (family, mark == opener) for mark in (opener, closer) if mark}
    return marks


def _shared(mark: str, partner: str) -> str:
    """Give what both marks of a pair end in: one search then serves both."""
    pairs = zip(reversed(mark), reversed(partner), strict=False)
    n_equal = len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))
    return mark[len(mark) - n_equal :] if partner and partner[0] == mark[0] else mark[1:]
