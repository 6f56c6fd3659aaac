"""The contract of the tables: their columns, their dtypes, and the errors that say where one is broken.

Every verb takes and gives plain pandas DataFrames.  What makes a DataFrame a *traces* or a *segments* table is
only that it has the columns listed here; any other column belongs to the user and rides along untouched.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import pandas as pd

#: Text columns are Arrow-backed: one CJK character makes every character of a Python ``str`` cost two bytes,
#: an astral one four, and Arrow's UTF-8 is the buffer that the compiled core reads without a copy.  By its name,
#: because what computes on arrays alone (`traceviz.rewards`) reads this module where there is no pandas.
STRING: Final = "string[pyarrow]"

#: One row is one sampled completion of one model for one question.
TRACES: Final[dict[str, Any]] = {
    "trace_id": STRING,
    "prompt": STRING,
    "reasoning": STRING,
    "answer": STRING,
    "model": STRING,
    "question_id": STRING,
    "sample_index": "Int64",
    "step": "Int64",
    "provider": STRING,
    "correct": "boolean",
    "finish_reason": STRING,
    "reasoning_form": STRING,
    "diagnostics": "object",
    "source_uri": STRING,
    "record_index": "Int64",
}

#: One row is one piece of a trace; the pieces of a trace tile its text exactly.
SEGMENTS: Final[dict[str, Any]] = {
    "trace_id": STRING,
    "start": "int64",
    "end": "int64",
    "kind": STRING,
    "script": STRING,
    "language": STRING,
    "confidence": "float64",
    "quoted": "bool",
    "mentioned": "bool",
}

#: One row is one piece of evidence.
SPANS: Final[dict[str, Any]] = {
    "trace_id": STRING,
    "start": "int64",
    "end": "int64",
    "mode": STRING,
    "label": STRING,
    "score": "float64",
}

#: One row is one metric of one group (``level``), or of one group against the baseline (``difference``).
#: The columns of the grouping stand between ``kind`` and ``baseline``.
COMPARED: Final[dict[str, Any]] = {
    "metric": STRING,
    "kind": STRING,
    "baseline": STRING,
    "estimate": "float64",
    "low": "float64",
    "high": "float64",
    "n_traces": "int64",
    "n_questions": "int64",
    "n_missing": "int64",
    "effect_size": "float64",
    "p": "float64",
    "p_adjusted": "float64",
    "warning": STRING,
}

#: What a piece of text can be.  The position in this tuple is the code that the compiled core uses.
KINDS: Final = ("prose", "math", "code", "url", "identifier", "template", "other")

#: The failure modes that detectors look for.
MODES: Final = (
    "switch",
    "symbols",
    "token_soup",
    "word_order",
    "glued_words",
    "telegraphic",
    "idiolect",
    "loop",
    "gibberish",
    "hidden_characters",
    "template_litter",
    "truncation",
)

#: How a source stands to the model's own reasoning.  Only ``raw`` is analysed unless the user asks for more.
FORMS: Final = ("raw", "unknown", "summary", "omitted", "redacted", "encrypted")

#: Why a number is missing: a closed list, so that missing values can be counted by their reason.
REASONS: Final = (
    "empty",
    "no_words",
    "one_token",
    "one_language",
    "one_span",
    "zero_variance",
    "too_short",
    "masked_out",
    "all_skipped",
    "out_of_domain",
    "no_target",
    "no_prompt",
    "no_reference",
    "no_correctness",
    "detector_abstained",
    "not_provided",
)

#: Lines for the user ("12 traces hold only a summary and were not analysed") go through this logger.  Without
#: any configuration Python writes warnings to stderr, so they are seen in notebooks and scripts alike, and a
#: program that does not want them can turn them off.
log: Final = logging.getLogger("traceviz")


class TracevizError(Exception):
    """Base of the errors that traceviz raises on purpose."""


class SchemaError(TracevizError, ValueError):
    """A table or an argument is not what the verb needs.  The message says what was found and what to do."""


class SourceError(TracevizError, ValueError):
    """A file cannot be read as reasoning traces.  The message says which file, where, and what to do."""


def check_columns(table: pd.DataFrame, required: Iterable[str], *, name: str, verb: str) -> None:
    """Refuse a table that lacks columns, and say which, what it has, and where it usually comes from.

    Parameters
    ----------
    table
        The table to check.
    required
        Column names that have to be there.
    name
        What the table is called in the documentation: ``traces``, ``segments``, ``spans`` or ``measured``.
    verb
        The verb that was called.

    Raises
    ------
    SchemaError
        When ``table`` is no DataFrame or lacks one of the columns.
    """
    import pandas as pd

    if not isinstance(table, pd.DataFrame):
        raise SchemaError(f"{verb} needs the {name} table, a pandas DataFrame, and was given {type(table).__name__}.")
    required = list(required)
    missing = [column for column in required if column not in table.columns]
    if missing:
        raise SchemaError(
            f"{verb} needs the {name} table with the column{'s' * (len(missing) > 1)} {_listed(missing)}; "
            f"this one has {_listed([str(column) for column in table.columns]) or 'no columns'}. {_ORIGIN[name]}"
        )

    if isinstance(table.columns, pd.MultiIndex):
        raise SchemaError(f"{verb} needs the {name} table with one level of column names; this one has several.")
    twice = [column for column in required if (table.columns == column).sum() > 1]
    if twice:
        raise SchemaError(
            f"{verb} needs the {name} table with one column '{twice[0]}' and this one has several of that name; "
            "rename or drop all but one."
        )


#: What to do when a table is not the one that was needed.
_ORIGIN: Final = {
    "traces": "tv.load(...) makes it from files; columns={'reasoning': '<your column>'} names your own column.",
    "segments": "tv.segment(traces) makes it.",
    "spans": "tv.detect(traces) makes it.",
    "measured": "tv.measure(traces) makes it.",
    "compared": "tv.compare(measured, by=...) makes it.",
}


def check_choice(value: object, choices: Sequence[str], *, name: str) -> None:
    """Refuse a value that is none of the choices, with all the choices in the message."""
    if value not in choices:
        raise SchemaError(f"{name}={value!r} is not known; choose one of {_listed(choices)}.")


def _listed(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:most])
    return shown + (f" and {len(names) - most} more" if len(names) > most else "")


def as_traces(data: object, *, verb: str) -> pd.DataFrame:
    """Give the traces table for whatever a verb was handed: a table, one text, or several.

    A string, or each string of a sequence or a Series, is taken as raw reasoning *as it stands*, so that offsets
    count in the string that the caller has.  (`tv.load` is the door that splits completions at their markers.)

    Parameters
    ----------
    data
        A traces table, a string, a sequence of strings (``None`` for a missing one), or a Series of strings.
    verb
        The verb that was called, for the message.

    Returns
    -------
    pandas.DataFrame
        With at least ``trace_id`` and ``reasoning``; the table itself, not a copy, if it has both already.

    Raises
    ------
    SchemaError
        When the data are none of these, or a table has no ``reasoning``.
    """
    import pandas as pd

    if isinstance(data, pd.DataFrame):
        check_columns(data, ["reasoning"], name="traces", verb=verb)
        if "trace_id" in data.columns:
            _check_unique(data["trace_id"], verb=verb)
            return data
        return data.assign(trace_id=pd.array([str(i) for i in range(len(data))], dtype=STRING))
    if isinstance(data, str):
        data = [data]
    if isinstance(data, pd.Series) and "reasoning" in data.index:
        return as_traces(data.to_frame().T, verb=verb)  # one row of a traces table
    if isinstance(data, pd.Series):
        texts: list[Any] = data.tolist()
    elif isinstance(data, Iterable) and not isinstance(data, (bytes, Mapping)):
        texts = list(data)
    else:
        raise SchemaError(
            f"{verb} takes a traces table, a string or a list of strings, not {type(data).__name__}. "
            "tv.load(...) reads files, dicts and everything else."
        )
    for position, text in enumerate(texts):
        if not isinstance(text, str) and not (pd.api.types.is_scalar(text) and pd.isna(text)):
            raise SchemaError(
                f"{verb} was given a list whose item {position} is {type(text).__name__} and not a string. "
                "tv.load(...) reads lists of dicts."
            )
    return pd.DataFrame(
        {
            "trace_id": pd.array([str(i) for i in range(len(texts))], dtype=STRING),
            "reasoning": pd.Series([text if isinstance(text, str) else None for text in texts], dtype=object),
        }
    )


def _check_unique(ids: pd.Series[Any], *, verb: str) -> None:
    """Refuse traces that share an id, because segments and spans are told apart by nothing else."""
    if ids.isna().any():
        raise SchemaError(
            f"{verb} needs a trace_id for each trace, and {int(ids.isna().sum())} of {len(ids)} have none. Without the "
            "column, traces are numbered: traces.drop(columns='trace_id')."
        )
    repeated = ids[ids.duplicated()]
    if len(repeated):
        raise SchemaError(
            f"{verb} needs traces with a trace_id of their own, and {repeated.iloc[0]!r} occurs "
            f"{int((ids == repeated.iloc[0]).sum())} times. If two tables were put together, make them unique: "
            "traces['trace_id'] = traces['source_uri'] + '#' + traces['trace_id']."
        )


def analysed(traces: pd.DataFrame, forms: Sequence[str]) -> pd.Series[bool]:
    """Tell which traces hold reasoning in one of the wanted forms, and log how many do not.

    A table without ``reasoning_form`` is the user's own and taken as raw.
    """
    import pandas as pd

    forms = [forms] if isinstance(forms, str) else list(forms)
    for form in forms:
        check_choice(form, FORMS, name="forms")
    if "reasoning_form" not in traces.columns:
        return pd.Series(True, index=traces.index)
    stated: pd.Series[Any] = traces["reasoning_form"].astype(object)
    stated = stated.where(stated.notna(), "raw")
    keep: pd.Series[bool] = stated.isin(forms)
    left_out = stated[~keep & traces["reasoning"].notna()].value_counts()
    if len(left_out):
        log.warning(
            "%d of %d traces were not analysed, because they do not hold raw reasoning (%s); forms=... changes that.",
            int(left_out.sum()),
            len(traces),
            ", ".join(f"{count} {name}" for name, count in left_out.items()),
        )
    return keep


def stamp(table: pd.DataFrame, **facts: Any) -> pd.DataFrame:
    """Write the provenance into ``table.attrs["traceviz"]`` and return the same table.

    Facts of earlier steps stay; the version of traceviz is always among them.
    """
    earlier = table.attrs.get("traceviz", {})
    table.attrs["traceviz"] = {**earlier, **facts, "version": _version()}
    return table


@cache
def _version() -> str:
    return metadata.version("traceviz")
