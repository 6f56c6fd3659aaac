"""What the tests of the modes share: cases of a file, and the spans that a detector finds in a text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import traceviz as tv
from traceviz.detectors.detect import finder, scenes

CASES = Path(__file__).parent / "cases" / "legibility"


def cases(mode: str) -> list[Any]:
    lines = (CASES / f"{mode}.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        pytest.param(
            case,
            id=case["label"],
            marks=[pytest.mark.xfail(strict=True, reason=case["reason"])] if case.get("expect") == "fail" else [],
        )
        for case in map(json.loads, lines)
    ]


def spans(mode: str, *texts: str, prompt: str | None = None) -> list[list[tuple[str, str, float]]]:
    """Give, for each text, the spans of a mode: what stands there, the label and the score."""
    table = tv.load([{"reasoning": text, "prompt": prompt} for text in texts])
    found: list[list[tuple[str, str, float]]] = [[] for _ in texts]
    for first, scene in scenes(table, None, ("raw",)):
        evidence = finder(mode)(scene)
        assert sorted(zip(evidence.text, evidence.start, strict=True)) == list(
            zip(evidence.text, evidence.start, strict=True)
        )
        for text, start, end, label, score in zip(*evidence, strict=True):
            stretch = scene.texts.buffer[start:end].tobytes().decode()
            found[first + text].append((stretch, label, float(score)))
    return found
