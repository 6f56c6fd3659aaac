"""A fit to scores: what it finds, what it is worth, where it refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import traceviz as tv
from traceviz.schema import SchemaError
from traceviz.statistics.calibrate import Calibration
from traceviz.statistics.ordinal import fit, spearman, weighted_kappa

DRAWS = 100


def scored(n: int = 400, *, seed: int = 1, signal: float = 1.5) -> pd.DataFrame:
    """Make traces of 50 questions and two models whose score, 0-4, goes down with loops."""
    random = np.random.default_rng(seed)
    loops = random.exponential(0.1, size=n) * (random.random(n) < 0.6)
    hidden = signal * -np.log1p(1000 * loops) + random.logistic(size=n) * 2
    return pd.DataFrame(
        {
            "trace_id": [str(k) for k in range(n)],
            "question_id": [f"q{k % 50}" for k in range(n)],
            "model": np.where(np.arange(n) % 3 == 0, "a", "b"),
            "words": random.integers(100, 2000, size=n).astype(float),
            "loop_share": loops,
            "symbols_share": random.exponential(0.01, size=n),
            "judge": np.digitize(hidden, np.quantile(hidden, [0.2, 0.4, 0.6, 0.8])),
        }
    )


def test_the_model_finds_the_weights_that_made_the_scores() -> None:
    random = np.random.default_rng(0)
    x = random.normal(size=(20_000, 2))
    hidden = x @ [1.5, -0.5] + random.logistic(size=len(x))
    thresholds = [-1.0, 0.5, 2.0]
    model = fit(x, np.digitize(hidden, thresholds), 4, ridge=1.0)
    assert model.weights == pytest.approx([1.5, -0.5], abs=0.05)
    assert model.thresholds == pytest.approx(thresholds, abs=0.06)
    assert model.probabilities(x[:5]).sum(axis=1) == pytest.approx(1)
    assert (np.diff(model.thresholds) > 0).all()


def test_a_level_that_nobody_has_does_no_harm() -> None:
    model = fit(np.array([[0.0], [1.0], [2.0], [3.0]] * 5), np.array([0, 0, 2, 2] * 5), 3, ridge=1.0)
    assert np.isfinite(model.weights).all()
    assert model.weights[0] > 0


def test_kappa_and_rank_correlation() -> None:
    # vectors of the reference: metrics.md 1.10
    assert weighted_kappa(np.array([0, 1, 2, 3, 4]), np.array([0, 1, 2, 4, 4]), 5) == pytest.approx(0.956522, abs=1e-6)
    assert weighted_kappa(np.array([0, 1, 2, 3, 4]), np.array([1, 2, 3, 4, 4]), 5) == pytest.approx(0.8)
    assert np.isnan(weighted_kappa(np.array([1, 1]), np.array([1, 1]), 3))
    assert spearman(np.array([1.0, 2, 3]), np.array([10.0, 20, 19])) == pytest.approx(0.5)
    assert np.isnan(spearman(np.array([1.0, 1]), np.array([1.0, 2])))


def test_a_real_relation_is_found_and_length_is_not_one() -> None:
    fitted = tv.calibrate(scored(), "judge", higher_is="better", draws=DRAWS)
    report = fitted.report.set_index(["checked", "predictor"])
    for way in ("clusters left out", "one group left out"):
        modes, words = report.loc[(way, "modes")], report.loc[(way, "words")]
        assert modes["spearman"] > 0.6
        assert abs(words["spearman"]) < 0.2
        assert modes["spearman_low"] < modes["spearman"] < modes["spearman_high"]
        assert modes["kappa"] > words["kappa"]
        assert modes["error"] < words["error"]
        assert (modes["n_traces"], modes["n_clusters"]) == (400, 50)
    assert fitted.card["higher_is"] == "better"
    assert fitted.card["groups"] == ["a", "b"]


def test_noise_is_worth_nothing() -> None:
    table = scored().assign(judge=np.random.default_rng(5).integers(0, 5, 400))
    row = tv.calibrate(table, "judge", higher_is="worse", by=None, draws=DRAWS).report.iloc[0]
    assert row["spearman_low"] < 0.1
    assert abs(row["kappa"]) < 0.15


def test_estimates_and_where_it_refuses() -> None:
    fitted = tv.calibrate(scored(), "judge", higher_is="better", draws=DRAWS)
    fresh = scored(50, seed=9).drop(columns="judge")
    fresh.loc[0, "symbols_share"] = 0.9
    fresh.loc[1, "loop_share"] = np.nan
    estimated = fitted.apply(fresh)
    assert estimated["score_reason"][:2].tolist() == ["out_of_domain", "not_measured"]
    assert estimated["score_est"][:2].isna().all()
    assert estimated["score_est"][2:].between(0, 4).all()
    assert spearman(estimated["score_est"][2:].to_numpy(), -estimated["loop_share"][2:].to_numpy()) > 0.9


def test_the_interval_holds_nine_of_ten_scores_that_were_not_seen() -> None:
    fitted = tv.calibrate(scored(), "judge", higher_is="better", draws=10, judge="people")
    fresh = scored(2000, seed=9)
    estimated = fitted.apply(fresh)
    there = estimated["score_est"].notna()
    held = (estimated["judge"] >= estimated["score_low"]) & (estimated["judge"] <= estimated["score_high"])
    assert held[there].mean() == pytest.approx(0.9, abs=0.04)
    assert estimated.loc[there, "score_low"].ge(0).all()
    assert estimated.loc[there, "score_high"].le(4).all()
    assert fitted.card["judge"] == "people"


def test_windows_of_another_size_are_refused() -> None:
    fitted = tv.calibrate(scored(), "judge", higher_is="better", draws=10)
    windows = scored(50, seed=9).assign(window=0, start=0)
    windows.attrs["traceviz"] = {"window": 2500}
    with pytest.raises(SchemaError, match="one of whole traces, and this table of windows of 2500 characters"):
        fitted.apply(windows)


def test_what_is_no_calibration_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.json").write_text('{"card": 1}')
    with pytest.raises(SchemaError, match=r"other\.json is no file of Calibration\.save"):
        Calibration.load(tmp_path / "other.json")


def test_a_fit_without_a_baseline_says_so(caplog: pytest.LogCaptureFixture) -> None:
    tv.calibrate(scored().drop(columns="words"), "judge", higher_is="better", draws=10)
    assert "No baseline stands beside the fit: measure words, n_scripts, flesch_reading_ease as well." in caplog.text


def test_saved_and_read_back(tmp_path: Path) -> None:
    fitted = tv.calibrate(scored(), "judge", higher_is="better", draws=DRAWS)
    fitted.save(tmp_path / "fit.json")
    again = Calibration.load(tmp_path / "fit.json")
    assert again.card == fitted.card
    fresh = scored(50, seed=9)
    pd.testing.assert_frame_equal(again.apply(fresh), fitted.apply(fresh))
    pd.testing.assert_frame_equal(again.report, fitted.report, check_dtype=False)
    assert (tmp_path / "fit.json").stat().st_size < 10_000


def test_the_same_call_gives_the_same_numbers() -> None:
    one, other = (tv.calibrate(scored(), "judge", higher_is="better", draws=DRAWS).report for _ in range(2))
    pd.testing.assert_frame_equal(one, other)


def test_many_levels_are_gathered() -> None:
    table = scored().assign(judge=np.random.default_rng(5).random(400))
    assert tv.calibrate(table, "judge", higher_is="worse", by=None, draws=20).card["n_levels"] == 10


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        (lambda t: t.head(20), {}, "20 scored traces of 20 clusters are too few"),
        (lambda t: t.assign(question_id="q"), {}, "400 scored traces of 1 clusters are too few"),
        (lambda t: t.assign(judge=3), {}, "All scores in 'judge' are 3"),
        (lambda t: t, {"higher_is": "more"}, "which way does the scale run"),
        (lambda t: t[["trace_id", "question_id", "judge"]], {}, "no share of a mode"),
        (lambda t: t.drop(columns="judge"), {}, "judge"),
        (lambda t: t, {"by": "modle"}, "modle"),
        (lambda t: t, {"features": []}, "no share of a mode"),
        (lambda t: t, {"features": ["judge"]}, "'judge' cannot be a feature"),
        (lambda t: t, {"features": ["model"]}, "'model' cannot be a feature"),
    ],
)
def test_what_cannot_be_fitted_is_refused(change: Any, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        tv.calibrate(change(scored()), "judge", **{"higher_is": "better", "draws": 10, **arguments})


def test_traces_without_a_score_are_left_out_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    table = scored().astype({"judge": float})
    table.loc[:9, "judge"] = np.nan
    assert tv.calibrate(table, "judge", higher_is="better", by=None, draws=10).card["n_traces"] == 390
    assert "10 of 400 traces have no score" in caplog.text
