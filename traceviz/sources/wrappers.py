"""What tools write around model text: wrappers of the answer, Open WebUI's details, Inspect's tags, escaped text."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import Final

from traceviz.sources.markers import Family
from traceviz.sources.marks import Mark
from traceviz.sources.pairing import Completion
from traceviz.sources.quotes import SPACE

_SUMMARY: Final = re.compile(r"\s*<summary>(.*?)</summary>", re.DOTALL)

#: An opening angle bracket as HTML writes it, escaped again or not.
_ENTITY: Final = re.compile(r"&(?:amp;)?(?:lt|#0{0,5}60|#[xX]0{0,5}3[cC]);")

_ESCAPED_ANGLE: Final = re.compile(r"\\u003([ce])", re.IGNORECASE)

#: A newline as two characters, unless they begin a command of LaTeX.
_ESCAPED_NEWLINE: Final = re.compile(
    r"(?<!\\)(?:\\r)?\\n(?!(?:eq|e|u|abla|ot|otin|i|eg|earrow|warrow|exists|leq|geq|less|mid|parallel|atural|sim|cong"
    r"|ewline|ewcommand|oindent|olimits|onumber|subseteq|rightarrow|leftarrow|vdash|ormalsize|prec|succ)(?![A-Za-z]))"
)

#: Escapes of escapes that are undone.
_MOST_LAYERS: Final = 2


def unwrapped(answer: str, family: Family) -> str:
    """Remove a wrapper that the answer begins with."""
    for opener, closer, start, marks in _wrappers(family):
        match = start.match(answer)
        if match is None:
            continue
        end = _wrapper_end(answer, marks, match.end(), len(answer))
        if end is None:
            return answer[match.end() :].strip(SPACE)
        left, right = end
        inner, rest = answer[match.end() : left], answer[right:]
        if opener[0] == closer[0] == "<" and not rest.strip(SPACE):
            return inner.strip(SPACE)
        return (inner + rest).strip(SPACE)
    return answer


@lru_cache(maxsize=64)
def _wrappers(family: Family) -> list[tuple[str, str, re.Pattern[str], re.Pattern[str]]]:
    """Give each pair with what finds the opener at the start, and both anywhere."""
    found = []
    for opener, closer in family.wrappers:
        flags = re.IGNORECASE if re.fullmatch(r"<\w+>", opener) else re.NOFLAG
        tag = re.escape(opener[:-1]) + (r"(?:\s[^<>\n]*)?>" if flags else re.escape(opener[-1]))
        end = re.escape(closer)
        found.append((opener, closer, re.compile(tag, flags), re.compile(f"(?P<closes>{end})|{tag}", flags)))
    return found


def _wrapper_end(answer: str, marks: re.Pattern[str], start: int, end: int) -> tuple[int, int] | None:
    """Find the closer of a wrapper: the last one if the answer ends in it and no other wrapper begins."""
    found = [(match.start(), match.end(), match["closes"] is not None) for match in marks.finditer(answer, start, end)]
    closers = [(left, right) for left, right, closes in found if closes]
    if not closers:
        return None
    if len(closers) == len(found) and not answer[closers[-1][1] :].strip(SPACE):
        return closers[-1]
    depth = 1
    for left, right, closes in found:
        depth += -1 if closes else 1
        if not depth:
            return left, right
    return closers[-1]


def bridged(tag: str, piece: str) -> tuple[str, str]:
    """Read a block whose tag Inspect wrote; give its text and its form.

    A redacted block holds a signature or ciphertext; its readable text is the summary.
    """
    redacted = re.search(r"\sredacted(?:=[\"']?(?:true|1)\b|[\s>])", tag, re.IGNORECASE)
    if redacted is None and not re.search(r"\s(?:signature|internal)\b", tag):
        return piece, "raw"
    summary = _SUMMARY.match(piece)
    shown = summary[1].strip(SPACE) if summary else ""
    rest = piece[summary.end() :].strip(SPACE) if summary else piece
    if redacted:
        return (shown, "summary") if shown else ("", "redacted")
    return (rest, "raw") if rest or not shown else (shown, "summary")


def split_details(text: str, found: list[Mark], notes: list[str]) -> Completion:
    """Split at the blocks that Open WebUI writes; its text is escaped, so that the next closer is the right one."""
    outcome = Completion(None, None, "open_webui", notes=notes)
    reasoning: list[str] = []
    answer: list[str] = []
    at = 0
    for mark in found:
        if mark.family.kind != "details" or mark.start < at or mark.quoted or not (mark.begins_line or reasoning):
            continue
        answer.append(text[at : mark.start].strip(SPACE))
        end = text.find("</details>", mark.end)
        piece, escaped = _details_text(text[mark.end : end if end >= 0 else len(text)])
        reasoning.append(piece)
        if escaped:
            outcome.note("markup_unescaped")
        outcome.closed = end >= 0 and re.search(r"done=[\"']false", text[mark.start : mark.end]) is None
        at = end + len("</details>") if end >= 0 else len(text)
    answer.append(text[at:].strip(SPACE))
    blocks = [part for part in reasoning if part]
    if not outcome.closed:
        outcome.note("unclosed_reasoning")
    if len(blocks) != 1:
        outcome.note("multi_block" if blocks else "empty_reasoning")
    outcome.reasoning, outcome.answer = "\n\n".join(blocks), "\n\n".join(filter(None, answer))
    return outcome


def _details_text(body: str) -> tuple[str, bool]:
    """Give the text of Open WebUI's block without its summary and quotation marks, and whether it was escaped."""
    summary = _SUMMARY.match(body)
    body = (body[summary.end() :] if summary else body).strip("\r\n")
    escaped = "<" not in body and "&" in body
    lines = [_unquoted(line) for line in body.split("\n")]
    text = "\n".join(lines)
    return (html.unescape(text) if escaped else text).strip(SPACE), escaped


def _unquoted(line: str) -> str:
    for mark in ("&gt; ", "> ", "&gt;", ">"):
        if line.startswith(mark):
            return line[len(mark) :]
    return line


def unescaped(text: str) -> str | None:
    """Undo the escaping of a text in which no plain angle bracket is left; None if nothing is escaped."""
    if "<" in text or not (("&" in text and _ENTITY.search(text)) or "\\u003" in text):
        return None
    plain = text
    for _ in range(_MOST_LAYERS):
        if "<" in plain:
            break
        plain = _ESCAPED_ANGLE.sub(lambda match: "<" if match[1] in "cC" else ">", plain)
        if "<" not in plain:
            plain = html.unescape(plain)
    return with_newlines(plain) if "<" in plain else None


def with_newlines(text: str) -> str:
    r"""Make newlines of ``\n`` as two characters, if the text has no other."""
    return text if "\n" in text else _ESCAPED_NEWLINE.sub("\n", text)
