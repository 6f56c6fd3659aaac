"""What could not be read, with its place: no record is lost in silence."""

from __future__ import annotations

import os
from base64 import b64encode
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any, Final, NamedTuple, Self

from traceviz.schema import SourceError, log
from traceviz.sources.codes import CODES

#: Rejects, skipped files and sources that the table's provenance names.  All are counted; ``rejects=`` writes all.
MOST_NAMED: Final = 1000

#: Bytes of a reject that are shown.
SHOWN: Final = 200


#: Codes of records that are skipped by their name, besides failed requests.
_SKIPPED_BY_NAME: Final = ("duplicate_record", "no_completion", "prompt_not_parted")


#: What the reason of a value begins with that is sound, and no record.
NO_OBJECT: Final = "a JSON "


class Found(NamedTuple):
    """A record that a reader found, and where."""

    value: Any
    line: int | None = None
    byte_offset: int | None = None
    notes: tuple[str, ...] = ()
    length: int = 0


class Rejected(NamedTuple):
    """A piece of a file that a reader could not read, where it is, and a hash of its bytes."""

    reason: str
    line: int | None
    byte_offset: int | None
    length: int
    head: bytes
    digest: str = ""


def set_aside(reason: str, line: int | None, byte_offset: int | None, raw: bytes) -> Rejected:
    """Give a reject for a piece of a file."""
    return Rejected(reason, line, byte_offset, len(raw), raw[:SHOWN], blake2b(raw, digest_size=16).hexdigest())


@dataclass
class Skipped:
    """Records without a trace: only why they have none, and where the first is of which nobody knows it, is kept."""

    n: int = 0
    n_by_name: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    first_line: int | None = None

    def add(self, line: int | None, code: str | None) -> Self:
        """Count a record that has none of the fields that are read, or is skipped by the name of a code."""
        if code:
            self.codes[code] += 1
            self.n_by_name += 1
        elif self.n == self.n_by_name:
            self.first_line = line
        self.n += 1
        return self


@dataclass
class Ledger(AbstractContextManager["Ledger"]):
    """The books of one load: records in = records that gave traces + rejected + skipped.

    Parameters
    ----------
    strict
        Raise at the first reject.
    path
        Where the rejects are written as JSON Lines: ``uri, member, line_no, byte_offset, length, error, blake2b``
        (of all their bytes, 128 bits) and ``head`` (the first 200 bytes in base64).
    """

    strict: bool = False
    path: str | os.PathLike[str] | None = None
    sources: list[str] = field(default_factory=list)
    records: int = 0
    traces: int = 0
    rejected: int = 0
    skipped: int = 0
    repaired: int = 0
    rejects: list[dict[str, Any]] = field(default_factory=list)
    skipped_files: list[tuple[str, str]] = field(default_factory=list)
    file_notes: Counter[str] = field(default_factory=Counter)
    first_skipped: str = ""
    skipped_by_name: int = 0
    _file: IO[bytes] | None = None

    def __enter__(self) -> Self:
        if self.path is not None:
            # Written even when it stays empty: a file of an earlier load must not pass for this one's.
            self._file = Path(self.path).open("wb")
        return self

    def __exit__(self, *exception: object) -> None:
        if self._file is not None:
            self._file.close()

    def reject(self, uri: str, rejected: Rejected, member: str | None = None) -> None:
        """Enter a reject, or raise if the load is strict; ``member`` is the name of the file within an archive."""
        self.records += 1
        self.rejected += 1
        row = {
            "source_uri": uri,
            "source_member": member,
            "line": rejected.line,
            "byte_offset": rejected.byte_offset,
            "length": rejected.length,
            "reason": rejected.reason,
            "head": rejected.head[:SHOWN].decode("utf-8", "backslashreplace"),
        }
        if self.strict:
            raise SourceError(
                f"{place(row)} could not be read: {rejected.reason}. It begins with {str(row['head'])[:80]!r}. "
                "strict=False sets such records aside and reads the rest."
            )
        if len(self.rejects) < MOST_NAMED:
            self.rejects.append(row)
        if self._file is not None:
            self._write(self._file, uri.removesuffix(f"!{member}") if member else uri, member, rejected)

    @staticmethod
    def _write(file: IO[bytes], uri: str, member: str | None, rejected: Rejected) -> None:
        import orjson

        row = {
            "uri": uri,
            "member": member,
            "line_no": rejected.line,
            "byte_offset": rejected.byte_offset,
            "length": rejected.length,
            "error": rejected.reason,
            "blake2b": rejected.digest or None,
            "head": b64encode(rejected.head[:SHOWN]).decode(),
        }
        file.write(orjson.dumps(row) + b"\n")

    def skip(self, uri: str, skipped: Skipped) -> None:
        """Enter records without a trace."""
        self.records += skipped.n
        self.skipped += skipped.n
        self.file_notes.update(skipped.codes)
        self.skipped_by_name += skipped.n_by_name
        if skipped.n > skipped.n_by_name and not self.first_skipped:
            self.first_skipped = place({"source_uri": uri, "line": skipped.first_line})

    def facts(self) -> dict[str, Any]:
        """Give the provenance that rides on the table: plain values only, because pandas writes it into Parquet."""
        return {
            "sources": self.sources[:MOST_NAMED],
            "records": self.records,
            "rejected": self.rejected,
            "skipped": self.skipped,
            "repaired": self.repaired,
            "rejects": list(self.rejects),
            "skipped_files": [list(pair) for pair in self.skipped_files[:MOST_NAMED]],
            "file_notes": dict(self.file_notes),
        }

    def close(self) -> None:
        """Say in one line each what was set aside."""
        if self.rejected:
            where = "" if self.path is None else f", all in {os.fspath(self.path)}"
            first = f"; the first is {place(self.rejects[0])}: {self.rejects[0]['reason']}"
            log.warning(
                "%d of %d records could not be read and were set aside%s%s; tv.rejects(traces) lists them.",
                self.rejected,
                self.records,
                where,
                first,
            )
        if self.file_notes["request_failed"]:
            log.warning(
                "%d of %d records are requests that failed (request_failed); they hold no trace and were skipped.",
                self.file_notes["request_failed"],
                self.records,
            )
        for code in _SKIPPED_BY_NAME:
            if self.file_notes[code]:
                n, meaning = self.file_notes[code], CODES[code].meaning
                log.warning("%d of %d records were skipped as %s: %s.", n, self.records, code, meaning)
        if self.skipped > self.skipped_by_name:
            log.warning(
                "%d of %d records have no field that is read as reasoning, completion, messages or answer, and were "
                "skipped; the first is %s. tv.sniff(source) shows the fields, columns={...} names them.",
                self.skipped - self.skipped_by_name,
                self.records,
                self.first_skipped,
            )
        if self.rejected or self.skipped:
            log.warning(
                "%d records = %d with traces + %d rejected + %d skipped.",
                self.records,
                self.records - self.rejected - self.skipped,
                self.rejected,
                self.skipped,
            )
        if self.skipped_files:
            uri, reason = self.skipped_files[0]
            log.warning(
                "%d file%s skipped; the first is %s (%s).",
                len(self.skipped_files),
                " was" if len(self.skipped_files) == 1 else "s were",
                uri,
                reason,
            )
        if self.file_notes["file_growing"]:
            log.warning(
                "%d files are still written to (file_growing): the last line of each has no end yet and was left for "
                "the next reading.",
                self.file_notes["file_growing"],
            )
        if self.file_notes["truncated_container"]:
            log.warning(
                "%d packed files break off before their end (truncated_container); the complete records were kept.",
                self.file_notes["truncated_container"],
            )


def place(row: dict[str, Any]) -> str:
    """Say where a reject is."""
    if row.get("line") is not None:
        return f"{row['source_uri']}, line {row['line']}"
    if row.get("byte_offset") is not None:
        return f"{row['source_uri']}, byte {row['byte_offset']}"
    return str(row["source_uri"])
