"""Give numbers for traces: the registry of metrics, and one file a family of metrics."""
