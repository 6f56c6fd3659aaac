# ruff: noqa: E501  (a record and what it gives are read on one line)
from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from traceviz.schema import SourceError
from traceviz.sources.fields import ALIASES, NAMEABLE, check_roles, plan
from traceviz.sources.load import load
from traceviz.sources.values import as_boolean, as_finish, as_integer, as_string

#: label: record, reasoning, answer, form, other expectations
SHAPES = {
    "DeepSeek field": ({"reasoning_content": "r", "content": "c"}, "r", "c", "raw", {}),
    "vLLM field": ({"reasoning": "r", "content": "c"}, "r", "c", "raw", {}),
    "null before the filled one": ({"reasoning_content": None, "reasoning": "r", "content": "c"}, "r", "c", "raw", {}),
    "own record": ({"cot": "r", "response": "c"}, "r", "c", "raw", {}),
    "generated beside gold": (
        {"question": "q", "answer": "gold", "reason": "<think>r</think>", "gen_ans": "c"},
        "r", "c", "raw", {"prompt": "q", "answer_given": "gold"},
    ),
    "tags in the completion": ({"completion": "<think>r</think>c", "answer": "gold"}, "r", "c", "raw", {"answer_given": "gold"}),
    "tags in the answer": ({"question": "q", "answer": "<think>r</think>c"}, "r", "c", "raw", {"prompt": "q"}),
    "prefilled prompt": ({"prompt": "q<think>", "completion": "r</think>c"}, "r", "c", "raw", {}),
    "list of parts": ({"reasoning": ["r", "s"], "content": "c"}, "r\n\ns", "c", "raw", {}),
    "same text inline": (
        {"reasoning": "r" * 21, "content": f"<think>{'r' * 21}</think>c"}, "r" * 21, "c", "raw", {"diagnostics": ["duplicate_field_text"]},
    ),
    "other text inline": (
        {"reasoning": "r" * 21, "content": "<think>s</think>c"}, "r" * 21 + "\n\ns", "c", "raw", {"diagnostics": ["two_layer_reasoning"]},
    ),
    "answer missing": (
        {"reasoning": "r", "content": "", "finish_reason": "stop"}, "r", "", "raw",
        {"diagnostics": ["answer_in_reasoning_suspect"], "finish_reason": "stop"},
    ),
    "flag": (
        {"reasoning": "on", "output": "<think>r</think>c"}, "r", "c", "raw",
        {"diagnostics": ["flag_not_text"], "reasoning_given": "on"},
    ),
    "chat completion": (
        {"id": "x", "model": "deepseek-reasoner", "choices": [
            {"index": 0, "message": {"role": "assistant", "reasoning_content": "r", "content": "c"}, "finish_reason": "length"}]},
        "r", "c", "raw", {"trace_id": "x", "finish_reason": "length", "model": "deepseek-reasoner"},
    ),
    "hosted model's field": (
        {"model": "anthropic/claude-sonnet-4", "choices": [{"message": {"reasoning": "r", "content": "c"}}]},
        "r", "c", "summary", {"diagnostics": ["summary_only"]},
    ),
    "text completion": ({"choices": [{"index": 0, "text": "r</think>c"}]}, "r", "c", "raw", {}),
    "Ollama": ({"message": {"role": "assistant", "thinking": "r", "content": "c"}, "done_reason": "stop"}, "r", "c", "raw", {"finish_reason": "stop"}),
    "Anthropic": (
        {"model": "claude-sonnet-4", "content": [
            {"type": "thinking", "thinking": "r", "signature": "s"}, {"type": "text", "text": "c"}], "stop_reason": "end_turn"},
        "r", "c", "summary", {"finish_reason": "stop"},
    ),
    "Anthropic 3.7": (
        {"model": "claude-3-7-sonnet", "content": [
            {"type": "thinking", "thinking": "r", "signature": "s"}, {"type": "text", "text": "c"}]},
        "r", "c", "raw", {},
    ),
    "Anthropic redacted": (
        {"content": [{"type": "redacted_thinking", "data": "x"}, {"type": "text", "text": "c"}]},
        None, "c", "redacted", {"diagnostics": ["redacted"]},
    ),
    "Anthropic omitted": (
        {"content": [{"type": "thinking", "thinking": "", "signature": "s"}, {"type": "text", "text": "c"}]},
        None, "c", "omitted", {},
    ),
    "Mistral blocks": (
        {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": "r"}]}, {"type": "text", "text": "c"}]},
        "r", "c", "raw", {},
    ),
    "Responses, content": (
        {"output": [
            {"type": "reasoning", "summary": [{"type": "summary_text", "text": "s"}], "content": [{"type": "reasoning_text", "text": "r"}]},
            {"type": "message", "content": [{"type": "output_text", "text": "c"}]}]},
        "r", "c", "raw", {"diagnostics": ["mixed_forms"]},
    ),
    "Responses, summary": (
        {"output": [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "s"}]},
                    {"type": "message", "content": [{"type": "output_text", "text": "c"}]}]},
        "s", "c", "summary", {"diagnostics": ["summary_only"]},
    ),
    "Responses, encrypted": (
        {"output": [{"type": "reasoning", "summary": [], "encrypted_content": "x"},
                    {"type": "message", "content": [{"type": "output_text", "text": "c"}]}]},
        None, "c", "encrypted", {"diagnostics": ["encrypted_only"]},
    ),
    "Gemini": (
        {"candidates": [{"content": {"role": "model", "parts": [{"text": "r", "thought": True}, {"text": "c"}]}, "finishReason": "STOP"}]},
        "r", "c", "summary", {"finish_reason": "stop"},
    ),
    "OpenAI batch": (
        {"custom_id": "k", "response": {"status_code": 200, "body": {"model": "m", "choices": [{"message": {"reasoning": "r", "content": "c"}}]}}},
        "r", "c", "raw", {"trace_id": "k", "model": "m"},
    ),
    "Anthropic batch": (
        {"custom_id": "k", "result": {"type": "succeeded", "message": {"content": [{"type": "thinking", "thinking": "r", "signature": "s"}]}}},
        "r", None, "summary", {"trace_id": "k"},
    ),
    "messages": (
        {"messages": [{"role": "system", "content": "s"}, {"role": "user", "content": "q"}, {"role": "assistant", "content": "<think>r</think>c"}]},
        "r", "c", "raw", {"prompt": "s\n\nq"},
    ),
    "conversations": ({"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "<think>r</think>c"}]}, "r", "c", "raw", {"prompt": "q"}),
    "last turns only": (
        {"messages": [
            {"role": "user", "content": "q"}, {"role": "assistant", "content": "old", "reasoning": "older"},
            {"role": "user", "content": "q2"}, {"role": "assistant", "reasoning": "r", "content": ""},
            {"role": "tool", "content": "42"}, {"role": "assistant", "reasoning": "s", "content": "c"}]},
        "r\n\ns", "c", "raw", {"prompt": "q\n\nold\n\nq2"},
    ),
    "TRL, conversational": ({"prompt": [{"role": "user", "content": "q"}], "completion": [{"role": "assistant", "content": "<think>r</think>c"}], "step": 3}, "r", "c", "raw", {"prompt": "q", "step": 3}),
    "verl": ({"input": "q\n<think>\n", "output": "r\n</think>\nc", "gts": "g", "score": 1.0, "step": 5}, "r", "c", "raw", {"step": 5, "score": 1.0, "gts": "g"}),
    "raw harmony": ({"completion": "<|channel|>analysis<|message|>r<|end|><|start|>assistant<|channel|>final<|message|>c<|return|>"}, "r", "c", "raw", {}),
    "no reasoning": ({"completion": "c"}, None, "c", None, {"diagnostics": ["no_marker"]}),
}  # fmt: skip


@pytest.mark.parametrize(("record", "reasoning", "answer", "form", "more"), SHAPES.values(), ids=SHAPES)
def test_shapes(
    tmp_path: Path,
    record: dict[str, Any],
    reasoning: str | None,
    answer: str | None,
    form: str | None,
    more: dict[str, Any],
) -> None:
    path = tmp_path / "x.json"
    pd.Series([record]).to_json(path, orient="records")
    table = load(path)
    assert len(table) == 1
    row = {
        name: None if not isinstance(value, list) and pd.isna(value) else value for name, value in table.iloc[0].items()
    }
    assert (row["reasoning"], row["answer"], row["reasoning_form"]) == (reasoning, answer, form)
    assert {name: row[name] for name in more} == more


def test_samples_of_one_record() -> None:
    table = load(
        [
            {
                "id": "k",
                "problem": "q",
                "generations": ["<think>r</think>a", "s</think>b"],
                "ok": [True, False],
                "tags": ["x"],
            }
        ]
    )
    assert table["trace_id"].tolist() == ["0/0", "0/1"]
    assert table["reasoning"].tolist() == ["r", "s"]
    assert table["sample_index"].tolist() == [0, 1]
    assert table["question_id"].tolist() == ["k", "k"]
    assert table["ok"].tolist() == [True, False]
    assert table["tags"].tolist() == [["x"], ["x"]]


@pytest.mark.parametrize(
    "beside",
    [
        {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "<think>first</think>a"}]},
        {"conversations": [{"from": "human", "value": "q"}, {"from": "gpt", "value": "<think>first</think>a"}]},
        {"text": "q <think>first</think>a"},
        {"reasoning": "a reasoning that is long enough to be one", "answer": "7"},
    ],
    ids=" ".join,
)
def test_samples_are_read_and_not_what_stands_beside_them(beside: dict[str, Any]) -> None:
    """Sets such as OpenR1-Math keep one of the generations once more as a conversation."""
    record = {
        "problem": "q", "generations": ["<think>one</think>a", "<think>two</think>b"],
        "correctness_llama": [False, True], **beside,
    }  # fmt: skip
    table = load([record])
    assert table[["reasoning", "answer", "correct"]].to_numpy().tolist() == [["one", "a", False], ["two", "b", True]]


def test_samples_in_a_dataframe_keep_the_other_columns() -> None:
    frame = pd.DataFrame(
        {"problem": ["p", "q"], "generations": [["<think>r</think>a"], ["b", "c"]], "level": pd.Categorical(["x", "y"])}
    )
    table = load(frame)
    assert table["answer"].tolist() == ["a", "b", "c"]
    assert table["level"].tolist() == ["x", "y", "y"]
    assert table["level"].dtype == "category"


def test_lm_eval_record() -> None:
    table = load(
        [
            {
                "doc_id": 3,
                "arguments": {"gen_args_0": {"arg_0": "q", "arg_1": {}}},
                "resps": [["<think>r</think>a"]],
                "exact_match": 1.0,
            }
        ]
    )
    assert table[["question_id", "prompt", "reasoning", "answer", "correct"]].iloc[0].tolist() == [
        "3",
        "q",
        "r",
        "a",
        True,
    ]


def test_a_named_column_wins_and_a_path_reaches_within() -> None:
    record = {"reasoning": "x", "mine": "r", "deep": {"list": [{"a/b": "s"}]}, "content": "c"}
    assert load([record], columns={"reasoning": "mine"})["reasoning"].tolist() == ["r"]
    assert load([record], columns={"reasoning": "mine"})["reasoning_given"].tolist() == ["x"]
    assert load([record], columns={"reasoning": "/deep/list/0/a~1b"})["reasoning"].tolist() == ["s"]
    assert load([{"reasoning": "on", "mine": "<think>r</think>a"}], columns={"completion": "mine"})[
        "reasoning"
    ].tolist() == ["r"]
    assert load([{"mine": "short"}], columns={"reasoning": "mine"})["reasoning"].tolist() == ["short"]
    assert load([{"mine": "low"}], columns={"reasoning": "mine"})["reasoning"].tolist() == ["low"]


def test_own_markers() -> None:
    assert load(["<cot>r</cot>a"], markers=("<cot>", "</cot>"))["reasoning"].tolist() == ["r"]
    with pytest.raises(SourceError, match="is no family"):
        load(["x"], markers="nope")


def test_values_that_do_not_fit_stay_under_another_name() -> None:
    table = load([{"reasoning": "r", "correct": 20, "step": "late", "model": "m", "generator": "g"}])
    assert table[["correct", "step"]].isna().all(axis=None)
    assert table[["correct_given", "step_given", "model", "generator"]].iloc[0].tolist() == [20, "late", "m", "g"]


def test_questions_are_named_by_the_prompt_when_nothing_names_them() -> None:
    table = load(
        [{"prompt": "p", "reasoning": "r", "model": m} for m in "aab"]
        + [{"prompt": "q", "reasoning": "r", "model": "a"}]
    )
    assert table["question_id"].nunique() == 2
    assert table["question_id"].str.startswith("prompt:").all()
    assert table["sample_index"].tolist() == [0, 1, 0, 0]
    assert load([{"prompt": "p", "reasoning": "r"}])["question_id"].tolist() == table["question_id"].tolist()[:1]
    assert load([{"task_id": 7, "prompt": "p", "reasoning": "r"}])["question_id"].tolist() == ["7"]
    for name in ("uuid", "custom_id"):
        named = load([{name: "k", "prompt": "p", "reasoning": "r"}])
        assert named[["trace_id", "question_id"]].to_numpy().tolist() == [["0", "k"]]
    twice = load(pd.DataFrame([{"custom_id": "k", "reasoning": "r", "model": m} for m in "ab"]))
    assert twice[["trace_id", "question_id", "sample_index"]].to_numpy().tolist() == [["k", "k", 0], ["k#2", "k", 0]]
    assert twice["diagnostics"].tolist() == [[], []]  # such an id is the question's, and may come again
    assert load([{"reasoning": "r"}])["question_id"].isna().all()


def test_gold_is_never_an_answer() -> None:
    roles = plan(("reference_solution", "gold_solution", "model_solution", "target"))
    assert roles["answer"] == ("model_solution",)


def test_roles_are_checked() -> None:
    assert set(NAMEABLE) <= set(ALIASES)
    assert check_roles(None) == {}
    with pytest.raises(SourceError, match="has to be a string"):
        check_roles({"reasoning": 3})


def test_values() -> None:
    assert [as_boolean(v) for v in (True, 0, 1.0, "False", "correct", 0.5, 20, None, float("nan"), "x", [1])] == [
        True, False, True, False, True, None, None, None, None, None, None,
    ]  # fmt: skip
    assert [as_integer(v) for v in (3, 3.0, "12", "-4", 3.5, True, None, "x", float("inf"), 2**70, [1])] == [
        3, 3, 12, -4, None, None, None, None, None, None, None,
    ]  # fmt: skip
    assert [as_string(v) for v in ("a", 3, 3.0, 0.5, True, None, float("nan"), {}, [], b"x")] == [
        "a", "3", "3", "0.5", "True", None, None, None, None, None,
    ]  # fmt: skip
    assert [as_finish(v) for v in ("STOP", "max_tokens", "FinishReason.SAFETY", "tool_calls", "abort", "odd", None, "")] == [
        "stop", "length", "content_filter", "tool_call", "error", "unknown", None, None,
    ]  # fmt: skip


NAMES = sorted(
    {name.replace("*", "x") for names in ALIASES.values() for name in names}
    | {"choices", "candidates", "message", "arguments", "result", "parts", "type", "role", "value", "body", "note"}
)
VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(max_size=5),
        st.sampled_from(
            ["<think>", "</think>", "assistant", "thinking", "reasoning", "text", "<|channel|>analysis<|message|>"]
        ),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(NAMES), inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6))
def test_no_record_breaks_the_load_whatever_its_shape(record: dict[str, Any]) -> None:
    table = load([{"id": "first", "reasoning": "fine"}, record, {"id": "last", "reasoning": "fine"}])
    facts = table.attrs["traceviz"]
    assert facts["records"] == 3
    assert table["record_index"].isin([0, 2]).sum() >= 2
    assert table["trace_id"].is_unique
    assert table["reasoning"].tolist()[0] == table["reasoning"].tolist()[-1] == "fine"


def test_deep_nesting_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    deep = (
        '{"messages": [{"role": "user", "content": '
        + "[" * 900
        + "]" * 900
        + '}, {"role": "assistant", "content": "a"}]}'
    )
    path.write_text('{"reasoning": "one"}\n' + deep + '\n{"reasoning": "two"}\n')
    table = load(path)
    assert table["reasoning"].dropna().tolist() == ["one", "two"]
    assert table.attrs["traceviz"]["records"] == 3


def test_a_log_line_is_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"level": "info", "message": "started"}\n{"reasoning": "one"}\n')
    assert load(path)["reasoning"].tolist() == ["one"]
