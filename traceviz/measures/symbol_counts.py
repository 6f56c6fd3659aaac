"""The verb `symbols`: which unusual symbols stand in running text, how often, and where."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import pandas as pd

from traceviz.detectors.detect import detect
from traceviz.schema import STRING, as_traces, check_columns
from traceviz.texts import replace_lone_surrogates

#: Characters around the example of a symbol.
_CONTEXT: Final = 20

#: What the only group is called where nothing tells groups apart.
_ALL: Final = "all"

_COLUMNS: Final = {
    "symbol": STRING,
    "name": STRING,
    "class": STRING,
    "group": STRING,
    "count": "int64",
    "n_traces": "int64",
    "per_million": "float64",
    "example": STRING,
}


def symbols(traces: Any, *, by: str | Sequence[str] | None = None, spans: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count the unusual symbols of running text, symbol by symbol.

    What counts is what the detector ``symbols`` finds: emoji, arrows, box drawing, dingbats, private-use characters,
    and mathematics outside formulas.

    Parameters
    ----------
    traces
        A traces table, or one string or a list of strings.
    by
        Column, or columns, of the traces whose values make the groups.
    spans
        The spans of `tv.detect` for these traces, if they are there already.

    Returns
    -------
    pandas.DataFrame
        ``symbol, name`` (of Unicode), ``class, group, count, n_traces`` (with the symbol), ``per_million``
        (characters of the group's reasoning) and ``example`` (the first one in its context); most frequent first.

    Raises
    ------
    SchemaError
        When a table lacks a column.

    Examples
    --------
    >>> symbols(["So we get four → done → end.", "Plain."])[["symbol", "name", "class", "count", "n_traces"]]
      symbol              name   class  count  n_traces
    0      →  RIGHTWARDS ARROW  arrows      2         1
    """
    table = as_traces(traces, verb="tv.symbols")
    columns = [by] if isinstance(by, str) else list(by or [])
    check_columns(table, columns, name="traces", verb="tv.symbols")
    found = detect(table, modes=["symbols"]) if spans is None else spans[(spans["mode"] == "symbols").to_numpy(bool)]
    groups = [" · ".join(map(str, key)) for key in table[columns].to_numpy(object).tolist()] if columns else None
    names = groups or [_ALL] * len(table)
    texts = [replace_lone_surrogates(text)[0] if isinstance(text, str) else "" for text in table["reasoning"].tolist()]
    row_of = {str(trace_id): row for row, trace_id in enumerate(table["trace_id"].tolist())}
    length: Counter[str] = Counter()
    for name, text in zip(names, texts, strict=True):
        length[name] += len(text)
    count: Counter[tuple[str, str, str]] = Counter()
    holders: dict[tuple[str, str, str], set[int]] = {}
    example: dict[tuple[str, str, str], str] = {}
    for trace_id, start, end, label in zip(
        found["trace_id"], found["start"], found["end"], found["label"], strict=True
    ):
        row = row_of.get(str(trace_id))
        if row is None:
            continue
        text = texts[row]
        for at in range(start, end):
            if not _stands_alone(text[at]):
                continue
            key = (names[row], str(label), text[at])
            count[key] += 1
            holders.setdefault(key, set()).add(row)
            example.setdefault(key, _around(text, at))
    rows = [
        {
            "symbol": key[2],
            "name": unicodedata.name(key[2], f"U+{ord(key[2]):04X}"),
            "class": key[1],
            "group": key[0],
            "count": n,
            "n_traces": len(holders[key]),
            "per_million": 1e6 * n / max(length[key[0]], 1),
            "example": example[key],
        }
        for key, n in sorted(count.items(), key=lambda item: (-item[1], item[0]))
    ]
    return pd.DataFrame(rows, columns=list(_COLUMNS)).astype(_COLUMNS)


def _stands_alone(character: str) -> bool:
    """Tell symbols from what only changes the one before: selectors, joiners, skin tones."""
    return unicodedata.category(character) not in ("Mn", "Cf", "Me") and not 0x1F3FB <= ord(character) <= 0x1F3FF


def _around(text: str, at: int) -> str:
    return " ".join(text[max(0, at - _CONTEXT) : at + _CONTEXT + 1].split())
