"""Words of a trace's own: how well they are seen against human usage alone, and against a reference.

    python benchmarks/idiolect.py [--hosts aside|development|all] [--sample N] [--doses D ...]

Hosts and damage are those of `legibility.py`.  The reference is other windows of the same domain, of traces that are
not damaged: the weaker kind, since they answer other questions.  Printed, a domain: the area under the curve of
``idiolect_share``, and the mean share on clean windows, which is the words of the topic.

Measured on the hosts aside and the two unseen domains, 61 to 100 windows each: at 10 % .66-.98 against people and
.90-1.00 against the reference; at 30 % .97-1.00 and 1.00.
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

#: Windows that are the reference, at most.
REFERENCE = 300


def shares(texts: Sequence[str], prompts: Sequence[str], reference: Sequence[str] | None) -> NDArray[np.float64]:
    """Give the share of words of their own of some texts."""
    names = [str(place) for place in range(len(texts))]
    table = pd.DataFrame({"trace_id": names, "reasoning": list(texts), "prompt": list(prompts)})
    return tv.measure(table, metrics="idiolect_share", reference=reference)["idiolect_share"].to_numpy()


def judge(hosts: Sequence[Host], reference: Sequence[str] | None, doses: Sequence[float]) -> Row:
    """Give the clean share, and the area for each dose."""
    prompts, weights = [host.prompt for host in hosts], legibility_score.draws_of([host.source for host in hosts])
    clean = shares([host.text for host in hosts], prompts, reference)
    row: Row = {"clean": float(np.nanmean(clean))}
    for dose in doses:
        texts = [damage(host.text, kind="idiolect", dose=dose, host=host.id).text for host in hosts]
        one = legibility_score.area(clean, shares(texts, prompts, reference), weights)
        row[f"{dose:.0%}"] = f"{one.value:.3f} ({one.low:.2f}-{one.high:.2f})"
    return row


def main() -> None:
    """Print a row a domain, without and with the reference."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hosts", choices=list(SIDES), default="aside")
    parser.add_argument("--sample", type=int, default=100, help="windows a domain that are damaged; default: 100")
    parser.add_argument("--doses", nargs="+", type=float, default=[0.1, 0.3])
    options = parser.parse_args()
    rows: list[Row] = []
    for name, domain in DOMAINS.items():
        if domain.role not in ("development", "unseen"):
            continue
        every = legibility_hosts.read(name, "all" if domain.role == "unseen" else SIDES[options.hosts])
        hosts = legibility_hosts.sample(every, options.sample)
        taken = {host.source for host in hosts}
        others = [host.text for host in legibility_hosts.read(name, "all") if host.source not in taken][:REFERENCE]
        for label, reference in {"people": None, f"{len(others)} windows": others}.items():
            if hosts and (reference is None or reference):
                start: Row = {"domain": name, "n": str(len(hosts)), "compared with": label}
                rows.append(start | judge(hosts, reference, options.doses))
    print_table(rows, "area under the curve of idiolect_share, with a 95 % interval over traces")


if __name__ == "__main__":
    main()
