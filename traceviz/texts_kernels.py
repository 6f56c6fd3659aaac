"""Bytes to code points and back, compiled."""

import numpy as np

from traceviz.compiling import entry


@entry
def code_points(buffer, offsets, text, position):
    """Count the code points of each text before each byte position (ascending within a text)."""
    out = np.empty(len(position), np.int64)
    current = -1
    at = 0
    count = 0
    for k in range(len(position)):
        if text[k] != current:
            current = text[k]
            at = offsets[current]
            count = 0
        stop = position[k]
        while at < stop:
            # Every byte but the continuation bytes (10xxxxxx) begins a code point.
            if (buffer[at] & 0xC0) != 0x80:
                count += 1
            at += 1
        out[k] = count
    return out


@entry
def byte_positions(buffer, offsets, text, code_point):
    """Find the byte at which each code point (ascending within a text) begins; -1 beyond the end."""
    out = np.empty(len(code_point), np.int64)
    current = -1
    at = 0
    count = 0
    stop = 0
    for k in range(len(code_point)):
        if text[k] != current:
            current = text[k]
            at = offsets[current]
            stop = offsets[current + 1]
            count = 0
        wanted = code_point[k]
        while count < wanted and at < stop:
            at += 1
            while at < stop and (buffer[at] & 0xC0) == 0x80:
                at += 1
            count += 1
        out[k] = at if count == wanted else -1
    return out
