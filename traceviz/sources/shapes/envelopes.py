"""Responses of APIs whose fields are called otherwise, or lie deeper, than those of a plain record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from traceviz.sources.shapes import Record, Shape, Where
from traceviz.sources.shapes.batches import finish_of, prompt_of


def _without(record: Record, *names: str) -> dict[Any, Any]:
    return {name: value for name, value in record.items() if name not in names}


def _one(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    yield finish_of(record)


def _is_response(record: Record) -> bool:
    return isinstance(record["output"], list) and (record.get("object") == "response" or "status" in record)


def _of_converse(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    model = record.get("modelId")
    named = {"model": model} if isinstance(model, str) and "model" not in record else {}
    yield {**_without(record, "output"), **named, "message": record["output"]["message"]}


def _is_of_converse(record: Record) -> bool:
    return isinstance(record["output"], Mapping) and isinstance(record["output"].get("message"), Mapping)


def _of_interactions(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    rest = _without(record, "outputs", "role")
    yield {**rest, "finish_reason": record.get("finish_reason", record.get("status")), "content": record["outputs"]}


#: Types of what Gemini's Interactions API puts out.
_OUTPUTS: Final = frozenset({"thought", "text", "function_call", "image", "audio", "google_search_call"})


def _is_of_interactions(record: Record) -> bool:
    outputs = record["outputs"]
    return isinstance(outputs, list) and bool(outputs) and all(map(_is_output, outputs))


def _is_output(item: Any) -> bool:
    return isinstance(item, Mapping) and isinstance(item.get("type"), str) and item["type"] in _OUTPUTS


def _of_langchain(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    inner = next((record[name] for name in ("kwargs", "data") if isinstance(record.get(name), Mapping)), record)
    rest = _without(record, "kwargs", "data", "lc", "type", "id") if inner is not record else {}
    said: Any = inner.get("response_metadata")
    meta: Record = said if isinstance(said, Mapping) else {}
    known = {
        "model": meta.get("model_name") or meta.get("model"),
        "provider_name": meta.get("model_provider"),
        "finish_reason": meta.get("finish_reason") or meta.get("stop_reason") or meta.get("done_reason"),
    }
    given = {name: value for name, value in known.items() if isinstance(value, str)}
    yield {**rest, **given, **_without(inner, "response_metadata", "type", "name"), "role": "assistant"}


def _is_of_langchain(record: Record) -> bool:
    inner = next((record[name] for name in ("kwargs", "data") if isinstance(record.get(name), Mapping)), record)
    if "content" not in inner or not any(name in inner for name in ("additional_kwargs", "response_metadata")):
        return False
    path = record.get("id")
    kind = path[-1] if record.get("type") == "constructor" and isinstance(path, list) and path else record.get("type")
    return kind in ("ai", "AIMessage", "AIMessageChunk")


def _of_pydantic_ai(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    if record["kind"] == "response":
        yield {**_without(record, "parts", "kind"), "content": record["parts"], "role": "assistant"}


def _is_of_pydantic_ai(record: Record) -> bool:
    parts = record["parts"]
    return isinstance(parts, list) and all(isinstance(part, Mapping) and "part_kind" in part for part in parts)


#: What a logged response has of which one at least tells that it is one.
_PAYLOAD: Final = ("choices", "candidates", "content", "output", "message", "outputs")


def _of_log(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    rest = _without(record, "request", "response")
    yield {**rest, **prompt_of(record["request"]), **finish_of(record["response"])}


def _is_log(record: Record) -> bool:
    request, response = record["request"], record["response"]
    return (
        isinstance(request, Mapping)
        and isinstance(response, Mapping)
        and any(isinstance(response.get(name), (list, Mapping)) for name in _PAYLOAD)
    )


SHAPES: Final = (
    Shape(
        "openai_response", "OpenAI Responses API, also of vLLM", frozenset({"output"}), _one, _is_response,
        "reasoning is `raw` where an item has `content`, else `summary`, else `encrypted`", "openai_responses.jsonl",
    ),
    Shape(
        "bedrock_converse", "Amazon Bedrock", frozenset({"output"}), _of_converse, _is_of_converse,
        "the form goes by the model, which the response does not name: `unknown` without a field `model`",
        "bedrock_converse.jsonl",
    ),
    Shape(
        "gemini_interactions", "Gemini Interactions API", frozenset({"outputs"}), _of_interactions, _is_of_interactions,
        "thoughts are `summary`", "gemini_interactions.jsonl",
    ),
    *(
        Shape(
            f"langchain{name}", "LangChain", frozenset(keys), _of_langchain, _is_of_langchain,
            "`unknown` unless the model is known", "langchain.jsonl",
        )
        for name, keys in (("", {"content", "type"}), ("_dump", {"kwargs", "lc"}), ("_dict", {"data", "type"}))
    ),
    Shape(
        "pydantic_ai", "Pydantic AI", frozenset({"parts", "kind"}), _of_pydantic_ai, _is_of_pydantic_ai,
        "the form goes by the model and `provider_name`", "pydantic_ai.jsonl",
    ),
    Shape(
        "request_response", "logs of an API's client", frozenset({"request", "response"}), _of_log, _is_log,
        "the prompt is the request's", "request_response.jsonl",
    ),
)  # fmt: skip
