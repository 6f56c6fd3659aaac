"""The records that the language benchmark reads, and how they are split.

Three forms are known: texts with ``gold_spans``; sentences with a language for every token; and the same text in many
languages, ``{"id", "texts": {tag: text}}``.  A file that is not there is named on a line, and its figures are missing.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from language_score import ANY_ANSWER, NO_MATTER, is_letter, language_of

HERE: Final = Path(__file__).parent
SHARED: Final = HERE.parent.parent / "shared" / "data"

#: Labelled spans, labelled tokens, and documents for development; they are not part of the project.
LABELLED: Final = (SHARED / "spans" / "language_dev.jsonl.zst", SHARED / "spans" / "turkish_german_sagt.jsonl.zst")
DOCUMENTS: Final = (SHARED / "parallel" / "udhr.jsonl.zst", HERE / "language_romanised.jsonl")

#: Names of traces in English, for the speed.
ENGLISH: Final = ("gptoss120b_gsm8k", "policy_reasoning_en", "mdeval_5models_gsm8k")

#: Parts of the records: constants are chosen on ``develop``, figures are reported on ``aside``.
PARTS: Final = ("develop", "aside", "all")

#: One record in this many is put aside.
ASIDE_OF: Final = 3

#: Articles of a declaration are joined to documents of at least this many letters: a few paragraphs.
DOCUMENT_LETTERS: Final = 1_000

#: Names of languages in parallel texts that are no BCP 47 tags.
_TAGS: Final = {
    "afr": "af", "als": "sq", "amh": "am", "arb": "ar", "azj": "az", "bel": "be", "ben": "bn", "bos": "bs", "bul": "bg",
    "cat": "ca", "ces": "cs", "cmn": "zh", "cym": "cy", "dan": "da", "deu": "de", "ell": "el", "eng": "en", "est": "et",
    "eus": "eu", "fin": "fi", "fra": "fr", "gle": "ga", "glg": "gl", "guj": "gu", "hau": "ha", "heb": "he", "hin": "hi",
    "hrv": "hr", "hun": "hu", "hye": "hy", "ibo": "ig", "ind": "id", "isl": "is", "ita": "it", "jpn": "ja", "kan": "kn",
    "kat": "ka", "kaz": "kk", "khm": "km", "kor": "ko", "lao": "lo", "lav": "lv", "lit": "lt", "mal": "ml", "mar": "mr",
    "mkd": "mk", "mlt": "mt", "mly": "ms", "mya": "my", "nld": "nl", "nno": "nn", "nob": "nb", "pan": "pa", "pes": "fa",
    "pol": "pl", "por": "pt", "ron": "ro", "rus": "ru", "sin": "si", "slk": "sk", "slv": "sl", "som": "so", "spa": "es",
    "srp": "sr", "swe": "sv", "swh": "sw", "tam": "ta", "tel": "te", "tgl": "fil", "tha": "th", "tur": "tr",
    "ukr": "uk", "uzn": "uz", "vie": "vi", "yor": "yo", "zul": "zu",
}  # fmt: skip


def read(path: Path) -> list[dict[str, Any]]:
    """Read JSON Lines, compressed by Zstandard or not."""
    if path.suffix == ".zst":
        import zstandard

        with path.open("rb") as file:
            text = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(file), encoding="utf-8").read()
    else:
        text = path.read_text(encoding="utf-8")
    return [json.loads(line) for line in text.split("\n") if line.strip()]


def present(paths: Sequence[Path]) -> list[Path]:
    """Give the files that are there, and say which are not."""
    for path in paths:
        if not path.exists():
            print(f"left out: {path.name} is not there ({path})", file=sys.stderr)
    return [path for path in paths if path.exists()]


def part_of(record_id: str) -> str:
    """Tell which part a record belongs to, by its id alone.

    Examples
    --------
    >>> [part_of(f"d{i}") for i in range(4)]
    ['develop', 'develop', 'aside', 'develop']
    """
    digest = hashlib.sha256(record_id.encode()).digest()
    return "aside" if int.from_bytes(digest[:8], "big") % ASIDE_OF == 0 else "develop"


def take(records: Sequence[dict[str, Any]], part: str, sample: int = 0) -> list[dict[str, Any]]:
    """Give the records of a part, and of these at most ``sample`` from each cell (0: all), first by hash of the id.

    A cell is a class, granularity and pair of languages, or a control set and its kind.
    """
    chosen = [record for record in records if part in ("all", part_of(record["id"]))]
    if not sample:
        return chosen
    cells: defaultdict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for record in chosen:
        cells[tuple(record.get(name) for name in ("set", "class", "granularity", "base", "inserted"))].append(record)
    return [record for cell in cells.values() for record in sorted(cell, key=_by_hash)[:sample]]


def _by_hash(record: Mapping[str, Any]) -> str:
    return hashlib.sha256(record["id"].encode()).hexdigest()


def is_tokens(records: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether records are sentences with a language for every token."""
    return bool(records) and "tokens" in records[0]


def from_tokens(record: Mapping[str, Any]) -> dict[str, Any]:
    """Turn labelled tokens into gold spans.

    The base is the language with most letters in the sentence (of equals, the first of the pair).  Tokens of both
    languages at once (``mixed``) take any answer; tokens of none (``other``, ``ne``, ``ambiguous``) are no matter.
    Neighbours of one language are one span, with the space between them.
    """
    first = record["pair"].partition("-")[0]
    text = record["text"]
    spans: list[dict[str, Any]] = []
    weight: Counter[str] = Counter({first: 0})
    for token in record["tokens"]:
        tag = token["lang"]
        gold = ANY_ANSWER if tag == "mixed" else _known(tag)
        letters = sum(map(is_letter, text[token["start"] : token["end"]]))
        if gold not in (ANY_ANSWER, NO_MATTER):
            weight[gold] += letters
        if letters and spans and spans[-1]["language"] == gold:
            spans[-1]["end"] = token["end"]
        elif letters:
            spans.append({"start": token["start"], "end": token["end"], "language": gold})
    base = max(weight, key=lambda tag: (weight[tag], tag == first))
    foreign = [span for span in spans if span["language"] != base]
    return {"id": record["id"], "set": "human", "base": base, "text": text, "gold_spans": foreign}


#: What data sets call tokens that have no language, beside longer words.
_NO_LANGUAGE: Final = ("ne", "na", "fw", "unk", "oth", "amb")


def _known(tag: str) -> str:
    """Give the language of a token's label, or that it is no matter: a language has a code of two or three letters."""
    is_code = len(tag.partition("-")[0]) in (2, 3) and tag.lower() not in _NO_LANGUAGE
    return (language_of(tag) if is_code else None) or NO_MATTER


def tag_of(name: str) -> str:
    """Give the BCP 47 tag of a language's name in parallel texts.

    Examples
    --------
    >>> tag_of("srp_latn"), tag_of("deu_1996"), tag_of("hi-Latn")
    ('sr-Latn', 'de', 'hi-Latn')
    """
    code, _, rest = name.partition("_")
    tag = _TAGS.get(code, code)
    return f"{tag}-Latn" if tag == "sr" and rest == "latn" else name if "_" not in name and name != code else tag


def documents(records: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Give documents of parallel texts with the tag of each: texts of one name, joined until they are long enough."""
    names = list(dict.fromkeys(name for record in records for name in record["texts"]))
    for name in names:
        parts: list[str] = []
        joined: list[str] = []
        for text in (record["texts"].get(name) for record in records):
            parts += [text] if text else []
            if sum(is_letter(c) for part in parts for c in part) >= DOCUMENT_LETTERS:
                joined.append("\n".join(parts))
                parts = []
        if parts and joined:
            joined[-1] += "\n" + "\n".join(parts)
        elif parts:
            joined.append("\n".join(parts))
        yield from ((tag_of(name), text) for text in joined)


def english(limit: int) -> list[str]:
    """Give English reasoning up to a number of UTF-8 bytes; the samples' where the traces are not there."""
    folder = SHARED / "traces"
    paths = [folder / f"{name}.jsonl.zst" for name in ENGLISH if (folder / f"{name}.jsonl.zst").exists()]
    paths = paths or [HERE.parent / "samples" / "traces.jsonl"]
    return _until(limit, (text for path in paths for record in read(path) if (text := record.get("reasoning"))))


def switching(limit: int) -> list[str]:
    """Give the labelled texts that switch most, by their share of foreign letters."""
    paths = [path for path in LABELLED[:1] if path.exists()]
    records = [record for path in paths for record in read(path) if record["set"] == "spliced"]
    return _until(limit, (record["text"] for record in sorted(records, key=_foreign_share, reverse=True)))


def _foreign_share(record: Mapping[str, Any]) -> tuple[float, str]:
    inside = sum(span["end"] - span["start"] for span in record["gold_spans"])
    return inside / max(1, len(record["text"])), record["id"]


def _until(limit: int, texts: Iterator[str]) -> list[str]:
    taken: list[str] = []
    size = 0
    for text in texts:
        if size >= limit:
            break
        taken.append(text)
        size += len(text.encode())
    return taken
