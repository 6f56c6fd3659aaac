"""The texts of `cases/language` as guards: the detector does not get worse on them unseen.

The bounds lie a little below what held when they were set.  They are guards against regressions, not figures to
report: constants were chosen with some of these texts in view.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import subprocess
import sys
import unicodedata
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import ModuleType

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import traceviz as tv

TESTS = Path(__file__).parent.parent
SETS = (
    "clean",
    "german_english",
    "german_english_posts",
    "names",
    "provoke",
    "provoke_more",
    "romanised",
    "switches",
    "uncovered",
)
COLUMNS = ["start", "end", "kind", "script", "language", "confidence"]


@cache
def records(name: str) -> list[dict]:
    lines = (TESTS / "cases" / "language" / f"{name}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line.strip()]


def every_text() -> list[str]:
    return [record["text"] for name in SETS for record in records(name)]


@cache
def segments_of(name: str) -> pd.DataFrame:
    return tv.segment([record["text"] for record in records(name)])


@cache
def rule() -> ModuleType:
    """Import the scoring rule, which is no part of the package."""
    path = TESTS.parent / "benchmarks" / "language_score.py"
    if not path.exists():
        pytest.skip("benchmarks/language_score.py is not beside the tests")
    spec = importlib.util.spec_from_file_location("language_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def answers(name: str) -> list[tuple[dict, list[tuple[int, int, str]]]]:
    """Give each record with the stretches of prose that have a language."""
    found: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
    prose = segments_of(name).query("kind == 'prose'")[["trace_id", "start", "end", "language"]]
    for trace, start, end, language in prose.dropna().itertuples(index=False):
        found[int(trace)].append((start, end, language))
    return [(record, found[i]) for i, record in enumerate(records(name))]


def false_letters(name: str) -> float:
    """Give how many of 1,000 letters are called a foreign language."""
    scored = [rule().score(record, spans) for record, spans in answers(name)]
    return 1000 * sum(score.false for score in scored) / sum(score.letters for score in scored)


def mean_f1(name: str, **fixed: str) -> float:
    """Give F1 by the rule, the mean over classes, of the records with these fields."""
    chosen = [pair for pair in answers(name) if all(pair[0][key] == value for key, value in fixed.items())]
    return rule().report(({**record, "set": "spliced"}, rule().score(record, spans)) for record, spans in chosen).f1


def called(name: str, *classes: str) -> Counter[str]:
    """Count letters by what they are called: the right language, a wrong one, or none."""
    count: Counter[str] = Counter()
    for record, spans in answers(name):
        if not classes or record["class"] in classes:
            base = rule().language_of(record["base"])
            for _, answer in rule().counted(record, spans):
                count["none" if answer is None else "right" if answer == base else "wrong"] += 1
    return count


@pytest.mark.parametrize("name", SETS)
def test_the_records_are_whole(name: str) -> None:
    assert len({record["id"] for record in records(name)}) == len(records(name)) >= 60
    for record in records(name):
        assert record["reason"]
        ends = [0, *(edge for span in record["gold_spans"] for edge in (span["start"], span["end"]))]
        assert ends == sorted(ends), record["id"]
        assert ends[-1] <= len(record["text"]), record["id"]


@pytest.mark.parametrize(("kind", "bound"), [("latin", 0.98), ("cross", 0.99), ("hard", 0.965), ("en-in", 0.975)])
def test_switches_are_found(kind: str, bound: float) -> None:
    assert mean_f1("switches", **{"class": kind}) >= bound


def test_all_switches_together() -> None:
    assert mean_f1("switches") >= 0.98


@pytest.mark.parametrize(("kind", "bound"), [("de-en", 0.88), ("tr-de", 0.89)])
def test_everyday_code_switching(kind: str, bound: float) -> None:
    assert mean_f1("german_english", **{"class": kind}) >= bound


@pytest.mark.parametrize(("kind", "bound"), [("de-en", 0.93), ("en-de", 0.86)])
def test_code_switching_in_forum_posts(kind: str, bound: float) -> None:
    assert mean_f1("german_english_posts", **{"class": kind}) >= bound


@pytest.mark.parametrize("kind", ["de", "en"])
def test_forum_posts_in_one_language_are_left_whole(kind: str) -> None:
    assert called("german_english_posts", kind)["wrong"] == 0


@pytest.mark.parametrize(("name", "bound"), [("clean", 3.0), ("names", 14.0), ("provoke", 9.0), ("provoke_more", 6.5)])
def test_few_letters_are_called_foreign(name: str, bound: float) -> None:
    assert false_letters(name) <= bound


@pytest.mark.parametrize(("language", "wrong", "right"), [("hi", 0.04, 0.9), ("ar", 0.03, 0.4), ("zh", 0.03, 0.9)])
def test_romanised_text_is_named_or_left_alone(language: str, wrong: float, right: float) -> None:
    count = called("romanised", language)
    assert count["wrong"] <= wrong * count.total()
    assert count["right"] >= right * count.total()


def test_romanised_text_without_a_list_is_left_alone() -> None:
    count = called("romanised", "ru", "el", "ja", "bn", "fa", "ta", "ko")
    assert count["wrong"] <= 0.02 * count.total()


@pytest.mark.xfail(reason="Urdu in Latin letters is all but Hindi in Latin letters", raises=AssertionError, strict=True)
def test_romanised_urdu_is_left_alone() -> None:
    count = called("romanised", "ur")
    assert count["wrong"] <= 0.05 * count.total()


def test_uncovered_languages_are_left_alone() -> None:
    count = called("uncovered")
    assert count["wrong"] <= 0.15 * count.total()


def plain(segments: pd.DataFrame) -> pd.DataFrame:
    return segments[COLUMNS].reset_index(drop=True)


@pytest.mark.parametrize("size", [1, 7, 100])
def test_the_size_of_a_batch_does_not_matter(size: int) -> None:
    texts = every_text()[::3]
    parts = [plain(tv.segment(texts[at : at + size])) for at in range(0, len(texts), size)]
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), plain(tv.segment(texts)), check_exact=True)


def test_the_order_of_a_batch_does_not_matter() -> None:
    texts = every_text()[1::3]
    backwards = tv.segment(texts[::-1])
    order = backwards.sort_values("trace_id", key=lambda ids: -ids.astype(int), kind="stable")
    pd.testing.assert_frame_equal(plain(order), plain(tv.segment(texts)), check_exact=True)


def test_threads_do_not_matter() -> None:
    texts = every_text()[2::3]
    batches = [texts[k::8] for k in range(8)] * 2
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(tv.segment, batches))
    for batch, segments in zip(batches, together, strict=True):
        pd.testing.assert_frame_equal(segments, tv.segment(batch), check_exact=True)


PROGRAM = """
import hashlib, json, sys
import traceviz as tv
print(hashlib.sha256(tv.segment(json.load(sys.stdin)).to_json(orient="values").encode()).hexdigest())
"""


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_another_process_gives_the_same(seed: str) -> None:
    texts = every_text()[::5]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": seed},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    here = hashlib.sha256(tv.segment(texts).to_json(orient="values").encode()).hexdigest()
    assert done.stdout.strip() == here


def by_letter(text: str, form: str) -> list[tuple[str, str | None]]:
    """Give each composed character with its language, whatever the form of the text."""
    text = unicodedata.normalize(form, text)
    found = []
    for start, end, language in tv.segment(text)[["start", "end", "language"]].itertuples(index=False):
        tag = language if isinstance(language, str) else None
        found += [(character, tag) for character in unicodedata.normalize("NFC", text[start:end])]
    return found


#: Records whose decomposed form differs, and why; the masks are to blame for both.
DIFFERENT_WHEN_DECOMPOSED = {
    "clean-067": "a formula takes in the Greek word behind it that is one letter, and leaves its accent",
    "switches-069": "an identifier before a Korean particle is not seen where the particle is decomposed",
}


@pytest.mark.parametrize("name", SETS)
def test_composed_and_decomposed_text_are_the_same(name: str) -> None:
    for record in records(name):
        if unicodedata.normalize("NFD", record["text"]) != unicodedata.normalize("NFC", record["text"]):
            same = by_letter(record["text"], "NFC") == by_letter(record["text"], "NFD")
            assert same != (record["id"] in DIFFERENT_WHEN_DECOMPOSED), record["id"]


@given(st.text("0123456789 +-*/=<>^%$.,:;!?()[]{}|~_#&@\\'\"\n\t·×÷±≤≥≠≈→⇒∑∀∃∈∞√½²³①Ⅳ°§™😀🎉│─٣१", max_size=200))
def test_no_language_in_digits_and_signs(text: str) -> None:
    assert tv.segment(text)["language"].isna().all()


@pytest.mark.parametrize(
    "text",
    [
        "α β γ δ",
        "x y z n m k",
        "𝑥𝑦𝑧 𝔸𝔹",
        "ⓐⓑⓒ",
        "IVXLC",
        "ACGTACGTTTGACA",
        "C6H12O6",
        "deadbeef cafebabe",
        "〇〇〇",
        "\u0300\u0301",
    ],
)
def test_no_language_in_notation(text: str) -> None:
    assert tv.segment(text)["language"].isna().all()
