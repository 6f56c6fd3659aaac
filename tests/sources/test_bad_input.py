"""Damage in every container: what is kept, what is set aside, and where exactly that stands."""

from __future__ import annotations

import gzip
import io
import json
import os
import struct
import tarfile
import threading
import zipfile
import zlib
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from traceviz.schema import SourceError
from traceviz.sources import broken_zips, elements, jsonlines, opening
from traceviz.sources.load import iter_load, load, rejects

RECORDS = [{"id": f"r{i}", "reasoning": f"we add number {i}", "answer": str(i)} for i in range(5)]
LINES = [json.dumps(record).encode() for record in RECORDS]
IDS = [record["id"] for record in RECORDS]


def as_zip(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.jsonl", content)
    return file.getvalue()


def as_tar(content: bytes) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as archive:
        entry = tarfile.TarInfo("x.jsonl")
        entry.size = len(content)
        archive.addfile(entry, io.BytesIO(content))
    return file.getvalue()


CONTAINERS: dict[str, Callable[[bytes], bytes]] = {
    "x.jsonl": bytes, "x.jsonl.gz": gzip.compress, "x.jsonl.zst": zstandard.compress, "x.zip": as_zip, "x.tar": as_tar,
}  # fmt: skip


def stored(tmp_path: Path, content: bytes, name: str = "x.jsonl") -> Path:
    path = tmp_path / name
    path.write_bytes(CONTAINERS.get(name, bytes)(content))
    return path


def places(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [(row["line"], row["byte_offset"], row["length"]) for row in table.attrs["traceviz"]["rejects"]]


@pytest.mark.parametrize("name", CONTAINERS)
@pytest.mark.parametrize("position", [0, 2, 5])
def test_every_container_gives_the_same_rejects(tmp_path: Path, name: str, position: int) -> None:
    bad = b'{"id": "b", "reasoning": "cut \xff'
    lines = [*LINES[:position], bad, *LINES[position:]]
    log = tmp_path / "rejects.jsonl"
    table = load(stored(tmp_path, b"\n".join(lines) + b"\n", name), rejects=log)
    assert table["trace_id"].tolist() == IDS
    assert places(table) == [(position + 1, sum(len(line) + 1 for line in lines[:position]), len(bad))]
    row = json.loads(log.read_text())
    assert row["blake2b"] == blake2b(bad, digest_size=16).hexdigest()
    assert row["member"] == ("x.jsonl" if name in ("x.zip", "x.tar") else None)
    assert row["uri"].endswith(name)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"null", "a JSON null"), (b"17", "a JSON int"), (b'"text"', "a JSON str"), (b"[1, 2]", "a JSON list"),
        (b'{"id": "b", "reasoning": "cut', "not JSON"), (b'{"id": "b", "reasoning":', "not JSON"),
        (b"{'id': 'b'}", "a Python literal"),
        (b'{"id": "b", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}", "nested too deeply"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("between", [b", ", b",\n"])
@pytest.mark.parametrize("position", [0, 2, 5])
def test_an_element_of_an_array_has_its_place(
    tmp_path: Path, bad: bytes, reason: str, between: bytes, position: int
) -> None:
    parts = [*LINES[:position], bad, *LINES[position:]]
    content = b"[" + between.join(parts) + b"]"
    log = tmp_path / "rejects.jsonl"
    table = load(stored(tmp_path, content, "x.json"), rejects=log)
    assert table["trace_id"].tolist() == IDS
    [row] = rejects(table).to_dict("records")
    assert row["reason"].startswith(reason)
    offset = 1 + sum(len(part) + len(between) for part in parts[:position])
    lost = bad + b"]" * (position == 5 and reason == "not JSON")  # nothing tells that the last one ended there
    assert (row["line"], row["byte_offset"]) == (1 + content.count(b"\n", 0, offset), offset)
    assert row["length"] in (len(bad), len(lost))
    assert json.loads(log.read_text())["blake2b"]


def test_an_array_reads_long_integers_exactly(tmp_path: Path) -> None:
    for name, content in (("x.json", b'[{"id": -9223372036854775809, "reasoning": "a"}]'),
                          ("x.jsonl", b'{"id": -9223372036854775809, "reasoning": "a"}\n')):  # fmt: skip
        table = load(stored(tmp_path, content, name))
        assert table["trace_id"].tolist() == ["-9223372036854775809"]
        assert "big_integer" in table["diagnostics"][0]
    plain = load(stored(tmp_path, b'{"id": "1", "reward": 1e20, "reasoning": "a"}\n'))
    assert "big_integer" not in plain["diagnostics"][0]


def test_a_value_and_a_cut_one_behind_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    good, cut = '{"id": "1", "reasoning": "é\ufffd'.encode() + b'\xff\xe4\xbd"}', b'{"id": "2'
    table = load(stored(tmp_path, good + cut + b"\n"))
    assert table["reasoning"].tolist() == ["é\ufffd\ufffd\ufffd"]
    assert places(table) == [(1, len(good), len(cut))]


def test_two_values_that_are_no_objects_have_places_of_their_own(tmp_path: Path) -> None:
    before = LINES[0] + b"\n"
    table = load(stored(tmp_path, before + b'1 {"id": "1", "reasoning": "a"} null\n'))
    assert places(table) == [(2, len(before), 1), (2, len(before) + 32, 4)]
    assert table["trace_id"].tolist() == ["r0", "1"]


def test_a_mark_before_a_cut_line_is_part_of_it(tmp_path: Path) -> None:
    table = load(stored(tmp_path, b'\xef\xbb\xbf{"id": "b\n' + LINES[0]))
    assert places(table) == [(1, 0, 12)]


def test_a_carriage_return_in_a_string_is_noted_and_one_at_the_end_is_not(tmp_path: Path) -> None:
    table = load(stored(tmp_path, b'{"id": "1", "reasoning": "a\rb"}\r\n{"id": "2", "reasoning": "c"}\r\n'))
    assert table["reasoning"].tolist() == ["a\rb", "c"]
    assert ["control_chars_raw" in codes for codes in table["diagnostics"]] == [True, False]


def test_a_broken_record_behind_a_cut_line_is_joined(tmp_path: Path) -> None:
    content = b'{"id": "x", "reasoning": "cut\n{"id": "1", "reasoning": "one\n\ntwo"}\n' + LINES[0]
    table = load(stored(tmp_path, content))
    assert table["reasoning"].tolist() == ["one\n\ntwo", "we add number 0"]
    assert places(table) == [(1, 0, 29)]


def test_what_the_fast_parser_does_not_read(tmp_path: Path) -> None:
    digits = b"7" * 5000
    lines = [
        LINES[0] + b"\0\0" + LINES[1],
        b'{"id": "n", "reasoning": "a", "n": ' + digits + b"}",
        b'{"id": "b", "reasoning": "one\n\n\ntwo"}',
    ]
    table = load(stored(tmp_path, b"\n".join(lines)))
    assert table["trace_id"].tolist() == ["r0", "r1", "n", "b"]
    assert "control_chars_raw" in table["diagnostics"][0]
    assert table["n"][2] == digits.decode()
    assert table["reasoning"][3] == "one\n\n\ntwo"


def test_a_first_line_that_is_a_list_before_lines_of_objects(tmp_path: Path) -> None:
    content = b"[" + LINES[0] + b", " + LINES[1] + b"]\n" + LINES[2] + b"\n"
    assert load(stored(tmp_path, content))["trace_id"].tolist() == ["r0", "r1", "r2"]


def test_records_behind_a_record_separator(tmp_path: Path) -> None:
    content = b"".join(b"\x1e" + line + b"\n" for line in LINES)
    assert load(stored(tmp_path, content))["trace_id"].tolist() == IDS


def test_pretty_values_and_lines_in_one_file(tmp_path: Path) -> None:
    pretty = json.dumps(RECORDS[0], indent=2).encode()
    for content in (pretty + b"\n" + LINES[1], LINES[1] + b"\n" + pretty):
        assert sorted(load(stored(tmp_path, content))["trace_id"]) == ["r0", "r1"]


def test_a_line_beyond_the_limit_is_hashed_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "MOST_LINE", 100)
    monkeypatch.setattr(jsonlines, "BUFFER", 7)
    long = b'{"id": "long", "reasoning": "' + b"w" * 200 + b'"}'
    log = tmp_path / "rejects.log"
    table = load(stored(tmp_path, LINES[0] + b"\n" + long + b"\n" + LINES[1]), rejects=log)
    assert table["trace_id"].tolist() == ["r0", "r1"]
    assert places(table) == [(2, len(LINES[0]) + 1, len(long))]
    assert json.loads(log.read_text())["blake2b"] == blake2b(long, digest_size=16).hexdigest()


@pytest.mark.parametrize("bad", [b'{"id": "x", "reasoning": "never closed', b'{"id": "x", "list": ["a"', b'"'])
def test_an_element_that_never_ends_costs_bounded_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bad: bytes
) -> None:
    monkeypatch.setattr(elements, "MOST_ELEMENT", 300)
    monkeypatch.setattr(elements, "BUFFER", 64)
    monkeypatch.setattr("traceviz.sources.json_values._SMALL", 64)
    filler = b"w" * 2000
    content = b"[" + LINES[0] + b",\n" + bad + filler + b",\n" + b",\n".join(LINES[1:]) + b"]"
    table = load(stored(tmp_path, content, "x.json"))
    assert table["trace_id"].tolist() == IDS
    offset = content.index(bad + filler)
    assert places(table)[0][:2] == (2, offset)
    assert sum(length for _, _, length in places(table)) >= len(bad) + len(filler)


def test_zeros_behind_a_packed_stream_are_no_end_of_all_time(tmp_path: Path) -> None:
    content = b"\n".join(LINES)
    for name in ("x.jsonl.gz", "x.jsonl.zst"):
        path = tmp_path / name
        path.write_bytes(CONTAINERS[name](content) + b"\0" * 512)
        table = load(path)
        assert table["trace_id"].tolist() == IDS
        assert table.attrs["traceviz"]["file_notes"] == {}


def test_a_frame_of_zstd_that_holds_nothing_may_come_first(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.zst"
    path.write_bytes(struct.pack("<II", 0x184D2A50, 4) + b"size" + zstandard.compress(b"\n".join(LINES)))
    assert load(path)["trace_id"].tolist() == IDS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("kind", ["lines", "array", "table"])
def test_encodings_without_a_mark(tmp_path: Path, encoding: str, kind: str) -> None:
    text = {
        "lines": '{"id": "1", "reasoning": "等等"}\n{"id": "2", "reasoning": "b"}\n',
        "array": '[\n  {"id": "1", "reasoning": "等等"}, {"id": "2", "reasoning": "b"}]',
        "table": "id,reasoning\n1,等等\n2,b\n",
    }[kind]
    table = load(stored(tmp_path, text.encode(encoding), "x"))
    assert table["reasoning"].tolist() == ["等等", "b"]
    assert table.attrs["traceviz"]["file_notes"] == {"wrong_encoding": 1}


def test_the_end_of_a_file_that_grows_is_left_for_later(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line in LINES) + b'{"id": "late", "reas')
    written, read_on = threading.Event(), threading.Event()

    def write() -> None:
        read_on.wait(10)
        with path.open("ab") as file:
            file.write(b'oning": "done"}\n{"id": "later", "reasoning": "not yet')
        written.set()

    writer = threading.Thread(target=write)
    writer.start()
    batches = iter_load(path, batch_size=4)
    first = next(batches)  # the file is open
    read_on.set()
    assert written.wait(10)
    rest = list(batches)
    writer.join()
    assert [*first["trace_id"], *(name for batch in rest for name in batch["trace_id"])] == [*IDS, "late"]
    facts = rest[-1].attrs["traceviz"]
    assert facts["file_notes"] == {"file_growing": 1}
    assert (facts["records"], facts["rejected"]) == (6, 0)
    assert "joined_lines" not in {code for batch in rest for codes in batch["diagnostics"] for code in codes}
    assert "still written to" in caplog.text
    content = path.read_bytes()
    begin = content.rindex(b"{")
    assert places(load(path)) == [(7, begin, len(content) - begin)]  # it stands still: cut off


def test_folders_links_and_pipes(tmp_path: Path) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    (folder / "a.jsonl").write_bytes(b"\n".join(LINES))
    (folder / "self").symlink_to(folder / "self")
    (folder / "dangling").symlink_to(folder / "gone")
    (folder / "inner").symlink_to(folder)
    os.mkfifo(folder / "pipe")
    (folder / "numbers.json").write_text("[1, 2, 3]")
    table = load(folder)
    facts = table.attrs["traceviz"]
    assert table["trace_id"].tolist() == IDS
    assert {Path(uri).name: reason.split(":")[0] for uri, reason in facts["skipped_files"]} == dict.fromkeys(
        ["self", "dangling", "inner", "pipe", "numbers.json"], "unrelated_file"
    )
    assert facts["rejected"] == 0


def test_a_named_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(gzip.compress(b"\n".join(LINES))))
    writer.start()
    assert load(pipe)["trace_id"].tolist() == IDS
    writer.join()


def test_what_runs_code_when_it_is_opened(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES[0])
    (tmp_path / "old.pkl").write_bytes(b"(dp0\nS'a'\np1\nI1\ns.")
    with zipfile.ZipFile(tmp_path / "w.pt", "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
        archive.writestr("archive/version", b"3\n")
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    with zipfile.ZipFile(tmp_path / "o.npz", "w") as archive:
        archive.writestr("a.npy", b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + b"\x80\x04N.")
    facts = load(tmp_path).attrs["traceviz"]
    assert {Path(uri).name.split("!")[0]: reason.split(":")[0] for uri, reason in facts["skipped_files"]} == {
        "old.pkl": "unsafe_container", "w.pt": "unsafe_container", "o.npz": "unsafe_container",
    }  # fmt: skip


@pytest.mark.parametrize("streamed", [False, True])
def test_a_bomb_in_an_archive_without_its_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, streamed: bool
) -> None:
    monkeypatch.setattr(broken_zips, "_MOST_PLAIN", 100_000)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = packer.compress(b" " * 50_000_000) + packer.flush()
    sizes = (0, 0, 0) if streamed else (zlib.crc32(b" " * 50_000_000), len(bomb), 50_000_000)
    member = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 8 * streamed, 8, 0, 0, *sizes, 6, 0) + b"b.json" + bomb
    whole = as_zip(b"\n".join(LINES))
    path = tmp_path / "x.zip"
    path.write_bytes(member + whole[: whole.index(b"PK\1\2")])
    assert load(path)["trace_id"].tolist() == IDS


def test_a_member_larger_than_its_archive_says(tmp_path: Path) -> None:
    packed = zstandard.compress(b"\n".join(LINES) + b"\n" + b" " * 1_000_000)
    size = len(b"\n".join(LINES)) + 1
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 63, 0, 93, 0, 0, 0, len(packed), size, 7, 0) + b"x.jsonl" + packed
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII", b"PK\1\2", 63, 63, 0, 93, 0, 0, 0, len(packed), size, 7, 0, 0, 0, 0, 0, 0
    )
    entry += b"x.jsonl"
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, len(entry), len(local), 0)
    path = tmp_path / "x.zip"
    path.write_bytes(local + entry + end)
    with pytest.raises(SourceError, match="truncated_container"):
        load(path)


def test_a_damaged_group_of_rows_costs_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "x.parquet"
    rows = [{"id": f"r{i}", "reasoning": f"{i} words " * 50} for i in range(30)]
    pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=10, compression="gzip", use_dictionary=False)
    facts = pq.ParquetFile(path).metadata.row_group(1).column(1)
    content = bytearray(path.read_bytes())
    content[facts.data_page_offset : facts.data_page_offset + 20] = b"\xff" * 20
    path.write_bytes(content)
    table = load(path)
    assert table["trace_id"].tolist() == [f"r{i}" for i in (*range(10), *range(20, 30))]
    assert rejects(table)["reason"].str.startswith("a damaged group of 10 rows").tolist() == [True]


def test_tables_as_text(tmp_path: Path) -> None:
    head = b"\n\0\0\nid,reasoning,answer\n"
    content = head + b'1,"nul \0 and \xed\xa0\xbd\xed\xb8\x80",a\n2,only\n3,last,c\n\0\0'
    log = tmp_path / "rejects.log"
    table = load(stored(tmp_path, b"id,reasoning,answer\n" + content[len(head) :], "x.csv"), rejects=log)
    assert table["reasoning"].tolist() == ["nul \0 and \U0001f600", "last"]
    assert table["diagnostics"].tolist() == [["cesu8_joined"], []]
    assert [row[0] for row in places(table)] == [3]
    assert json.loads(log.read_text())["blake2b"] == blake2b(b"2,only", digest_size=16).hexdigest()
    assert load(stored(tmp_path, b"\n\nid,reasoning\n1,words\n", "y.csv"))["trace_id"].tolist() == ["1"]


def test_names_and_shapes_that_do_not_fit(tmp_path: Path) -> None:
    lines = b"\n".join(LINES)
    for name, content in (("a.txt", lines), ("b.gz", lines), ("c.jsonl", gzip.compress(lines)), ("d.zip", lines)):
        path = tmp_path / name
        path.write_bytes(content)
        table = load(path)
        assert table["trace_id"].tolist() == IDS
        assert table.attrs["traceviz"]["file_notes"] == {"wrong_extension": 1}
    mixed = stored(tmp_path, lines + b"\n" + json.dumps({"step": 1, "prompt": "a", "completion": "b"}).encode())
    assert load(mixed).attrs["traceviz"]["file_notes"].get("mixed_record_types") == 1


def test_a_file_with_ever_more_damage_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MOST_HELD", 3)
    content = b'{"other": 1}\n' + b"{cut\n" * 10 + LINES[0] + b"\n"
    facts = load(stored(tmp_path, content)).attrs["traceviz"]
    assert (facts["records"], facts["rejected"], facts["skipped"]) == (12, 10, 1)
    assert [row["line"] for row in facts["rejects"]] == list(range(2, 12))
