"""hf:// places, read with the real client from a server of ours that speaks the hub's protocol."""

from __future__ import annotations

import io
import json
import re
import threading
from collections.abc import Iterator
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from traceviz.schema import SourceError
from traceviz.sources.load import load

REPOSITORY, COMMIT = "someone/traces", "c" * 40
N = 300

BIG = "".join(chr(97 + (k * k) % 26) for k in range(60_000))


def parquet() -> bytes:
    rows = {
        "problem": ["2+2?"] * N,
        "generation": [f"<think>we add, {k}</think>4" for k in range(N)],
        "uuid": [f"u{k}" for k in range(N)],
        "embedding": [f"{k}{BIG}{k * 7919}" for k in range(N)],
        "tokens": [1] * N,
    }
    out = io.BytesIO()
    pq.write_table(pa.table(rows), out, compression="none", use_dictionary=False, row_group_size=100)
    return out.getvalue()


FILES = {
    "README.md": b"# Traces\n",
    "data/train-00000-of-00002.parquet": parquet(),
    "extra/a.jsonl": b'{"reasoning": "r", "answer": "a"}\n{"bad\n',
}


class Hub(BaseHTTPRequestHandler):
    """What the client asks for: facts of a repository, its tree, facts of paths, and files by ranges."""

    sent: ClassVar[dict[str, int]] = {}

    def log_message(self, *_: Any) -> None:
        pass

    def _json(self, value: Any, status: int = 200) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 404:
            self.send_header("X-Error-Code", "RepoNotFound")
        self.end_headers()
        self.wfile.write(body)

    def _entry(self, name: str) -> dict[str, Any]:
        oid = sha1(FILES[name], usedforsecurity=False).hexdigest()
        return {"type": "file", "oid": oid, "size": len(FILES[name]), "path": name}

    def _entries(self, below: str, *, deep: bool) -> list[dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for name in FILES:
            if below and not name.startswith(below + "/"):
                continue
            rest = name.removeprefix(below).lstrip("/")
            folder = rest.partition("/")[0]
            if "/" in rest:
                path = f"{below}/{folder}".lstrip("/")
                found[path] = {"type": "directory", "oid": "d" * 40, "size": 0, "path": path}
            if "/" not in rest or deep:
                found[name] = self._entry(name)
        return list(found.values())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        if not self.path.startswith(f"/api/datasets/{REPOSITORY}/paths-info/"):
            self._json({"error": "not found"}, 404)
            return
        wanted = json.loads(body)["paths"] if body.startswith("{") else re.findall(r"paths=([^&]+)", body)
        names = [unquote(name) for name in wanted]
        entries = [self._entry(name) for name in names if name in FILES]
        folders = [name for name in names if any(file.startswith(name + "/") for file in FILES)]
        entries += [{"type": "directory", "oid": "d" * 40, "size": 0, "path": name} for name in folders]
        self._json(entries)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        api = f"/api/datasets/{REPOSITORY}"
        if path == api or path.startswith(f"{api}/revision/"):
            siblings = [{"rfilename": name} for name in FILES]
            self._json({"id": REPOSITORY, "sha": COMMIT, "private": False, "siblings": siblings, "tags": []})
        elif path.startswith(f"{api}/tree/"):
            below = path.removeprefix(f"{api}/tree/").partition("/")[2]
            entries = self._entries(below, deep="recursive=true" in self.path.lower())
            self._json(entries) if entries else self._json({"error": "not found"}, 404)
        elif path.startswith(f"/datasets/{REPOSITORY}/resolve/"):
            self._file(path.removeprefix(f"/datasets/{REPOSITORY}/resolve/").partition("/")[2])
        else:
            self._json({"error": "not found"}, 404)

    def _file(self, name: str) -> None:
        if name not in FILES:
            self._json({"error": "not found"}, 404)
            return
        whole = FILES[name]
        asked = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        first, last = (int(asked[1]), int(asked[2] or len(whole) - 1)) if asked else (0, len(whole) - 1)
        part = whole[first : last + 1]
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("ETag", '"' + self._entry(name)["oid"] + '"')
        self.send_header("X-Repo-Commit", COMMIT)
        self.send_header("Accept-Ranges", "bytes")
        if asked:
            self.send_header("Content-Range", f"bytes {first}-{first + len(part) - 1}/{len(whole)}")
        self.end_headers()
        if self.command == "GET":
            Hub.sent[name] = Hub.sent.get(name, 0) + len(part)
            self.wfile.write(part)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    pytest.importorskip("huggingface_hub")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("HF_ENDPOINT", address)
    Hub.sent.clear()
    yield f"hf://datasets/{REPOSITORY}"
    server.shutdown()
    server.server_close()


def test_a_dataset_is_read_and_texts_without_a_role_stay_there(hub: str) -> None:
    table = load(hub)
    assert len(table) == N + 1
    assert table["reasoning"].tolist()[:2] == ["we add, 0", "we add, 1"]
    assert "tokens" in table
    assert "embedding" not in table
    assert table["source_uri"][0] == f"{hub}/data/train-00000-of-00002.parquet"
    assert table.attrs["traceviz"]["rejected"] == 1
    name = "data/train-00000-of-00002.parquet"
    assert Hub.sent[name] < len(FILES[name]) / 2


@pytest.mark.parametrize("place", ["/extra", "/extra/a.jsonl", "/extra/*.jsonl", "@main/extra/a.jsonl"])
def test_a_file_a_folder_a_glob_and_a_revision(hub: str, place: str) -> None:
    assert load(hub + place)["reasoning"].tolist() == ["r"]


def test_what_is_not_there_is_said(hub: str) -> None:
    with pytest.raises(SourceError, match=r"Nothing is at|could not be listed"):
        load(f"{hub}/nowhere")
    with pytest.raises(SourceError, match=r"Nothing is at|could not be listed"):
        load("hf://datasets/someone/else")


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(SourceError, match=r"pip install 'traceviz\[hub\]'"):
        load("hf://datasets/someone/traces")


def test_a_path_that_looks_like_one_is_a_path(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No file or folder"):
        load(tmp_path / "hf")
