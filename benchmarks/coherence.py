"""Are coherent and incoherent switches told apart?  Kinds of damage whose switches are one or the other.

    python benchmarks/coherence.py [--hosts aside] [--sample 40]

Prints, of the letters of the switches that are found, the share whose label says ``incoherent``: it should be high in
token soup and low where sentences and words of one language are put in.  Needs the traces beside the checkout.
"""

from __future__ import annotations

import argparse
import sys

import legibility_hosts
from damage import damage
from legibility_hosts import DOMAINS, Host

import traceviz as tv
from traceviz.detectors.switch import INCOHERENT

#: Kinds of damage whose switches are incoherent, and kinds whose are not.
INCOHERENT_KINDS = ("soup", "soup_latin")
COHERENT_KINDS = ("sentence_switch", "sentence_switch_latin", "word_switch", "word_switch_latin")

DOSES = (0.05, 0.1, 0.3)


def share_of_incoherent(hosts: list[Host], kind: str, dose: float) -> tuple[int, float]:
    """Give the number of switches in damaged hosts, and the share of their letters in incoherent ones."""
    texts = [damage(host.text, kind=kind, dose=dose, host=host.id).text for host in hosts]
    spans = tv.detect(texts, modes=["switch"])
    length = (spans["end"] - spans["start"]).to_numpy(dtype=float)
    marked = spans["label"].str.endswith(INCOHERENT).to_numpy(dtype=bool)
    return len(spans), float((length * marked).sum() / length.sum()) if length.any() else float("nan")


def main() -> None:
    """Print a row a kind and dose."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--hosts", choices=("aside", "develop"), default="aside")
    parser.add_argument("--sample", type=int, default=40, help="windows a domain; default: 40")
    options = parser.parse_args()
    hosts = [
        host
        for name, domain in DOMAINS.items()
        if domain.role in ("development", "unseen")
        for host in legibility_hosts.sample(legibility_hosts.read(name, options.hosts), options.sample)
    ]
    if not hosts:
        print("Nothing to damage: the traces at ../shared/data are not there.", file=sys.stderr)
        return
    print(f"{len(hosts)} windows\n{'kind':24}{'dose':>6}{'switches':>10}{'incoherent':>12}")
    for kind in (*INCOHERENT_KINDS, *COHERENT_KINDS):
        for dose in DOSES:
            number, share = share_of_incoherent(hosts, kind, dose)
            print(f"{kind:24}{dose:6.0%}{number:10}{share:12.2f}")


if __name__ == "__main__":
    main()
