"""Count what every character of a text is."""

import numpy as np

from traceviz.compiling import entry, part

# Classes and flags of characters: see `unicode.py`.
LETTER, SYMBOL = 1, 7
CLASS, MATH_FLAG, PICTOGRAPHIC_FLAG = 15, 16, 32
LATIN = 2


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
def count_characters(buffer, starts, ends, page_of, scripts, kinds, n_scripts):
    """Count classes, flags and letters by script in each stretch ``starts[i]:ends[i]``.

    Columns of the first result: 0-10 the classes, 11 code points, 12 mathematical, 13 pictographic, 14 mathematical
    symbols (Sm).  The second result has the letters of each script.
    """
    n = len(starts)
    counts = np.zeros((n, 15), np.int64)
    letters = np.zeros((n, n_scripts), np.int64)
    ascii_kind = np.empty(128, np.uint8)
    for b in range(128):
        ascii_kind[b] = kinds[page_of[0], b]
    histogram = np.zeros(256, np.int64)
    for i in range(n):
        for kind in range(256):
            histogram[kind] = 0
        at = starts[i]
        stop = ends[i]
        letters_ascii = 0
        last_page = -1
        block = 0
        while at < stop:
            b = buffer[at]
            if b < 0x80:
                histogram[ascii_kind[b]] += 1
                at += 1
                continue
            if b >= 0xE0 and b < 0xF0 and at + 2 < stop:
                # Three bytes, the case of nearly all CJK text, unrolled.
                c = (
                    (np.int64(b) & 0x0F) << 12
                    | (np.int64(buffer[at + 1]) & 0x3F) << 6
                    | (np.int64(buffer[at + 2]) & 0x3F)
                )
                at += 3
            else:
                c, at = decode(buffer, at, stop)
            page = c >> 8
            if page != last_page:
                block = page_of[page]
                last_page = page
            kind = kinds[block, c & 255]
            histogram[kind] += 1
            if kind & CLASS == LETTER:
                letters[i, scripts[block, c & 255]] += 1
                letters_ascii -= 1
        for kind in range(256):
            many = histogram[kind]
            if many:
                general = kind & CLASS
                counts[i, general] += many
                counts[i, 11] += many
                if kind & MATH_FLAG:
                    counts[i, 12] += many
                    if general == SYMBOL:
                        counts[i, 14] += many
                if kind & PICTOGRAPHIC_FLAG:
                    counts[i, 13] += many
        letters[i, LATIN] += counts[i, LETTER] + letters_ascii
    return counts, letters


@entry
def count_letters(buffer, starts, ends, page_of, kinds):
    """Count the letters in each stretch ``starts[i]:ends[i]``."""
    out = np.zeros(len(starts), np.int64)
    for i in range(len(starts)):
        at = starts[i]
        n = 0
        while at < ends[i]:
            b = buffer[at]
            if b < 0x80:
                n += (b >= 65 and b <= 90) or (b >= 97 and b <= 122)
                at += 1
                continue
            c, at = decode(buffer, at, ends[i])
            n += kinds[page_of[c >> 8], c & 255] & CLASS == LETTER
        out[i] = n
    return out
