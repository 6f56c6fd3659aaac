"""Logs of evaluation harnesses and of pipelines that make data."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from traceviz.sources.completions import prompt_mark
from traceviz.sources.shapes import Record, Shape, Skip, Where
from traceviz.sources.shapes.pieces import given, mapping, name_in, objects, parsed, sampled, scalars, strings, without
from traceviz.sources.values import as_boolean

# lm-eval

#: Names of lm-eval's files: the task and the date.
_TASK: Final = re.compile(r"samples_(.+?)_\d{4}-\d\d-\d\dT[^/]*\Z")

_NOT_METRICS: Final = ("doc_id", "arguments", "resps", "metrics", "doc_hash", "prompt_hash", "target_hash")


def _of_lm_eval(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    resps = record["resps"] if isinstance(record["resps"], list) else []
    texts = [text for request in resps for text in (strings(request) if isinstance(request, list) else [request])]
    texts = [text for text in texts if isinstance(text, str)]
    if not texts:
        raise Skip("no_completion")
    prompt, options = _arguments(record.get("arguments"))
    rest = without(record, *_NOT_METRICS)
    rest |= given(prompt=prompt, gen_params=options or None, **_of_path(where))
    for plain in sampled([{"completion": text} for text in texts], name_in(record["doc_id"])):
        codes = ["cot_stripped_suspect"] if _may_be_stripped(plain["completion"], prompt) else None
        yield {**rest, **plain, **given(diagnostics=codes)}


def _arguments(value: Any) -> tuple[Any, Record]:
    """Give the prompt, which may be a conversation as JSON, and the options of the first request."""
    first = next(iter(value.values()), None) if isinstance(value, dict) else (value[0] if _full(value) else None)
    given_ = list(first.values()) if isinstance(first, dict) else first
    if not isinstance(given_, list) or not given_:
        return None, {}
    prompt = given_[0][0] if _full(given_[0]) else given_[0]
    turns = parsed(prompt)
    options = mapping(given_[1]) if len(given_) > 1 else {}
    if isinstance(turns, list) and objects(turns) and "content" in objects(turns)[0]:
        return turns, options
    return (prompt if isinstance(prompt, str) else None), options


def _full(value: Any) -> bool:
    return isinstance(value, list) and bool(value)


def _may_be_stripped(text: str, prompt: Any) -> bool:
    """Tell a completion that should begin inside a block and has no closer: lm-eval may have cut the block off."""
    mark = prompt_mark(prompt) if isinstance(prompt, str) else None
    return mark is not None and mark.is_opener and mark.family.closer not in text


def _of_path(where: Where) -> dict[str, str]:
    """Read task and model from the names of lm-eval's file and folder."""
    *folders, name = where.relative.replace("\\", "/").split("/")
    task = _TASK.match(name)
    model = folders[-1].replace("__", "/", 1) if folders and "__" in folders[-1] else None
    return given(task_set=task.group(1) if task else None, model=model)


# lighteval

#: Characters of a list as Python shows it that are read: its parser takes much memory.
_LONGEST_LITERAL: Final = 1 << 20


def _of_lighteval(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    doc, metric, response = (mapping(_either(record, name)) for name in ("doc", "metric", "model_response"))
    texts = strings(response.get("text"))
    if not texts:
        raise Skip("no_completion")
    thoughts = response.get("reasonings")
    thoughts = thoughts if isinstance(thoughts, list) and len(thoughts) == len(texts) else [None] * len(texts)
    asked = response.get("input") or doc.get("query")
    rest = {
        **scalars(metric),
        **given(
            prompt=asked if isinstance(asked, (str, list)) else None,
            task_set=name_in(doc.get("task_name")),
            model=_model_of(where),
            correct=_verdict(metric) if len(texts) == 1 else None,
        ),
    }
    several = [
        {"completion": text, **({"reasoning": thought} if isinstance(thought, str) and thought else {})}
        for text, thought in zip(texts, thoughts, strict=True)
    ]
    yield from ({**rest, **plain} for plain in sampled(several, name_in(doc.get("id"))))


def _either(record: Record, name: str) -> Any:
    return parsed(record.get(name, record.get(f"__{name}__")))


def _of_old_lighteval(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    metric = mapping(record.get("metrics"))
    texts, codes = strings(record["predictions"]), None
    if isinstance(record["predictions"], str):
        texts, codes = _from_python(record["predictions"]), ["string_list_parsed"]
    if not texts:
        raise Skip("no_completion")
    correct = _verdict(metric) if len(texts) == 1 else None
    rest = scalars(metric) | given(
        prompt=record["full_prompt"], model=_model_of(where), correct=correct, diagnostics=codes
    )
    several = [{"completion": text} for text in texts]
    yield from ({**rest, **plain} for plain in sampled(several, None))


def _from_python(text: str) -> list[str | None]:
    """Read a list that was written as Python shows it; a text that is none is one completion."""
    listed = parsed(text)
    if isinstance(listed, str) and text.startswith("[") and len(text) <= _LONGEST_LITERAL:
        try:
            listed = ast.literal_eval(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            return [text]
    return strings(listed) or [text]


def _is_lighteval(record: Record) -> bool:
    return isinstance(_either(record, "model_response"), Mapping)


def _verdict(metric: Record) -> bool | None:
    """Give the only verdict there is, if all metrics that are 0 or 1 agree."""
    verdicts = {as_boolean(value) for value in scalars(metric).values() if not isinstance(value, str)} - {None}
    return verdicts.pop() if len(verdicts) == 1 else None


def _model_of(where: Where) -> str | None:
    """Read the model from the folders of lighteval: ``details/<model>/<date>/``."""
    folders = where.relative.replace("\\", "/").split("/")[:-2]
    return "/".join(folders[folders.index("details") + 1 :]) or None if "details" in folders else None


# Others


def _of_openai_evals(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    if record["type"] != "sampling":
        raise Skip("no_completion")
    data = mapping(record["data"])
    said = data.get("sampled")
    texts = strings(said) or [said]
    if not any(isinstance(text, str) for text in texts):
        raise Skip("no_completion")
    rest = given(
        prompt=data.get("prompt"), model=name_in(data.get("model")), run_id=name_in(record.get("run_id")),
        date=name_in(record.get("created_at")),
    )  # fmt: skip
    numbered = sampled([{"completion": text} for text in texts], name_in(record.get("sample_id")))
    for plain in numbered:
        if len(texts) == 1:  # the same question is asked again in an event of its own
            del plain["sample_index"]
        yield {**rest, **plain}


def _of_helm(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    adapter = mapping(record.get("adapter_spec"))
    for state in objects(record["request_states"]):
        instance, request = mapping(state.get("instance")), mapping(state.get("request"))
        asked = request.get("messages") or request.get("prompt") or mapping(instance.get("input")).get("text")
        rest = given(
            prompt=asked,
            model=name_in(request.get("model")) or name_in(adapter.get("model")),
            split=name_in(instance.get("split")),
            variant=name_in(mapping(instance.get("perturbation")).get("name")),
        )
        several = [
            without(completion, "logprob", "tokens")
            for completion in objects(mapping(state.get("result")).get("completions"))
        ]
        for plain in sampled(several, name_in(instance.get("id"))):
            yield {**rest, **plain}


def _of_simple_evals(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    yield from ({"messages": objects(convo)} for convo in record["convos"] if objects(convo))


def _of_distilabel(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    kept = mapping(record["distilabel_metadata"])
    rest = without(record, "distilabel_metadata")
    raw = [value for name, value in kept.items() if str(name).startswith("raw_output_")]
    texts = strings(raw)
    if len(texts) == 1 and not isinstance(record.get("generation"), list):
        rest = {**without(rest, "generation"), "completion": texts[0]}
    yield rest


def _of_datatrove(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    kept = mapping(record["metadata"])
    rest = {**scalars(kept), **given(prompt=record.get("text"))}
    rollouts = next(kept[name] for name in _ROLLOUTS if isinstance(kept.get(name), list))
    several = [{**scalars(rollout, "text"), "completion": rollout.get("text")} for rollout in objects(rollouts)]
    yield from ({**rest, **plain} for plain in sampled(several, name_in(record.get("id"))))


_ROLLOUTS: Final = ("rollout_results", "inference_results")


def _is_datatrove(record: Record) -> bool:
    kept = mapping(record["metadata"])
    return any(isinstance(kept.get(name), list) for name in _ROLLOUTS)


def _of_curator(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    request = mapping(record["generic_request"])
    rest = {
        **scalars(mapping(request.get("original_row"))),
        **given(
            prompt=request.get("messages"), model=name_in(request.get("model")),
            question_id=name_in(request.get("original_row_idx")), finish_reason=record.get("finish_reason"),
        ),
    }  # fmt: skip
    raw = mapping(record.get("raw_response"))
    if any(isinstance(raw.get(name), list) for name in ("choices", "content", "candidates", "output")):
        yield {**rest, **raw, **given(question_id=rest.get("question_id"))}
        return
    message = record["response_message"]
    if message is None:
        raise Skip("request_failed")
    text = message if isinstance(message, str) else name_in(mapping(message).get("content"))
    yield {**rest, **given(completion=text), "diagnostics": ["cot_stripped_suspect"]}


SHAPES: Final = (
    Shape(
        "lighteval", "lighteval, details", frozenset({"model_response"}), _of_lighteval, _is_lighteval,
        "`text` is read, which is raw; `text_post_processed` has no reasoning", "lighteval_details.jsonl",
    ),
    Shape(
        "lighteval_dunder", "lighteval, details as other versions write them", frozenset({"__model_response__"}),
        _of_lighteval, _is_lighteval, "", "lighteval_details.jsonl",
    ),
    Shape(
        "lighteval_predictions", "lighteval before 0.9, details", frozenset({"full_prompt", "predictions"}),
        _of_old_lighteval, note="each prediction is a completion", sample="lighteval_predictions.jsonl",
    ),
    Shape(
        "lm_eval", "lm-eval, samples", frozenset({"doc_id", "resps", "filtered_resps"}), _of_lm_eval,
        note="rows that repeat a completion for another filter are `duplicate_record`; `correct` is that of the first, "
        "`correct_<filter>` another that differs; lm-eval removes reasoning if it is told the closer: "
        "`cot_stripped_suspect` where that may have happened", sample="lm_eval_samples.jsonl",
    ),
    Shape(
        "openai_evals", "OpenAI evals", frozenset({"event_id", "sample_id", "type", "data"}), _of_openai_evals,
        note="events of the type `sampling`", sample="openai_evals.jsonl",
    ),
    Shape(
        "helm", "HELM, `scenario_state.json`", frozenset({"request_states"}), _of_helm,
        lambda record: isinstance(record["request_states"], list), "one trace a completion", "helm_scenario_state.json",
    ),
    Shape(
        "simple_evals", "simple-evals", frozenset({"convos"}), _of_simple_evals,
        lambda record: isinstance(record["convos"], list) and all(isinstance(c, list) for c in record["convos"]),
        "the last turns of each conversation", "simple_evals.json",
    ),
    Shape(
        "distilabel", "distilabel", frozenset({"distilabel_metadata"}), _of_distilabel,
        note="the raw output if there is one, else `generation`", sample="distilabel.jsonl",
    ),
    Shape(
        "datatrove", "datatrove", frozenset({"text", "id", "metadata"}), _of_datatrove, _is_datatrove,
        "the document is the prompt of its rollouts", "datatrove.jsonl",
    ),
    Shape(
        "curator", "curator", frozenset({"generic_request", "response_message"}), _of_curator,
        note="the raw response if it was kept; the message alone has lost its reasoning", sample="curator.jsonl",
    ),
)  # fmt: skip
