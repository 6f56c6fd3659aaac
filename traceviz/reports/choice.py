"""Choose the traces that a report shows: the highest of a few metrics, then some at random."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd

#: The metrics by which the most striking traces are found.
STRIKING: Final = ("foreign_share", "loop_share", "symbol_share")

#: The part of the shown traces that each of these may take; the rest is drawn at random.
_PART: Final = 4


def chosen(traces: pd.DataFrame, most: int, *, seed: int = 0) -> list[tuple[int, str]]:
    """Choose rows, and say why each was chosen.

    Parameters
    ----------
    traces
        One row a trace, with whatever metrics there are.
    most
        How many at most.
    seed
        Of the random rest.

    Returns
    -------
    list of (int, str)
        Positions of rows and the reason; no row twice.
    """
    reasons: dict[int, list[str]] = {}
    readable = np.flatnonzero(traces["reasoning"].notna().to_numpy(bool))
    for metric in STRIKING:
        if metric not in traces.columns:
            continue
        values = pd.to_numeric(traces[metric], errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
        ranked = readable[np.argsort(-values[readable], kind="stable")]
        high = [int(at) for at in ranked if values[at] > 0][: max(most // _PART, 1)]
        for rank, at in enumerate(high):
            if at in reasons or len(reasons) < most:
                place = "highest" if rank == 0 else f"{_ordinal(rank + 1)} highest"
                reasons.setdefault(at, []).append(f"{metric} {values[at]:.3g}, {place}")
    rest = [int(at) for at in readable if at not in reasons]
    drawn = np.random.default_rng(seed).permutation(len(rest))[: max(most - len(reasons), 0)]
    picked = [(at, "; ".join(why)) for at, why in reasons.items()]
    return picked + [(rest[at], "drawn at random") for at in sorted(drawn)]


def sampled(traces: pd.DataFrame, most: int, group: pd.Series[Any], *, seed: int = 0) -> list[int]:
    """Draw rows at random, and give them ordered by their group."""
    readable = np.flatnonzero(traces["reasoning"].notna().to_numpy(bool))
    drawn = np.sort(np.random.default_rng(seed).permutation(readable)[:most])
    return sorted((int(at) for at in drawn), key=lambda at: str(group.iloc[at]))


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th") if number % 100 not in (11, 12, 13) else "th"
    return f"{number}{ending}"
