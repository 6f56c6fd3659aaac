"""The rewards: the metric's own numbers, in the shapes that trainers call, without pandas or pyarrow."""

from __future__ import annotations

import inspect
import json
import math
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import any_texts, columns_of_texts

import traceviz as tv
from traceviz.rewards import compute_score, compute_scores, language_consistency
from traceviz.schema import SchemaError

SAMPLES = Path(__file__).parent.parent / "samples" / "traces.jsonl"

ENGLISH = "So we add the two numbers and divide the result by three."
GERMAN = "Zuerst addieren wir die beiden Zahlen, und dann teilen wir das Ergebnis durch drei."
CHINESE = "我们首先把这两个数字加起来，然后再除以三。"


def measured(texts: Sequence[str | None], **options: Any) -> list[float | None]:
    """Give the metric as a list, None where it is missing."""
    raw = options.pop("raw", False)
    prompts = options.pop("prompts", None)
    columns = {"trace_id": [str(i) for i in range(len(texts))], "reasoning": list(texts)}
    table = pd.DataFrame(columns if prompts is None else {**columns, "prompt": prompts}, dtype=object)
    name = "language_consistency_raw" if raw else "language_consistency"
    numbers = tv.measure(table, metrics=name, **options)[name]
    return [None if math.isnan(number) else number for number in numbers]


# --- the same number as the metric ------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [False, True])
@pytest.mark.parametrize("target", [None, "en", "zh"])
def test_the_samples_have_the_numbers_of_the_metric(raw: bool, target: str | None) -> None:  # noqa: FBT001
    traces = tv.load(SAMPLES)
    texts, prompts = traces["reasoning"].tolist(), traces["prompt"].tolist()
    rewards = language_consistency(texts, prompts=prompts, target=target, raw=raw)
    assert rewards == measured(texts, prompts=prompts, target=target, raw=raw)
    assert len({reward for reward in rewards if reward is not None}) > 3


def test_quoted_words_are_where_raw_differs() -> None:
    call = {"completions": [f"{ENGLISH} {CHINESE}"], "prompts": [f"Translate: {CHINESE}"], "target": "en"}
    assert language_consistency(**call) == [1.0]
    assert language_consistency(**call, raw=True)[0] < 0.7


@settings(max_examples=40)
@given(columns_of_texts(), any_texts(), st.sampled_from(["en", "de", None]))
def test_any_texts_have_the_numbers_of_the_metric(texts: list[str | None], prompt: str, target: str | None) -> None:
    prompts = [prompt] * len(texts)
    rewards = language_consistency(texts, prompts=prompts, target=target)
    assert rewards == measured(texts, prompts=prompts, target=target)
    alone = [language_consistency([text], prompts=[prompt], target=target)[0] for text in texts]
    assert rewards == alone


def test_targets_of_their_own() -> None:
    texts = [ENGLISH, GERMAN, CHINESE, ENGLISH]
    targets = ["en", "fr", "zh-Hant", None]
    table = pd.DataFrame({"reasoning": texts, "target": targets})
    expected = tv.measure(table, metrics="language_consistency", target="target")["language_consistency"]
    assert language_consistency(texts, target=targets) == [1.0, 0.0, 1.0, None]
    assert expected.fillna(-1).tolist() == [1.0, 0.0, 1.0, -1]


# --- TRL --------------------------------------------------------------------------------------------------------


def as_messages(text: str) -> list[dict[str, str]]:
    return [{"role": "assistant", "content": text}]


def test_it_is_called_as_trl_calls_it() -> None:
    given_by_trainer = {
        "prompts": ["Was ist die Summe der beiden Zahlen?", "What is the sum of the two numbers?"],
        "completions": [ENGLISH, ENGLISH],
        "completion_ids": [[1, 2], [3]],
        "trainer_state": object(),
        "ground_truth": ["4", "4"],
        "log_metric": print,
    }
    assert language_consistency(**given_by_trainer) == [0.0, 1.0]
    assert language_consistency.__name__ == "language_consistency"
    assert not inspect.iscoroutinefunction(language_consistency)


def test_messages_are_read() -> None:
    texts = [ENGLISH, f"{ENGLISH} {CHINESE}", "", GERMAN]
    rewards = language_consistency([as_messages(text) for text in texts], target="en")
    assert rewards == language_consistency(texts, target="en")


def test_only_what_the_model_wrote_counts() -> None:
    completion = [
        {"role": "assistant", "content": None, "tool_calls": [{}]},
        {"role": "tool", "content": CHINESE},
        {"role": "assistant", "content": [{"type": "text", "text": ENGLISH}], "reasoning_content": GERMAN},
    ]
    assert language_consistency([completion], target="en") == language_consistency(
        [f"{GERMAN}\n\n{ENGLISH}"], target="en"
    )
    assert language_consistency([completion], target="de", part="reasoning") == [1.0]


def test_the_question_of_the_user_is_the_target() -> None:
    prompt = [
        {"role": "system", "content": "You are a careful assistant. Think step by step and answer in full sentences."},
        {"role": "user", "content": "两个数字的和是多少？"},
    ]
    assert language_consistency([as_messages(CHINESE), as_messages(ENGLISH)], prompts=[prompt, prompt]) == [1.0, 0.0]


# --- reasoning alone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("completion", "prompt", "reward"),
    [
        (f"<think>{GERMAN}</think>{ENGLISH}", None, 0.0),
        (f"<think>{ENGLISH}</think>{GERMAN}", None, 1.0),
        (f"{ENGLISH}</think>{GERMAN}", "<|assistant|><think>\n", 1.0),
        (f"<think>{ENGLISH}", None, 1.0),
        (f"[THINK]{ENGLISH}[/THINK]{GERMAN}", None, 1.0),
        ("<think></think>" + ENGLISH, None, None),
        (ENGLISH, None, None),
    ],
    ids=["German", "English", "opened by the prompt", "cut off", "brackets", "empty", "no markers"],
)
def test_reasoning_alone(completion: str, prompt: str | None, reward: float | None) -> None:
    assert language_consistency(completion, prompts=prompt, target="en", part="reasoning") == reward


# --- missing ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "2 + 2 = 4", "`code`", "😀"])
def test_missing_is_what_the_caller_says(text: str) -> None:
    assert language_consistency([text, ENGLISH], target="en") == [None, 1.0]
    assert language_consistency([text, ENGLISH], target="en", missing=0.5) == [0.5, 1.0]
    assert language_consistency(text, target="en", missing=0) == 0


def test_without_a_target_or_a_prompt_nothing_is_told() -> None:
    assert language_consistency([ENGLISH]) == [None]
    assert language_consistency([ENGLISH], prompts=["12 + 34"]) == [None]
    assert language_consistency([ENGLISH, None], target=[None, "en"]) == [None, None]
    assert language_consistency([]) == []


# --- verl -------------------------------------------------------------------------------------------------------


def test_it_is_called_as_verl_calls_it() -> None:
    call = {"data_source": "gsm8k", "solution_str": ENGLISH, "ground_truth": "4"}
    assert compute_score(**call, extra_info={"question": "两个数字的和是多少？", "index": 3}) == 0.0
    assert compute_score(**call, extra_info={"target_language": "en", "question": "两个数字的和是多少？"}) == 1.0
    assert compute_score(**call, extra_info={"target_language": "en"}, target="de") == 0.0
    assert compute_score(**call, extra_info=None) == 0.0
    assert compute_score(**call, missing=0.25, reward_router_address="x") == 0.25
    assert type(compute_score(**call, target="en")) is float
    assert list(inspect.signature(compute_score).parameters)[:4] == [
        "data_source", "solution_str", "ground_truth", "extra_info",
    ]  # fmt: skip


def test_a_batch_of_verl() -> None:
    infos = [{"target_language": "de"}, {"question": "两个数字的和是多少？"}, None, {}]
    texts = [GERMAN, CHINESE, ENGLISH, ENGLISH]
    scores = compute_scores(
        data_sources=["a"] * 4, solution_strs=texts, ground_truths=["4"] * 4, extra_infos=infos, missing=-1.0
    )
    assert scores == [1.0, 1.0, -1.0, -1.0]
    assert scores == [
        compute_score("a", text, "4", info, missing=-1.0) for text, info in zip(texts, infos, strict=True)
    ]


def test_arrays_of_verl_are_lists() -> None:
    prompt = np.array([{"role": "user", "content": "两个数字的和是多少？"}], dtype=object)
    infos = np.array([{"prompt": prompt}, None], dtype=object)
    sources = np.array(["a", "b"], dtype=object)
    assert compute_scores(sources, [CHINESE, ENGLISH], ["4", "4"], infos, missing=0.5) == [1.0, 0.5]
    assert language_consistency(np.array([ENGLISH, GERMAN], dtype=object), target="en") == [1.0, 0.0]


def test_verl_takes_numbers_only() -> None:
    with pytest.raises(SchemaError, match=r"verl takes numbers only: give missing a number, such as 0\.0"):
        compute_score("a", ENGLISH, "4", missing=None)


# --- errors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ({"completions": [3]}, "Completion 0 is int, and neither a string nor a list of messages such as"),
        ({"completions": [ENGLISH, ["a"]]}, "Completion 1 is list, and neither a string"),
        ({"completions": {"a": 1}}, "completions are a list, not dict."),
        ({"completions": [ENGLISH], "prompts": ["a", "b"]}, "There are 1 completions and 2 prompts; give"),
        ({"completions": [ENGLISH], "prompts": "a"}, "prompts are a list, not str."),
        ({"completions": [ENGLISH], "prompts": [3]}, "A prompt is a string or a list of messages, not int."),
        ({"completions": [ENGLISH], "target": ["en", "de"]}, "There are 1 completions and 2 targets; give one"),
        ({"completions": [ENGLISH], "target": "english, please"}, "target='english, please' is no language tag"),
        ({"completions": [ENGLISH], "target": ["42"]}, "target='42' is no language tag such as 'en' or 'zh'; if"),
        ({"completions": [ENGLISH], "target": "tlh"}, "The detector does not know the language 'tlh', so that"),
        ({"completions": ENGLISH, "target": ["en"]}, "For one completion, target is one language tag and not list."),
        ({"completions": [ENGLISH], "raw": [True]}, "raw is True or False, not list; if a column of the data set has"),
        ({"completions": [ENGLISH], "part": ["a"]}, "part is a word, not list; if a column of the data set has this"),
        ({"completions": [ENGLISH], "part": "answer"}, "part='answer' is not known; choose one of 'completion', 'reas"),
        ({"completions": [ENGLISH], "missing": "0"}, "missing is a number or None, not str; if a column of the data"),
    ],
)  # fmt: skip
def test_errors_speak_to_people(call: dict[str, Any], message: str) -> None:
    with pytest.raises(SchemaError) as error:
        language_consistency(**call)
    assert str(error.value).startswith(message)


# --- without pandas and pyarrow ---------------------------------------------------------------------------------


def test_neither_pandas_nor_pyarrow_is_needed() -> None:
    script = (
        "import json, sys\n"
        "for name in ('pandas', 'pyarrow', 'matplotlib', 'scipy'): sys.modules[name] = None\n"
        "from traceviz.rewards import compute_score, language_consistency\n"
        f"texts = {[f'<think>{ENGLISH}</think>', CHINESE, f'{ENGLISH} {CHINESE}']!r}\n"
        f"prompts = {['What?', 'Was ist das?', CHINESE]!r}\n"
        "print(json.dumps([\n"
        "    language_consistency(texts, prompts=prompts), language_consistency(texts, target='en'),\n"
        "    language_consistency(texts, target='en', part='reasoning'),\n"
        "    compute_score('', texts[2], '', target='zh'),\n"
        "]))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    texts = [f"<think>{ENGLISH}</think>", CHINESE, f"{ENGLISH} {CHINESE}"]
    assert json.loads(done.stdout) == [
        measured(texts, prompts=["What?", "Was ist das?", CHINESE]),
        measured(texts, target="en"),
        [1.0, None, None],
        measured(texts, target="zh")[2],
    ]
