"""Compiled loops of the metrics.  See `traceviz.segments.kernels` for why `decode` stands in each."""
