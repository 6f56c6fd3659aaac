"""Logs of Inspect: samples of its two formats, and the transcripts of Inspect Scout, which have the same messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from traceviz.sources.forms import known_form
from traceviz.sources.shapes import Record, Shape, Skip, Where
from traceviz.sources.shapes.pieces import given, mapping, name_in, number_in, objects
from traceviz.sources.values import as_boolean

#: How Inspect names a text that it keeps apart from where it is said.
_ATTACHMENT: Final = re.compile(r"attachment://([0-9A-Za-z]+)")

#: How deep attachments are looked for.
_DEEPEST: Final = 30

#: Aggregators: a model of theirs that is not known may show its own reasoning or a summary.
_RELAYS: Final = ("openrouter/",)

#: Numbers that one scorer gives and that become columns of their own.
_MOST_SCORES: Final = 32


def samples_of(log: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    """Give the traces of a log in one piece: header and samples in one object."""
    samples = objects(log.get("samples"))
    some = False
    for sample in samples:
        for plain in traces_of(sample, log):
            some = True
            yield plain
    if not some:
        raise Skip("request_failed" if any(sample.get("error") for sample in samples) else "no_completion")


def _of_member(sample: Record, where: Where) -> Iterator[dict[Any, Any]]:
    plain = list(traces_of(sample, mapping(where.facts.get("header"))))
    if not plain and sample.get("error"):
        raise Skip("request_failed")
    yield from plain


def traces_of(sample: Record, header: Record) -> Iterator[dict[Any, Any]]:
    """Give the traces of one sample: one, or one a choice where the model was asked for several."""
    output = mapping(sample.get("output"))
    choices = objects(output.get("choices"))
    kept = mapping(sample.get("attachments"))
    before, own = conversation(resolved(sample.get("messages"), kept))
    if not own:
        own = [resolved(mapping(choice.get("message")), kept) for choice in choices[:1] if choice.get("message")]
        before = before or _asked(resolved(sample.get("input"), kept))
    if not own:
        return
    rest = _of_header(header, output) | _of_sample(sample)
    first = (number_in(sample.get("epoch")) or 1) - 1
    several = [resolved(mapping(choice.get("message")), kept) for choice in choices] if len(own) == 1 else []
    if len(several) < 2:
        yield {**rest, "sample_index": first, **_said(before, own, choices[-1:], rest.get("model"))}
        return
    for index, message in enumerate(several):
        numbered: dict[str, Any] = {"sample_index": first * len(several) + index}
        if "trace_id" in rest:
            numbered["trace_id"] = f"{rest['trace_id']}/{index}"
        yield {**rest, **numbered, **_said(before, [message], [choices[index]], rest.get("model"))}


def conversation(messages: Any) -> tuple[list[Record], list[Record]]:
    """Part messages into the prompt and the turns that the model wrote.

    All of its turns are one trace.  Inspect says which of them the model wrote in this run (``source``): the others
    are examples in the prompt.
    """
    turns = objects(messages)
    own = [turn.get("role") == "assistant" and turn.get("source") != "input" for turn in turns]
    written = [mine and turn.get("source") == "generate" for turn, mine in zip(turns, own, strict=True)]
    own = written if any(written) else own
    first = own.index(True) if any(own) else len(turns)
    return turns[:first], [turn for turn, mine in zip(turns, own, strict=True) if mine]


def said(before: Sequence[Record], own: Sequence[Record], model: Any) -> dict[Any, Any]:
    """Give prompt and turns as fields of a plain record."""
    plain: dict[Any, Any] = {"messages": list(own)}
    if before:
        plain["prompt"] = list(before)
    if isinstance(model, str) and model.startswith(_RELAYS) and known_form(model) is None and _readable(own):
        plain["reasoning_form"] = "unknown"
    return plain


def resolved(value: Any, kept: Record, depth: int = 0) -> Any:
    """Put attachments back to where they are named."""
    if not kept or depth > _DEEPEST:
        return value
    if isinstance(value, str):
        return _ATTACHMENT.sub(lambda found: _attached(found, kept), value) if "attachment://" in value else value
    if isinstance(value, list):
        return [resolved(item, kept, depth + 1) for item in value]
    if isinstance(value, dict):
        return {name: resolved(item, kept, depth + 1) for name, item in value.items()}
    return value


def _attached(found: re.Match[str], kept: Record) -> str:
    text = kept.get(found.group(1))
    return text if isinstance(text, str) else found.group()


def _readable(own: Sequence[Record]) -> bool:
    """Tell whether some turn shows reasoning."""
    blocks = [block for turn in own for block in objects(turn.get("content")) if block.get("type") == "reasoning"]
    return any(block.get("summary") or (block.get("reasoning") and not block.get("redacted")) for block in blocks)


def _asked(value: Any) -> list[Record]:
    return [{"role": "user", "content": value}] if isinstance(value, str) and value else objects(value)


def _said(before: Sequence[Record], own: Sequence[Record], choices: Sequence[Record], model: Any) -> dict[Any, Any]:
    reason = choices[0].get("stop_reason") if choices else None
    return {**said(before, own, model), **given(finish_reason=reason if isinstance(reason, str) else None)}


def _of_header(header: Record, output: Record) -> dict[Any, Any]:
    run = mapping(header.get("eval"))
    model = name_in(run.get("model"))
    if model is None or model == "none/none":
        model = name_in(output.get("model")) or model
    return given(
        model=model,
        provider=model.partition("/")[0] if model and "/" in model else None,
        task_set=name_in(run.get("task")),
        run_id=name_in(run.get("run_id")),
        date=name_in(run.get("created")),
    )


def _of_sample(sample: Record) -> dict[Any, Any]:
    scores = mapping(sample.get("scores"))
    values = {name: mapping(score).get("value") for name, score in scores.items() if isinstance(name, str)}
    if not scores and "score" in sample:  # before version 2 of the format
        values = {"score": mapping(sample["score"]).get("value")}
    verdicts = (as_boolean(value) for value in values.values() if not isinstance(value, (list, dict)))
    target, limit, error = sample.get("target"), sample.get("limit"), sample.get("error")
    return {
        **given(
            trace_id=name_in(sample.get("uuid")),
            question_id=name_in(sample.get("id")),
            correct=next((verdict for verdict in verdicts if verdict is not None), None),
            target=target if isinstance(target, str) else None,
            limit=limit if isinstance(limit, str) else name_in(mapping(limit).get("type")),
            error=error if isinstance(error, str) else name_in(mapping(error).get("message")),
        ),
        **_flat(values),
    }


def _flat(values: Record) -> dict[str, Any]:
    """Give each value that a scorer gave a column of its own."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        inner = value.items() if isinstance(value, dict) else [("", value)]
        for key, each in inner:
            if each is not None and not isinstance(each, (list, dict)) and len(flat) < _MOST_SCORES:
                flat["_".join(filter(None, ("score", name if name != "score" else "", str(key))))] = each
    return flat


def _is_log(record: Record) -> bool:
    return isinstance(record["eval"], dict) and ("samples" in record or "status" in record)


def _is_sample(record: Record) -> bool:
    return isinstance(record["messages"], list) and isinstance(record["epoch"], int)


SHAPES: Final = (
    Shape(
        "inspect_log", "Inspect, `.json`", frozenset({"version", "eval", "samples"}), samples_of, _is_log,
        "one trace a sample and epoch; a summary stands in for reasoning that is redacted", "inspect_log.json",
    ),
    Shape(
        "inspect_sample", "Inspect, members of `.eval`", frozenset({"id", "epoch", "messages", "output"}),
        _of_member, _is_sample, "the model is that of the log's header; samples that failed are `request_failed`",
        "inspect_log.eval",
    ),
)  # fmt: skip
