"""Find hidden characters that are out of place."""

import numpy as np

from traceviz.compiling import entry, part

# Classes and flags of characters: see `traceviz.segments.unicode`.
SYMBOL = 7
CLASS, MATH_FLAG, PICTOGRAPHIC_FLAG = 15, 16, 32

# Kinds of hidden characters: positions in `hidden_characters.LABELS`, from 1.
ZERO_WIDTH, TAG, SELECTOR, FILLER, BIDI = 1, 2, 3, 4, 5


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
def hidden_class(c):
    """Tell what kind of hidden character a code point can be; 0 if none."""
    if c == 0x200B or c == 0x200C or c == 0x200D or (c >= 0x2060 and c <= 0x2064) or c == 0x180E or c == 0xFEFF:
        return ZERO_WIDTH
    if c >= 0xE0000 and c <= 0xE007F:
        return TAG
    if (c >= 0xFE00 and c <= 0xFE0F) or (c >= 0xE0100 and c <= 0xE01EF):
        return SELECTOR
    if c == 0x3164 or c == 0x115F:
        return FILLER
    if (c >= 0x202A and c <= 0x202E) or (c >= 0x2066 and c <= 0x2069):
        return BIDI
    return 0


@part
def is_in_place(c, before, kind_before, script_before, joining, in_flag):
    """Tell whether a hidden character is at home after the character before it."""
    if c == 0x200D or c == 0x200C:
        emoji = kind_before & PICTOGRAPHIC_FLAG != 0 or before == 0xFE0F or (before >= 0x1F3FB and before <= 0x1F3FF)
        return emoji or joining[script_before]
    if c >= 0xFE00 and c <= 0xFE0F:
        keycap = (before >= 48 and before <= 57) or before == 35 or before == 42
        return kind_before & CLASS == SYMBOL or kind_before & (PICTOGRAPHIC_FLAG | MATH_FLAG) != 0 or keycap
    return c >= 0xE0000 and c <= 0xE007F and in_flag


@entry
def find_hidden(buffer, offsets, page_of, scripts, kinds, joining):
    """Find characters that cannot be seen and are not at home where they stand.

    ``joining`` tells for each script whether its letters need joiners.  Returns text, first byte, byte after and
    kind of each; neighbours of one kind are one run, whose length is the fifth result.
    """
    size = len(buffer) // 2 + 1
    text = np.empty(size, np.int64)
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    label = np.empty(size, np.int8)
    count = np.empty(size, np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        at = offsets[i]
        stop = offsets[i + 1]
        before = np.int64(0)
        kind_before = np.uint8(0)
        script_before = np.uint8(0)
        in_flag = False
        while at < stop:
            b = buffer[at]
            if b < 0x80:
                before = np.int64(b)
                kind_before = kinds[page_of[0], b]
                script_before = scripts[page_of[0], b]
                in_flag = False
                at += 1
                continue
            begin = at
            c, at = decode(buffer, at, stop)
            found = hidden_class(c)
            if found == ZERO_WIDTH and c == 0xFEFF and begin == offsets[i]:
                found = 0  # a byte-order mark at the start
            if found and is_in_place(c, before, kind_before, script_before, joining, in_flag):
                found = 0
            if found:
                if n > 0 and text[n - 1] == i and end[n - 1] == begin and label[n - 1] == found:
                    end[n - 1] = at
                    count[n - 1] += 1
                else:
                    text[n] = i
                    start[n] = begin
                    end[n] = at
                    label[n] = found
                    count[n] = 1
                    n += 1
                continue
            if c >= 0xE0000 and c <= 0xE007F:
                continue
            in_flag = c == 0x1F3F4
            before = c
            kind_before = kinds[page_of[c >> 8], c & 255]
            if scripts[page_of[c >> 8], c & 255] != 1:  # a mark of an inherited script does not end the letter
                script_before = scripts[page_of[c >> 8], c & 255]
    return text[:n].copy(), start[:n].copy(), end[:n].copy(), label[:n].copy(), count[:n].copy()


@part
def cuts_words(c):
    """Tell whether a code point that cannot be seen parts words; soft hyphens and joiners of graphemes do as well."""
    is_direction = c == 0x200E or c == 0x200F or (c >= 0x2065 and c <= 0x206F)
    return c == 0xAD or c == 0x34F or is_direction or hidden_class(c) != 0


@entry
def are_beside_hidden(buffer, first, last, start, end):
    """Tell which words have a character that cannot be seen right before or behind them, in the text of each."""
    found = np.zeros(len(start), np.bool_)
    for k in range(len(start)):
        if end[k] < last[k] and buffer[end[k]] >= 128:
            found[k] = cuts_words(decode(buffer, end[k], last[k])[0])
        at = start[k] - 1
        if at >= first[k] and buffer[at] >= 128 and not found[k]:
            while at > first[k] and buffer[at] & 0xC0 == 0x80:
                at -= 1
            found[k] = cuts_words(decode(buffer, at, start[k])[0])
    return found
