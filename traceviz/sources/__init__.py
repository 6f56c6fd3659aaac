"""Read files and records: the way to the traces table."""
