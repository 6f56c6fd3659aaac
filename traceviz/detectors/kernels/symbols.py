"""Find runs of unusual symbols."""

import numpy as np

from traceviz.compiling import entry, part

# Classes and flags of characters: see `traceviz.segments.unicode`.
DIGIT, NUMBER, PUNCTUATION, SYMBOL, PRIVATE = 3, 4, 6, 7, 10
CLASS, MATH_FLAG, PICTOGRAPHIC_FLAG = 15, 16, 32

# Bytes behind a sign in which a formula is beside it.
NEAR = 64

# Stands before the names of three points.
TRIANGLE = 0x25B3
MOST_POINTS = 4

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
def is_plain(c):
    """Tell whether a symbol is one of ASCII in another shape: the true minus, and full width."""
    return c == 0x2212 or (c >= 0xFF01 and c <= 0xFF5E)


@part
def symbol_class(c, kind):
    """Tell which class of unusual symbols a code point belongs to; 0 if it is ordinary in prose."""
    general = kind & CLASS
    if general == PRIVATE:
        return PRIVATE_USE
    if general != SYMBOL or c < 0x2190 or is_plain(c):
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


@part
def is_check_mark(c):
    """Tell whether a sign says that a result is right or wrong."""
    return c == 0x2611 or c == 0x2612 or c == 0x2705 or c == 0x274C or (c >= 0x2713 and c <= 0x2718)


@part
def ends_line(buffer, at, stop):
    """Tell whether nothing but spaces, stars and selectors stands between a byte and the end of its line."""
    while at < stop and (buffer[at] == 32 or buffer[at] == 42 or buffer[at] == 0xEF):
        at += 3 if buffer[at] == 0xEF else 1
    return at >= stop or buffer[at] == 10 or buffer[at] == 13


@part
def is_numeric(c, kind):
    """Tell whether a character stands in numbers or formulas that are written plainly: digits, operators, fractions."""
    general = kind & CLASS
    if general == DIGIT or general == NUMBER:
        return True
    return general == SYMBOL and kind & MATH_FLAG != 0 and (c < 0x2190 or is_plain(c)) and c != 124 and c != 126


@part
def points_follow(buffer, at, stop):
    """Tell whether the names of a few points stand behind a byte: capital letters and no word."""
    while at < stop and buffer[at] == 32:
        at += 1
    begin = at
    while at < stop and buffer[at] >= 65 and buffer[at] <= 90:
        at += 1
    is_word = at < stop and ((buffer[at] >= 97 and buffer[at] <= 122) or buffer[at] >= 0x80)
    return at > begin and at - begin <= MOST_POINTS and not is_word


@part
def formula_follows(buffer, at, stop, next_formula, page_of, kinds):
    """Tell whether a formula or a number begins behind a byte, on the same line, near, and before any letter."""
    stop = min(stop, at + NEAR)  # or a long run of signs would be read once for each of them
    while at < stop:
        if at >= next_formula:
            return True
        c, at = decode(buffer, at, stop)
        kind = kinds[page_of[c >> 8], c & 255]
        if is_numeric(c, kind):
            return True
        if c != 32 and kind & CLASS != PUNCTUATION and symbol_class(c, kind) == 0:
            return False
    return False


@entry
def find_symbols(buffer, offsets, mask_by_text, mask_start, mask_end, mask_is_formula, page_of, kinds):
    """Find runs of unusual symbols of one class outside the masks; spaces and selectors between them belong to a run.

    A sign of mathematics or a check mark with a formula or a number at its side, on the same line and without a letter
    between, is not unusual; nor is an arrow or check mark that opens a line, or a check mark that ends one.  Returns
    text, first byte, byte after, class and number of symbols of each run.
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
        after_formula = False
        opens_line = True
        while at < stop:
            if m < mask_by_text[i + 1] and at >= mask_start[m]:
                at = max(at, mask_end[m])
                after_formula = mask_is_formula[m]
                m += 1
                is_open = False
                opens_line = False
                continue
            before = at
            c, at = decode(buffer, at, stop)
            if c == 32:
                continue
            kind = kinds[page_of[c >> 8], c & 255]
            found = symbol_class(c, kind)
            if found == 0:
                is_open = is_open and (c == 0xFE0F or c == 0x200D)
                if kind & CLASS != PUNCTUATION:
                    after_formula = is_numeric(c, kind)
                    opens_line = c == 10 or (opens_line and (c == 9 or c == 0xFE0F))
                continue
            is_mark = is_check_mark(c)
            if is_mark or found == ARROW or found == MATHEMATICAL or c == TRIANGLE:
                next_formula = stop
                if m < mask_by_text[i + 1] and mask_is_formula[m]:
                    next_formula = mask_start[m]
                after_formula = after_formula or formula_follows(buffer, at, stop, next_formula, page_of, kinds)
                at_home = after_formula or (found != ARROW and not is_mark and points_follow(buffer, at, stop))
                at_home = at_home or (opens_line and (is_mark or found == ARROW))
                if at_home or (is_mark and ends_line(buffer, at, stop)):
                    is_open = False
                    continue
            opens_line = False
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
