"""Write docs/metrics.md from the registry: every metric with what it states about itself.

    python tools/make_metrics_page.py

A test holds that the page is the one that this makes.
"""

from __future__ import annotations

import re
from functools import partial
from importlib import import_module
from inspect import cleandoc
from pathlib import Path
from typing import Final

from traceviz.measures.registry import DEFAULT, FAMILIES, Metric, registry

PAGE: Final = Path(__file__).parent.parent / "docs" / "metrics.md"

HEAD: Final = """# Metrics

*Made from the code by `tools/make_metrics_page.py`; change the docstrings of `traceviz/measures/` and run it again.*

Every metric is one number a trace.  A number that cannot be computed is missing and never 0, and `not_measured` says
why.  Empty text is `empty` and absent text `not_provided` everywhere; other reasons stand with the metric.  Entropies
are in bits.  Metrics in **bold** are in the default set; `tv.measure(traces, metrics="mixing")` gives a group, `"all"`
everything.  Where a metric has a `_raw` twin, the twin counts words that stand in the prompt or are talked about, and
the metric leaves them out.  `tv.measure(traces, control="shipped")` puts beside each mixing metric what it gives on
monolingual text (`<metric>_floor`).

Numbers that depend on length are marked: they moved by .3 of the standard deviation between traces or more when real
traces of 6,000 characters were cut to windows of 1,500 (`benchmarks/length_drift.py`), or they count something, or ask
whether there is any.  A longer trace differs in them by being longer.  `tv.measure(traces, window=5000)` measures
windows of equal length instead, which can be compared.  That a metric is not marked holds for those traces and that
range: with fewer than some hundred characters every number is noise.
"""


def page() -> str:
    """Give the page."""
    parts = [HEAD]
    for family in FAMILIES:
        entries = [entry for entry in registry().values() if _family(entry) == family]
        module = import_module(f"traceviz.measures.{family}")
        title, _, text = cleandoc(module.__doc__ or "").partition("\n\n")
        parts += [f"## {_plain(title).rstrip('.')}", _plain(text)]
        parts.append(_overview(entries))
        parts += [_described(entry) for entry in entries if not _is_twin(entry)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _family(entry: Metric) -> str:
    function = entry.function
    return (function.func if isinstance(function, partial) else function).__module__.rpartition(".")[2]


def _is_twin(entry: Metric) -> bool:
    return isinstance(entry.function, partial)


def _overview(entries: list[Metric]) -> str:
    """Give a table of the metrics of a family."""
    rows = [
        "| metric | group | unit | range | direction | pooled by | depends on length |",
        "|---|---|---|---|---|---|---|",
    ]
    for entry in entries:
        if not _is_twin(entry):
            name = f"**`{entry.name}`**" if entry.name in DEFAULT else f"`{entry.name}`"
            twin = ", `_raw`" if f"{entry.name}_raw" in registry() else ""
            weight = f"`{entry.weight}`" if entry.weight else "-"
            facts = [name + twin, f"`{entry.group}`", entry.unit, entry.range, entry.direction, weight]
            facts.append("yes" if entry.length_dependent else "-")
            rows.append("| " + " | ".join(facts) + " |")
    return "\n".join(rows)


def _described(entry: Metric) -> str:
    """Give the full docstring of a metric with its source."""
    text = _plain(cleandoc(entry.function.__doc__ or ""))
    return f"### `{entry.name}`\n\n{text}\n\nNeeds: {entry.needs}.  Source: {entry.source}."


def _plain(text: str) -> str:
    """Turn the marks of a docstring into those of Markdown."""
    return re.sub(r"``(.+?)``", r"`\1`", text)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE.name}: {sum(not _is_twin(entry) for entry in registry().values())} metrics")
