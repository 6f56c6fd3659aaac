"""Dumps of trainers: prompt and completion apart, the step, the samples of a question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from format_samples import R2, SAMPLES, C, Q, R, rows, sample
from hypothesis import given
from hypothesis import strategies as st

import traceviz as tv
from traceviz.sources.records import RecordReader

#: sample: of each trace the step, the sample, the reasoning, the answer, the codes
EXPECTED: dict[str, list[tuple[Any, ...]]] = {
    "areal.jsonl": [(5, 1, R, C, [])],
    "verl.jsonl": [(20, 0, R, C, [])],
    "ms_swift.jsonl": [(10, 0, R, C, []), (10, 1, R2, C, [])],
    "trl_completions.jsonl": [(40, 0, R, C, []), (40, 0, R2, C, [])],
    "nemo_rl_step_40.jsonl": [(40, 0, R, C, ["prompt_in_output", "special_token_removed"])],
    "skyrl.jsonl": [(None, 0, R, C, [])],
    "openrlhf.jsonl": [(None, 0, R, C, []), (None, 1, R2, C, [])],
    "verifiers.jsonl": [
        (None, 0, f"{R}\n\n{R2}", f"{C}\n\nYes.", []),
        (None, 1, "Nine, und dann minus two.", "By subtraction.", ["shared_prefix"]),
    ],
    "verifiers_results.jsonl": [(None, 0, f"{R}\n\n{R2}", f"{C}\n\n{C}", [])],
    "wandb.table.json": [(5, 0, R, C, ["prompt_in_output"]), (10, 0, R2, C, ["prompt_in_output"])],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str) -> None:
    table = sample(name)
    assert rows(table, "step", "sample_index", "reasoning", "answer", "diagnostics") == EXPECTED[name]
    assert all(Q in prompt and R not in prompt for prompt in table["prompt"])
    assert set(table["reasoning_form"]) == {"raw"}


@pytest.mark.parametrize(
    ("path", "step"),
    [
        ("20.jsonl", 20), ("runs/300.jsonl.gz", 300), ("train_data_step7.jsonl", 7),
        ("global_step_12/frogs24.jsonl", 12), ("aime24.jsonl", None), ("frogs.jsonl", None),
    ],
)  # fmt: skip
def test_the_step_is_in_the_name(tmp_path: Path, path: str, step: int | None) -> None:
    line = {"input": Q, "output": f"<think>{R}</think>{C}", "gts": "7", "score": 1.0}
    file = tmp_path / "dump" / path.removesuffix(".gz")
    file.parent.mkdir(parents=True)
    file.write_bytes(orjson.dumps(line) + b"\n")
    assert rows(tv.load(tmp_path / "dump"), "step") == [(step,)]
    file.write_bytes(orjson.dumps({**line, "step": 3}) + b"\n")
    assert rows(tv.load(tmp_path / "dump"), "step") == [(3,)]


def test_chat_templates_do_not_open_a_block() -> None:
    """A prompt that ends in the header of the model's turn opens no reasoning."""
    prompt = f"<|im_start|>user\n{Q}<|im_end|>\n<|im_start|>assistant\n"
    table = tv.load(
        [
            {"input": prompt, "output": f"<think>\n{R}\n</think>\n\n{C}", "gts": "7", "score": 1.0},
            {"input": prompt, "output": C, "gts": "7", "score": 1.0},
            {"input": prompt + "<think>\n", "output": f"{R}\n</think>\n\n{C}", "gts": "7", "score": 1.0},
        ]
    )
    assert rows(table, "reasoning", "answer") == [(R, C), (None, C), (R, C)]


def test_nan_as_a_reward(tmp_path: Path) -> None:
    path = tmp_path / "20.jsonl"
    path.write_text(f'{{"input": "{Q}", "output": "<think>r</think>a", "gts": "7", "score": NaN, "step": 20}}\n')
    table = tv.load(path)
    assert table["reasoning"].tolist() == ["r"]
    assert table["diagnostics"][0] == ["nonfinite_number"]


def test_ragged_columns_stay_whole() -> None:
    line = {"step": ["1", "1"], "prompt": [Q, Q], "completion": [f"<think>{R}</think>{C}", C], "extra": [1, 2, 3]}
    table = tv.load([line])
    assert [codes[0] for codes in table["diagnostics"]] == ["ragged_lists", "ragged_lists"]
    assert table["extra"].tolist() == [[1, 2, 3], [1, 2, 3]]


def test_scores_of_tokens_are_summed() -> None:
    assert sample("skyrl.jsonl")["score"].tolist() == [1.0]


def test_a_text_that_holds_its_prompt_is_parted_or_refused() -> None:
    facts = sample("nemo_rl_step_40.jsonl").attrs["traceviz"]
    assert (facts["records"], facts["file_notes"]) == (2, {"prompt_not_parted": 1})


@pytest.mark.parametrize(
    "header", ["<\uff5cAssistant\uff5c>", "<|start_header_id|>assistant<|end_header_id|>\n\n", "[/INST]"]
)
def test_headers_of_templates(header: str) -> None:
    table = tv.load([{"content": f"{Q}{header}<think>{R}</think>{C}", "input_lengths": 9, "idx": 0, "rewards": 1.0}])
    assert rows(table, "prompt", "reasoning", "answer") == [(f"{Q}{header}", R, C)]


def test_nemo_rl_writes_batches_of_one() -> None:
    line = {"content": [f"{Q}[/INST]<think>{R}</think>{C}"], "rewards": [0.5], "input_lengths": [9], "idx": 0}
    assert rows(tv.load([line]), "prompt", "reasoning", "answer", "rewards") == [(f"{Q}[/INST]", R, C, 0.5)]


def test_later_tables_repeat_rows(tmp_path: Path) -> None:
    table = orjson.loads((SAMPLES / "wandb.table.json").read_bytes())
    first = {**table, "data": table["data"][:1]}
    for number, value in enumerate((first, table, table)):
        (tmp_path / f"text_{number}.table.json").write_bytes(orjson.dumps(value))
    loaded = tv.load(tmp_path)
    assert loaded["reasoning"].tolist() == [R, R2]
    facts = loaded.attrs["traceviz"]
    assert (facts["records"], facts["skipped"], facts["file_notes"]) == (3, 1, {"duplicate_record": 1})


def test_a_table_may_hold_equal_rows() -> None:
    data = [[5, Q, f"<think>{R}</think>{C}"]] * 2
    assert len(tv.load([{"columns": ["step", "prompt", "completion"], "data": data}])) == 2


def test_turns_behind_the_prompt_are_one_completion() -> None:
    completion = [
        {"role": "assistant", "content": "<think>One.</think>"}, {"role": "tool", "content": "9"},
        {"role": "user", "content": "Go on."}, {"role": "assistant", "content": f"<think>Two.</think>{C}"},
    ]  # fmt: skip
    table = tv.load([{"step": 1, "prompt": [{"role": "user", "content": Q}], "completion": completion}])
    assert rows(table, "prompt", "reasoning", "answer") == [(Q, "One.\n\nTwo.", C)]


def test_a_hosted_model_in_a_graph_is_unknown() -> None:
    record = orjson.loads((SAMPLES / "verifiers.jsonl").read_bytes())
    record["agent"]["config"]["model"] = "openai/gpt-5"
    assert set(tv.load([record])["reasoning_form"]) == {"unknown"}


def graph(parents: list[int | None]) -> dict[str, Any]:
    nodes = [
        {"parent": parent, "sampled": True, "message": {"role": "assistant", "content": f"<think>{i}</think>a"}}
        for i, parent in enumerate(parents)
    ]
    return {"id": "g", "nodes": nodes}


@given(st.lists(st.integers(-1, 12) | st.none(), min_size=1, max_size=12))
def test_every_node_of_a_tree_is_read_once(parents: list[int | None]) -> None:
    traces = RecordReader({}).read(graph(parents))
    read = [number for trace in traces for number in (trace.reasoning or "").split("\n\n")]
    assert len(read) == len(set(read))
    if all(parent is None or -1 <= parent < place for place, parent in enumerate(parents)):
        assert sorted(map(int, read)) == list(range(len(parents)))


def test_a_comb_takes_linear_time() -> None:
    """A long path with a leaf at every node: the beginning is not read again for each."""
    n = 4000
    record = graph([None, *range(n), *range(n)])
    traces = RecordReader({}).read(record)
    assert len(traces) == n + 1
    assert sum(len(trace.reasoning or "") for trace in traces) < 20 * n
