"""Compiled loops over the UTF-8 buffer, one file a pass.

All positions are bytes.  Every loop is linear in the text: nothing is searched twice, and what was not found is
remembered as not there.  The tables that nearly every function takes (``page_of``, ``scripts``, ``kinds``,
``lower``) are those of `traceviz.segments.unicode`.

No kernel calls a kernel of another file: numba's cache does not notice when a function changes in a file other than
the caller's, and would go on running the old one.  Hence `decode` stands in several files.
"""
