"""Damage clean reasoning and see which mode notices, and how often clean reasoning is flagged.

    python benchmarks/legibility.py [--hosts aside|development|all] [--sample N] [--modes NAME ...] [--kinds NAME ...]
        [--domains DOMAIN ...] [--detector MODULE ...] [--parts NAME ...] [--level L] [--json OUT]

Hosts are windows of about 2,500 characters of real traces beside the checkout (`legibility_hosts`), damaged by
`damage`.  ``aside`` (the default) is a third of the traces by hash of their id and two domains that no threshold has
seen; ``development`` is the rest.  Needs ``pip install -e ".[tools]"`` for the words of wordfreq.

Printed, each a part that can be asked for alone: ``confusion``, the area under the curve of every mode on every kind of
damage at 10 %; ``doses``, that of the right mode with an interval over traces; ``alarms``, the share of clean windows
that are flagged, by domain; ``harmless``, the share of windows that become flagged by changes that do no harm;
``drift``, how far the default metrics move when traces are cut; ``speed``, beside textstat and TextDescriptives where
they are installed.  ``--detector`` judges a module with a function ``find`` that is not listed yet.
"""

from __future__ import annotations

import os

# One core: numba, Arrow and BLAS must not help themselves to more.
for name in ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "ARROW_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import argparse
import json
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import legibility_hosts
import legibility_score
import legibility_speed
import numpy as np
import pandas as pd
from damage import DOSES, damage
from damage_harmless import HARMLESS, change
from damage_kinds import KINDS, MODE_OF
from language import print_table
from legibility_hosts import DOMAINS, Host
from legibility_score import Judged

PARTS = ("confusion", "doses", "alarms", "harmless", "drift", "speed")

#: What each choice of hosts means in parts of the traces.
SIDES = {"aside": "aside", "development": "develop", "all": "all"}

#: Lengths that a trace is cut to, and fewest traces whose spread says anything.
LONG, SHORT = 6_000, 1_500
FEWEST_TRACES = 10

Row = dict[str, float | str]


@cache
def hosts_of(name: str, side: str) -> list[Host]:
    """Give the hosts of a domain and part, read once."""
    return legibility_hosts.read(name, side)


def english_hosts(options: argparse.Namespace) -> list[Host]:
    """Give the English hosts that are damaged, each domain with as many."""
    roles = ("development",) if options.hosts == "development" else ("development", "unseen")
    hosts: list[Host] = []
    for name, domain in DOMAINS.items():
        if domain.role in roles and name in (options.domains or DOMAINS):
            side = "all" if domain.role == "unseen" else SIDES[options.hosts]
            hosts += legibility_hosts.sample(hosts_of(name, side), options.sample)
    return hosts


def present_kinds(kinds: Sequence[str]) -> list[str]:
    """Give the kinds whose words are there, and say which are not."""
    present = []
    for kind in kinds:
        try:
            damage("So we add the two numbers here. " * 5, kind=kind, dose=0.5, host="")
        except ModuleNotFoundError as error:
            print(f'left out: {kind} ({error}; pip install -e ".[tools]")', file=sys.stderr)
        else:
            present.append(kind)
    return present


def damaged_table(hosts: Sequence[Host], kinds: Sequence[str], doses: Sequence[float], what: Judged) -> pd.DataFrame:
    """Damage every host in every way; a row each, with the numbers of the modes.  The kind of the hosts is ''."""
    rows = [(place, "", 0.0, host.text) for place, host in enumerate(hosts)]
    for kind in kinds:
        for dose in doses:
            rows += [
                (place, kind, dose, damage(host.text, kind=kind, dose=dose, host=host.id).text)
                for place, host in enumerate(hosts)
            ]
    numbers = legibility_score.measure([row[3] for row in rows], [hosts[row[0]].prompt for row in rows], what)
    known = pd.DataFrame([row[:3] for row in rows], columns=["host", "kind", "dose"])
    return pd.concat([known, numbers], axis=1)


def areas(table: pd.DataFrame, hosts: Sequence[Host], what: Judged) -> pd.DataFrame:
    """Give the area of each mode for each kind and dose: kind, dose, mode, value, low, high, n."""
    weights = legibility_score.draws_of([host.source for host in hosts])
    clean = table[table["kind"] == ""]
    found = []
    for (kind, dose), part in table[table["kind"] != ""].groupby(["kind", "dose"], sort=False):
        for mode in what.modes:
            one = legibility_score.area(clean[mode].to_numpy(), part[mode].to_numpy(), weights)
            found.append({"kind": kind, "dose": dose, "mode": mode, **one._asdict()})
    return pd.DataFrame(found)


def print_confusion(found: pd.DataFrame, what: Judged) -> None:
    """Print kind by mode at 10 %, the right mode marked."""
    rows: list[Row] = []
    part = found[np.isclose(found["dose"], 0.1)]
    for kind, cells in part.groupby("kind", sort=False):
        values = dict(zip(cells["mode"], cells["value"], strict=True))
        right = MODE_OF.get(str(kind))
        marked = {mode: f"{value:.2f}" + ("*" if mode == right else " ") for mode, value in values.items()}
        rows.append({"damage": str(kind), **{mode: marked[mode] for mode in what.modes}})
    print_table(rows, "area under the curve at 10 %, damaged against clean windows (.50: blind; *: the mode meant)")


def print_doses(found: pd.DataFrame) -> None:
    """Print the area of the right mode by dose, with its interval."""
    rows: list[Row] = []
    right = found[found["mode"] == found["kind"].map(MODE_OF)]
    for kind, cells in right.groupby("kind", sort=False):
        row: Row = {"damage": str(kind), "mode": str(cells["mode"].iloc[0]), "n": str(cells["n"].max())}
        for cell in cells.itertuples():
            row[f"{cell.dose:.0%}"] = f"{cell.value:.3f} ({cell.low:.2f}-{cell.high:.2f})"
        rows.append(row)
    print_table(rows, "area of the mode that is meant, by dose, with a 95 % interval over traces")


def flags_of(options: argparse.Namespace, what: Judged) -> legibility_score.Flags:
    """Give the rule of flags: `tv.profile` against the development traces of the development domains."""
    names = [name for name, domain in DOMAINS.items() if domain.role == "development"]
    hosts = [
        host for name in names for host in legibility_hosts.sample(hosts_of(name, "develop"), max(options.sample, 120))
    ]
    print(f"reference: {len(hosts)} windows of the development traces of {', '.join(names)}")
    reference = measure_hosts(hosts, what)
    return legibility_score.profile_flags(reference, what, level=options.level)


def measure_hosts(hosts: Sequence[Host], what: Judged) -> pd.DataFrame:
    """Give the numbers of hosts."""
    return legibility_score.measure([host.text for host in hosts], [host.prompt for host in hosts], what)


def print_alarms(flags: legibility_score.Flags, options: argparse.Namespace, what: Judged) -> list[Row]:
    """Print the share of clean windows that each mode flags, by domain."""
    rows: list[Row] = []
    for name, domain in DOMAINS.items():
        side = SIDES[options.hosts] if domain.role == "development" else "all"
        hosts = legibility_hosts.sample(hosts_of(name, side), 3 * options.sample)
        if not hosts:
            continue
        found = flags(measure_hosts(hosts, what))
        row: Row = {"domain": name, "": domain.role, "n": str(len(hosts))}
        row |= {mode: float(found[mode].mean()) for mode in what.modes}
        rows.append({**row, "any": float(found.any(axis=1).mean())})
    print_table(rows, f"share of clean windows flagged at level {options.level}; hosts: {options.hosts}")
    return rows


def print_harmless(flags: legibility_score.Flags, options: argparse.Namespace, what: Judged) -> list[Row]:
    """Print the share of windows that a harmless change makes each mode flag."""
    hosts = english_hosts(options)
    before = flags(measure_hosts(hosts, what))
    rows: list[Row] = []
    for kind in HARMLESS:
        changed = [change(host.text, host.prompt, kind=kind, host=host.id) for host in hosts]
        after = flags(legibility_score.measure([one.text for one in changed], [one.prompt for one in changed], what))
        raised = after & ~before
        row: Row = {"change": kind, **{mode: float(raised[mode].mean()) for mode in what.modes}}
        rows.append({**row, "any": float(raised.any(axis=1).mean())})
    print_table(rows, f"share of {len(hosts)} windows that a harmless change makes flagged; 0 is asked")
    return rows


def print_speed(options: argparse.Namespace) -> dict[str, float | str]:
    """Print MB/s of traceviz, and of other libraries."""
    texts = [host.text for host in english_hosts(options)]
    with TemporaryDirectory() as folder:
        found = {**legibility_speed.of_traceviz(texts), **legibility_speed.of_peers(texts, Path(folder), options.peers)}
    rows: list[Row] = [
        {"English, one core": label, "MB/s": f"{value:.3g}" if isinstance(value, float) else value}
        for label, value in found.items()
    ]
    print_table(rows, "speed, warm; at least 5 MB/s is asked of the first row")
    return found


def print_drift(options: argparse.Namespace) -> dict[str, dict[str, tuple[float, float]]]:
    """Print how far each default metric moves when traces are cut."""
    found = {}
    for name, domain in DOMAINS.items():
        if domain.role not in ("development", "unseen"):
            continue
        records = [one for one in legibility_hosts.records(domain) if len(one[domain.field]) >= LONG]
        records = records[: options.sample * 3 or None]
        if len(records) >= FEWEST_TRACES:
            texts = [one[domain.field] for one in records]
            prompts = [one["prompt"] for one in records]
            label = f"{name} ({len(texts)})"
            found[label] = legibility_score.drift(texts, prompts, long=LONG, short=SHORT)
    metrics = list(dict.fromkeys(metric for moved in found.values() for metric in moved))
    rows: list[Row] = [
        {"metric": metric, **{name: "  ".join(map(_signed, moved[metric])) for name, moved in found.items()}}
        for metric in metrics
    ]
    cut = f"traces cut from {LONG:,} to {SHORT:,} characters: the first ones, and all pieces together"
    print_table(rows, f"change in between-trace SD, {cut}; under .3 is asked")
    return found


def _signed(value: float) -> str:
    return "-" if np.isnan(value) else f"{value:+.2f}"


def parse(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hosts", choices=list(SIDES), default="aside", help="which traces; default: aside")
    parser.add_argument("--sample", type=int, default=40, help="windows a domain that are damaged; default: 40; 0: all")
    parser.add_argument("--modes", nargs="+", help="modes that are judged; default: all that are listed")
    parser.add_argument(
        "--detector", nargs="+", default=[], metavar="MODULE", help="module with a find to judge besides"
    )
    parser.add_argument(
        "--domains", nargs="+", choices=list(DOMAINS), metavar="DOMAIN", help="domains that are damaged"
    )
    parser.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS), metavar="KIND")
    parser.add_argument("--doses", nargs="+", type=float, default=list(DOSES))
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument(
        "--level", type=float, default=0.995, help="share of the reference that is normal; default: .995"
    )
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="interpreter that has the peers")
    parser.add_argument("--json", type=Path, help="write all figures here as well")
    options = parser.parse_args(arguments)
    if options.detector and options.modes is None:
        options.modes = []
    return options


def on_damaged(options: argparse.Namespace, what: Judged) -> dict[str, Any]:
    """Print what damage is seen by which mode."""
    hosts = english_hosts(options)
    print(f"{len(hosts)} windows of {len({host.source for host in hosts})} traces; hosts: {options.hosts}")
    found = areas(damaged_table(hosts, present_kinds(options.kinds), options.doses, what), hosts, what)
    if "confusion" in options.parts:
        print_confusion(found, what)
    if "doses" in options.parts:
        print_doses(found)
    return {"areas": found.to_dict("records")}


def on_clean(options: argparse.Namespace, what: Judged) -> dict[str, Any]:
    """Print what is flagged and should not be."""
    flags = flags_of(options, what)
    found: dict[str, Any] = {}
    if "alarms" in options.parts:
        found["alarms"] = print_alarms(flags, options, what)
    if "harmless" in options.parts:
        found["harmless"] = print_harmless(flags, options, what)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the parts that are asked for."""
    options = parse(arguments)
    if not english_hosts(options):
        print("Nothing to damage: the traces at ../shared/data are not there.", file=sys.stderr)
        return
    what = legibility_score.judged(options.modes, options.detector)
    facts: dict[str, Any] = {"hosts": options.hosts, "sample": options.sample, "modes": what.modes}
    if {"confusion", "doses"} & set(options.parts):
        facts |= on_damaged(options, what)
    if {"alarms", "harmless"} & set(options.parts):
        facts |= on_clean(options, what)
    if "drift" in options.parts:
        facts["drift"] = print_drift(options)
    if "speed" in options.parts:
        facts["speed"] = print_speed(options)
    if options.json:
        options.json.write_text(json.dumps(facts, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
