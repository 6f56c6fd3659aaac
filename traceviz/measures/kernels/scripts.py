"""Count changes of script, commands of LaTeX, and characters that should not be there."""

import numpy as np

from traceviz.compiling import entry, part

# The class of letters: see `traceviz.segments.unicode`.
LETTER, CLASS = 1, 15
INHERITED = 1


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
def is_ascii_letter(b):
    """Tell whether a byte is a letter of ASCII."""
    return (b >= 97 and b <= 122) or (b >= 65 and b <= 90)


@entry
def count_signs(buffer, offsets, page_of, scripts, kinds):
    """Count signs, a row a text.

    Columns: letters of a script, changes of script from one such letter to the next, commands of LaTeX, controls that
    are neither tab nor line break, replacement characters, soft hyphens.
    """
    out = np.zeros((len(offsets) - 1, 6), np.int64)
    for i in range(len(offsets) - 1):
        at = offsets[i]
        stop = offsets[i + 1]
        before = -1
        while at < stop:
            c, at = decode(buffer, at, stop)
            if c == 92 and at < stop:
                if is_ascii_letter(buffer[at]):
                    out[i, 2] += 1
                elif buffer[at] == 92:
                    at += 1  # the first of two escapes the second
                continue
            page = page_of[c >> 8]
            general = kinds[page, c & 255] & CLASS
            if general == LETTER:
                script = np.int64(scripts[page, c & 255])
                if script > INHERITED:
                    out[i, 0] += 1
                    out[i, 1] += before >= 0 and script != before
                    before = script
            elif c < 32 or (c >= 127 and c < 160):  # category Cc, of which some are white space as well
                out[i, 3] += c != 9 and c != 10 and c != 13
            elif c == 0xFFFD:
                out[i, 4] += 1
            elif c == 0xAD:
                out[i, 5] += 1
    return out
