"""Clean windows of real reasoning, by domain: what is damaged, and what must raise nothing.

Traces are those beside the checkout (``../shared/data``), which are not part of the project.  A trace is cut into
windows of about 2,500 characters at ends of lines or sentences; short traces of a domain are put together until they
make one.  Which part a trace belongs to depends on its id alone (`language_data.part_of`), so that windows of one trace
never stand on both sides.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import language_data
from damage_prose import words

Record = dict[str, Any]

#: Characters of a window: at least, about, at most.
SHORTEST, SIZE, LONGEST = 2_200, 2_500, 2_800

#: How names of the files of traces end.
ENDING: Final = ".jsonl.zst"

#: What joins short traces.
BETWEEN: Final = "\n\n"


class Host(NamedTuple):
    """A clean window: its id, the trace it was cut from, its domain, its text and the prompt of the trace."""

    id: str
    source: str
    domain: str
    text: str
    prompt: str


class Domain(NamedTuple):
    """Where clean text comes from.

    ``role`` is ``development`` (thresholds may be fixed there), ``unseen`` (never looked at for that), ``language``
    (not English), or ``terse`` (legible, and written without function words).
    """

    role: str
    file: str
    chosen: Callable[[Record], bool]
    field: str = "reasoning"


_WRITTEN: Final = {
    "zh": re.compile(r"[\u4e00-\u9fff]"),
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "bn": re.compile(r"[\u0980-\u09ff]"),
    "es": re.compile(r"\b(?:el|la|de|los|que|es|un|por)\b"),
    "en": re.compile(r"\b(?:the|of|and|is|to|we|that)\b"),
}

#: How much a match tells beside one of a function word.
_WEIGHT: Final = {"zh": 0.5, "ja": 0.8, "th": 0.3, "bn": 0.3}


def language_of(text: str) -> str:
    """Tell which of a few languages a text is mainly in, by its letters and most frequent words.

    Examples
    --------
    >>> language_of("So the sum of the two is 12."), language_of("La suma de los dos es 12."), language_of("和是 12")
    ('en', 'es', 'zh')
    """
    weight = {tag: len(pattern.findall(text)) * _WEIGHT.get(tag, 1.0) for tag, pattern in _WRITTEN.items()}
    return max(weight, key=lambda tag: weight[tag])


def _in(language: str, field: str = "reasoning") -> Callable[[Record], bool]:
    return lambda record: language_of(record[field]) == language


#: Small models run into loops: text of which zlib leaves fewer bytes a character is not called clean.
FEWEST_BYTES: Final = {"en": 0.25, "bn": 0.4, "ja": 0.5}


def _by_small_model(language: str, field: str = "reasoning", dataset: str | None = None) -> Callable[[Record], bool]:
    """Tell text in a language, perhaps of one data set, that does not repeat itself."""

    def chosen(record: Record) -> bool:
        text = record[field]
        dense = len(zlib.compress(text.encode())) >= FEWEST_BYTES[language] * len(text)
        return dense and language_of(text) == language and (dataset is None or record["dataset"] == dataset)

    return chosen


DOMAINS: Final = {
    "mathematics": Domain("development", "traces/mmath_multilingual", _in("en")),
    "law": Domain("development", "traces/policy_reasoning_en", lambda record: record["model"] == "DeepSeek-R1"),
    "question answering": Domain("development", "traces/r1_bangla_mmlu", _in("en")),
    "general knowledge": Domain("unseen", "traces/qwen3_forced_lang", _by_small_model("en", dataset="mmmlu")),
    "school mathematics": Domain("unseen", "parallel/cot_en_xx", _by_small_model("en", "reasoning_en"), "reasoning_en"),
    "Chinese": Domain("language", "traces/mmath_multilingual", _in("zh")),
    "Japanese": Domain("language", "traces/mmath_multilingual", _in("ja")),
    "Spanish": Domain("language", "traces/mmath_multilingual", _in("es")),
    "Thai": Domain("language", "traces/mmath_multilingual", _in("th")),
    "Japanese, small model": Domain("language", "traces/qwen3_forced_lang", _by_small_model("ja")),
    "Bengali": Domain("language", "traces/qwen3_forced_lang", _by_small_model("bn")),
    "Bengali, translated": Domain("language", "parallel/cot_en_xx", _in("bn", "reasoning_xx"), "reasoning_xx"),
    "terse (gpt-oss)": Domain("terse", "traces/gptoss120b_gsm8k", bool),
}


#: Words of English in Spanish that are no name.
_ENGLISH: Final = re.compile(r"\b(?:the|of|and|is|to|we|that|this|have|are)\b", re.IGNORECASE)

#: Latin words in a row that are no name, unit or abbreviation beside another script, and their letters.
_IN_A_ROW, _LETTERS = 2, 3


def is_pure(text: str) -> bool:
    """Tell whether a text in another language than English holds no English phrase, as "The final answer is" is one.

    Models write such, and a window with one is not clean: the language switches.

    Examples
    --------
    >>> is_pure("よって 8 です。The final answer is 8."), is_pure("よって cos の値は 8。"), is_pure("La suma es 8.")
    (False, True, True)
    """
    if _WRITTEN["es"].search(text) and language_of(text) == "es":
        return len(_ENGLISH.findall(text)) < _IN_A_ROW
    latin = [one for one in words(text) if one.group().isascii() and len(one.group()) >= _LETTERS]
    return not any(text[one.end() : two.start()].isspace() for one, two in pairwise(latin))


def windows(text: str) -> Iterator[str]:
    r"""Cut a text into windows at the last end of a line or sentence near their size; a short rest is left out.

    Examples
    --------
    >>> [len(window) for window in windows("Ten more letters.\n" * 400)]
    [2789, 2789]
    """
    while len(text) >= SHORTEST:
        end = len(text)
        if end > LONGEST:
            ends = (text.rfind(sign, SHORTEST, LONGEST) + len(sign.rstrip()) for sign in ("\n", ". ", "\u3002", " "))
            end = next((place for place in ends if place >= SHORTEST), SIZE)
        yield text[:end].rstrip()
        text = text[end:].lstrip()


def read(name: str, part: str = "all") -> list[Host]:
    """Give the windows of a domain; of a part of the traces, ``develop``, ``aside`` or ``all``."""
    domain = DOMAINS[name]
    hosts = []
    for record in _long(domain, part):
        for number, window in enumerate(windows(record[domain.field])):
            if domain.role != "language" or is_pure(window):
                hosts.append(Host(f"{name}/{record['id']}/{number}", record["id"], name, window, record["prompt"]))
    return hosts


def _long(domain: Domain, part: str) -> Iterator[Record]:
    """Give the records of a part that make a window; short ones, put together, are cut to one."""
    field = domain.field
    waiting: dict[str, list[Record]] = {side: [] for side in language_data.PARTS}
    for record in records(domain):
        side = language_data.part_of(record["id"])
        if part not in ("all", side):
            continue
        if len(record[field]) >= SHORTEST:
            yield record
            continue
        short = waiting[side]
        short.append(record)
        text = BETWEEN.join(one[field] for one in short)
        if len(text) >= SHORTEST:
            yield {**short[0], field: next(windows(text)), "prompt": BETWEEN.join(one["prompt"] for one in short)}
            short.clear()


def records(domain: Domain) -> list[Record]:
    """Give the traces of a domain; what stands behind the end of the reasoning is cut off."""
    paths = language_data.present([language_data.SHARED / f"{domain.file}{ENDING}"])
    everything = [record for path in paths for record in language_data.read(path)]
    for record in everything:
        field = record.get(domain.field) or ""
        record[domain.field] = field.removeprefix("<think>").partition("</think>")[0].strip()
    return [record for record in everything if record[domain.field] and domain.chosen(record)]


def sample(hosts: Sequence[Host], many: int) -> list[Host]:
    """Take some windows, first by hash of their id (0: all)."""
    order = sorted(hosts, key=lambda host: hashlib.sha256(host.id.encode()).digest())
    return order[: many or None]
