"""Tell whether the confidence of a foreign span means what it says: of the spans at .9, nine in ten should be right.

    python benchmarks/calibration.py [--labelled FILE ...] [--part develop|aside|all] [--figure PICTURE]

A span is a piece of `tv.segment` in a language that is neither the gold base language of the text nor ``und``.  It is
right when at least half of its letters that count have its language in the gold; a span that lies in text without a
language (formulas, names) is right only in a language of the text.  Spans of both kinds of files, spliced and
labelled by people, are taken together and apart: where they are one curve, the confidence can be trusted elsewhere.

The expected calibration error is the mean distance between confidence and share right, weighted by spans.  AUC is the
chance that a right span has more confidence than a wrong one: it needs some of both.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import language_data
import numpy as np
from language_score import ANY_ANSWER, NO_MATTER, gold_of, is_letter, language_of
from numpy.typing import NDArray

#: Edges of the bins of confidence: narrow where most spans are.
EDGES: Final = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)

#: Of a span's letters, the share that has to be right.
ENOUGH_RIGHT: Final = 0.5

#: Standard errors of a 95 % interval.
Z: Final = 1.96


class Bin(NamedTuple):
    """The spans of one bin: how many, their mean confidence, the share right, and its 95 % interval (Wilson)."""

    low: float
    high: float
    n: int
    confidence: float
    right: float
    right_low: float
    right_high: float


def verdicts(record: Mapping[str, Any], spans: Iterable[tuple[int, int, str, float]]) -> list[tuple[float, bool]]:
    """Give confidence and verdict of every foreign span of a text that has letters that count.

    Parameters
    ----------
    record
        A record with ``text``, ``base``, ``gold_spans``, perhaps ``inserted``.
    spans
        Start, end, language and confidence of each piece.
    """
    gold, base = gold_of(record), language_of(record["base"])
    present = {base, "en", language_of(record.get("inserted")), *gold}
    found = []
    for start, end, tag, confidence in spans:
        language = language_of(tag)
        if language is None or language == base:
            continue
        counted = [
            label
            for label, character in zip(gold[start:end], record["text"][start:end], strict=True)
            if label != ANY_ANSWER and is_letter(character)
        ]
        right = sum(label == language or (label == NO_MATTER and language in present) for label in counted)
        if counted:
            found.append((confidence, right >= ENOUGH_RIGHT * len(counted)))
    return found


def spans_of(texts: Sequence[str]) -> list[list[tuple[int, int, str, float]]]:
    """Segment texts with traceviz and give the pieces of each that have a language."""
    import traceviz as tv

    found: list[list[tuple[int, int, str, float]]] = [[] for _ in texts]
    table = tv.segment(list(texts))
    table = table[table["language"].notna()]
    columns = (table[name].tolist() for name in ("trace_id", "start", "end", "language", "confidence"))
    for trace_id, start, end, tag, confidence in zip(*columns, strict=True):
        found[int(trace_id)].append((start, end, tag, confidence))
    return found


def bins(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> list[Bin]:
    """Put spans into bins of confidence; empty bins are left out.

    Examples
    --------
    >>> [(one.low, one.n, one.right) for one in bins(np.array([0.92, 0.94, 0.5]), np.array([True, False, True]))]
    [(0.5, 1, 1.0), (0.9, 2, 0.5)]
    """
    place = np.clip(np.searchsorted(EDGES, confidence, side="right") - 1, 0, len(EDGES) - 2)
    found = []
    for k in np.unique(place).tolist():
        inside = place == k
        n, share = int(inside.sum()), float(right[inside].mean())
        low, high = wilson(share, n)
        found.append(Bin(EDGES[k], EDGES[k + 1], n, float(confidence[inside].mean()), share, low, high))
    return found


def wilson(share: float, n: int) -> tuple[float, float]:
    """Give the 95 % interval of a share of n (Wilson 1927), which stays inside 0-1 and is not empty at its ends."""
    middle = (share + Z**2 / (2 * n)) / (1 + Z**2 / n)
    half = Z / (1 + Z**2 / n) * math.sqrt(share * (1 - share) / n + Z**2 / (4 * n**2))
    return max(0.0, middle - half), min(1.0, middle + half)


def calibration_error(found: Sequence[Bin]) -> float:
    """Give the expected calibration error over bins, 0-1; NaN without spans."""
    total = sum(one.n for one in found)
    return sum(one.n * abs(one.confidence - one.right) for one in found) / total if total else math.nan


def area(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Give the chance that a right span has more confidence than a wrong one; equals count half; NaN without both.

    Examples
    --------
    >>> area(np.array([0.9, 0.8, 0.7, 0.8]), np.array([True, True, False, False]))
    0.875
    """
    from scipy.stats import rankdata

    n_right = int(right.sum())
    n_wrong = len(right) - n_right
    if not n_right or not n_wrong:
        return math.nan
    ranks = float(rankdata(confidence)[right].sum())
    return (ranks - n_right * (n_right + 1) / 2) / (n_right * n_wrong)


def collect(paths: Sequence[Path], part: str) -> dict[str, list[tuple[float, bool]]]:
    """Give confidence and verdict of all spans, by kind of text: spliced, each control, human."""
    found: defaultdict[str, list[tuple[float, bool]]] = defaultdict(list)
    for path in paths:
        records = language_data.take(language_data.read(path), part)
        if language_data.is_tokens(records):
            records = [language_data.from_tokens(record) for record in records]
        print(f"{path.name}: {len(records):,} records ({part})")
        for record, spans in zip(records, spans_of([record["text"] for record in records]), strict=True):
            found[record["set"]] += verdicts(record, spans)
    return dict(found)


def arrays(spans: Iterable[tuple[float, bool]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give confidences and verdicts as arrays."""
    listed = list(spans)
    return np.array([sure for sure, _ in listed], dtype=np.float64), np.array([yes for _, yes in listed], dtype=bool)


def print_table(name: str, spans: Sequence[tuple[float, bool]], *, whole: bool) -> None:
    """Print the bins of some spans, or their one line."""
    confidence, right = arrays(spans)
    found = bins(confidence, right)
    print(
        f"\n{name}: {len(spans):,} spans, {right.mean():.3f} right, mean confidence {confidence.mean():.3f}, "
        f"expected calibration error {calibration_error(found):.3f}, AUC {area(confidence, right):.3f}"
    )
    for one in found if whole else ():
        print(
            f"  {one.low:.2f}-{one.high:.2f}  n {one.n:5,}  confidence {one.confidence:.3f}  right {one.right:.3f}"
            f"  [{one.right_low:.3f}, {one.right_high:.3f}]"
        )


def draw(by_kind: Mapping[str, Sequence[tuple[float, bool]]], target: Path) -> None:
    """Draw share right against confidence, for spliced and for human-labelled text, with intervals of the shares."""
    import matplotlib as mpl

    mpl.use("agg")
    import matplotlib.pyplot as plt

    human = [span for kind, spans in by_kind.items() if kind == "human" for span in spans]
    made = [span for kind, spans in by_kind.items() if kind != "human" for span in spans]
    series = (("spliced text and controls", made, "#0072b2", "o"), ("labelled by people", human, "#d55e00", "s"))
    figure, ax = plt.subplots(figsize=(5.6, 5.2), layout="constrained")
    ax.plot([0, 1], [0, 1], color="0.6", linewidth=1, zorder=1)
    ax.annotate("right as often as it says", (0.06, 0.075), rotation=45, rotation_mode="anchor", color="0.45", size=8)
    for name, spans, colour, marker in series:
        if not spans:
            continue
        found = bins(*arrays(spans))
        x = [one.confidence for one in found]
        y = [one.right for one in found]
        reach = [[one.right - one.right_low for one in found], [one.right_high - one.right for one in found]]
        label = f"{name} ({len(spans):,} spans, error {calibration_error(found):.3f})"
        ax.errorbar(x, y, yerr=np.maximum(reach, 0), color=colour, marker=marker, markersize=5, capsize=2, label=label)
    ax.set(
        xlim=(0, 1.02), ylim=(0, 1.02), xlabel="confidence of a foreign span", ylabel="share of spans that are right"
    )
    ax.set_aspect("equal")
    ax.spines[["top", "right"]].set_visible(False)
    ax.legend(loc="upper left", frameon=False, fontsize=8)
    target.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(target, dpi=110)
    plt.close(figure)
    print(f"\n{target}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables and draw the curve."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--labelled", nargs="+", type=Path, help="records with gold_spans or with tokens")
    parser.add_argument("--part", choices=language_data.PARTS, help="default: aside; all of files that are named")
    parser.add_argument("--figure", type=Path, help="draw the calibration curve into this file")
    options = parser.parse_args(arguments)
    part = options.part or ("all" if options.labelled else "aside")
    by_kind = collect(language_data.present(options.labelled or language_data.LABELLED), part)
    together = [span for spans in by_kind.values() for span in spans]
    if not together:
        print("No foreign spans were found, so there is nothing to calibrate.")
        return
    print_table("all", together, whole=True)
    for kind, spans in by_kind.items():
        if spans:
            print_table(kind, spans, whole=kind in ("spliced", "human"))
    if options.figure:
        draw(by_kind, options.figure)


if __name__ == "__main__":
    main()
