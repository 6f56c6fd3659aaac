"""A detector of the user's own: its languages on our words, and errors that name the trace and the stretch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_texts

import traceviz as tv
from traceviz.schema import SchemaError
from traceviz.segments.callable import name_of, normal_tag

SAMPLES = Path(__file__).parent.parent.parent / "samples" / "traces.jsonl"


def giving(*stretches: Any) -> Callable[[str], list[Any]]:
    return lambda _: list(stretches)


def pieces(text: str, detector: Callable[[str], Any]) -> list[tuple[str, str, str | None]]:
    """Give text, kind and language of each segment."""
    table = tv.segment(text, detector=detector)
    assert "".join(text[s:e] for s, e in zip(table["start"], table["end"], strict=True)) == text
    language = [tag if isinstance(tag, str) else None for tag in table["language"]]
    return [
        (text[s:e], k, tag) for s, e, k, tag in zip(table["start"], table["end"], table["kind"], language, strict=True)
    ]


def test_stretches_become_pieces() -> None:
    assert pieces("So we sagen das here.", giving((0, 6, "en"), (6, 16, "de"), (16, 21, "en"))) == [
        ("So we ", "prose", "en"),
        ("sagen das", "prose", "de"),
        (" here.", "prose", "en"),
    ]


def test_masks_stay_ours() -> None:
    text = "We know that $x = 2$ and `the code` end."
    found = pieces(text, giving((0, len(text), "fr")))
    assert [(piece, kind) for piece, kind, _ in found if kind in ("math", "code")] == [
        ("$x = 2$", "math"),
        ("`the code`", "code"),
    ]
    assert {tag for _, kind, tag in found if kind == "prose"} == {"fr"}


def test_a_word_takes_the_language_that_covers_most_of_it() -> None:
    assert pieces("abcdefgh word", giving((0, 3, "en"), (3, 8, "de"), (8, 13, "de"))) == [
        ("abcdefgh word", "prose", "de")
    ]
    in_parts = giving((0, 3, "en"), (3, 5, "de"), (5, 8, "en"))
    assert pieces("abcdefgh", in_parts) == [("abcdefgh", "prose", "en")]


def test_a_tie_goes_to_the_stretch_given_first() -> None:
    assert pieces("abcdefgh", giving((4, 8, "de"), (0, 4, "en")))[0][2] == "de"
    assert pieces("abcdefgh", giving((0, 4, "en"), (4, 8, "de")))[0][2] == "en"


def test_a_gap_has_no_language_and_counts_as_none() -> None:
    text = "the house Haus Baum is here"
    gap = giving((0, 10, "en"), (20, 27, "en"))
    assert pieces(text, gap) == [
        ("the house ", "prose", "en"),
        ("Haus Baum", "identifier", None),
        (" is here", "prose", "en"),
    ]
    measured = tv.measure(text, segments=tv.segment(text, detector=gap), metrics=["words", "cmi"])
    assert measured[["words", "cmi"]].iloc[0].tolist() == [4.0, 0.0]


def test_nothing_found_leaves_no_language() -> None:
    table = tv.segment(["So it is.", "x = 2", "", None], detector=giving())
    assert table["language"].isna().all()
    assert tv.measure("So it is.", segments=tv.segment("So it is.", detector=giving()), metrics="cmi")[
        "not_measured"
    ].tolist() == ["cmi: no_words"]


def test_gaps_do_not_join_across_masks_or_texts() -> None:
    assert [kind for _, kind, _ in pieces("one `x` two", giving())] == [
        "identifier",
        "other",
        "code",
        "other",
        "identifier",
    ]
    table = tv.segment(["one", "two"], detector=giving())
    assert table[["trace_id", "start", "end"]].to_numpy().tolist() == [["0", 0, 3], ["1", 0, 3]]


def test_code_points_are_counted() -> None:
    text = "😀 größer 答案是 ответ\ud83d here"
    table = tv.segment(text, detector=lambda text: [(text.index("ответ"), text.index("ответ") + 5, "ru", 0.25)])
    row = table[table["language"] == "ru"].iloc[0]
    assert text[row["start"] : row["end"]].strip(" \ud83d") == "ответ"
    assert row["confidence"] == 0.25


def test_confidence_is_that_of_the_stretches() -> None:
    table = tv.segment("abcd efgh", detector=giving((0, 4, "en", 0.5), (4, 9, "en", np.float32(1.0))))
    assert table["confidence"].tolist() == [0.75]
    assert tv.segment("abcd", detector=giving((0, 4, "en")))["confidence"].tolist() == [1.0]


def test_numpy_numbers_tuples_and_generators_are_taken() -> None:
    def detector(text: str) -> Any:
        yield [0, 2, "de", 1]
        yield np.int64(2), np.int32(len(text)), "en"

    assert tv.segment("so it is", detector=detector)["language"].tolist() == ["de", "en"]


@settings(max_examples=60)
@given(st.lists(st.one_of(st.none(), any_texts()), max_size=4), st.data())
def test_any_stretches_of_any_text_tile_it(texts: list[str | None], data: st.DataObject) -> None:
    stretches = {}
    for text in {text for text in texts if text}:
        places = st.integers(0, len(text))
        drawn = data.draw(st.lists(st.tuples(places, places, st.sampled_from(["en", "de", "zh", "und"])), max_size=5))
        key = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
        stretches[key] = [(min(s, e), max(s, e), tag) for s, e, tag in drawn if s != e]
    table = tv.segment(texts, detector=lambda text: stretches[text])
    for i, text in enumerate(texts):
        rows = table[table["trace_id"] == str(i)]
        if text:
            assert [*rows["start"], len(text)] == [0, *rows["end"]]
            alone = tv.segment([text], detector=lambda text: stretches[text]).drop(columns="trace_id")
            pd.testing.assert_frame_equal(rows.drop(columns="trace_id").reset_index(drop=True), alone)
    assert (table["kind"] == "prose").tolist() == table["language"].notna().tolist()


def test_our_own_segments_given_back_give_the_same_languages() -> None:
    traces = tv.load(SAMPLES)
    ours = tv.segment(traces)
    by_text = {}
    for (_, rows), text in zip(ours.groupby("trace_id", sort=False), traces["reasoning"], strict=True):
        known = rows[rows["language"].notna()]
        by_text[text] = list(zip(known["start"], known["end"], known["language"], known["confidence"], strict=True))
    again = tv.segment(traces, detector=lambda text: by_text[text])
    differ = tv.disagreement(ours, again, traces, metrics=["cmi", "switch_rate", "language_consistency"])
    assert (differ.stretches["letters"] <= 1).all()  # but for letters that stand alone
    assert (differ.metrics["mean_absolute"] == 0).all()


# --- tags and provenance ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "normal"),
    [
        ("en", "en"),
        ("EN-us", "en"),
        ("zh-cn", "zh"),
        ("zh_TW", "zh"),
        ("zh-Hant", "zh"),
        ("no", "nb"),
        ("nn", "nn"),
        ("iw", "he"),
        ("tl", "fil"),
        ("cmn", "zh"),
        ("sr-latn", "sr-Latn"),
        ("hi_Latn", "hi-Latn"),
        ("sr-Latn-RS", "sr-Latn"),
        ("pt-BR", "pt"),
        ("es-419", "es"),
        ("de-1901", "de"),
        ("un", "und"),
        ("und", "und"),
    ],
)
def test_tags_are_written_as_ours(tag: str, normal: str) -> None:
    assert normal_tag(tag) == normal
    assert normal_tag(normal) == normal


def test_regions_are_no_switch() -> None:
    table = tv.segment("so it is", detector=giving((0, 2, "en-GB"), (2, 8, "en-US")))
    assert table["language"].tolist() == ["en"]


class Model:
    def __call__(self, text: str) -> list[Any]:
        return [(0, len(text), "en")]

    def predict(self, text: str) -> list[Any]:
        return self(text)


def test_provenance_names_the_function() -> None:
    facts = tv.segment("so it is", detector=Model().predict).attrs["traceviz"]
    assert facts["detector"].endswith("test_callable.Model.predict")
    assert "language_model" not in facts
    assert name_of(Model()) == f"{__name__}.Model"
    assert name_of(partial(Model.predict, Model())) == f"{__name__}.Model.predict"


# --- errors -----------------------------------------------------------------------------------------------------

FORM = (
    "A detector gives (start, end, language) or (start, end, language, confidence), in code points, the end exclusive."
)


@pytest.mark.parametrize(
    ("stretch", "why"),
    [
        ((0, 9, "en"), "that is no stretch of its text, which has 8 code points"),
        ((-1, 2, "en"), "that is no stretch of its text, which has 8 code points"),
        ((3, 3, "en"), "that is no stretch of its text, which has 8 code points"),
        ((5, 3, "en"), "that is no stretch of its text, which has 8 code points"),
        ((0.0, 3, "en"), "its start and end are not whole numbers"),
        (("en", 0, 3), "its start and end are not whole numbers"),
        ((0, 3), "that is not three or four values"),
        ("en", "that is not three or four values"),
        (3, "that is not three or four values"),
        ((0, 3, None), "None is no language tag such as 'en'"),
        ((0, 3, "English!"), "'English!' is no language tag such as 'en'"),
        ((0, 3, "__label__en"), "'__label__en' is no language tag such as 'en'"),
        ((0, 3, "en", 1.5), "its confidence is not between 0 and 1"),
        ((0, 3, "en", float("nan")), "its confidence is not between 0 and 1"),
        ((0, 3, "en", None), "its confidence is not between 0 and 1"),
    ],
)
def test_a_bad_stretch_is_named_with_its_trace(stretch: Any, why: str) -> None:
    def detector(text: str) -> list[Any]:
        return [stretch] if text == "so it is" else [(0, len(text), "en")]

    traces = pd.DataFrame({"trace_id": ["good", "bad"], "reasoning": ["a longer text than that", "so it is"]})
    with pytest.raises(SchemaError) as error:
        tv.segment(traces, detector=detector)
    name = name_of(detector)
    assert str(error.value) == f"The detector {name!r} gave {stretch!r} for trace 'bad', and {why}. {FORM}"


def test_a_detector_that_fails_is_named_with_the_trace() -> None:
    def detector(text: str) -> Any:
        raise KeyError(text[:2])

    with pytest.raises(SchemaError, match=r"detector' failed on trace '0': KeyError: 'so'") as error:
        tv.segment("so it is", detector=detector)
    assert isinstance(error.value.__cause__, KeyError)
    with pytest.raises(SchemaError, match="failed on trace '0': TypeError: 'NoneType' object is not iterable"):
        tv.segment("so it is", detector=lambda _: None)
