"""Transcripts for Inspect Scout: written, read back as they were, and read by Scout itself where it is installed."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from format_samples import SAMPLES, R, rows
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.schema import FORMS, TRACES, SchemaError

ROOT = Path(__file__).parent.parent.parent


def again(traces: pd.DataFrame, folder: Path) -> pd.DataFrame:
    return tv.load(tv.to_scout(traces, folder / "traces.parquet"))


SOURCES = [ROOT / "samples" / "traces.jsonl", *sorted(SAMPLES.glob("*.json*"))]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_traces_come_back(path: Path, tmp_path: Path) -> None:
    traces = tv.load(path)
    back = again(traces, tmp_path)
    assert rows(back, *TRACES) == rows(traces, *TRACES)
    assert set(back.columns) == set(traces.columns)
    flat = [name for name in traces.columns if name not in TRACES and not traces[name].map(_nested).any()]
    assert rows(back, *flat) == rows(traces, *flat)


def _nested(value: Any) -> bool:
    return isinstance(value, (list, dict))


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), max_size=20).filter(lambda text: "<" not in text)
NUMBER = st.none() | st.integers(0, 9)
ROW = st.fixed_dictionaries({
    **dict.fromkeys(("prompt", "answer", "model", "question_id", "provider", "mine"), TEXT),
    **dict.fromkeys(("sample_index", "step"), NUMBER),
    "reasoning": TEXT.filter(lambda text: text != ""),
    "reasoning_form": st.none() | st.sampled_from(FORMS),
    "correct": st.none() | st.booleans(),
})  # fmt: skip


@given(st.lists(ROW, min_size=1, max_size=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_table_comes_back(tmp_path: Path, table: list[dict[str, Any]]) -> None:
    traces = tv.load(table)
    back = again(traces, tmp_path)
    kept = [name for name in TRACES if name != "source_uri"]  # what had no source has one now
    assert rows(back, *kept) == rows(traces, *kept)


def test_scouts_own_names(tmp_path: Path) -> None:
    traces = tv.load([{
        "reasoning": R, "score": 0.5, "model_options": {"temperature": 0.6}, "total_tokens": "many", "events": "e",
        "agent": 3, "filename": "f",
    }])  # fmt: skip
    path = tv.to_scout(traces, tmp_path / "traces.parquet")
    kinds = {field.name: str(field.type) for field in pq.read_schema(path)}
    assert kinds["score"] == kinds["model_options"] == kinds["agent"] == kinds["messages"] == "large_string"
    assert {"total_tokens_given", "events_given", "filename_given"} <= kinds.keys()
    back = tv.load(path)
    assert rows(back, "score", "model_options", "events", "filename") == [(0.5, {"temperature": 0.6}, "e", "f")]


def test_what_scout_needs(tmp_path: Path) -> None:
    table = pq.read_table(tv.to_scout(tv.load(ROOT / "samples" / "traces.jsonl"), tmp_path / "t.parquet"))
    assert table.schema.field("transcript_id").type == pa.large_string()
    row = table.to_pylist()[0]
    turns = orjson.loads(row["messages"])
    assert [turn["role"] for turn in turns] == ["user", "assistant"]
    assert [block["type"] for block in turns[1]["content"]] == ["reasoning", "text"]
    assert row["task_repeat"] == 1


def test_summaries_are_no_reasoning_for_others_either(tmp_path: Path) -> None:
    traces = tv.load([{"reasoning": R, "reasoning_form": form, "answer": "a"} for form in FORMS])
    blocks = {
        row["reasoning_form"]: orjson.loads(row["messages"])[-1]["content"][0]
        for row in pq.read_table(tv.to_scout(traces, tmp_path / "t.parquet")).to_pylist()
    }
    assert blocks["raw"]["reasoning"] == R
    assert (blocks["summary"]["reasoning"], blocks["summary"]["summary"]) == ("", R)
    assert blocks["encrypted"]["redacted"] is blocks["redacted"]["redacted"] is True


def test_a_table_that_is_no_traces_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="trace_id"):
        tv.to_scout(pd.DataFrame({"a": [1]}), tmp_path / "t.parquet")
    with pytest.raises(SchemaError, match="folder"):
        tv.to_scout(tv.load(["r"]), tmp_path / "nowhere" / "t.parquet")
    assert list(tmp_path.iterdir()) == []


def test_an_empty_table_is_an_empty_file(tmp_path: Path) -> None:
    path = tv.to_scout(tv.load(["r"]).iloc[:0], tmp_path / "t.parquet")
    assert pq.read_table(path).num_rows == 0


def test_scout_reads_it(tmp_path: Path) -> None:
    scout = pytest.importorskip("inspect_scout", reason="inspect_scout is not installed")
    traces = tv.load(SAMPLES / "inspect_log.json")
    tv.to_scout(traces, tmp_path / "traces.parquet")

    async def read() -> dict[str, Any]:
        found = {}
        async with scout.transcripts_from(str(tmp_path)).reader() as reader:
            async for info in reader.index():
                wanted = scout.TranscriptContent(messages="all")
                found[info.transcript_id] = await reader.read(info, wanted)
        return found

    found = asyncio.run(read())
    assert list(found) == traces["trace_id"].tolist()
    first = found["uuid-pond-1"]
    assert (first.task_id, first.task_repeat, first.success) == ("pond", 1, True)
    assert first.messages[-1].content[0].reasoning == traces["reasoning"][0]
