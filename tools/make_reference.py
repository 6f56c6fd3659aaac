"""Make ``traceviz/data/reference.zst``: how much of each failure mode fluent English reasoning holds.

    python tools/make_reference.py

The traces are three public data sets that stand beside the checkout (``../shared/data/traces``): mmath_multilingual
(bowenyu066/language-shapes-reasoning at 9cf81be), policy_reasoning_en (imperialite/policy-reasoning-traces at 3ec1029,
the traces of DeepSeek-R1) and r1_bangla_mmlu (KillerShoaib/DeepSeek-r1-Bangla-Reasoning-Data at ecf671d).  They are cut
into windows as the benchmark of legibility cuts them (`benchmarks/legibility_hosts.py`, domains of development), in
English only.  Kept are the numbers of each mode, the domain, and which windows are of one trace.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))

import legibility_hosts
from legibility_hosts import DOMAINS, Host

import traceviz as tv
from traceviz.measures.modes import METRIC_OF
from traceviz.segments.model_file import write_tables
from traceviz.statistics.reference import FILE, WINDOW


def hosts() -> list[Host]:
    """Give the windows of the domains of development, by domain."""
    names = [name for name, domain in DOMAINS.items() if domain.role == "development"]
    return [host for name in names for host in legibility_hosts.read(name)]


def measured(found: list[Host]) -> pd.DataFrame:
    """Measure windows as the windows of a user's traces are measured, with the prompt of each."""
    records = [{"id": host.id, "reasoning": host.text, "prompt": host.prompt} for host in found]
    return tv.measure(tv.load(records), metrics=list(METRIC_OF.values()))


def main() -> None:
    """Write the file, and print what it was made of and its hash."""
    found = hosts()
    if not found:
        sys.exit("The traces at ../shared/data are not there.")
    numbers = measured(found)
    domain, names = pd.factorize(np.array([host.domain for host in found], dtype=object))
    trace, _ = pd.factorize(np.array([host.source for host in found], dtype=object))
    tables = {
        "domains": np.frombuffer("\n".join(names).encode(), dtype=np.uint8),
        "domain": domain.astype(np.int8),
        "trace": trace.astype(np.int16),
        **{name: numbers[name].to_numpy(dtype=np.float32) for name in METRIC_OF.values()},
    }
    write_tables(FILE, tables)
    for name, many in zip(names, np.bincount(domain), strict=True):
        print(f"{name}: {many} windows of about {WINDOW} characters")
    print(f"{FILE.name}: {FILE.stat().st_size} bytes, sha256 {hashlib.sha256(FILE.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
