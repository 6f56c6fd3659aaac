"""The rule of scoring: cases by hand, and the same figures as the program that states the rule, where that is there."""

from __future__ import annotations

import json
import math
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import language_data
import language_score
import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_score import Score, score

ROOT = Path(__file__).parent.parent.parent
TOOL = ROOT.parent / "shared" / "tools" / "score_language.py"

CASES = json.loads((Path(__file__).parent / "language_score.json").read_text(encoding="utf-8"))


def record_of(case: dict[str, Any]) -> dict[str, Any]:
    spans = [{"start": start, "end": end, "language": tag} for start, end, tag in case["gold"]]
    return {"base": case["base"], "inserted": case.get("inserted"), "text": case["text"], "gold_spans": spans}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["label"])
def test_the_rule(case: dict[str, Any]) -> None:
    found = score(record_of(case), [tuple(span) for span in case["said"]])
    assert {name: value for name, value in found._asdict().items() if value} == case["score"], case["reason"]


def test_classes_weigh_the_same_however_many_cells_they_have() -> None:
    def cell(name: str, granularity: str, inserted: str, right: int) -> tuple[dict[str, Any], Score]:
        record = {"set": "spliced", "class": name, "granularity": granularity, "base": "en", "inserted": inserted}
        return record, Score(letters=10, found=right, missed=1 - right, seen=1)

    scored = [
        cell("latin", "word", "de", 1),
        cell("latin", "word", "fr", 0),
        cell("latin", "clause", "de", 1),
        cell("cross", "word", "zh", 0),
    ]
    found = language_score.report(scored)
    assert found.by_granularity == {"cross/word": 0.0, "latin/clause": 1.0, "latin/word": 0.5}
    assert found.by_class == {"cross": 0.0, "latin": 0.75}
    assert found.f1 == 0.375
    assert found.foreign_f1 == 1.0


def test_records_of_a_cell_are_pooled_before_f1() -> None:
    record = {"set": "spliced", "class": "latin", "granularity": "word", "base": "en", "inserted": "de"}
    found = language_score.report([(record, Score(found=8)), (record, Score(missed=2, wrong=4))])
    assert found.f1 == pytest.approx(16 / 22)


def test_without_records_figures_are_missing() -> None:
    found = language_score.report([({"set": "real"}, Score(letters=2000, false=3))])
    assert math.isnan(found.f1)
    assert found.false_letters == {"real": 1.5}


@st.composite
def answered(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[int, int, str]]]:
    """Give a record with gold spans that do not touch, and some answer to it."""
    text = draw(st.text(alphabet="abcé \N{COMBINING ACUTE ACCENT}答3,", min_size=1, max_size=40))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    tags = st.sampled_from(["de", "fr", "zh", "und", "*", "en"])
    gold = [
        {"start": start, "end": end, "language": draw(tags)} for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    place = st.integers(-2, len(text) + 2)
    said = draw(st.lists(st.tuples(place, place, st.sampled_from(["de", "zh-Hant", "und", "", "en", "nb", "sw"]))))
    record = {
        "id": str(draw(st.integers(0, 10**9))),
        "set": draw(st.sampled_from(["spliced", "spliced", "real", "clean"])),
        "class": draw(st.sampled_from(["latin", "cross"])),
        "granularity": draw(st.sampled_from(["word", "clause"])),
        "base": draw(st.sampled_from(["en", "de"])),
        "inserted": draw(st.sampled_from(["de", "zh", None])),
        "text": text,
        "gold_spans": gold,
    }
    return record, said


@given(answered())
def test_letters_add_up(pair: tuple[dict[str, Any], list[tuple[int, int, str]]]) -> None:
    record, said = pair
    found = score(record, said)
    gold = [gold for gold, _ in language_score.counted(record, said)]
    foreign = sum(label not in (record["base"], "und") for label in gold)
    assert found.found + found.missed == found.seen + found.unseen == foreign
    assert found.false <= found.wrong <= found.letters == len(gold)
    assert found.found <= found.seen


@given(answered())
def test_the_gold_itself_is_perfect(pair: tuple[dict[str, Any], list[tuple[int, int, str]]]) -> None:
    record, _ = pair
    truth = [(span["start"], span["end"], span["language"]) for span in record["gold_spans"]]
    found = score(record, truth)
    assert (found.missed, found.wrong, found.events_missed, found.events_wrong) == (0, 0, 0, 0)


def tool_says(records: list[dict[str, Any]], said: dict[str, Any], folder: Path) -> dict[str, Any]:
    gold, answers = folder / "gold.jsonl", folder / "answers.jsonl"
    gold.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
    lines = [json.dumps({"id": name, "spans": spans}) for name, spans in said.items()]
    answers.write_text("\n".join(lines), encoding="utf-8")
    done = subprocess.run([sys.executable, TOOL, gold, answers], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def assert_same(records: list[dict[str, Any]], said: dict[str, Any], folder: Path) -> None:
    expected = tool_says(records, said, folder)
    found = language_score.report((record, score(record, said[record["id"]])) for record in records)
    assert found.f1 == pytest.approx(expected["F1"], nan_ok=True)
    assert found.event_f1 == pytest.approx(expected["event_F1"], nan_ok=True)
    assert found.by_class == pytest.approx(expected["class_F1"])
    assert found.by_granularity == pytest.approx(expected["granularity_F1"])
    assert found.false_letters == pytest.approx(expected["false_letters_per_1000"])


needs_tool = pytest.mark.skipif(not TOOL.exists(), reason="the program of the rule is not at ../shared/tools")
needs_data = pytest.mark.skipif(not language_data.LABELLED[0].exists(), reason="no labelled spans at ../shared/data")


@needs_tool
@pytest.mark.parametrize("seed", range(3))
def test_same_figures_as_the_rule_on_random_records(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)  # noqa: S311  (a test's random records)
    records, said = [], {}
    for k in range(300):
        text = "".join(draw.choices("abcdé \N{COMBINING ACUTE ACCENT}答のж3,\n", k=draw.randrange(1, 60)))
        cuts = sorted(draw.sample(range(len(text) + 1), k=min(len(text) + 1, 2 * draw.randrange(4))))
        gold = [
            {"start": start, "end": end, "language": draw.choice(["de", "zh", "no", "und", "*"])}
            for start, end in zip(cuts[::2], cuts[1::2], strict=False)
        ]
        records.append(
            {
                "id": str(k),
                "set": draw.choice(["spliced", "spliced", "real", "clean"]),
                "class": draw.choice(["latin", "hard"]),
                "granularity": draw.choice(["word", "phrase"]),
                "base": draw.choice(["en", "de"]),
                "inserted": draw.choice(["de", "zh", "no"]),
                "text": text,
                "gold_spans": gold,
            }
        )
        said[str(k)] = [
            [
                draw.randrange(-3, 60),
                draw.randrange(-3, 70),
                draw.choice(["de", "zh-Hans", "nb", "und", "en", "sw", ""]),
            ]
            for _ in range(draw.randrange(6))
        ]
        if gold and draw.random() < 0.5:
            said[str(k)] += [[span["start"], span["end"], span["language"]] for span in gold if span["language"] != "*"]
    assert_same(records, said, tmp_path)


@needs_tool
@needs_data
def test_same_figures_as_the_rule_on_real_answers(tmp_path: Path) -> None:
    import language_detectors

    records = language_data.take(language_data.read(language_data.LABELLED[0]), "aside")
    for name in ("traceviz", "script"):
        detector, _ = language_detectors.load(name)
        assert detector is not None
        assert_same(records, {record["id"]: detector(record["text"]) for record in records}, tmp_path)
