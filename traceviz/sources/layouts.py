"""What the names of a record's fields say, found once for all records that have the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from traceviz.schema import FORMS, TRACES
from traceviz.sources.fields import TEXT_ROLES, Plan, look_up, plan
from traceviz.sources.payloads import STRUCTURED
from traceviz.sources.shapes import Shape, candidates
from traceviz.sources.trace import Trace
from traceviz.sources.values import as_boolean, as_finish, as_integer, as_string, is_missing
from traceviz.texts import replace_lone_surrogates

#: Columns that are long texts: they do not ride along a second time under their own name.
_TEXTS: Final = ("reasoning", "completion", "answer", "prompt", "messages")

#: Columns of fields that are called like a column of the contract and are something else.
_GIVEN: Final = frozenset(f"{name}_given" for name in TRACES)

_CONVERTERS: Final[dict[str, Callable[[Any], Any]]] = {
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


class Layout(NamedTuple):
    """The plan of a kind of record, and what follows from it.

    Attributes
    ----------
    roles
        Role → fields.
    scalars
        Each role of a single value that some field may play: the role, how its value is read, the fields.
    shapes
        The shapes that the names allow.
    payloads
        Lists of choices.
    has_text
        Whether some field can hold what a model said.
    structured
        Whether the record may be a message with more in it than plain strings.
    pair
        The two fields of the commonest record, one of reasoning and one that is the answer, if it may be of that kind.
    lone
        The one field that may be a completion, if nothing else can hold a text of the model.
    dialogue
        The one field of messages, if nothing else can.
    """

    roles: Plan
    scalars: tuple[tuple[str, Callable[[Any], Any], tuple[str, ...]], ...]
    shapes: tuple[Shape, ...]
    payloads: tuple[str, ...]
    has_text: bool
    structured: bool
    pair: tuple[str, str] | None
    lone: str | None
    dialogue: str | None


@lru_cache(maxsize=1024)
def layout(keys: tuple[Any, ...], columns: tuple[tuple[str, str], ...]) -> Layout:
    """Find the layout of records with these fields."""
    roles = plan(keys, columns)
    return Layout(
        roles,
        tuple((role, convert, roles[role]) for role, convert in _CONVERTERS.items() if roles[role]),
        candidates(keys),
        tuple(name for name in ("choices", "candidates") if name in keys),
        any(roles[role] for role in TEXT_ROLES),
        not STRUCTURED.isdisjoint(keys),
        *_simple(keys, roles),
    )


def _simple(keys: tuple[Any, ...], roles: Plan) -> tuple[tuple[str, str] | None, str | None, str | None]:
    """Find the fields of records that need no deciding."""
    if not STRUCTURED.isdisjoint(keys) or "message" in keys or len(roles["reasoning"]) > 1:
        return None, None, None
    answers = roles["answer"] or (roles["said"] if len(roles["said"]) == 1 and not roles["messages"] else ())
    if roles["reasoning"]:
        return ((roles["reasoning"][0], answers[0]) if answers else None), None, None
    lone = roles["said"][0] if len(roles["said"]) == 1 else None
    if roles["messages"]:
        return None, None, lone if not roles["answer"] and not roles["diagnostics"] else None
    return None, lone, None


def read_scalars(trace: Trace, record: Mapping[Any, Any], layout: Layout) -> None:
    """Read the roles of a single value."""
    for role, convert, names in layout.scalars:
        for name in names:
            value = record[name] if name in record else look_up(record, name)
            if value is not None and (value := convert(value)) is not None:
                setattr(trace, role, value)
                trace.used[role] = name
                break
    if trace.finish_reason is None and "incomplete_details" in record:
        details = record["incomplete_details"]
        trace.finish_reason = as_finish(details.get("reason")) if isinstance(details, Mapping) else None
    if layout.roles["diagnostics"]:
        name = layout.roles["diagnostics"][0]
        given = look_up(record, name)
        if isinstance(given, (list, tuple)) and all(isinstance(code, str) for code in given):
            trace.diagnostics = list(given)
            trace.used["diagnostics"] = name


def read_form(trace: Trace, record: Mapping[Any, Any], roles: Plan) -> None:
    """Let the record itself say what its reasoning is."""
    for name in roles["reasoning_form"]:
        form = record[name]
        if isinstance(form, str) and form in FORMS and (trace.reasoning is not None or form not in ("raw", "summary")):
            trace.reasoning_form = form
            trace.used["reasoning_form"] = name


def read_extras(trace: Trace, record: Mapping[Any, Any], roles: Plan) -> None:
    """Keep what the user brought; a field that would hide a column of the contract gets ``_given`` behind its name."""
    kept = _kept(tuple(record), tuple(trace.used.items()))
    if not kept:
        return
    extras = {column: record[name] for name, column in kept}
    # A text that is missing here is the contract's column elsewhere.
    for name in (*roles["texts"], *(extras.keys() & _GIVEN)):
        if name in extras and is_missing(extras[name]):
            del extras[name]
    trace.extras |= extras


@lru_cache(maxsize=1024)
def _kept(names: tuple[Any, ...], used: tuple[tuple[str, str], ...]) -> list[tuple[Any, Any]]:
    """Give the fields that ride along, each with the name of its column."""
    gone = {name for role, name in used if role in _TEXTS or role == name}
    return [(name, _column_name(name)) for name in names if name not in gone]


def _column_name(name: Any) -> Any:
    if name in TRACES:
        return f"{name}_given"
    return replace_lone_surrogates(name)[0] if isinstance(name, str) else name
