"""Write traces as transcripts that Inspect Scout reads."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pandas as pd

from traceviz.schema import TRACES, SchemaError, check_columns
from traceviz.sources.shapes.pieces import parsed
from traceviz.sources.shapes.scout import JSON, OWN, SCOUTS
from traceviz.sources.values import is_missing

#: Rows that are written at a time.
_ROWS: Final = 1000

#: Columns of Scout's schema that a column of ours fills as text.
_STRINGS: Final = ("source_id", "date", "task_set", "agent", "score_explanation", "error", "limit")

#: Those that a column of ours fills if it has such numbers.
_NUMBERS: Final[dict[str, Callable[[Any], bool]]] = {
    "message_count": pd.api.types.is_integer_dtype,
    "total_tokens": pd.api.types.is_integer_dtype,
    "total_time": pd.api.types.is_float_dtype,
}

#: Columns of the contract that are written under another name or into the messages.
_TOLD: Final = ("trace_id", "question_id", "sample_index", "correct", "prompt", "reasoning", "answer", "diagnostics")


def to_scout(traces: pd.DataFrame, path: str | os.PathLike[str]) -> Path:
    """Write traces as a Parquet file of transcripts, one a row, for Inspect Scout.

    `traceviz.load` gives the traces back.  Nested values, such as a list in a column of yours, come back as JSON.

    Parameters
    ----------
    traces
        The traces table.
    path
        The file to write; Scout reads the folder that it is in.  It is replaced at the very end.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    SchemaError
        When ``traces`` has no ``trace_id``, or one of its names twice, or ``path`` is no place for a file.

    Examples
    --------
    >>> import tempfile, traceviz as tv
    >>> folder = tempfile.mkdtemp()
    >>> tv.load(to_scout(tv.load(["<think>2 + 2</think>4"]), folder + "/traces.parquet"))["answer"].tolist()
    ['4']
    """
    import pyarrow.parquet as pq

    check_columns(traces, ["trace_id"], name="traces", verb="to_scout")
    if not traces.columns.is_unique:
        raise SchemaError("to_scout was given a table with two columns of the same name; rename one of them.")
    target = Path(path)
    if not target.parent.is_dir() or target.is_dir():
        raise SchemaError(
            f"to_scout cannot write {str(target)!r}: its folder has to be there, and it has to be a file."
        )
    schema, makers = _columns(traces)
    part = target.with_name(target.name + ".part")
    try:
        with pq.ParquetWriter(part, schema, compression="zstd") as writer:
            for rows in _slices(traces):
                writer.write_table(_table(rows, schema, makers))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def _slices(traces: pd.DataFrame) -> Iterator[pd.DataFrame]:
    for start in range(0, len(traces), _ROWS):
        yield traces.iloc[start : start + _ROWS]


#: Gives the values of a column of Scout's from rows of ours.
_Maker = Callable[[pd.DataFrame], list[Any]]


def _columns(traces: pd.DataFrame) -> tuple[Any, dict[str, _Maker]]:
    """Give Scout's schema, and how each column is made."""
    import pyarrow as pa

    text = pa.large_string()
    made: dict[str, tuple[Any, _Maker]] = {
        "transcript_id": (text, _of("trace_id", _as_text)),
        "source_type": (text, lambda rows: [OWN] * len(rows)),
        "task_id": (text, _of("question_id", _as_text)),
        "task_repeat": (pa.int64(), _of("sample_index", lambda value: int(value) + 1)),
        "success": (pa.bool_(), _of("correct", bool)),
        "messages": (text, lambda rows: [_messages(*row) for row in _told(rows)]),
        "diagnostics": (text, _of("diagnostics", _as_json)),
    }
    for name in map(str, traces.columns):
        if name in _TOLD:
            continue
        other = name in SCOUTS or (name in _NUMBERS and not _NUMBERS[name](traces[name].dtype))
        column = f"{name}_given" if other else name
        while column in made:
            column += "_given"
        made[column] = _riding(name, traces[name])
    schema = pa.schema([(name, kind) for name, (kind, _) in made.items()])
    return schema, {name: maker for name, (_, maker) in made.items()}


def _riding(name: str, column: pd.Series[Any]) -> tuple[Any, _Maker]:
    """Give the type and the values of a column that rides along."""
    import pyarrow as pa

    if name in JSON:
        return pa.large_string(), _of(name, _as_json if name == "score" else _as_options)
    if name in TRACES or name in _STRINGS:
        integral = str(TRACES.get(name)) == "Int64"
        return (pa.int64(), _of(name, int)) if integral else (pa.large_string(), _of(name, _as_text))
    if pd.api.types.is_bool_dtype(column.dtype):
        return pa.bool_(), _of(name, bool)
    if pd.api.types.is_integer_dtype(column.dtype):
        return pa.int64(), _of(name, int)
    if pd.api.types.is_float_dtype(column.dtype):
        return pa.float64(), _of(name, float)
    return pa.large_string(), _of(name, _as_text)


def _of(name: str, convert: Callable[[Any], Any]) -> _Maker:
    """Give the values of one column, converted where there are any."""

    def values(rows: pd.DataFrame) -> list[Any]:
        if name not in rows.columns:
            return [None] * len(rows)
        return [None if is_missing(value) else convert(value) for value in rows[name].tolist()]

    return values


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else _as_json(value)


def _as_json(value: Any) -> str:
    return orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _as_options(value: Any) -> str:
    """Give options as the object that Scout wants."""
    options = parsed(value)
    return _as_json(options if isinstance(options, Mapping) else {"value": options})


def _plain(value: Any) -> Any:
    return value.tolist() if isinstance(value, (np.ndarray, np.generic)) else str(value)


def _told(rows: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    names = ("prompt", "reasoning", "answer", "reasoning_form", "model")
    return zip(*(_of(name, str)(rows) for name in names), strict=True)


def _messages(
    prompt: str | None, reasoning: str | None, answer: str | None, form: str | None, model: str | None
) -> str:
    """Give the messages of Inspect: what is no text of the model's own is marked as a summary or as redacted."""
    content: list[dict[str, Any]] = []
    withheld = form in ("redacted", "encrypted")
    if reasoning is not None or withheld or form == "omitted":
        summary = reasoning if form == "summary" else None
        shown = "" if reasoning is None or summary is not None else reasoning
        content.append({"type": "reasoning", "reasoning": shown, "summary": summary, "redacted": withheld})
    if answer is not None:
        content.append({"type": "text", "text": answer})
    turns: list[dict[str, Any]] = [] if prompt is None else [{"role": "user", "content": prompt}]
    turns.append({"role": "assistant", "content": content, "source": "generate", "model": model})
    return _as_json(turns)


def _table(rows: pd.DataFrame, schema: Any, makers: dict[str, _Maker]) -> Any:
    import pyarrow as pa

    arrays = [pa.array(maker(rows), schema.field(name).type) for name, maker in makers.items()]
    return pa.Table.from_arrays(arrays, schema=schema)
