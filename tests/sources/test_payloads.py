"""Payloads of APIs: each text once, and what it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.sources.forms import Speaker, form_of_model, known_form
from traceviz.sources.parts import withheld
from traceviz.sources.payloads import message_parts, plain_text, trace_form
from traceviz.sources.records import RecordReader

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "formats"

R = "The pond holds nine frogs and two leave, so nine minus two, das ist sieben."
S = "**Counting frogs**\n\nThe model subtracts two from nine."
C = "Seven frogs stay."

#: sample: of each trace the reasoning, the form, the reason to finish, the codes
EXPECTED: dict[str, list[tuple[str | None, str, str | None, list[str]]]] = {
    "chat_completions": [
        (R, "raw", "stop", []), (R, "raw", "stop", []), (R, "raw", "stop", []), (R, "raw", "stop", []),
        (R, "raw", "length", ["no_open_tag"]),
    ],
    "openrouter": [
        (R, "raw", "stop", ["duplicate_field_text"]),
        (S, "summary", "stop", ["duplicate_field_text", "summary_only"]),
        (R, "unknown", "stop", ["duplicate_field_text"]),
    ],
    "litellm": [(S, "summary", "stop", ["duplicate_field_text", "summary_only"])],
    "anthropic_messages": [
        (R, "raw", "stop", ["mixed_forms"]), (S, "summary", "length", ["summary_only"]), (None, "omitted", "stop", []),
    ],
    "openai_responses": [
        (R, "raw", "stop", []), (S, "summary", "stop", ["summary_only"]),
        (None, "encrypted", "length", ["encrypted_only"]),
    ],
    "gemini": [
        (S, "summary", "stop", ["summary_only"]), (S, "summary", "length", ["summary_only"]),
        (None, "encrypted", "stop", ["encrypted_only"]),
    ],
    "gemini_interactions": [(S, "summary", "stop", ["summary_only"])],
    "bedrock_converse": [
        (R, "raw", "stop", []), (R, "unknown", "stop", []), (None, "redacted", "stop", ["redacted"]),
    ],
    "mistral": [(R, "raw", "stop", []), (R, "raw", "stop", [])],
    "ollama": [(R, "raw", "stop", []), (R, "raw", "length", [])],
    "langchain": [(R, "unknown", "stop", []), (R, "raw", None, []), (R, "unknown", None, [])],
    "pydantic_ai": [(R, "summary", "stop", ["summary_only"]), (R, "raw", "stop", []), (R, "unknown", "stop", [])],
    "helm_completion": [(R, "raw", "stop", []), (None, "redacted", "stop", ["redacted"])],
    "request_response": [(R, "raw", "stop", [])],
}  # fmt: skip


def rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    columns = ("reasoning", "reasoning_form", "finish_reason", "diagnostics")
    plain = (table[name].astype(object).where(table[name].notna(), None) for name in columns)
    return list(zip(*plain, strict=True))


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    table = tv.load(SAMPLES / f"{name}.jsonl")
    assert rows(table) == EXPECTED[name]
    assert (table["answer"] == C).all()


def test_what_a_request_asked_is_the_prompt() -> None:
    table = tv.load(SAMPLES / "request_response.jsonl")
    assert table["prompt"].tolist() == ["Nine frogs sit in a pond and two leave. How many stay?"]
    record = {
        "messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}],
        "choices": [{"message": {"reasoning": "r", "content": "c"}}],
    }
    assert tv.load([record])[["prompt", "reasoning"]].to_numpy().tolist() == [["s\n\nq", "r"]]


def test_choices_share_a_question() -> None:
    record = {"choices": [{"index": i, "message": {"reasoning": str(i), "content": "c"}} for i in range(3)]}
    table = tv.load([record, record, {"id": "k", **record}, {"prompt": "p", **record}])
    assert table["sample_index"].tolist() == [0, 1, 2] * 4
    assert table["question_id"].nunique() == 4
    assert table["trace_id"].is_unique
    nested = tv.load([{"id": "k", "completions": [{"text": "<think>a</think>b"}, {"text": "<think>c</think>d"}]}])
    assert nested[["question_id", "sample_index", "reasoning"]].to_numpy().tolist() == [["k", 0, "a"], ["k", 1, "c"]]


MODELS = {
    "raw": (
        "claude-3-7-sonnet-20250219", "anthropic/claude-3.7-sonnet:thinking", "us.anthropic.claude-3-7-sonnet-v1:0",
        "openai/gpt-oss-120b", "gpt-oss:20b", "deepseek-reasoner", "Qwen/Qwen3-8B", "google/gemma-3-27b-it",
        "TeichAI/Qwen3-8B-Gemini-2.5-Distill", "AIDC-AI/Marco-o1", "magistral-medium",
    ),
    "summary": (
        "claude-sonnet-4", "anthropic/claude-opus-4.1", "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "claude-sonnet-4@20250514", "models/gemini-2.5-pro", "google/gemini-2.5-flash", "o1", "openai/o3-mini",
        "azure/o4-mini", "gpt-5", "openai/gpt-5-mini", "openai:o3",
    ),
    None: ("mystery", "acme/frog-7b", "step-by-step", "checkpoint-500", ""),
}  # fmt: skip


@pytest.mark.parametrize(("form", "model"), [(form, model) for form, models in MODELS.items() for model in models])
def test_models(form: str | None, model: str) -> None:
    assert known_form(model) == form


def test_what_is_not_known_is_unknown_only_through_an_aggregator() -> None:
    assert form_of_model("mystery") == form_of_model(None) == "raw"
    assert Speaker("mystery", relayed=True).form() == "unknown"
    assert Speaker("mystery", "anthropic").form("unknown") == "summary"
    assert Speaker("mystery", "ollama").form("unknown") == "raw"


def test_the_first_field_that_is_not_empty_wins() -> None:
    notes: list[str] = []
    parts = message_parts({"reasoning_content": "", "reasoning": "a", "thinking": "b", "content": "c"}, None, notes)
    assert [(part.kind, part.text) for part in parts] == [("reasoning", "a"), ("other", "b"), ("answer", "c")]
    assert notes == ["two_layer_reasoning"]
    table = tv.load([{"message": {"reasoning": "a", "thinking": "b", "content": "c"}}])
    assert table[["reasoning", "reasoning_other"]].to_numpy().tolist() == [["a", "b"]]


@pytest.mark.parametrize(
    ("message", "text", "form"),
    [
        ({"reasoning_content": "a  b", "reasoning": "a b c"}, "a b c", "raw"),
        ({"reasoning_content": "a b c", "reasoning": "a\nb"}, "a b c", "raw"),
        (
            {"reasoning_content": "ab", "thinking_blocks": [{"type": "thinking", "thinking": t} for t in "ab"]},
            "ab",
            "raw",
        ),
        (
            {"reasoning_content": "a", "reasoning_items": [{"type": "reasoning", "summary": [{"text": "a"}]}]},
            "a",
            "summary",
        ),
    ],
)  # fmt: skip
def test_the_same_text_counts_once(message: dict[str, Any], text: str, form: str) -> None:
    notes: list[str] = []
    parts = message_parts({**message, "content": "x"}, None, notes)
    assert [part.text for part in parts if part.kind == "reasoning"] == [text]
    assert trace_form(parts) == form
    assert notes == ["duplicate_field_text"]


def test_a_block_in_the_content_beside_a_field() -> None:
    table = tv.load(
        [
            {"message": {"reasoning": "so it is seven", "content": "<think>so it  is seven</think>7"}},
            {"message": {"reasoning": "so it is seven", "content": "<think>another thought</think>7"}},
            {"message": {"reasoning": "<think>inside</think>7", "content": ""}},
        ]
    )
    assert table["reasoning"].tolist() == ["so it is seven", "so it is seven\n\nanother thought", "inside"]
    assert table["answer"].tolist() == ["7", "7", "7"]
    assert table["diagnostics"].tolist() == [["duplicate_field_text"], ["two_layer_reasoning"], []]


def test_turns_with_tools_between_are_one_trace() -> None:
    turns = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "one"}, {"type": "tool_use", "input": {}}]},
        {"role": "user", "content": [{"type": "tool_result", "content": "42"}]},
        {"role": "assistant", "content": [{"type": "thinking", "thinking": "two"}, {"type": "text", "text": "c"}]},
    ]
    items = [
        {"role": "user", "content": "q"},
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "one"}]},
        {"type": "function_call", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "output": "42"},
        {"type": "reasoning", "summary": [], "content": [{"type": "reasoning_text", "text": "two"}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "c"}]},
    ]
    mixed = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "reasoning_content": "one", "content": None, "tool_calls": [{}]},
        {"role": "tool", "content": "42"},
        {"role": "assistant", "content": "two</think>c"},
    ]
    table = tv.load([{"messages": turns}, {"messages": items}, {"messages": mixed}])
    assert table["reasoning"].tolist() == ["one\n\ntwo"] * 3
    assert table["answer"].tolist() == ["c"] * 3
    assert table["prompt"].tolist() == ["q"] * 3
    assert table["reasoning_form"].tolist() == ["raw"] * 3


def test_messages_on_lines_of_their_own() -> None:
    table = tv.load([{"role": "user", "content": "q"}, {"role": "assistant", "content": "c", "reasoning": "r"}])
    assert table["reasoning"].tolist() == ["r"]
    assert table.attrs["traceviz"]["skipped"] == 1


def test_a_file_of_many_shapes(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    names = [name for name in EXPECTED if name != "gemini"]
    path.write_bytes(b"".join((SAMPLES / f"{name}.jsonl").read_bytes() for name in names))
    found = rows(tv.load(path))
    for row in found:
        row[3][:] = [code for code in row[3] if code != "repeated_id"]  # the samples share ids
    assert found == [row for name in names for row in EXPECTED[name]]


def test_what_is_withheld() -> None:
    cipher = "gAAAAABo3x9QzT7kLm2VbN8wRfYpC5dHjE1sUaXq0iOtGv6MnKrBlZyDxWhJcPeQfS4uI7oAtRg9Fk2LmVbN8wRfYpC5dHjE1sUaX"
    assert withheld("[redacted_thinking]") == "redacted"
    assert withheld(cipher) == withheld(cipher * 1000) == "encrypted"
    assert withheld("ha" * 200) is withheld(R) is withheld("\u6211" * 300) is withheld("") is None
    table = tv.load([{"message": {"reasoning": cipher, "content": "c"}}, {"reasoning": cipher, "answer": "c"}])
    assert table["reasoning"].isna().all()
    assert table["reasoning_form"].tolist() == ["encrypted", "encrypted"]


def test_text_that_is_handed_over_or_named_is_raw() -> None:
    record = {"model": "claude-sonnet-4", "reasoning_content": "r" * 30, "content": "c"}
    assert tv.load([record])["reasoning_form"].tolist() == ["summary"]
    assert tv.load(pd.DataFrame([record]))["reasoning_form"].tolist() == ["raw"]
    assert tv.load([record], columns={"reasoning": "reasoning_content"})["reasoning_form"].tolist() == ["raw"]
    assert tv.load([{"model": "gpt-5", "completion": "<think>r</think>c"}])["reasoning_form"].tolist() == ["raw"]


def test_settings_are_no_text() -> None:
    table = tv.load(
        [
            {"object": "response", "reasoning": {"effort": "high", "summary": "auto"}, "output": []},
            {"reasoning": "high", "content": "c"},
            {"reasoning": True, "content": "c"},
            {"message": {"reasoning": "medium", "content": "c"}},
            {"message": {"reasoning": {"effort": "low"}, "thinking": False, "content": "c"}},
        ]
    )  # fmt: skip
    assert table["reasoning"].isna().all()
    assert table["diagnostics"].tolist()[1] == ["flag_not_text", "no_marker"]


def test_reasons_to_finish() -> None:
    words: dict[Any, str] = {
        "content-filter": "content_filter", "SAFETY": "content_filter", "guardrail_intervened": "content_filter",
        "MAX_TOKENS": "length", "model_length": "length", "STOP": "stop", "stop_sequence": "stop",
        "refusal": "content_filter",
        "tool_use": "tool_call", "MALFORMED_FUNCTION_CALL": "error", "pause_turn": "unknown",
    }  # fmt: skip
    records = [{"message": {"content": "c"}, "finish_reason": word} for word in words]
    records += [{"message": {"content": "c"}, "finish_reason": {"type": "length", "length": 9}}]
    records += [{"output": [], "incomplete_details": {"reason": "max_output_tokens"}, "content": "c"}]
    assert tv.load(records)["finish_reason"].tolist() == [*words.values(), "length", "length"]


def test_prompts_of_any_depth() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert plain_text([{"content": ["a", {"parts": [{"text": "b"}]}]}]) == "a\n\nb"
    assert plain_text(deep) == ""


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 2**70), st.floats(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(["text", "type", "role", "content", "parts", "thinking", "message", "index", "id"]), inner
        ),
    ),
    max_leaves=6,
)  # fmt: skip


def slots(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + sum(map(slots, value.values()))
    return 1 + sum(map(slots, value)) if isinstance(value, list) else 1


def replaced(value: Any, slot: int, other: Any) -> Any:
    """Give the value with another one at the slot of that number."""
    if slot == 0:
        return other
    slot -= 1
    items = list(value.items() if isinstance(value, dict) else enumerate(value))
    copy = dict(value) if isinstance(value, dict) else list(value)
    for name, item in items:
        n = slots(item)
        if 0 <= slot < n:
            copy[name] = replaced(item, slot, other)
        slot -= n
    return copy


RECORDS = [orjson.loads(line) for path in sorted(SAMPLES.glob("*.jsonl")) for line in path.read_bytes().splitlines()]


@settings(max_examples=500, deadline=None)
@given(st.data())
def test_any_json_in_any_slot(data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(RECORDS))
    for _ in range(data.draw(st.integers(1, 3))):
        slot = data.draw(st.integers(1, slots(record) - 1)) if slots(record) > 1 else 0
        record = replaced(record, slot, data.draw(JSON)) if slot else record
    RecordReader({}).read(record)
    table = tv.load([{"reasoning": "fine"}, record])
    facts = table.attrs["traceviz"]
    assert facts["records"] == 2
    assert facts["records"] == table["record_index"].nunique() + facts["rejected"] + facts["skipped"]


def test_deep_nesting_in_memory() -> None:
    deep: Any = {"text": "x"}
    for _ in range(3000):
        deep = {"content": [deep], "message": deep, "type": "message", "samples": [deep], "output": deep}
    table = tv.load([{"reasoning": "fine"}, deep, {"choices": [deep]}])
    assert table.attrs["traceviz"]["records"] == 3
