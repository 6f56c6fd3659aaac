"""How often words are used in texts of the user's: what the detector of idiolects compares with, given ``reference=``.

The rate of a word is a posterior mean under a Dirichlet prior, in two steps: human usage is the prior of the reference
as a whole (or of the answers of one model), and that is the prior of the texts about the same question.  So what is
the topic of a question counts as usual where its answer has the word, and a word that the reference lacks keeps a rate
that is near that of people (cf. Monroe, Colaresi & Quinn 2008, who use the same prior).
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.detectors.evidence import Scene
from traceviz.detectors.vocabulary import own_english
from traceviz.schema import SchemaError, as_traces
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts

#: Weight of the prior, in words: an answer of a few hundred words says little about a word that it lacks.
PRIOR: Final = 1000.0


class Usage(NamedTuple):
    """How often words are used in the groups of a reference: its models, and its questions.

    Attributes
    ----------
    keys
        uint64, ascending: a word in a group.
    counts
        How often each stands there.
    totals
        Words of each group.
    """

    keys: NDArray[np.uint64]
    counts: NDArray[np.int64]
    totals: NDArray[np.float64]

    def posterior(
        self, hashes: NDArray[np.uint64], group: NDArray[np.int64], prior: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Give the rate of each word in its group; the prior's where the group is -1."""
        key = _keys(hashes, group)
        place = np.minimum(np.searchsorted(self.keys, key), len(self.keys) - 1)
        used = np.where((self.keys[place] == key) & (group >= 0), self.counts[place], 0)
        total = np.where(group >= 0, self.totals[group], 0)
        return np.asarray((used + PRIOR * prior) / (total + PRIOR))


class Reference(NamedTuple):
    """The usage that each text of a table is compared with: that of its model, and that about its question."""

    usage: Usage
    model: NDArray[np.int64]
    question: NDArray[np.int64]

    def of(self, rows: slice | NDArray[np.int64]) -> Reference:
        """Give the reference of some of the texts."""
        return self._replace(model=self.model[rows], question=self.question[rows])

    def rates(
        self, hashes: NDArray[np.uint64], text: NDArray[np.int64], human: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Give the rate at which each word of a text is used in what the text is compared with."""
        whole = self.usage.posterior(hashes, self.model[text], human)
        return self.usage.posterior(hashes, self.question[text], whole)


def reference_of(reference: object, table: pd.DataFrame) -> Reference:
    """Count the words of a reference for the traces of a table.

    Parameters
    ----------
    reference
        A column of the traces, such as ``"answer"``: each trace is compared with those texts of its own ``model``,
        and of its own question.  Or texts of your own, as a traces table or a list: with all of them, and with those
        of the same ``question_id``.
    table
        The traces.

    Raises
    ------
    SchemaError
        When there is no such column, or the reference holds no words.
    """
    if isinstance(reference, str):
        texts, model = _column(reference, table), _numbers(table, "model")
        own = _numbers(table, "question_id" if "question_id" in table.columns else "trace_id")
        question = np.unique(np.column_stack([model, own]), axis=0, return_inverse=True)[1].reshape(-1)
        return Reference(_counted(texts, model, question), model, question + model.max(initial=-1) + 1)
    other = as_traces(reference, verb="reference=")
    both = pd.concat([_named(other), _named(table)])
    names = pd.factorize(both)[0].astype(np.int64)  # -1 where there is no question
    question, asked = names[: len(other)], names[len(other) :]
    usage = _counted(Texts.from_column(other["reasoning"]), np.zeros(len(other), np.int64), question)
    answered = (asked >= 0) & np.isin(asked, question)
    return Reference(usage, np.zeros(len(table), np.int64), np.where(answered, asked + 1, -1))


def check_reference(reference: object, spans: pd.DataFrame | None) -> None:
    """Refuse a reference where the words were compared already, so that it would change nothing."""
    if reference is None or spans is None:
        return
    if "idiolect" in {*spans.attrs.get("traceviz", {}).get("modes", []), *spans["mode"].astype(object)}:
        raise SchemaError("The spans hold the mode 'idiolect' already; give reference= to tv.detect, which found them.")


def described(reference: object) -> dict[str, str]:
    """Give what a table says of the reference that it was made with."""
    if reference is None:
        return {}
    return {"usage_reference": reference if isinstance(reference, str) else "given"}


def _column(name: str, table: pd.DataFrame) -> Texts:
    """Give the texts of a column of the traces."""
    if name not in table.columns or name == "reasoning":
        raise SchemaError(
            f"reference={name!r} is no column of the traces to compare with; give 'answer' or another column of text, "
            "or a traces table or a list of texts."
        )
    return Texts.from_column(table[name])


def _named(table: pd.DataFrame) -> pd.Series[Any]:
    if "question_id" in table.columns:
        return table["question_id"].astype(object)
    return pd.Series([None] * len(table), dtype=object)


def _numbers(table: pd.DataFrame, column: str) -> NDArray[np.int64]:
    """Give each row the number of its value; what is missing is a value of its own."""
    if column not in table.columns:
        return np.zeros(len(table), np.int64)
    return pd.factorize(table[column].astype(object), use_na_sentinel=False)[0].astype(np.int64)


def _counted(texts: Texts, model: NDArray[np.int64], question: NDArray[np.int64]) -> Usage:
    """Count the English words of texts, by model and by question; questions are numbered after the models."""
    first = int(model.max(initial=-1)) + 1
    groups = first + int(question.max(initial=-1)) + 1
    totals, keys = np.zeros(groups), [np.empty(0, np.uint64)]
    for start, end in texts.batches():
        part = texts.slice(start, end)
        scene = Scene(part, pieces_of(part, None))
        chosen = np.flatnonzero(own_english(scene))
        text, hashes = scene.text_of_word[chosen] + start, scene.words.hashes[chosen]
        for group in (model[text], np.where(question[text] < 0, -1, question[text] + first)):
            known = group >= 0
            totals += np.bincount(group[known], minlength=groups)
            keys.append(_keys(hashes[known], group[known]))
    unique, counts = np.unique(np.concatenate(keys), return_counts=True)
    if not len(unique):
        raise SchemaError("The reference holds no English words, and only these are compared.")
    return Usage(unique, counts.astype(np.int64), totals)


def _keys(hashes: NDArray[np.uint64], group: NDArray[np.int64]) -> NDArray[np.uint64]:
    return hashes ^ ((group + 1).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
