"""One load: from a source to its traces, with the books kept."""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import orjson
import pandas as pd

from traceviz.schema import SourceError, log, stamp
from traceviz.sources.archives import Refused, is_archive, members
from traceviz.sources.chunks import joined
from traceviz.sources.codes import REPAIRS
from traceviz.sources.containers import Input, Stream
from traceviz.sources.fields import check_roles
from traceviz.sources.identity import Identities, position_id
from traceviz.sources.markers import chosen
from traceviz.sources.memory import attach, from_memory, in_memory
from traceviz.sources.opening import Opening
from traceviz.sources.places import find
from traceviz.sources.quarantine import Found, Ledger, Rejected, Skipped, place, set_aside
from traceviz.sources.readers import is_misnamed, reader_of
from traceviz.sources.records import ITS_RECORD, RecordReader, Trace, from_text
from traceviz.sources.repeats import CODE, REPEATING, Repeats, Taken
from traceviz.sources.shapes import NOWHERE, Where
from traceviz.sources.tables import TableBuilder

#: Field names that an error message shows.
_MOST_FIELDS: Final = 20


class Loading:
    """One load.

    Parameters
    ----------
    source
        Whatever `traceviz.load` takes.
    columns
        Roles that the user has settled.
    markers
        The family or the pair of markers to split at; None for all families.
    ledger
        The books.
    """

    def __init__(
        self,
        source: Any,
        columns: Mapping[str, str] | None,
        markers: str | tuple[str, str] | None,
        ledger: Ledger,
    ) -> None:
        self.source = source
        handed_over = isinstance(source, (pd.DataFrame, pd.Series))
        self.reader = RecordReader(check_roles(columns), chosen(markers), handed_over=handed_over)
        self.ledger = ledger
        self.fields: dict[str, None] = {}
        self._identities = Identities()
        self._repeats = Repeats()
        self._positional = in_memory(source) and not isinstance(source, (pd.DataFrame, Mapping))
        self.inputs: list[Input] = []
        if not in_memory(source):
            self.inputs, ledger.skipped_files = find(source)

    def tables(self, batch_size: int | None) -> Iterator[pd.DataFrame]:
        """Give tables of so many traces; one table of all, even an empty one, if ``batch_size`` is None."""
        builder = TableBuilder()
        with self.ledger as ledger:
            for trace, position in self.traces():
                builder.add(trace, position)
                if builder.n_rows == batch_size:
                    yield self._table(builder)
                    builder = TableBuilder()
            self._check()
            ledger.close()
        if builder.n_rows or batch_size is None:
            yield self._table(builder)

    def _table(self, builder: TableBuilder) -> pd.DataFrame:
        table = builder.table()
        if isinstance(self.source, pd.DataFrame):
            table = attach(table, self.source, builder.positions)
        return stamp(table, **self.ledger.facts())

    def traces(self) -> Iterator[tuple[Trace, int]]:
        """Give each trace, and the position of its record in its file or list."""
        if in_memory(self.source):
            numbered = (Found(record, position) for position, record in enumerate(from_memory(self.source)))
            for item in joined(numbered):
                if isinstance(item, Found):
                    yield from self._passed(self.read(item.value, ""), item, item.line or 0, "")
            yield from self._rest()
            return
        for each in self.inputs:
            if self.ledger.path is not None and each.path is not None and _same(each.path, self.ledger.path):
                continue
            try:
                with each.open() as stream:
                    yield from self._of_archive(stream) if is_archive(stream.head()) else self._of_file(stream)
            except (SourceError, OSError) as error:
                if self.ledger.strict:
                    raise
                self.ledger.skipped_files.append((each.uri, in_words(error)))

    def _of_archive(self, stream: Stream) -> Iterator[tuple[Trace, int]]:
        """Read the members of an archive like the files of a folder."""
        for member in members(stream):
            if isinstance(member, Refused):
                self.ledger.skipped_files.append((f"{stream.uri}!{member.name}", member.reason))
                continue
            try:
                with member:
                    yield from self._of_file(member)
            except (SourceError, OSError) as error:
                if self.ledger.strict:
                    raise
                self.ledger.skipped_files.append((member.uri, in_words(error)))
        self.ledger.file_notes.update(stream.notes)

    def _of_file(self, stream: Stream) -> Iterator[tuple[Trace, int]]:
        try:
            yield from self._of_records(stream)
        finally:
            self.ledger.file_notes.update(stream.notes)

    def _of_records(self, stream: Stream) -> Iterator[tuple[Trace, int]]:
        """Read a file; one in which no record is a trace is unrelated, and so is what could not be read in it."""
        where = Where(stream.relative, stream.facts)
        books = Opening(self.ledger, stream)
        reader = reader_of(stream)
        if is_misnamed(stream, reader.NAME):
            stream.notes.append("wrong_extension")
        has_mark = stream.head().startswith(codecs.BOM_UTF8)
        for position, found in enumerate(joined(reader.records(stream))):
            item = found
            if isinstance(item, Rejected):
                books.reject(item)
                continue
            if has_mark:
                item, has_mark = item._replace(notes=tuple(dict.fromkeys((*item.notes, "bom")))), False
            try:
                traces = self.read(item.value, stream.uri, where)
            except Exception as error:  # noqa: BLE001  (no record may cost the others, whatever is in it)
                books.reject(_not_understood(error, item))
                continue
            if traces:
                books.see(traces[0].used.get("shape"))
            elif not books.is_open:
                books.skipped.add(item.line, self.reader.skipped)
                continue
            if not books.is_open:
                books.open()
            yield from self._passed(traces, item, position, stream.relative)
        yield from self._rest()
        if not books.is_open and books.is_unrelated():
            what = "no field is known as reasoning, completion, messages or answer: "
            what += ", ".join(list(self.fields)[:_MOST_FIELDS])
            raise SourceError(f"unrelated_file: {what if books.skipped.n else 'its values are no objects'}")
        books.open()

    def read(self, record: Any, uri: str, where: Where = NOWHERE) -> list[Trace]:
        """Give the traces of a record; a string, or None for a missing one, is a record too."""
        if record is None:
            return [Trace()]
        if isinstance(record, str):
            return [from_text(record, self.reader.families)]
        if len(self.fields) < _MOST_FIELDS:
            self.fields.update(dict.fromkeys(map(str, record)))
        traces = self.reader.read(record, where)
        for trace in traces:
            trace.source_uri = trace.source_uri or uri or None
        return traces

    def _passed(self, traces: list[Trace], item: Found, position: int, relative: str) -> Iterable[tuple[Trace, int]]:
        """Name and count the traces of a record; those of a log that repeats, when all of it is known."""
        if not traces or traces[0].used.get("shape") not in REPEATING:
            return self._named(traces, item, position, relative)
        return self._new(Taken(traces, item, position, relative))

    def _new(self, taken: Taken) -> Iterator[tuple[Trace, int]]:
        for passed in self._repeats.passed(taken):
            if not passed.traces:
                self.reader.skipped = CODE
            yield from self._named(*passed)

    def _rest(self) -> Iterator[tuple[Trace, int]]:
        for taken in self._repeats.rest():
            yield from self._named(*taken)

    def _named(self, traces: list[Trace], item: Found, position: int, relative: str) -> Iterable[tuple[Trace, int]]:
        ledger = self.ledger
        if not traces:
            ledger.skip(relative or f"record {position}", Skipped().add(item.line, self.reader.skipped))
            return ()
        ledger.records += 1
        ledger.traces += len(traces)
        if item.notes:
            ledger.repaired += not REPAIRS.isdisjoint(item.notes)
        for sample, trace in enumerate(traces):
            if item.notes:
                trace.diagnostics.extend(item.notes)
            if trace.record_index is None:
                trace.record_index = position
            if trace.trace_id is not None and not self._positional:
                made = ""  # it has an id of its own
            elif relative:
                made = position_id(relative, position, sample)
            else:
                made = f"{position}/{sample}" if len(traces) > 1 else str(position)
            if trace.question_id is None and trace.used.get("question_id") == ITS_RECORD:
                trace.question_id = f"record:{position_id(relative, position, 0)}"
            self._identities.settle(trace, made, positional=self._positional)
        return [(trace, position) for trace in traces]

    def _check(self) -> None:
        """Refuse a load that gave nothing, and names that were nowhere."""
        ledger = self.ledger
        fields = ", ".join(f"'{name}'" for name in list(self.fields)[:_MOST_FIELDS])
        if self.reader.unseen and (ledger.records or self.fields):
            missing = ", ".join(f"'{name}'" for name in sorted(self.reader.unseen))
            raise SourceError(f"columns names {missing}, and no record has that field; the fields are {fields}.")
        if ledger.traces or (in_memory(self.source) and not ledger.records):
            return
        if not ledger.records and all(reason.startswith("empty_file") for _, reason in ledger.skipped_files):
            log.warning("%s holds no records.", name_of(self.source))  # which is no failure
            return
        reasons = [f"{uri}: {reason}" for uri, reason in ledger.skipped_files]
        reasons += [f"{place(row)}: {row['reason']}" for row in ledger.rejects]
        if ledger.file_notes["request_failed"]:
            reasons.append(f"request_failed: {ledger.file_notes['request_failed']} requests of a batch failed")
        if fields and ledger.skipped > ledger.skipped_by_name:
            reasons.append(f"the records have the fields {fields}")
        more = f"\n  … and {len(reasons) - 10} more" if len(reasons) > 10 else ""
        listed = "".join(f"\n  {reason}" for reason in reasons[:10]) or " It holds no files."
        shown = "the records" if in_memory(self.source) else repr(name_of(self.source))
        raise SourceError(
            f"No reasoning trace could be read from {shown}.{listed}{more}\n"
            "columns={'reasoning': '<field>'} or columns={'completion': '<field>'} names a field of your own."
        )


def name_of(source: Any) -> str:
    """Give what a user calls a source."""
    return os.fspath(source) if isinstance(source, (str, os.PathLike)) else str(getattr(source, "name", "the stream"))


def _same(path: Path, other: str | os.PathLike[str]) -> bool:
    return path.resolve() == Path(other).resolve()


def _not_understood(error: Exception, item: Found) -> Rejected:
    reason = "nested too deeply" if isinstance(error, RecursionError) else f"not understood: {error!r}"
    try:
        raw = orjson.dumps(item.value)
    except (TypeError, ValueError):  # nested too deeply, or of things that JSON does not have
        raw = b""
    rejected = set_aside(reason, item.line, item.byte_offset, raw)
    return rejected._replace(length=item.length or len(raw))


def in_words(error: Exception) -> str:
    """Give the reason of an error, without its class and its file."""
    return error.strerror.lower() if isinstance(error, OSError) and error.strerror else str(error)
