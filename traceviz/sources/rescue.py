"""JSON that the fast parser refuses: read leniently, mend what has one meaning, set the rest aside."""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

from traceviz.sources.chunks import is_fragment
from traceviz.texts import replace_lone_surrogates

#: Also reads raw control characters in strings, NaN and Infinity.
_LENIENT: Final = json.JSONDecoder(strict=False)

#: What may stand between two values on a line: files joined without a newline, trailing commas, marks amid a file.
_BETWEEN: Final = re.compile("[ \t\r\n,\ufeff]*")

_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_NOT_FINITE: Final = re.compile(r"\b(?:NaN|Infinity)\b")
_PYTHON: Final = re.compile(r"\s*\{\s*'")


class Rescued(NamedTuple):
    """The values of a damaged text, what was done, and where and why reading stopped (None: it did not)."""

    values: list[Any]
    notes: list[str]
    stopped: int | None
    error: str


def rescue(raw: bytes) -> Rescued:
    """Read all JSON values of a text that the fast parser refused.

    ``stopped`` is a byte position in ``raw``.
    """
    text, notes = _decoded(raw)
    values: list[Any] = []
    where = 0
    while True:
        after = _BETWEEN.match(text, where)
        start = after.end() if after else where
        if "\ufeff" in text[where:start]:
            notes.append("bom")
        if "," in text[where:start]:
            notes.append("multi_value_line")
        where = start
        if where == len(text):
            break
        try:
            value, end = _LENIENT.raw_decode(text, where)
            # The halves of a pair that stand in two fragments of a stream are joined with the fragments.
            values.append(value if is_fragment(value) else _mended(value, notes))
        except (ValueError, RecursionError) as error:
            if values:
                notes.append("multi_value_line")
            stopped = len(text[:where].encode("utf-8", "surrogatepass"))
            return Rescued(values, notes, stopped, _reason(error, text[where : where + 200]))
        notes += _oddities(text[where:end], value)
        where = end
    if len(values) > 1:
        notes.append("multi_value_line")
    return Rescued(values, sorted(set(notes)), None, "")


def _decoded(raw: bytes) -> tuple[str, list[str]]:
    for errors in ("strict", "surrogatepass"):  # the second keeps the halves of CESU-8 pairs, which then join
        try:
            return raw.decode("utf-8", errors), []
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace"), ["invalid_utf8_replaced"]


def _oddities(text: str, value: Any) -> list[str]:
    notes = []
    if _CONTROL.search(text.replace("\n", "").replace("\r", "").replace("\t", "")) or _multiline_string(value, text):
        notes.append("control_chars_raw")
    if _NOT_FINITE.search(text):
        notes.append("nonfinite_number")
    return notes


def _multiline_string(value: Any, text: str) -> bool:
    """Tell whether tabs or newlines stand raw within a string rather than between the values."""
    if not isinstance(value, dict) or not ("\t" in text or "\n" in text):
        return False
    try:
        json.loads(text)
    except ValueError as error:
        return "control character" in str(error)
    return False


def _reason(error: Exception, text: str) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if _PYTHON.match(text):
        return "a Python literal with single quotes, not JSON; write records with json.dumps"
    return f"not JSON: {getattr(error, 'msg', str(error))}"


def _mended(value: Any, notes: list[str]) -> Any:
    """Join the halves of surrogate pairs, and replace each half that is alone."""
    if isinstance(value, str):
        return _mended_text(value, notes)
    if isinstance(value, list):
        return [_mended(item, notes) for item in value]
    if isinstance(value, dict):
        return {_mended_text(key, notes): _mended(item, notes) for key, item in value.items()}
    return value


def _mended_text(text: str, notes: list[str]) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
        if len(joined) < len(text):
            notes.append("cesu8_joined")
        text, n_replaced = replace_lone_surrogates(joined)
        if n_replaced:
            notes.append("lone_surrogate_replaced")
    return text
