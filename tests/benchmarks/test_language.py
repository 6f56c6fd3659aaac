"""The benchmark from end to end on small files, its split, its documents, and the calibration."""

from __future__ import annotations

import doctest
import importlib
import json
from pathlib import Path

import calibration
import language
import language_data
import language_detectors
import language_documents
import numpy as np
import pytest
from language_score import Span

MODULES = (
    "calibration",
    "language_data",
    "language_documents",
    "language_runs",
    "language_score",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    failed, tried = doctest.testmod(importlib.import_module(name))
    assert (failed, tried > 0) == (0, True)


def spliced(name: str, inserted: str, text: str, start: int, end: int) -> dict[str, object]:
    gold = [{"start": start, "end": end, "language": inserted}]
    cell = {"set": "spliced", "class": "cross", "granularity": "word", "base": "en", "inserted": inserted}
    return {"id": name, **cell, "text": text, "gold_spans": gold}


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    records = [
        spliced("a", "zh", "The answer is 答案 here.", 14, 16),
        spliced("b", "ru", "Then ответ follows.", 5, 10),
        {**spliced("c", "zh", "Nothing foreign.", 0, 0), "set": "real", "gold_spans": []},
    ]
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    return path


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    words = [("Das", "de"), ("ist", "de"), ("gut", "de"), ("ama", "tr"), ("Ali", "other"), ("Prüfungum", "mixed")]
    text = " ".join(word for word, _ in words)
    listed = [{"t": w, "lang": tag, "start": text.index(w), "end": text.index(w) + len(w)} for w, tag in words]
    path = tmp_path / "tokens.jsonl"
    path.write_text(json.dumps({"id": "t", "pair": "tr-de", "text": text, "tokens": listed}), encoding="utf-8")
    return path


@pytest.fixture
def parallel(tmp_path: Path) -> Path:
    path = tmp_path / "parallel.jsonl"
    record = {"id": "p", "texts": {"zul": "Bonke abantu", "rus": "Все люди", "hi-Latn": "Sabhi log"}}
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def test_the_table(labelled: Path, tokens: Path, parallel: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    target = tmp_path / "out.json"
    files = ["--labelled", str(labelled), str(tokens), "--documents", str(parallel)]
    language.main([*files, "--detectors", "script", "--no-speed", "--json", str(target)])
    printed = capsys.readouterr().out
    assert "labelled.jsonl" in printed
    assert "all 3 records; scored here: all" in printed
    found = json.loads(target.read_text(encoding="utf-8"))["detectors"][0]
    assert found["labelled"]["labelled.jsonl"]["by_class"] == {"cross": 1.0}
    assert found["labelled"]["labelled.jsonl"]["false_letters"] == {"real": 0.0}
    assert found["labelled"]["tokens.jsonl"]["human_f1"] == 0.0
    assert found["documents"]["ru"] == {"right": 1.0, "wrong": 0.0, "und": 0.0, "English": 0.0}
    assert found["documents"]["hi-Latn"]["English"] == 1.0
    table = printed.split("\n\n")[1].splitlines()
    # The first columns have names of one word; later ones do not.
    assert table[1].split()[:5] == ["detector", "F1", "event", "foreign", "cross"]
    assert table[2].split()[:5] == ["script", "1.000", "1.000", "1.000", "1.000"]


def test_missing_data_and_missing_peers_are_named(
    labelled: Path, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(_: object) -> language_detectors.Detector:
        raise ImportError("No module named 'lingua'")

    monkeypatch.setitem(language_detectors.DETECTORS, "lingua", absent)
    files = ["--labelled", str(labelled), "nowhere.jsonl", "--documents", "nothing.jsonl"]
    language.main([*files, "--detectors", "lingua", "script", "--no-speed"])
    captured = capsys.readouterr()
    assert "left out: lingua (No module named 'lingua'; pip install lingua-language-detector" in captured.err
    assert "left out: nowhere.jsonl is not there" in captured.err
    assert "left out: nothing.jsonl is not there" in captured.err
    assert "\nscript" in captured.out
    assert "\nlingua" not in captured.out


def test_the_split_depends_on_the_id_alone() -> None:
    records = [{"id": f"r{k}", "set": "real"} for k in range(900)]
    develop = {record["id"] for record in language_data.take(records, "develop")}
    aside = {record["id"] for record in language_data.take(records[::-1], "aside")}
    assert develop | aside == {record["id"] for record in records}
    assert not develop & aside
    assert 0.28 < len(aside) / len(records) < 0.39
    assert language_data.take(records, "all") == records


def test_a_sample_takes_from_each_cell_and_does_not_depend_on_order() -> None:
    records = [{"id": f"{kind}{k}", "set": "real", "class": kind} for kind in "ab" for k in range(9)]
    taken = language_data.take(records, "all", 2)
    assert [record["class"] for record in taken] == ["a", "a", "b", "b"]
    again = language_data.take(records[::-1], "all", 2)
    assert {record["id"] for record in again} == {record["id"] for record in taken}


def test_tokens_become_spans(tokens: Path) -> None:
    record = language_data.from_tokens(language_data.read(tokens)[0])
    assert record["base"] == "de"
    said = [(record["text"][s["start"] : s["end"]], s["language"]) for s in record["gold_spans"]]
    assert said == [("ama", "tr"), ("Ali", "und"), ("Prüfungum", "*")]


def test_articles_are_joined_to_documents() -> None:
    records = [{"id": str(k), "texts": {"zul": "a" * 400}} for k in range(7)]
    lengths = [len(text) for _, text in language_data.documents(records)]
    assert lengths == [3 * 400 + 2, 4 * 400 + 3]


def test_answers_about_documents_sum_to_one(parallel: Path) -> None:
    def detector(text: str) -> list[Span]:
        return [(0, 3, "sw"), (3, 5, "en"), (5, 6, "zu"), (6, len(text), "und")]

    found = language_documents.shares([parallel], detector)
    assert found["zu"] == {"wrong": 3 / 11, "English": 2 / 11, "right": 0.0, "und": 6 / 11}
    row = language_documents.columns(found, frozenset({"ru", "hi"}))
    assert row["new bad"] == 3 / 11
    assert row["hi-Latn bad"] == 3 / 8
    assert "known ok" in row


def test_names_of_one_language_are_right_in_a_document() -> None:
    assert language_documents.answer_of("hr", "bs") == "right"
    assert language_documents.is_known("bs", frozenset({"hr"}))
    assert not language_documents.is_known("zu", frozenset({"hr"}))


def test_windows_name_words_by_their_neighbours() -> None:
    seen: list[str] = []

    def identify(text: str) -> str:
        seen.append(text)
        return "de"

    spans = language_detectors.in_windows(identify)("one two three four five six")
    assert seen[0] == "one two three"
    assert seen[2] == "one two three four five"
    assert spans[2] == (8, 13, "de")


@pytest.mark.parametrize("name", sorted(set(language_detectors.DETECTORS) - {"script"}))
def test_each_detector_that_is_installed_finds_what_is_plain(name: str) -> None:
    detector, reason = language_detectors.load(name)
    if detector is None:
        pytest.skip(reason)
    text = "It follows that\nдавайте посмотрим на эту задачу ещё раз внимательно\nand so we are done with it."
    spans = detector(text)
    assert all(0 <= start <= end <= len(text) for start, end, _ in spans)
    middle = text.index("посмотрим")
    assert {tag for start, end, tag in spans if start <= middle < end} == {"ru"}


def test_verdicts_of_spans() -> None:
    text = "We see das Haus and sin x and quod erat"
    gold = [(7, 15, "de"), (20, 25, "und"), (30, 39, "*")]
    spans = [{"start": start, "end": end, "language": tag} for start, end, tag in gold]
    record = {"base": "en", "inserted": "de", "text": text, "gold_spans": spans}
    said = [(0, 6, "en", 0.9), (7, 15, "de", 0.8), (20, 23, "es", 0.6), (20, 23, "de", 0.5), (30, 39, "la", 0.4)]
    assert calibration.verdicts(record, said) == [(0.8, True), (0.6, False), (0.5, True)]
    assert calibration.verdicts(record, [(4, 15, "de", 0.7), (0, 15, "nl", 0.3)]) == [(0.7, True), (0.3, False)]


def test_calibration_error_and_area() -> None:
    confidence = np.array([0.95, 0.95, 0.95, 0.95, 0.55, 0.55])
    right = np.array([True, True, True, False, True, False])
    found = calibration.bins(confidence, right)
    assert [(one.n, one.right) for one in found] == [(2, 0.5), (4, 0.75)]
    assert calibration.calibration_error(found) == pytest.approx((2 * 0.05 + 4 * 0.2) / 6)
    assert np.isnan(calibration.area(confidence, np.ones(6, dtype=bool)))
    low, high = calibration.wilson(1.0, 10)
    assert (round(low, 3), high) == (0.722, 1.0)


def test_calibration_draws(labelled: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    target = tmp_path / "calibration.png"
    calibration.main(["--labelled", str(labelled), "--figure", str(target)])
    assert target.stat().st_size > 5_000
    assert "all: 2 spans, 1.000 right" in capsys.readouterr().out
