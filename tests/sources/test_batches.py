"""Outputs of batch APIs: what failed is counted by name, what did not is named by its request."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import traceviz as tv
from traceviz.schema import SourceError

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "formats"

#: sample: the ids, the forms, how many failed
EXPECTED = {
    "openai_batch": (["frogs-2", "frogs-1"], ["raw", "summary"], 2),
    "anthropic_batch": (["frogs-1"], ["raw"], 2),
    "bedrock_batch": (["frogs-1"], ["raw"], 1),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_samples(name: str, caplog: pytest.LogCaptureFixture) -> None:
    ids, forms, n_failed = EXPECTED[name]
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        table = tv.load(SAMPLES / f"{name}.jsonl")
    facts = table.attrs["traceviz"]
    assert table["trace_id"].tolist() == table["question_id"].tolist() == ids
    assert table["reasoning_form"].tolist() == forms
    assert facts["file_notes"] == {"request_failed": n_failed}
    assert (facts["records"], facts["skipped"]) == (len(ids) + n_failed, n_failed)
    assert f"{n_failed} of {len(ids) + n_failed} records are requests that failed" in caplog.text
    assert "no field that is read" not in caplog.text


def test_gemini() -> None:
    table = tv.load(SAMPLES / "gemini_batch.jsonl")
    assert table["trace_id"].tolist()[0] == "frogs-1"
    assert table["prompt"].tolist()[1] == "Nine frogs sit in a pond and two leave. How many stay?"
    assert table["reasoning_form"].tolist() == ["summary", "summary"]
    assert table.attrs["traceviz"]["file_notes"] == {"request_failed": 3}


def test_several_choices_of_a_request() -> None:
    choices = [{"index": i, "message": {"reasoning": str(i), "content": "c"}} for i in range(2)]
    table = tv.load([{"custom_id": "k", "response": {"status_code": 200, "body": {"id": "b", "choices": choices}}}])
    assert table[["trace_id", "question_id", "sample_index"]].to_numpy().tolist() == [["k/0", "k", 0], ["k/1", "k", 1]]


def test_a_file_in_which_all_failed_is_named(tmp_path: Path) -> None:
    path = tmp_path / "errors.jsonl"
    path.write_text('{"custom_id": "a", "response": {"status_code": 500, "body": {}}, "error": null}\n')
    with pytest.raises(SourceError, match="request_failed: 1 requests of a batch failed"):
        tv.load(path)
    (tmp_path / "good.jsonl").write_text('{"reasoning": "fine"}\n')
    facts = tv.load(tmp_path).attrs["traceviz"]
    assert (facts["records"], facts["skipped"]) == (2, 1)
    assert facts["file_notes"] == {"request_failed": 1}
