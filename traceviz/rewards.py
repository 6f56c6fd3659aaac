"""Metrics in the shape that trainers of language models call: TRL takes a list of completions, verl one string.

The numbers are those of `traceviz.measure`, computed by the same functions, on arrays alone: neither pandas nor pyarrow
has to be installed.  Before a number becomes a reward, mind that a model learns to please the detector: what the
detector cannot see (names, formulas, a language that it does not know) costs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import Any, Final, overload

import numpy as np

from traceviz.detectors.evidence import main_languages
from traceviz.measures.mixing import language_consistency as consistency
from traceviz.measures.sample import Sample
from traceviz.measures.targets import base_language
from traceviz.schema import SchemaError, check_choice
from traceviz.segments.language_model import language_model
from traceviz.segments.segment import pieces_of
from traceviz.sources.chats import is_list, question, said, written
from traceviz.texts import Texts

#: What a completion is measured on.
PARTS: Final = ("completion", "reasoning")

#: What a BCP 47 tag looks like.
_TAG: Final = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{1,8})*")

#: A completion, or a prompt: its text, or its messages.
Turns = str | Sequence[Mapping[str, Any]]


@overload
def language_consistency(
    completions: str,
    *,
    prompts: Any = None,
    target: str | None = None,
    raw: bool = False,
    part: str = "completion",
    missing: float | None = None,
    **kwargs: Any,
) -> float | None: ...


@overload
def language_consistency(
    completions: Sequence[Turns | None],
    *,
    prompts: Any = None,
    target: str | Sequence[str | None] | None = None,
    raw: bool = False,
    part: str = "completion",
    missing: float | None = None,
    **kwargs: Any,
) -> list[float | None]: ...


def language_consistency(
    completions: str | Sequence[Turns | None],
    *,
    prompts: Any = None,
    target: str | Sequence[str | None] | None = None,
    raw: bool = False,
    part: str = "completion",
    missing: float | None = None,
    **kwargs: Any,  # noqa: ARG001  (trainers pass all they have)
) -> float | list[float | None] | None:
    """Share of the words of each completion that are in the target language: a reward function for TRL.

    The number is the metric of the same name, to the last bit.  It can be given to ``GRPOTrainer`` as it is; where
    options are wanted, wrap it in a function of your own, because the trainer asks for a name.

    Parameters
    ----------
    completions
        A list of completions, each a string or a list of messages (``{"role": …, "content": …}``), of which those of
        the model count; or one string.
    prompts
        What stood before each completion, in the same forms.  Where no target is given, the language of the prompt
        (of its last message by the user) is the target.  Words that stand in the prompt are not counted.
    target
        The language that the completions should be in: a BCP 47 tag, or one for each completion, which is what a
        dataset's column ``target`` becomes.
    raw
        Count quoted and mentioned words too.
    part
        ``"completion"``: all that the model wrote.  ``"reasoning"``: only what stands between the markers of its
        reasoning (``<think>`` and its like); a completion without any is missing.
    missing
        The reward of a completion for which there is no number: one without words, without a known target, or of
        mostly undetermined language.  By default None, which ``GRPOTrainer`` leaves out of the sum of rewards.  A
        number is a decision: with 0 a completion of formulas alone is as bad as one wholly in the wrong language.
    **kwargs
        What trainers pass besides (other columns, the state of the trainer); not used.

    Returns
    -------
    list of float or None
        0-1, one a completion; for one string, one number.

    Raises
    ------
    SchemaError
        When a completion or a prompt is neither text nor messages, there are not as many prompts or targets as
        completions, or a target is no tag or one that the detector does not know.

    Examples
    --------
    >>> language_consistency(["So we add two and two.", "So we 把它们 add two and two."], target="en")
    [1.0, 0.6666666666666666]
    >>> language_consistency("So we add two and two.", prompts="Was ist zwei und zwei?")
    0.0
    >>> language_consistency(["2 + 2 = 4"], target="en", missing=0.0)
    [0.0]
    """
    _check_options(raw, part, missing)
    if isinstance(completions, str):
        if target is not None and not isinstance(target, str):
            raise SchemaError(f"For one completion, target is one language tag and not {type(target).__name__}.")
        return _rewards([completions], [prompts], target, raw=raw, part=part, missing=missing)[0]
    asked = _listed(completions, None, "completions")
    return _rewards(asked, _listed(prompts, len(asked), "prompts"), target, raw=raw, part=part, missing=missing)


def compute_score(
    data_source: Any,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    **options: Any,
) -> float:
    """Share of the words that are in the target language: a reward function for verl, one completion a call.

    Parameters
    ----------
    data_source, ground_truth
        Not used.
    solution_str
        The completion.
    extra_info
        What the data set says of the example.  ``target_language`` is the target; without it, the language of
        ``prompt``, or of ``question``.
    **options
        ``target``, ``raw``, ``part`` and ``missing`` as in `language_consistency`, from
        ``custom_reward_function.reward_kwargs`` in verl's configuration.  ``missing`` is 0.0 here, because verl takes
        numbers only.

    Returns
    -------
    float
        0-1.

    Examples
    --------
    >>> compute_score("gsm8k", "So we add two and two.", "4", {"question": "What is two and two?"})
    1.0
    """
    return compute_scores([data_source], [solution_str], [ground_truth], [extra_info], **options)[0]


def compute_scores(
    data_sources: Sequence[Any],  # noqa: ARG001
    solution_strs: Sequence[str],
    ground_truths: Sequence[Any],  # noqa: ARG001
    extra_infos: Sequence[Mapping[str, Any] | None] | None = None,
    **options: Any,
) -> list[float]:
    """Give what `compute_score` gives for each of many completions: for verl's batch reward manager.

    Examples
    --------
    >>> compute_scores(["gsm8k"] * 2, ["So we add two and two.", "2 + 2 = 4"], ["4"] * 2, target="en")
    [1.0, 0.0]
    """
    infos = [None] * len(solution_strs) if extra_infos is None else extra_infos
    known = [info if isinstance(info, Mapping) else {} for info in infos]
    targets = [info.get("target_language") for info in known]
    prompts = [info.get("prompt", info.get("question")) for info in known]
    settings = {"missing": 0.0, **options}
    if settings.get("target") is None and any(tag is not None for tag in targets):
        asked = _prompt_languages([question(prompt) for prompt in prompts])
        settings["target"] = [tag or language for tag, language in zip(targets, asked, strict=True)]
    if settings["missing"] is None:
        raise SchemaError("verl takes numbers only: give missing a number, such as 0.0.")
    rewards = language_consistency(list(solution_strs), prompts=prompts, **settings)
    return [float(reward) for reward in rewards if reward is not None]


def _check_options(raw: object, part: object, missing: object) -> None:
    """Refuse options that are none, such as a dataset's column of the same name."""
    if not isinstance(raw, bool):
        raise SchemaError(f"raw is True or False, not {type(raw).__name__}; {_COLUMN}")
    if not isinstance(part, str):
        raise SchemaError(f"part is a word, not {type(part).__name__}; {_COLUMN}")
    check_choice(part, PARTS, name="part")
    if missing is not None and (isinstance(missing, bool) or not isinstance(missing, (int, float))):
        raise SchemaError(f"missing is a number or None, not {type(missing).__name__}; {_COLUMN}")


_COLUMN: Final = "if a column of the data set has this name, rename it, because trainers pass columns by their names."


def _listed(given: Any, length: int | None, name: str) -> list[Any]:
    if given is None and length is not None:
        return [None] * length
    if not is_list(given):
        raise SchemaError(f"{name} are a list, not {type(given).__name__}.")
    if length is not None and len(given) != length:
        raise SchemaError(f"There are {length} completions and {len(given)} {name}; give one for each.")
    return list(given)


def _rewards(
    completions: list[Any], prompts: list[Any], target: Any, *, raw: bool, part: str, missing: float | None
) -> list[float | None]:
    texts = [
        written(completion, prompt, part, i)
        for i, (completion, prompt) in enumerate(zip(completions, prompts, strict=True))
    ]
    targets = _targets(target, prompts)
    before = [None if prompt is None else said(prompt) for prompt in prompts]
    rewards: list[float | None] = []
    batch = Texts.of(texts)
    for start, end in batch.batches():
        here = batch.slice(start, end)
        sample = Sample(here, pieces_of(here, before[start:end]), target=targets[start:end])
        rewards += [missing if np.isnan(number) else number for number in consistency(sample, raw=raw).number.tolist()]
    return rewards


def _targets(target: Any, prompts: list[Any]) -> list[str | None]:
    """Give the language that each completion should be in."""
    if target is None:
        return _prompt_languages([question(prompt) for prompt in prompts])
    if isinstance(target, str):
        _check_tag(target)
        if base_language(target) not in _known_languages():
            raise SchemaError(
                f"The detector does not know the language {target!r}, so that no reward could tell it. It knows "
                f"{', '.join(sorted(_known_languages()))}."
            )
        return [target] * len(prompts)
    targets = _listed(target, len(prompts), "targets")
    for tag in dict.fromkeys(targets):
        if tag is not None:
            _check_tag(tag)
    return targets


def _check_tag(tag: Any) -> None:
    if not isinstance(tag, str) or not _TAG.fullmatch(tag):
        raise SchemaError(f"target={tag!r} is no language tag such as 'en' or 'zh'; {_COLUMN}")


@cache
def _known_languages() -> frozenset[str]:
    return frozenset(base_language(tag) for tag in language_model().tags if tag != "und")


def _prompt_languages(questions: list[str | None]) -> list[str | None]:
    return [_language_of(questions[0])] if len(questions) == 1 else main_languages(questions)


@lru_cache(maxsize=4096)
def _language_of(question: str | None) -> str | None:
    """Give the main language of one prompt; a trainer that asks one by one asks for each prompt many times."""
    return main_languages([question])[0]
