"""Pictures, one file a plot: each takes a computed table and gives the Axes it drew on."""

from traceviz.plots.along import along
from traceviz.plots.interval import interval
from traceviz.plots.profile import profile
from traceviz.plots.ribbon import ribbon
from traceviz.plots.switches import switches
from traceviz.plots.symbols import symbols

__all__ = ["along", "interval", "profile", "ribbon", "switches", "symbols"]
