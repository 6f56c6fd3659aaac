"""Find runs of unusual symbols."""

import numpy as np

from traceviz.compiling import entry, part

# Classes and flags of characters: see `traceviz.segments.unicode`.
SYMBOL, PRIVATE = 7, 10
CLASS, MATH_FLAG, PICTOGRAPHIC_FLAG = 15, 16, 32

# Classes of unusual symbols: positions in `symbols.LABELS`, from 1.
EMOJI, ARROW, MATHEMATICAL, BOX, DINGBAT, PRIVATE_USE, OTHER_SYMBOL = 1, 2, 3, 4, 5, 6, 7


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
def is_arrow(c):
    """Tell whether a code point of class S stands in one of the blocks of arrows, or in the arrows of another block."""
    if c < 0x2B00:
        return (c >= 0x2190 and c <= 0x21FF) or (c >= 0x27F0 and c <= 0x27FF) or (c >= 0x2900 and c <= 0x297F)
    if c < 0x2C00:
        return c <= 0x2B11 or (c >= 0x2B30 and c <= 0x2B4F) or (c >= 0x2B5A and c <= 0x2BB8)
    return c >= 0x1F800 and c <= 0x1F8FF


@part
def symbol_class(c, kind):
    """Tell which class of unusual symbols a code point belongs to; 0 if it is ordinary in prose."""
    general = kind & CLASS
    if general == PRIVATE:
        return PRIVATE_USE
    if general != SYMBOL or c < 0x2190:
        return 0
    if is_arrow(c):
        return ARROW
    if c >= 0x1F000 or (kind & PICTOGRAPHIC_FLAG and (c < 0x2400 or (c >= 0x2600 and c < 0x2C00))):
        return EMOJI
    # Unicode calls some squares and stars mathematical; as signs in running text they are shapes.
    if c >= 0x2500 and c <= 0x25FF:
        return BOX
    if c >= 0x2600 and c < 0x27C0:
        return DINGBAT
    if kind & MATH_FLAG:
        return MATHEMATICAL
    return OTHER_SYMBOL


@entry
def find_symbols(buffer, offsets, mask_by_text, mask_start, mask_end, page_of, kinds):
    """Find runs of unusual symbols of one class outside the masks; spaces and selectors between them belong to a run.

    Returns text, first byte, byte after, class and number of symbols of each run.
    """
    size = len(buffer) // 2 + 1  # no unusual symbol has fewer than two bytes
    text = np.empty(size, np.int64)
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    label = np.empty(size, np.int8)
    count = np.empty(size, np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        m = mask_by_text[i]
        at = offsets[i]
        stop = offsets[i + 1]
        is_open = False
        while at < stop:
            if m < mask_by_text[i + 1] and at >= mask_start[m]:
                at = max(at, mask_end[m])
                m += 1
                is_open = False
                continue
            b = buffer[at]
            if b < 0x80:
                if b != 32:
                    is_open = False
                at += 1
                continue
            before = at
            c, at = decode(buffer, at, stop)
            found = symbol_class(c, kinds[page_of[c >> 8], c & 255])
            if found == 0:
                is_open = is_open and (c == 0xFE0F or c == 0x200D)
                continue
            if is_open and label[n - 1] == found:
                end[n - 1] = at
                count[n - 1] += 1
            else:
                text[n] = i
                start[n] = before
                end[n] = at
                label[n] = found
                count[n] = 1
                n += 1
                is_open = True
    return text[:n].copy(), start[:n].copy(), end[:n].copy(), label[:n].copy(), count[:n].copy()
