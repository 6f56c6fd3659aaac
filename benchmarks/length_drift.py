"""How far each metric moves when traces are cut: which numbers depend on length.

    python benchmarks/length_drift.py [--sample 100]

A trace is measured as far as its first 6,000 characters and in four windows of 1,500 of the same text
(``tv.measure(..., window=1500)``).  What is compared is the mean of its windows with its own whole, so that the way a
trace begins does not count as length; the mean of these differences over the traces is divided by the standard
deviation of the wholes.  ``length_dependent`` in `tv.metrics()` is set from it: .3 and more in all traces together, or
in one file of at least 50 traces by two standard errors beyond that, of the metric or of its ``_raw`` twin.  Metrics
that count (``hidden_chars``) or ask whether there is any (``word_pass``) are labelled by what they are, since traces
that lack what they look for show no drift.

Needs the traces beside the checkout; see `legibility_hosts`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final

import language_data
import legibility_hosts
import numpy as np
import pandas as pd
from legibility_hosts import Domain

import traceviz as tv
from traceviz.measures.registry import names

#: Files of real traces: clean and mixed, terse and looping, in English and other languages.
FILES: Final = (
    "mmath_multilingual",
    "policy_reasoning_en",
    "qwen3_forced_lang",
    "r1_bangla_mmlu",
    "gsm8k_en_zh",
    "gptoss120b_gsm8k",
    "mdeval_5models_gsm8k",
)

#: Characters of a trace and of a window: four to one.
LONG, SHORT = 6_000, 1_500

#: The drift from which a metric depends on length (reference: between-trace standard deviations).
BOUND: Final = 0.3

#: Traces of a file that is looked at by itself, and of one that is looked at in all.
FEWEST_TRACES: Final = 50
FEWEST_IN_ALL: Final = 10


def changes(traces: pd.DataFrame, *, long: int = LONG, short: int = SHORT) -> pd.DataFrame:
    """Give, for each trace (row) and metric, the mean of its windows less its whole, in between-trace deviations.

    Missing where the whole or all windows are, and everywhere for a metric that all traces have alike.

    Parameters
    ----------
    traces
        Traces of at least ``long`` characters.
    long, short
        Characters of a trace, and of a window.
    """
    cut = traces.assign(reasoning=traces["reasoning"].astype(object).str[:long])
    known = names()
    whole = tv.measure(cut, metrics="all").set_index("trace_id")[known]
    windows = tv.measure(cut, metrics="all", window=short).groupby("trace_id", sort=False)[known].mean()
    spread = whole.std(ddof=1)
    return (windows.reindex(whole.index) - whole) / spread.where(spread > 0)


def drift(changed: pd.DataFrame) -> pd.DataFrame:
    """Give the mean change of each metric, its standard error and the number of traces."""
    return pd.DataFrame({"drift": changed.mean(), "error": changed.sem(), "traces": changed.notna().sum()})


def depends(together: pd.DataFrame, files: Sequence[pd.DataFrame]) -> pd.Series:
    """Tell which metrics move: all traces together by the bound, or a large file by clearly more."""
    found = together["drift"].abs() >= BOUND
    for one in files:
        found |= (one["traces"] >= FEWEST_TRACES) & (one["drift"].abs() - 2 * one["error"] >= BOUND)
    return found.groupby(found.index.str.removesuffix("_raw")).transform("any")


def traces_of(file: str, sample: int) -> pd.DataFrame:
    """Give the long traces of a file that were not set aside, at most so many, spread over all of them."""
    records = [
        record
        for record in legibility_hosts.records(Domain("development", f"traces/{file}", bool))
        if len(record["reasoning"] or "") >= LONG and language_data.part_of(record["id"]) != "aside"
    ]
    chosen = np.linspace(0, len(records) - 1, min(sample, len(records))).astype(int)
    rows = [(f"{file}/{at}", records[at]["prompt"], records[at]["reasoning"]) for at in chosen.tolist()]
    return pd.DataFrame(rows, columns=["trace_id", "prompt", "reasoning"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the drift of each metric by file and in all, and which labels differ from it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sample", type=int, default=100, help="most traces of a file")
    options = parser.parse_args(arguments)
    changed = {}
    for name in FILES:
        traces = traces_of(name, options.sample)
        if len(traces) >= FEWEST_IN_ALL:
            changed[f"{name} ({len(traces)})"] = changes(traces)
    by_file = {name: drift(change) for name, change in changed.items()}
    together = drift(pd.concat(changed.values()))
    found = depends(together, list(by_file.values()))
    stated = tv.metrics().set_index("name")["length_dependent"]
    table = pd.DataFrame({name: one["drift"] for name, one in by_file.items()}).assign(
        all=together["drift"], n=together["traces"], moves=found, stated=stated
    )
    with pd.option_context("display.width", 250, "display.max_rows", None, "display.max_columns", None):
        print(table.round(2).to_string())
    print("moves and is not labelled:", *found.index[found & ~stated])
    print("is labelled and does not move:", *found.index[~found & stated])


if __name__ == "__main__":
    main()
