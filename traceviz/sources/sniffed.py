"""What `traceviz.sniff` found, and how it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from traceviz.sources.fields import NAMEABLE

#: Names on one line of the report.
_MOST_NAMES: Final = 12


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What `load` would read; printed, it is a report.

    Attributes
    ----------
    source
        What was looked at.
    containers
        How many of the files that were looked at are of each format, such as ``"JSON Lines, zstd"``.
    n_files
        All files, also those that were not looked at.
    n_records, n_rejected
        Records looked at; those that could not be read.
    unread
        Why records hold no trace, with their number: ``"without a field that is known"``, or a code, such as
        ``"as request_failed: …"``.
    n_traces, n_with_reasoning
        Traces in them, and those with reasoning.
    shapes
        What harness, trainer or server wrote the records (`traceviz.sources.shapes`), with the number of traces; empty
        where records are read by the names of their fields alone.
    roles
        Role → the fields that played it, with the number of traces.
    markers
        Families of markers that completions were split at, with the number of traces.
    forms, notes
        Forms of reasoning, and diagnostic codes, with the number of traces.
    sure
        How sure this is, and why: ``"sure"``, ``"likely"`` or ``"a guess"``, a colon, the reason.
    longest_field
        Of the fields that ride along, the one with the longest texts, if they are long: reasoning may be there.
    other_fields
        Fields that ride along.
    skipped
        Files that are not read, with the reason.
    """

    source: str
    containers: Mapping[str, int]
    n_files: int
    n_records: int
    n_rejected: int
    unread: Mapping[str, int]
    n_traces: int
    n_with_reasoning: int
    shapes: Mapping[str, int]
    roles: Mapping[str, Mapping[str, int]]
    markers: Mapping[str, int]
    forms: Mapping[str, int]
    notes: Mapping[str, int]
    sure: str
    longest_field: str
    other_fields: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        """Give the report."""
        return "\n".join([*self._head(), *self._roles(), *self._rest(), *self._advice()])

    __repr__ = __str__

    def _head(self) -> list[str]:
        what = ", ".join(f"{n} {name}" if n > 1 else name for name, n in self.containers.items()) or "nothing read"
        files = f"{self.n_files} files: " if self.n_files > 1 else ""
        lines = [f"{self.source}: {files}{what}"]
        lines.append(
            f"{self.n_records} records looked at, {self.n_traces} traces, {self.n_with_reasoning} with reasoning"
            + (f" ({counted(self.forms)})" if self.forms else "")
        )
        return lines

    def _roles(self) -> list[str]:
        lines = [f"  {'read as':<14} {counted(self.shapes, self.n_traces)}"] if self.shapes else []
        lines += [f"  {role:<14} {counted(fields, self.n_traces)}" for role, fields in self.roles.items()]
        if self.markers:
            lines.append(f"  {'markers':<14} {counted(self.markers, self.n_traces)}")
        if self.n_traces and "question_id" not in self.roles and "prompt" in self.roles:
            lines.append(f"  {'question_id':<14} a hash of the prompt")
        return lines

    def _rest(self) -> list[str]:
        lines = [f"  {'how sure':<14} {self.sure}"] if self.sure else []
        if self.other_fields:
            more = len(self.other_fields) - _MOST_NAMES
            shown = ", ".join(self.other_fields[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
            lines.append(f"  {'rides along':<14} {shown}")
        if self.notes:
            lines.append(f"  {'notes':<14} {counted(self.notes)}")
        if self.n_rejected:
            lines.append(f"  {'unreadable':<14} {self.n_rejected} records")
        lines += [f"  {'skipped':<14} {n} records {why}" for why, n in self.unread.items()]
        lines += [f"  {'skipped':<14} {uri} ({reason})" for uri, reason in self.skipped[:_MOST_NAMES]]
        if len(self.skipped) > _MOST_NAMES:
            lines.append(f"  {'skipped':<14} and {len(self.skipped) - _MOST_NAMES} more files")
        return lines

    def _advice(self) -> list[str]:
        name = self.longest_field or "<field>"
        typed = f"columns={{'reasoning': {name!r}}} (--map reasoning={name})"
        if self.n_records and not self.n_with_reasoning:
            return [f"No reasoning was found. {typed} names its field."]
        return [
            f"If this is wrong: {typed}; the roles are {', '.join(NAMEABLE)}.",
            "If a completion is split wrongly: markers='<family>' or markers=('<opener>', '<closer>').",
        ]


def counted(counts: Mapping[str, int], whole: int | None = None) -> str:
    """List names, the most frequent first, each with its number unless it is the whole."""
    items = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(name if n == whole else f"{name} ({n})" for name, n in items)
