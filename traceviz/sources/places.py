"""Where the files are: what a path, a folder, a glob or standard input names."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterator
from glob import glob, has_magic
from pathlib import Path
from typing import Any

from traceviz.schema import SourceError
from traceviz.sources.containers import Input


def find(source: Any) -> tuple[list[Input], list[tuple[str, str]]]:
    """Find the files that a source names.

    Parameters
    ----------
    source
        A path, a folder, a glob, ``"-"`` for standard input, an open binary file, or ``"hf://datasets/…"``.

    Returns
    -------
    inputs : list of Input
        In natural order: ``step_2`` before ``step_10``.
    skipped : list of tuple
        What lies there and is not opened, each with the reason.

    Raises
    ------
    SourceError
        When nothing of that name is there.
    """
    if hasattr(source, "read"):
        return [_open_file(source)], []
    name = os.fspath(source)
    if name.startswith("hf://"):
        from traceviz.sources.hub import find_on_hub

        return find_on_hub(name), []
    if name == "-":
        return [Input("-", "-", file=sys.stdin.buffer)], []
    if os.path.lexists(name):
        return _below(Path(name))
    if has_magic(name):
        inputs: list[Input] = []
        skipped: list[tuple[str, str]] = []
        for match in sorted(glob(name, recursive=True), key=natural):  # noqa: PTH207  (pathlib takes no absolute pattern)
            # A recursive pattern names each file and its folders too.
            if not (Path(match).is_dir() and "**" in name):
                more, left = _below(Path(match))
                inputs += [Input(each.uri, each.uri, each.path) for each in more]
                skipped += left
        if inputs or skipped:
            return list({each.uri: each for each in inputs}.values()), skipped
    raise SourceError(_absent(name))


def _open_file(file: Any) -> Input:
    if isinstance(file, io.TextIOBase):
        file = getattr(file, "buffer", None)
        if file is None:
            raise SourceError("load was given an open text file; open it in binary mode: open(path, 'rb').")
    name = getattr(file, "name", None)
    uri = name if isinstance(name, str) else "-"
    return Input(uri, uri, file=file)


def _absent(name: str) -> str:
    shown = name if len(name) <= 60 else f"{name[:60]}…"
    if "\n" in name or len(name) > 255 or " " in name.strip():
        return f"load reads files, and no file is called {shown!r}. A text goes in a list: tv.load([text])."
    if "://" in name:
        return f"{shown!r} cannot be read: only local files and hf://datasets/… are. Download it first."
    if has_magic(name):
        return f"No file matches {shown!r} (looked from {Path.cwd()})."
    return (
        f"No file or folder {shown!r} (looked from {Path.cwd()}). If it is a text, put it in a list: tv.load([text])."
    )


def natural(name: str) -> list[tuple[int, str]]:
    """Give a key that sorts ``step_2`` before ``step_10``."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", name)]


def _below(path: Path) -> tuple[list[Input], list[tuple[str, str]]]:
    if not path.is_dir():
        return [Input(path.as_posix(), path.name, path)], []
    inputs: list[Input] = []
    skipped: list[tuple[str, str]] = []
    root = path.resolve()
    unread: list[OSError] = []
    for each in sorted(_walk(path, unread), key=lambda file: natural(file.relative_to(path).as_posix())):
        if not _lies_in(root, each):
            skipped.append((each.as_posix(), "unrelated_file: a link that leads out of the folder, or nowhere"))
        elif each.is_dir():
            skipped.append((each.as_posix(), "unrelated_file: a link to a folder, which is not followed"))
        elif not each.is_file():
            skipped.append((each.as_posix(), "unrelated_file: not a regular file"))
        else:
            inputs.append(Input(each.as_posix(), each.relative_to(path).as_posix(), each))
    skipped += [(str(error.filename), f"unrelated_file: {str(error.strerror).lower()}") for error in unread]
    return inputs, skipped


def _lies_in(root: Path, path: Path) -> bool:
    try:
        return path.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):  # it leads nowhere or to itself, for which older Pythons have the second
        return False


def _walk(root: Path, unread: list[OSError]) -> Iterator[Path]:
    """Give the files below a folder, and links to folders; note the folders that cannot be listed."""
    for folder, folders, files in os.walk(root, onerror=unread.append, followlinks=False):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(folder, name) for name in files if not name.startswith("."))
        yield from (path for name in folders if (path := Path(folder, name)).is_symlink())
