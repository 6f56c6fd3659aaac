"""Load reasoning traces from files, folders and Python objects."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pandas as pd

from traceviz.schema import SourceError, check_columns
from traceviz.sources.quarantine import Ledger
from traceviz.sources.reading import Loading

#: Columns of the table of rejects.
_REJECTS: Final = ("source_uri", "source_member", "line", "byte_offset", "length", "reason", "head")


def load(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    markers: str | tuple[str, str] | None = None,
) -> pd.DataFrame:
    """Load reasoning traces as a table.

    Parameters
    ----------
    source
        A file (JSON Lines, JSON, CSV, TSV, Parquet, Arrow, an Inspect log, each also packed with gzip, zstd, bzip2 or
        xz or in a zip or tar archive), a folder, a glob, ``"hf://datasets/…"``, ``"-"`` for standard input, an open
        binary file, a list of strings or dicts, a dict, a Series or a DataFrame.
        Formats are told by content; a plain text is one trace.  A string in a list is a completion if it has reasoning
        markers, else reasoning.
    columns
        Which field plays which role, where `traceviz.sniff` shows that it was guessed wrong:
        ``columns={"reasoning": "cot", "question_id": "item"}``.  A name such as ``"/choices/0/text"`` is a path.
    strict
        Raise at the first record that cannot be read.  Otherwise it is set aside, and a line says so.
    rejects
        Write what was set aside into this JSON Lines file: ``uri, member, line_no, byte_offset, length, error``, a
        ``blake2b`` hash, and the ``head`` in base64.
    markers
        The one family of markers to split at (``"think"``), a pair of your own (``("<cot>", "</cot>")``, with ``""``
        for an opener that stood in the prompt), ``"prefill"`` where every completion begins inside its reasoning,
        ``"all"`` where all text is reasoning, or a ``tokenizer_config.json`` or chat template to learn the pair from.

    Returns
    -------
    pandas.DataFrame
        The traces table: the columns of `traceviz.schema.TRACES`, then every other field of the records.  Provenance
        and counts are in ``table.attrs["traceviz"]``: records = records with traces + rejected + skipped.
        A field whose name is one of the contract's columns, but which is something else, ends in ``_given``.
        Without a question id, the question is named by a hash of the prompt.

    Raises
    ------
    SourceError
        When nothing can be read, a named column is nowhere, or, with ``strict``, a record is damaged.

    Examples
    --------
    >>> traces = load(["<think>2 and 2 is 4.</think>4", "Just reasoning."])
    >>> traces[["trace_id", "reasoning", "answer"]].values.tolist()
    [['0', '2 and 2 is 4.', '4'], ['1', 'Just reasoning.', <NA>]]
    """
    return next(Loading(source, columns, markers, Ledger(strict, rejects)).tables(None))


def iter_load(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    strict: bool = False,
    rejects: str | os.PathLike[str] | None = None,
    batch_size: int = 2000,
    markers: str | tuple[str, str] | None = None,
) -> Iterator[pd.DataFrame]:
    """Load reasoning traces batch by batch, in bounded memory.

    JSON Lines, CSV and Parquet are streamed, and so are JSON arrays of more than 64 MB.  Ids are those that `load`
    gives, because the names of all traces so far are remembered (about 100 bytes each).

    Parameters
    ----------
    source, columns, strict, rejects, markers
        As in `load`.
    batch_size
        Traces in one table.

    Yields
    ------
    pandas.DataFrame
        A traces table; the counts in its ``attrs`` are those so far.  A column that only the user has takes the dtype
        of what the batch holds.

    Raises
    ------
    SourceError
        As `load` does, after the last batch where it concerns the whole.

    Examples
    --------
    >>> [len(batch) for batch in iter_load(["a", "b", "c"], batch_size=2)]
    [2, 1]
    """
    if batch_size < 1:
        raise SourceError(f"batch_size={batch_size}: a batch needs at least one trace.")
    return Loading(source, columns, markers, Ledger(strict, rejects)).tables(batch_size)


def rejects(traces: pd.DataFrame) -> pd.DataFrame:
    """List the records that `load` could not read.

    Parameters
    ----------
    traces
        A table that `load` or `iter_load` gave.

    Returns
    -------
    pandas.DataFrame
        ``source_uri``, ``source_member`` (of an archive), ``line`` (from 1), ``byte_offset`` (of the unpacked file),
        ``length`` in bytes, ``reason``, and the ``head`` of what stands there.  At most 1,000 rows;
        ``load(..., rejects=path)`` writes all.

    Examples
    --------
    >>> len(rejects(load(["fine"])))
    0
    """
    check_columns(traces, [], name="traces", verb="rejects")
    facts = traces.attrs.get("traceviz", {})
    if "rejects" not in facts:
        raise SourceError("This table does not know what was rejected: it did not come from load(), or lost its attrs.")
    table = pd.DataFrame(facts["rejects"], columns=list(_REJECTS))
    return table.astype({"line": "Int64", "byte_offset": "Int64", "length": "Int64"})
