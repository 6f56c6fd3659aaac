"""Compiled loops of the detectors, one file a mode.

See `traceviz.segments.kernels` for why `decode` stands in each.
"""
