"""Published data sets: rows of several traces, gold answers that are no model's, flags that are no text."""

from __future__ import annotations

from typing import Any

import pytest
from format_samples import R2, C, Q, R, S, rows, sample

import traceviz as tv

T = f"<think>\n{R}\n</think>\n\n{C}"
OPENTHOUGHTS = (
    f"<|begin_of_thought|>\n\n{R}\n\n<|end_of_thought|>\n\n<|begin_of_solution|>\n\n{C}\n\n<|end_of_solution|>"
)

#: sample: of each trace the sample, correct, the form, the reasoning, the answer
EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "openr1_math.jsonl": [
        (0, True, "raw", R, C), (1, False, "raw", R2, C), (2, True, None, None, R), (0, True, "raw", R, C),
    ],
    "s1k.jsonl": [
        (0, True, "raw", R, C), (1, False, "raw", R2, "Six frogs stay."), (2, None, "raw", R, C),
    ],
    "two_languages.jsonl": [
        (0, None, "raw", R, C), (1, None, "raw", "Neun minus zwei sind seven.", "Sieben."), (0, None, "raw", R2, C),
    ],
    "general_thought.jsonl": [
        (0, None, "raw", R, C), (0, None, "summary", S, C), (0, None, None, None, C),
    ],
    "am_deepseek.jsonl": [(0, None, "raw", R, C)],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    table = sample(name)
    assert rows(table, "sample_index", "correct", "reasoning_form", "reasoning", "answer") == EXPECTED[name]
    assert set(table["prompt"]) == {Q}


def test_generations_of_a_row_are_samples_of_a_question() -> None:
    table = sample("openr1_math.jsonl")
    assert rows(table, "trace_id", "question_id", "finish_reason", "correctness_math_verify") == [
        ("pond-1/0", "pond-1", "stop", True), ("pond-1/1", "pond-1", "stop", False),
        ("pond-1/2", "pond-1", "length", None), ("pond-2", "pond-2", None, True),
    ]  # fmt: skip


def test_companions_of_another_length_stay_whole() -> None:
    row = {"uuid": "u", "problem": Q, "generations": [T, T], "correctness_math_verify": [True, True], "rest": [1]}
    table = tv.load([row])
    assert table["diagnostics"].tolist() == [["ragged_lists"]] * 2
    assert table["rest"].tolist() == [[1], [1]]


def test_two_traces_of_a_row_are_told_apart() -> None:
    table = sample("two_languages.jsonl")
    assert rows(table, "question_id", "variant", "answer_given") == [
        ("3", "english", "7"), ("3", "translated", "7"), ("4", "english", "7"),
    ]  # fmt: skip
    named = tv.load([{"id": 4, "english_response": T, "translated_response": T}])
    assert rows(named, "trace_id", "question_id", "variant") == [
        ("4/english", "4", "english"), ("4/translated", "4", "translated"),
    ]  # fmt: skip
    assert tv.load([{"id": 4, "english_response": T, "translated_response": None}])["variant"].tolist() == ["english"]


#: Rows that are read by the names of their fields, with the reasoning and the answer that are the model's.
PLAIN: list[tuple[str, dict[str, Any], str | None, str | None]] = [
    ("md-eval", {"question": Q, "answer": "gold", "response": C, "gcot": R, "model": "gpt-oss-120b"}, R, C),
    ("Bangla R1", {"question": Q, "answer": "A", "reason": f"<think>\n{R}\n</think>", "gen_ans": C}, R, C),
    ("Bangla R1, no answer", {"question": Q, "answer": "A", "reason": R, "gen_ans": None}, R, None),
    ("GeneralThought", {"question": Q, "reference_answer": "g", "model_answer": C, "model_reasoning": R}, R, C),
    ("OpenThoughts", {"system": "s", "conversations": [
        {"from": "user", "value": Q}, {"from": "assistant", "value": OPENTHOUGHTS}]}, R, C),
    ("OpenThoughts, metadata", {
        "problem": Q, "deepseek_reasoning": R, "deepseek_solution": C, "ground_truth_solution": "gold"}, R, C),
    ("OpenThoughts, metadata in another order", {
        "problem": Q, "ground_truth_solution": "gold", "deepseek_solution": C, "deepseek_reasoning": R}, R, C),
    ("Nemotron", {"input": [{"role": "user", "content": Q}], "output": T, "reasoning": "on", "generator": "m"}, R, C),
    ("Nemotron, off", {"input": [{"role": "user", "content": Q}], "output": C, "reasoning": "off"}, None, C),
    ("Nemotron v2", {"uuid": "u", "reasoning": "on", "messages": [
        {"role": "user", "content": Q}, {"role": "assistant", "content": T}]}, R, C),
    ("Mixture-of-Thoughts", {"num_tokens": 9, "source": "s", "messages": [
        {"role": "user", "content": Q}, {"role": "assistant", "content": T}]}, R, C),
    ("ShareGPT", {"conversations": [{"from": "human", "value": Q}, {"from": "gpt", "value": T}]}, R, C),
    ("a gold answer beside a completion", {"question": Q, "output": T, "answer": "gold"}, R, C),
    ("an answer that is the model's", {"question": Q, "reasoning": R, "answer": C, "target": "gold"}, R, C),
    ("Dolphin R1", {"messages": [{"role": "user", "content": Q}], "reasoning": R, "answer": C, "model": "m"}, R, C),
    ("medical o1", {"Question": Q, "Complex_CoT": R, "Response": C}, R, C),
    ("OpenMathReasoning", {"problem": Q, "generated_solution": T, "expected_answer": "7"}, R, C),
    ("AM, no info", {"messages": [{"role": "user", "content": Q},
                                  {"role": "assistant", "content": T, "info": {"think_content": None}}]}, R, C),
]  # fmt: skip


@pytest.mark.parametrize(("name", "row", "reasoning", "answer"), PLAIN, ids=[case[0] for case in PLAIN])
def test_fields_of_known_sets(name: str, row: dict[str, Any], reasoning: str | None, answer: str | None) -> None:
    assert rows(tv.load([row]), "reasoning", "answer", "prompt") == [(reasoning, answer, Q)], name


def test_a_flag_is_no_text() -> None:
    table = tv.load([{"input": Q, "output": T, "reasoning": "on"}, {"input": Q, "output": C, "reasoning": "off"}])
    assert [("flag_not_text" in codes) for codes in table["diagnostics"]] == [True, True]
    assert table["reasoning_given"].tolist() == ["on", "off"]


def test_a_solution_is_reasoning_only_if_the_user_says_so() -> None:
    row = {"question": Q, "solution": R, "answer": "7"}
    assert tv.load([row])["reasoning"].isna().all()
    assert rows(tv.load([row], columns={"reasoning": "solution"}), "reasoning", "answer") == [(R, "7")]


def test_several_texts_in_a_field_of_one() -> None:
    table = tv.load([{"id": "q", "prompt": Q, "response": [T, C], "score": [1.0, 0.0]}])
    assert rows(table, "question_id", "sample_index", "reasoning", "score") == [("q", 0, R, 1.0), ("q", 1, None, 0.0)]
