"""Completions as messages with headers: OpenAI's harmony, whose channels say what a message is, and Muse's recipients.

It works on text, because the tokens' own parser refuses what models really write: a missing start, junk behind the
channel's name, no end.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from traceviz.sources.marks import edges
from traceviz.sources.pairing import Completion
from traceviz.sources.quotes import SPACE, Quotes, stands_in_quotation_marks

_TOKEN: Final = re.compile(r"<\|(start|channel|message|constrain|end|return|call|eom|eot)\|>")

#: What shows that backticks or a fence belong to two messages, and quote nothing.
_TWO_MESSAGES: Final = re.compile(
    r"<\|(?:end|eom|call)\|>\s{0,4}(?:<\|(?:start|channel)\|>|to=)|<\|start\|>assistant|<\|channel\|>final<\|message\|>"
)

_WHOLE_HEADER: Final = re.compile(r"<\|(?:start|channel)\|>[^<\n]{0,200}(?:<\|channel\|>[^<\n]{0,200})?<\|message\|>")

_TO_PEOPLE: Final = re.compile(r"to=(?:self|user)<\|message\|>")

_ENDS: Final = frozenset({"end", "return", "call", "eom", "eot"})

_RECIPIENT: Final = re.compile(r"\bto=([^\s<]{1,200})")

#: The header at the end of a prompt, whatever is in it if it is whole, else begun; its first token may be missing.
_OPEN_HEADER: Final = re.compile(
    r"(?:<\|(?:start|channel)\|>[^<\n]{0,200}(?:<\|(?:channel|constrain)\|>[^<\n]{0,200}){0,2}|\bto=[^\s<]{1,200})"
    r"<\|message\|>$"
    r"|(?:<\|start\|>\s{0,4}(?:assistant)?\s{0,4}(?:to=[^\s<]{0,200})?\s{0,4}|(?=<\|channel\|>))"
    r"(?:<\|channel\|>\s{0,4}(?:analysis|commentary|final)?\s{0,4}(?:to=[^\s<]{0,200})?\s{0,4})?"
    r"(?:<\|constrain\|>\w{0,20}\s{0,4})?$"
)

#: A header at the end of a body, where the tokens before it are missing.
_LATE_HEADER: Final = re.compile(r"to=[^\s<]{1,200}[ \t]{0,4}")

_ROLE: Final = re.compile(r"\s{0,20}(?:assistant)?\s{0,20}(?:to=[^\s<]{1,200})?\s{0,20}")

#: Characters of a prompt's end in which its last header is looked for.
_LONGEST_HEADER: Final = 600

#: The words that a section of a header begins with, by the token before it, and what may follow them.
_FIRST_WORDS: Final = {
    "start": ("assistant",),
    "channel": ("analysis", "commentary", "final"),
    "constrain": ("json", "code", "python"),
}
_REST_OF_HEADER: Final = re.compile(r"(?:to?|to=\S*)?[ \t]*(?:json|code)?[ \t]*")

#: What is no tool: the model itself, and whoever it talks to.
_PEOPLE: Final = frozenset({"user", "assistant", "all", "none", "self"})

#: The words that are left of headers whose tokens were removed in decoding.
_STRIPPED: Final = re.compile(r"(?:^|assistant)(analysis|commentary|final)")


class _Header(NamedTuple):
    kind: str
    #: Whether it is a header as the format has it.
    sound: bool


def is_harmony(text: str) -> bool:
    """Tell messages with headers by the token that ends a header, or by a known channel."""
    if "<|message|>" in text:
        return "<|channel|>" in text or "<|start|>" in text or _TO_PEOPLE.search(text) is not None
    return re.search(r"<\|channel\|>\s{0,4}(?:analysis|final|commentary)", text) is not None


def header_in(prompt: str) -> str:
    """Give the header that a prompt ends in, whole or begun, as the completion goes on from there; "" for none."""
    tail = prompt[-_LONGEST_HEADER:].rstrip(SPACE)
    if "<|start|>" not in tail and "<|channel|>" not in tail and not tail.endswith("<|message|>"):
        return ""
    header = _OPEN_HEADER.search(tail)
    return header[0] if header is not None else ""


def split_harmony(text: str) -> Completion:
    """Split messages into reasoning and answer; calls of tools and their results are neither."""
    reader = _Messages(text)
    reader.read()
    return reader.finish()


def _family(text: str) -> str:
    return "harmony" if "<|channel|>" in text or "to=" not in text else "muse"


class _Messages:
    """Walk over the tokens."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.outcome = Completion(None, None, _family(text))
        self.reasoning: list[str] = []
        self.answer: list[str] = []
        self.header: dict[str, str] = {}
        #: Where the piece begins that is not sorted yet, and what it is: a body, a part of a header, or neither.
        self.at = 0
        self.state = "between"

    def read(self) -> None:
        """Sort every piece."""
        quotes = Quotes(self.text, apart=_TWO_MESSAGES)
        line = seen = quoted = 0
        for token in _TOKEN.finditer(self.text):
            start, end = token.span()
            line, seen = max(line, self.text.rfind("\n", seen, start) + 1), start
            if start >= quoted and quotes.hold(line, start, end):
                quoted = end
            elif start >= quoted and stands_in_quotation_marks(self.text, *(header := self._header_at(start, end))):
                quoted = header[1]
            if start < quoted:
                self.outcome.note("literal_marker")
            else:
                self._token(token[1], start, end)
        self._end()

    def _header_at(self, start: int, end: int) -> tuple[int, int]:
        """Give where the header with this token in it begins and ends, as far as it is to the right or a recipient."""
        header = _WHOLE_HEADER.match(self.text, start)
        if header is not None:
            return header.span()
        place = self.text.rfind("to=", max(0, start - 220), start)
        return (place, end) if place >= 0 and _LATE_HEADER.fullmatch(self.text, place, start) else (start, end)

    def _token(self, name: str, start: int, end: int) -> None:
        if self.state == "body" and name in ("constrain", "message"):
            late = self._late_header(start) if name == "message" else start
            if late < start:
                self._body(self.text[self.at : late], closed=True)
                self.header, self.at = {"start": self.text[late:start]}, end
            return
        piece = self.text[self.at : start]
        if self.state == "body":
            self._body(piece, closed=True)
        elif self.state == "between":
            self._between(name, piece)
        elif name in _ENDS or name == "start":
            self._cut_header(piece, closed=True)
        else:
            self.header[self.state] = self.header.get(self.state, "") + piece
        self._next(name, end)

    def _late_header(self, end: int) -> int:
        """Give where a recipient in front of ``end`` begins, if the tokens of its header are missing."""
        place = self.text.rfind("to=", max(self.at, end - 220), end)
        if place < 0 or _LATE_HEADER.fullmatch(self.text, place, end) is None:
            return end
        word = max(self.at, place - 20)
        before = self.text[word:place].rstrip(SPACE)
        return word + len(before) - len("assistant") if before.endswith("assistant") else place

    def _next(self, name: str, end: int) -> None:
        """Go on behind a token."""
        self.at = end
        if name in _ENDS:
            self.state, self.header = "between", {}
        elif name == "message":
            self.state = "body"
        else:
            if name == "start":
                self.header = {}
            elif name == "channel" and "channel" in self.header:
                self.header["twice"] = self.header.pop("channel")
            self.state = name

    def _between(self, name: str, piece: str) -> None:
        """Read what stands before a message: a header whose start is missing, or a text without one."""
        self.header = {}
        if not piece.strip(SPACE):
            return
        if name in ("channel", "message"):
            match = _ROLE.fullmatch(piece)
            if match is not None:
                self.header["start"] = piece
                return
            late = self._late_header(self.at + len(piece)) - self.at if name == "message" else len(piece)
            self.header["start"] = piece[late:]
            piece = piece[:late]
        if self.at == 0 and name in _ENDS:
            self.outcome.note("no_open_tag")
            self._keep("reasoning", piece, closed=True)
        elif piece.strip(SPACE):
            if self.at or edges(piece) == (0, len(piece)):
                self.outcome.note("bad_channel")
            self._keep("answer", piece, closed=True)

    def _body(self, piece: str, *, closed: bool) -> None:
        header = _header(self.header)
        if not header.sound:
            self.outcome.note("bad_channel")
        self._keep(header.kind, piece, closed=closed)
        self.header = {}

    def _cut_header(self, piece: str, *, closed: bool) -> None:
        """Read a header without its end: what stands behind the channel's name is the body."""
        if not closed and _is_begun(self.state, piece):
            return
        if self.state == "channel":
            name = re.match(r"\s*(?:analysis|commentary|final)", piece)
            if name is not None:
                self.header["channel"] = name[0]
                self.outcome.note("bad_channel")
                self._body(piece[name.end() :], closed=closed)
                return
        if piece.strip(SPACE) and _ROLE.fullmatch(piece) is None:
            self.outcome.note("bad_channel")
            self._keep("answer", re.sub(r"^\s*assistant\b", "", piece), closed=closed)

    def _keep(self, kind: str, piece: str, *, closed: bool) -> None:
        left, right = edges(piece)
        piece = piece[left:right].strip(SPACE)
        if kind == "reasoning":
            self.reasoning.append(piece)
            self.outcome.closed = closed
        elif kind == "answer" and piece:
            self.answer.append(piece)
        elif kind == "unknown":
            self.outcome.note("bad_channel")

    def _end(self) -> None:
        piece = self.text[self.at :]
        if self.state == "body":
            self._body(piece, closed=False)
        elif self.state == "between":
            left, right = edges(piece)
            if piece[left:right].strip(SPACE):
                self._between("", piece)
        else:
            self._cut_header(piece, closed=False)

    def finish(self) -> Completion:
        """Join the parts."""
        outcome = self.outcome
        blocks = [part for part in self.reasoning if part]
        if self.reasoning:
            outcome.reasoning = "\n\n".join(blocks)
        if len(blocks) > 1:
            outcome.note("multi_block")
        if self.reasoning and not blocks:
            outcome.note("empty_reasoning")
        outcome.answer = "\n\n".join(self.answer) or None
        if not outcome.closed:
            outcome.note("unclosed_reasoning")
        if not self.reasoning:
            outcome.note("no_marker")
        return outcome


def _is_begun(section: str, piece: str) -> bool:
    """Tell a header that the text ends within: nothing of it is text."""
    word, _, rest = piece.strip(SPACE).partition(" ")
    words = _FIRST_WORDS[section]
    if not rest and any(name.startswith(word) for name in words):
        return True
    return (word in words or word.startswith("functions.")) and _REST_OF_HEADER.fullmatch(rest) is not None


def _header(sections: dict[str, str]) -> _Header:
    """Say what a message with this header is."""
    role_section, channel_section = sections.get("start", ""), sections.get("channel")
    role = _RECIPIENT.sub("", role_section).strip(SPACE)
    if role not in ("assistant", ""):
        return _Header("other", sound=True)
    recipient = _RECIPIENT.search(role_section) or _RECIPIENT.search(channel_section or "")
    to = recipient[1] if recipient else ""
    if to and to not in _PEOPLE:
        return _Header("tool", sound=True)
    if channel_section is None:
        kind = "reasoning" if to == "self" else "answer"
        return _Header(kind, sound=bool(to))
    section = _RECIPIENT.sub("", channel_section).strip(SPACE)
    for name, kind in (("analysis", "reasoning"), ("final", "answer"), ("commentary", "answer")):
        if section.lower().startswith(name):
            return _Header(kind, sound=section == name and "twice" not in sections)
    return _Header("unknown", sound=False)


def split_stripped(text: str) -> Completion | None:
    """Split harmony whose tokens were removed: ``analysis`` and ``assistantfinal`` are glued to the texts."""
    if not text.startswith(("analysis", "assistantanalysis")) or "assistantfinal" not in text:
        return None
    names = list(_STRIPPED.finditer(text))
    reasoning, answer = [], []
    for name, following in zip(names, [*names[1:], None], strict=True):
        piece = text[name.end() : following.start() if following else len(text)].strip(SPACE)
        if name[1] == "analysis":
            reasoning.append(piece)
        elif name[1] == "final" or not piece.startswith("to="):
            answer.append(piece)
    outcome = Completion("\n\n".join(filter(None, reasoning)), "\n\n".join(filter(None, answer)), "harmony")
    outcome.note("special_tokens_stripped_suspect")
    if len(reasoning) > 1:
        outcome.note("multi_block")
    return outcome
