"""Completions that come again: counted, and their scores kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest
from format_samples import rows

import traceviz as tv
from traceviz.sources import repeats


def row(doc: int, text: str, name: str | None, score: float) -> dict[str, Any]:
    rest = {} if name is None else {"filter": name}
    return {"doc_id": doc, "resps": [[text]], "filtered_resps": [text], "exact_match": score, **rest}


ROWS = [
    *(row(doc, f"<think>{doc}</think>a", "strict", 0.0) for doc in range(5)),
    *(row(doc, f"<think>{doc}</think>a", "loose", 1.0) for doc in range(5)),
]


@pytest.mark.parametrize(("most_held", "n_marked"), [(10**6, 5), (6, 3), (0, 0)])
def test_filters(most_held: int, n_marked: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With less room, later scores are lost for the oldest, and no trace comes twice."""
    monkeypatch.setattr(repeats, "_MOST_HELD", most_held)
    path = tmp_path / "samples_frogs.jsonl"
    path.write_bytes(b"\n".join(map(orjson.dumps, ROWS)))
    table = tv.load(path)
    assert table["question_id"].tolist() == ["0", "1", "2", "3", "4"]
    assert table["correct"].tolist() == [False] * 5
    facts = table.attrs["traceviz"]
    assert (facts["records"], facts["skipped"], facts["file_notes"]) == (10, 5, {"duplicate_record": 5})
    assert sum("duplicate_record" in codes for codes in table["diagnostics"]) == n_marked


def test_in_memory_and_in_batches() -> None:
    assert len(tv.load(ROWS)) == 5
    assert sum(len(batch) for batch in tv.iter_load(ROWS, batch_size=2)) == 5


def test_another_text_is_another_completion() -> None:
    table = tv.load([row(0, "<think>a</think>x", "strict", 0.0), row(0, "<think>b</think>x", "loose", 1.0)])
    assert rows(table, "question_id", "sample_index", "reasoning") == [("0", 0, "a"), ("0", 0, "b")]


def test_files_do_not_repeat_each_other(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"samples_{name}.jsonl").write_bytes(orjson.dumps(ROWS[0]))
    assert len(tv.load(tmp_path)) == 2
