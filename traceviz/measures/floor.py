"""The floor: what a mixing metric gives on text that does not mix.

Language detectors raise false alarms, and how many depends on the kind of text.  Lines of formulas alone can make a
monolingual trace look as mixed as published differences between models.  So the same metrics, by the same detector,
are computed on monolingual text of the same kind, and their means stand beside the numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from traceviz.measures.compute import compute, joined
from traceviz.measures.registry import Metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values
from traceviz.schema import SchemaError, as_traces
from traceviz.segments.segment import DETECTORS, pieces_of, prompts_of, reasoning_of

if TYPE_CHECKING:
    import pandas as pd

#: The name of the control that is part of the package.
SHIPPED: Final = "shipped"

_FILE: Final = Path(__file__).parent.parent / "data" / "control.jsonl"

#: What the shipped control is.  `tv.measure` says what it cannot tell.
_KIND: Final = (
    "short monolingual reasoning on school mathematics, code and everyday logic, written for traceviz, with formulas, "
    "units, foreign names and loanwords"
)

#: Why there is no floor: no trace of the control has that number.
_NO_FLOOR: Final = "no_reference"


@dataclass(frozen=True)
class Control:
    """A control and its numbers.

    Attributes
    ----------
    language
        The language of each of its traces: the one stated, or its matrix language; None where it has none.
    numbers
        The values of each mixing metric over its traces.
    facts
        What it is, for the provenance: its kind, its number of traces, and how many are in which language.
    """

    language: tuple[str | None, ...]
    numbers: dict[str, Values]
    facts: dict[str, Any]


def measure_control(control: Any, chosen: Sequence[Metric], *, detector: str, forms: Sequence[str]) -> Control:
    """Measure the mixing metrics of a control.

    Parameters
    ----------
    control
        ``"shipped"``, or a traces table or a list of strings, which may state languages in a column ``language``.
    chosen
        The metrics that were asked for; only those of the group `mixing` have a floor.
    detector
        The name of the detector that the traces were segmented with; the control is segmented with the same.
    forms
        Which forms of reasoning are analysed.

    Raises
    ------
    SchemaError
        When the control is none of these or has no text, or the detector is one that cannot be run by its name.
    """
    if detector not in DETECTORS:
        raise SchemaError(
            f"The segments were made by the detector {detector!r}, which control=... cannot run again. Measure the "
            "control on its own: tv.measure(control, segments=tv.segment(control, detector=...))."
        )
    table = _table(control)
    texts, prompts, stated = reasoning_of(table, forms), prompts_of(table), _stated(table)
    mixing = [metric for metric in chosen if metric.group == "mixing"]
    languages: list[str | None] = []
    parts = []
    for start, end in texts.batches():
        batch = texts.slice(start, end)
        asked = None if prompts is None else prompts[start:end]
        sample = Sample(batch, pieces_of(batch, asked, detector=detector), asked)
        own = [given or found for given, found in zip(stated[start:end], sample.matrix_tags, strict=True)]
        sample.target = list(own)
        languages += own
        parts.append(compute(sample, mixing))
    if not texts.present.any():
        raise SchemaError("control=... has no reasoning to measure.")
    numbers = {metric.name: joined([part[metric.name] for part in parts]) for metric in mixing}
    shipped = isinstance(control, str)
    counted = Counter(tag or "und" for tag, there in zip(languages, texts.present.tolist(), strict=True) if there)
    facts = {
        "source": SHIPPED if shipped else "given",
        "kind": _KIND if shipped else "given by the user",
        "n_traces": int(texts.present.sum()),
        "languages": dict(counted.most_common()),
    }
    return Control(tuple(languages), numbers, facts)


def floors(control: Control, languages: Sequence[str | None], numbers: dict[str, Values]) -> dict[str, Values]:
    """Give the floor of each metric for each trace.

    Parameters
    ----------
    control
        The control, measured.
    languages
        The matrix language of each trace.  Where the control has no trace in it, the floor is that of the whole.
    numbers
        The metrics of the traces; empty and absent traces have no floor either, for the same reason.

    Returns
    -------
    dict
        ``<metric>_floor``: the mean over the control's traces of that language that have the number; missing as
        ``no_reference`` where none has it.
    """
    own = np.array([tag or "" for tag in control.language], dtype=object)
    here = {tag: own == tag for tag in dict.fromkeys(languages) if tag}
    everything = np.ones(len(own), dtype=bool)
    found = {}
    for name, values in control.numbers.items():
        mean = {tag: _mean(values.number[rows if rows.any() else everything]) for tag, rows in here.items()}
        whole = _mean(values.number)
        floor = np.array([mean[tag] if tag else whole for tag in languages], dtype=np.float64)
        absent = _no_text(numbers[name])
        found[f"{name}_floor"] = absent.otherwise(Values.of(floor).without(np.isnan(floor), _NO_FLOOR))
    return found


def n_without_own(control: Control, languages: Sequence[str | None]) -> int:
    """Count the traces in a language that the control has no trace in."""
    own = set(control.language)
    return sum(tag is not None and tag not in own for tag in languages)


def _mean(number: NDArray[np.float64]) -> float:
    there = number[~np.isnan(number)]
    return float(there.mean()) if len(there) else float("nan")


def _no_text(values: Values) -> Values:
    """Keep of some values only that there was no text."""
    reasons = np.array([why or "" for why in values.reasons()], dtype=object)
    kept = Values.of(np.zeros(len(reasons)))
    for why in ("empty", "not_provided"):
        kept = kept.without(reasons == why, why)
    return kept


def _table(control: Any) -> pd.DataFrame:
    if isinstance(control, str):
        if control != SHIPPED:
            raise SchemaError(
                f"control={control!r} is not known: give '{SHIPPED}', or monolingual text of the same kind as your "
                "traces, a traces table or a list of strings."
            )
        return shipped_control()
    return as_traces(control, verb="tv.measure(control=...)")


def shipped_control() -> pd.DataFrame:
    """Give the control that is part of the package: ``trace_id, language, subject, reasoning``."""
    import orjson
    import pandas as pd

    with _FILE.open("rb") as file:
        return pd.DataFrame([orjson.loads(line) for line in file])


def _stated(table: pd.DataFrame) -> list[str | None]:
    if "language" not in table.columns:
        return [None] * len(table)
    return [tag if isinstance(tag, str) and tag else None for tag in table["language"].tolist()]
