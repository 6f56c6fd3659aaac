from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import false_discovery_control

from traceviz.schema import COMPARED, SchemaError
from traceviz.statistics.compare import compare

NAN = float("nan")


def table(**columns: Sequence[object]) -> pd.DataFrame:
    return pd.DataFrame(columns)


def simulated(n_questions: int = 30, n_samples: int = 4, seed: int = 0) -> pd.DataFrame:
    """Two models on the same questions, b above a by .1, a third on other questions."""
    random = np.random.default_rng(seed)
    parts = []
    for model, shift, first in (("a", 0.0, 0), ("b", 0.1, 0), ("c", 0.1, 1000)):
        questions = np.repeat(np.arange(n_questions), n_samples)
        level = np.random.default_rng(99).normal(size=n_questions)[questions]
        values = 0.3 + shift + 0.1 * level + 0.05 * random.normal(size=questions.size)
        parts.append(
            table(
                model=[model] * questions.size,
                question_id=(questions + first).astype(str),
                x=values,
                words=random.integers(1, 50, questions.size).astype(float),
            )
        )
    measured = pd.concat(parts, ignore_index=True)
    return measured.assign(trace_id=[str(i) for i in range(len(measured))])


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand in for the registry of metrics: x is pooled by words, y by nothing."""
    monkeypatch.setattr("traceviz.measures.registry.names", lambda: ["x", "y"])
    monkeypatch.setattr("traceviz.statistics.compare.weight_of", {"x": "words"}.get)


def only(compared: pd.DataFrame, **wanted: object) -> pd.Series:
    for column, value in wanted.items():
        compared = compared[compared[column] == value]
    assert len(compared) == 1
    return compared.iloc[0]


# ---- the table


def test_columns_and_their_types_stand_in_the_order_of_the_contract() -> None:
    compared = compare(simulated(), by=["model"], metrics="x", baseline="a", draws=50)
    names = list(COMPARED)
    assert list(compared.columns) == [*names[:2], "model", *names[2:]]
    for name, dtype in COMPARED.items():
        assert compared[name].dtype == dtype
    assert compared["kind"].tolist() == ["level"] * 3 + ["difference"] * 2
    assert compared["model"].tolist() == ["a", "b", "c", "b", "c"]
    assert compared["baseline"].isna().tolist() == [True] * 3 + [False] * 2


def test_without_a_baseline_there_are_levels_only() -> None:
    compared = compare(simulated(), by="model", metrics="x", draws=50)
    assert set(compared["kind"]) == {"level"}
    assert compared[["effect_size", "p", "p_adjusted"]].isna().all(axis=None)


def test_grouping_columns_keep_their_types() -> None:
    measured = simulated().assign(step=lambda t: pd.array(np.where(t["model"] == "a", 10, 9), dtype="Int64"))
    compared = compare(measured, by=["step", "model"], metrics="x", draws=20)
    assert compared["step"].dtype == "Int64"
    assert compared[["step", "model"]].to_numpy().tolist() == [[9, "b"], [9, "c"], [10, "a"]]


def test_groups_without_a_name_are_kept_and_stand_last() -> None:
    measured = table(model=["b", None, "a", "b"], question_id=list("qrst"), x=[1.0, 2.0, 3.0, 4.0])
    compared = compare(measured, by="model", metrics="x")
    assert compared["estimate"].tolist() == [3.0, 2.5, 2.0]
    assert compared["model"].isna().tolist() == [False, False, True]


def test_categories_keep_their_order() -> None:
    size = pd.Categorical(["large", "small"], categories=["small", "medium", "large"], ordered=True)
    compared = compare(table(size=size, question_id=["q", "q"], x=[1.0, 2.0]), by="size", metrics="x")
    assert compared["size"].tolist() == ["small", "large"]


def test_no_rows_give_no_rows() -> None:
    measured = simulated().iloc[:0]
    compared = compare(measured, by="model", metrics="x")
    assert len(compared) == 0
    assert list(compared.columns)[:3] == ["metric", "kind", "model"]


def test_the_input_stays_and_provenance_rides_along() -> None:
    measured = simulated()
    measured.attrs["traceviz"] = {"detector": "d"}
    before = measured.copy(deep=True)
    compared = compare(measured, by="model", metrics="x", baseline="a", draws=20, seed=7)
    pd.testing.assert_frame_equal(measured, before)
    assert measured.attrs == {"traceviz": {"detector": "d"}}
    facts = compared.attrs["traceviz"]
    assert facts["detector"] == "d"
    assert facts["compare"] == {
        "by": ["model"],
        "cluster": "question_id",
        "baseline": "a",
        "metrics": ["x"],
        "pooled": False,
        "weights": {},
        "draws": 20,
        "seed": 7,
        "confidence": 0.95,
        "family": 2,
    }


# ---- levels


def test_a_level_is_the_mean_over_traces_and_missing_is_not_zero() -> None:
    measured = table(model=["a"] * 5, question_id=list("qqrrs"), x=[1.0, 2.0, 6.0, NAN, NAN])
    row = only(compare(measured, by="model", metrics="x"))
    assert row["estimate"] == 3.0
    assert (row["n_traces"], row["n_questions"], row["n_missing"]) == (3, 2, 2)


def test_the_interval_resamples_questions_and_not_traces() -> None:
    # Four equal traces a question say no more than one does.
    values = np.random.default_rng(1).normal(size=40)
    once = table(model=["a"] * 40, question_id=np.arange(40), x=values)
    fourfold = pd.concat([once] * 4, ignore_index=True)
    columns = ["estimate", "low", "high"]
    one, four = (compare(measured, by="model", metrics="x")[columns].iloc[0] for measured in (once, fourfold))
    assert four.tolist() == pytest.approx(one.tolist())
    half = 1.96 * values.std(ddof=1) / np.sqrt(40)
    assert one["high"] - one["low"] == pytest.approx(2 * half, rel=0.12)


def test_few_questions_get_a_t_interval_and_a_warning() -> None:
    measured = table(model=["a"] * 3, question_id=list("qrs"), x=[2.0, 4.0, 9.0])
    row = only(compare(measured, by="model", metrics="x"))
    assert row["high"] == pytest.approx(5 + 4.302652729911275 * np.sqrt(13 / 3))
    assert row["warning"] == "only 3 questions: t interval over questions"


def test_ten_questions_are_enough_for_the_bootstrap() -> None:
    measured = table(model=["a"] * 10, question_id=np.arange(10), x=np.arange(10.0))
    assert pd.isna(only(compare(measured, by="model", metrics="x"))["warning"])


def test_one_question_has_no_interval() -> None:
    row = only(compare(table(model=["a"], question_id=["q"], x=[0.5]), by="model", metrics="x"))
    assert row["estimate"] == 0.5
    assert np.isnan(row["low"])
    assert row["warning"] == "no interval from 1 question"


def test_equal_values_warn_that_the_interval_says_nothing_of_rare_cases() -> None:
    row = only(compare(table(model=["a"] * 20, question_id=np.arange(20), x=[0.0] * 20), by="model", metrics="x"))
    assert (row["low"], row["high"]) == (0.0, 0.0)
    assert row["warning"] == "all values are equal: the interval has no width and says nothing about rare cases"


def test_true_and_false_are_shares() -> None:
    correct = pd.array([True, None, False, True], dtype="boolean")
    row = only(
        compare(table(model=["a"] * 4, question_id=list("qrst"), correct=correct), by="model", metrics="correct")
    )
    assert (row["estimate"], row["n_missing"]) == (pytest.approx(2 / 3), 1)


def test_infinite_values_count_as_missing_and_are_said(caplog: pytest.LogCaptureFixture) -> None:
    measured = table(model=["a"] * 3, question_id=list("qrs"), x=[1.0, 3.0, float("inf")])
    row = only(compare(measured, by="model", metrics="x"))
    assert (row["estimate"], row["n_missing"]) == (2.0, 1)
    assert caplog.messages == ["compare: 1 infinite values of 'x' count as missing."]


def test_windows_of_one_trace_count_as_one_trace() -> None:
    measured = table(
        model=["a"] * 5,
        question_id=list("qqqrr"),
        trace_id=list("11122"),
        window=[0, 1, 2, 0, 1],
        x=[1.0, 2.0, 3.0, 8.0, NAN],
    )
    for cluster in ("question_id", None):
        row = only(compare(measured, by="model", metrics="x", cluster=cluster))
        assert row["estimate"] == 5.0
        assert (row["n_traces"], row["n_questions"], row["n_missing"]) == (2, 2, 0)


# ---- pooled


@pytest.mark.usefixtures("registry")
def test_a_pooled_level_weighs_traces() -> None:
    measured = table(model=["a"] * 3, question_id=list("qrs"), x=[0.1, 0.4, 0.9], words=[10.0, 30.0, NAN])
    row = only(compare(measured, by="model", metrics="x", pooled=True))
    assert row["estimate"] == pytest.approx((1 + 12) / 40)
    assert (row["n_traces"], row["n_missing"]) == (2, 1)


@pytest.mark.usefixtures("registry")
def test_a_metric_that_cannot_be_pooled_says_so() -> None:
    measured = simulated().drop(columns="words").assign(y=lambda t: t["x"])
    compared = compare(measured, by="model", pooled=True, draws=50)
    plain = compare(measured, by="model", draws=50)
    assert compared["estimate"].tolist() == plain["estimate"].tolist()
    assert compared.groupby("metric")["warning"].unique().map(list).to_dict() == {
        "x": ["no column 'words' to pool by: mean over traces, not pooled"],
        "y": ["no weight is known for this metric: mean over traces, not pooled"],
    }


@pytest.mark.usefixtures("registry")
def test_a_pooled_group_without_any_weight_has_no_value() -> None:
    row = only(compare(simulated().assign(words=NAN).query("model == 'a'"), by="model", metrics="x", pooled=True))
    assert np.isnan(row["estimate"])
    assert (row["n_traces"], row["n_missing"]) == (0, 120)


@pytest.mark.usefixtures("registry")
def test_a_pooled_difference_pools_the_shared_questions() -> None:
    measured = table(
        model=list("aaabbb"),
        question_id=list("qrsqrt"),
        x=[0.1, 0.2, 0.9, 0.3, 0.4, 0.9],
        words=[10.0, 20.0, 30.0, 40.0, 10.0, 30.0],
    )
    row = only(compare(measured, by="model", metrics="x", pooled=True, baseline="a"), kind="difference")
    assert row["estimate"] == pytest.approx((12 + 4) / 50 - (1 + 4) / 30)
    assert (row["n_traces"], row["n_questions"]) == (4, 2)
    assert row["warning"].endswith("left out: 1 question only here, 1 only in baseline")


@pytest.mark.usefixtures("registry")
def test_negative_weights_are_refused() -> None:
    with pytest.raises(SchemaError, match="pools by the column 'words', which has negative values; weights are counts"):
        compare(simulated().assign(words=-1.0), by="model", metrics="x", pooled=True)


# ---- differences


def test_a_difference_of_pairs_by_the_reference_vector() -> None:
    measured = table(
        model=["a"] * 4 + ["b"] * 4,
        question_id=["q1", "q2", "q3", "q4"] * 2,
        x=[0.10, 0.20, 0.30, 0.40, 0.15, 0.30, 0.35, 0.60],
    )
    row = only(compare(measured, by="model", metrics="x", baseline="a"), kind="difference")
    assert row["estimate"] == pytest.approx(0.10)
    assert row["effect_size"] == pytest.approx(1.414214, abs=1e-6)
    assert row["p"] == 0.125
    # t(3, .975) = 3.182446, standard deviation sqrt(.005)
    assert row["low"] == pytest.approx(0.10 - 3.182446305284263 * np.sqrt(0.005 / 4))
    assert (row["n_traces"], row["n_questions"], row["baseline"]) == (8, 4, "a")
    assert row["warning"] == "only 4 questions: t interval over questions"


def test_samples_are_averaged_within_the_question_first() -> None:
    measured = table(model=list("aaaabb"), question_id=list("qqqrqr"), x=[1.0, 2.0, 3.0, 5.0, 3.0, 9.0])
    row = only(compare(measured, by="model", metrics="x", baseline="a"), kind="difference")
    assert row["estimate"] == pytest.approx(((3 - 2) + (9 - 5)) / 2)


def test_pairs_make_the_interval_narrower_than_the_spread_of_questions() -> None:
    compared = compare(simulated(), by="model", metrics="x", baseline="a")
    paired, apart = only(compared, kind="difference", model="b"), only(compared, kind="difference", model="c")
    means = simulated().groupby(["model", "question_id"])["x"].mean()
    differences = means["b"] - means["a"]
    assert paired["estimate"] == pytest.approx(differences.mean())
    half = 1.96 * differences.std() / np.sqrt(30)
    assert paired["high"] - paired["low"] == pytest.approx(2 * half, rel=0.12)
    assert paired["high"] - paired["low"] < 0.5 * (apart["high"] - apart["low"])
    assert paired["p"] < 0.001
    assert pd.isna(paired["warning"])
    assert apart["warning"] == "no shared questions: unpaired difference"


def test_a_metric_missing_on_one_side_of_a_question_leaves_it_out() -> None:
    measured = simulated()
    measured.loc[(measured["model"] == "b") & (measured["question_id"].isin(["0", "1"])), "x"] = NAN
    row = only(compare(measured, by="model", metrics="x", baseline="a"), kind="difference", model="b")
    assert (row["n_questions"], row["n_traces"], row["n_missing"]) == (28, 2 * 28 * 4, 8)
    assert row["warning"] == "left out: 0 questions only here, 2 only in baseline; missing: 7 % here, 0 % in baseline"


def test_an_unpaired_difference_by_the_reference_vector() -> None:
    measured = table(model=list("aaaabbbb"), question_id=np.arange(8), x=[2.0, 3, 4, 5, 1, 2, 3, 4])
    row = only(compare(measured, by="model", metrics="x", baseline="a"), kind="difference")
    assert row["estimate"] == -1.0
    assert row["effect_size"] == -0.4375
    # Welch with equal spread and size: 6 degrees, t = 2.446912, error sqrt(2 · (5/3) / 4)
    assert row["high"] == pytest.approx(-1 + 2.4469118511449692 * np.sqrt(2 * (5 / 3) / 4))
    sums = [sum(chosen) for chosen in combinations([2, 3, 4, 5, 1, 2, 3, 4], 4)]  # of 24, so 12 is no difference
    assert row["p"] == sum(abs(total - 12) >= 2 for total in sums) / 70
    assert (row["n_questions"], row["n_traces"]) == (8, 8)


def test_metrics_that_share_no_question_stand_beside_those_that_do() -> None:
    measured = simulated().assign(y=lambda t: t["x"].where((t["model"] == "a") == (t["question_id"].astype(int) < 15)))
    compared = compare(measured, by="model", metrics=["x", "y"], baseline="a", draws=200)
    paired = only(compared, kind="difference", metric="x", model="b")
    apart = only(compared, kind="difference", metric="y", model="b")
    assert paired["n_questions"] == 30
    assert pd.isna(paired["warning"])
    assert apart["n_questions"] == 15 + 15
    assert apart["warning"].startswith("no shared questions: unpaired difference")
    alone = compare(measured, by="model", metrics="y", baseline="a", draws=200)
    assert only(alone, kind="difference", model="b")["p"] == apart["p"]


def test_the_family_is_all_differences_of_the_call() -> None:
    measured = simulated().assign(y=np.random.default_rng(0).normal(size=360), z=NAN)
    compared = compare(measured, by="model", metrics=["x", "y", "z"], baseline="a", draws=50)
    assert compared.attrs["traceviz"]["compare"]["family"] == 4
    tested = compared.dropna(subset="p")
    assert tested["p_adjusted"].tolist() == pytest.approx(false_discovery_control(tested["p"].to_numpy()).tolist())
    assert compared.loc[compared["metric"] == "z", ["estimate", "low", "p", "p_adjusted"]].isna().all(axis=None)


@pytest.mark.parametrize(
    "baseline", [("a", 2), {"step": 2, "model": "a"}, ["a", 2], ("a", "2")], ids=["tuple", "dict", "list", "spelled"]
)
def test_a_baseline_of_several_columns(baseline: object) -> None:
    measured = simulated().assign(step=2)
    compared = compare(measured, by=["model", "step"], metrics="x", baseline=baseline, draws=20)
    assert set(compared["baseline"].dropna()) == {"a · 2"}
    assert compared.loc[compared["kind"] == "difference", "model"].tolist() == ["b", "c"]


def test_a_baseline_may_be_the_group_without_a_name() -> None:
    measured = simulated().replace({"model": {"a": None}})
    compared = compare(measured, by="model", metrics="x", baseline="(missing)", draws=20)
    assert compared.loc[compared["kind"] == "difference", "model"].tolist() == ["b", "c"]


# ---- clusters


def test_no_cluster_takes_traces_as_independent_and_says_so() -> None:
    compared = compare(simulated(), by="model", metrics="x", cluster=None, baseline="a")
    assert set(compared["warning"]) == {
        "each trace is its own cluster",
        "unpaired difference; each trace is its own cluster",
    }
    assert compared["n_questions"].tolist() == [120, 120, 120, 240, 240]


def test_rows_without_a_cluster_count_alone() -> None:
    measured = table(model=["a"] * 13, question_id=[None, None, *"abcdefghijj"], x=np.arange(13.0))
    row = only(compare(measured, by="model", metrics="x"))
    assert row["n_questions"] == 12
    assert row["warning"] == "2 rows without question_id count as their own clusters"


def test_another_cluster_column_gives_its_own_wording() -> None:
    measured = table(model=["a"] * 4, seed_text=[1, 1, 2, 2], x=[1.0, 2.0, 3.0, 4.0])
    row = only(compare(measured, by="model", metrics="x", cluster="seed_text"))
    assert row["warning"] == "only 2 clusters: t interval over clusters"


def test_names_of_clusters_may_be_of_several_types() -> None:
    measured = table(model=list("aabb"), question_id=[1, "1", 1, "1"], x=[1.0, 2.0, 4.0, 8.0])
    row = only(compare(measured, by="model", metrics="x", baseline="a"), kind="difference")
    assert (row["estimate"], row["n_questions"]) == (4.5, 2)


# ---- warnings


def test_missingness_that_differs_is_said() -> None:
    measured = simulated(n_questions=25)  # 100 rows a model
    b = measured.index[measured["model"] == "b"]
    a = measured.index[measured["model"] == "a"]
    measured.loc[b[:21], "x"] = NAN
    measured.loc[a[:3], "x"] = NAN
    compared = compare(measured, by="model", metrics="x", baseline="a", draws=50)
    assert "missing: 21 % here, 3 % in baseline" in only(compared, kind="difference", model="b")["warning"]
    assert "missing" not in only(compared, kind="difference", model="c")["warning"]
    assert only(compared, kind="level", model="b")["warning"] == "missing: 21 % here, 0 % in the group that lacks least"


def test_several_providers_under_one_model_are_said() -> None:
    measured = simulated().assign(provider=lambda t: np.where(t.index % 2 == 0, "Novita", "Targon"))
    measured.loc[measured["model"] == "b", "provider"] = "Novita"
    compared = compare(measured, by="model", metrics="x", baseline="a", draws=50)
    said = "a was served by 2 providers (Novita, Targon): they may differ"
    assert only(compared, kind="level", model="a")["warning"] == said
    assert pd.isna(only(compared, kind="level", model="b")["warning"])
    assert only(compared, kind="difference", model="b")["warning"] == said
    assert compare(measured, by=["model", "provider"], metrics="x", draws=50)["warning"].isna().all()


# ---- determinism


@pytest.mark.parametrize("cluster", ["question_id", None])
def test_the_order_of_rows_does_not_matter(cluster: str | None) -> None:
    measured = simulated()
    measured.loc[::17, "question_id"] = None
    measured.loc[::13, "x"] = NAN
    shuffled = measured.sample(frac=1.0, random_state=1)
    for frame in (measured, measured.drop(columns="trace_id")):
        first = compare(frame, by="model", metrics="x", baseline="a", cluster=cluster, draws=100)
        again = compare(frame.loc[shuffled.index], by="model", metrics="x", baseline="a", cluster=cluster, draws=100)
        pd.testing.assert_frame_equal(first, again, check_exact=True)


def test_numbers_do_not_depend_on_what_else_is_asked() -> None:
    measured = simulated().assign(y=lambda t: t["x"] ** 2)
    both = compare(measured, by="model", metrics=["y", "x"], baseline="a", draws=100)
    alone = compare(measured[measured["model"] != "c"], by="model", metrics="x", baseline="a", draws=100)
    for kind in ("level", "difference"):
        ours, theirs = (only(t, kind=kind, metric="x", model="b") for t in (both, alone))
        assert ours[["estimate", "low", "high", "p"]].tolist() == pytest.approx(
            theirs[["estimate", "low", "high", "p"]].tolist(), rel=1e-12, nan_ok=True
        )


def test_the_seed_changes_the_draws_and_nothing_else() -> None:
    one, two = (compare(simulated(), by="model", metrics="x", draws=100, seed=seed) for seed in (0, 1))
    assert one["estimate"].tolist() == two["estimate"].tolist()
    assert (one["low"] != two["low"]).all()


# ---- errors


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda t: compare(t, by="provider", metrics="x"),
            "compare needs the measured table with the column 'provider'",
        ),
        (lambda t: compare(t, by=[], metrics="x"), "compare needs at least one column to group by"),
        (
            lambda t: compare(t.assign(kind="k"), by="kind", metrics="x"),
            r"cannot group by 'kind'.*rename it first: measured.rename\(columns=\{'kind': 'my_kind'\}\)",
        ),
        (
            lambda t: compare(t.drop(columns="question_id"), by="model", metrics="x"),
            "found no column 'question_id' in measured.*cluster=None takes each trace as independent",
        ),
        (lambda t: compare(t, by="model", metrics=["x", "y"]), "with the column 'y'"),
        (lambda t: compare(t, by="model", metrics="question_id"), "cannot average the column 'question_id'"),
        (
            lambda t: compare(t, by="model", metrics="x", baseline="d"),
            r"baseline='d' is no group of by=\['model'\]; the groups are 'a', 'b', 'c'\.$",
        ),
        (
            lambda t: compare(t, by=["model", "question_id"], metrics="x", baseline="a"),
            "and 48 more. Give one value for each column, as a tuple or a dict",
        ),
        (lambda t: compare(t, by="model", metrics="x", confidence=95), "confidence=95 is no share between 0 and 1"),
        (lambda t: compare(t, by="model", metrics="x", draws=0), "draws=0 is no number of bootstrap draws"),
        (lambda t: compare(t, by="model", metrics="x", seed=-1), "seed=-1 is negative"),
        (lambda t: compare([t], by="model"), "a pandas DataFrame, and was given list"),
    ],
)
def test_errors_say_what_to_do(call: Callable[[pd.DataFrame], object], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        call(simulated(n_questions=20))


def test_the_registry_as_it_stands_names_metrics_and_weights() -> None:
    measured = simulated().rename(columns={"x": "switch_rate"}).assign(any_foreign=1.0, model_size=7.0)
    pooled = compare(measured, by="model", pooled=True, draws=20)
    assert pooled["metric"].unique().tolist() == ["switch_rate", "words", "any_foreign"]
    of_a = measured[measured["model"] == "a"]
    expected = (of_a["switch_rate"] * of_a["words"]).sum() / of_a["words"].sum()
    assert only(pooled, metric="switch_rate", model="a")["estimate"] == pytest.approx(expected)
    assert pooled.attrs["traceviz"]["compare"]["weights"] == {"switch_rate": "words"}
    assert "not pooled" in only(pooled, metric="any_foreign", model="a")["warning"]


@pytest.mark.usefixtures("registry")
def test_the_default_is_the_known_float_columns() -> None:
    measured = simulated().assign(y=1, mine=2.0)
    assert compare(measured, by="model", draws=20)["metric"].unique().tolist() == ["x"]
    with pytest.raises(
        SchemaError, match=r"found no column of measured that is a known metric.*metrics=\['<your column>'\]"
    ):
        compare(measured.drop(columns="x"), by="model")
