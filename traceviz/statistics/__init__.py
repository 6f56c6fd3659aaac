"""Compare groups of traces honestly: intervals, pairs, multiplicity."""
