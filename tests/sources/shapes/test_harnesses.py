"""Logs of evaluation harnesses: which text is the model's, whose it is, and what it was scored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from format_samples import R2, SAMPLES, C, Q, R, rows, sample

import traceviz as tv

#: sample: of each trace the question, the sample, correct, the reasoning, the answer, the codes
EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "lm_eval_samples.jsonl": [
        ("0", 0, False, R, C, ["duplicate_record"]), ("0", 1, False, R2, C, ["duplicate_record"]),
    ],
    "lighteval_details.jsonl": [
        ("0", 0, True, R, C, []), ("1", 0, None, R, C, []), ("1", 1, None, None, "Six frogs stay.", ["no_marker"]),
    ],
    "lighteval_predictions.jsonl": [
        (None, 0, True, R, C, []), (None, 0, None, R, C, ["string_list_parsed"]),
        (None, 1, None, R2, C, ["string_list_parsed"]),
    ],
    "openai_evals.jsonl": [("frogs.dev.0", 0, None, R, C, [])],
    "helm_scenario_state.json": [("id7", 0, None, R, C, []), ("id7", 1, None, R2, C, [])],
    "datatrove.jsonl": [("doc-1", 0, None, R, C, []), ("doc-1", 1, None, R2, C, [])],
    "curator.jsonl": [("3", 0, None, R, C, []), ("4", 0, None, None, C, ["cot_stripped_suspect", "no_marker"])],
}  # fmt: skip


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    table = sample(name)
    table["question_id"] = table["question_id"].mask(table["question_id"].str.startswith("prompt:"))
    assert rows(table, "question_id", "sample_index", "correct", "reasoning", "answer", "diagnostics") == EXPECTED[name]
    assert set(table["prompt"]) <= {Q, f"{Q}\nAnswer:"}
    assert set(table["reasoning_form"].dropna()) == {"raw"}


@pytest.mark.parametrize("name", ["simple_evals.json", "distilabel.jsonl"])
def test_samples_without_a_question(name: str) -> None:
    table = sample(name)
    assert rows(table, "reasoning", "answer", "prompt", "reasoning_form", "diagnostics") == [(R, C, Q, "raw", [])]


def test_the_model_is_named_where_it_is() -> None:
    assert set(sample("helm_scenario_state.json")["model"]) == {"deepseek-ai/deepseek-r1"}
    assert sample("curator.jsonl")["model"].tolist() == ["deepseek-reasoner", "claude-3-7-sonnet"]
    assert sample("distilabel.jsonl")["model"].tolist() == ["qwen3-8b"]


def test_a_filter_gives_scores_and_no_trace() -> None:
    table = sample("lm_eval_samples.jsonl")
    facts = table.attrs["traceviz"]
    assert (facts["records"], facts["skipped"], facts["file_notes"]) == (2, 1, {"duplicate_record": 1})
    assert rows(table, "filter", "exact_match", "exact_match_flexible-extract", "correct_flexible-extract") == (
        [("strict-match", 0.0, 1.0, True)] * 2
    )


def test_names_of_files_of_lm_eval(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "Qwen__Qwen3-8B"
    folder.mkdir(parents=True)
    (folder / "samples_mgsm_bn_2026-01-05T10-00-00.1.jsonl").write_bytes(
        (SAMPLES / "lm_eval_samples.jsonl").read_bytes()
    )
    table = tv.load(tmp_path)
    assert set(rows(table, "model", "task_set")) == {("Qwen/Qwen3-8B", "mgsm_bn")}


def lm_eval(prompt: Any, *texts: Any) -> dict[str, Any]:
    arguments = {"gen_args_0": {"arg_0": prompt, "arg_1": {"until": []}}}
    return {"doc_id": 4, "doc": {}, "arguments": arguments, "resps": [list(texts)], "filtered_resps": ["7"]}


def test_lm_eval_prompts() -> None:
    turns = orjson.dumps([{"role": "system", "content": "Count."}, {"role": "user", "content": Q}]).decode()
    assert tv.load([lm_eval(turns, C)])["prompt"][0] == f"Count.\n\n{Q}"
    assert tv.load([lm_eval([turns], C)])["prompt"][0] == f"Count.\n\n{Q}"
    assert tv.load([lm_eval(Q, C)])["prompt"][0] == Q


def test_reasoning_that_lm_eval_may_have_removed() -> None:
    def codes(prompt: str, text: str) -> list[str]:
        return list(tv.load([lm_eval(prompt, text)])["diagnostics"][0])

    assert "cot_stripped_suspect" in codes(f"{Q}<think>\n", C)
    assert "cot_stripped_suspect" not in codes(f"{Q}<think>\n", f"{R}</think>{C}")
    assert "cot_stripped_suspect" not in codes(Q, C)


def test_scores_of_choices_are_no_completions() -> None:
    choice = {**lm_eval(Q), "resps": [[["-1.5", "False"]], [["-0.5", "True"]]]}
    table = tv.load([choice, lm_eval(Q, f"<think>{R}</think>{C}")])
    assert rows(table, "reasoning", "sample_index") == [(R, 0)]
    assert table.attrs["traceviz"]["file_notes"] == {"no_completion": 1}


def test_details_of_lighteval_as_parquet(tmp_path: Path) -> None:
    folder = tmp_path / "details" / "Qwen" / "Qwen3-8B" / "2026-01-05T10-00-00"
    folder.mkdir(parents=True)
    lines = [orjson.loads(line) for line in (SAMPLES / "lighteval_details.jsonl").read_bytes().splitlines()]
    for line in lines:
        line["model_response"]["input"] = Q
        line["metric"] = {"extractive_match": 1.0}
    pq.write_table(pa.Table.from_pylist(lines), folder / "details_frogs|0_2026-01-05T10-00-00.parquet")
    table = tv.load(tmp_path)
    assert table["reasoning"].tolist()[:2] == [R, R]
    assert set(rows(table, "model", "task_set")) == {("Qwen/Qwen3-8B", "frogs|0")}
