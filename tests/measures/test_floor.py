"""The floor: the mixing metrics on monolingual text, beside those of the traces."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import traceviz as tv
from traceviz.measures.floor import shipped_control
from traceviz.measures.registry import registry
from traceviz.schema import SchemaError

EN = "We add the two numbers and get seven apples."
ZH = "我们先把这两个数相加，然后得到七个苹果。"
MIXED = "We add 两个苹果 to the others and get seven."


def test_each_mixing_metric_has_its_floor_beside_it() -> None:
    measured = tv.measure([EN], metrics=["cmi", "words", "switch_rate_raw"], control="shipped")
    columns = ["cmi", "cmi_floor", "words", "switch_rate_raw", "switch_rate_raw_floor"]
    assert list(measured.columns[2:]) == [*columns, "not_measured"]
    assert all(measured[name].dtype == np.float64 for name in columns)


def test_the_floor_is_the_mean_over_the_control_in_the_same_language() -> None:
    control = [EN, MIXED, ZH]
    own = tv.measure(control, metrics="cmi")["cmi"]
    measured = tv.measure([EN, ZH, "Мы сложим эти числа и получим семь."], metrics="cmi", control=control)
    assert measured["cmi_floor"].tolist() == pytest.approx([own[:2].mean(), own[2], own.mean()])
    assert measured["cmi_floor"].iloc[0] > 0
    facts = measured.attrs["traceviz"]["control"]
    assert facts == {
        "source": "given",
        "kind": "given by the user",
        "n_traces": 3,
        "languages": {"en": 2, "zh": 1},
        "n_without_own": 1,
    }


def test_a_stated_language_counts_and_not_the_one_that_was_found() -> None:
    """A German control that is taken for another language is a false alarm of German."""
    control = pd.DataFrame({"reasoning": [EN, MIXED], "language": ["en", "zh"]})
    measured = tv.measure([EN, ZH], metrics=["cmi", "language_consistency"], control=control, target="en")
    assert measured["cmi_floor"].tolist() == pytest.approx([0, tv.measure(MIXED, metrics="cmi")["cmi"].item()])
    # What a monolingual trace should be in is its own language, whatever the target of the traces.
    zh = tv.measure(MIXED, metrics="language_consistency", target="zh")["language_consistency"].item()
    assert measured["language_consistency_floor"].tolist() == pytest.approx([1, zh])


def test_where_there_is_no_text_or_no_number_of_the_control_there_is_no_floor() -> None:
    measured = tv.measure(["", None, EN, "12"], metrics=["first_switch", "cmi"], control=[EN])
    assert measured["cmi_floor"].tolist()[2:] == [0, 0]
    reasons = [dict(part.split(": ") for part in why.split("; ")) for why in measured["not_measured"]]
    assert [why.get("cmi_floor") for why in reasons] == ["empty", "not_provided", None, None]
    assert [why["first_switch_floor"] for why in reasons] == ["empty", "not_provided", "no_reference", "no_reference"]


def test_without_a_mixing_metric_there_is_no_floor() -> None:
    assert "words_floor" not in tv.measure(EN, metrics=["words"], control="shipped")


def test_the_control_is_segmented_by_the_detector_of_the_traces() -> None:
    segments = tv.segment([EN], detector="langdetect")
    text = "Das ist eine ganz einfache Rechnung, und wir addieren die Zahlen."
    with_langdetect = tv.measure([EN], metrics="cmi", segments=segments, control=[f"{text} 12 x {EN}"])
    assert with_langdetect["cmi_floor"].item() == 0  # one script is one language to it
    assert tv.measure([EN], metrics="cmi", control=[f"{text} 12 x {EN}"])["cmi_floor"].item() > 10


def test_a_detector_that_has_no_name_of_ours_is_refused() -> None:
    segments = tv.segment([EN])
    segments.attrs["traceviz"]["detector"] = "my.detector"
    with pytest.raises(SchemaError, match=r"made by the detector 'my.detector', which control=... cannot run again"):
        tv.measure([EN], metrics="cmi", segments=segments, control="shipped")


def test_a_control_that_is_none_is_refused() -> None:
    with pytest.raises(SchemaError, match="control='shiped' is not known: give 'shipped', or monolingual text"):
        tv.measure(EN, control="shiped")
    with pytest.raises(SchemaError, match="no reasoning to measure"):
        tv.measure(EN, control=[])
    with pytest.raises(SchemaError, match=r"tv.measure\(control=...\) takes a traces table"):
        tv.measure(EN, control=3)


def test_the_batch_does_not_matter() -> None:
    together = tv.measure([EN, ZH, MIXED], metrics="mixing", control="shipped", target="en")
    for place, text in enumerate([EN, ZH, MIXED]):
        alone = tv.measure([text], metrics="mixing", control="shipped", target="en")
        pd.testing.assert_frame_equal(
            alone.drop(columns="trace_id"),
            together.iloc[[place]].drop(columns="trace_id").reset_index(drop=True),
            check_exact=True,
        )


def test_provenance_can_be_written_as_json() -> None:
    facts = tv.measure(EN, metrics="cmi", control="shipped").attrs["traceviz"]
    assert json.loads(json.dumps(facts)) == facts
    assert facts["control"]["n_traces"] == len(shipped_control())
    assert "written for traceviz" in facts["control"]["kind"]


# --- the shipped control --------------------------------------------------------------------------------------------


def test_the_shipped_control_is_what_its_description_says() -> None:
    control = shipped_control()
    assert list(control.columns) == ["trace_id", "language", "subject", "reasoning"]
    assert control["trace_id"].is_unique
    assert control["reasoning"].is_unique
    assert control["language"].value_counts().to_dict() == {"en": 40} | dict.fromkeys(
        ["zh", "de", "fr", "es", "ru", "ja", "hi", "ar", "pt"], 8
    )
    assert set(control["subject"]) == {"mathematics", "code", "logic"}
    assert control["reasoning"].str.len().between(80, 700).all()
    assert not control["reasoning"].str.contains("\r|\t|  \n").any()


def test_the_shipped_control_has_what_provokes_false_alarms() -> None:
    text = "\n".join(shipped_control()["reasoning"])
    for needed in ("$", "```", "km/h", "café", "Zürich", "QED", "O(n log n)", "°", "non sequitur", "Katarzyna"):
        assert needed in text


def test_the_shipped_control_is_hardly_mixed() -> None:
    """A control that mixed would hide mixing; what is left is the detector's doing."""
    control = shipped_control()
    measured = tv.measure(control, metrics=["language_consistency", "matrix_share"], target="language")
    assert measured["language_consistency"].min() > 0.8
    assert measured["language_consistency"].mean() > 0.98


def test_the_control_holds_nothing_of_the_samples() -> None:
    root = Path(__file__).parent.parent.parent
    others = (root / "samples" / "traces.jsonl").read_text(encoding="utf-8")
    for text in shipped_control()["reasoning"]:
        assert text[:60] not in others


def test_floors_are_bounded_like_their_metrics() -> None:
    from traceviz.measures.registry import bounds_of

    assert bounds_of("cmi_floor") == (0, 100)
    assert all(not name.endswith("_floor") for name in registry())
