from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from traceviz.schema import SourceError
from traceviz.sources.load import load
from traceviz.sources.sniff import sniff

TABLE = pa.table({"reasoning": ["we add", "on \u4e00"] * 3000, "answer": ["4", None] * 3000, "step": [1, 2] * 3000})


def written(path: Path, *, as_file: bool) -> bytes:
    opened = pa.ipc.new_file if as_file else pa.ipc.new_stream
    with pa.OSFile(str(path), "wb") as sink, opened(sink, TABLE.schema) as writer:
        writer.write_table(TABLE, max_chunksize=1000)
    return path.read_bytes()


@pytest.mark.parametrize("as_file", [True, False])
def test_every_row_is_a_record(tmp_path: Path, *, as_file: bool) -> None:
    path = tmp_path / "data-00000-of-00001.arrow"
    written(path, as_file=as_file)
    table = load(path)
    assert table["reasoning"].tolist() == TABLE["reasoning"].to_pylist()
    assert table["step"].tolist()[:2] == [1, 2]
    assert dict(sniff(path).containers) == {"Arrow": 1}


def test_a_stream_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "x.arrow"
    whole = written(path, as_file=False)
    path.write_bytes(whole[: len(whole) // 2])
    table = load(path)
    assert len(table) % 1000 == 0
    assert 0 < len(table) < 6000
    assert table.attrs["traceviz"]["file_notes"] == {"truncated_container": 1}


def test_a_file_without_its_table_of_contents_gives_its_batches(tmp_path: Path) -> None:
    path = tmp_path / "x.arrow"
    whole = written(path, as_file=True)
    n = len(load(path))
    path.write_bytes(whole[:-20])
    table = load(path)
    assert len(table) == n
    assert table.attrs["traceviz"]["file_notes"] == {"truncated_container": 1}


def test_a_damaged_file_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.arrow"
    path.write_bytes(written(path, as_file=True)[:60])
    with pytest.raises(SourceError, match="truncated_container: a damaged Arrow file"):
        load(path)
