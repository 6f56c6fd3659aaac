"""Completions that a log writes again: once for each filter (lm-eval), or in every later table (Weights & Biases)."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Final, NamedTuple

from traceviz.sources.quarantine import Found
from traceviz.sources.trace import Trace

#: What is said of a completion that came again, and of a record in which nothing is new.
CODE: Final = "duplicate_record"

#: Characters of completions that wait for their scores by other filters: beyond it, the oldest wait no longer.
_MOST_HELD: Final = 1 << 26

#: The shape whose rows come once for each filter, and that whose later tables have the rows of the earlier ones.
_FILTERED: Final = "lm_eval"
_TABLE: Final = "wandb_table"
REPEATING: Final = frozenset({_FILTERED, _TABLE})


class Taken(NamedTuple):
    """The traces of a record, and where it was found."""

    traces: list[Trace]
    item: Found
    position: int
    relative: str


class Repeats:
    """Pass on what is new in one load.

    It remembers a hash of each completion of the shapes that repeat, and holds back those that may get more scores.
    """

    def __init__(self) -> None:
        self._seen: set[int] = set()
        self._held: OrderedDict[int, Taken] = OrderedDict()
        self._n_held = 0

    def passed(self, taken: Taken) -> Iterator[Taken]:
        """Give the records that need not wait any longer; one in which nothing is new has no traces."""
        if taken.traces[0].used.get("shape") == _FILTERED:
            yield from self._filtered(taken)
        else:
            yield taken._replace(traces=[trace for trace in taken.traces if self._is_new(_row_key(trace))])

    def rest(self) -> Iterator[Taken]:
        """Give what still waits, at the end of a file."""
        held, self._held, self._n_held = self._held, OrderedDict(), 0
        yield from held.values()

    def _filtered(self, taken: Taken) -> Iterator[Taken]:
        key = hash((taken.relative, *((trace.question_id, *_texts(trace)) for trace in taken.traces)))
        held = self._held.get(key)
        if held is not None:
            for trace, again in zip(held.traces, taken.traces, strict=True):
                _merge(trace, again)
        if not self._is_new(key):
            yield taken._replace(traces=[])
            return
        if taken.traces[0].extras.get("filter") in (None, "none"):
            yield taken  # there are no other filters
            return
        self._held[key] = taken
        self._n_held += _size(taken)
        while self._n_held > _MOST_HELD:
            _, oldest = self._held.popitem(last=False)
            self._n_held -= _size(oldest)
            yield oldest

    def _is_new(self, key: int) -> bool:
        if key in self._seen:
            return False
        self._seen.add(key)
        return True


def _merge(trace: Trace, again: Trace) -> None:
    """Add what another filter made of a completion: its fields get the filter's name."""
    trace.note(CODE)
    name = again.extras.get("filter")
    for field, value in again.extras.items():
        if field != "filter" and field in trace.extras and trace.extras[field] != value:
            trace.extras[f"{field}_{name}"] = value
    if again.correct is not None and again.correct != trace.correct:
        trace.extras[f"correct_{name}"] = again.correct


def _texts(trace: Trace) -> tuple[str | None, str | None]:
    return trace.reasoning, trace.answer


def _size(taken: Taken) -> int:
    return sum(len(text or "") for trace in taken.traces for text in _texts(trace))


def _row_key(trace: Trace) -> int:
    return hash((trace.extras.get("table_row"), trace.step, trace.prompt, *_texts(trace)))
