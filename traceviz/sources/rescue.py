"""JSON that the fast parser refuses: read leniently, mend what has one meaning, set the rest aside."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final, NamedTuple

from traceviz.sources.chunks import is_fragment
from traceviz.texts import replace_lone_surrogates


def _integer(digits: str) -> int | str:
    """Read a whole number; one that is longer than Python reads stays the text that it is."""
    try:
        return int(digits)
    except ValueError:
        return digits


#: Also reads raw control characters in strings, NaN and Infinity.
_LENIENT: Final = json.JSONDecoder(strict=False, parse_int=_integer)

#: What may stand between two values on a line: files joined without a newline, trailing commas, marks amid a file.
#: A writer that is killed leaves NUL.
_BETWEEN: Final = re.compile("[ \t\r\n,\ufeff\0]*")

_CONTROL: Final = re.compile(r"[\x00-\x1f]")
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
        if "\0" in text[where:start]:
            notes.append("control_chars_raw")
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


def mended_bytes(raw: bytes, notes: list[str]) -> str:
    """Give the text of bytes, whatever they are; the notes say what was done."""
    text, found = _decoded(raw)
    notes += [note for note in found if note not in notes]
    return mended_text(text, notes)


def _decoded(raw: bytes) -> tuple[str, list[str]]:
    for errors in ("strict", "surrogatepass"):  # the second keeps the halves of CESU-8 pairs, which then join
        try:
            return raw.decode("utf-8", errors), []
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace"), ["invalid_utf8_replaced"]


def _oddities(text: str, value: Any) -> list[str]:
    plain = text.replace("\n", "").replace("\r", "").replace("\t", "")
    return ["control_chars_raw"] if _CONTROL.search(plain) or _multiline_string(value, text) else []


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
    """Join the halves of surrogate pairs, replace each half that is alone, and note numbers that are none."""
    if isinstance(value, str):
        return mended_text(value, notes)
    if isinstance(value, float) and not math.isfinite(value) and "nonfinite_number" not in notes:
        notes.append("nonfinite_number")
    if isinstance(value, list):
        return [_mended(item, notes) for item in value]
    if isinstance(value, dict):
        return {mended_text(key, notes): _mended(item, notes) for key, item in value.items()}
    return value


def mended_text(text: str, notes: list[str]) -> str:
    """Join the halves of surrogate pairs in a text, and replace each half that is alone."""
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
