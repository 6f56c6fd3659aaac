from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pandas as pd
import pytest

from traceviz.schema import SEGMENTS, SPANS

#: Chromium asks servers of its own for this and that; none of it belongs to the page.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# One browser a module: while it is open, an event loop runs, which the tests of notebooks could not bear.
@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        message = "no Chromium is installed, so nobody has looked at the HTML"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield opened
        opened.close()


Piece = tuple[str, str, str | None]


def tiled(trace_id: str, pieces: Sequence[Piece], quoted: Sequence[int] = ()) -> tuple[str, pd.DataFrame]:
    """Give the text and the segments of pieces (text, kind, language)."""
    rows, at = [], 0
    for number, (text, kind, language) in enumerate(pieces):
        rows.append((trace_id, at, at + len(text), kind, None, language, 0.9, number in quoted, False))
        at += len(text)
    return "".join(text for text, _, _ in pieces), pd.DataFrame(rows, columns=list(SEGMENTS)).astype(SEGMENTS)


def spans_table(*rows: tuple[str, int, int, str, str, float]) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(SPANS)).astype(SPANS)


@pytest.fixture
def tile() -> Callable[..., tuple[str, pd.DataFrame]]:
    return tiled


@pytest.fixture
def spans_of() -> Callable[..., pd.DataFrame]:
    return spans_table


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    """Two models, six questions, a trace each, with all that a report shows."""
    rows, segments, spans = [], [], []
    for model, foreign in (("alpha", 3), ("beta", 1)):
        for question in range(6):
            trace_id = f"{model}/q{question}"
            text, part = tiled(
                trace_id,
                [
                    ("First I add the two numbers ", "prose", "en"),
                    ("所以" * foreign, "prose", "zh"),
                    (" and ", "prose", "en"),
                    ("$x+1$", "math", None),
                    (". ", "other", None),
                    ("The end" * (question + 1), "prose", "en"),
                ],
            )
            segments.append(part)
            spans.append((trace_id, 28, 28 + 2 * foreign, "switch", "zh", 0.9))
            rows.append(
                {
                    "trace_id": trace_id,
                    "prompt": "Add two numbers.",
                    "reasoning": text,
                    "answer": "2",
                    "model": model,
                    "question_id": f"q{question}",
                    "foreign_share": foreign / (20 + question),
                    "switch_rate": 10.0 * foreign + question,
                    "loop_share": 0.0 if question else 0.25,
                    "symbol_share": 0.01 * question,
                    "cmi": float("nan") if question == 5 else 2.0 * foreign + question,
                    "not_measured": "cmi: too_short" if question == 5 else "",
                }
            )
    measured = pd.DataFrame(rows)
    measured.attrs["traceviz"] = {
        "version": "9.9",
        "detector": "traceviz",
        "unicode": "16.0.0",
        "records": 14,
        "rejected": 2,
        "skipped": 0,
        "rejects": [{"reason": "truncated"}, {"reason": "truncated"}],
        "sources": ["rollouts.jsonl"],
        "skipped_files": [["readme.md", "unrelated_file"]],
    }
    return {"measured": measured, "segments": pd.concat(segments, ignore_index=True), "spans": spans_table(*spans)}
