"""From a record to its traces: find the texts, split them, keep the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

from traceviz.schema import FORMS, TRACES
from traceviz.sources import payloads
from traceviz.sources.completions import Completion, split, starts_with_opener
from traceviz.sources.exploding import choices, enclosed, exploded, has_text, opened
from traceviz.sources.fields import FLAGS, Plan, look_up, plan
from traceviz.sources.harmony import is_harmony, split_harmony
from traceviz.sources.markers import FAMILIES, Family
from traceviz.sources.shapes import NOWHERE, Where, shape_of
from traceviz.sources.values import as_boolean, as_finish, as_integer, as_string, is_missing
from traceviz.texts import replace_lone_surrogates

#: A text of a field called reasoning that is no longer than this may be a setting, if there is a marked completion.
_LONGEST_FLAG: Final = 20

#: Columns that are long texts: they do not ride along a second time under their own name.
_TEXTS: Final = ("reasoning", "completion", "answer", "prompt", "messages")


#: Columns of fields that are called like a column of the contract and are something else.
_GIVEN: Final = frozenset(f"{name}_given" for name in TRACES)


@dataclass(slots=True)
class Trace:
    """One row of the traces table, before it is a table."""

    reasoning: str | None = None
    answer: str | None = None
    prompt: str | None = None
    reasoning_form: str | None = None
    model: str | None = None
    provider: str | None = None
    trace_id: str | None = None
    question_id: str | None = None
    sample_index: int | None = None
    step: int | None = None
    correct: bool | None = None
    finish_reason: str | None = None
    source_uri: str | None = None
    record_index: int | None = None
    diagnostics: list[str] = field(default_factory=list)
    #: The user's own columns.
    extras: dict[str, Any] = field(default_factory=dict)
    #: Which field played which role; ``marker`` is the family of markers that was found.
    used: dict[str, str] = field(default_factory=dict)


def from_text(text: str, families: tuple[Family, ...] = FAMILIES) -> Trace:
    """Read a bare string: a completion if it has reasoning markers, else raw reasoning."""
    outcome = _split(text, None, families)
    if outcome.reasoning is None:
        return Trace(reasoning=text, reasoning_form="raw", used={"reasoning": "the string"})
    trace = Trace(outcome.reasoning, outcome.answer or None, reasoning_form="raw", diagnostics=outcome.notes)
    trace.used = {"completion": "the string", "marker": str(outcome.family)}
    return trace


def _split(text: str, prompt: str | None, families: tuple[Family, ...]) -> Completion:
    return split_harmony(text) if is_harmony(text) else split(text, prompt=prompt, families=families)


class RecordReader:
    """Read records of any shape as traces.

    Parameters
    ----------
    columns
        Roles that the user has settled, with the names of the fields.
    families
        The markers to look for.
    """

    def __init__(self, columns: Mapping[str, str], families: tuple[Family, ...] = FAMILIES) -> None:
        self.columns = tuple(columns.items())
        self.families = families
        #: Names of the user that no record had so far.
        self.unseen = {name for _, name in self.columns}
        #: Whether the user has said where the texts are: then no shape knows better.
        self.names_texts = bool(columns.keys() & {"reasoning", "completion", "answer", "messages"})

    def read(self, record: Mapping[Any, Any], where: Where = NOWHERE) -> list[Trace]:
        """Give the traces of a record: none if it has no field that is read."""
        if self.unseen:
            self.unseen -= {name for name in self.unseen if name in record or look_up(record, name) is not None}
        shape = None if self.names_texts else shape_of(record)
        if shape is None:
            return self._read_plain(record)
        traces = [trace for plain in shape.plain(record, where) for trace in self._read_plain(plain)]
        for trace in traces:
            trace.used["shape"] = shape.name
        return traces

    def _read_plain(self, record: Mapping[Any, Any]) -> list[Trace]:
        """Read a record by the names of its fields."""
        record = opened(record)
        roles = plan(tuple(record), self.columns)
        several = self._several(record, roles)
        if several is not None:
            return several
        if has_text(record, roles):
            return [self._one(record, roles)]
        return [trace for inner in enclosed(record) for trace in self._read_plain(inner)]

    def _several(self, record: Mapping[Any, Any], roles: Plan) -> list[Trace] | None:
        """Read a record of several samples, if it is one."""
        for name in ("choices", "candidates"):
            if isinstance(record.get(name), list) and all(isinstance(item, Mapping) for item in record[name]):
                return self._numbered(choices(record, name))
        for name in roles["samples"]:
            value = record[name]
            if not isinstance(value, list) or not value:
                continue
            items = [item for sub in value for item in (sub if isinstance(sub, list) else [sub])]
            if all(isinstance(item, Mapping) for item in items):
                return [trace for inner in enclosed(record, name) for trace in self._read_plain(inner)]
            if all(isinstance(item, str) or item is None for item in items):
                return self._numbered(exploded(record, name, items), completion=name)
        return None

    def _numbered(self, samples: Iterator[dict[Any, Any]], completion: str | None = None) -> list[Trace]:
        traces = []
        for index, sample in enumerate(samples):
            roles = dict(plan(tuple(sample), self.columns))
            if completion:
                roles |= {"completion": (completion,), "said": (completion,), "reasoning": (), "messages": ()}
            trace = self._one(sample, roles)
            if trace.sample_index is None:
                trace.sample_index = index
            traces.append(trace)
        for index, trace in enumerate(traces if len(traces) > 1 else []):
            # The row's id names the question here, and each sample needs one of its own.
            trace.question_id = trace.question_id or trace.trace_id
            trace.trace_id = f"{trace.trace_id}/{index}" if trace.trace_id is not None else None
        return traces

    def _one(self, record: Mapping[Any, Any], roles: Plan) -> Trace:
        trace = Trace()
        _read_scalars(trace, record, roles)
        trace.prompt = _prompt(trace, record, roles)
        self._read_texts(trace, record, roles)
        _read_form(trace, record, roles)
        trace.extras = _extras(trace, record, roles)
        return trace

    def _read_texts(self, trace: Trace, record: Mapping[Any, Any], roles: Plan) -> None:
        reasoning = self._reasoning_field(trace, record, roles)
        parts = _completion_parts(trace, record, roles)
        answer = _answer_field(trace, record, roles, beside=reasoning is not None or not parts)
        if reasoning is not None:
            self._take_field(trace, reasoning, answer, parts)
        elif any(part.kind == "reasoning" for part in parts):
            _take_parts(trace, parts)
        elif parts:
            self._take_completion(trace, "\n\n".join(part.text for part in parts if part.text))
        elif answer is not None:
            self._take_completion(trace, answer)

    def _reasoning_field(self, trace: Trace, record: Mapping[Any, Any], roles: Plan) -> str | None:
        """Give the first reasoning field that is not empty, or an empty one if all are."""
        empty = None
        for name in roles["reasoning"]:
            value = look_up(record, name)
            if isinstance(value, (list, dict)):
                parts = payloads.message_parts({"content": None, "reasoning": value}, None)
                value = "\n\n".join(part.text for part in parts if part.text) or _listed(value)
            if not isinstance(value, str):
                continue
            if len(value) <= _LONGEST_FLAG and self._is_flag(value, record, roles, name):
                trace.diagnostics.append("flag_not_text")
                continue
            if value:
                trace.used["reasoning"] = name
                return value
            if empty is None:
                empty = name
        if empty is not None and not any(record.get(name) for name in roles["completion"]):
            trace.used["reasoning"] = empty
            return ""
        return None

    def _is_flag(self, value: str, record: Mapping[Any, Any], roles: Plan, name: str) -> bool:
        if (("reasoning", name)) in self.columns:
            return False
        if value.strip().lower() in FLAGS:
            return True
        texts = (record.get(name) for name in roles["completion"])
        return bool(value) and any(isinstance(text, str) and starts_with_opener(text, self.families) for text in texts)

    def _take_field(self, trace: Trace, reasoning: str, answer: str | None, parts: list[payloads.Part]) -> None:
        """Take reasoning from its own field, and the answer from beside it."""
        trace.reasoning_form = "raw"
        if starts_with_opener(reasoning, self.families):
            outcome = _split(reasoning, None, self.families)
            trace.diagnostics += outcome.notes
            trace.used["marker"] = str(outcome.family)
            reasoning = outcome.reasoning or ""
            answer = answer if answer is not None or parts else outcome.answer or None
        if answer is None and parts:
            text = "\n\n".join(part.text for part in parts if part.kind == "answer" and part.text)
            trace.used["answer"] = trace.used.pop("completion", trace.used.get("messages", ""))
            answer = self._without_inline(trace, reasoning, text)
            reasoning = trace.reasoning or reasoning
            if not text and trace.finish_reason == "stop":
                trace.diagnostics.append("answer_in_reasoning_suspect")
        trace.reasoning, trace.answer = reasoning, answer

    def _without_inline(self, trace: Trace, reasoning: str, text: str) -> str:
        """Take a block at the head of the answer away; keep it if the field says something else."""
        if not starts_with_opener(text, self.families):
            return text
        outcome = _split(text, None, self.families)
        inner = outcome.reasoning or ""
        if " ".join(inner.split()) in " ".join(reasoning.split()):
            trace.diagnostics.append("duplicate_field_text")
        else:
            trace.diagnostics.append("two_layer_reasoning")
            trace.reasoning = f"{reasoning}\n\n{inner}"
        return outcome.answer or ""

    def _take_completion(self, trace: Trace, text: str) -> None:
        outcome = _split(text, trace.prompt, self.families)
        trace.reasoning, trace.answer = outcome.reasoning, outcome.answer
        trace.diagnostics += outcome.notes
        if outcome.reasoning is not None:
            trace.reasoning_form = "raw"
            trace.used["marker"] = str(outcome.family)


def _take_parts(trace: Trace, parts: list[payloads.Part]) -> None:
    form = payloads.trace_form(parts)
    texts = [part.text for part in parts if part.kind == "reasoning" and part.form == form and part.text]
    trace.reasoning_form = form
    trace.reasoning = "\n\n".join(texts) if texts else None
    answers = [part.text for part in parts if part.kind == "answer" and part.text]
    trace.answer = "\n\n".join(answers) if answers else None
    forms = {part.form for part in parts if part.kind == "reasoning"}
    if len(forms) > 1:
        trace.diagnostics.append("mixed_forms")
    elif form in ("summary", "redacted", "encrypted"):
        trace.diagnostics.append({"summary": "summary_only", "encrypted": "encrypted_only"}.get(form, form))


def _listed(value: Any) -> Any:
    """Join a list of strings; anything else is no text."""
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return "\n\n".join(value)
    return None


def _read_scalars(trace: Trace, record: Mapping[Any, Any], roles: Plan) -> None:
    for role, convert in _CONVERTERS.items():
        for name in roles[role]:
            value = convert(look_up(record, name))
            if value is not None:
                setattr(trace, role, value)
                trace.used[role] = name
                break
    given = look_up(record, roles["diagnostics"][0]) if roles["diagnostics"] else None
    if isinstance(given, (list, tuple)) and all(isinstance(code, str) for code in given):
        trace.diagnostics = list(given)
        trace.used["diagnostics"] = roles["diagnostics"][0]


_CONVERTERS: Final = {
    "model": as_string,
    "provider": as_string,
    "trace_id": as_string,
    "question_id": as_string,
    "sample_index": as_integer,
    "step": as_integer,
    "correct": as_boolean,
    "finish_reason": as_finish,
    "source_uri": as_string,
    "record_index": as_integer,
}


def _prompt(trace: Trace, record: Mapping[Any, Any], roles: Plan) -> str | None:
    for name in roles["prompt"]:
        value = look_up(record, name)
        text = payloads.plain_text(value) if isinstance(value, (list, dict)) else as_string(value)
        if text is not None:
            trace.used["prompt"] = name
            return text
    if "arguments" in record and not roles["prompt"]:
        return _first_string(record["arguments"])  # lm-eval
    return None


def _first_string(value: Any) -> str | None:
    while isinstance(value, (list, dict)) and value:
        value = value[0] if isinstance(value, list) else next(iter(value.values()))
    return value if isinstance(value, str) else None


def _completion_parts(trace: Trace, record: Mapping[Any, Any], roles: Plan) -> list[payloads.Part]:
    """Give the parts of the first field that holds what the model said."""
    message = record.get("message")
    if isinstance(message, Mapping):
        trace.used["completion"] = "message"
        return payloads.message_parts(message, trace.model)
    for name in roles["said"]:
        value = look_up(record, name)
        parts = _parts(trace, value, record if name == "content" else {})
        if parts:
            trace.used["messages" if name in roles["messages"] else "completion"] = name
            return parts
    return []


def _parts(trace: Trace, value: Any, record: Mapping[Any, Any]) -> list[payloads.Part]:
    if isinstance(value, Mapping):
        inner = value.get("parts")
        if not isinstance(inner, list):
            return payloads.message_parts(value, trace.model)
        value, record = inner, {}
    if not isinstance(value, list) or not value:
        return [payloads.Part("answer", value)] if isinstance(value, str) else []
    if all(isinstance(turn, Mapping) and ("role" in turn or "from" in turn) and "type" not in turn for turn in value):
        return _turn_parts(trace, value)
    if record:
        return payloads.message_parts(record, trace.model)
    return list(payloads.content_parts(value, trace.model))


def _turn_parts(trace: Trace, turns: list[Mapping[str, Any]]) -> list[payloads.Part]:
    """Give the parts of the last turns of the model; what stands before them is the prompt."""
    last = len(turns)
    while last and not payloads.is_assistant(turns[last - 1]):
        last -= 1
    first = last
    while first and (payloads.is_assistant(turns[first - 1]) or _role(turns[first - 1]) in ("tool", "function")):
        first -= 1
    if trace.prompt is None and first:
        trace.prompt = "\n\n".join(filter(None, map(payloads.plain_text, turns[:first])))
    own = [turn for turn in turns[first:last] if payloads.is_assistant(turn)]
    return [part for turn in own for part in payloads.message_parts(turn, trace.model)]


def _role(turn: Mapping[str, Any]) -> Any:
    return turn.get("role", turn.get("from"))


def _answer_field(trace: Trace, record: Mapping[Any, Any], roles: Plan, *, beside: bool) -> str | None:
    """Give the answer's own field, unless a completion without a reasoning field holds the answer."""
    if not beside:
        return None
    for name in roles["answer"]:
        text = as_string(look_up(record, name))
        if text is not None:
            trace.used["answer"] = name
            return text
    return None


def _read_form(trace: Trace, record: Mapping[Any, Any], roles: Plan) -> None:
    for name in roles["reasoning_form"]:
        if record[name] in FORMS and (trace.reasoning is not None or record[name] not in ("raw", "summary")):
            trace.reasoning_form = record[name]
            trace.used["reasoning_form"] = name


def _extras(trace: Trace, record: Mapping[Any, Any], roles: Plan) -> dict[str, Any]:
    """Keep what the user brought; a field that would hide a column of the contract gets ``_given`` behind its name."""
    kept = _kept(tuple(record), tuple(trace.used.items()))
    extras = {column: record[name] for name, column in kept}
    # A text that is missing here is the contract's column elsewhere.
    for name in (*roles["texts"], *(extras.keys() & _GIVEN)):
        if name in extras and is_missing(extras[name]):
            del extras[name]
    return extras


@lru_cache(maxsize=1024)
def _kept(names: tuple[Any, ...], used: tuple[tuple[str, str], ...]) -> list[tuple[Any, Any]]:
    """Give the fields that ride along, each with the name of its column."""
    gone = {name for role, name in used if role in _TEXTS or role == name}
    return [(name, _column_name(name)) for name in names if name not in gone]


def _column_name(name: Any) -> Any:
    if name in TRACES:
        return f"{name}_given"
    return replace_lone_surrogates(name)[0] if isinstance(name, str) else name
