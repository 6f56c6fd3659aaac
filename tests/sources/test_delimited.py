"""Delimited text: one damaged row costs itself, and a header is a header."""

from __future__ import annotations

from pathlib import Path

import pytest

import traceviz as tv


def written(folder: Path, *lines: str) -> Path:
    path = folder / "traces.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("quoted", [False, True], ids=["plain cells after it", "quoted cells after it"])
def test_a_stray_quotation_mark_costs_its_own_line(tmp_path: Path, *, quoted: bool) -> None:
    rest = [f'{i},"text {i}",m' if quoted else f"{i},text {i},m" for i in range(3, 100)]
    path = written(tmp_path, "id,reasoning,model", "1,text 1,m", '2,"never closed,m', *rest)
    traces = tv.load(path)
    assert traces["reasoning"].tolist() == ["text 1", *(f"text {i}" for i in range(3, 100))]
    (reject,) = tv.rejects(traces).to_dict("records")
    assert (reject["line"], reject["reason"]) == (3, "a quotation mark that is not closed")


def test_cells_over_several_lines_and_doubled_marks_are_kept(tmp_path: Path) -> None:
    path = written(tmp_path, "id,reasoning", '1,"first', "", 'she said ""two"", then"', '2,"a"" b"', "3,it's 5\" wide")
    assert tv.load(path)["reasoning"].tolist() == ['first\n\nshe said "two", then', 'a" b', "it's 5\" wide"]


def test_a_table_of_one_column(tmp_path: Path) -> None:
    assert tv.load(written(tmp_path, "reasoning", "first", "second"))["reasoning"].tolist() == ["first", "second"]


def test_a_short_first_row_is_a_reject_and_no_other_format(tmp_path: Path) -> None:
    traces = tv.load(written(tmp_path, "id,reasoning,model", "1,short", "2,whole,m"))
    assert traces["reasoning"].tolist() == ["whole"]
    assert tv.rejects(traces)["reason"].tolist() == ["a row of 2 cells under a header of 3"]
