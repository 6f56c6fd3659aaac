"""Masks as data, and hostile input: every kind of opener by the thousand."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from operator import itemgetter
from pathlib import Path

import pandas as pd
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from strategies import FRAGMENTS, any_texts

import traceviz as tv
from traceviz.schema import KINDS
from traceviz.segments.kernels.lines import find_lines
from traceviz.segments.kernels.notation import find_tokens
from traceviz.segments.scan import find_masks, find_words
from traceviz.texts import Texts

CASES = json.loads((Path(__file__).parent.parent / "cases" / "masks.json").read_text(encoding="utf-8"))

SPANS = Path(__file__).parents[3] / "shared" / "data" / "spans" / "language_dev.jsonl.zst"

#: Words that a scanner for notation might stumble over.
PLAIN_WORDS = (
    *("the", "answer", "const", "return", "select", "class", "import", "let", "print", "sinus", "facade", "decade"),
    *(
        "Haus",
        "größte",
        "embargo",
        "maximal",
        "dettagli",
        "modo",
        "été",
        "straße",
        "ответ",
        "答案",
        "λόγος",
        "Frühstück",
    ),
    *("mil", "min", "max", "det", "ha", "mi", "bar", "am", "us", "in", "Nacl", "Casa", "Sonne", "LehrerInnen"),
)


def with_known_failures(cases: list[dict]) -> list:
    return [
        pytest.param(
            case,
            id=case["label"],
            marks=[pytest.mark.xfail(reason=case["reason"], raises=AssertionError)] if case["expect"] == "fail" else [],
        )
        for case in cases
    ]


def test_the_cases_are_whole() -> None:
    assert len({case["label"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert set(case) == {"label", "text", "expected", "reason", "expect"}
        assert case["reason"]
        assert case["expect"] in {"pass", "fail"}
        at = 0
        for part, kind in case["expected"]:
            assert kind in KINDS
            at = case["text"].index(part, at) + len(part)


@pytest.mark.parametrize("case", with_known_failures(CASES))
def test_mask(case: dict) -> None:
    segments = tv.segment(case["text"])
    masked = segments[~segments["kind"].isin(["prose", "other"])]
    found = [[case["text"][row.start : row.end], row.kind] for row in masked.itertuples()]
    assert found == case["expected"]


@given(any_texts())
def test_masks_and_words_lie_in_order_and_apart(text: str) -> None:
    texts = Texts.of([text, text])
    masks = find_masks(texts)
    words = find_words(texts, masks)
    both = sorted(
        [
            *zip(masks.start.tolist(), masks.end.tolist(), strict=True),
            *zip(words.start.tolist(), words.end.tolist(), strict=True),
        ]
    )
    assert all(start < end for start, end in both)
    assert all(one[1] <= other[0] for one, other in pairwise(both))
    for found in (masks, words):
        assert found.start.tolist() == sorted(found.start.tolist())
        half = len(found.start) // 2
        assert found.by_text.tolist() == [0, half, 2 * half]
        assert (found.start[half:] - found.start[:half] == texts.offsets[1]).all()


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join), st.sampled_from(FRAGMENTS))
def test_masks_do_not_see_the_next_text(text: str, neighbour: str) -> None:
    alone = find_masks(Texts.of([text]))
    beside = find_masks(Texts.of([neighbour * 3, text, neighbour * 3]))
    shift = len((neighbour * 3).encode())
    chosen = slice(beside.by_text[1], beside.by_text[2])
    assert (beside.start[chosen] - shift).tolist() == alone.start.tolist()
    assert (beside.end[chosen] - shift).tolist() == alone.end.tolist()
    assert beside.kind[chosen].tolist() == alone.kind.tolist()


@given(any_texts())
def test_tokens_and_lines_of_code_lie_in_order_and_apart(text: str) -> None:
    texts = Texts.of([text, "", text])
    for start, end, by_text in (
        find_lines(texts.buffer, texts.offsets),
        itemgetter(0, 1, 3)(find_tokens(texts.buffer, texts.offsets)),
    ):
        assert (start < end).all()
        assert (end[:-1] <= start[1:]).all()
        half = len(start) // 2
        assert by_text.tolist() == [0, half, half, 2 * half]
        assert (start[half:] - start[:half] == texts.offsets[1]).all()


@given(st.lists(st.sampled_from(PLAIN_WORDS), min_size=1, max_size=20))
def test_plain_words_are_never_masked(words: list[str]) -> None:
    """Words of several languages, keywords and names of functions among them, in any order."""
    assert find_masks(Texts.of([" ".join(words), ", ".join(words) + ".", "(" + "-".join(words) + ")"])).start.size == 0


@pytest.mark.skipif(not SPANS.exists(), reason="the development data are not here")
def test_foreign_words_are_not_masked() -> None:
    """Of the letters inserted into real reasoning, at most one in a thousand lies in a mask (a quantity, a name)."""
    rows = [json.loads(line) for line in zstandard.open(SPANS, "rt", encoding="utf-8")]
    rows = [row for row in rows if row["set"] == "spliced"]
    texts = [row["text"] for row in rows]
    masks = find_masks(Texts.of(texts))
    foreign = masked = 0
    offset = 0
    for i, row in enumerate(rows):
        raw = row["text"].encode()
        hidden = set()
        for k in range(masks.by_text[i], masks.by_text[i + 1]):
            start, end = (len(raw[: at - offset].decode()) for at in (masks.start[k], masks.end[k]))
            hidden.update(range(start, end))
        for span in row["gold_spans"]:
            if span["language"] not in {"und", "*"}:
                letters = [at for at in range(span["start"], span["end"]) if row["text"][at].isalpha()]
                foreign += len(letters)
                masked += len(hidden.intersection(letters))
        offset += len(raw)
    assert foreign > 10_000
    assert masked / foreign < 0.001


#: One unit of each hostile text; repeated to 200,000 characters.
HOSTILE = [
    *(
        "`",
        "``",
        "```",
        "```\n",
        "\n```",
        "\n  ```",
        "`a``b```c````d",
        "\\",
        "\\[",
        "\\(",
        "\\]",
        "\\a",
        "\\a{",
        "\\a[",
    ),
    *(
        "$",
        "$ ",
        "$$",
        "$$ ",
        "$a",
        "$1 ",
        "<",
        "< ",
        "<<",
        "<a",
        "<a ",
        "<a b=",
        "<|",
        "<｜",
        "</",
        "<think>",
        "[INST",
        "[INST]",
    ),
    *(
        "(",
        ")",
        "[",
        "{",
        "((1+",
        "(x=",
        "1",
        "1 ",
        "1,",
        "1.",
        "1-",
        "a",
        "ab",
        "aB",
        "a_",
        "a.b",
        "x=",
        "x+",
        "x ",
        "a-",
        "a'",
    ),
    *(
        "@",
        "a@",
        "a@b)",
        'a"@b',
        "a@b<",
        "@a ",
        "http://",
        "a://",
        "www.",
        "/",
        "/a",
        "./",
        "../",
        "~/",
        "a/",
        "a/b.c",
        "a/b.c ",
    ),
    *(
        "\n",
        "\r\n",
        " ",
        "\t",
        ".",
        "-",
        "- ",
        "1. ",
        "|",
        "_",
        "中",
        "。",
        "中a",
        "é",
        "α",
        "α ",
        "√",
        "²",
        "𝑥",
        "\u0301",
        "\x00",
    ),
    *(
        "H2(",
        "[Cu",
        "C(",
        "CC(=O)",
        "C#",
        "foo(",
        "foo(a,",
        "a.b",
        "ab.cd",
        "SELECT ",
        "SELECT a FROM ",
        '{"a":',
        '{"',
        "&a",
        "5 kg/",
        "1/m/",
        "__a__",
        "a-a-",
    ),
    *(
        "def f(x):\n",
        "  x\n",
        "for (;;) {\n",
        "$ ls -l\n",
        ">>> ",
        "C:\\",
        "\\text{a b}",
        "\\text{",
        "$$ \n\n",
        "abcdefab ",
        "2-a-",
        "1,2-",
        "5'-A",
        "sin ",
        "A ∈ ",
        "((a",
        "a)",
    ),
    *("den ", "Das ist the ", "the 答案 ", "ответ the ", "a 3 x ", "3 x ", "' ", '"苹果" ', "A = B "),
]


@pytest.mark.slow
def test_hostile_texts_of_200_kb_are_tiled() -> None:
    """One took at most 0.06 s when this was written; a loop that is quadratic takes many seconds."""
    length = 200_000
    tv.segment("compiles the kernels and reads the word lists")
    for unit in HOSTILE:
        text = (unit * (length // len(unit) + 1))[:length]
        began = time.process_time()
        segments = tv.segment(text)
        assert time.process_time() - began < 3, f"{unit!r} repeated"
        assert segments["start"].iloc[0] == 0
        assert segments["end"].iloc[-1] == length
        assert segments["start"].tolist()[1:] == segments["end"].tolist()[:-1]
        assert (segments["start"] < segments["end"]).all()


@pytest.mark.slow
def test_a_hostile_prompt_of_200_kb() -> None:
    text = "the 答案 " * 500 + "das ist nicht richtig " * 500
    table = {"trace_id": ["a"], "reasoning": [text], "prompt": ["答 案 x" * 40_000]}
    segments = tv.segment(pd.DataFrame(table))
    assert segments["end"].iloc[-1] == len(text)
