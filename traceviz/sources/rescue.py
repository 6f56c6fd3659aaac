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
#: A writer that is killed leaves NUL; a sequence of JSON texts begins each with a record separator.
_BETWEEN: Final = re.compile("[ \t\r\n,\ufeff\0\x1e]*")

_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_STRING: Final = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_PYTHON: Final = re.compile(r"\s*\{\s*'")

#: What stands between two values, and what is said of it.
_BETWEEN_NOTES: Final = {"\ufeff": "bom", ",": "multi_value_line", "\0": "control_chars_raw"}

#: Characters that are neither bad bytes nor what replaces them.
_SOUND: Final = re.compile("[^\ufffd\udc80-\udcff]+")


class Rescued(NamedTuple):
    """The values of a damaged text, what was done, and where and why reading stopped (None: it did not).

    ``stopped``, and ``places`` with the begin and the end of each value, count bytes.
    """

    values: list[Any]
    notes: list[str]
    stopped: int | None
    error: str
    places: list[tuple[int, int]]


def rescue(raw: bytes) -> Rescued:
    """Read all JSON values of a text that the fast parser refused."""
    text, notes = _decoded(raw)
    replaced = bool(notes)
    values: list[Any] = []
    bounds: list[int] = []
    stopped, reason = False, ""
    where = 0
    while True:
        after = _BETWEEN.match(text, where)
        start = after.end() if after else where
        between = text[where:start]
        if between:
            notes += [note for mark, note in _BETWEEN_NOTES.items() if mark in between]
        where = start
        if where == len(text):
            break
        try:
            value, end = _LENIENT.raw_decode(text, where)
            # The halves of a pair that stand in two fragments of a stream are joined with the fragments.
            values.append(value if is_fragment(value) else _mended(value, notes))
        except (ValueError, RecursionError) as error:
            stopped, reason = True, _reason(error, text[where : where + 200])
            bounds.append(where)
            break
        if _has_raw_control(text[where:end]):
            notes.append("control_chars_raw")
        bounds += (where, end)
        where = end
    if len(values) > 1 or (values and stopped):
        notes.append("multi_value_line")
    at = _byte_places(raw, text, bounds, replaced=replaced)
    places = list(zip(at[0::2], at[1::2], strict=False))
    return Rescued(values, sorted(set(notes)), at[-1] if stopped else None, reason, places)


def _byte_places(raw: bytes, text: str, bounds: list[int], *, replaced: bool) -> list[int]:
    """Give the places in the bytes for ascending places in the text that was decoded from them."""
    if len(raw) == len(text):
        return bounds  # each character is a byte, and so is each that was replaced
    errors = "surrogatepass"
    if replaced:
        errors, escaped = "surrogateescape", raw.decode("utf-8", "surrogateescape")
        bounds, text = _same_places(text, escaped, bounds), escaped
    places, last, size = [], 0, 0
    for bound in bounds:
        size += len(text[last:bound].encode("utf-8", errors))
        places.append(size)
        last = bound
    return places


def _same_places(text: str, escaped: str, bounds: list[int]) -> list[int]:
    """Give places in a text whose bad bytes are escapes, for those in one where stretches of them are U+FFFD.

    All other characters are the same in both, in the same order, and a value begins and ends with such a one.
    """
    runs = _SOUND.finditer(escaped)
    run, passed = next(runs, None), 0
    places, sound, last = [], 0, 0
    for bound in bounds:
        sound += bound - last - text.count("\ufffd", last, bound)
        last = bound
        while run is not None and passed + len(run[0]) < sound:
            passed += len(run[0])
            run = next(runs, None)
        places.append(len(escaped) if run is None else run.start() + sound - passed)
    return places


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


def _has_raw_control(text: str) -> bool:
    """Tell whether a control character stands raw within a string rather than between the values."""
    return _CONTROL.search(text) is not None and any(_CONTROL.search(found[0]) for found in _STRING.finditer(text))


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
