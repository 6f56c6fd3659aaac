"""Runs and sessions: the payload lies somewhere in inputs and outputs, or is spread over the steps of an agent."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from traceviz.sources.payloads import is_assistant, plain_text
from traceviz.sources.shapes import Record, Shape, Skip, Where
from traceviz.sources.shapes.batches import finish_of
from traceviz.sources.shapes.pieces import (
    given,
    mapping,
    name_in,
    numbered,
    objects,
    parsed,
    scalars,
    without,
)

#: Values of a nested payload that are looked at before the search is given up.
_MOST_LOOKED_AT: Final = 10_000

#: Lists by which a response is told.
_RESPONSES: Final = ("choices", "candidates")

# Payloads that lie in inputs and outputs


def _of_run(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    """Read the payloads of a span or run of LangSmith, Langfuse, Weave, Logfire or MLflow, wherever they lie in it."""
    put_in, put_out = (_first(record, names) for names in (_INPUTS, _OUTPUTS))
    asked = _conversation_in(parsed(put_in))
    rest = {
        **scalars(record, "name", "type", "run_type", "id", "input", "output", "inputs", "outputs", "status", "error"),
        **given(trace_id=name_in(record.get("id")), prompt=asked, model=name_in(record.get("model"))),
    }
    several = list(_payloads(parsed(put_out)))
    if not several and isinstance(put_out, str):
        yield {**rest, "completion": put_out}
    for index, payload in enumerate(several):
        named = numbered(rest, index, len(several)) if "trace_id" in rest else dict(rest)
        yield {**named, **without(payload, "id", "index", "role", "type")}


_INPUTS: Final = ("inputs", "input")
_OUTPUTS: Final = ("outputs", "output")


def _first(record: Record, names: Sequence[str]) -> Any:
    return next((record[name] for name in names if record.get(name) is not None), None)


def _payloads(value: Any) -> Iterator[dict[Any, Any]]:
    """Find what a model said, the outermost first, without looking into what was found."""
    waiting = deque([value])
    for _ in range(_MOST_LOOKED_AT):
        if not waiting:
            return
        at = parsed(waiting.popleft())
        if isinstance(at, Mapping):
            found = _payload(at)
            if found is not None:
                yield found
            else:
                waiting += at.values()
        elif isinstance(at, list):
            waiting += at


def _payload(value: Record) -> dict[Any, Any] | None:
    if any(objects(value.get(name)) for name in _RESPONSES):
        return dict(value)
    if objects(value.get("output")) and (value.get("object") == "response" or "status" in value):
        return finish_of(value)
    inner = mapping(value.get("kwargs", value.get("data")))
    if "content" in inner and ("additional_kwargs" in inner or "response_metadata" in inner):
        meta = mapping(inner.get("response_metadata"))
        model = name_in(meta.get("model_name", meta.get("model")))
        known = given(model=model, finish_reason=meta.get("finish_reason", meta.get("stop_reason")))
        return {"message": {**inner, "role": "assistant"}, **known}
    if "content" in value and is_assistant(value):
        return {
            "message": dict(value),
            **given(finish_reason=value.get("stop_reason"), model=name_in(value.get("model"))),
        }
    return None


def _conversation_in(value: Any) -> Any:
    """Give the turns of a request, wherever they lie in it."""
    waiting = deque([value])
    for _ in range(_MOST_LOOKED_AT):
        if not waiting:
            break
        at = waiting.popleft()
        if isinstance(at, Mapping):
            waiting += at.values()
        elif isinstance(at, list):
            turns = [mapping(turn.get("kwargs", turn.get("data"))) or turn for turn in objects(at)]
            if turns and all("content" in turn for turn in turns):
                return turns
            waiting += at
    return value if isinstance(value, str) else None


def _is_run(record: Record) -> bool:
    """Tell a run by what only telemetry has beside inputs and outputs."""
    return any(name in record for name in _RUN_MARKS) and not isinstance(_first(record, _OUTPUTS), (int, float))


_RUN_MARKS: Final = (
    "run_type", "traceId", "parent_run_id", "parentObservationId", "op_name", "span_id", "span_type", "startTime",
    "started_at",
)  # fmt: skip


# Logs of agents


def _of_atif(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    agent = mapping(record.get("agent"))
    steps = objects(record["steps"])
    mine = [number for number, step in enumerate(steps) if step.get("source") == "agent"]
    if not mine:
        raise Skip("no_completion")
    before = [{"role": step.get("source"), "content": step.get("message")} for step in steps[: mine[0]]]
    turns = [
        {"role": "assistant", "content": steps[number].get("message"), "reasoning_content": _text(steps[number])}
        for number in mine
    ]
    model = name_in(agent.get("model_name")) or name_in(steps[mine[0]].get("model_name"))
    rest = given(trace_id=name_in(record.get("session_id")), model=model, agent=name_in(agent.get("name")))
    yield {**rest, "messages": turns, **given(prompt=before or None)}


def _text(step: Record) -> str | None:
    text = step.get("reasoning_content")
    return text if isinstance(text, str) else None


def _of_nemo_gym(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    asked = mapping(record.get("responses_create_params"))
    said = asked.get("input")
    rest = without(record, "response", "responses_create_params", "agent_ref")
    prompt = said if isinstance(said, (str, list)) else None
    response = finish_of(mapping(record["response"]))
    known = given(prompt=prompt, model=response.get("model"), finish_reason=response.get("finish_reason"))
    yield {**rest, **known, "output": response.get("output")}


def _of_claude_code(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    message = mapping(record.get("message"))
    blocks = message.get("content")
    said = plain_text(blocks) or any(str(block.get("type")).endswith("thinking") for block in objects(blocks))
    if record.get("type") != "assistant" or not said:
        raise Skip("no_completion")
    yield {
        "message": dict(message),
        **given(
            trace_id=name_in(record.get("uuid")), question_id=name_in(record.get("sessionId")),
            model=name_in(message.get("model")), finish_reason=message.get("stop_reason"),
            date=name_in(record.get("timestamp")), agent="claude-code", request_id=name_in(message.get("id")),
        ),
    }  # fmt: skip


SHAPES: Final = (
    Shape(
        "atif", "Harbor and others, `trajectory.json`", frozenset({"steps"}), _of_atif,
        lambda record: any("step_id" in step and "source" in step for step in objects(record["steps"])[:1]),
        "a turn for each step of the agent, one trace", "atif_trajectory.json",
    ),
    Shape(
        "nemo_gym", "NeMo Gym", frozenset({"responses_create_params", "response"}), _of_nemo_gym,
        lambda record: isinstance(record["response"], Mapping), "items of the Responses API", "nemo_gym.jsonl",
    ),
    Shape(
        "claude_code", "Claude Code", frozenset({"parentUuid", "sessionId"}), _of_claude_code,
        note="one trace a line of the model; `question_id` is the session", sample="claude_code.jsonl",
    ),
    *(
        Shape(
            name, "LangSmith, Langfuse, Weave, Logfire, MLflow", frozenset(keys), _of_run, _is_run,
            "the payload is found wherever it lies in the outputs", "langsmith_runs.jsonl",
        )
        for name, keys in (
            ("run", ("inputs", "outputs")), ("call", ("inputs", "output")), ("observation", ("input", "output")),
        )
    ),
)  # fmt: skip
