"""Pictures, one file a plot: each takes a computed table and gives the Axes it drew on."""

from traceviz.plots.interval import interval
from traceviz.plots.ribbon import ribbon

__all__ = ["interval", "ribbon"]
