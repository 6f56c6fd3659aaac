from __future__ import annotations

from pathlib import Path

import pytest

from traceviz.schema import SourceError
from traceviz.sources.load import load


def test_a_text_with_markers_is_a_completion(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_bytes(b"<think>\nwe add \xff\n</think>\n\n4\n")
    (tmp_path / "2.md").write_text("[THINK]we add[/THINK]5")
    table = load(tmp_path)
    assert table["reasoning"].tolist() == ["we add \ufffd", "we add"]
    assert table["answer"].tolist() == ["4", "5"]
    assert table["diagnostics"].tolist() == [["invalid_utf8_replaced"], []]


def test_a_text_without_markers_may_be_anything(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("We add two and two.\n")
    with pytest.raises(SourceError, match="unrelated_file"):
        load(path)
