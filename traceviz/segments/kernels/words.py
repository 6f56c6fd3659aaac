"""Find the words outside the masks, and hash them for the look-up in the word lists."""

import numpy as np
from numba import njit

# Classes, flags and scripts of characters: see `unicode.py`.
LETTER, MARK = 1, 2
CLASS, UPPER_FLAG = 15, 64
INHERITED, LATIN, HAN, GREEK = 1, 2, 3, 7

# Flags of words.
CAPITAL, ALL_CAPITALS, SENTENCE_START, LINE_START, NEUTRAL, AFTER_MASK, AFTER_COLON = 1, 2, 4, 8, 16, 32, 64

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def hash_word(buffer, start, end, lower):
    """Hash a word by its lower-case code points: sharp s as ss, curly apostrophe as straight, marks of Arabic dropped.

    64-bit FNV-1a over code points.  `tools/make_language_model.py` calls this very function for the lists.
    """
    h = FNV_BASIS
    at = start
    while at < end:
        c, at = decode(buffer, at, end)
        if c < 0x10000:
            c = np.int64(lower[c])
        if c >= 0x064B and c <= 0x0652:
            continue
        if c == 0x2019:
            c = np.int64(39)
        if c == 0xDF:
            h = (h ^ np.uint64(115)) * FNV_PRIME
            c = np.int64(115)
        h = (h ^ np.uint64(c)) * FNV_PRIME
    return h


@njit(cache=True, nogil=True)
def ends_sentence(buffer, at, after, stop, c, start):
    """Tell whether a character ends a sentence: a full stop is none inside a number, a name or "e.g."."""
    if c == 0x3002 or c == 0xFF01 or c == 0xFF1F or c == 0x0964 or c == 0x061F or c == 0x06D4 or c == 0x2026:
        return True
    if c != 46 and c != 33 and c != 63:
        return False
    if after < stop:
        b = buffer[after]
        if (b >= 48 and b <= 57) or (b >= 65 and b <= 90) or (b >= 97 and b <= 122):
            return False
    return not (c == 46 and at - 2 >= start and buffer[at - 2] == 46)


@njit(cache=True, nogil=True)
def words_of(buffer, start, stop, page_of, scripts, kinds, flags, out_start, out_end, out_script, out_flags, n):
    """Find the words of one stretch: runs of letters and marks of one script.

    ``flags`` are those of the first word (line start, after a mask).  In scripts that write spaces an apostrophe or
    a hyphen between letters belongs to the word.  Gives the new count, and the flags that the next word would have.
    """
    at = start
    while at < stop:
        c, after = decode(buffer, at, stop)
        page = page_of[c >> 8]
        kind = kinds[page, c & 255]
        if kind & CLASS != LETTER:
            if c == 10:
                flags |= LINE_START | SENTENCE_START
            elif c == 58 or c == 0xFF1A:
                flags |= AFTER_COLON
            elif ends_sentence(buffer, at, after, stop, c, start):
                flags |= SENTENCE_START
            at = after
            continue
        script = scripts[page, c & 255]
        begin = at
        first_upper = kind & UPPER_FLAG != 0
        n_letters = 1
        n_upper = 1 if first_upper else 0
        at = after
        while at < stop:
            c, after = decode(buffer, at, stop)
            page = page_of[c >> 8]
            kind = kinds[page, c & 255]
            general = kind & CLASS
            if general == LETTER:
                here = scripts[page, c & 255]
                if here != script and here > INHERITED:
                    if script > INHERITED:
                        break
                    script = here
                n_letters += 1
                if kind & UPPER_FLAG:
                    n_upper += 1
                at = after
            elif general == MARK or c == 0x200C or c == 0x200D:
                at = after
            elif (c == 39 or c == 0x2019 or c == 45) and script != HAN and after < stop:
                d, _ = decode(buffer, after, stop)
                block = page_of[d >> 8]
                if kinds[block, d & 255] & CLASS != LETTER or scripts[block, d & 255] != script:
                    break
                at = after
            else:
                break
        out_start[n] = begin
        out_end[n] = at
        out_script[n] = script
        f = flags
        if first_upper:
            f |= CAPITAL
            if n_upper == n_letters and n_letters > 1:
                f |= ALL_CAPITALS
        if (
            (script == LATIN and (n_letters == 1 or (f & ALL_CAPITALS and n_letters <= 5)))
            or (script == GREEK and n_letters <= 2)
            or script <= INHERITED
        ):
            f |= NEUTRAL
        out_flags[n] = f
        n += 1
        flags = 0
    return n, flags


@njit(cache=True, nogil=True)
def find_words(buffer, offsets, mask_start, mask_end, mask_by_text, page_of, scripts, kinds):
    """Find the words of every text: starts, ends, scripts, flags, and where each text's begin."""
    size = len(buffer) + 1
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    script = np.empty(size, np.uint8)
    flags = np.empty(size, np.uint8)
    by_text = np.zeros(len(offsets), np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        at = offsets[i]
        first_flags = LINE_START | SENTENCE_START
        for k in range(mask_by_text[i], mask_by_text[i + 1]):
            n, left = words_of(
                buffer, at, mask_start[k], page_of, scripts, kinds, first_flags, start, end, script, flags, n
            )
            at = mask_end[k]
            first_flags = left | AFTER_MASK
        n, _ = words_of(buffer, at, offsets[i + 1], page_of, scripts, kinds, first_flags, start, end, script, flags, n)
        by_text[i + 1] = n
    return start[:n].copy(), end[:n].copy(), script[:n].copy(), flags[:n].copy(), by_text


@njit(cache=True, nogil=True)
def hash_words(buffer, start, end, lower):
    """Hash each word, and the longer of its parts at the last apostrophe or hyphen (the word itself if it has none)."""
    whole = np.empty(len(start), np.uint64)
    part = np.empty(len(start), np.uint64)
    for k in range(len(start)):
        whole[k] = hash_word(buffer, start[k], end[k], lower)
        part[k] = whole[k]
        cut = -1
        for at in range(start[k], end[k]):
            b = buffer[at]
            if b == 39 or b == 45:
                cut = at
            elif b == 0xE2 and at + 2 < end[k] and buffer[at + 1] == 0x80 and buffer[at + 2] == 0x99:
                cut = at
        if cut > 0:
            after = cut + (3 if buffer[cut] == 0xE2 else 1)
            if end[k] - after >= cut - start[k]:
                part[k] = hash_word(buffer, after, end[k], lower)
            else:
                part[k] = hash_word(buffer, start[k], cut, lower)
    return whole, part
