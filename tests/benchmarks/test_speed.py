"""The script of speed runs its steps; how fast they are is for whoever runs it."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import speed

import traceviz as tv


def test_every_step_is_timed() -> None:
    traces = tv.load([{"id": str(k), "reasoning": "So we add 六个 and check the sum again."} for k in range(3)])
    found = dict(speed.rows(traces))
    assert {"masks", "words", "languages", "pieces", "tv.segment, table included"} <= set(found)
    assert all(np.isfinite(value) and value > 0 for value in found.values())


@pytest.mark.parametrize("name", ["idiolect", "telegraphic"])
def test_benchmarks_of_one_mode_print_a_row_a_domain(
    name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    module = __import__(f"{name}")
    if not module.legibility_hosts.read("mathematics", "aside"):
        pytest.skip("the traces at ../shared/data are not there")
    pytest.importorskip("wordfreq")
    monkeypatch.setattr(sys, "argv", [name, "--sample", "4"])
    module.main()
    assert "mathematics" in capsys.readouterr().out
