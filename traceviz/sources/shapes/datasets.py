"""Published data sets whose rows hold several traces, or whose fields are not called what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from traceviz.sources.forms import known_form
from traceviz.sources.shapes import Record, Shape, Where
from traceviz.sources.shapes.pieces import given, mapping, name_in, objects, sampled, strings, without
from traceviz.sources.values import as_boolean

#: Lists of OpenR1-Math with one value a generation, the verdicts by trust.
_VERDICTS: Final = ("correctness_math_verify", "correctness_llama")


def _of_openr1(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    texts = strings(record["generations"])
    lists = {
        name: value
        for name, value in record.items()
        if name not in ("generations", "messages") and isinstance(value, list) and len(value) == len(texts)
    }
    ragged = any(
        isinstance(value, list) and value for value in without(record, "generations", "messages", *lists).values()
    )
    rest = without(record, "generations", "messages", "uuid", *lists)
    samples = []
    for index, text in enumerate(texts):
        own = {name: value[index] for name, value in lists.items()}
        verdicts = (as_boolean(own.get(name)) for name in _VERDICTS)
        known = given(
            correct=next((verdict for verdict in verdicts if verdict is not None), None),
            finish_reason=own.pop("finish_reasons", None),
            diagnostics=["ragged_lists"] if ragged else None,
        )
        samples.append({**own, **known, "completion": text})
    name = name_in(record.get("uuid"))
    yield from ({**rest, **plain} for plain in sampled(samples, name, name))


def _is_openr1(record: Record) -> bool:
    return bool(strings(record["generations"]))


#: Rows of two traces: the beginnings of the fields, and what the rest of a field's name stands for.
_PAIRS: Final = {
    ("gemini", "deepseek"): {"thinking_trajectory": "reasoning", "attempt": "answer", "grade": "correct"},
    ("english", "translated"): {"response": "completion"},
    ("english",): {"response": "completion"},
    ("native",): {"response": "completion"},
}

#: Fields that stand once, under the name of one of the two, and belong to both.
_SHARED: Final = ("question", "problem", "prompt")


def _of_pair(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    """Give a trace for each beginning of names; what stands only once belongs to both."""
    pair, names = next((pair, names) for pair, names in _PAIRS.items() if _has(record, pair, names))
    own: dict[str, dict[Any, Any]] = {start: {} for start in pair}
    rest: dict[Any, Any] = {}
    for name, value in record.items():
        start, _, end = name.partition("_") if isinstance(name, str) else ("", "", "")
        if start in own and all(f"{other}_{end}" in record for other in pair):
            own[start][names.get(end, end)] = value
        else:
            rest[end if start in own and end in _SHARED else name] = value
    question = name_in(rest.get("id", rest.get("question_id", rest.get("uuid"))))
    for start, fields in own.items():
        told = [fields.get(role) for role in ("reasoning", "completion")]
        if any(isinstance(text, (str, list)) and text for text in told):
            named = {} if question is None else {"question_id": question, "trace_id": f"{question}/{start}"}
            yield {**without(rest, "id", "uuid"), **fields, **named, "variant": start}


def _of_s1k(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    """Read a row of the first revision, which has one model and lists in place of texts."""
    rest = without(record, "thinking_trajectories", "attempt", "cot")
    yield {**rest, "reasoning": record["thinking_trajectories"], **given(answer=record["attempt"])}


def _has(record: Record, pair: tuple[str, ...], names: Mapping[str, str]) -> bool:
    return any(all(f"{start}_{end}" in record for start in pair) for end in names)


def _of_general_thought(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    """Read a row whose model may be one that shows summaries only."""
    model = record["model_name"]
    form = known_form(model) if isinstance(model, str) else None
    plain = without(record, "reasoning_form")
    if form == "summary" and record["model_reasoning"]:
        plain |= {"reasoning_form": form, "diagnostics": ["summary_only"]}
    yield plain


def _of_am(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    """Read a row whose last turn says in ``info`` what is thought and what is answer."""
    turns = objects(record["messages"])
    info = mapping(turns[-1]["info"])
    rest = without(record, "messages")
    rest |= given(
        prompt=[without(turn, "info") for turn in turns[:-1]] or None,
        reference_answer=_reference(turns),
        reasoning=info.get("think_content"),
        answer=info.get("answer_content"),
    )
    yield rest


def _reference(turns: list[Record]) -> Any:
    return next((mapping(turn.get("info")).get("reference_answer") for turn in turns
                 if mapping(turn.get("info")).get("reference_answer") is not None), None)  # fmt: skip


def _is_am(record: Record) -> bool:
    messages = record["messages"]
    last = messages[-1] if isinstance(messages, list) and messages else None
    info = last.get("info") if isinstance(last, dict) else None
    return isinstance(info, dict) and isinstance(info.get("think_content"), str) and bool(info["think_content"])


_TWO: Final = "two traces a row, told apart by `variant`"

SHAPES: Final = (
    Shape(
        "openr1_math", "open-r1/OpenR1-Math-220k", frozenset({"generations", "correctness_math_verify"}),
        _of_openr1, _is_openr1, "one trace a generation, with its verdict", "openr1_math.jsonl",
    ),
    Shape(
        "s1k_first", "simplescaling/s1K", frozenset({"thinking_trajectories", "attempt"}), _of_s1k,
        note="the first revision: one trace a row", sample="s1k.jsonl",
    ),
    *(
        Shape(
            name, producer, frozenset(f"{start}_{end}" for start in pair), _of_pair, note=_TWO, sample=f"{name}.jsonl",
        )
        for name, producer, pair, end in (
            ("s1k", "simplescaling/s1K-1.1", ("gemini", "deepseek"), "thinking_trajectory"),
            ("two_languages", "alfred-leong/multilingual-reasoning", ("english", "translated"), "response"),
            ("two_languages", "the same, before translation", ("english",), "response"),
            ("two_languages", "the same, in the language of the question", ("native",), "response"),
        )
    ),
    Shape(
        "general_thought", "GeneralReasoning/GeneralThought",
        frozenset({"model_name", "model_reasoning", "model_answer"}), _of_general_thought,
        note="the form goes by the model", sample="general_thought.jsonl",
    ),
    Shape(
        "am_deepseek", "a-m-team/AM-DeepSeek-R1-Distilled", frozenset({"messages"}), _of_am, _is_am,
        "`info` of the last turn is read in place of its content", "am_deepseek.jsonl",
    ),
)  # fmt: skip
