"""The command line: the verbs of the library as filters.

Data go to standard output or to the file named with ``-o``; everything else goes to standard error.  Exit codes:
0 done; 1 traceviz could not do it, and says why; 2 the call itself is wrong; 3 done, but records were rejected and
``--fail-on-rejects`` was given; 4 nothing was found to show.
"""

from __future__ import annotations

import io
import logging
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from traceviz.console import Commands, Lines, printable, with_progress, write_or_print

if TYPE_CHECKING:
    import pandas as pd

#: Long texts that ``measure`` leaves out of its output unless asked: numbers are wanted there.
_TEXTS: Final = ("prompt", "reasoning", "answer")

#: Traces in memory at a time in ``measure``.
_BATCH: Final = 2_000

_FAILED, _REJECTS, _NOTHING = 1, 3, 4


app = typer.Typer(
    name="traceviz",
    cls=Commands,
    help="Look at how language models reason: mixed languages, symbols, loops, legibility of reasoning traces.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib import metadata

        typer.echo(f"traceviz {metadata.version('traceviz')}")
        raise typer.Exit


@app.callback()
def _main(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """Look at how language models reason: mixed languages, symbols, loops, legibility of reasoning traces."""


Source = Annotated[str, typer.Argument(help="A file, a folder, a glob, or - for standard input.")]
Map = Annotated[
    list[str] | None,
    typer.Option("--map", help="role=field, where the field was guessed wrong: --map reasoning=cot. Can be repeated."),
]
Markers = Annotated[
    str | None,
    typer.Option(help="A family of markers, an opener and a closer with a space between, or a tokenizer_config.json."),
]
Output = Annotated[
    str, typer.Option("--output", "-o", help="A .parquet, .csv or .jsonl file, or - for standard output.")
]
Metrics = Annotated[str, typer.Option(help="Metrics or groups, parted by commas; `traceviz metrics` lists them.")]
Strict = Annotated[bool, typer.Option(help="Stop at the first record that cannot be read.")]


@app.command()
def report(
    source: Source,
    output: Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.")] = Path("report.html"),
    by: Annotated[str | None, typer.Option(help="The column that makes the groups.")] = None,
    title: Annotated[str | None, typer.Option(help="The heading of the report.")] = None,
    columns: Map = None,
    markers: Markers = None,
    strict: Strict = False,
) -> None:
    """Write one self-contained HTML file about the traces: numbers, pictures, examples."""
    import traceviz as tv

    traces = tv.load(source, columns=_mapping(columns), markers=_markers(markers), strict=strict)
    segments = tv.segment(traces)
    spans = tv.detect(traces, segments=segments)
    measured = tv.measure(traces, segments=segments, spans=spans)
    path = tv.report(measured, output, by=by, segments=segments, spans=spans, title=title)
    typer.echo(f"{len(measured)} traces: {Path(path).resolve()}", err=True)


@app.command()
def measure(
    source: Source,
    output: Output = "-",
    metrics: Metrics = "default",
    target: Annotated[str | None, typer.Option(help="The wanted language: a column, or a tag such as en.")] = None,
    columns: Map = None,
    markers: Markers = None,
    window: Annotated[int | None, typer.Option(help="Measure windows of so many characters.", min=1)] = None,
    with_text: Annotated[bool, typer.Option(help="Keep prompt, reasoning and answer in the output.")] = False,
    rejects: Annotated[Path | None, typer.Option(help="Write the records that cannot be read to this file.")] = None,
    fail_on_rejects: Annotated[bool, typer.Option(help="Exit with 3 if any record was rejected.")] = False,
    strict: Strict = False,
) -> None:
    """Measure traces in bounded memory and write one row a trace (JSON Lines on standard output)."""
    import traceviz as tv
    from traceviz.files import write_tables

    chosen = _names(metrics)
    rejected = 0

    def tables() -> Iterator[pd.DataFrame]:
        nonlocal rejected
        batches = tv.iter_load(
            source,
            columns=_mapping(columns),
            markers=_markers(markers),
            strict=strict,
            rejects=rejects,
            batch_size=_BATCH,
        )
        for traces in batches:
            rejected = int(traces.attrs.get("traceviz", {}).get("rejected", 0))
            measured = tv.measure(traces, metrics=chosen, target=target, window=window)
            yield measured if with_text else measured.drop(columns=list(_TEXTS), errors="ignore")

    write_tables(with_progress(tables()), output)
    if rejected and fail_on_rejects:
        raise typer.Exit(_REJECTS)


@app.command()
def compare(
    source: Annotated[str, typer.Argument(help="What `traceviz measure` wrote, or traces, which are measured first.")],
    by: Annotated[str, typer.Option(help="The columns that make the groups, parted by commas.")] = "model",
    cluster: Annotated[str, typer.Option(help="The column of questions; none for no clustering.")] = "question_id",
    baseline: Annotated[str | None, typer.Option(help="The group that the others are compared with.")] = None,
    metrics: Annotated[str | None, typer.Option(help="Metrics, parted by commas; all that were measured.")] = None,
    pooled: Annotated[bool, typer.Option(help="Pool traces by their weight in place of averaging them.")] = False,
    draws: Annotated[int, typer.Option(help="Draws of the bootstrap.", min=100)] = 2000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    output: Annotated[str | None, typer.Option("--output", "-o", help="A file, or - for JSON Lines.")] = None,
) -> None:
    """Compare groups: means with clustered intervals, and differences to a baseline."""
    import traceviz as tv

    groups = _names(by)
    compared = tv.compare(
        _measured(source),
        by=groups[0] if len(groups) == 1 else groups,
        cluster=None if cluster == "none" else cluster,
        baseline=baseline,
        metrics=None if metrics is None else _names(metrics),
        pooled=pooled,
        draws=draws,
        seed=seed,
    )
    write_or_print(compared, output)


@app.command()
def show(
    source: Source,
    where: Annotated[str | None, typer.Option(help="Which traces: 'switch_rate > 20 and model == \"a\"'.")] = None,
    limit: Annotated[int, typer.Option(help="At most so many traces.", min=1)] = 5,
    columns: Map = None,
) -> None:
    """Print traces with their foreign pieces and spans marked."""
    import traceviz as tv

    traces = tv.load(source, columns=_mapping(columns))
    if where is not None:
        traces = _query(traces, where)
    if not len(traces):
        typer.echo("No trace matches." if where else "There are no traces.", err=True)
        raise typer.Exit(_NOTHING)
    for position in range(min(limit, len(traces))):
        typer.echo(str(tv.show(traces.iloc[position])))
        typer.echo()
    if len(traces) > limit:
        typer.echo(f"{limit} of {len(traces)} traces; --limit shows more.", err=True)


@app.command()
def concordance(
    source: Source,
    mode: Annotated[str | None, typer.Option(help="One failure mode, such as switch or loop; all without.")] = None,
    n: Annotated[int, typer.Option("--number", "-n", help="How many hits.", min=1)] = 20,
    context: Annotated[int, typer.Option(help="Characters to each side.", min=0)] = 40,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    columns: Map = None,
) -> None:
    """Print random hits with their context, one a line."""
    import traceviz as tv
    from traceviz.detectors.detect import DETECTORS

    traces = tv.load(source, columns=_mapping(columns))
    spans = tv.detect(traces, modes=DETECTORS if mode is None else [mode])
    hits = tv.concordance(spans, traces, n=n, context=context, seed=seed)
    if not len(hits):
        typer.echo("Nothing was found.", err=True)
        raise typer.Exit(_NOTHING)
    for hit in hits.itertuples():
        line = f"{hit.left:>{context}}  [{hit.hit}]  {hit.right}"
        typer.echo(printable(f"{hit.trace_id}\t{hit.mode}:{hit.label}\t{line}"))


@app.command()
def sniff(source: Source, columns: Map = None, markers: Markers = None) -> None:
    """Say what would be read, as what, and what to type if that is wrong."""
    import traceviz as tv

    typer.echo(printable(str(tv.sniff(source, columns=_mapping(columns), markers=_markers(markers)))))


@app.command()
def metrics(
    output: Annotated[str | None, typer.Option("--output", "-o", help="A file, or - for JSON Lines.")] = None,
) -> None:
    """List the metrics with unit, range and source."""
    import traceviz as tv

    table = tv.metrics()
    write_or_print(table if output else table[["name", "default", "unit", "range", "direction"]], output)


def _mapping(pairs: list[str] | None) -> dict[str, str] | None:
    """Read ``role=field`` options."""
    if not pairs:
        return None
    for pair in pairs:
        if "=" not in pair:
            raise typer.BadParameter(f"--map {pair}: write role=field, for example --map reasoning=cot.")
    return dict(pair.split("=", 1) for pair in pairs)


def _markers(given: str | None) -> str | tuple[str, str] | None:
    """Read the option: two words are a pair."""
    opener, _, closer = (given or "").strip().partition(" ")
    return (opener, closer.strip()) if closer else given


def _names(listed: str) -> list[str]:
    return [name.strip() for name in listed.split(",") if name.strip()]


def _measured(source: str) -> pd.DataFrame:
    """Read what ``measure`` wrote, which need not hold the reasoning; measure anything else first."""
    import traceviz as tv
    from traceviz.files import holds_numbers, read_measured

    if source == "-":
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "standard_input.jsonl"
            path.write_bytes(sys.stdin.buffer.read())
            return _measured(str(path))
    path = Path(source)
    if path.is_file() and holds_numbers(path):
        return read_measured(path)
    traces = tv.load(source)
    return traces if "not_measured" in traces.columns else tv.measure(traces)


def _query(traces: pd.DataFrame, where: str) -> pd.DataFrame:
    """Choose traces by an expression over their columns and the metrics it names."""
    import traceviz as tv
    from traceviz.measures.registry import names
    from traceviz.schema import SchemaError

    wanted = [name for name in names() if re.search(rf"\b{name}\b", where) and name not in traces.columns]
    measured = tv.measure(traces, metrics=wanted) if wanted else traces
    try:
        return measured.query(where, engine="python")
    except Exception as error:
        raise SchemaError(
            f"--where {where!r} cannot be evaluated: {error}. Write it over columns and metrics, "
            "for example 'switch_rate > 20' or 'model == \"a\" and loop_share > 0.5'."
        ) from error


def main() -> NoReturn:
    """Run the command line; errors that traceviz raises on purpose are told on standard error, without a traceback."""
    from traceviz.schema import TracevizError

    logging.basicConfig(level=logging.WARNING, stream=sys.stderr)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(Lines("%(message)s"))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # JSON is UTF-8, whatever the locale
    try:
        app()
    except (TracevizError, OSError) as error:
        typer.echo(printable(f"traceviz: {error}"), err=True)
        sys.exit(_FAILED)
    sys.exit(0)


if __name__ == "__main__":
    main()
