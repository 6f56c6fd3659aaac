"""The labels of length on text of our own: no number that is not labelled moves when traces are cut."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import language_data
import legibility_hosts
import length_drift
import numpy as np
import pandas as pd
import pytest
from length_drift import BOUND, FEWEST_TRACES, changes, depends, drift

from traceviz.measures.registry import DEFAULT, registry

ROOT = Path(length_drift.__file__).parent.parent

#: Four to one, as in the benchmark; our texts are short.
LONG, SHORT = 1_600, 400


def records_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def put_together(records: list[dict[str, Any]], keys: tuple[str, ...]) -> list[str]:
    """Put whole texts of one kind together until each of the long ones has the length; no text is used twice."""
    waiting: dict[tuple[str, ...], str] = {}
    long = []
    for record in records:
        kind = tuple(str(record[key]) for key in keys)
        waiting[kind] = waiting.get(kind, "") + (record.get("reasoning") or "") + "\n\n"
        if len(waiting[kind]) >= LONG:
            long.append(waiting.pop(kind))
    return long


@pytest.fixture(scope="module")
def moved() -> pd.DataFrame:
    """The drift on the control by language, and on the samples by the language of the prompt."""
    texts = put_together(records_of(ROOT / "traceviz" / "data" / "control.jsonl"), ("language",))
    texts += put_together(records_of(ROOT / "samples" / "traces.jsonl"), ("prompt_language",))
    rows = pd.DataFrame({"trace_id": [str(place) for place in range(len(texts))], "reasoning": texts})
    return drift(changes(rows, long=LONG, short=SHORT))


def test_there_are_traces_enough(moved: pd.DataFrame) -> None:
    assert moved["traces"].max() >= 20


UNLABELLED = [name for name, entry in registry().items() if not entry.length_dependent]


def clearly(moved: pd.DataFrame, name: str) -> float:
    """Give by how much a metric moves at least, by two standard errors: our traces are few and alike."""
    return abs(moved.loc[name, "drift"]) - 2 * moved.loc[name, "error"]


@pytest.mark.parametrize("name", UNLABELLED)
def test_what_is_not_labelled_does_not_move(moved: pd.DataFrame, name: str) -> None:
    assert not clearly(moved, name) >= BOUND


@pytest.mark.parametrize("name", [name for name in DEFAULT if name in UNLABELLED])
def test_the_default_metrics_hardly_move(moved: pd.DataFrame, name: str) -> None:
    assert not abs(moved.loc[name, "drift"]) >= BOUND


@pytest.mark.parametrize(
    "name",
    ["words", "steps", "distinct_1", "distinct_2", "seq_rep_2", "top_ngram_chars_4", "zlib_ratio"],
)
def test_what_is_labelled_moves_here_too(moved: pd.DataFrame, name: str) -> None:
    assert clearly(moved, name) >= BOUND


def table(drift: list[float], *, error: float, traces: int) -> pd.DataFrame:
    index = ["cmi", "cmi_raw", "words"]
    return pd.DataFrame({"drift": drift, "error": error, "traces": traces}, index=index)


def test_a_large_file_and_a_twin_are_enough() -> None:
    together = table([0.1, -0.1, np.nan], error=0.01, traces=500)
    clear = table([0.0, -0.5, 0.31], error=0.05, traces=FEWEST_TRACES)
    assert depends(together, []).tolist() == [False, False, False]
    assert depends(together, [clear]).tolist() == [True, True, False]
    assert depends(together, [clear.assign(traces=FEWEST_TRACES - 1)]).tolist() == [False, False, False]
    assert depends(table([0.0, 0.3, -0.3], error=0.1, traces=10), []).tolist() == [True, True, True]


def test_the_script_reads_long_traces_and_compares_with_the_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    records = records_of(ROOT / "traceviz" / "data" / "control.jsonl")
    english = [record["reasoning"] for record in records if record["language"] == "en"]
    texts = ["\n\n".join(english[k:] + english[:k]) for k in range(14)] + [english[0]] * 3
    lines = [json.dumps({"id": f"long{k}", "prompt": "?", "reasoning": text}) for k, text in enumerate(texts)]
    (tmp_path / "traces").mkdir()
    (tmp_path / "traces" / "long.jsonl").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(language_data, "SHARED", tmp_path)
    monkeypatch.setattr(legibility_hosts, "ENDING", ".jsonl")
    monkeypatch.setattr(length_drift, "FILES", ("long",))
    kept = sum(language_data.part_of(f"long{k}") != "aside" for k in range(14))
    assert 10 <= kept < 14
    length_drift.main(["--sample", "12"])
    printed = capsys.readouterr().out
    head, *rows = printed.splitlines()
    assert head.split() == ["long", f"({min(kept, 12)})", "all", "n", "moves", "stated"]
    numbers = {row.split()[0]: row.split()[1:] for row in rows[: len(registry())]}
    assert set(numbers) == set(registry())
    assert numbers["ttr"][-2:] == ["True", "True"]
    assert "characters" in rows[-1].split(":")[1].split()
