"""Say what `load` would read, as what, and why, from a few records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from traceviz.schema import SourceError
from traceviz.sources.archives import Refused, is_archive, members
from traceviz.sources.chunks import joined
from traceviz.sources.codes import CODES
from traceviz.sources.containers import Input, Stream
from traceviz.sources.fields import NAMEABLE
from traceviz.sources.memory import from_memory, in_memory
from traceviz.sources.quarantine import Found, Ledger
from traceviz.sources.readers import reader_of
from traceviz.sources.reading import Loading, in_words, name_of
from traceviz.sources.records import Trace
from traceviz.sources.shapes import NOWHERE, Where

#: Records of a file, and files, that are looked at.
_RECORDS: Final = 50
_FILES: Final = 20

#: Names on one line of the report.
_MOST_NAMES: Final = 12

#: Characters from which on a field that nobody knows may hold reasoning.
_LONG: Final = 200


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
            + (f" ({_counted(self.forms)})" if self.forms else "")
        )
        return lines

    def _roles(self) -> list[str]:
        lines = [f"  {'read as':<14} {_counted(self.shapes, self.n_traces)}"] if self.shapes else []
        lines += [f"  {role:<14} {_counted(fields, self.n_traces)}" for role, fields in self.roles.items()]
        if self.markers:
            lines.append(f"  {'markers':<14} {_counted(self.markers, self.n_traces)}")
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
            lines.append(f"  {'notes':<14} {_counted(self.notes)}")
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


#: What is said where neither a shape nor markers tell, by whether a field is called like reasoning.
_GUESSED: Final = {
    True: "likely: a field is called like reasoning",
    False: "a guess: no field is called like reasoning, and no markers were seen",
}


def _word(told: int, whole: int) -> str:
    return "sure" if told == whole else "likely"


def _counted(counts: Mapping[str, int], whole: int | None = None) -> str:
    items = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(name if n == whole else f"{name} ({n})" for name, n in items)


def sniff(
    source: Any,
    *,
    columns: Mapping[str, str] | None = None,
    markers: str | tuple[str, str] | None = None,
) -> Sniffed:
    """Say what `load` would read, as what, and why.

    Looks at the first 50 records of each of the first 20 files, so the counts are of these alone.  What is piped into
    standard input is used up.

    Parameters
    ----------
    source, columns, markers
        As in `traceviz.load`.

    Returns
    -------
    Sniffed
        Printed, it is a report.

    Raises
    ------
    SourceError
        When there is no such file, or ``columns`` names no role.

    Examples
    --------
    >>> print(sniff([{"question": "2+2?", "cot": "It is 4.", "model": "m1"}]))
    list: dict
    1 records looked at, 1 traces, 1 with reasoning (raw (1))
      reasoning      cot
      prompt         question
      model          model
      question_id    a hash of the prompt
      how sure       likely: a field is called like reasoning
    If this is wrong: columns={'reasoning': '<field>'} (--map reasoning=<field>); the roles are reasoning, ...
    """
    loading = Loading(source, columns, markers, Ledger())
    tally = _Tally(loading)
    if in_memory(source):
        records = list(islice(from_memory(source), _RECORDS))
        tally.containers.update({type(record).__name__: 1 for record in records})
        for item in joined(map(Found, records)):
            tally.count(item)
        n_files = 0
    else:
        n_files = len(loading.inputs)
        for each in loading.inputs[:_FILES]:
            tally.look_at(each)
    name = type(source).__name__ if in_memory(source) else name_of(source)
    return tally.result(name, n_files)


class _Tally:
    """Count what the records hold."""

    def __init__(self, loading: Loading) -> None:
        self.loading = loading
        self.containers: Counter[str] = Counter()
        self.roles: dict[str, Counter[str]] = {}
        self.counts: Counter[str] = Counter()
        self.markers: Counter[str] = Counter()
        self.forms: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.shapes: Counter[str] = Counter()
        #: Why records hold no trace.
        self.unread: Counter[str] = Counter()
        #: Characters of text in the fields that ride along.
        self.others: Counter[str] = Counter()
        self.skipped = list(loading.ledger.skipped_files)

    def look_at(self, each: Input) -> None:
        """Look at the first records of a file, or of the first members of an archive."""
        try:
            with each.open() as stream:
                if not is_archive(stream.head()):
                    self._look_into(stream)
                    return
                for member in islice(members(stream), _FILES):
                    if isinstance(member, Refused):
                        self.skipped.append((f"{each.uri}!{member.name}", member.reason))
                    else:
                        self._look_into(member)
                self.notes.update(stream.notes)
        except (SourceError, OSError) as error:
            self.skipped.append((each.uri, in_words(error)))

    def _look_into(self, stream: Stream) -> None:
        try:
            reader = reader_of(stream)
        except SourceError as error:
            self.skipped.append((stream.uri, in_words(error)))
            return
        self.containers[", ".join([reader.NAME, *stream.packings])] += 1
        for item in islice(joined(reader.records(stream)), _RECORDS):
            self.count(item, Where(stream.relative, stream.facts))
        self.notes.update(stream.notes)

    def count(self, item: Any, where: Where = NOWHERE) -> None:
        """Count one record."""
        self.counts["records"] += 1
        if not isinstance(item, Found):
            self.counts["rejected"] += 1
            return
        traces = self.loading.read(item.value, "", where)
        if not traces:
            code = self.loading.reader.skipped
            self.unread[f"as {code}: {CODES[code].meaning}" if code else "without a field that is known"] += 1
        self.notes.update(item.notes)
        for trace in traces:
            self._count_trace(trace)

    def _count_trace(self, trace: Trace) -> None:
        self.counts["traces"] += 1
        self.counts["with_reasoning"] += trace.reasoning is not None
        for role, name in trace.used.items():
            if role == "marker":
                self.markers[name] += 1
            elif role == "shape":
                self.shapes[name] += 1
            else:
                self.roles.setdefault(role, Counter())[name] += 1
        self.forms.update([trace.reasoning_form] if trace.reasoning_form else [])
        self.notes.update(trace.diagnostics)
        for name, value in trace.extras.items():
            self.others[str(name)] += len(value) if isinstance(value, str) else 0

    def result(self, name: str, n_files: int) -> Sniffed:
        """Give the counts."""
        order = {role: place for place, role in enumerate(NAMEABLE)}
        roles = sorted(self.roles, key=lambda role: order.get(role, len(order)))
        taken = {field for fields in self.roles.values() for field in fields}
        others = {name: length for name, length in self.others.items() if name not in taken}
        longest = max(others, key=others.__getitem__, default="")
        return Sniffed(
            source=name,
            containers=dict(self.containers),
            n_files=n_files,
            n_records=self.counts["records"],
            n_rejected=self.counts["rejected"],
            unread=dict(self.unread),
            n_traces=self.counts["traces"],
            n_with_reasoning=self.counts["with_reasoning"],
            shapes=dict(self.shapes),
            roles={role: dict(self.roles[role]) for role in roles},
            markers=dict(self.markers),
            forms=dict(self.forms),
            notes=dict(self.notes),
            sure=self._sure(),
            longest_field=longest if others and others[longest] >= _LONG * max(self.counts["traces"], 1) else "",
            other_fields=tuple(others),
            skipped=tuple(self.skipped),
        )

    def _sure(self) -> str:
        """Say how sure the reading is."""
        n, named = self.counts["traces"], {role for role, _ in self.loading.reader.columns}
        if not n:
            return ""
        if named:
            return f"sure: you named {', '.join(sorted(named))}"
        if told := sum(self.shapes.values()):
            return f"{_word(told, n)}: {told} of {n} traces have the shape of {_counted(self.shapes, told)}"
        if told := sum(self.markers.values()):
            return f"{_word(told, n)}: {told} of {n} traces have markers of reasoning"
        told = self.counts["with_reasoning"]
        if told and "reasoning" not in self.roles:
            return f"sure: {told} of {n} traces hold reasoning in parts of their own, as model servers send it"
        return _GUESSED["reasoning" in self.roles]
