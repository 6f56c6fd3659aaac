"""What the command line does with its terminal: print, count, log, and end when nobody reads on."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    import pandas as pd


class Commands(TyperGroup):
    """The commands, to whom a closed pipe is an end and no failure: `traceviz metrics | head -1`."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command until it is done or its reader has gone."""
        try:
            given = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            # Python flushes once more at its end, and would complain then.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit from None
        return given


def with_progress(tables: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """Count traces on standard error, where that is a terminal."""
    from tqdm import tqdm

    with tqdm(unit=" traces", disable=not sys.stderr.isatty()) as bar:
        for table in tables:
            yield table
            bar.update(len(table))


def write_or_print(table: pd.DataFrame, output: str | None) -> None:
    """Write a table to a file, or print it for a person."""
    if output is not None:
        from traceviz.files import write_tables

        write_tables(iter([table]), output)
        return
    kept = table.dropna(axis="columns", how="all")
    text = kept.to_string(index=False, na_rep="", float_format=lambda number: f"{number:.4g}")
    typer.echo(printable(text))


def printable(text: str) -> str:
    """Show control characters as pictures: model output must not drive the terminal."""
    from traceviz.reports.visible import visible

    return "\n".join("\t".join(visible(cell) for cell in line.split("\t")) for line in text.split("\n"))


class Lines(logging.Formatter):
    """Log lines without control characters: they can hold names from the data."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line of a record."""
        return printable(super().format(record))
