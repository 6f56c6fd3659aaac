"""Function words that are dropped: how early the share of missing ones tells, and how it lies in fluent text.

    python benchmarks/telegraphic.py [--hosts aside|development|all] [--sample N]

Hosts are those of `legibility.py`; of the English ones, each function word is dropped with the probability that stands
above the column.  Printed, a domain: the median of ``telegraphic_share`` on clean windows, the share of them that lie
above the 99th percentile of clean development windows, and the area under the curve of damaged against clean windows;
in the last row over all English domains together.

Measured on the hosts aside and the two unseen domains, 435 windows: with three in ten function words gone .83 in
mathematics and .94 to .99 elsewhere, .92 over all; with six in ten .99 and more.  Two of them are flagged.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import legibility_hosts
import legibility_score
import numpy as np
import pandas as pd
from damage import damage
from language import print_table
from legibility import SIDES, Row
from legibility_hosts import DOMAINS, Host
from numpy.typing import NDArray

import traceviz as tv

#: With which probability function words are dropped; a dose of `damage` drops three times as many.
DROPPED = (0.15, 0.3, 0.6, 0.9)

LEVEL = 0.99

Numbers = dict[float, NDArray[np.float64]]


def shares(hosts: Sequence[Host], dropped: float) -> NDArray[np.float64]:
    """Give the share of missing function words of hosts after some were dropped."""
    texts = [
        damage(host.text, kind="telegraphic", dose=dropped / 3, host=host.id).text if dropped else host.text
        for host in hosts
    ]
    names = [str(place) for place in range(len(hosts))]
    table = pd.DataFrame({"trace_id": names, "reasoning": texts, "prompt": [host.prompt for host in hosts]})
    return tv.measure(table, metrics="telegraphic_share")["telegraphic_share"].to_numpy()


def row_of(name: str, hosts: Sequence[Host], numbers: Numbers, limit: float) -> Row:
    """Give the row of a domain."""
    clean = numbers[0.0]
    row: Row = {"domain": name, "n": str(np.count_nonzero(~np.isnan(clean)))}
    row |= {"median": float(np.nanmedian(clean)), "flagged": float(np.nanmean(clean > limit))}
    weights = legibility_score.draws_of([host.source for host in hosts])
    for dropped in DROPPED:
        if dropped in numbers:
            one = legibility_score.area(clean, numbers[dropped], weights)
            row[f"{dropped:.0%} dropped"] = f"{one.value:.3f} ({one.low:.2f}-{one.high:.2f})"
    return row


def main() -> None:
    """Print a row a domain."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hosts", choices=list(SIDES), default="aside")
    parser.add_argument("--sample", type=int, default=100, help="windows a domain; default: 100")
    options = parser.parse_args()
    usual = [
        host
        for name, domain in DOMAINS.items()
        if domain.role == "development"
        for host in legibility_hosts.sample(legibility_hosts.read(name, "develop"), options.sample)
    ]
    limit = float(np.nanquantile(shares(usual, 0), LEVEL))
    rows: list[Row] = []
    every: list[Host] = []
    together: dict[float, list[NDArray[np.float64]]] = {dropped: [] for dropped in (0.0, *DROPPED)}
    for name, domain in DOMAINS.items():
        english = domain.role in ("development", "unseen")
        side = SIDES[options.hosts] if domain.role == "development" else "all"
        hosts = legibility_hosts.sample(legibility_hosts.read(name, side), options.sample)
        numbers = {dropped: shares(hosts, dropped) for dropped in (0.0, *(DROPPED if english else ()))}
        if np.isnan(numbers[0.0]).all():
            continue
        rows.append(row_of(name, hosts, numbers, limit))
        if english:
            every += hosts
            for dropped, values in numbers.items():
                together[dropped].append(values)
    rows.append(row_of("all English", every, {key: np.concatenate(parts) for key, parts in together.items()}, limit))
    print_table(rows, f"telegraphic_share; flagged above {limit:.3f}")


if __name__ == "__main__":
    main()
