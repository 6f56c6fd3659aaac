"""Sort the text between the markers of one family into reasoning and answer.

The time is linear in the text, because models under training degenerate into tens of thousands of markers.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from traceviz.sources.markers import IMPLICIT_CLOSERS, Family
from traceviz.sources.marks import Mark, edges
from traceviz.sources.pairing import Completion, partners
from traceviz.sources.quotes import SPACE
from traceviz.sources.wrappers import bridged, unwrapped

_IMPLICIT: Final = re.compile(r"(?:^|(?<=\n))[ \t]{0,8}(?=" + "|".join(map(re.escape, IMPLICIT_CLOSERS)) + ")")

#: Characters behind which a sentence is over.
_SENTENCE_ENDS: Final = ".!?:;\u2026\u3002\uff01\uff1f\uff1a\uff1b\"')]}`\u201d\u2019>*|$"

#: Characters in which the beginnings of a stream and of its retry have to agree.
_SAME_BEGINNING: Final = 12


class Blocks:
    """Walk over the markers of one family.

    Parameters
    ----------
    text
        The completion.
    marks
        The markers of the family.
    outcome
        What was found; it is filled.
    """

    def __init__(self, text: str, marks: Sequence[Mark], outcome: Completion) -> None:
        self.text, self.marks, self.outcome = text, marks, outcome
        self.reasoning: list[str] = []
        self.answer: list[str] = []
        self.forms: list[str] = []
        self._pairs = partners(marks, count_prose=True)
        self._plain_pairs = partners(marks, count_prose=False)
        #: The last closers, without and with those that are quoted: no marker behind them can end a block.
        self._last = _last_closers(marks, quoted=False)
        self._last_quoted = _last_closers(marks, quoted=True)
        self._implicit: list[int] | None = None
        self._next_end: dict[str, int] = {}
        if any(not mark.exact for mark in marks):
            outcome.note("tag_variant")

    def cut(self, first: Mark | None, *, prefilled: bool) -> None:
        """Cut the text into parts; ``first`` is the marker that decided, ``prefilled`` says that the prompt opened."""
        at, i = 0, 0
        opens = first is not None and first.is_opener
        if prefilled and self.marks and self.marks[0].is_opener and not self.text[: self.marks[0].start].strip(SPACE):
            at, i = self._block(self.marks[0].end, 1, 0)  # some servers write the opener a second time
        elif prefilled or not opens:
            if not prefilled:
                self.outcome.note("no_open_tag")
            at, i = self._block(0, 0, None)
        passed = -1  # the last marker that stayed in the answer: what follows it stands not right after a block
        while i < len(self.marks):
            mark = self.marks[i]
            right_after = passed < at and bool(self.reasoning) and not self.text[at : mark.start].strip(SPACE)
            if mark.is_opener and not mark.quoted and (mark is first or self._starts(i, right_after=right_after)):
                self._answer(at, mark.start)
                at, i = self._block(mark.end, i + 1, i)
                continue
            if not mark.is_opener and right_after:
                self.outcome.note("stray_closer")
                at = mark.end
            else:
                passed = mark.start
                if not _ends_wrapper(mark):
                    self.outcome.note("literal_marker")
            i += 1
        self._answer(at, len(self.text))

    def _starts(self, i: int, *, right_after: bool) -> bool:
        """Tell whether an opener behind the first block starts another."""
        mark = self.marks[i]
        if not mark.begins_line and not right_after:
            return False
        if self._pairs[i] is not None or not self.reasoning:
            return True
        # Without a closer, a tag that begins a line of the answer may be the subject of its sentence.
        words = self.text[mark.end : mark.end + 2]
        return not (words[:1] == " " and words[1:].islower())

    def _block(self, start: int, i: int, own: int | None) -> tuple[int, int]:
        """Take the block that begins at ``start``; give where the text after it begins, and the next marker.

        ``i`` is the first marker inside, ``own`` the one that opened it.
        """
        closer, balanced = self._closer(i, own)
        hard = self._hard_end(start, closer)
        if hard is not None:
            return self._end_at(start, hard, i, own)
        if not balanced:
            early = self._early_end(start, i, closer)
            if early is not None:
                code, end, k = early
                self.outcome.note(code)
                self._reasoning(start, end, own)
                if code == "mirrored_closer":
                    return self.marks[k].end, k + 1
                return end, self._pass(i, end)
        if closer is None:
            self._reasoning(start, len(self.text), own)
            self.outcome.note("unclosed_reasoning")
            self.outcome.closed = False
            return len(self.text), self._pass(i, len(self.text))
        if not balanced:
            self.outcome.note("unbalanced")
        if self.marks[closer].quoted:
            self.outcome.note("literal_marker")
        self._pass(i, self.marks[closer].start)
        self._reasoning(start, self.marks[closer].start, own)
        return self.marks[closer].end, closer + 1

    def _pass(self, i: int, end: int) -> int:
        """Go over the markers inside a block; give the first one behind it."""
        while i < len(self.marks) and self.marks[i].start < end:
            if self.marks[i].quoted:
                self.outcome.note("literal_marker")
            elif self.marks[i].is_opener:
                self.outcome.note("nested")
            i += 1
        return i

    def _closer(self, i: int, own: int | None) -> tuple[int | None, bool]:
        """Give the closer of a block, and whether the depth is 0 there."""
        key = self.marks[own].key if own is not None else self._free_key(i)
        strict = self._pairs[own] if own is not None else self._free(i, self._pairs, key)
        plain = self._plain_pairs[own] if own is not None else self._free(i, self._plain_pairs, key)
        found = strict
        if found is None:
            found = next((k for k in (self._last.get(key, -1), self._last_quoted.get(key, -1)) if k >= i), None)
        # An opener in a sentence of the reasoning must not make a closer in a sentence of the answer end the block.
        if found is not None and plain is not None and plain < found:
            if self.marks[found].in_prose and not self.marks[plain].in_prose:
                return plain, True
            if own is None and strict is None:
                return plain, True
        return found, strict is not None

    def _free_key(self, i: int) -> str:
        return next((mark.key for mark in self.marks[i:] if not mark.is_opener and not mark.quoted), "")

    def _free(self, i: int, pairs: list[int | None], key: str) -> int | None:
        """Give the first closer that no opener in the text has: that of an opener in the prompt."""
        for k in range(i, len(self.marks)):
            mark = self.marks[k]
            if not mark.is_opener and not mark.quoted and pairs[k] is None and mark.key == key:
                return k
        return None

    def _hard_end(self, start: int, closer: int | None) -> int | None:
        """Give the place before the closer where what can only follow a block begins."""
        family = self.marks[0].family if self.marks else None
        if family is None:
            return None
        ends = family.ends or (() if closer is not None else _wrapper_tokens(family))
        limit = len(self.text) if closer is None else self.marks[closer].start
        place = min((self._next(end, start) for end in ends), default=limit)
        return place if place < limit else None

    def _next(self, end: str, start: int) -> int:
        """Give where a string stands next; it is not searched again before what was found."""
        if self._next_end.get(end, -1) < start:
            place = self.text.find(end, start)
            self._next_end[end] = place if place >= 0 else len(self.text) + 1
        return self._next_end[end]

    def _end_at(self, start: int, end: int, i: int, own: int | None) -> tuple[int, int]:
        self._reasoning(start, end, own)
        return end, self._pass(i, end)

    def _early_end(self, start: int, i: int, closer: int | None) -> tuple[str, int, int] | None:
        """Look for what ends a block that has no closer of its own; give the code, the place, the marker there."""
        tool = self._tool_call(start)
        limit = len(self.text) if closer is None else self.marks[closer].start
        openers = []
        k = i
        while k < len(self.marks) and self.marks[k].start < min(limit, tool):
            mark = self.marks[k]
            if mark.is_opener and not mark.quoted:
                if k == i and self._is_doubled(start, k):
                    return "nested", mark.start, k
                if self._is_retry(start, i, k):
                    return "retry_concatenation_suspect", mark.start, k
                if not mark.in_prose:
                    openers.append(k)
            k += 1
        if tool < limit and (closer is None or (k < len(self.marks) and self.marks[k].is_opener)):
            return "implicit_close_tool", tool, k
        if closer is None and tool > limit and len(openers) == 1 and self._parts_text(start, openers[0]):
            return "mirrored_closer", self.marks[openers[0]].start, openers[0]
        return None

    def _is_doubled(self, start: int, k: int) -> bool:
        """Tell an opener that is written twice; more of them are something that the model does."""
        if self.text[start : self.marks[k].start].strip(SPACE):
            return False
        behind = self.marks[k + 1] if k + 1 < len(self.marks) else None
        return behind is None or not behind.is_opener or bool(self.text[self.marks[k].end : behind.start].strip(SPACE))

    def _is_retry(self, start: int, i: int, k: int) -> bool:
        """Tell an opener at which a stream that was cut begins anew; ``i`` is the first marker inside the block."""
        mark = self.marks[k]
        before = self.text[max(start, mark.start - _MOST_LOOK) : mark.start].rstrip(SPACE)
        head = self.text[start : min(start + _MOST_LOOK, self.marks[i].start)].lstrip(SPACE)[:_SAME_BEGINNING]
        if not before or not head:
            return False
        anew = self.text[mark.end : mark.end + _MOST_LOOK].lstrip(SPACE)
        if len(head) == _SAME_BEGINNING and anew.startswith(head):
            return True
        if before[-1] in _SENTENCE_ENDS or mark.begins_line or mark.in_prose or not anew:
            return False
        return anew[0].isupper() or (anew[0].isalpha() and not anew[0].islower())

    def _parts_text(self, start: int, k: int) -> bool:
        """Tell whether text stands on both sides of a marker."""
        mark = self.marks[k]
        return bool(self.text[start : mark.start].strip(SPACE)) and bool(self.text[mark.end :].strip(SPACE))

    def _tool_call(self, start: int) -> int:
        """Give where the next tool call begins a line, or one more than the text has."""
        if self._implicit is None:
            self._implicit = [match.end() for match in _IMPLICIT.finditer(self.text)]
        place = bisect_left(self._implicit, start)
        return self._implicit[place] if place < len(self._implicit) else len(self.text) + 1

    def _reasoning(self, start: int, end: int, own: int | None) -> None:
        piece = self.text[start:end].strip(SPACE)
        form = "raw"
        if own is not None and not self.marks[own].exact:
            piece, form = bridged(self.text[self.marks[own].start : self.marks[own].end], piece)
        self.reasoning.append(piece)
        self.forms.append(form)

    def _answer(self, start: int, end: int) -> None:
        piece = self.text[start:end].strip(SPACE)
        if not piece:
            return
        left, right = edges(piece, within=bool(self.reasoning))
        if (left, right) != (0, len(piece)):
            self.outcome.note("special_token_removed")
            piece = piece[left:right].strip(SPACE)
        if self.reasoning and self.marks:
            piece = unwrapped(piece, self.marks[0].family)
        if piece:
            self.answer.append(piece)

    def finish(self) -> None:
        """Join the parts."""
        outcome = self.outcome
        raw = [part for part, form in zip(self.reasoning, self.forms, strict=True) if part and form == "raw"]
        if not raw and any(form != "raw" for form in self.forms):
            self._finish_withheld()
        else:
            if len(raw) > 1:
                outcome.note("multi_block")
            if not raw:
                outcome.note("empty_reasoning")
            if any(form != "raw" for form in self.forms):
                outcome.note("mixed_forms")
            outcome.reasoning = "\n\n".join(raw)
        outcome.answer = "\n\n".join(self.answer)

    def _finish_withheld(self) -> None:
        outcome = self.outcome
        summaries = [part for part, form in zip(self.reasoning, self.forms, strict=True) if form == "summary"]
        outcome.form = "summary" if summaries else "redacted"
        outcome.note("summary_only" if summaries else "redacted")
        outcome.reasoning = "\n\n".join(summaries) if summaries else ""


#: Characters on either side of a marker that are looked at to see whether a stream begins anew.
_MOST_LOOK: Final = 60


def _last_closers(marks: Iterable[Mark], *, quoted: bool) -> dict[str, int]:
    return {mark.key: i for i, mark in enumerate(marks) if not mark.is_opener and (quoted or not mark.quoted)}


def _ends_wrapper(mark: Mark) -> bool:
    """Tell a closer that also ends what stands around the answer."""
    return not mark.is_opener and any(closer == mark.family.closer for _, closer in mark.family.wrappers)


def _wrapper_tokens(family: Family) -> tuple[str, ...]:
    """Give the tokens that begin an answer; words in angle brackets may be the model's own."""
    return tuple(opener for opener, _ in family.wrappers if "|" in opener)
