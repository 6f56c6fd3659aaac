"""The verb `symbols`: which unusual symbols stand in running text, how often, and where."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import pandas as pd

from traceviz.detectors.detect import detect
from traceviz.detectors.invented_notation import LABEL as INVENTED
from traceviz.measures.group_names import group_name
from traceviz.schema import STRING, as_traces, check_columns, stamp
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
    mathematics outside formulas, and notation of the trace's own, which counts as a whole.

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
    keys = table[columns].to_numpy(object).tolist()
    names = [group_name(tuple(key)) for key in keys] if columns else [_ALL] * len(table)
    texts = [replace_lone_surrogates(text)[0] if isinstance(text, str) else "" for text in table["reasoning"].tolist()]
    length: Counter[str] = Counter()
    for name, text in zip(names, texts, strict=True):
        length[name] += len(text)
    uses = [use for use in _uses(table, texts, found) if _stands_alone(use.symbol)]
    counted = pd.DataFrame(_counted(uses, names, length), columns=list(_COLUMNS)).astype(_COLUMNS)
    counted.attrs = dict(table.attrs)
    return stamp(counted, groups=list(length))


class _Use(NamedTuple):
    """A symbol where it stands: the row of its trace, its class, and what is around it."""

    row: int
    label: str
    symbol: str
    example: str


def _uses(table: pd.DataFrame, texts: Sequence[str], found: pd.DataFrame) -> Iterator[_Use]:
    """Give each character (of a notation all) of the spans of traces that are there, in the order of the spans."""
    row_of = {str(trace_id): row for row, trace_id in enumerate(table["trace_id"].tolist())}
    for trace_id, start, end, label in zip(
        found["trace_id"], found["start"], found["end"], found["label"], strict=True
    ):
        row = row_of.get(str(trace_id))
        if row is not None:
            text, step = texts[row], end - start if label == INVENTED else 1
            for at in range(start, end, step):
                yield _Use(row, str(label), text[at : at + step], _around(text, at))


def _counted(uses: Sequence[_Use], names: Sequence[str], length: Mapping[str, int]) -> list[dict[str, Any]]:
    """Give a row for each group, class and symbol, the most frequent first."""
    by_key: dict[tuple[str, str, str], list[_Use]] = {}
    for use in uses:
        by_key.setdefault((names[use.row], use.label, use.symbol), []).append(use)
    return [
        {
            "symbol": symbol,
            "name": ", ".join(unicodedata.name(one, f"U+{ord(one):04X}") for one in symbol),
            "class": label,
            "group": group,
            "count": len(here),
            "n_traces": len({use.row for use in here}),
            "per_million": 1e6 * len(here) / max(length[group], 1),
            "example": here[0].example,
        }
        for (group, label, symbol), here in sorted(by_key.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _stands_alone(symbol: str) -> bool:
    """Tell symbols from what only changes the one before: selectors, joiners, skin tones."""
    if len(symbol) != 1:
        return True
    return unicodedata.category(symbol) not in ("Mn", "Cf", "Me") and not 0x1F3FB <= ord(symbol) <= 0x1F3FF


def _around(text: str, at: int) -> str:
    return " ".join(text[max(0, at - _CONTEXT) : at + _CONTEXT + 1].split())
