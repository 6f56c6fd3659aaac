"""Find runs of signs that may be a notation of the trace's own."""

import numpy as np

from traceviz.compiling import entry, part

# Classes and flags of characters: see `traceviz.segments.unicode`.
PUNCTUATION, SYMBOL = 6, 7
CLASS, MATH_FLAG = 15, 16

# The signs of ASCII that no ordinary operator of several signs begins or ends with, but those that are listed.
AT, HASH, TILDE, AMPERSAND = 64, 35, 126, 38


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


@part
def is_candidate(c, kind):
    """Tell whether a sign may make a notation: a mathematical sign or bracket, or one of few in ASCII."""
    if c < 0x80:
        return c == AT or c == HASH or c == TILDE or c == AMPERSAND
    return c >= 0x2190 and kind & MATH_FLAG != 0


@entry
def find_sign_runs(buffer, offsets, mask_by_text, mask_start, mask_end, page_of, kinds):
    """Find runs of signs outside the masks that hold a candidate: one beyond ASCII, or one in ASCII beside others.

    Returns text, first byte and byte after of each run.
    """
    size = len(buffer) // 2 + 1  # a run has at least two bytes
    text = np.empty(size, np.int64)
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        m = mask_by_text[i]
        at = offsets[i]
        stop = offsets[i + 1]
        while at < stop:
            if m < mask_by_text[i + 1] and at >= mask_start[m]:
                at = max(at, mask_end[m])
                m += 1
                continue
            limit = stop
            if m < mask_by_text[i + 1]:
                limit = mask_start[m]
            begin = at
            found = False
            while at < limit:
                c, after = decode(buffer, at, limit)
                kind = kinds[page_of[c >> 8], c & 255]
                general = kind & CLASS
                if general != PUNCTUATION and general != SYMBOL:
                    break
                found = found or is_candidate(c, kind)
                at = after
            if found and at - begin > 1:
                text[n] = i
                start[n] = begin
                end[n] = at
                n += 1
            if at < limit:
                at += 1
                while at < limit and buffer[at] & 0xC0 == 0x80:
                    at += 1
    return text[:n].copy(), start[:n].copy(), end[:n].copy()
