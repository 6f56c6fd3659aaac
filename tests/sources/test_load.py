from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pandas.testing
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

import traceviz as tv
from traceviz.schema import STRING, TRACES, SourceError
from traceviz.sources.load import iter_load, load, rejects

DATA = Path(__file__).parents[2] / ".." / "shared" / "data"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="the shared traces are not beside the checkout")

RECORDS = [
    {
        "id": f"r{i}",
        "prompt": f"q{i % 3}",
        "reasoning": f"think {i} 等",
        "answer": f"a{i}",
        "model": "m",
        "reward": i / 2,
        "tag": None,
    }
    for i in range(7)
]


def lines(records: list[dict[str, Any]] = RECORDS) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def test_contract_columns_come_first_with_their_dtypes() -> None:
    table = load(RECORDS)
    assert list(table.columns) == [*TRACES, "id", "reward", "tag"]
    for name, dtype in TRACES.items():
        assert table[name].dtype == dtype, name
    assert table["reward"].tolist() == [i / 2 for i in range(7)]
    assert table["question_id"].nunique() == 3
    assert table["sample_index"].tolist() == [0, 0, 0, 1, 1, 1, 2]
    assert table["record_index"].tolist() == list(range(7))
    assert table["diagnostics"].tolist() == [[]] * 7
    facts = table.attrs["traceviz"]
    assert (facts["records"], facts["rejected"], facts["skipped"], facts["repaired"]) == (7, 0, 0, 0)
    json.dumps(facts)


CONTAINERS = {
    "x.jsonl": lines,
    "x.json": lambda: json.dumps(RECORDS).encode(),
    "pretty.json": lambda: json.dumps(RECORDS, indent=2).encode(),
    "x.jsonl.gz": lambda: gzip.compress(lines()),
    "x.jsonl.zst": lambda: zstandard.compress(lines()),
    "x.csv": lambda: pd.DataFrame(RECORDS).to_csv(index=False).encode(),
    "x.tsv": lambda: pd.DataFrame(RECORDS).to_csv(index=False, sep="\t").encode(),
    "x.csv.gz": lambda: gzip.compress(pd.DataFrame(RECORDS).to_csv(index=False).encode()),
    "x.parquet": lambda: pd.DataFrame(RECORDS).to_parquet(),
    "x.parquet.zst": lambda: zstandard.compress(pd.DataFrame(RECORDS).to_parquet()),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_gives_the_same_traces(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(CONTAINERS[name]())
    table = load(str(path))
    for column in ("prompt", "reasoning", "answer", "model"):
        assert table[column].tolist() == [record[column] for record in RECORDS]
    assert table["trace_id"].tolist() == [record["id"] for record in RECORDS]
    assert table["source_uri"].unique().tolist() == [path.as_posix()]
    assert table.attrs["traceviz"]["sources"] == [path.as_posix()]


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("batch_size", [1, 3, 7, 100])
def test_batches_are_the_table_in_pieces(tmp_path: Path, name: str, batch_size: int) -> None:
    path = tmp_path / name
    path.write_bytes(CONTAINERS[name]())
    batches = list(iter_load(path, batch_size=batch_size))
    assert [len(batch) for batch in batches[:-1]] == [batch_size] * (len(batches) - 1)
    whole = load(path)
    for column in TRACES:
        assert [value for batch in batches for value in batch[column].tolist()] == whole[column].tolist() or whole[
            column
        ].isna().all()


def test_folders_globs_and_order(tmp_path: Path) -> None:
    for step in (10, 2, 1):
        folder = tmp_path / "run" / f"step_{step}"
        folder.mkdir(parents=True)
        (folder / "a.jsonl").write_bytes(lines([{"reasoning": f"s{step}"}]))
    for source in (
        tmp_path,
        tmp_path / "run",
        f"{tmp_path}/run/*",
        f"{tmp_path}/**/*.jsonl",
        f"{tmp_path}/run/step_*/a.jsonl",
    ):
        assert load(source)["reasoning"].tolist() == ["s1", "s2", "s10"]
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    (tmp_path / "run").rename(moved)
    first = load(moved)["trace_id"].tolist()
    assert len(set(first)) == 3
    moved.rename(tmp_path / "elsewhere")
    assert load(tmp_path / "elsewhere")["trace_id"].tolist() == first


def test_standard_input_and_open_files(tmp_path: Path) -> None:
    code = "import traceviz as tv; print(tv.load('-').reasoning.tolist())"
    for content in (lines(), gzip.compress(lines()), pd.DataFrame(RECORDS).to_parquet()):
        done = subprocess.run([sys.executable, "-c", code], input=content, capture_output=True, check=True)
        assert eval(done.stdout) == [record["reasoning"] for record in RECORDS]  # noqa: S307  (our own output)
        assert len(load(io.BytesIO(content))) == 7
    path = tmp_path / "x.jsonl"
    path.write_bytes(lines())
    with path.open("rb") as file:
        assert len(load(file)) == 7
    with path.open() as file:
        assert len(load(file)) == 7
    with pytest.raises(SourceError, match="open it in binary mode"):
        load(io.StringIO("x"))


def test_strings() -> None:
    table = load(["<think>r</think>a", "plain", None, "b</think>c", ""])
    assert table["trace_id"].tolist() == ["0", "1", "2", "3", "4"]
    assert table["reasoning"].fillna("-").tolist() == ["r", "plain", "-", "b", ""]
    assert table["answer"].fillna("-").tolist() == ["a", "-", "-", "c", "-"]
    assert table["reasoning_form"].fillna("-").tolist() == ["raw", "raw", "-", "raw", "raw"]


def test_an_empty_list_is_an_empty_table() -> None:
    table = load([])
    assert len(table) == 0
    assert table[list(TRACES)].dtypes.to_dict() == {n: pd.api.types.pandas_dtype(dtype) for n, dtype in TRACES.items()}
    assert list(iter_load([])) == []
    assert len(rejects(table)) == 0


def test_a_dict_is_one_record() -> None:
    assert load({"cot": "r"})["reasoning"].tolist() == ["r"]


def test_a_series() -> None:
    assert load(pd.Series(["a", None], index=[5, 6]))["reasoning"].fillna("-").tolist() == ["a", "-"]


def test_messages_for_what_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"No file or folder 'nope.jsonl' .*tv.load\(\[text\]\)"):
        load("nope.jsonl")
    with pytest.raises(SourceError, match="A text goes in a list"):
        load("Let me think about it.")
    with pytest.raises(SourceError, match="No file matches"):
        load(f"{tmp_path}/*.jsonl")
    with pytest.raises(SourceError, match="only local files"):
        load("s3://bucket/x")
    with pytest.raises(SourceError, match="load cannot read int"):
        load(3)
    with pytest.raises(SourceError, match="item 1 is int"):
        load(["a", 3])
    with pytest.raises(SourceError, match="batch_size=0"):
        iter_load(["a"], batch_size=0)
    with pytest.raises(SourceError, match=r"columns has no role 'cot' .*columns={'reasoning': 'cot'}"):
        load([{"cot": "x"}], columns={"cot": "reasoning"})
    with pytest.raises(
        SourceError, match=r"columns names 'cto', and no record has that field; the fields are 'cot', 'x'"
    ):
        load([{"cot": "x", "x": 1}], columns={"reasoning": "cto"})
    with pytest.raises(SourceError, match=r"(?s)No reasoning trace could be read from the records.*'x', 'y'"):
        load([{"x": 1, "y": 2}])


def test_dataframe_columns_ride_along_untouched() -> None:
    frame = pd.DataFrame(
        {
            "cot": ["r1", None, "r3"],
            "when": pd.to_datetime(["2025-01-01", "2025-01-02", None]),
            "level": pd.Categorical(["a", "b", "a"]),
            "n": np.array([1, 2, 3], dtype=np.int8),
            "id": [7, 8, 9],
        },
        index=[30, 10, 20],
    )
    before = frame.copy(deep=True)
    table = load(frame)
    pandas.testing.assert_frame_equal(frame, before)
    assert table.index.tolist() == [0, 1, 2]
    assert table["reasoning"].fillna("-").tolist() == ["r1", "-", "r3"]
    assert table["trace_id"].tolist() == ["7", "8", "9"]
    for name in ("when", "level", "n", "id"):
        assert table[name].dtype == frame[name].dtype
        assert table[name].isna().tolist() == frame[name].isna().tolist()
    assert "cot" not in table.columns
    with pytest.raises(SourceError, match="columns of the same name"):
        load(pd.concat([frame, frame], axis=1))


def test_a_traces_table_loads_as_itself() -> None:
    first = load(RECORDS)
    again = load(first)
    pandas.testing.assert_frame_equal(first, again)
    part = load(first.iloc[[4, 2]])
    assert part["trace_id"].tolist() == ["4", "2"]


def test_a_saved_traces_table_loads_as_itself(tmp_path: Path) -> None:
    first = load(
        [*RECORDS, {"id": "s", "reasoning": [{"type": "thinking", "thinking": "x"}], "reasoning_form": "summary"}]
    )
    first.to_parquet(tmp_path / "t.parquet")
    again = load(tmp_path / "t.parquet")
    for name in ("trace_id", "reasoning", "reasoning_form", "question_id", "answer", "record_index", "diagnostics"):
        assert again[name].fillna("-").tolist() == first[name].fillna("-").tolist(), name


def test_repeated_ids_are_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(lines([{"id": name, "reasoning": "r"} for name in ("a", "a", "b", "a", "a#2")]))
    table = load(path)
    assert table["trace_id"].tolist() == ["a", "a#2", "b", "a#3", "a#2#2"]
    assert table["diagnostics"].tolist() == [[], ["repeated_id"], [], ["repeated_id"], ["repeated_id"]]


@given(st.lists(st.text()))
@example(["REDACTED", "[redacted_thinking]", "on"])
def test_a_named_column_comes_back_exactly(texts: list[str]) -> None:
    table = load([{"mine": text} for text in texts], columns={"reasoning": "mine"}) if texts else load([])
    kept = [not ("<" in text or "[" in text) for text in texts]
    assert [t for t, k in zip(table["reasoning"].tolist(), kept, strict=True) if k] == [
        t for t, k in zip(texts, kept, strict=True) if k
    ]


def test_lone_surrogates_in_memory() -> None:
    table = load([{"reasoning": "a\ud83db", "note": "\udc00", "prompt": "fine"}, {"reasoning": "ok", "note": "x"}])
    assert table["reasoning"].tolist() == ["a\ufffdb", "ok"]
    assert table["note"].tolist() == ["\ufffd", "x"]
    assert table["diagnostics"].tolist() == [["lone_surrogate_replaced"], []]
    table = load(["a\ud83db"])
    assert table["reasoning"].tolist() == ["a\ufffdb"]


def test_extra_columns_take_the_dtype_of_what_they_hold() -> None:
    table = load(
        [
            {"reasoning": "r", "i": 1, "f": 1, "b": True, "s": "x", "o": {"k": 1}, "m": 1, "gap": 1, "big": 2**70},
            {"reasoning": "r", "i": 2, "f": 0.5, "b": False, "s": None, "o": [1], "m": "x", "big": 1},
        ]
    )
    assert {name: str(table[name].dtype) for name in "ifbom"} == {
        "i": "int64", "f": "float64", "b": "bool", "o": "object", "m": "object",
    }  # fmt: skip
    assert table["s"].dtype == STRING
    assert str(table["gap"].dtype) == "Int64"
    assert table["big"].tolist() == [2**70, 1]
    assert table["o"].tolist() == [{"k": 1}, [1]]


def test_loading_needs_neither_numba_nor_matplotlib() -> None:
    code = (
        "import sys; from traceviz.sources.load import load; load(['a']); "
        "print(sorted({'numba', 'matplotlib', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


#: Records in each file, by its own description.
COUNTS = {
    "qwen3_forced_lang": 2352, "r1_bangla_mmlu": 1500, "mmath_multilingual": 1500, "gsm8k_en_zh": 990,
    "gptoss120b_gsm8k": 1319, "mdeval_5models_gsm8k": 100, "policy_reasoning_en": 484,
}  # fmt: skip


@needs_data
@pytest.mark.parametrize("name", COUNTS)
def test_the_shared_traces(name: str) -> None:
    table = tv.load(DATA / "traces" / f"{name}.jsonl.zst")
    assert len(table) == COUNTS[name]
    assert table["reasoning"].notna().all()
    assert (table["reasoning_form"] == "raw").all()
    assert table["trace_id"].is_unique
    assert table.attrs["traceviz"]["rejected"] == 0


#: Traces, and their form, in each captured or rendered envelope.
FORMS = {
    "anthropic_messages.jsonl": (20, "summary"), "deepseek_reasoning_content.jsonl": (50, "raw"),
    "gemini_generate_content.jsonl": (20, "summary"), "harmony_raw.jsonl": (20, "raw"),
    "openai_responses.jsonl": (20, "raw"), "openr1_style.parquet": (300, "raw"),
    "samples_mgsm_lm_eval.jsonl": (50, "raw"), "captured/eval_mgsm_sw_Qwen3-8B.json": (50, "raw"),
    "captured/outliers.json": (13, "raw"), "captured/r1-reasoning.csv": (64, "raw"),
}  # fmt: skip


@needs_data
@pytest.mark.parametrize("name", FORMS)
def test_the_shared_envelopes(name: str) -> None:
    table = tv.load(DATA / "formats" / name)
    assert (len(table), *table["reasoning_form"].unique().tolist()) == FORMS[name]
    assert (table["reasoning"].str.len() > 50).all()
    assert not table["reasoning"].str.contains("think>|<[|]").any()


@needs_data
def test_the_same_reasoning_in_every_envelope() -> None:
    first = tv.load(DATA / "formats" / "deepseek_reasoning_content.jsonl")["reasoning"].str.strip().tolist()
    for name in FORMS:
        if name.startswith(("anthropic", "gemini", "harmony", "openai", "samples")):
            table = tv.load(DATA / "formats" / name)
            assert table["reasoning"].str.strip().tolist() == first[: len(table)], name
    assert set(first) <= set(tv.load(DATA / "formats" / "openr1_style.parquet")["reasoning"].str.strip())
