"""Say what `load` would read, as what, and why, from a few records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
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
from traceviz.sources.sniffed import Sniffed, counted

#: Records of a file, and files, that are looked at.
_RECORDS: Final = 50
_FILES: Final = 20

#: Characters from which on a field that nobody knows may hold reasoning.
_LONG: Final = 200

#: What is said where neither a shape nor markers tell, by whether a field is called like reasoning.
_GUESSED: Final = {
    True: "likely: a field is called like reasoning",
    False: "a guess: no field is called like reasoning, and no markers were seen",
}


def _word(told: int, whole: int) -> str:
    return "sure" if told == whole else "likely"


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
            return f"{_word(told, n)}: {told} of {n} traces have the shape of {counted(self.shapes, told)}"
        if told := sum(self.markers.values()):
            return f"{_word(told, n)}: {told} of {n} traces have markers of reasoning"
        told = self.counts["with_reasoning"]
        if told and "reasoning" not in self.roles:
            return f"sure: {told} of {n} traces hold reasoning in parts of their own, as model servers send it"
        return _GUESSED["reasoning" in self.roles]
