"""The profile of groups: mean percentiles and shares of flags, with intervals clustered by question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from traceviz.schema import STRING, SchemaError
from traceviz.statistics.compare import compare


def by_group(
    placed: pd.DataFrame, by: str | Sequence[str], *, cluster: str | None, draws: int, seed: int
) -> pd.DataFrame:
    """Give the groups of a table of `traceviz.profile`, a row a group and mode."""
    columns = [by] if isinstance(by, str) else list(by)
    absent = [name for name in [*columns, *([cluster] if cluster else [])] if name not in placed.columns]
    if absent:
        raise SchemaError(
            f"tv.profile needs the column {absent[0]!r} in the measured table, or another by= or cluster=."
        )
    if placed["percentile"].isna().all():
        raise SchemaError("No trace has a place in any mode; see not_measured in the measured table.")
    parts = [
        _of_mode(str(mode), rows, columns, cluster, draws, seed) for mode, rows in placed.groupby("mode", sort=False)
    ]
    return pd.concat(parts, ignore_index=True)


def _of_mode(
    mode: str, rows: pd.DataFrame, columns: list[str], cluster: str | None, draws: int, seed: int
) -> pd.DataFrame:
    numbers = rows.assign(flagged=rows["flagged"].astype("Float64").astype(float))
    names = [name for name in ("percentile", "flagged") if numbers[name].notna().any()]
    if not names:
        return pd.DataFrame()
    compared = compare(numbers, by=columns, cluster=cluster, metrics=names, draws=draws, seed=seed)
    keyed = {name: compared[compared["metric"] == name].reset_index(drop=True) for name in names}
    level = keyed.get("percentile", compared.iloc[:0])
    flags: Any = keyed.get("flagged")
    table = level[columns].copy()
    table["mode"] = pd.array([mode] * len(level), dtype=STRING)
    for name in ("estimate", "low", "high"):
        table["percentile" if name == "estimate" else name] = level[name].clip(0, 100)
    for name in ("estimate", "low", "high"):
        said = "flagged_share" if name == "estimate" else f"flagged_{name}"
        table[said] = flags[name].clip(0, 1) if flags is not None else float("nan")
    table["n_traces"] = level["n_traces"]
    table["n_questions"] = level["n_questions"]
    table["n_reference"] = int(rows["n_reference"].max())
    return table
