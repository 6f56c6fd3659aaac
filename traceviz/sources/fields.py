"""Which field of a record plays which part: the names that people give to reasoning, answers, prompts and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final

from traceviz.schema import SourceError

#: Names of each role, compared in lower case, the most telling first; ``*`` stands for any beginning or end.
ALIASES: Final[dict[str, tuple[str, ...]]] = {
    "reasoning": (
        "reasoning_content", "reasoning", "thinking", "thought", "thoughts", "think", "think_content",
        "chain_of_thought", "cot", "gcot", "rationale", "reason", "reasoning_trace", "original_reasoning_trace",
        "model_reasoning", "deepseek_reasoning", "*_thinking_trajectory", "thinking_trajectory",
        "thinking_trajectories", "thinking_pattern", "complex_cot",
    ),
    "completion": (
        "completion", "response", "output", "generation", "generated_text", "raw_output", "raw_message",
        "output_response", "sampled", "llm_response", "model_response", "model_output", "text", "content",
    ),
    "answer": (
        "answer_content", "model_answer", "*_attempt", "*_solution", "gen_ans", "final_answer", "answer",
    ),
    "messages": ("messages", "conversations", "conversation", "message_log", "convos"),
    "prompt": ("prompt", "question", "problem", "input", "instruction", "query", "input_prompt"),
    "samples": ("generations", "completions", "responses", "samples", "outputs", "resps", "candidates"),
    "trace_id": ("trace_id", "id", "uuid", "transcript_id", "custom_id", "sample_id", "responseid"),
    "question_id": (
        "question_id", "task_id", "doc_id", "problem_id", "prompt_id", "example_id", "question_index",
        "problem_index", "question_idx", "problem_idx", "_ng_task_index", "uuid", "custom_id",
    ),
    "sample_index": ("sample_index", "sample_idx", "_ng_rollout_index", "rollout_index", "generation_index"),
    "model": ("model", "model_name", "generator", "modelversion", "model_version", "model_id", "generation_model",
              "model_name_or_path", "model_path", "model_dir"),
    "provider": ("provider", "provider_name"),
    "step": ("step", "global_step", "training_step", "iteration", "tail_version"),
    "correct": (
        "correct", "is_correct", "correctness", "correctness_math_verify", "correctness_llama", "exact_match", "acc",
    ),
    "finish_reason": ("finish_reason", "stop_reason", "finishreason", "done_reason", "stopreason", "finish_reasons"),
    "reasoning_form": ("reasoning_form",),
    "diagnostics": ("diagnostics",),
    "source_uri": ("source_uri",),
    "record_index": ("record_index",),
}  # fmt: skip

#: Roles that hold model text: a record without any of them is no trace.
TEXT_ROLES: Final = ("reasoning", "completion", "answer", "messages", "samples")

#: Roles that a user may name in ``columns=``.
NAMEABLE: Final = (
    "reasoning", "completion", "answer", "prompt", "messages", "trace_id", "question_id", "sample_index", "model",
    "provider", "step", "correct", "finish_reason",
)  # fmt: skip

#: Beginnings of names that hold the expected answer and never the model's.
_GOLD: Final = ("gold", "reference", "ground_truth", "correct_", "target", "expected", "official", "human")

#: Values of a field named like reasoning that say only whether reasoning was on.
FLAGS: Final = frozenset(
    {"on", "off", "true", "false", "yes", "no", "none", "minimal", "low", "medium", "high", "auto", "default"}
)

#: Names of completions that say little.
_WEAK: Final = ("text", "content")

#: Each role's fields in one kind of record, the best first.
Plan = Mapping[str, tuple[str, ...]]


def check_roles(columns: Mapping[str, str] | None) -> dict[str, str]:
    """Refuse roles that do not exist, and say which do."""
    for role, name in (columns or {}).items():
        if role not in NAMEABLE:
            turned = f" (columns maps roles to your names: columns={{'{name}': '{role}'}}?)" if name in NAMEABLE else ""
            raise SourceError(f"columns has no role {role!r}{turned}; the roles are {', '.join(NAMEABLE)}.")
        if not isinstance(name, str):
            raise SourceError(f"columns={{{role!r}: {name!r}}}: the field's name has to be a string.")
    return dict(columns or {})


@lru_cache(maxsize=1024)
def plan(keys: tuple[Any, ...], columns: tuple[tuple[str, str], ...] = ()) -> Plan:
    """Find the roles of the fields of a record.

    Parameters
    ----------
    keys
        The names of the record's fields.
    columns
        Roles that the user has settled, with the names; a name that begins with ``/`` is a JSON pointer.
    """
    named = dict(columns)
    free = [key for key in keys if isinstance(key, str) and key not in named.values()]
    roles = {role: tuple(_matching(names, free)) for role, names in ALIASES.items()}
    if _gold_answer(roles):
        roles["answer"] = tuple(name for name in roles["answer"] if name.lower() != "answer")
    # What the user calls the completion is split; a field beside it that is called reasoning is then none.
    if "completion" in named:
        roles["reasoning"] = ()
    if named.keys() & {"reasoning", "completion", "messages"}:
        roles["samples"] = ()
        if "messages" not in named:
            roles["messages"] = ()
    roles |= {role: (name,) for role, name in named.items()}
    # Sets for training keep the rendered conversation in a field called text, beside the messages.
    weak = [name for name in roles["completion"] if name.lower() in _WEAK]
    strong = [name for name in roles["completion"] if name not in weak]
    roles["said"] = (*strong, *roles["messages"], *weak)
    roles["texts"] = (*roles["reasoning"], *roles["said"], *roles["answer"], *roles["prompt"])
    return roles


def _gold_answer(roles: Plan) -> bool:
    """Tell whether a field called ``answer`` is the expected one: the model's has another name in such a record."""
    texts = [name for name in roles["completion"] if name.lower() not in _WEAK]
    return len(roles["answer"]) > 1 or bool(roles["reasoning"] and texts)


def _matching(names: Iterable[str], keys: list[str]) -> list[str]:
    lower = {key: key.lower() for key in keys}
    found: list[str] = []
    for name in names:
        for key in keys:
            if key in found:
                continue
            if lower[key] == name or (name[0] == "*" and lower[key].endswith(name[1:]) and not is_gold(lower[key])):
                found.append(key)
    return found


def is_gold(name: str) -> bool:
    """Tell whether a name says that the field holds the expected answer."""
    return name.lower().startswith(_GOLD)


def look_up(record: Mapping[Any, Any], name: str) -> Any:
    """Give a field by its name, or by a JSON pointer such as ``/choices/0/text``."""
    if name in record or not name.startswith("/"):
        return record.get(name)
    value: Any = record
    for part in name[1:].split("/"):
        part = part.replace("~1", "/").replace("~0", "~")  # noqa: PLW2901  (the escapes of RFC 6901)
        if isinstance(value, Mapping):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value
