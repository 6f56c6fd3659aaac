"""The contract of the tables: what is accepted, and what the refusals say."""

from __future__ import annotations

import logging

import pandas as pd
import pytest

from traceviz.schema import (
    FORMS,
    KINDS,
    SEGMENTS,
    STRING,
    SchemaError,
    SourceError,
    TracevizError,
    analysed,
    as_traces,
    check_choice,
    check_columns,
    stamp,
)


def test_errors_can_be_caught_as_what_python_calls_them() -> None:
    assert issubclass(SchemaError, TracevizError)
    assert issubclass(SchemaError, ValueError)
    assert issubclass(SourceError, ValueError)


def test_columns_that_are_there_pass() -> None:
    check_columns(pd.DataFrame({"a": [], "b": []}), ["b", "a"], name="traces", verb="tv.segment")


def test_one_missing_column() -> None:
    with pytest.raises(SchemaError) as error:
        check_columns(pd.DataFrame({"cot": ["x"]}), ["reasoning"], name="traces", verb="tv.segment")
    assert str(error.value) == (
        "tv.segment needs the traces table with the column 'reasoning'; this one has 'cot'. "
        "tv.load(...) makes it from files; columns={'reasoning': '<your column>'} names your own column."
    )


def test_several_missing_columns_of_an_empty_table() -> None:
    with pytest.raises(SchemaError) as error:
        check_columns(pd.DataFrame(), ["trace_id", "start"], name="segments", verb="tv.shares")
    assert str(error.value) == (
        "tv.shares needs the segments table with the columns 'trace_id', 'start'; this one has no columns. "
        "tv.segment(traces) makes it."
    )


def test_many_columns_are_cut_short() -> None:
    table = pd.DataFrame({f"c{i}": [] for i in range(15)})
    with pytest.raises(SchemaError, match=r"'c10', 'c11' and 3 more\. tv\.measure\(traces\) makes it\."):
        check_columns(table, ["x"], name="measured", verb="tv.compare")


def test_columns_that_are_no_strings() -> None:
    with pytest.raises(SchemaError, match=r"this one has '0', '1'\."):
        check_columns(pd.DataFrame([[1, 2]]), ["start"], name="spans", verb="tv.concordance")


def test_no_table_at_all() -> None:
    with pytest.raises(SchemaError) as error:
        check_columns([1], ["start"], name="spans", verb="tv.concordance")  # type: ignore[arg-type]
    assert str(error.value) == "tv.concordance needs the spans table, a pandas DataFrame, and was given list."


def test_choices() -> None:
    check_choice("b", ("a", "b"), name="engine")
    with pytest.raises(SchemaError) as error:
        check_choice("c", ("a", "b"), name="engine")
    assert str(error.value) == "engine='c' is not known; choose one of 'a', 'b'."


@pytest.mark.parametrize("value", [["a"], None, 3])
def test_choices_of_another_type(value: object) -> None:
    with pytest.raises(SchemaError, match="is not known; choose one of"):
        check_choice(value, ("a", "b"), name="engine")


def test_a_table_with_both_columns_is_given_back_itself() -> None:
    table = pd.DataFrame({"trace_id": ["a"], "reasoning": ["x"]})
    assert as_traces(table, verb="tv.segment") is table


def test_a_table_without_ids_gets_positions() -> None:
    table = pd.DataFrame({"reasoning": ["x", "y"], "mine": [1, 2]}, index=[7, 7])
    before = table.copy()
    got = as_traces(table, verb="tv.segment")
    assert got["trace_id"].tolist() == ["0", "1"]
    assert got["mine"].tolist() == [1, 2]
    assert got.index.tolist() == [7, 7]
    pd.testing.assert_frame_equal(table, before)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("one", ["one"]),
        ("", [""]),
        (["one", None, "two"], ["one", None, "two"]),
        (("one", float("nan"), pd.NA), ["one", None, None]),
        (pd.Series(["one", None], index=[5, 5]), ["one", None]),
        ((text for text in ("a", "b")), ["a", "b"]),
        ([], []),
        (["a\ud83d"], ["a\ud83d"]),
    ],
)
def test_strings_become_a_table(data: object, expected: list[str | None]) -> None:
    table = as_traces(data, verb="tv.segment")
    assert [text if isinstance(text, str) else None for text in table["reasoning"]] == expected
    assert table["trace_id"].tolist() == [str(i) for i in range(len(expected))]
    assert table["trace_id"].dtype == STRING


@pytest.mark.parametrize("data", [None, 3, b"bytes", {"reasoning": "x"}])
def test_what_cannot_be_traces(data: object) -> None:
    with pytest.raises(SchemaError) as error:
        as_traces(data, verb="tv.measure")
    assert str(error.value) == (
        f"tv.measure takes a traces table, a string or a list of strings, not {type(data).__name__}. "
        "tv.load(...) reads files, dicts and everything else."
    )


@pytest.mark.parametrize("item", [{"reasoning": "x"}, ["a", "b"], [], b"x", 1, 2.5])
def test_items_that_are_no_strings(item: object) -> None:
    with pytest.raises(SchemaError) as error:
        as_traces(["fine", item], verb="tv.segment")
    assert str(error.value) == (
        f"tv.segment was given a list whose item 1 is {type(item).__name__} and not a string. "
        "tv.load(...) reads lists of dicts."
    )


def test_a_table_without_reasoning() -> None:
    with pytest.raises(SchemaError, match="needs the traces table with the column 'reasoning'"):
        as_traces(pd.DataFrame({"trace_id": ["a"]}), verb="tv.segment")


def test_ids_that_occur_twice() -> None:
    table = pd.DataFrame({"trace_id": ["a", "b", "b", "b"], "reasoning": list("wxyz")})
    with pytest.raises(SchemaError) as error:
        as_traces(table, verb="tv.segment")
    assert str(error.value) == (
        "tv.segment needs traces with a trace_id of their own, and 'b' occurs 3 times. If two tables were put "
        "together, make them unique: traces['trace_id'] = traces['source_uri'] + '#' + traces['trace_id']."
    )


def test_a_table_without_forms_is_raw(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        keep = analysed(pd.DataFrame({"reasoning": ["x", None]}, index=[4, 2]), ("raw",))
    assert keep.tolist() == [True, True]
    assert keep.index.tolist() == [4, 2]
    assert caplog.messages == []


FORMED = pd.DataFrame(
    {
        "reasoning": ["a", "b", "c", None, "d", "e"],
        "reasoning_form": ["raw", "summary", "summary", "encrypted", None, "unknown"],
    }
)


def test_other_forms_are_counted_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        keep = analysed(FORMED, ("raw",))
    assert keep.tolist() == [True, False, False, False, True, False]
    (line,) = caplog.messages
    assert line == (
        "3 of 6 traces were not analysed, because they do not hold raw reasoning (2 summary, 1 unknown); "
        "forms=... changes that."
    )


def test_the_forms_can_be_chosen(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="traceviz"):
        assert analysed(FORMED, FORMS).tolist() == [True] * 6
        assert analysed(FORMED.astype({"reasoning_form": STRING}), ("summary", "raw", "unknown")).sum() == 5
    assert caplog.messages == []


def test_an_unknown_form() -> None:
    with pytest.raises(SchemaError, match=r"forms='cooked' is not known; choose one of 'raw', 'unknown', 'summary'"):
        analysed(FORMED, ("raw", "cooked"))


def test_stamp_keeps_earlier_facts() -> None:
    table = pd.DataFrame()
    table.attrs["mine"] = 1
    table.attrs["traceviz"] = {"unicode": "15", "seed": 3}
    earlier = table.attrs["traceviz"]
    assert stamp(table, seed=4) is table
    assert {**table.attrs["traceviz"], "version": "v"} == {"unicode": "15", "seed": 4, "version": "v"}
    assert table.attrs["mine"] == 1
    assert earlier == {"unicode": "15", "seed": 3}


def test_the_order_of_kinds_is_that_of_the_kernels() -> None:
    from traceviz.segments.kernels import masks, pieces

    codes = (pieces.PROSE, masks.MATH, masks.CODE, masks.URL, masks.IDENTIFIER, masks.TEMPLATE, masks.OTHER)
    assert codes == tuple(range(7))
    assert KINDS == ("prose", "math", "code", "url", "identifier", "template", "other")
    assert (pieces.IDENTIFIER, pieces.OTHER) == (masks.IDENTIFIER, masks.OTHER)
    assert list(SEGMENTS)[:4] == ["trace_id", "start", "end", "kind"]
