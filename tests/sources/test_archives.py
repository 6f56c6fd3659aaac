"""Archives are read member by member, and only what a hostile one does is refused."""

from __future__ import annotations

import io
import json
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
import zstandard

from traceviz.schema import SourceError
from traceviz.sources import archives
from traceviz.sources.load import load
from traceviz.sources.sniff import sniff

LINE = b'{"reasoning": "we add", "answer": "4"}\n'


def packed(members: list[tuple[str, bytes, int]], *, flags: int = 0, claims: int | None = None) -> bytes:
    """Write a zip archive whose members are stored (0), deflated (8) or packed with zstd in two frames (93)."""
    out, directory = io.BytesIO(), io.BytesIO()
    for name, plain, method in members:
        half = len(plain) // 2
        body = {
            0: lambda plain=plain: plain,
            8: lambda plain=plain: zlib.compress(plain, wbits=-15),
            93: lambda plain=plain, half=half: zstandard.compress(plain[:half]) + zstandard.compress(plain[half:]),
            99: lambda plain=plain: plain,
        }[method]()
        facts = (flags, method, 0, 0, zlib.crc32(plain), len(body), claims or len(plain), len(name.encode()))
        offset = out.tell()
        out.write(b"PK\x03\x04" + struct.pack("<HHHHHIIIHH", 20, *facts, 0) + name.encode() + body)
        directory.write(b"PK\x01\x02" + struct.pack("<HHHHHHIIIHHHHHII", 20, 20, *facts, 0, 0, 0, 0, 0, offset))
        directory.write(name.encode())
    start = out.tell()
    out.write(directory.getvalue())
    out.write(b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, len(members), len(members), out.tell() - start, start, 0))
    return out.getvalue()


def sample(number: int, text: str = "we add") -> bytes:
    """Write a sample of an Inspect log."""
    content = [{"type": "reasoning", "reasoning": text}, {"type": "text", "text": "4"}]
    turns = [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": content, "source": "generate"}]
    output = {"model": "vllm/our-model", "choices": [{"message": turns[1], "stop_reason": "stop"}]}
    facts = {"id": number, "epoch": 1, "input": "2+2?", "target": "4", "scores": {}}
    return json.dumps({**facts, "messages": turns, "output": output}).encode()


HEADER = json.dumps({"version": 2, "status": "success", "eval": {"model": "vllm/our-model", "task": "sums"}}).encode()


def log(method: int = 93, **more: Any) -> bytes:
    return packed(
        [
            ("_journal/start.json", HEADER, method),
            ("samples/10_epoch_1.json", sample(10), method),
            ("samples/2_epoch_1.json", sample(2), method),
            ("summaries.json", b"[]", method),
            ("header.json", HEADER, method),
        ],
        **more,
    )


@pytest.mark.parametrize("method", [0, 8, 93])
def test_an_inspect_log_gives_its_samples_in_order(tmp_path: Path, method: int) -> None:
    path = tmp_path / "run.eval"
    path.write_bytes(log(method))
    table = load(path)
    assert table["question_id"].tolist() == ["2", "10"]
    assert table["reasoning"].tolist() == ["we add"] * 2
    assert table["answer"].tolist() == ["4"] * 2
    assert set(table["model"]) == {"vllm/our-model"}
    assert table["source_uri"].tolist() == [f"{path}!samples/{n}_epoch_1.json" for n in (2, 10)]
    assert not table.attrs["traceviz"]["skipped_files"]


def test_a_member_that_was_written_twice_counts_as_it_was_written_last(tmp_path: Path) -> None:
    path = tmp_path / "run.eval"
    path.write_bytes(
        packed(
            [
                ("samples/1_epoch_1.json", sample(1, "before the retry"), 93),
                ("samples/1_epoch_1.json", sample(1, "after it"), 93),
                ("header.json", HEADER, 93),
            ]
        )
    )
    assert load(path)["reasoning"].tolist() == ["after it"]


def test_a_log_without_a_header_is_unfinished(tmp_path: Path) -> None:
    path = tmp_path / "run.eval"
    path.write_bytes(packed([("_journal/start.json", HEADER, 8), ("samples/1_epoch_1.json", sample(1), 8)]))
    table = load(path)
    assert table["model"].tolist() == ["vllm/our-model"]
    assert table.attrs["traceviz"]["file_notes"] == {"unfinished_log": 1}


@pytest.mark.parametrize("method", [0, 8, 93])
def test_an_archive_without_its_directory_gives_what_is_whole(tmp_path: Path, method: int) -> None:
    whole = log(method)
    first_three = whole.index(b"PK\x03\x04", whole.index(b"samples/2_epoch_1.json"))
    for cut, questions in ((first_three + 40, ["2", "10"]), (first_three - 10, ["10"])):
        path = tmp_path / "run.eval"
        path.write_bytes(whole[:cut])
        table = load(path)
        assert table["question_id"].tolist() == questions
        assert table.attrs["traceviz"]["file_notes"] == {"truncated_container": 1, "unfinished_log": 1}


def test_sizes_behind_the_data_are_read(tmp_path: Path) -> None:
    """What is written into a pipe has no sizes in its headers."""
    out = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return out.write(data)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.jsonl", LINE * 3)
        archive.writestr("b.jsonl", LINE)
    for content, n, notes in (
        (out.getvalue(), 4, {}),
        (out.getvalue()[: out.getvalue().rindex(b"PK\x01\x02") - 60], 4, {"truncated_container": 1}),
    ):
        path = tmp_path / "x.zip"
        path.write_bytes(content)
        table = load(path)
        assert len(table) == n
        assert table.attrs["traceviz"]["file_notes"] == notes


def test_an_ordinary_archive_is_read_like_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "all.bin"
    path.write_bytes(
        packed(
            [
                ("part_10.jsonl", LINE, 8),
                ("part_2.jsonl", LINE * 2, 8),
                ("notes.txt", b"nothing here\n", 0),
                ("__MACOSX/part_2.jsonl", b"\x00", 0),
                ("inner.zip", packed([("a.jsonl", LINE, 8)]), 0),
            ]
        )
    )
    table = load(path)
    assert [uri.rpartition("!")[2] for uri in table["source_uri"]] == ["part_2.jsonl"] * 2 + ["part_10.jsonl"]
    skipped = dict(table.attrs["traceviz"]["skipped_files"])
    assert set(skipped) == {f"{path}!notes.txt", f"{path}!inner.zip"}
    assert "archive within an archive" in skipped[f"{path}!inner.zip"]
    assert sniff(path).n_traces == 3


@pytest.mark.parametrize(
    "name", ["../out.jsonl", "/etc/out.jsonl", "a/../../out.jsonl", "C:/out.jsonl", "..\\out.jsonl"]
)
def test_names_that_lead_out_are_refused_and_the_rest_is_read(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(packed([(name, LINE, 8), ("fine.jsonl", LINE, 8)]))
    table = load(path)
    assert len(table) == 1
    [(uri, reason)] = table.attrs["traceviz"]["skipped_files"]
    assert uri == f"{path}!{name}"
    assert reason == "unsafe_container: its name leads out of the archive"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["x.zip"]


def test_bombs_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(packed([("a.jsonl", LINE, 8)], claims=2**31))
    with pytest.raises(SourceError, match="claim to unpack to 2147483648"):
        load(path)
    overlapping = zipfile.ZipFile(io.BytesIO(packed([("a.jsonl", LINE, 8), ("b.jsonl", LINE, 8)])))
    overlapping.NameToInfo["b.jsonl"].header_offset = 0
    monkeypatch.setattr(archives.zipfile, "ZipFile", lambda _file: overlapping)
    with pytest.raises(SourceError, match="lie over each other"):
        load(path)


@pytest.mark.parametrize(("flags", "method", "reason"), [(1, 8, "encrypted"), (0, 99, "packed by method 99")])
def test_what_cannot_be_unpacked_says_why(tmp_path: Path, flags: int, method: int, reason: str) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(packed([("a.jsonl", LINE, method)], flags=flags))
    with pytest.raises(SourceError, match=reason):
        load(path)


def test_a_damaged_member_costs_itself_alone(tmp_path: Path) -> None:
    content = packed([("a.jsonl", LINE * 50, 8), ("b.jsonl", LINE, 8), ("c.jsonl", LINE * 9, 93)])
    at = content.index(b"a.jsonl") + 12
    path = tmp_path / "x.zip"
    path.write_bytes(content[:at] + b"\xff\xff" + content[at + 2 :])
    table = load(path)
    assert [uri.rpartition("!")[2] for uri in table["source_uri"]][-10:] == ["b.jsonl"] + ["c.jsonl"] * 9
    assert table.attrs["traceviz"]["file_notes"] == {"truncated_container": 1}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz"])
def test_tar_archives(tmp_path: Path, mode: Any) -> None:
    path = tmp_path / "x.tar"
    with tarfile.open(path, mode) as archive:
        for name, content in (("a/x.jsonl", LINE * 2), ("../y.jsonl", LINE), ("z.csv", b"reasoning,answer\nr,a\n")):
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("link.jsonl")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    table = load(path)
    assert table["answer"].tolist() == ["4", "4", "a"]
    assert {uri.rpartition("!")[2] for uri, _ in table.attrs["traceviz"]["skipped_files"]} == {
        "../y.jsonl",
        "link.jsonl",
    }


def test_a_damaged_archive_loads_or_says_why(tmp_path: Path) -> None:
    whole = log(8)
    path = tmp_path / "x.eval"
    for at in range(0, len(whole), 7):
        for damaged in (whole[:at], whole[:at] + b"\x00\xff\x7f" + whole[at + 3 :]):
            path.write_bytes(damaged)
            try:
                load(path)
            except SourceError as error:
                assert str(path) in str(error)  # noqa: PT017
