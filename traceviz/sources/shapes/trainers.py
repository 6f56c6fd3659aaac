"""Dumps of trainers: what the policy wrote at a step, and how it was rewarded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from traceviz.sources.forms import known_form
from traceviz.sources.parting import parted_text
from traceviz.sources.payloads import plain_text
from traceviz.sources.shapes import Record, Shape, Skip, Where
from traceviz.sources.shapes.pieces import (
    answered,
    given,
    mapping,
    name_in,
    number_in,
    objects,
    scalars,
    with_step,
    without,
)

#: Columns of a table that hold prompt and completion as one text.
_WHOLE: Final = frozenset({"text", "content"})

#: Names of a table's columns that hold a completion.
_SAID: Final = frozenset({"completion", "completions", "response", "responses", "output", "generation", "reasoning"})


# A record a completion


def _of_row(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    """Read a row that is nearly plain: all turns of the model behind the prompt are the completion."""
    plain = with_step(record, where)
    completion = plain.get("completion")
    if isinstance(completion, list) and (own := answered(objects(completion))):
        plain["completion"] = own
    yield plain


def _of_columns(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    """Read a line that holds a list for each column."""
    n = len(record["completion"])
    columns = {name: value for name, value in record.items() if isinstance(value, list) and len(value) == n}
    rest = {name: value for name, value in record.items() if name not in columns}
    ragged = any(isinstance(value, list) for value in rest.values())
    for index in range(n):
        row = {**rest, **{name: column[index] for name, column in columns.items()}}
        yield from _of_row({**row, "diagnostics": ["ragged_lists"]} if ragged else row, where)


def _is_columnar(record: Record) -> bool:
    lists = [record[name] for name in ("prompt", "completion", "step")]
    return all(isinstance(value, list) for value in lists) and len(set(map(len, lists))) == 1 and bool(lists[0])


def _of_verl(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    plain = with_step(without(record, "input", "output"), where)
    yield {**plain, "prompt": record["input"], "completion": record["output"]}


def _of_openrlhf(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    """Read a line of text without a step: the number in a file's name is that of a shard."""
    del where
    yield {**without(record, "input", "output"), "prompt": record["input"], "completion": record["output"]}


def _of_skyrl(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    plain = with_step(without(record, "input_prompt", "output_response", "score"), where)
    score = record.get("score")
    if isinstance(score, list):
        score = sum(value for value in score if isinstance(value, (int, float)))
    yield {**plain, "prompt": record["input_prompt"], "completion": record["output_response"], **given(score=score)}


def _of_areal(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    parts = objects(record.get("segments"))
    texts = [part["text"] for part in parts if part.get("role") == "gen" and isinstance(part.get("text"), str)]
    plain = without(record, "segments", "version_rle")
    split = "eval" if "eval-rollout" in where.relative else None
    yield {**plain, **given(completion="\n\n".join(texts) if texts else record.get("completion"), split=split)}


def _of_nemo_rl(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    own = {name: _alone(value) for name, value in record.items()}
    content = own["content"]
    plain = with_step(without(own, "content", "idx", "input_ids", "generation_logprobs", "prev_logprobs"), where)
    if isinstance(content, str):
        yield {**plain, **_parted(content)}
    elif objects(content):
        yield {**plain, "messages": objects(content)}


def _alone(value: Any) -> Any:
    """Give the one value of a batch of one, as which NeMo RL writes each line; turns are left as they are."""
    return value[0] if isinstance(value, list) and len(value) == 1 and not isinstance(value[0], dict) else value


def _parted(text: str) -> dict[str, Any]:
    """Part a text that holds its prompt, or refuse it: the prompt is not the model's."""
    parts = parted_text(text)
    if parts is None:
        raise Skip("prompt_not_parted")
    return {"prompt": parts[0], "completion": parts[1], "diagnostics": ["prompt_in_output"]}


# A table of a tracker


def _of_table(record: Record, where: Where) -> Iterator[dict[Any, Any]]:
    columns = [str(name) for name in record["columns"]]
    rows = [dict(zip(columns, row, strict=False)) for row in record["data"] if isinstance(row, list)]
    whole = next((name for name in columns if name in _WHOLE), None) if _SAID.isdisjoint(columns) else None
    refused = None
    some = False
    for number, row in enumerate(rows):
        plain = {**with_step(row, where), "table_row": number}
        text = row.get(whole) if whole is not None else None
        if isinstance(text, str):
            try:
                plain = {**without(plain, str(whole)), **_parted(text)}
            except Skip as skip:
                refused = skip
                continue
        some = True
        yield plain
    if refused is not None and not some:
        raise refused


def _is_table(record: Record) -> bool:
    columns = record["columns"]
    if not isinstance(columns, list) or not isinstance(record["data"], list):
        return False
    return all(isinstance(name, (str, int)) for name in columns) and all(
        isinstance(row, list) for row in record["data"]
    )


# A graph of messages


def _of_graph(record: Record, _where: Where) -> Iterator[dict[Any, Any]]:
    """Give a trace for each path from a root to a leaf; a node that two paths share is read in the first of them."""
    nodes: list[Record] = [mapping(node) for node in record["nodes"]]
    parents = _parents(nodes)
    inner = {parent for parent in parents if parent is not None}
    rest = _of_rollout(record)
    paths = []
    read: set[int] = set()
    prompts: dict[int, str] = {}
    for leaf in (number for number in range(len(nodes)) if number not in inner):
        path, joint = _path(leaf, parents, read)
        read.update(path)
        own = [mapping(nodes[number].get("message")) for number in path if nodes[number].get("sampled") is True]
        start = next((i for i, number in enumerate(path) if nodes[number].get("sampled") is True), len(path))
        asked = [mapping(nodes[number].get("message")) for number in path[:start]]
        prompt = prompts[joint] if joint is not None else plain_text([dict(turn) for turn in asked])
        prompts |= dict.fromkeys(path, prompt)
        if own:
            paths.append(
                {
                    "messages": [{**turn, "role": "assistant"} for turn in own],
                    **given(prompt=prompt or None, diagnostics=None if joint is None else ["shared_prefix"]),
                }
            )
    yield from _named(paths, rest)


def _parents(nodes: Sequence[Record]) -> list[int | None]:
    """Give the place of each node's parent, by its place or its id; None for a root."""
    places = {name_in(node.get("id")): place for place, node in enumerate(nodes) if isinstance(node.get("id"), str)}
    found: list[int | None] = []
    for place, node in enumerate(nodes):
        parent = node.get("parent")
        at = places.get(parent) if isinstance(parent, str) else number_in(parent)
        found.append(at if at is not None and 0 <= at < len(nodes) and at != place else None)
    return found


def _path(leaf: int, parents: Sequence[int | None], read: set[int]) -> tuple[list[int], int | None]:
    """Give the nodes down to a leaf that no path has had, and the node that they go on from."""
    path: list[int] = []
    seen: set[int] = set()
    at: int | None = leaf
    while at is not None and at not in read and at not in seen:
        seen.add(at)
        path.append(at)
        at = parents[at]
    return path[::-1], at if at is not None and at in read else None


def _of_rollout(record: Record) -> dict[Any, Any]:
    task, agent = mapping(record.get("task")), mapping(record.get("agent"))
    data = mapping(task.get("data"))
    model = next((name for name in map(name_in, _models(record, agent)) if name), None)
    question = next(
        (name for name in map(name_in, (record.get("example_id"), data.get("idx"), data.get("id"), task.get("id"),
                                        record.get("task"))) if name), None,
    )  # fmt: skip
    rewards = mapping(record.get("rewards"))
    numbers = {f"reward_{name}": mapping(value).get("value", None) if isinstance(value, dict) else value
               for name, value in rewards.items()}  # fmt: skip
    plain = {**scalars(record, "version", "task", "id"), **scalars(mapping(record.get("metrics"))), **scalars(numbers)}
    plain |= given(trace_id=name_in(record.get("id")), question_id=question, model=model)
    if model is not None and known_form(model) == "summary":
        plain["reasoning_form"] = "unknown"
    return plain


def _models(record: Record, agent: Record) -> tuple[Any, ...]:
    config = mapping(agent.get("config"))
    model = config.get("model", agent.get("model"))
    return record.get("model"), model, mapping(model).get("name"), mapping(model).get("model")


def _named(paths: Sequence[Record], rest: dict[Any, Any]) -> Iterator[dict[Any, Any]]:
    for index, path in enumerate(paths):
        name = rest.get("trace_id")
        numbered: dict[str, Any] = {} if len(paths) == 1 or name is None else {"trace_id": f"{name}/{index}"}
        if len(paths) > 1:
            numbered["question_id"] = rest.get("question_id", name)
        yield {**rest, **given(**numbered), **path}


def _is_graph(record: Record) -> bool:
    nodes = record["nodes"]
    return isinstance(nodes, list) and bool(objects(nodes)) and isinstance(objects(nodes)[0].get("message"), dict)


_STEP: Final = (
    "the step is the record's, else the number in the names of file and folder (`20.jsonl`, `global_step_20/`)"
)

SHAPES: Final = (
    Shape(
        "areal", "AReaL", frozenset({"version_rle", "prompt", "completion"}), _of_areal,
        note="the step is `tail_version`; of `segments` only what was generated is read", sample="areal.jsonl",
    ),
    Shape(
        "verl", "verl, also its forks", frozenset({"input", "output", "gts", "score"}), _of_verl,
        note=f"{_STEP}; special tokens were removed on decoding", sample="verl.jsonl",
    ),
    Shape(
        "verl", "verl before 0.5", frozenset({"input", "output", "score", "step"}), _of_verl, note=_STEP,
        sample="verl.jsonl",
    ),
    Shape(
        "ms_swift", "ms-swift", frozenset({"step", "prompt", "completion"}), _of_columns, _is_columnar,
        "each line holds a list for each column", "ms_swift.jsonl",
    ),
    Shape(
        "trl_completions", "TRL", frozenset({"step", "prompt", "completion"}), _of_row,
        note="rewards ride along under the names of their functions", sample="trl_completions.jsonl",
    ),
    Shape(
        "nemo_rl", "NeMo RL", frozenset({"content", "input_lengths", "idx"}), _of_nemo_rl,
        note=f"prompt and completion are parted at the last header of the model, else `prompt_not_parted`; {_STEP}",
        sample="nemo_rl_step_40.jsonl",
    ),
    Shape(
        "skyrl", "SkyRL", frozenset({"input_prompt", "output_response"}), _of_skyrl,
        note=f"a score a token is summed; {_STEP}", sample="skyrl.jsonl",
    ),
    Shape(
        "openrlhf", "OpenRLHF, batch inference", frozenset({"input", "output", "reward"}), _of_openrlhf,
        lambda record: isinstance(record["input"], str) and isinstance(record["output"], str),
        "best-of-n repeats the input: samples of one question", "openrlhf.jsonl",
    ),
    Shape(
        "verifiers", "verifiers, prime-rl", frozenset({"nodes"}), _of_graph, _is_graph,
        "one trace a path from a root to a leaf; a shared beginning is read once: `shared_prefix`", "verifiers.jsonl",
    ),
    Shape(
        "verifiers_results", "verifiers before 0.2", frozenset({"prompt", "completion", "reward"}), _of_row,
        lambda record: isinstance(record["completion"], list), "all turns of the model", "verifiers_results.jsonl",
    ),
    Shape(
        "wandb_table", "Weights & Biases tables of TRL, OpenRLHF and others", frozenset({"columns", "data"}),
        _of_table, _is_table,
        "rows that an earlier table had are `duplicate_record`; a text with its prompt is parted as in NeMo RL",
        "wandb.table.json",
    ),
)  # fmt: skip
