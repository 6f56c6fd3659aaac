"""Completions as messages with headers: OpenAI's harmony, whose channels say what a message is, and Muse's recipients.

It works on text, because the tokens' own parser refuses what models really write: a missing start, junk behind the
channel's name, no end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from traceviz.sources.marks import edges
from traceviz.sources.pairing import Completion
from traceviz.sources.quotes import SPACE, inline_code, stands_in_quotation_marks

_TOKEN: Final = re.compile(r"<\|(start|channel|message|constrain|end|return|call|eom|eot)\|>")

_TO_PEOPLE: Final = re.compile(r"to=(?:self|user)<\|message\|>")

_ENDS: Final = frozenset({"end", "return", "call", "eom", "eot"})

_RECIPIENT: Final = re.compile(r"\bto=([^\s<]{1,200})")

#: A header at the end of a body, where the tokens before it are missing.
_LATE_HEADER: Final = re.compile(r"to=[^\s<]{1,200}[ \t]{0,4}")

_ROLE: Final = re.compile(r"\s{0,20}(?:assistant)?\s{0,20}(?:to=[^\s<]{1,200})?\s{0,20}")

#: What is no tool: the model itself, and whoever it talks to.
_PEOPLE: Final = frozenset({"user", "assistant", "all", "none", "self"})

#: The words that are left of headers whose tokens were removed in decoding.
_STRIPPED: Final = re.compile(r"(?:(?<=^)|assistant)(analysis|commentary|final)")


class _Header(NamedTuple):
    kind: str
    #: Whether it is a header as the format has it.
    sound: bool


def is_harmony(text: str) -> bool:
    """Tell messages with headers by the token that ends a header, or by a known channel."""
    if "<|message|>" in text:
        return "<|channel|>" in text or "<|start|>" in text or _TO_PEOPLE.search(text) is not None

    return re.search(r"<\|channel\|>\s{0,4}(?:analysis|final|commentary)", text) is not None


def header_in(prompt: str) -> tuple[str, str] | None:
    """Give the kind of the message that a prompt ends in the header of, and the family of the header."""
    tail = prompt[-600:].rstrip(SPACE)
    if not tail.endswith("<|message|>"):
        return None
    header = tail[: -len("<|message|>")]
    _, start, header = header.rpartition("<|start|>")
    role, channel, rest = header.partition("<|channel|>")
    if not start:
        role = role if "to=" in role[-220:] and not channel else ""
        recipient = list(_RECIPIENT.finditer(role))
        role = recipient[-1][0] if recipient else ""
    sections = {"start": role, "channel": rest.partition("<|constrain|>")[0]} if channel else {"start": role}
    return _header(sections).kind, "harmony" if channel else "muse"


def split_harmony(text: str, *, opened: tuple[str, str] | None = None) -> Completion:
    """Split messages into reasoning and answer; calls of tools and their results are neither.

    Parameters
    ----------
    text
        The completion.
    opened
        The kind of the message that the prompt began (reasoning, answer, tool or other), and the family.
    """
    reader = _Messages(text, opened[0] if opened else None)
    reader.outcome.family = opened[1] if opened else _family(text)
    reader.read()
    return reader.finish()


def _family(text: str) -> str:
    return "harmony" if "<|channel|>" in text or "to=" not in text else "muse"


class _Messages:
    """Walk over the tokens."""

    def __init__(self, text: str, opened: str | None) -> None:
        self.text = text
        self.outcome = Completion(None, None)
        self.reasoning: list[str] = []
        self.answer: list[str] = []
        self.header: dict[str, str] = {}
        self.opened = opened
        #: Where the piece begins that is not sorted yet, and what it is: a body, a part of a header, or neither.
        self.at = 0
        self.state = "body" if opened else "between"

    def read(self) -> None:
        """Sort every piece."""
        quotes = [span for span in _inline_code(self.text) if self._is_quote(*span)] if "`" in self.text else []
        quote = 0
        for token in _TOKEN.finditer(self.text):
            while quote < len(quotes) and quotes[quote][1] <= token.start():
                quote += 1
            if (quote < len(quotes) and quotes[quote][0] <= token.start()) or stands_in_quotation_marks(
                self.text, *token.span()
            ):
                self.outcome.note("literal_marker")
                continue
            self._token(token[1], token.start(), token.end())
        self._end()

    def _is_quote(self, start: int, end: int) -> bool:
        """Tell code that names tokens from backticks that belong to two messages."""
        return "<|end|><|start|>" not in self.text[start:end]

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
        if self.opened is not None:
            kind, self.opened = self.opened, None
        else:
            header = _header(self.header)
            kind = header.kind
            if not header.sound:
                self.outcome.note("bad_channel")
        self._keep(kind, piece, closed=closed)
        self.header = {}

    def _cut_header(self, piece: str, *, closed: bool) -> None:
        """Read a header without its end: what stands behind the channel's name is the body."""
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


def _inline_code(text: str) -> Iterator[tuple[int, int]]:
    """Find inline code, line by line."""
    at = text.find("`")
    while at >= 0:
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        yield from inline_code(text, at, end)
        at = text.find("`", end)


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
    if not text.startswith("analysis") or "assistantfinal" not in text:
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
