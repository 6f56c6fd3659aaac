"""The legibility benchmark from end to end on small files, its hosts, its areas and its flags."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import damage_words
import language_data
import legibility
import legibility_hosts
import legibility_score
import legibility_speed
import numpy as np
import pandas as pd
import pytest
from legibility_hosts import Domain, Host, is_pure, windows
from legibility_score import area, draws_of, percentile_flags, profile_flags
from scipy.stats import mannwhitneyu

CONTROL = Path(damage_words.__file__).parent.parent / "traceviz" / "data" / "control.jsonl"


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Domains made of the shipped control: each record six of its traces."""
    records = [json.loads(line) for line in CONTROL.read_text(encoding="utf-8").splitlines()]
    english = [record["reasoning"] for record in records if record["language"] == "en"]
    spanish = [record["reasoning"] for record in records if record["language"] == "es"]

    def write(name: str, texts: list[str], many: int, size: int) -> None:
        chosen = ["\n\n".join(texts[(k * size + j) % len(texts)] for j in range(size)) for k in range(many)]
        lines = [json.dumps({"id": f"{name}{k}", "prompt": "?", "reasoning": text}) for k, text in enumerate(chosen)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines), encoding="utf-8")

    write("long", english, 120, 15)
    write("short", english, 60, 2)
    write("spanish", spanish, 12, 7)
    monkeypatch.setattr(language_data, "SHARED", tmp_path)
    monkeypatch.setattr(legibility_hosts, "ENDING", ".jsonl")
    domains = {
        "long": Domain("development", "long", bool),
        "short": Domain("unseen", "short", bool),
        "Spanish": Domain("language", "spanish", bool),
    }
    for module in (legibility, legibility_hosts):
        monkeypatch.setattr(module, "DOMAINS", domains)
    monkeypatch.setattr(legibility_speed, "ENOUGH", 50_000)
    legibility.hosts_of.cache_clear()
    yield tmp_path
    legibility.hosts_of.cache_clear()


def table_of(printed: str, title: str) -> list[list[str]]:
    """Give the cells of a printed table."""
    block = next(block for block in printed.split("\n\n") if block.strip().startswith(title))
    block = block.partition("\nreference: ")[0]
    return [re.split(r"\s{2,}", line.strip()) for line in block.strip().splitlines()[1:]]


@pytest.mark.usefixtures("shared")
def test_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.json"
    kinds = ["--kinds", "glued", "hidden", "loop", "symbols_arrows"]
    parts = ["--parts", "confusion", "doses", "alarms", "harmless"]
    legibility.main(["--sample", "6", *kinds, *parts, "--modes", "loop", "hidden_characters", "--json", str(target)])
    printed = capsys.readouterr().out
    head, *rows = table_of(printed, "area under the curve at 10 %")
    assert head == ["damage", "loop", "hidden_characters"]
    assert rows == [
        ["glued", "0.50", "0.50"],
        ["hidden", "0.50", "1.00*"],
        ["loop", "1.00*", "0.50"],
        ["symbols_arrows", "0.50", "0.50"],
    ]
    head, *rows = table_of(printed, "area of the mode that is meant")
    assert head == ["damage", "mode", "n", "5%", "10%", "30%"]
    assert [row[:3] for row in rows] == [["hidden", "hidden_characters", "12"], ["loop", "loop", "12"]]
    head, *rows = table_of(printed, "share of clean windows flagged at level 0.995; hosts: aside")
    assert [row[0] for row in rows] == ["long", "short", "Spanish"]
    assert {cell for row in rows[:2] for cell in row[3:]} == {"0.000"}  # Spanish is too little not to repeat
    head, *rows = table_of(printed, "share of 12 windows that a harmless change makes flagged")
    assert len(rows) == len(legibility.HARMLESS)
    found = json.loads(target.read_text(encoding="utf-8"))
    assert {(one["kind"], one["dose"]) for one in found["areas"] if one["mode"] == "loop"} == {
        (kind, dose) for kind in kinds[1:] for dose in (0.05, 0.1, 0.3)
    }


@pytest.mark.usefixtures("shared")
def test_a_detector_is_judged_by_its_module(capsys: pytest.CaptureFixture[str]) -> None:
    module = "traceviz.detectors.telegraphic"
    legibility.main(["--sample", "4", "--kinds", "telegraphic", "--parts", "doses", "--detector", module])
    [row] = table_of(capsys.readouterr().out, "area of the mode that is meant")[1:]
    assert row[1] == "telegraphic"
    assert float(row[-1].split()[0]) > 0.9


@pytest.mark.usefixtures("shared")
def test_drift_and_speed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legibility, "LONG", 4_000)
    monkeypatch.setattr(legibility, "SHORT", 1_000)
    legibility.main(["--sample", "10", "--parts", "drift", "speed", "--peers", "false"])
    printed = capsys.readouterr().out
    head, *rows = table_of(printed, "change in between-trace SD")
    assert head == ["metric", "long (30)"]
    moved = {row[0]: row[1:] for row in rows}
    assert all(float(value) < -1 for value in moved["words"])
    head, *rows = table_of(printed, "speed, warm")
    assert rows[0][0] == "tv.measure, default metrics and modes"
    assert float(rows[0][1]) > 0
    assert [row[0] for row in rows[-2:]] == ["textstat", "textdescriptives"]
    assert all(row[1].startswith("left out") for row in rows[-2:])


def test_without_traces_nothing_is_measured(
    shared: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language_data, "SHARED", shared / "nowhere")
    legibility.main([])
    captured = capsys.readouterr()
    assert "Nothing to damage: the traces at ../shared/data are not there." in captured.err
    assert captured.out == ""


def test_kinds_without_their_words_are_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    damage_words.words.cache_clear()
    assert legibility.present_kinds(["odd_words", "glued"]) == ["glued"]
    assert "left out: odd_words (import of wordfreq halted" in capsys.readouterr().err


@pytest.mark.usefixtures("shared")
def test_traces_stand_on_one_side() -> None:
    for name in ("long", "short"):
        develop, aside = (legibility_hosts.read(name, side) for side in ("develop", "aside"))
        assert develop
        assert aside
        assert not {host.source for host in develop} & {host.source for host in aside}
        everything = legibility_hosts.read(name)
        assert {host.id for host in everything} == {host.id for host in develop + aside}
        assert len({host.id for host in everything}) == len(everything)
        size = [len(host.text) for host in everything]
        assert min(size) >= legibility_hosts.SHORTEST - 5
        assert max(size) <= legibility_hosts.LONGEST


def test_windows_end_at_ends() -> None:
    text = "One sentence of some words stands here. " * 200
    found = list(windows(text))
    assert all(window.endswith("here.") for window in found)
    assert text.startswith(found[0])
    assert list(windows("x" * 2_199)) == []
    assert [len(window) for window in windows("x" * 6_000)] == [2_500, 2_500]


@pytest.mark.parametrize(
    ("text", "pure"),
    [
        ("因此 sin 的值是 8。", True),
        ("最后，The final answer is 8。", False),
        ("したがって $\\text{the area}$ は 8 です。", True),
        ("La suma de los dos es 8, y the rest is 2.", False),
        ("La suma de los dos es 8 (Newton y Leibniz).", True),
    ],
)
def test_windows_with_phrases_in_english_are_not_pure(text: str, *, pure: bool) -> None:
    assert is_pure(text) == pure


def test_a_sample_does_not_depend_on_order() -> None:
    hosts = [Host(f"h{k}", f"s{k}", "d", "", "") for k in range(20)]
    assert legibility_hosts.sample(hosts, 5) == legibility_hosts.sample(hosts[::-1], 5)
    assert len(legibility_hosts.sample(hosts, 0)) == 20


def test_areas_are_those_of_the_rank_test() -> None:
    chance = np.random.default_rng(3)
    clean, damaged = chance.integers(0, 6, 40) / 10, chance.integers(2, 8, 40) / 10
    found = area(clean, damaged, draws_of([str(k // 2) for k in range(40)]))
    expected = mannwhitneyu(damaged, clean).statistic / 40**2
    assert found.value == pytest.approx(expected)
    assert found.low < found.value < found.high


def test_intervals_draw_traces() -> None:
    chance = np.random.default_rng(4)
    clean, damaged = chance.normal(0, 1, 20), chance.normal(0.8, 1, 20)
    alone = area(clean, damaged, draws_of([str(k) for k in range(20)]))
    eight = area(np.repeat(clean, 8), np.repeat(damaged, 8), draws_of([str(k // 8) for k in range(160)]))
    assert (eight.low, eight.high) == pytest.approx((alone.low, alone.high))
    naive = area(np.repeat(clean, 8), np.repeat(damaged, 8), draws_of([str(k) for k in range(160)]))
    assert naive.high - naive.low < 0.6 * (eight.high - eight.low)


def test_windows_without_a_number_are_left_out() -> None:
    clean, damaged = np.array([0.1, np.nan, 0.3]), np.array([0.2, 0.9, np.nan])
    found = area(clean, damaged, draws_of(["a", "b", "c"]))
    assert (found.value, found.n) == (1.0, 1)
    nothing = area(np.array([np.nan]), np.array([0.5]), draws_of(["a"]))
    assert np.isnan(nothing.value)
    assert nothing.n == 0


def test_flags() -> None:
    reference = pd.DataFrame({"loop": np.arange(200) / 1000, "new": np.zeros(200)})
    measured = pd.DataFrame({"loop": [0.1, 0.5, np.nan], "new": [0.0, 0.01, 0.0]})
    expected = {"loop": [False, True, False], "new": [False, True, False]}
    assert percentile_flags(reference)(measured).to_dict("list") == expected
    what = legibility_score.Judged({"loop": "loop_share"}, {})
    assert profile_flags(reference, what)(measured).to_dict("list") == expected
