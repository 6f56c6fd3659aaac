"""The matrix of bad input (reference/formats.md §7): every other record of the file survives in every row."""

from __future__ import annotations

import gzip
import json
import logging
import pickle
import zipfile
from base64 import b64encode
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson
import pandas as pd
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

import traceviz as tv
from traceviz.schema import TRACES, SourceError
from traceviz.sources import jsonlines
from traceviz.sources.load import load, rejects

GOOD_1 = b'{"id": "1", "reasoning": "one", "answer": "a"}'
GOOD_2 = b'{"id": "2", "reasoning": "two", "answer": "b"}'


#: How files that are packed so are called.
PACKED = {gzip.compress: "x.jsonl.gz", zstandard.compress: "x.jsonl.zst"}


def read(tmp_path: Path, content: bytes, name: str = "x.jsonl") -> tuple[pd.DataFrame, dict[str, Any]]:
    path = tmp_path / name
    path.write_bytes(content)
    table = load(path)
    facts = table.attrs["traceviz"]
    assert facts["records"] == table["record_index"].nunique() + facts["rejected"] + facts["skipped"]
    return table, facts


def between(middle: bytes) -> bytes:
    return GOOD_1 + b"\n" + middle + b"\n" + GOOD_2 + b"\n"


SET_ASIDE = {
    "cut off": (b'{"id": "x", "reasoning": "cut o', "not JSON: Unterminated string"),
    "null": (b"null", "a JSON null, not an object"),
    "number": (b"12", "a JSON int, not an object"),
    "string": (b'"text"', "a JSON str, not an object"),
    "list of numbers": (b"[1, 2]", "a JSON list, not an object"),
    "too deep": (b'{"reasoning": ' + b"[" * 100_000, "nested too deeply"),
    "Python literal": (b"{'reasoning': 'x'}", "a Python literal with single quotes"),
    "prose": (b"Traceback (most recent call last):", "not JSON: Expecting value"),
}


@pytest.mark.parametrize(("middle", "reason"), SET_ASIDE.values(), ids=SET_ASIDE)
def test_a_bad_line_is_set_aside_with_its_place(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, middle: bytes, reason: str
) -> None:
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        table, facts = read(tmp_path, between(middle))
    assert table["reasoning"].tolist() == ["one", "two"]
    assert (facts["records"], facts["rejected"]) == (3, 1)
    row = rejects(table).iloc[0]
    assert row["source_uri"] == (tmp_path / "x.jsonl").as_posix()
    assert (row["line"], row["byte_offset"], row["length"]) == (2, len(GOOD_1) + 1, len(middle))
    assert row["reason"].startswith(reason)
    assert row["head"] == middle[:200].decode()
    assert caplog.messages[1:] == ["3 records = 2 with traces + 1 rejected + 0 skipped."]
    assert "1 of 3 records could not be read and were set aside; the first is" in caplog.messages[0]
    assert "line 2" in caplog.messages[0]
    assert "tv.rejects(traces) lists them" in caplog.messages[0]


@pytest.mark.parametrize(("middle", "reason"), SET_ASIDE.values(), ids=SET_ASIDE)
def test_strict_stops_at_the_first(tmp_path: Path, middle: bytes, reason: str) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(between(middle))
    with pytest.raises(
        SourceError, match=r"x\.jsonl, line 2 could not be read: .*strict=False sets such records aside"
    ) as error:
        load(path, strict=True)
    assert reason in str(error.value)


MENDED = {
    "raw control character": (b'{"reasoning": "a\x01b"}', "a\x01b", "control_chars_raw"),
    "raw tab": (b'{"reasoning": "a\tb"}', "a\tb", "control_chars_raw"),
    "raw newline": (b'{"reasoning": "a\nb"}', "a\nb", "joined_lines"),
    "invalid UTF-8": (b'{"reasoning": "a\xffb"}', "a\ufffdb", "invalid_utf8_replaced"),
    "lone surrogate": (b'{"reasoning": "a\\ud83db"}', "a\ufffdb", "lone_surrogate_replaced"),
    "two lone surrogates": (b'{"reasoning": "\\ud83d \\ud83d"}', "\ufffd \ufffd", "lone_surrogate_replaced"),
    "surrogates as bytes": (b'{"reasoning": "\xed\xa0\xbd\xed\xb8\x80"}', "\U0001f600", "cesu8_joined"),
    "NaN": (b'{"reasoning": "a", "reward": NaN}', "a", "nonfinite_number"),
    "trailing comma": (b'{"reasoning": "a"},', "a", "multi_value_line"),
    "list of objects": (b'[{"reasoning": "a"}]', "a", "multi_value_line"),
    "mark amid the file": (b'\xef\xbb\xbf{"reasoning": "a"}', "a", "bom"),
    "carriage return": (b'{"reasoning": "a"}\r', "a", None),
    "line separators": ('{"reasoning": "a\u2028b\u0085c"}'.encode(), "a\u2028b\u0085c", None),
    "escaped NUL": (b'{"reasoning": "a\\u0000b"}', "a\x00b", None),
    "duplicate keys": (b'{"reasoning": "x", "reasoning": "a"}', "a", None),
}


@pytest.mark.parametrize(("middle", "text", "code"), MENDED.values(), ids=MENDED)
def test_a_damaged_line_is_mended_and_says_so(tmp_path: Path, middle: bytes, text: str, code: str | None) -> None:
    table, facts = read(tmp_path, between(middle))
    assert table["reasoning"].tolist() == ["one", text, "two"]
    assert facts["rejected"] == 0
    assert table["diagnostics"].tolist()[::2] == [[], []]
    notes = table["diagnostics"][1]
    assert code in notes if code else notes == []


def test_several_values_on_a_line_are_all_kept(tmp_path: Path) -> None:
    table, facts = read(tmp_path, GOOD_1 + GOOD_2 + b"\n" + GOOD_1.replace(b"1", b"3") + b'{"broken": ')
    assert table["trace_id"].tolist() == ["1", "2", "3"]
    assert facts["rejected"] == 1
    assert rejects(table)["byte_offset"].tolist() == [2 * len(GOOD_1) + 1 + len(GOOD_1)]


def test_big_integers_stay_exact(tmp_path: Path) -> None:
    table, _ = read(tmp_path, b'{"id": 123456789012345678901, "reasoning": "a"}\n')
    assert table["trace_id"].tolist() == ["123456789012345678901"]
    assert table["diagnostics"].tolist() == [["big_integer"]]


def test_a_line_beyond_the_limit_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonlines, "MOST_LINE", 100)
    table, _ = read(tmp_path, between(b'{"reasoning": "' + b"x" * 1000 + b'"}'))
    assert table["reasoning"].tolist() == ["one", "two"]
    assert rejects(table)["length"].tolist() == [1017]


def test_a_long_line_is_kept(tmp_path: Path) -> None:
    long = "等" * 2_000_000
    table, _ = read(tmp_path, between(orjson.dumps({"reasoning": long})))
    assert table["reasoning"][1] == long


def test_byte_order_mark_at_the_start(tmp_path: Path) -> None:
    table, _ = read(tmp_path, b"\xef\xbb\xbf" + between(GOOD_2.replace(b"2", b"3")))
    assert table["trace_id"].tolist() == ["1", "3", "2"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings_are_decoded(tmp_path: Path, encoding: str) -> None:
    text = '{"reasoning": "等等 1"}\n{"reasoning": "\U0001f600"}\n'
    table, facts = read(tmp_path, text.encode(encoding))
    assert table["reasoning"].tolist() == ["等等 1", "\U0001f600"]
    assert facts["file_notes"] == {"wrong_encoding": 1}


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_a_cut_container_keeps_the_complete_records(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, pack: Callable[[bytes], bytes]
) -> None:
    lines = b"".join(orjson.dumps({"id": i, "reasoning": f"{i} {hash(str(i))}" * 20}) + b"\n" for i in range(2000))
    packed = pack(lines)
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        table, facts = read(tmp_path, packed[: len(packed) * 3 // 4], PACKED[pack])
    assert 500 < len(table) < 2000
    assert table["trace_id"].tolist() == [str(i) for i in range(len(table))]
    assert facts["file_notes"] == {"truncated_container": 1}
    assert facts["rejected"] <= 1
    assert "truncated_container" in caplog.text


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_frames_one_after_another_and_junk_behind(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    two = pack(GOOD_1 + b"\n") + pack(GOOD_2 + b"\n")
    table, facts = read(tmp_path, two, PACKED[pack])
    assert table["trace_id"].tolist() == ["1", "2"]
    assert facts["file_notes"] == {}
    table, facts = read(tmp_path, two + b"junk", PACKED[pack])
    assert table["trace_id"].tolist() == ["1", "2"]
    assert facts["file_notes"] == {"truncated_container": 1}
    table, _ = read(tmp_path, pack(pack(GOOD_1)), PACKED[pack])
    assert table["trace_id"].tolist() == ["1"]


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (pytest.fail, ("a pickle was opened",))


def test_what_is_not_read_is_skipped_and_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD_1)
    (tmp_path / "b.jsonl").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    (tmp_path / "c.jsonl").write_bytes(b"")
    (tmp_path / "d.jsonl").write_bytes(b" \n\n")
    (tmp_path / "e.pkl").write_bytes(pickle.dumps(Bomb()))
    (tmp_path / "README.md").write_text("# Runs\n\nThese, and those, are runs.\n")
    (tmp_path / "config.json").write_text('{"learning_rate": 0.1, "layers": [1, 2]}')
    (tmp_path / "metrics.csv").write_text("epoch,loss\n1,0.5\n2,0.4\n")
    with zipfile.ZipFile(tmp_path / "log.eval", "w") as archive:
        archive.writestr("header.json", "{}")
    (tmp_path / ".hidden.jsonl").write_bytes(GOOD_2)
    (tmp_path / "link.jsonl").symlink_to("/etc/hostname")
    (tmp_path / "loop").symlink_to(tmp_path)
    table = load(tmp_path)
    assert table["trace_id"].tolist() == ["1"]
    skipped = {uri.rsplit("/", 1)[1]: reason for uri, reason in table.attrs["traceviz"]["skipped_files"]}
    assert {name: reason.split(":")[0] for name, reason in skipped.items()} == {
        "b.jsonl": "lfs_pointer",
        "c.jsonl": "empty_file",
        "d.jsonl": "empty_file",
        "e.pkl": "unsafe_container",
        "README.md": "unrelated_file",
        "config.json": "unrelated_file",
        "metrics.csv": "unrelated_file",
        "log.eval!header.json": "unrelated_file",
        "link.jsonl": "unrelated_file",
        "loop": "unrelated_file",
    }
    assert "git lfs pull" in skipped["b.jsonl"]
    assert "learning_rate, layers" in skipped["config.json"]


def test_nothing_readable_names_files_and_reasons(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_bytes(b"")
    (tmp_path / "config.json").write_text('{"learning_rate": 0.1}')
    with pytest.raises(
        SourceError, match=r"(?s)No reasoning trace could be read from .*c\.jsonl: empty_file.*learning_rate"
    ):
        load(tmp_path)
    bad = tmp_path / "bad.jsonl"
    bad.write_bytes(b'{"reasoning": \n{"reasoning": \n')
    with pytest.raises(SourceError, match=r"bad\.jsonl, line 1: not JSON"):
        load(bad)


def test_what_is_empty_holds_no_records(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    assert len(load(folder)) == 0
    assert caplog.messages == [f"{folder} holds no records."]
    path = folder / "x.jsonl"
    for content in (b"", b"\n \n", b"[]"):
        path.write_bytes(content)
        caplog.clear()
        table = load(path)
        assert len(table) == 0
        assert list(table) == list(TRACES)
        assert f"{path} holds no records." in caplog.messages


def test_wrong_names_do_not_matter(tmp_path: Path) -> None:
    records = [{"id": "1", "reasoning": "one"}, {"id": "2", "reasoning": "two"}]
    for content in (
        json.dumps(records),
        json.dumps(records, indent=2),
        "\n".join(json.dumps(record, indent=2) for record in records),
        "".join(json.dumps(record) for record in records),
        "\n\n".join(json.dumps(record) for record in records),
        json.dumps({"run": "r", "results": records}),
        json.dumps({"run": "r", "results": records}, indent=1),
        "id,reasoning\r\n1,one\r\n2,two\r\n",
    ):
        table, _ = read(tmp_path, content.encode(), "x.parquet")
        assert table["reasoning"].tolist() == ["one", "two"]
        assert table["trace_id"].tolist() == ["1", "2"]


def test_a_cut_array_keeps_its_first_elements(tmp_path: Path) -> None:
    table, facts = read(tmp_path, b"[" + GOOD_1 + b",\n" + GOOD_2 + b',\n{"id": "3", "reas')
    assert table["trace_id"].tolist() == ["1", "2"]
    assert facts["rejected"] == 1
    assert rejects(table)["byte_offset"].tolist() == [1 + len(GOOD_1) + 2 + len(GOOD_2) + 2]


def test_csv_oddities(tmp_path: Path) -> None:
    long = "x" * 200_000
    content = f'id,reasoning,note\n1,"{long}\nand ""more""",NA\n2,too,many,cells\n3,few\n4,null,\n'
    table, facts = read(tmp_path, b"\xef\xbb\xbf" + content.encode(), "x.csv")
    assert table["reasoning"].tolist() == [f'{long}\nand "more"', "null"]
    assert table["note"].tolist()[0] == "NA"
    assert facts["rejected"] == 2
    assert rejects(table)["line"].tolist() == [4, 5]


def test_bytes_that_are_not_utf8_in_tables(tmp_path: Path) -> None:
    table, _ = read(tmp_path, b"n\xffame,reasoning\nx,a\xffb\ny,fine\n", "x.csv")
    assert table["reasoning"].tolist() == ["a\ufffdb", "fine"]
    assert table["n\ufffdame"].tolist() == ["x", "y"]
    assert table["diagnostics"].tolist() == [["invalid_utf8_replaced"], []]
    frame = pd.DataFrame({"reasoning": ["a!b", "fine", None], "n": [1, 2, 3]})
    content = frame.to_parquet(compression=None, use_dictionary=False).replace(b"a!b", b"a\xffb")
    table, _ = read(tmp_path, content, "x.parquet")
    assert table["reasoning"].fillna("-").tolist() == ["a\ufffdb", "fine", "-"]
    assert table["n"].tolist() == [1, 2, 3]
    assert table["diagnostics"].tolist() == [["invalid_utf8_replaced"], [], []]


def test_a_damaged_parquet_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(GOOD_1)
    (tmp_path / "b.parquet").write_bytes(pd.DataFrame({"reasoning": ["x"]}).to_parquet()[:-20])
    table = load(tmp_path)
    assert table["trace_id"].tolist() == ["1"]
    ((uri, reason),) = table.attrs["traceviz"]["skipped_files"]
    assert uri.endswith("b.parquet")
    assert reason.startswith("truncated_container: a damaged Parquet file (")


def test_records_of_another_kind_are_counted_and_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        table, facts = read(tmp_path, b'{"spec": {"run": 1}}\n' + between(b'{"event": "done"}'))
    assert table["trace_id"].tolist() == ["1", "2"]
    assert (facts["records"], facts["skipped"]) == (4, 2)
    assert "2 of 4 records have no field that is read" in caplog.text
    assert "line 1" in caplog.text


def test_null_and_missing_texts_are_kept_as_missing(tmp_path: Path) -> None:
    table, _ = read(
        tmp_path, b'{"id": "1", "reasoning": null}\n{"id": "2", "answer": "x"}\n{"id": "3", "reasoning": ""}\n'
    )
    assert table["reasoning"].isna().tolist() == [True, True, False]
    assert table["reasoning_form"].isna().tolist() == [True, True, False]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.one_of(st.binary(max_size=40), st.sampled_from([GOOD_1, GOOD_2, b"{", b'{"a": "', b'"}', b"[{}]"])),
        max_size=12,
    )
)
def test_no_line_is_lost_whatever_it_is(tmp_path_factory: pytest.TempPathFactory, lines: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("any") / "x.jsonl"
    path.write_bytes(b"\n".join([GOOD_1, *lines, GOOD_2]))
    table = tv.load(path)
    facts = table.attrs["traceviz"]
    assert facts["records"] == table["record_index"].nunique() + facts["rejected"] + facts["skipped"]
    assert table["reasoning"].tolist()[0] == "one"
    assert sum(line == GOOD_1 for line in lines) + 1 <= table["reasoning"].tolist().count("one")


def test_rejects_file(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(between(b"{bad"))
    out = tmp_path / "rejects.jsonl"
    load(path, rejects=out)
    row = json.loads(out.read_text())
    assert row == {
        "uri": str(path),
        "member": None,
        "line_no": 2,
        "byte_offset": len(GOOD_1) + 1,
        "length": 4,
        "error": "not JSON: Expecting property name enclosed in double quotes",
        "blake2b": blake2b(b"{bad", digest_size=16).hexdigest(),
        "head": b64encode(b"{bad").decode(),
    }
    (tmp_path / "x.jsonl").write_bytes(GOOD_1)
    assert load(tmp_path, rejects=out)["trace_id"].tolist() == ["1"]
    assert out.read_bytes() == b""


def test_rejects_needs_a_loaded_table() -> None:
    with pytest.raises(SourceError, match="did not come from load"):
        rejects(tv.load(["a"]).assign(x=1).reset_index().pipe(lambda table: type(table)(table.to_dict())))
