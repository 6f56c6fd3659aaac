"""Write samples/formats/inspect_log.eval from inspect_log.json: the same log as Inspect writes it in its other format.

    python tools/make_eval_sample.py

The members are packed with zstd (method 93 of zip), as Inspect does since 0.3.206.  The same JSON gives the same bytes
with one version of zstandard; a test holds that the two files say the same.
"""

from __future__ import annotations

import json
import struct
import zlib
from pathlib import Path
from typing import Any, Final

import zstandard

FORMATS: Final = Path(__file__).parent.parent / "samples" / "formats"

#: Zip's number of zstd, the version of zip that has it, and the first day that zip knows (1980-01-01).
_METHOD: Final = 93
_VERSION: Final = 63
_DAY: Final = 0x21


def members(log: dict[str, Any]) -> list[tuple[str, Any]]:
    """Give names and contents of a log's members, in the order in which Inspect writes them."""
    header = {name: value for name, value in log.items() if name != "samples"}
    start = {name: header[name] for name in ("version", "eval", "plan")}
    samples = [(f"samples/{sample['id']}_epoch_{sample['epoch']}.json", sample) for sample in log["samples"]]
    summaries = [
        {name: sample[name] for name in ("id", "epoch", "input", "target", "uuid")} for sample in log["samples"]
    ]
    return [
        ("_journal/start.json", start),
        *samples,
        ("_journal/summaries/1.json", summaries),
        ("summaries.json", summaries),
        ("header.json", header),
    ]


def packed(contents: list[tuple[str, Any]]) -> bytes:
    """Give a zip archive of JSON members that are packed with zstd, which `zipfile` does not write before 3.14."""
    out, directory = b"", b""
    for name, value in contents:
        plain = json.dumps(value, ensure_ascii=False).encode()
        raw = zstandard.ZstdCompressor(level=3).compress(plain)
        path = name.encode()
        facts = struct.pack(
            "<5H3I2H", _VERSION, 0, _METHOD, 0, _DAY, zlib.crc32(plain), len(raw), len(plain), len(path), 0
        )
        directory += b"PK\1\2" + struct.pack("<H", _VERSION) + facts + struct.pack("<3H2I", 0, 0, 0, 0, len(out)) + path
        out += b"PK\3\4" + facts + path + raw
    n = len(contents)
    return out + directory + b"PK\5\6" + struct.pack("<4H2IH", 0, 0, n, n, len(directory), len(out), 0)


if __name__ == "__main__":
    log = json.loads((FORMATS / "inspect_log.json").read_text(encoding="utf-8"))
    (FORMATS / "inspect_log.eval").write_bytes(packed(members(log)))
