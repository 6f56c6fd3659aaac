"""The rule by which a language detector is scored on labelled spans.

Letters and marks are counted, nothing else.  A letter inside a gold span should get the language of the span, any
other letter the base language of its text.  A detector that says nothing about a letter, or `und`, makes no mistake on
the base language and misses a foreign letter.  Two kinds of gold span are special: in an `und` span (formulas, code,
names) only a language that occurs nowhere else in the text is held against the detector, and in a `*` span any answer
is right, so that its letters are not counted.

Figures are sums within a cell (base, inserted language, granularity), then means: over cells, over granularities, over
classes.  So a class with few long texts weighs as much as one with many short ones.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, Final, NamedTuple

#: A detector's answer: code points, end exclusive, and a language tag.
Span = tuple[int, int, str]

#: What a detector is here.
Detector = Callable[[str], Sequence[Span]]

#: Codes that name the same language.
SAME: Final = {"nb": "no", "nn": "no", "iw": "he", "cmn": "zh", "yue": "zh"}

#: Codes that name no language.
NO_ANSWER: Final = frozenset({"", "und", "un", "unknown", "xxx", "zxx", "mul"})

#: Gold of letters whose language is no matter, and of letters where every answer is right.
NO_MATTER: Final = "und"
ANY_ANSWER: Final = "*"

#: A predicted span is the gold span when they share at least this much of what they cover together.
ENOUGH_OVERLAP: Final = 0.5


def language_of(tag: str | None) -> str | None:
    """Give the language of a tag without script and region, or None where the tag names none.

    Examples
    --------
    >>> language_of("zh-Hant"), language_of("nb"), language_of("und")
    ('zh', 'no', None)
    """
    if tag is None or tag in NO_ANSWER:
        return None
    primary = tag.lower().replace("_", "-").partition("-")[0]
    return None if primary in NO_ANSWER else SAME.get(primary, primary)


def is_letter(character: str) -> bool:
    """Tell whether a character is counted: a Unicode letter or mark."""
    return unicodedata.category(character)[0] in "LM"


def gold_of(record: Mapping[str, Any]) -> list[str]:
    """Give the gold language of every character of a record; later spans lie over earlier ones."""
    labels = [_gold(record["base"])] * len(record["text"])
    for span in record["gold_spans"]:
        start, end = span["start"], span["end"]
        labels[start:end] = [_gold(span["language"])] * (end - start)
    return labels


def _gold(tag: str) -> str:
    return tag if tag == ANY_ANSWER else language_of(tag) or NO_MATTER


def answers_of(spans: Iterable[Span], length: int) -> list[str | None]:
    """Give the language that a detector says for every character; None where it says none."""
    labels: list[str | None] = [None] * length
    for start, end, tag in spans:
        first, last = max(start, 0), min(end, length)
        language = language_of(tag)
        if language is not None and first < last:
            labels[first:last] = [language] * (last - first)
    return labels


def counted(record: Mapping[str, Any], spans: Iterable[Span]) -> list[tuple[str, str | None]]:
    """Give gold and answer of every letter that counts, in the order of the text."""
    text = record["text"]
    pairs = zip(text, gold_of(record), answers_of(spans, len(text)), strict=True)
    return [(gold, answer) for character, gold, answer in pairs if gold != ANY_ANSWER and is_letter(character)]


class Score(NamedTuple):
    """What one record, or many together, gave: numbers of letters and of events.

    Attributes
    ----------
    letters
        Letters that count.
    found, missed, wrong
        Foreign letters whose language is right, or is not; letters called a foreign language that they are not.
    false
        Letters of the base language, or without one, that are called foreign.
    seen, unseen
        Foreign letters called foreign, whichever language; and not.
    events_found, events_missed, events_wrong
        The same as the first three for whole spans.
    """

    letters: int = 0
    found: int = 0
    missed: int = 0
    wrong: int = 0
    false: int = 0
    seen: int = 0
    unseen: int = 0
    events_found: int = 0
    events_missed: int = 0
    events_wrong: int = 0

    def plus(self, other: Score) -> Score:
        """Add two scores."""
        return Score(*(a + b for a, b in zip(self, other, strict=True)))

    @property
    def f1(self) -> float:
        """F1 of foreign letters, 0-1."""
        return f1(self.found, self.wrong, self.missed)

    @property
    def event_f1(self) -> float:
        """F1 of foreign spans, 0-1."""
        return f1(self.events_found, self.events_wrong, self.events_missed)

    @property
    def foreign_f1(self) -> float:
        """F1 of mere foreignness, 0-1: the language may be wrong."""
        return f1(self.seen, self.false, self.unseen)


def f1(found: float, wrong: float, missed: float) -> float:
    """Give the harmonic mean of precision and recall; 1 where there was nothing to find and nothing was said.

    Examples
    --------
    >>> f1(2, 1, 1), f1(0, 0, 0)
    (0.6666666666666666, 1.0)
    """
    return 2 * found / (2 * found + wrong + missed) if found + wrong + missed else 1.0


def score(record: Mapping[str, Any], spans: Iterable[Span]) -> Score:
    """Compare a detector's answer with the gold of one record.

    Parameters
    ----------
    record
        ``text``, ``base``, ``gold_spans`` and, where there is one, ``inserted``.
    spans
        What the detector says; later spans lie over earlier ones.
    """
    pairs = counted(record, spans)
    base = _gold(record["base"])
    present = {gold for gold, _ in pairs} | {base, "en", language_of(record.get("inserted")), None}
    total: Counter[str] = Counter(letters=len(pairs))
    for (gold, answer), times in Counter(pairs).items():
        total.update(dict.fromkeys(_verdicts(gold, answer, base, present), times))
    return Score(**total, **_events(pairs, base))


def _verdicts(gold: str, answer: str | None, base: str, present: set[str | None]) -> Iterator[str]:
    """Name what one letter counts as."""
    foreign = answer is not None and answer != base
    if gold in (NO_MATTER, base):
        if answer not in present if gold == NO_MATTER else foreign:
            yield from ("wrong", "false")
        return
    yield "seen" if foreign else "unseen"
    yield "found" if answer == gold else "missed"
    if foreign and answer != gold:
        yield "wrong"


def _events(pairs: list[tuple[str, str | None]], base: str) -> dict[str, int]:
    """Match gold spans with spans of the answer, each once and in the order of the text."""
    known = [pair for pair in pairs if pair[0] != NO_MATTER]
    wanted = _runs([gold for gold, _ in known], base)
    said = _runs([answer for _, answer in known], base)
    free = list(said)
    matched = 0
    for span in wanted:
        partner = next((other for other in free if _is_same(span, other)), None)
        if partner is not None:
            free.remove(partner)
            matched += 1
    return {
        "events_found": matched,
        "events_missed": len(wanted) - matched,
        "events_wrong": len(said) - matched,
    }


def _runs(labels: Sequence[str | None], base: str) -> list[Span]:
    """Give the runs of one foreign label, in counted letters."""
    runs, start = [], 0
    for label, group in groupby(labels):
        end = start + len(list(group))
        if label is not None and label != base:
            runs.append((start, end, label))
        start = end
    return runs


def _is_same(one: Span, other: Span) -> bool:
    shared = min(one[1], other[1]) - max(one[0], other[0])
    together = max(one[1], other[1]) - min(one[0], other[0])
    return one[2] == other[2] and shared > 0 and shared >= ENOUGH_OVERLAP * together


class Report(NamedTuple):
    """The figures of one detector on one set of records; NaN where no record was there to give them.

    Attributes
    ----------
    f1, event_f1, foreign_f1
        Means over classes, 0-1.
    by_class, by_granularity
        F1 by class, and by class and granularity (``"latin/word"``).
    event_by_class, foreign_by_class
        The other two by class.
    false_letters
        Letters called foreign per 1,000 letters, by control set.
    """

    f1: float
    event_f1: float
    foreign_f1: float
    by_class: dict[str, float]
    event_by_class: dict[str, float]
    foreign_by_class: dict[str, float]
    by_granularity: dict[str, float]
    false_letters: dict[str, float]


def report(scored: Iterable[tuple[Mapping[str, Any], Score]]) -> Report:
    """Pool the scores of records: ``set`` says ``spliced`` or the name of a control set.

    Parameters
    ----------
    scored
        Each record with its score.
    """
    cells: defaultdict[Hashable, Score] = defaultdict(Score)
    controls: defaultdict[str, Score] = defaultdict(Score)
    for record, found in scored:
        if record["set"] == "spliced":
            cell = (record["class"], record["granularity"], record["base"], record["inserted"])
            cells[cell] = cells[cell].plus(found)
        else:
            controls[record["set"]] = controls[record["set"]].plus(found)
    letters = _grouped({cell: pooled.f1 for cell, pooled in cells.items()})
    by_class = _by_class(letters)
    event_by_class = _by_class(_grouped({cell: pooled.event_f1 for cell, pooled in cells.items()}))
    foreign_by_class = _by_class(_grouped({cell: pooled.foreign_f1 for cell, pooled in cells.items()}))
    return Report(
        f1=mean(by_class.values()),
        event_f1=mean(event_by_class.values()),
        foreign_f1=mean(foreign_by_class.values()),
        by_class=by_class,
        event_by_class=event_by_class,
        foreign_by_class=foreign_by_class,
        by_granularity={"/".join(name): value for name, value in sorted(letters.items())},
        false_letters={name: 1000 * pooled.false / max(1, pooled.letters) for name, pooled in sorted(controls.items())},
    )


def _grouped(values: Mapping[Any, float]) -> dict[tuple[str, str], float]:
    """Average over the pairs of languages of each class and granularity."""
    groups: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for (name, granularity, *_), value in values.items():
        groups[name, granularity].append(value)
    return {group: mean(members) for group, members in groups.items()}


def _by_class(values: Mapping[tuple[str, str], float]) -> dict[str, float]:
    names = sorted({name for name, _ in values})
    return {name: mean(value for (group, _), value in values.items() if group == name) for name in names}


def mean(values: Iterable[float]) -> float:
    """Give the mean, NaN of nothing."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else math.nan


def evaluate(records: Iterable[Mapping[str, Any]], detector: Detector) -> Report:
    """Run a detector over records and give its figures."""
    return report((record, score(record, detector(record["text"]))) for record in records)
