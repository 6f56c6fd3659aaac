"""The registry: which metrics there are, and what each of them states about itself.

A metric is a function of a batch that gives `Values`; the decorator lists it and returns it unchanged.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from traceviz.schema import STRING, check_choice

if TYPE_CHECKING:
    import pandas as pd

    from traceviz.measures.sample import Sample
    from traceviz.measures.values import Values

#: Modules that define metrics; importing one lists its metrics.
FAMILIES: Final = (
    "mixing",
    "code_switching",
    "line_language",
    "symbols",
    "scripts",
    "repetition",
    "diversity",
    "vocabulary",
    "readability",
    "structure",
    "ending",
    "modes",
    "length",
)

#: The numbers that fit on a screen, in their order.
DEFAULT: Final = (
    "foreign_share",
    "any_foreign",
    "language_consistency",
    "switch_rate",
    "cmi",
    "language_entropy",
    "matrix_share",
    "symbol_share",
    "math_share",
    "masked_share",
    "loop_share",
    "flesch_reading_ease",
    "words",
    "characters",
)

_F = TypeVar("_F", bound=Callable[..., "Values"])


class Metric(NamedTuple):
    """A metric and what it states about itself."""

    name: str
    group: str
    unit: str
    range: str
    direction: str
    level: str
    weight: str | None
    needs: str
    source: str
    length_dependent: bool
    description: str
    function: Callable[[Sample], Values]


_METRICS: Final[dict[str, Metric]] = {}


def metric(  # noqa: PLR0913  (a statement of facts, all by keyword)
    *,
    group: str,
    unit: str,
    range: str,  # noqa: A002  (what the statement is called in every table of metrics)
    direction: str,
    source: str,
    level: str = "trace",
    weight: str | None = "words",
    needs: str = "segments",
    raw: bool = False,
    length_dependent: bool = False,
) -> Callable[[_F], _F]:
    """List a function as a metric under its own name, and return it unchanged.

    Parameters
    ----------
    group
        Name of the family: `mixing`, `symbols`, `repetition`, `vocabulary`, `readability`, `structure`, `modes` or
        `length`.
    unit, range, direction, source
        What the number means: its unit, the values it can take, whether more is worse (``none`` where that cannot be
        said), and the paper or standard it comes from.
    level
        What it is a number of: a trace.
    weight
        The measured column by which traces are pooled; None where pooling makes no sense.
    needs
        What it is computed from.
    raw
        Also list ``<name>_raw``, the same number with quoted and mentioned words counted; the function takes ``raw``.
    length_dependent
        Whether the number moves when a trace is cut, by .3 of the standard deviation between traces or more from 6,000
        to 1,500 characters (`benchmarks/length_drift.py`), or because it counts.  Such numbers are compared in windows.
    """

    def enlist(function: _F) -> _F:
        summary = (function.__doc__ or "").strip().partition("\n")[0]
        entry = Metric(
            function.__name__,
            group,
            unit,
            range,
            direction,
            level,
            weight,
            needs,
            source,
            length_dependent,
            summary,
            function,
        )
        _METRICS[entry.name] = entry
        if raw:
            twin = f"{entry.name}_raw"
            _METRICS[twin] = entry._replace(
                name=twin,
                description=f"{summary.removesuffix('.')}, quoted and mentioned words counted.",
                function=partial(function, raw=True),
            )
        return function

    return enlist


@cache
def registry() -> dict[str, Metric]:
    """Give all metrics by name, in the order of the families."""
    for family in FAMILIES:
        import_module(f"traceviz.measures.{family}")
    # Whatever was imported first lists its metrics first.
    order = sorted(_METRICS.values(), key=_family_of)
    _METRICS.clear()
    _METRICS.update((entry.name, entry) for entry in order)
    return _METRICS


def _family_of(entry: Metric) -> int:
    """Give the place of a metric's family; those of users come last."""
    function = entry.function.func if isinstance(entry.function, partial) else entry.function
    family = function.__module__.removeprefix("traceviz.measures.")
    return FAMILIES.index(family) if family in FAMILIES else len(FAMILIES)


def names() -> list[str]:
    """Give the names of all metrics."""
    return list(registry())


def groups() -> list[str]:
    """Give the names of the groups of metrics."""
    return list(dict.fromkeys(entry.group for entry in registry().values()))


def weight_of(name: str) -> str | None:
    """Give the measured column by which a metric is pooled over traces; None where there is none."""
    entry = registry().get(name)
    return entry.weight if entry else None


def bounds_of(name: str) -> tuple[float, float]:
    """Give the least and the greatest value that a metric can take; infinite where it is unbounded or unknown.

    Examples
    --------
    >>> bounds_of("cmi"), bounds_of("words"), bounds_of("flesch_reading_ease")
    ((0.0, 100.0), (0.0, inf), (-inf, inf))
    """
    entry = registry().get(name.removesuffix("_floor"))
    stated = re.match(r"(-?\d+)(?:(?:-| to )(\d+))?", entry.range) if entry else None
    if stated is None:
        return -math.inf, math.inf
    return float(stated.group(1)), float(stated.group(2) or math.inf)


def select(wanted: str) -> list[str]:
    """Give the metrics that a name stands for: a metric, a group, ``"default"`` or ``"all"``.

    Raises
    ------
    SchemaError
        When there is no such metric or group.
    """
    known = registry()
    if wanted == "default":
        return list(DEFAULT)
    if wanted == "all":
        return list(known)
    if wanted in known:
        return [wanted]
    if wanted == "modes":
        from traceviz.measures.modes import METRIC_OF

        rates = [name for name, entry in known.items() if entry.group == wanted and name not in METRIC_OF.values()]
        return [*METRIC_OF.values(), *rates]
    check_choice(wanted, [*groups(), "default", "all", *known], name="metrics")
    return [name for name, entry in known.items() if entry.group == wanted]


def metrics() -> pd.DataFrame:
    """List the metrics with unit, range, direction, what they need and where they come from.

    Returns
    -------
    pandas.DataFrame
        ``name, default, group, unit, range, direction, level, weight, needs, source, length_dependent, description``.
        Where ``length_dependent``, compare in windows of equal length (``tv.measure(traces, window=5000)``): else the
        longer traces differ by being longer.

    Examples
    --------
    >>> table = metrics()
    >>> table.loc[table.name == "cmi", ["unit", "range"]].squeeze().tolist()
    ['index', '0-100']
    """
    import pandas as pd

    rows = [entry._asdict() for entry in registry().values()]
    table = pd.DataFrame(rows).drop(columns="function")
    table = table.astype(dict.fromkeys(table.columns.drop("length_dependent"), STRING))
    table.insert(1, "default", table["name"].isin(DEFAULT))
    return table
