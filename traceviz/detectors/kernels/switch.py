"""Trim stretches to their letters."""

import numpy as np

from traceviz.compiling import entry, part

# Classes of characters: see `traceviz.segments.unicode`.
LETTER, MARK = 1, 2
CLASS = 15


@part
def decode(buffer, at, stop):
    """Read the code point at a byte and give it with the byte after it."""
    b = np.int64(buffer[at])
    if b < 0x80:
        return b, at + 1
    if b < 0xE0 and at + 1 < stop:
        return (b & 0x1F) << 6 | (np.int64(buffer[at + 1]) & 0x3F), at + 2
    if b < 0xF0 and at + 2 < stop:
        return (b & 0x0F) << 12 | (np.int64(buffer[at + 1]) & 0x3F) << 6 | (np.int64(buffer[at + 2]) & 0x3F), at + 3
    if at + 3 < stop:
        return (
            (b & 0x07) << 18
            | (np.int64(buffer[at + 1]) & 0x3F) << 12
            | (np.int64(buffer[at + 2]) & 0x3F) << 6
            | (np.int64(buffer[at + 3]) & 0x3F)
        ), at + 4
    return np.int64(0xFFFD), at + 1


@entry
def trim(buffer, starts, ends, page_of, kinds):
    """Move the edges of each stretch to its first and last letter or mark; an empty stretch if it has none."""
    start = starts.copy()
    end = starts.copy()
    for i in range(len(starts)):
        at = starts[i]
        found = False
        while at < ends[i]:
            before = at
            c, at = decode(buffer, at, ends[i])
            general = kinds[page_of[c >> 8], c & 255] & CLASS
            if general == LETTER or general == MARK:
                if not found:
                    start[i] = before
                    found = True
                end[i] = at
    return start, end
