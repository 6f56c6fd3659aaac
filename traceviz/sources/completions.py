"""Split a completion at the markers around its reasoning."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from traceviz.sources.cutting import Blocks
from traceviz.sources.harmony import header_in, is_harmony, split_harmony, split_stripped
from traceviz.sources.markers import FAMILIES, MODES, Family
from traceviz.sources.marks import Mark, edges, find_marks, may_end_in_mark, skip_space
from traceviz.sources.pairing import Completion, first_of_all
from traceviz.sources.quotes import SPACE, fences, quotes_code, stands_in_quotation_marks
from traceviz.sources.wrappers import split_details, unescaped, unwrapped, with_newlines

__all__ = ["Completion", "prompt_mark", "split", "starts_with_opener"]

#: How chains of thought begin, and answers hardly ever.
_THINKING_ALOUD: Final = re.compile(
    r"(?:(?:ok(?:ay)?|alright|all right|hm+|well|right)[,.]*\s+"
    r"(?:so\b|let me\b|let's\b|let us\b|the (?:user|question|problem)\b|i (?:need|have|should|want)\b"
    r"|we (?:need|have)\b"
    r"|first\b|this (?:is|looks)\b)"
    r"|(?:hm+|wait)[,.\u2026]"
    r"|so,? (?:the user|i need to|we need to|we have to)\b"
    r"|(?:the user|user) (?:is asking|asks|wants|says|said|wrote|has asked)\b"
    r"|we (?:need|have) to\b|let me (?:think|start|see|figure|try)\b|i need to (?:find|figure|solve|work|think)\b"
    r"|first, i (?:need|should|have)\b|let's (?:think|see|figure)\b"
    r"|\u55ef[\uff0c,\u3002\u2026]|\u597d\u7684?[\uff0c,](?:\u6211|\u73b0\u5728|\u9996\u5148|\u7528\u6237|\u8ba9)"
    r"|\u9996\u5148[\uff0c,]\u6211|\u7528\u6237(?:\u95ee|\u60f3|\u8981|\u8bf7))",
    re.IGNORECASE,
)

#: A tag of the commonest family, in any spelling.
_THINK: Final = re.compile(r"</?(?i:think)\b")

#: What may be a marker or a token; ``x < 4`` is none.
_TAG: Final = re.compile(r"<[^\s\d=]")

#: What is left at the start where only the tokens around it were removed.
_BARE_HEADER: Final = re.compile(r"analysis[A-Z\u4e00-\u9fff]|thought\n")


def split(text: str, *, prompt: str | None = None, families: tuple[Family, ...] = FAMILIES) -> Completion:
    """Split a completion into its reasoning and its answer.

    Parameters
    ----------
    text
        The completion.
    prompt
        What stood before it: where it ends in an opener, the completion begins inside the block.
    families
        The markers to look for, and what the user decided (`markers.PREFILL`, `markers.ALL`).

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
    plain = _plain_pair(text, prompt) if families is FAMILIES else None
    if plain is not None:
        return plain
    mode = families[-1] if families and families[-1] in MODES else None
    notes = ["bom"] if text.startswith("\ufeff") else []
    text = text.removeprefix("\ufeff")
    start, end = edges(text)
    if (start, end) != (0, len(text)):
        notes.append("special_token_removed")
    inner = text[start:end]
    if mode is not None and mode.kind == "all":
        return Completion(inner.strip(SPACE), None, mode.name, notes=notes)
    phrase = _phrase(inner, families)
    if phrase is not None:
        return _split_phrase(inner, phrase, notes)
    return _split(text[start:], inner, prompt, families, notes)


def _plain_pair(text: str, prompt: str | None) -> Completion | None:
    """Split what most completions are, one block of ``<think>`` and a plain answer; None where the rules are needed.

    It gives what `_split` gives, in a third of the time.
    """
    start = _plain_closer(text) if text.startswith("<think>") else -1
    if start < 0 or ("\n" not in text and "\\n" in text):
        return None
    if prompt and (prompt[-100:].rstrip(SPACE).endswith((">", "]", "\u25b7", "think")) or header_in(prompt)):
        return None
    reasoning, answer = text[7:start].strip(SPACE), text[start + 8 :].strip(SPACE)
    return Completion(reasoning, answer, "think") if reasoning and answer else None


def _plain_closer(text: str) -> int:
    """Find the one closer behind an opener; -1 where there is another tag, or it may be quoted."""
    start = text.rfind("<")  # one character is found many times as fast as a tag
    if not text.startswith("</think>", start):
        start = text.rfind("</think>")
    end = start + 8
    if start < 0 or _TAG.search(text, end) or (text.find("<", 7) < start and _THINK.search(text, 7, start)):
        return -1
    if stands_in_quotation_marks(text, start, end):
        return -1
    coded = quotes_code(text, start)
    return -1 if coded and (text[start - 1] != "\n" or any(a <= start < b for a, b in fences(text))) else start


def starts_with_opener(text: str, families: tuple[Family, ...] = FAMILIES) -> bool:
    """Tell whether a text begins with an opener, after white space."""
    head = text[:4000].lstrip(SPACE)
    return head[:1] in "<[\u25c1" and any(mark.is_opener and mark.start == 0 for mark in find_marks(head, families))


def prompt_mark(prompt: str, families: tuple[Family, ...] = FAMILIES) -> Mark | None:
    """Give the marker that a prompt ends in: an opener means that the completion begins inside the block."""
    tail = prompt[-400:].rstrip(SPACE)
    if not may_end_in_mark(tail, families):
        return None
    # A header ends the prompt of any chat; what it opens is told from the whole prompt.
    found = [mark for mark in find_marks(tail, families) if mark.family.kind not in ("header", "channels")]
    return found[-1] if found and found[-1].end == len(tail) else None


def _split(text: str, inner: str, prompt: str | None, families: tuple[Family, ...], notes: list[str]) -> Completion:
    """Split a text whose edges are cut; ``text`` has its right edge still, in which messages with headers end."""
    header = header_in(prompt) if prompt and _of_kind(families, "channels") else ""
    if header and is_harmony(header + text):
        return split_harmony(header + text)
    before = prompt_mark(prompt, families) if prompt else None
    found = _used(inner, find_marks(inner, families), _header_family(prompt, inner, families))
    if before is not None and not before.is_opener and not _begins_with_opener(inner, found):
        return Completion(None, unwrapped(inner.strip(SPACE), before.family), None, notes=[*notes, "no_marker"])
    plain = _without_escapes(inner, found, families)
    if plain is not None:
        return _mended(plain, prompt, families, notes)
    first = first_of_all(found)
    family = _prefilled(before, first, prompt, families)
    if family is None and first is None:
        return _unmarked(inner, found, families, notes)
    if family is None and first is not None and first.family.kind == "channels":
        return split_harmony(text)
    return _split_pairs(inner, found, first, family, notes)


def _begins_with_opener(text: str, found: list[Mark]) -> bool:
    return bool(found) and found[0].is_opener and found[0].start == skip_space(text, 0)


def _split_pairs(
    text: str, found: list[Mark], first: Mark | None, prefilled: Family | None, notes: list[str]
) -> Completion:
    """Split at openers and closers; ``first`` decides, unless the prompt opened a block of the family ``prefilled``."""
    if prefilled is None and first is not None and first.family.kind == "details":
        return split_details(text, found, notes)
    family = prefilled or (first.family if first else FAMILIES[0])
    outcome = Completion(None, None, family.name, notes=notes)
    start = len(family.opener) if family.kind == "header" and text.startswith(family.opener) else 0
    blocks = Blocks(text[start:], [_moved(mark, start) for mark in found if mark.family is family], outcome)
    blocks.cut(first if first is not None and first.family is family else None, prefilled=bool(prefilled or start))
    blocks.finish()
    return outcome


def _prefilled(
    before: Mark | None, first: Mark | None, prompt: str | None, families: tuple[Family, ...]
) -> Family | None:
    """Give the family of the block that the completion begins in, if it begins in one."""
    if before is not None:
        return before.family
    mode = families[-1] if families and families[-1] in MODES else None
    if mode is not None:
        return first.family if first is not None else families[0]
    header = _of_kind(families, "header")
    return header if header is not None and prompt and prompt.endswith("assistant" + header.opener) else None


def _moved(mark: Mark, start: int) -> Mark:
    return mark if not start else mark._replace(start=mark.start - start, end=mark.end - start, line=mark.line - start)


def _used(text: str, found: list[Mark], header: Family | None) -> list[Mark]:
    """Leave out the tokens of chats that are markers in some families only."""
    if not any(mark.family.kind != "pair" for mark in found):
        return found
    kept = found
    if any(mark.family.kind == "channels" for mark in found) and not is_harmony(text):
        kept = [mark for mark in kept if mark.family.kind != "channels"]
    turns = [mark for mark in kept if mark.family.kind == "header"]
    if turns and header is None and (len(turns) > 1 or len(turns) < len(kept)):
        kept = [mark for mark in kept if mark.family.kind != "header"]
    return kept


def _header_family(prompt: str | None, text: str, families: tuple[Family, ...]) -> Family | None:
    """Give the family whose opener is the end of the header before the completion."""
    family = _of_kind(families, "header")
    if family is None:
        return None
    return family if text.startswith(family.opener) or (prompt or "").endswith(family.opener) else None


def _phrase(text: str, families: tuple[Family, ...]) -> Family | None:
    """Give the family whose words the text begins with."""
    at = skip_space(text, 0)
    if not text.startswith("Here", at):
        return None
    for family in families:
        if family.kind == "phrase" and text.startswith(tuple(pair[0] for pair in family.spellings()), at):
            return family
    return None


def _split_phrase(text: str, family: Family, notes: list[str]) -> Completion:
    at = skip_space(text, 0)
    opener = next(opener for opener, _ in family.spellings() if text.startswith(opener, at))
    start = at + len(opener)
    places = [(place, closer) for _, closer in family.spellings() if (place := text.find(closer, start)) >= 0]
    end, closer = min(places, default=(len(text), ""))
    outcome = Completion(text[start:end].strip(SPACE), text[end + len(closer) :].strip(SPACE), family.name, notes=notes)
    if not closer:
        outcome.closed = False
        outcome.note("unclosed_reasoning")
    elif not outcome.reasoning:
        outcome.note("empty_reasoning")
    return outcome


def _without_escapes(text: str, found: list[Mark], families: tuple[Family, ...]) -> str | None:
    r"""Undo the escaping of newlines beside a marker, or of markers; None where nothing is escaped.

    Newlines are ``\n`` as two characters.
    """
    if found:
        escaped = "\n" not in text and "\\n" in text
        beside = escaped and any(
            text.startswith("\\n", mark.end) or text.endswith("\\n", 0, mark.start) for mark in found
        )
        return with_newlines(text) if beside else None
    plain = unescaped(text)
    return plain if plain is not None and first_of_all(find_marks(plain, families)) is not None else None


def _mended(text: str, prompt: str | None, families: tuple[Family, ...], notes: list[str]) -> Completion:
    outcome = split(text, prompt=prompt, families=families)
    outcome.notes = [*notes, "markup_unescaped", *(note for note in outcome.notes if note not in notes)]
    return outcome


def _unmarked(text: str, found: list[Mark], families: tuple[Family, ...], notes: list[str]) -> Completion:
    """Read a text without a marker in use: all of it is the answer, unless its markers were removed."""
    if not found:
        stripped = split_stripped(text)
        if stripped is not None:
            stripped.notes = [*notes, *stripped.notes]
            return stripped
    outcome = Completion(None, text, None, notes=notes)
    if found:
        outcome.note("literal_marker")
    outcome.note("no_marker")
    at = skip_space(text, 0)
    if _BARE_HEADER.match(text, at):
        outcome.note("special_tokens_stripped_suspect")
    elif _THINKING_ALOUD.match(text, at):
        outcome.note("reasoning_in_answer_suspect")
    wrappers = _wrapper_tokens(families)
    if text.startswith(tuple(wrappers), at):
        family = next(family for opener, family in wrappers.items() if text.startswith(opener, at))
        outcome.answer = unwrapped(text.strip(SPACE), family)
    return outcome


@lru_cache(maxsize=64)
def _wrapper_tokens(families: tuple[Family, ...]) -> dict[str, Family]:
    """Give the tokens that begin an answer even where there is no reasoning; tags may be the model's own words."""
    return {
        opener: family for family in families if family.kind == "pair" for opener, _ in family.wrappers if "|" in opener
    }


@lru_cache(maxsize=64)
def _of_kind(families: tuple[Family, ...], kind: str) -> Family | None:
    return next((family for family in families if family.kind == kind), None)
