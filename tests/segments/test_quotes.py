"""Use or mention: what stands in the prompt, and what is talked about.

The cases are data.  In them ⟦…⟧ encloses the foreign pieces, so that they test this step alone and no language model.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import WORDS, any_texts

from traceviz.segments.mentions import CLASSES
from traceviz.segments.pieces import Pieces
from traceviz.segments.quotes import folded, folds, lexicon, mark_quotes
from traceviz.texts import Texts

CASES = Path(__file__).parent.parent / "cases"
QUOTES = json.loads((CASES / "quotes.json").read_text(encoding="utf-8"))
MENTIONS = json.loads((CASES / "mentions.json").read_text(encoding="utf-8"))


def with_known_failures(cases: list[dict]) -> list:
    return [
        pytest.param(
            case,
            id=case["label"],
            marks=[pytest.mark.xfail(reason=case["reason"], raises=AssertionError)] if case["expect"] == "fail" else [],
        )
        for case in cases
    ]


def batch(marked: list[str]) -> tuple[Pieces, Texts, np.ndarray]:
    """Make pieces of texts in which ⟦…⟧ encloses the foreign ones."""
    start, end, language, by_text = [], [], [], [0]
    texts, size = [], 0
    for text in marked:
        parts = re.split("[⟦⟧]", text)
        texts.append("".join(parts))
        for k, part in enumerate(parts):
            length = len(part.encode())
            if length:
                start.append(size)
                end.append(size + length)
                language.append(k % 2)
            size += length
        by_text.append(len(start))
    n = len(start)
    pieces = Pieces(
        np.array(start, dtype=np.int64),
        np.array(end, dtype=np.int64),
        np.zeros(n, dtype=np.int8),
        np.zeros(n, dtype=np.int16),
        np.array(language, dtype=np.int16),
        np.ones(n, dtype=np.float32),
        np.zeros(n, dtype=bool),
        np.zeros(n, dtype=bool),
        np.array(by_text, dtype=np.int64),
        ("en", "xx"),
    )
    return pieces, Texts.of(texts), np.zeros(len(texts), dtype=np.int16)


def marks(marked: list[str], prompts: list[str | None] | None) -> list[tuple[list[bool], list[bool]]]:
    """Give for each text which of its foreign pieces are quoted, and which mentioned."""
    pieces, texts, matrix = batch(marked)
    quoted, mentioned = mark_quotes(pieces, texts, matrix, prompts)
    foreign = pieces.language == 1
    assert not quoted[~foreign].any()
    assert not mentioned[~foreign].any()
    return [
        (quoted[foreign & (pieces.text == i)].tolist(), mentioned[foreign & (pieces.text == i)].tolist())
        for i in range(len(marked))
    ]


def test_the_cases_are_whole() -> None:
    for cases, key in ((QUOTES, "quoted"), (MENTIONS, "mentioned")):
        assert len({case["label"] for case in cases}) == len(cases)
        for case in cases:
            assert set(case) - {"prompt"} == {"label", "text", key, "reason", "expect"}
            assert case["expect"] in {"pass", "fail"}
            assert len(case[key]) == case["text"].count("⟦") == case["text"].count("⟧") > 0


@pytest.mark.parametrize("case", with_known_failures(QUOTES))
def test_quoted(case: dict) -> None:
    assert marks([case["text"]], [case["prompt"]])[0][0] == case["quoted"]


@pytest.mark.parametrize("case", with_known_failures(MENTIONS))
def test_mentioned(case: dict) -> None:
    assert marks([case["text"]], None)[0][1] == case["mentioned"]


def test_without_a_prompt_nothing_is_quoted() -> None:
    text = "Take ⟦das kleine Haus⟧ now."
    prompt = "das kleine Haus"
    assert [quoted for quoted, _ in marks([text] * 3, [prompt, None, ""])] == [[True], [False], [False]]
    assert marks([text], None)[0][0] == [False]


@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_how_accents_are_composed_does_not_matter(form: str) -> None:
    phrase = "đường thẳng ệ, un été, 한국어 문장, がぎ ｶﾞｷﾞ, ﬁnale Größe, ΌΣΟΣ, प्रश्न क़लम"
    words = unicodedata.normalize(form, phrase)
    assert marks([f"So ⟦{words}⟧ it is."], [phrase])[0][0] == [True]
    assert marks([f"So ⟦{phrase}⟧ it is."], [words])[0][0] == [True]


@pytest.mark.skipif(unicodedata.unidata_version > "16.0.0", reason="a newer Unicode may fold blocks we leave out")
def test_the_table_folds_as_unicode_does() -> None:
    page_of, fold, sequences = folds()
    for point in range(sys.maxunicode + 1):
        if 0xAC00 <= point < 0xE000:  # Hangul is decomposed by arithmetic; halves of surrogate pairs never come
            continue
        value = int(fold[page_of[point >> 8], point & 255])
        form = folded(chr(point))
        if value >= 0:
            assert form == chr(value or point), hex(point)
        else:
            length = sequences[-value]
            assert length == len(form) > 1
            assert form == "".join(map(chr, sequences[1 - value : 1 - value + length])), hex(point)


def test_every_word_of_the_lexicon_is_found() -> None:
    words = [word for entry in CLASSES.values() for word in entry.split()]
    assert len(lexicon().hashes) > 1000
    assert (lexicon().bits > 0).all()
    assert not [word for word in words if re.search(r"[\d_.,]", word)]
    for name, entry in CLASSES.items():
        assert len(set(entry.split())) > len(entry.split()) * 0.5, name
    # Lone entries, found as the class says.
    assert marks(["das ⟦Haus⟧ bedeutet house."], None)[0][1] == [True]
    assert marks(["das ⟦Haus⟧ xedeutet house."], None)[0][1] == [False]


ALL = [case["text"] for case in QUOTES + MENTIONS]
PROMPTS = [case.get("prompt") for case in QUOTES + MENTIONS]


def test_a_batch_gives_what_single_texts_give() -> None:
    together = marks(ALL, PROMPTS)
    for i, text in enumerate(ALL):
        assert marks([text], [PROMPTS[i]])[0] == together[i]
    backwards = marks(ALL[::-1], PROMPTS[::-1])
    assert backwards[::-1] == together


PROGRAM = """
import importlib.util, json, sys, warnings
warnings.simplefilter("ignore", RuntimeWarning)  # 64-bit hashes overflow by design, and numpy's scalars say so
import numba
assert numba.config.DISABLE_JIT
path, folder = sys.argv[1:]
sys.path.insert(0, folder)
spec = importlib.util.spec_from_file_location("quotes_as_plain_python", path)
here = importlib.util.module_from_spec(spec)
spec.loader.exec_module(here)
texts, prompts = json.load(sys.stdin)
alone = [here.marks([text], [prompt])[0] for text, prompt in zip(texts, prompts)]
json.dump([here.marks(texts, prompts), alone], sys.stdout)
"""

#: Texts and prompts that end in the middle of something.
ABRUPT = [
    *("⟦a⟧", "⟦é⟧", "⟦答⟧", "⟦𝑥y⟧", "⟦한국어의⟧", "⟦ক⟧", "⟦ال⟧", "⟦e\u0301⟧", "⟦ｶﾞ⟧", "⟦l'⟧", "l'⟦eau⟧", "⟦x'y⟧"),
    *('"⟦a⟧', '⟦a⟧"', '"⟦ab⟧"', '"⟦ab⟧."', "(⟦ab⟧", "ab (⟦ab⟧", "⟦ab⟧ (", "⟦ab⟧ (cd", "⟦ab⟧ =", "= ⟦ab⟧"),
    *("cd = ⟦ab⟧", ": ⟦ab⟧", "word ⟦ab⟧", "⟦ab⟧ means", "- ab: ⟦cd⟧", "⟦苹果⟧的", "是⟦ab⟧", "⟦ab⟧的意思是"),
    *("⟦...⟧", "⟦\u0301⟧", "⟦ab⟧\n", "|⟦ab⟧|", "..⟦ab⟧.."),
]


def test_plain_python_gives_the_same() -> None:
    """In plain Python a read out of bounds is an IndexError; each text and prompt is the end of a buffer once."""
    texts = ALL + ABRUPT
    prompts = PROMPTS + [re.sub("[⟦⟧]", "", text) for text in ABRUPT]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, __file__, str(CASES.parent)],
        input=json.dumps([texts, prompts]),
        capture_output=True,
        text=True,
        env={**os.environ, "NUMBA_DISABLE_JIT": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    compiled = json.loads(json.dumps(marks(texts, prompts)))
    assert json.loads(done.stdout) == [compiled, compiled]


#: What may happen to a quotation on its way.
VARIANTS = [
    str,
    str.upper,
    str.casefold,
    lambda text: unicodedata.normalize("NFD", text),
    lambda text: unicodedata.normalize("NFKC", text),
    lambda text: text.replace(" ", "\n  "),
    lambda text: text.replace(" ", ", "),
]


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.sampled_from(VARIANTS), any_texts())
def test_a_phrase_stands_in_a_prompt_with_it(words: list[str], variant: Callable[[str], str], around: str) -> None:
    phrase = " ".join([*words, "Haus"])
    prompt = f"{around}; {variant(phrase)}; {around}"
    assert marks([f"we ⟦{phrase}⟧ go"], [prompt])[0][0] == [True]


@given(any_texts(), any_texts())
def test_signs_alone_are_never_quoted(piece: str, around: str) -> None:
    signs = "".join(c for c in piece if unicodedata.category(c)[0] in "PSZN" and c not in "⟦⟧")
    assert not any(marks([f"we ⟦{signs}⟧ go"], [f"{around} {signs} {around}"])[0][0])


@given(
    st.lists(st.sampled_from(["Haus", "und", "Katze", ",", "das", "\n", "苹果", "的", "5", "한국어의"]), max_size=12)
)
def test_more_prompt_quotes_no_less(parts: list[str]) -> None:
    text = " ".join(parts)
    short = marks([f"So ⟦{text}⟧ then ⟦Haus und⟧ so."], ["das Haus; 苹果"])[0][0]
    long = marks([f"So ⟦{text}⟧ then ⟦Haus und⟧ so."], ["das Haus; 苹果 " + text])[0][0]
    assert all(a <= b for a, b in zip(short, long, strict=True))


@pytest.mark.parametrize(
    ("unit", "prompt"),
    [
        ("⟦Haus⟧ a ", "Haus a "),
        ("⟦Haus⟧ ", "Haus Haus "),
        ("⟦苹果⟧'", "苹"),
        ("⟦苹苹苹苹⟧ ( ", "苹果"),
        ("(⟦Haus⟧) = ", "Haus = "),
        ('word "⟦Haus⟧" ', '"Haus" word '),
        ("⟦a b a b c a b⟧ x ", "a b a b c a b "),
        ("한국어에서는 ⟦Haus⟧ 의의의 ", "한국어는 Haus "),
    ],
)
def test_time_is_linear(unit: str, prompt: str) -> None:
    """Sixteen times as much takes sixteen times as long, not 256; generous, for caches and a busy machine."""

    def seconds(n: int) -> float:
        pieces, texts, matrix = batch([unit * n])
        times = []
        for _ in range(7):
            begin = time.process_time()
            mark_quotes(pieces, texts, matrix, [prompt * n])
            times.append(time.process_time() - begin)
        return min(times)

    seconds(10)
    assert seconds(64_000) < 120 * max(seconds(4_000), 0.001)
