"""Look for evidence, one file a failure mode: the way to the spans table."""
