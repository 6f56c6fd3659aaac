from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import traceviz as tv
from traceviz.schema import SourceError
from traceviz.sources.fields import NAMEABLE
from traceviz.sources.sniff import sniff

SAMPLES = Path(__file__).parents[2] / "samples" / "formats"


def test_a_folder_is_told_in_full(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl.gz").write_bytes(
        gzip.compress(b'{"q": 1, "prompt": "p", "completion": "<think>r</think>a", "note": "n"}\n{"bad\n' * 3)
    )
    (tmp_path / "b.csv").write_text("prompt,cot,model\np,r,m\n")
    (tmp_path / "notes.txt").write_text("nothing here\n")
    (tmp_path / "config.json").write_text('{"lr": 1}')
    seen = sniff(tmp_path)
    assert str(seen).splitlines() == [
        f"{tmp_path}: 4 files: JSON Lines, gzip, delimited text, JSON Lines",
        "8 records looked at, 4 traces, 4 with reasoning (raw (4))",
        "  reasoning      cot (1)",
        "  completion     completion (3)",
        "  prompt         prompt",
        "  model          model (1)",
        "  markers        think (3)",
        "  question_id    a hash of the prompt",
        "  how sure       likely: 3 of 4 traces have markers of reasoning",
        "  rides along    q, note",
        "  unreadable     3 records",
        "  skipped        1 records without a field that is known",
        f"  skipped        {tmp_path}/notes.txt (unrelated_file: neither JSON, CSV with a header nor Parquet)",
        (
            "If this is wrong: columns={'reasoning': '<field>'} (--map reasoning=<field>); the roles are "
            f"{', '.join(NAMEABLE)}."
        ),
        "If a completion is split wrongly: markers='<family>' or markers=('<opener>', '<closer>').",
    ]
    assert repr(seen) == str(seen)
    assert (seen.n_traces, seen.n_rejected, dict(seen.unread), dict(seen.markers)) == (
        4,
        3,
        {"without a field that is known": 1},
        {"think": 3},
    )


def test_no_reasoning_says_what_to_type() -> None:
    text = str(tv.sniff([{"completion": "x", "deliberation": "y"}]))
    assert "0 with reasoning" in text
    assert "rides along    deliberation" in text
    assert text.endswith(
        "No reasoning was found. columns={'reasoning': '<field>'} (--map reasoning=<field>) names its field."
    )
    assert "1 with reasoning" in str(tv.sniff([{"deliberation": "y"}], columns={"reasoning": "deliberation"}))


def test_only_the_first_records_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b'{"cot": "r"}\n' * 1000)
    assert sniff(path).n_records == 50


def test_unreadable_files_are_named_and_absent_ones_an_error(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"")
    assert "empty_file" in str(sniff(path))
    with pytest.raises(SourceError, match="No file or folder"):
        sniff(tmp_path / "y.jsonl")


def test_a_long_unknown_field_is_what_it_advises() -> None:
    text = str(tv.sniff([{"completion": "x", "note": "short", "musings": "Let me add the two. " * 20}]))
    assert "columns={'reasoning': 'musings'} (--map reasoning=musings)" in text


@pytest.mark.parametrize(
    ("record", "columns", "sure"),
    [
        ({"cot": "r"}, None, "likely: a field is called like reasoning"),
        ({"completion": "<think>r</think>a"}, None, "sure: 1 of 1 traces have markers of reasoning"),
        ({"completion": "a"}, None, "a guess: no field is called like reasoning, and no markers were seen"),
        ({"musings": "r"}, {"reasoning": "musings"}, "sure: you named reasoning"),
        ({"unheard": "r"}, None, ""),
    ],
)
def test_it_says_how_sure_it_is(record: dict[str, str], columns: dict[str, str] | None, sure: str) -> None:
    assert sniff([record], columns=columns).sure == sure


def test_markers_are_those_of_load() -> None:
    assert sniff([{"completion": "<cot>r</cot>a"}], markers=("<cot>", "</cot>")).n_with_reasoning == 1


def test_records_without_a_trace_are_told_by_name() -> None:
    seen = tv.sniff(SAMPLES / "anthropic_batch.jsonl")
    assert dict(seen.unread) == {"as request_failed: an item of a batch that failed": 2}
    assert "skipped        2 records as request_failed" in str(seen)


def test_parts_of_a_message_are_sure() -> None:
    assert tv.sniff(SAMPLES / "anthropic_messages.jsonl").sure.startswith("sure: 2 of 3 traces hold reasoning in parts")
