"""traceviz: look at how language models reason.

The road of the data is one way, and each step is a verb that takes and gives plain pandas DataFrames::

    load -> traces -> segment -> segments -> detect -> spans -> measure -> measured -> compare -> compared

Nothing is imported before it is used: pandas, numba, matplotlib and the language model load with the first verb
that needs them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from traceviz import plots
    from traceviz.detectors.concordance import concordance
    from traceviz.detectors.detect import detect
    from traceviz.measures.measure import measure
    from traceviz.measures.registry import metric, metrics
    from traceviz.measures.shares import shares
    from traceviz.measures.switches import switches
    from traceviz.measures.symbol_counts import symbols
    from traceviz.reports.report import report
    from traceviz.reports.show import show
    from traceviz.segments.segment import segment
    from traceviz.sources.load import iter_load, load, rejects
    from traceviz.sources.scout import to_scout
    from traceviz.sources.sniff import sniff
    from traceviz.statistics.along import along
    from traceviz.statistics.calibrate import calibrate
    from traceviz.statistics.compare import compare
    from traceviz.statistics.disagreement import disagreement
    from traceviz.statistics.profile import profile

__all__ = [
    "along",
    "calibrate",
    "compare",
    "concordance",
    "detect",
    "disagreement",
    "iter_load",
    "load",
    "measure",
    "metric",
    "metrics",
    "plots",
    "profile",
    "rejects",
    "report",
    "segment",
    "shares",
    "show",
    "sniff",
    "switches",
    "symbols",
    "to_scout",
]

#: Where each public name lives; a test holds this beside the imports above.
_HOMES: Final = {
    "along": "traceviz.statistics.along",
    "calibrate": "traceviz.statistics.calibrate",
    "compare": "traceviz.statistics.compare",
    "concordance": "traceviz.detectors.concordance",
    "detect": "traceviz.detectors.detect",
    "disagreement": "traceviz.statistics.disagreement",
    "iter_load": "traceviz.sources.load",
    "load": "traceviz.sources.load",
    "measure": "traceviz.measures.measure",
    "metric": "traceviz.measures.registry",
    "metrics": "traceviz.measures.registry",
    "profile": "traceviz.statistics.profile",
    "rejects": "traceviz.sources.load",
    "report": "traceviz.reports.report",
    "segment": "traceviz.segments.segment",
    "shares": "traceviz.measures.shares",
    "show": "traceviz.reports.show",
    "sniff": "traceviz.sources.sniff",
    "switches": "traceviz.measures.switches",
    "symbols": "traceviz.measures.symbol_counts",
    "to_scout": "traceviz.sources.scout",
}


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib import metadata

        return metadata.version("traceviz")
    if name == "plots":
        return importlib.import_module("traceviz.plots")
    if name not in _HOMES:
        raise AttributeError(f"traceviz has no {name!r}; the public names are {', '.join(__all__)}.")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
