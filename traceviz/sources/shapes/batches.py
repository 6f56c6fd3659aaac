"""Outputs of batch APIs: a line for each request, in any order, some of which failed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from traceviz.sources.shapes import Record, Shape, Skip, Where

#: What the envelope says about the request rather than about the response.
_ENVELOPE: Final = ("id", "response", "result", "error", "status", "request", "modelInput", "modelOutput", "metadata")

#: HTTP statuses from here on are errors.
_FAILED: Final = 400

_CODE: Final = "request_failed"


def _plain(record: Record, body: Any, key: Any) -> Iterator[dict[Any, Any]]:
    """Give a body as a record that is named by the key of its request."""
    if not isinstance(body, Mapping):
        raise Skip(_CODE)
    named = {"trace_id": key, "question_id": key} if isinstance(key, (str, int)) else {}
    rest = {name: value for name, value in record.items() if name not in _ENVELOPE}
    yield {**rest, **prompt_of(record.get("request", record.get("modelInput"))), **finish_of(body), **named}


def finish_of(body: Record) -> dict[Any, Any]:
    """Give a response with its reason to end where `values.as_finish` looks for it: Responses say a status."""
    if body.get("object") != "response" and "incomplete_details" not in body:
        return dict(body)
    details = body.get("incomplete_details")
    reason = details.get("reason") if isinstance(details, Mapping) else None
    return {**body, "finish_reason": body.get("finish_reason") or reason or body.get("status")}


def prompt_of(request: Any) -> dict[str, Any]:
    """Give the prompt of the request that stands beside a response."""
    body = request.get("body", request) if isinstance(request, Mapping) else None
    if not isinstance(body, Mapping):
        return {}
    said = next((body[name] for name in ("messages", "contents", "input", "prompt") if body.get(name)), None)
    if said is None:
        return {}
    before = next((body[name] for name in ("system", "systemInstruction", "instructions") if body.get(name)), None)
    turns = said if isinstance(said, list) else [said]
    model = {"model": body["model"]} if isinstance(body.get("model"), str) else {}
    return {"prompt": turns if before is None else [before, *turns], **model}


def _of_openai(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    response = record.get("response")
    status = response.get("status_code") if isinstance(response, Mapping) else None
    failed = isinstance(status, (int, float)) and status >= _FAILED
    if record.get("error") or failed or not isinstance(response, Mapping):
        raise Skip(_CODE)
    body = response.get("body", response)
    if isinstance(body, Mapping) and body.get("error") and not body.get("choices"):
        raise Skip(_CODE)
    return _plain(record, body, record.get("custom_id"))


def _is_of_openai(record: Record) -> bool:
    response = record["response"]
    if isinstance(response, Mapping):
        return "body" in response or "status_code" in response
    return response is None and "error" in record


def _of_anthropic(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    result = record["result"]
    if result.get("type") != "succeeded":
        raise Skip(_CODE)
    return _plain(record, result.get("message"), record.get("custom_id"))


def _is_of_anthropic(record: Record) -> bool:
    return isinstance(record["result"], Mapping) and isinstance(record["result"].get("type"), str)


def _key(record: Record) -> Any:
    metadata = record.get("metadata")
    return record.get("key", metadata.get("key") if isinstance(metadata, Mapping) else None)


def _of_gemini(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    if record.get("error") or (isinstance(record.get("status"), str) and record["status"]):
        raise Skip(_CODE)
    return _plain(record, record["response"], _key(record))


def _is_of_gemini(record: Record) -> bool:
    response = record["response"]
    if isinstance(response, Mapping):
        return "candidates" in response or "promptFeedback" in response or (not response and _says_error(record))
    return response is None and _says_error(record)


def _says_error(record: Record) -> bool:
    return bool(record.get("error")) or (isinstance(record.get("status"), str) and "request" in record)


def _failed(_record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    raise Skip(_CODE)


def _is_failed(record: Record) -> bool:
    """Tell a line that has only an error: `error` is an object there, or a text beside the key of a request."""
    return isinstance(record["error"], Mapping) and "code" in record["error"] and "response" not in record


def _of_bedrock(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    if record.get("error"):
        raise Skip(_CODE)
    body = record.get("modelOutput")
    output = body.get("output") if isinstance(body, Mapping) else None
    if isinstance(body, Mapping) and isinstance(output, Mapping) and "message" in output:
        body = {**body, **output}
    return _plain(record, body, record["recordId"])


def _is_of_bedrock(record: Record) -> bool:
    return "modelOutput" in record or ("error" in record and "modelInput" in record)


_NOTE: Final = "failed requests are skipped and counted as `request_failed`"

SHAPES: Final = (
    Shape(
        "openai_batch", "OpenAI, vLLM, Mistral, Together, Groq", frozenset({"custom_id", "response"}),
        _of_openai, _is_of_openai, f"the body is a Chat Completion or a Response; {_NOTE}", "openai_batch.jsonl",
    ),
    Shape(
        "anthropic_batch", "Anthropic", frozenset({"custom_id", "result"}),
        _of_anthropic, _is_of_anthropic, _NOTE, "anthropic_batch.jsonl",
    ),
    Shape(
        "gemini_batch", "Gemini, Vertex AI", frozenset({"response"}),
        _of_gemini, _is_of_gemini, _NOTE, "gemini_batch.jsonl",
    ),
    Shape(
        "bedrock_batch", "Amazon Bedrock", frozenset({"recordId"}),
        _of_bedrock, _is_of_bedrock, _NOTE, "bedrock_batch.jsonl",
    ),
    Shape(
        "failed_key", "Gemini", frozenset({"key", "error"}),
        _failed, _is_failed, _NOTE, "gemini_batch.jsonl",
    ),
    Shape(
        "failed_metadata", "Gemini", frozenset({"metadata", "error"}),
        _failed, _is_failed, _NOTE, "gemini_batch.jsonl",
    ),
    Shape(
        "failed_custom_id", "servers that leave the response out", frozenset({"custom_id", "error"}),
        _failed, _is_failed, _NOTE, "openai_batch.jsonl",
    ),
)  # fmt: skip
