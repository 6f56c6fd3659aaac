"""Show traces to people: the reader of one trace, the report of many."""
