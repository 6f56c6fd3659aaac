"""From a record to its traces: find its shape, take its samples apart, read the fields, keep the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from traceviz.sources import payloads
from traceviz.sources.conversations import is_conversation, parted
from traceviz.sources.exploding import choices, companions, enclosed, exploded, inner_payload, transposed
from traceviz.sources.fields import Plan, look_up
from traceviz.sources.finding import joined_prompt
from traceviz.sources.layouts import Layout, layout, read_extras, read_form, read_scalars
from traceviz.sources.markers import FAMILIES, Family
from traceviz.sources.said import Texts, from_text
from traceviz.sources.shapes import NOWHERE, Shape, Skip, Where
from traceviz.sources.trace import Trace
from traceviz.sources.values import as_string

__all__ = ["ITS_RECORD", "RecordReader", "Trace", "from_text"]

#: What `Trace.used` says of a question that only the samples of one record share: `Loading` names it by its place.
ITS_RECORD: Final = "its record"

#: How deep records may lie in records.
_DEEPEST: Final = 20

#: Roles of a message on a line of its own that the model did not write.
_NOT_SAID: Final = frozenset({"user", "system", "developer", "tool", "function", "human"})


class RecordReader:
    """Read records of any shape as traces.

    Parameters
    ----------
    columns
        Roles that the user has settled, with the names of the fields.
    families
        The markers to look for.
    handed_over
        Whether the records are rows of a table that the user holds in memory: a column of reasoning is then raw.
    """

    def __init__(
        self, columns: Mapping[str, str], families: tuple[Family, ...] = FAMILIES, *, handed_over: bool = False
    ) -> None:
        self.columns = tuple(columns.items())
        self.families = families
        #: Names of the user that no record had so far.
        self.unseen = {name for _, name in self.columns}
        #: Whether the user has said where the texts are: then no shape knows better.
        self.names_texts = bool(columns.keys() & {"reasoning", "completion", "answer", "messages"})
        #: Why the last record without a trace has none, if it says so itself: a diagnostic code.
        self.skipped = ""
        self._texts = Texts(families, columns.get("reasoning"), handed_over=handed_over)

    def read(self, record: Mapping[Any, Any], where: Where = NOWHERE) -> list[Trace]:
        """Give the traces of a record: none if it has no field that is read, or says itself that it is none."""
        if self.unseen:
            self.unseen -= {name for name in self.unseen if name in record or look_up(record, name) is not None}
        self.skipped = ""
        found = layout(tuple(record), self.columns)
        for shape in () if self.names_texts else found.shapes:
            if shape.knows(record):
                return self._read_shape(shape, record, where)
        return self._read_plain(record, found)

    def _read_shape(self, shape: Shape, record: Mapping[Any, Any], where: Where) -> list[Trace]:
        try:
            traces = [trace for plain in shape.plain(record, where) for trace in self._read_plain(plain)]
        except Skip as skip:
            self.skipped = str(skip)
            return []
        for trace in traces:
            trace.used["shape"] = shape.name
        return traces

    def _read_plain(self, record: Mapping[Any, Any], found: Layout | None = None, depth: int = 0) -> list[Trace]:
        """Read a record by the names of its fields."""
        found = found or layout(tuple(record), self.columns)
        roles = found.roles
        for name in found.payloads:
            value = record[name]
            if isinstance(value, list) and (not value or any(isinstance(item, Mapping) for item in value)):
                return _numbered(
                    self._one(sample, layout(tuple(sample), self.columns)) for sample in choices(record, name)
                )
        if (several := self._of_lists(record, roles, depth)) is not None:
            return several
        if roles["completion"] and depth < _DEEPEST:
            inner = inner_payload(record, roles["completion"])
            if inner is not None:
                return self._read_plain(inner, depth=depth + 1)
        if found.has_text or isinstance(record.get("message"), Mapping):
            return [] if _is_of_user(record) else [self._one(record, found)]
        if depth >= _DEEPEST:
            return []
        return [trace for inner in enclosed(record) for trace in self._read_plain(inner, depth=depth + 1)]

    def _of_lists(self, record: Mapping[Any, Any], roles: Plan, depth: int) -> list[Trace] | None:
        """Read a record that holds a list a column, or several samples, if it is one."""
        if depth < _DEEPEST and (rows := transposed(record, roles)) is not None:
            return _named_apart([trace for row in rows for trace in self._read_plain(row, depth=depth + 1)])
        names = (*roles["samples"], *_listed(record, roles["completion"]))
        return self._several(record, names, depth) if names else None

    def _several(self, record: Mapping[Any, Any], names: tuple[str, ...], depth: int) -> list[Trace] | None:
        """Read a record of several samples, if it is one."""
        for name in names:
            value = record[name]
            if not isinstance(value, list) or not value:
                continue
            items = [item for sub in value for item in (sub if isinstance(sub, list) else [sub])]
            if items and depth < _DEEPEST and all(isinstance(item, Mapping) for item in items):
                inner = enclosed({**record, name: items}, name)
                return _numbered(trace for each in inner for trace in self._read_plain(each, depth=depth + 1))
            if items and all(isinstance(item, str) or item is None for item in items):
                return self._exploded(record, name, items)
        return None

    def _exploded(self, record: Mapping[Any, Any], name: str, items: list[str | None]) -> list[Trace]:
        together, ragged = companions(record, name, len(items))
        traces = []
        for sample in exploded(record, name, items, together):
            found = layout(tuple(sample), self.columns)
            reasoning = tuple(field for field in found.roles["reasoning"] if field in together)
            roles = {**found.roles, "completion": (name,), "said": (name,), "reasoning": reasoning, "messages": ()}
            traces.append(self._one(sample, found._replace(roles=roles, pair=None, lone=None, dialogue=None)))
            if ragged:
                traces[-1].note("ragged_lists")
        return _numbered(traces)

    def _one(self, record: Mapping[Any, Any], found: Layout) -> Trace:
        trace = Trace()
        read_scalars(trace, record, found)
        trace.prompt = _prompt(trace, record, found)
        self._texts.read(trace, record, found)
        if found.roles["reasoning_form"]:
            read_form(trace, record, found.roles)
        read_extras(trace, record, found.roles)
        return trace


def _listed(record: Mapping[Any, Any], names: Iterable[str]) -> list[str]:
    """Give the fields called like one completion that hold several."""
    listed = (name for name in names if record.get(name).__class__ is list and name.lower() != "content")
    return [name for name in listed if len(record[name]) > 1 and all(isinstance(text, str) for text in record[name])]


def _is_of_user(record: Mapping[Any, Any]) -> bool:
    """Tell a message on a line of its own that the model did not write."""
    role = record.get("role")
    return isinstance(role, str) and role in _NOT_SAID and "content" in record


def _numbered(samples: Iterable[Trace]) -> list[Trace]:
    """Give the samples of one question their numbers."""
    traces = list(samples)
    for index, trace in enumerate(traces):
        if trace.sample_index is None:
            trace.sample_index = index
    if len(traces) < 2:
        return traces
    shared = len({trace.trace_id for trace in traces}) < len(traces)
    for trace in traces:
        if shared:  # the row's id names the question here
            trace.question_id = trace.question_id or trace.trace_id
        if trace.question_id is None and not trace.prompt:
            trace.used["question_id"] = ITS_RECORD
    return _named_apart(traces)


def _named_apart(traces: list[Trace]) -> list[Trace]:
    """Give traces that share the id of their record an id each."""
    if len({trace.trace_id for trace in traces}) < len(traces):
        for index, trace in enumerate(traces):
            trace.trace_id = f"{trace.trace_id}/{index}" if trace.trace_id is not None else None
    return traces


def _prompt(trace: Trace, record: Mapping[Any, Any], found: Layout) -> str | None:
    roles = found.roles
    for name in roles["prompt"]:
        value = look_up(record, name)
        text = payloads.plain_text(value) if isinstance(value, (list, dict)) else as_string(value)
        if text is not None:
            trace.used["prompt"] = name
            return text
    if roles["messages"]:
        return _prompt_of_messages(trace, record, found)
    if roles["prompt"]:
        return None
    if "arguments" in record:
        return _first_string(record["arguments"])  # lm-eval
    return payloads.plain_text(record["contents"]) or None if "contents" in record else None  # Gemini


def _prompt_of_messages(trace: Trace, record: Mapping[Any, Any], found: Layout) -> str | None:
    """Give the prompt of a request that stands beside its response."""
    name = found.roles["messages"][0]
    first = found.roles["said"][0]
    beside = isinstance(record.get("message"), Mapping) or (first not in found.roles["messages"] and record.get(first))
    turns = look_up(record, name)
    told = beside or any(record.get(field) for field in found.roles["reasoning"])
    if not told or not isinstance(turns, list) or not is_conversation(turns):
        return None
    trace.used["prompt"] = name
    before, own = parted(turns)
    return joined_prompt(before if own else turns) or None


def _first_string(value: Any) -> str | None:
    for _ in range(_DEEPEST):
        if not isinstance(value, (list, dict)) or not value:
            break
        value = value[0] if isinstance(value, list) else next(iter(value.values()))
    return value if isinstance(value, str) else None
