"""Fit the weights of the confidence of a foreign run, and print them for `traceviz.segments.languages.CONFIDENCE`.

    python tools/fit_confidence.py LABELLED.jsonl[.zst] ...

The files hold records with ``text``, ``base`` and ``gold_spans`` (see ``benchmarks/language.py``).  A part of each is
put aside by the hash of the record's id, as the benchmark does, and only told about.  A run is right when its
language is that of at least half of its letters.
"""

from __future__ import annotations

import hashlib
import json
import sys
import unicodedata
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import zstandard
from numpy.typing import NDArray
from scipy.optimize import minimize

from traceviz.segments import language_model, languages
from traceviz.segments.pieces import Pieces
from traceviz.segments.segment import pieces_of
from traceviz.texts import Texts

#: Languages by the tags of the labels.
SAME = {"nb": "no", "nn": "no"}

#: Strength of the penalty on large weights.
RIDGE = 1.0


def read(path: Path) -> list[dict[str, Any]]:
    """Read the records of a file."""
    data = path.read_bytes()
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().stream_reader(data).read()
    return [json.loads(line) for line in data.split(b"\n") if line.strip()]


def is_aside(record: dict[str, Any]) -> bool:
    """Tell whether a record is kept for the number that is reported."""
    return int.from_bytes(hashlib.sha256(record["id"].encode()).digest()[:8], "big") % 3 == 0


def foreign_runs(records: list[dict[str, Any]], weights: tuple[float, ...]) -> list[tuple[int, int, int, str, float]]:
    """Give the foreign runs that some weights lead to: record, start, end, language, confidence."""
    languages.CONFIDENCE = weights  # type: ignore[misc]  (what is fitted here)
    found = []
    texts = Texts.of([record["text"] for record in records])
    for first, stop in texts.batches():
        batch = texts.slice(first, stop)
        pieces: Pieces = pieces_of(batch, None)
        text = pieces.text
        start, end = batch.code_points(text, pieces.start), batch.code_points(text, pieces.end)
        for k in np.flatnonzero(pieces.language > 0).tolist():
            tag = pieces.tags[pieces.language[k]].partition("-")[0]
            tag = SAME.get(tag, tag)
            record = records[first + int(text[k])]
            if tag != record["base"] and shared(pieces, k):
                found.append((first + int(text[k]), int(start[k]), int(end[k]), tag, float(pieces.confidence[k])))
    return found


def shared(pieces: Pieces, k: int) -> bool:
    """Tell whether a piece is in a script that several languages share."""
    return pieces.tags[pieces.language[k]] in language_model.shared_tags()


def is_right(record: dict[str, Any], start: int, end: int, tag: str) -> bool | None:
    """Tell whether a run's language is right; None where the labels do not say."""
    gold = [record["base"]] * len(record["text"])
    for span in record["gold_spans"]:
        gold[span["start"] : span["end"]] = [span["language"]] * (span["end"] - span["start"])
    told = [
        g for c, g in zip(record["text"][start:end], gold[start:end], strict=True) if unicodedata.category(c)[0] in "LM"
    ]
    told = [SAME.get(g, g) for g in told if g not in ("*", "und")]
    return None if not told else 2 * sum(g == tag for g in told) >= len(told)


def features_of(records: list[dict[str, Any]]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Give the features of every foreign run, read off the model itself, and whether the run is right."""
    size = len(languages.CONFIDENCE)
    columns = []
    for k in range(size):
        runs = foreign_runs(records, tuple(float(j == k) for j in range(size)))
        sure = np.clip([run[4] for run in runs], 1e-6, 1 - 1e-6)
        columns.append(np.log(sure / (1 - sure)))
    right = [is_right(records[i], start, end, tag) for i, start, end, tag, _ in runs]
    told = np.array([answer is not None for answer in right])
    return np.stack(columns, axis=1)[told], np.array([bool(answer) for answer in right])[told]


def fit(features: NDArray[np.float64], right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Fit a logistic model with a small ridge."""
    sign = np.where(right, 1.0, -1.0)

    def loss(weights: NDArray[np.float64]) -> float:
        return float(np.logaddexp(0.0, -sign * (features @ weights)).sum() + RIDGE * (weights[1:] ** 2).sum())

    return np.asarray(minimize(loss, np.zeros(features.shape[1]), method="BFGS").x)


def told(name: str, sure: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
    """Print how confidence and truth agree, by bins."""
    edges = [0, 0.35, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.01]
    print(name, len(right), "runs,", f"{right.mean():.3f} right")
    for low, high in pairwise(edges):
        inside = (sure >= low) & (sure < high)
        if inside.any():
            agreed = f"said {sure[inside].mean():.3f}  right {right[inside].mean():.3f}"
            print(f"  {low:.2f}-{high:.2f}: {inside.sum():5d}  {agreed}")


def main() -> None:
    """Fit and print."""
    records = [record for path in sys.argv[1:] for record in read(Path(path)) if record.get("gold_spans") is not None]
    for record in records:
        record["base"] = SAME.get(record["base"], record["base"])
    kept = [record for record in records if is_aside(record)]
    features, right = features_of([record for record in records if not is_aside(record)])
    weights = fit(features, right)
    print("CONFIDENCE =", tuple(round(float(weight), 2) for weight in weights))
    told("developed on", 1 / (1 + np.exp(-features @ weights)), right)
    features, right = features_of(kept)
    told("put aside", 1 / (1 + np.exp(-features @ weights)), right)


if __name__ == "__main__":
    main()
