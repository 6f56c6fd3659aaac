"""Where two detectors differ: stretches against a comparison character by character, metrics against `measure`."""

from __future__ import annotations

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_texts

import traceviz as tv
from traceviz.schema import SchemaError
from traceviz.segments.segment import empty_segments

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "traces.jsonl"

STRETCHES = {
    "trace_id": "string",
    "start": "int64",
    "end": "int64",
    "language_a": "string",
    "language_b": "string",
    "confidence_a": "float64",
    "confidence_b": "float64",
    "characters": "int64",
    "letters": "Int64",
}
METRICS = [
    "metric",
    "mean_a",
    "mean_b",
    "difference",
    "mean_absolute",
    "spearman",
    "n_traces",
    "n_missing_a",
    "n_missing_b",
]


@pytest.fixture(scope="module")
def samples() -> pd.DataFrame:
    return tv.load(SAMPLES)


@pytest.fixture(scope="module")
def ours(samples: pd.DataFrame) -> pd.DataFrame:
    return tv.segment(samples)


@pytest.fixture(scope="module")
def theirs(samples: pd.DataFrame) -> pd.DataFrame:
    return tv.segment(samples, detector="langdetect")


def by_character(segments: pd.DataFrame) -> dict[str, list[tuple[str | None, float]]]:
    """Give language and confidence of each character of each trace, the plain way."""
    found: dict[str, list[tuple[str | None, float]]] = {}
    columns = ["trace_id", "start", "end", "language", "confidence"]
    for trace, start, end, language, confidence in segments[columns].itertuples(index=False):
        found.setdefault(trace, []).extend(
            [(language if isinstance(language, str) else None, confidence)] * (end - start)
        )
    return found


def expected(a: pd.DataFrame, b: pd.DataFrame) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    other = by_character(b)
    for trace, characters in by_character(a).items():
        pairs = list(zip(characters, other[trace], strict=True))
        at = 0
        while at < len(pairs):
            tags = (pairs[at][0][0], pairs[at][1][0])
            end = at
            while end < len(pairs) and (pairs[end][0][0], pairs[end][1][0]) == tags:
                end += 1
            if tags[0] != tags[1]:
                sure = [round(float(np.mean([pair[k][1] for pair in pairs[at:end]])), 3) for k in (0, 1)]
                rows.append((trace, at, end, *tags, *sure, end - at))
            at = end
    return rows


def given_rows(stretches: pd.DataFrame) -> list[tuple[object, ...]]:
    table = stretches.drop(columns="letters").astype(object)
    table = table.where(table.notna(), None)
    rounded = table.assign(
        **{name: table[name].map(lambda x: round(x, 3)) for name in ("confidence_a", "confidence_b")}
    )
    return list(rounded.itertuples(index=False, name=None))


def same_rows(one: list[tuple[object, ...]], other: list[tuple[object, ...]]) -> bool:
    return [(*row[:5], row[7]) for row in one] == [(*row[:5], row[7]) for row in other] and np.allclose(
        [row[5:7] for row in one], [row[5:7] for row in other], atol=0.0011
    )


def test_the_stretches_are_those_of_a_plain_comparison(
    samples: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame
) -> None:
    stretches = tv.disagreement(ours, theirs).stretches
    assert len(stretches) > 50
    assert same_rows(given_rows(stretches), expected(ours, theirs))
    lettered = tv.disagreement(ours, theirs, samples, metrics="cmi").stretches
    texts = dict(zip(samples["trace_id"], samples["reasoning"], strict=True))
    counted = [sum(c.isalpha() for c in texts[t][s:e]) for t, s, e in lettered[["trace_id", "start", "end"]].to_numpy()]
    assert lettered["letters"].tolist() == counted


@settings(max_examples=40)
@given(st.lists(any_texts(), max_size=3), st.data())
def test_any_two_cuts_of_any_texts(texts: list[str], data: st.DataObject) -> None:
    def drawn() -> pd.DataFrame:
        rows = []
        for i, text in enumerate(texts):
            cuts = sorted({0, len(text), *data.draw(st.lists(st.integers(0, len(text)), max_size=4))})
            tags = data.draw(st.lists(st.sampled_from(["en", "de", None]), min_size=5, max_size=5))
            rows += [
                (str(i), s, e, "prose", None, tag, 0.5, False, False)
                for s, e, tag in zip(cuts[:-1], cuts[1:], [*tags, None], strict=False)
            ]
        return pd.DataFrame(rows, columns=list(empty_segments().columns)).astype(empty_segments().dtypes.to_dict())

    a, b = drawn(), drawn()
    assert same_rows(given_rows(tv.disagreement(a, b).stretches), expected(a, b))


def test_a_table_agrees_with_itself(samples: pd.DataFrame, ours: pd.DataFrame) -> None:
    stretches, metrics = tv.disagreement(ours, ours.sample(frac=1, random_state=1), samples)
    assert len(stretches) == 0
    assert {name: str(dtype) for name, dtype in stretches.dtypes.items()} == STRETCHES
    assert (metrics["mean_absolute"].dropna() == 0).all()
    assert np.allclose(metrics["spearman"].dropna(), 1)


def test_the_columns_do_not_depend_on_the_data(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    for a, b in ((ours, theirs), (empty_segments(), empty_segments())):
        stretches, metrics = tv.disagreement(a, b)
        assert {name: str(dtype) for name, dtype in stretches.dtypes.items()} == STRETCHES
        assert list(metrics.columns) == METRICS
        assert len(metrics) == 0
        assert stretches["letters"].isna().all()


def test_metrics_are_those_of_measure(samples: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    names = ["cmi", "language_consistency", "foreign_share"]
    table = tv.disagreement(ours, theirs, samples, metrics=names).metrics.set_index("metric")
    a, b = (tv.measure(samples, segments=segments, metrics=names) for segments in (ours, theirs))
    assert list(table.index) == names
    for name in names:
        both = a[name].notna() & b[name].notna()
        row = table.loc[name]
        assert row["n_traces"] == both.sum()
        assert row["mean_a"] == pytest.approx(a[name][both].mean())
        assert row["mean_b"] == pytest.approx(b[name][both].mean())
        assert row["difference"] == pytest.approx((b[name] - a[name]).mean())
        assert row["mean_absolute"] == pytest.approx((b[name] - a[name]).abs().mean())
        assert row["spearman"] == pytest.approx(a[name][both].corr(b[name][both], method="spearman"))


def test_langdetect_finds_more_foreign_text_where_there_is_none(
    samples: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame
) -> None:
    table = tv.disagreement(ours, theirs, samples, metrics="any_foreign").metrics
    assert table["mean_b"][0] > table["mean_a"][0]


def test_a_number_that_one_lacks_is_counted() -> None:
    texts = ["So it is.", "So it was.", "x = 2"]
    a, b = tv.segment(texts), tv.segment(texts, detector=lambda text: [(0, len(text), "en")] if "is" in text else [])
    row = tv.disagreement(a, b, texts, metrics="cmi").metrics.iloc[0]
    assert row[["n_traces", "n_missing_a", "n_missing_b"]].tolist() == [1, 1, 2]
    assert np.isnan(row["spearman"])


def test_the_tables_are_not_touched(samples: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    copies = [table.copy(deep=True) for table in (ours, theirs, samples)]
    tv.disagreement(ours, theirs, samples, metrics="cmi")
    for table, copy in zip((ours, theirs, samples), copies, strict=True):
        pd.testing.assert_frame_equal(table, copy)


def test_traces_of_one_table_are_left_out(
    samples: pd.DataFrame, ours: pd.DataFrame, theirs: pd.DataFrame, caplog: pytest.LogCaptureFixture
) -> None:
    chosen = samples["trace_id"].tolist()[3:6]
    whole = tv.disagreement(ours, theirs, samples.iloc[3:6], metrics="cmi")
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        part = tv.disagreement(ours, theirs[theirs["trace_id"].isin(chosen)], samples, metrics="cmi")
    assert caplog.messages == ["33 of 36 traces are in one of the two segments tables only."]
    pd.testing.assert_frame_equal(part.stretches, whole.stretches)
    pd.testing.assert_frame_equal(part.metrics, whole.metrics)
    assert set(part.stretches["trace_id"]) <= set(chosen)


def test_segments_of_other_texts_are_refused(ours: pd.DataFrame) -> None:
    with pytest.raises(SchemaError, match=r"not of the same text: that of trace '0' is longer in one\. Make both"):
        tv.disagreement(tv.segment("So it is."), tv.segment("So it is so."))
    with pytest.raises(SchemaError, match=r"The segments of trace 'q1-zero-0' do not tile its text"):
        tv.disagreement(ours.drop(index=1), ours)
    with pytest.raises(SchemaError, match=r"tv\.disagreement needs the segments table with the columns 'start'"):
        tv.disagreement(ours, pd.DataFrame({"trace_id": ["0"]}))
    one, other = tv.segment("So it is 答案是 so."), tv.segment("So it is 答案是 so.", detector="langdetect")
    with pytest.raises(SchemaError, match=r"of trace '0' are longer than its text|lies outside its text"):
        tv.disagreement(one, other.assign(language=None), "So it")
