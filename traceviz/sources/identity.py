"""Names for traces and questions where the source gives none, the same in every run."""

from __future__ import annotations

from collections import Counter
from hashlib import blake2b

from traceviz.sources.records import Trace


class Identities:
    """Name the traces of one load.

    It remembers the ids and questions that were given, so its memory grows with their number, not with the texts.
    """

    def __init__(self) -> None:
        self._ids: Counter[str] = Counter()
        self._samples: Counter[tuple[str, str | None, int | None]] = Counter()

    def settle(self, trace: Trace, made: str, *, positional: bool) -> None:
        """Give the trace its id, its question and its place among the samples of that question.

        Parameters
        ----------
        trace
            Changed in place.
        made
            The id of a trace that brings none.
        positional
            Only an id that is called ``trace_id`` is the record's own: the id of a list is the position.
        """
        own = None if positional and trace.used.get("trace_id") != "trace_id" else trace.trace_id
        self._name(trace, own or made)
        if trace.question_id is None and trace.prompt:
            trace.question_id = question_of(trace.prompt)
        if trace.question_id is not None:
            sample = (trace.question_id, trace.model, trace.step)
            if trace.sample_index is None:
                trace.sample_index = self._samples[sample]
            self._samples[sample] += 1

    def _name(self, trace: Trace, name: str) -> None:
        self._ids[name] += 1
        trace.trace_id = name
        if self._ids[name] > 1:
            number = self._ids[name]
            while f"{name}#{number}" in self._ids:
                number += 1
            trace.trace_id = f"{name}#{number}"
            self._ids[trace.trace_id] += 1
            if trace.question_id != name:  # an id of the question may well come again, once a model
                trace.diagnostics.append("repeated_id")


def question_of(prompt: str) -> str:
    """Name a question by its prompt: two traces of one prompt answer one question."""
    return "prompt:" + _digest(prompt, 8)


def position_id(relative: str, record_index: int, sample: int) -> str:
    """Name a trace by its place: the file seen from the folder that was loaded, the record, the sample."""
    return _digest(f"{relative}\0{record_index}\0{sample}", 16)


def _digest(text: str, size: int) -> str:
    return blake2b(text.encode("utf-8", "replace"), digest_size=size).hexdigest()
