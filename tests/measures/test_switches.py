from __future__ import annotations

import json
from collections import Counter
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import WORDS, any_texts, columns_of_texts

import traceviz as tv
from traceviz.measures.switches import CONTEXTS, UNTOLD, switches
from traceviz.measures.tables import samples
from traceviz.schema import SEGMENTS, SchemaError

COLUMNS = ["from", "to", "context", "count"]
CASES = json.loads((Path(__file__).parent.parent / "cases" / "switches.json").read_text(encoding="utf-8"))

#: Words by language, and what is none; every piece ends in a space, so that its word stands alone.
PIECES = {
    "en": ("prose", "Latin", ("then we see ", "so ", "answer. ", "and\n")),
    "de": ("prose", "Latin", ("also wir ", "Haus ", "\ngut ")),
    "zh": ("prose", "Han", ("答案 ", "所以。 ")),
    "ru": ("prose", "Cyrillic", ("ответ ", "“и так ")),
    "und": ("prose", "Latin", ("qzxv ",)),
    "math": ("math", None, ("$x$ ", "$\ny = 2$ ")),
    "code": ("code", None, ("`x` ",)),
    "other": ("other", None, ("12, ", "• ")),
}


def made(*pieces: tuple[str, str], quoted: tuple[int, ...] = (), trace: Any = "0") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a trace and its segments of (name in `PIECES`, text)."""
    rows, at = [], 0
    for number, (name, text) in enumerate(pieces):
        kind, script, _ = PIECES[name]
        language = name if kind == "prose" else None
        rows.append((trace, at, at + len(text), kind, script, language, 1.0, number in quoted, False))
        at += len(text)
    segments = pd.DataFrame(rows, columns=list(SEGMENTS)).astype(SEGMENTS)
    return segments, pd.DataFrame({"trace_id": [trace], "reasoning": ["".join(text for _, text in pieces)]})


def triples(table: pd.DataFrame) -> list[list[str]]:
    return [list(row[:3]) for row in table[COLUMNS].itertuples(index=False) for _ in range(row[3])]


@pytest.mark.parametrize("case", CASES, ids=[case["reason"] for case in CASES])
def test_cases(case: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if case.get("expect") == "fail":
        request.applymarker(pytest.mark.xfail(strict=True, reason=case["reason"]))
    table = tv.switches(tv.segment(case["text"]), case["text"], raw=True)
    assert sorted(triples(table)) == sorted(case["switches"])


def test_the_most_frequent_come_first_and_equal_ones_by_name() -> None:
    segments, traces = made(*(("zh", "答案 "), ("en", "so "), ("ru", "ответ "), ("en", "and ")) * 2)
    table = tv.switches(segments, traces)
    assert table.to_numpy().tolist() == [
        ["en", "ru", "inside", 2],
        ["ru", "en", "inside", 2],
        ["zh", "en", "inside", 2],
        ["en", "zh", "inside", 1],
    ]
    assert table.attrs["traceviz"]["switches"] == {"by": [], "raw": False, "contexts": True}


def test_what_has_no_language_of_its_own_is_passed_over() -> None:
    segments, traces = made(("en", "so "), ("und", "qzxv "), ("code", "`x` "), ("other", "12, "), ("en", "and "))
    assert tv.switches(segments, traces).empty
    assert tv.switches(segments).empty
    segments, traces = made(("en", "so "), ("und", "qzxv "), ("math", "$x$ "), ("other", "12, "), ("zh", "答案 "))
    assert triples(tv.switches(segments, traces)) == [["en", "zh", "formula"]]
    assert triples(tv.switches(segments)) == [["en", "zh", "formula"]]


def test_a_word_between_a_formula_and_the_switch_makes_it_no_formula() -> None:
    segments, traces = made(("en", "so "), ("math", "$x$ "), ("und", "qzxv "), ("zh", "答案 "))
    assert triples(tv.switches(segments, traces)) == [["en", "zh", "inside"]]
    assert triples(tv.switches(segments)) == [["en", "zh", UNTOLD]]


def test_quoted_words_count_only_when_raw() -> None:
    segments, traces = made(("en", "so "), ("ru", "ответ "), ("en", "and "), ("zh", "答案 "), quoted=(1,))
    assert triples(tv.switches(segments, traces)) == [["en", "zh", "inside"]]
    assert len(triples(tv.switches(segments, traces, raw=True))) == 3
    assert len(triples(tv.switches(segments))) == 1
    mentioned = segments.assign(mentioned=segments["quoted"], quoted=False)
    assert triples(tv.switches(mentioned, traces)) == [["en", "zh", "inside"]]


def test_without_the_traces_a_piece_without_a_word_counts_and_only_formulas_are_told() -> None:
    segments, traces = made(("zh", "答案 "), ("en", "A "), ("math", "$x$ "), ("zh", "所以。 "))
    assert tv.switches(segments, traces).empty
    table = tv.switches(segments)
    assert triples(table) == [["en", "zh", "formula"], ["zh", "en", UNTOLD]]
    assert not table.attrs["traceviz"]["switches"]["contexts"]


def test_groups_stand_in_the_order_of_the_traces() -> None:
    parts = [made(("en", "so "), ("zh", "答案 "), trace=trace) for trace in ("c", "a", "b")]
    segments, traces = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
    traces = traces.assign(model=["m2", None, "m1"], step=[1, 1, 2])
    table = tv.switches(segments, traces, by="model")
    assert list(table.columns) == ["model", *COLUMNS]
    assert table["model"].fillna("-").tolist() == ["m2", "-", "m1"]
    both = tv.switches(segments, traces, by=["step", "from"][:1])
    assert both[["step", "count"]].to_numpy().tolist() == [[1, 2], [2, 1]]
    riding = segments.merge(traces[["trace_id", "model"]], on="trace_id")
    assert tv.switches(riding, by="model")["model"].fillna("-").tolist() == ["m2", "-", "m1"]


def test_the_metric_counts_the_same_switch_points() -> None:
    segments, traces = made(*(("zh", "答案 "), ("en", "so "), ("math", "$x$ "), ("ru", "ответ ")) * 2)
    (number,) = tv.measure(traces, segments=segments, metrics=["switch_points"])["switch_points"]
    assert number == tv.switches(segments, traces)["count"].sum() == 5


def test_some_of_the_traces_give_their_own_switches() -> None:
    parts = [made(("en", "so "), (language, PIECES[language][2][0]), trace=language) for language in ("zh", "ru")]
    segments, traces = (pd.concat(tables, ignore_index=True) for tables in zip(*parts, strict=True))
    assert triples(tv.switches(segments, traces[traces["trace_id"] == "ru"])) == [["en", "ru", "inside"]]
    assert triples(tv.switches(segments[segments["trace_id"] == "zh"], traces)) == [["en", "zh", "inside"]]


def test_columns_and_dtypes_do_not_depend_on_what_is_found() -> None:
    segments, traces = made(("en", "so "), ("zh", "答案 "))
    full, empty = tv.switches(segments, traces), tv.switches(tv.segment([]), [])
    none = tv.switches(tv.segment("So we are done."), "So we are done.")
    assert full.dtypes.to_dict() == empty.dtypes.to_dict() == none.dtypes.to_dict()
    assert list(empty.columns) == COLUMNS


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"by": "model"}, r"tv.switches found no column 'model', neither in the traces nor in the segments"),
        ({"by": "from"}, r"cannot group by 'from', because its result has a column of that name; rename it first"),
        ({"traces": ["another text, longer than that"]}, r"do not tile its text|lies outside its text"),
        ({"traces": pd.DataFrame({"trace_id": ["z"], "reasoning": ["x"]})}, r"segments of other traces"),
    ],
)
def test_what_is_refused(arguments: dict[str, Any], said: str) -> None:
    segments, _ = made(("en", "so "), ("zh", "答案 "))
    with pytest.raises(SchemaError, match=said):
        tv.switches(segments, **arguments)


def test_segments_with_a_gap_are_refused() -> None:
    segments, traces = made(("en", "so "), ("math", "$x$ "), ("zh", "答案 "))
    for given_traces in (traces, None):
        with pytest.raises(SchemaError, match=r"do not tile"):
            tv.switches(segments[segments["kind"] == "prose"], given_traces)


def test_the_input_is_left_alone() -> None:
    segments, traces = made(("en", "so "), ("zh", "答案 "))
    before = segments.copy(), traces.copy()
    tv.switches(segments, traces)
    pd.testing.assert_frame_equal(segments, before[0])
    pd.testing.assert_frame_equal(traces, before[1])


def counted_by_the_metric(segments: pd.DataFrame, traces: Any, *, raw: bool) -> float:
    """Count all switch points of which the metrics `switch_points` and `switch_rate` are made."""
    return float(sum(sample.runs(raw=raw).switches.sum() for _, sample in samples(segments, traces, verb="a test")))


@given(columns_of_texts(), st.booleans())
def test_counts_agree_with_the_metric_on_any_text(texts: list[str | None], raw: bool) -> None:  # noqa: FBT001
    segments = tv.segment(texts)
    table = switches(segments, texts, raw=raw) if len(segments) else switches(segments, raw=raw)
    assert table["count"].sum() == counted_by_the_metric(segments, texts, raw=raw)
    assert set(table["context"]) <= set(CONTEXTS)
    assert (table["from"] != table["to"]).all()
    assert switches(segments, raw=raw)["count"].sum() >= table["count"].sum()


@given(
    st.lists(
        st.sampled_from(sorted(PIECES)).flatmap(
            lambda name: st.tuples(st.just(name), st.sampled_from(PIECES[name][2]))
        ),
        max_size=30,
    )
)
def test_counts_agree_with_a_count_by_hand(pieces: list[tuple[str, str]]) -> None:
    segments, traces = made(*pieces)
    tags = [name for name, _ in pieces if PIECES[name][0] == "prose" and name != "und"]
    by_hand = Counter(pair for pair in pairwise(tags) if pair[0] != pair[1])
    for given_traces in (traces if pieces else None, None):
        table = switches(segments, given_traces)
        assert {
            (row["from"], row["to"]): row["count"]
            for _, row in table.groupby(["from", "to"])["count"].sum().reset_index().iterrows()
        } == by_hand
    assert counted_by_the_metric(segments, traces, raw=False) == by_hand.total()


@given(st.lists(any_texts(), min_size=1, max_size=4))
def test_a_batch_gives_what_single_texts_give(texts: list[str]) -> None:
    together = switches(tv.segment(texts), texts)
    singles = [triples(switches(tv.segment(text), text)) for text in texts]
    assert sorted(triples(together)) == sorted(chain.from_iterable(singles))


def test_words_of_every_script_between_switches() -> None:
    text = " ".join(f"{word} the" for word in WORDS if not word.isascii())
    table = switches(tv.segment(text), text, raw=True)
    assert table["count"].sum() > 5
    assert np.array_equal(table["count"], -np.sort(-table["count"]))
