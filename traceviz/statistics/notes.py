"""What a compared table says in words: the warnings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from traceviz.statistics.groups import Group

#: Missingness that differs by more than this between groups is said in the warning: 5 points of missing rows can
#: move a share by as much.
MISSING_GAP: Final = 0.05

#: Providers that a warning names before it says "and more".
_NAMED: Final = 3


@dataclass(frozen=True)
class Notes:
    """What the warnings say whatever the estimate: one text a metric, one a group; and the groups' names."""

    metric: list[str]
    group: list[str]
    names: list[str]


def group_notes(measured: pd.DataFrame, columns: list[str], groups: list[Group], cluster: str | None) -> list[str]:
    """Say of each group what makes all its numbers doubtful."""
    mixed = _mixed_providers(measured, columns)
    notes = []
    for group in groups:
        said = ["each trace is its own cluster"] if cluster is None else []
        if cluster is not None and group.n_unclustered:
            said.append(f"{group.n_unclustered} rows without {cluster} count as their own clusters")
        if mixed:
            said.append(mixed.get(str(group.key[columns.index("model")]), ""))
        notes.append(joined(said) or "")
    return notes


def _mixed_providers(measured: pd.DataFrame, columns: list[str]) -> dict[str, str]:
    """Say which models were served by several providers, where that is not part of the grouping."""
    if "model" not in columns or "provider" in columns or "provider" not in measured.columns:
        return {}
    pairs = measured[["model", "provider"]].dropna().astype(str).drop_duplicates()
    notes = {}
    for model, providers in pairs.groupby("model")["provider"]:
        names = sorted(providers)
        if len(names) > 1:
            shown = ", ".join(names[:_NAMED]) + (" and more" if len(names) > _NAMED else "")
            notes[str(model)] = f"{model} was served by {len(names)} providers ({shown}): they may differ"
    return notes


def missing_note(here: float, there: float, where: str) -> str:
    """Say that missingness differs, if it does."""
    if np.isnan(here) or np.isnan(there) or abs(here - there) <= MISSING_GAP:
        return ""
    return f"missing: {100 * here:.0f} % here, {100 * there:.0f} % {where}"


def joined(said: Sequence[str]) -> str | None:
    """Join what is to be said; None if it is nothing."""
    return "; ".join(text for text in said if text) or None
