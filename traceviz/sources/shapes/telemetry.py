"""Telemetry: what a model said lies among the attributes of a span."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any, Final

from traceviz.sources.shapes import Record, Shape, Where
from traceviz.sources.shapes.pieces import given, mapping, name_in, numbered, objects, parsed

#: Attributes of a span that are read.
_MOST_LOOKED_AT: Final = 10_000

# Spans


def _of_span(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    yield from _said_in(attributes_of(record), _context(record))


def _of_otlp(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    """Read an export that holds many spans."""
    for resource in objects(record["resourceSpans"]):
        for scope in objects(resource.get("scopeSpans")):
            for span in objects(scope.get("spans")):
                yield from _said_in(attributes_of(span), _context(span))


def _context(span: Record) -> dict[Any, Any]:
    """Give the ids of a span, whatever the exporter calls them."""
    context = mapping(span.get("context"))
    names = ("spanId", "span_id", "context.span_id")
    own = next((name_in(span[name]) for name in names if name in span), name_in(context.get("span_id")))
    started = next((span[name] for name in ("start_time", "startTime", "startTimeUnixNano") if name in span), None)
    return given(trace_id=own, date=name_in(started))


def attributes_of(span: Record) -> dict[str, Any]:
    """Give the attributes of a span by their dotted names: from an object, flat or nested, or from OTLP's pairs."""
    inner = span.get("attributes", span)
    if isinstance(inner, list):
        return {str(pair.get("key")): _of_otlp_value(pair.get("value")) for pair in objects(inner)}
    flat: dict[str, Any] = {}
    waiting: deque[tuple[str, Any]] = deque(
        (str(name).removeprefix("attributes."), value) for name, value in mapping(parsed(inner)).items()
    )
    while waiting and len(flat) < _MOST_LOOKED_AT:
        name, value = waiting.popleft()
        if isinstance(value, Mapping) and name.count(".") < _DEEPEST_NAME:
            waiting += ((f"{name}.{key}", each) for key, each in value.items())
        else:
            flat[name] = value
    return flat


_DEEPEST_NAME: Final = 5


def _of_otlp_value(value: Any, depth: int = 0) -> Any:
    """Give a value of OTLP's JSON, which names its type."""
    value = mapping(value)
    if "arrayValue" in value and depth < _DEEPEST_VALUE:
        return [_of_otlp_value(item, depth + 1) for item in objects(mapping(value["arrayValue"]).get("values"))]
    if "kvlistValue" in value and depth < _DEEPEST_VALUE:
        pairs = objects(mapping(value["kvlistValue"]).get("values"))
        return {str(pair.get("key")): _of_otlp_value(pair.get("value"), depth + 1) for pair in pairs}
    return next(iter(value.values()), None)


_DEEPEST_VALUE: Final = 20


def _said_in(attributes: dict[str, Any], context: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    names = ("gen_ai.response.model", "gen_ai.request.model", "llm.model_name")
    rest = {**context, **given(
        model=next((name_in(attributes[name]) for name in names if attributes.get(name)), None),
        provider=name_in(attributes.get("gen_ai.provider.name", attributes.get("gen_ai.system"))),
    )}  # fmt: skip
    if "gen_ai.output.messages" in attributes:
        yield from _of_gen_ai(attributes, rest)
    else:
        yield from _of_openinference(attributes, rest)


def _of_gen_ai(attributes: Record, rest: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    before = [
        {"role": turn.get("role"), "content": _parts(turn)}
        for name in ("gen_ai.system_instructions", "gen_ai.input.messages")
        for turn in objects(parsed(attributes.get(name)))
    ]
    several = objects(parsed(attributes["gen_ai.output.messages"]))
    reasons = attributes.get("gen_ai.response.finish_reasons")
    for index, turn in enumerate(several):
        listed = reasons[index] if isinstance(reasons, list) and index < len(reasons) else None
        yield {
            **numbered(rest, index, len(several)),
            "message": {"role": "assistant", "content": _parts(turn)},
            **given(prompt=before or None, finish_reason=turn.get("finish_reason", listed)),
        }


def _parts(turn: Record) -> Any:
    """Give the parts of a turn as blocks: OpenTelemetry calls every text ``content``."""
    blocks = turn.get("parts", turn.get("content"))
    if not isinstance(blocks, list):
        return blocks
    return [
        {**block, "text": block.get("content", block.get("text"))} if block.get("type") == "text" else dict(block)
        for block in objects(blocks)
    ]


#: Beginnings of the names of OpenInference's attributes.
_PUT_OUT: Final = "llm.output_messages"
_PUT_IN: Final = "llm.input_messages"


def _of_openinference(attributes: dict[str, Any], rest: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    before = [_message(turn) for turn in _unflattened(attributes, _PUT_IN)]
    own = [_message(turn) for turn in _unflattened(attributes, _PUT_OUT)]
    if own:
        yield {**rest, "messages": [{**turn, "role": "assistant"} for turn in own], **given(prompt=before or None)}


def _unflattened(attributes: dict[str, Any], start: str) -> list[Record]:
    """Give a list that stands whole in an attribute, or in one attribute for each of its leaves."""
    whole = parsed(attributes.get(start))
    if isinstance(whole, list):
        return objects(whole)
    root: dict[str, Any] = {}
    for name, value in attributes.items():
        if not name.startswith(start + "."):
            continue
        *path, last = name[len(start) + 1 :].split(".")
        at = root
        for part in path[:_DEEPEST_VALUE]:
            inner = at.get(part)
            at[part] = inner if isinstance(inner, dict) else {}
            at = at[part]
        at[last] = value
    return objects(_listed(root))


def _listed(value: Any) -> Any:
    """Make lists of objects whose names are numbers."""
    if not isinstance(value, dict):
        return value
    inner = {name: _listed(each) for name, each in value.items()}
    if inner and all(name.isascii() and name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=lambda name: (len(name), name))]
    return inner


def _message(turn: Record) -> dict[str, Any]:
    """Give a message of OpenInference, whose names may repeat what they are in (``message.contents``)."""
    inner = _inner(turn, "message")
    blocks = inner.get("contents")
    if not isinstance(blocks, list):
        return {"role": inner.get("role"), "content": inner.get("content")}
    return {
        "role": inner.get("role"),
        "content": [_block(_inner(block, "message_content")) for block in objects(blocks)],
    }


def _inner(value: Record, name: str) -> Record:
    if isinstance(value.get(name), Mapping):
        return mapping(value[name])
    start = name + "."
    return {str(key).removeprefix(start): each for key, each in value.items()}


def _block(block: Record) -> dict[str, Any]:
    """Give a block as others write it: ids and ciphertext tell a summary of OpenAI's, data alone a withheld block."""
    if block.get("type") != "reasoning":
        return dict(block)
    text = block.get("text")
    own = block.get("id")
    if isinstance(text, str) and text:
        summarised = block.get("encrypted_content") or (isinstance(own, str) and own.startswith("rs_"))
        if summarised:
            return {"type": "reasoning.summary", "summary": text}
        return {"type": "thinking", "thinking": text, "signature": block.get("signature")}
    if block.get("data"):
        return {"type": "redacted_thinking"}
    return {"type": "reasoning", "encrypted_content": block.get("encrypted_content")}


_BY_MODEL: Final = "`unknown` unless the model is known"
_SUMMARIES: Final = "`encrypted_content` or an id `rs_…` tell a summary; `data` alone is redacted"

SHAPES: Final = (
    Shape(
        "otlp", "OpenTelemetry, OTLP as JSON", frozenset({"resourceSpans"}), _of_otlp,
        note="spans with `gen_ai.output.messages` or `llm.output_messages`", sample="otlp.json",
    ),
    Shape(
        "gen_ai_span", "OpenTelemetry GenAI", frozenset({"attributes"}), _of_span,
        lambda record: "gen_ai.output.messages" in attributes_of(record), _BY_MODEL, "otel_spans.jsonl",
    ),
    Shape(
        "openinference_span", "OpenInference (Phoenix)", frozenset({"attributes"}), _of_span,
        lambda record: any(name.startswith(_PUT_OUT) for name in attributes_of(record)), _SUMMARIES,
        "openinference.jsonl",
    ),
    *(
        Shape(
            name, f"{producer}, attributes as columns", frozenset(), _of_span, note=note, sample=sample,
            prefix=before + prefix,
        )
        for before in ("", "attributes.")
        for name, producer, note, sample, prefix in (
            ("gen_ai_row", "OpenTelemetry GenAI", _BY_MODEL, "otel_spans.jsonl", "gen_ai.output.messages"),
            ("openinference_row", "OpenInference", _SUMMARIES, "openinference.jsonl", _PUT_OUT),
        )
    ),
)  # fmt: skip
