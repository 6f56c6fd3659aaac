"""Find the words outside the masks, and hash them for the look-up in the word lists."""

import numpy as np
from numba import njit

# Classes, flags and scripts of characters: see `unicode.py`.
LETTER, MARK = 1, 2
CLASS, UPPER_FLAG = 15, 64
INHERITED, LATIN, HAN, GREEK = 1, 2, 3, 7

# Flags of words.
CAPITAL, ALL_CAPITALS, SENTENCE_START, LINE_START, NEUTRAL, AFTER_MASK, AFTER_COLON = 1, 2, 4, 8, 16, 32, 64
SHORT, JOINED, BREAK = 128, 256, 512

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
def hash_code_point(h, c, fold):
    """Add a code point to a hash as the look-up sees it (see `unicode.folding`)."""
    if c >= 0x10000:
        return (h ^ np.uint64(c)) * FNV_PRIME
    for k in range(3):
        part = fold[c, k]
        if part == 0:
            break
        h = (h ^ np.uint64(part)) * FNV_PRIME
    return h


@njit(cache=True, nogil=True)
def hash_word(buffer, start, end, fold):
    """Hash a word: 64-bit FNV-1a over its folded code points, zero-width joiners left out.

    `tools/make_language_model.py` calls this very function for the lists.
    """
    h = FNV_BASIS
    at = start
    while at < end:
        c, at = decode(buffer, at, end)
        if c != 0x200C and c != 0x200D:
            h = hash_code_point(h, c, fold)
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
def is_break(c):
    """Tell whether a character sets phrases apart: quotation marks, brackets, commas, colons, dashes, bars."""
    return (
        c == 34
        or c == 40
        or c == 41
        or c == 44
        or c == 58
        or c == 59
        or c == 91
        or c == 93
        or c == 124
        or c == 42
        or (c >= 0x2012 and c <= 0x2015)
        or (c >= 0x2018 and c <= 0x201F)
        or c == 0xAB
        or c == 0xBB
        or c == 0x3001
        or (c >= 0x3008 and c <= 0x3011)
        or c == 0xFF0C
        or c == 0xFF08
        or c == 0xFF09
        or c == 0xFF1A
        or c == 0xFF1B
        or c == 0x060C
    )


@njit(cache=True, nogil=True)
def touches_notation(buffer, begin, end, start, stop, length):
    """Tell whether a word stands against a digit, an underscore or an operator, or is a call such as ``f(``."""
    if begin > start:
        b = buffer[begin - 1]
        if (b >= 48 and b <= 57) or b == 95 or b == 61 or b == 92 or b == 94 or b == 64 or b == 35 or b == 36:
            return True
        if length <= 3 and (b == 43 or b == 60 or b == 62 or b == 47):
            return True
    if end < stop:
        b = buffer[end]
        if (b >= 48 and b <= 57) or b == 95 or b == 61 or b == 94:
            return True
        if length <= 3 and (b == 43 or b == 60 or b == 62 or b == 47 or b == 40):
            return True
    return False


@njit(cache=True, nogil=True)
def words_of(
    buffer, start, stop, page_of, scripts, kinds, fold, flags, out_start, out_end, out_script, out_flags, out_hash, n
):
    """Find and hash the words of one stretch: runs of letters and marks of one script.

    ``flags`` are those of the first word (line start, after a mask).  In scripts that write spaces an apostrophe or
    a hyphen between letters belongs to the word.  Gives the new count, and the flags that the next word would have.
    """
    at = start
    while at < stop:
        b = buffer[at]
        if b < 0x80:
            if not ((b >= 97 and b <= 122) or (b >= 65 and b <= 90)):
                if b == 32:
                    at += 1
                    continue
                if b == 10:
                    flags |= LINE_START | SENTENCE_START | BREAK
                elif b == 46 or b == 33 or b == 63:
                    if ends_sentence(buffer, at, at + 1, stop, np.int64(b), start):
                        flags |= SENTENCE_START | BREAK
                elif is_break(b):
                    flags |= BREAK
                    if b == 58:
                        flags |= AFTER_COLON
                at += 1
                continue
            c = np.int64(b)
            after = at + 1
            script = LATIN
            kind = LETTER if b >= 97 else LETTER | UPPER_FLAG
        else:
            c, after = decode(buffer, at, stop)
            page = page_of[c >> 8]
            kind = kinds[page, c & 255]
            if kind & CLASS != LETTER:
                if ends_sentence(buffer, at, after, stop, c, start):
                    flags |= SENTENCE_START | BREAK
                elif is_break(c):
                    flags |= BREAK
                    if c == 0xFF1A:
                        flags |= AFTER_COLON
                at = after
                continue
            script = np.int64(scripts[page, c & 255])
        begin = at
        first_upper = kind & UPPER_FLAG != 0
        n_letters = 1
        n_upper = 1 if first_upper else 0
        camel = False
        h = hash_code_point(FNV_BASIS, c, fold)
        at = after
        while at < stop:
            b = buffer[at]
            if b >= 97 and b <= 122 and script == LATIN:
                h = (h ^ np.uint64(b)) * FNV_PRIME
                n_letters += 1
                at += 1
                continue
            c, after = decode(buffer, at, stop)
            page = page_of[c >> 8]
            kind = kinds[page, c & 255]
            general = kind & CLASS
            if general == LETTER:
                here = np.int64(scripts[page, c & 255])
                if here != script and here > INHERITED:
                    if script > INHERITED:
                        break
                    script = here
                n_letters += 1
                if kind & UPPER_FLAG:
                    n_upper += 1
                    camel = camel or n_upper < n_letters
                h = hash_code_point(h, c, fold)
                at = after
            elif general == MARK:
                h = hash_code_point(h, c, fold)
                at = after
            elif c == 0x200C or c == 0x200D:
                at = after
            elif (c == 39 or c == 0x2019 or c == 45) and script != HAN and after < stop:
                d, _ = decode(buffer, after, stop)
                block = page_of[d >> 8]
                if kinds[block, d & 255] & CLASS != LETTER or scripts[block, d & 255] != script:
                    break
                h = hash_code_point(h, c, fold)
                flags |= JOINED
                at = after
            else:
                break
        f = flags
        if first_upper:
            f |= CAPITAL
            if n_upper == n_letters and n_letters > 1:
                f |= ALL_CAPITALS
        elif n_upper and camel:
            f |= CAPITAL
        if n_letters <= 2:
            f |= SHORT
        if (
            (script == LATIN and (n_letters == 1 or (f & ALL_CAPITALS and n_letters <= 5)))
            or (script == GREEK and n_letters <= 2)
            or script <= INHERITED
            or (script == LATIN and touches_notation(buffer, begin, at, start, stop, n_letters))
        ):
            f |= NEUTRAL
        out_start[n] = begin
        out_end[n] = at
        out_script[n] = script
        out_flags[n] = f
        out_hash[n] = h
        n += 1
        flags = 0
    return n, flags


@njit(cache=True, nogil=True)
def find_words(buffer, offsets, mask_start, mask_end, mask_by_text, page_of, scripts, kinds, fold):
    """Find the words of every text: starts, ends, scripts, flags, hashes, and where each text's begin."""
    size = len(buffer) + 1
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    script = np.empty(size, np.uint8)
    flags = np.empty(size, np.uint16)
    hashes = np.empty(size, np.uint64)
    by_text = np.zeros(len(offsets), np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        at = offsets[i]
        first_flags = LINE_START | SENTENCE_START | BREAK
        for k in range(mask_by_text[i], mask_by_text[i + 1]):
            n, left = words_of(
                buffer,
                at,
                mask_start[k],
                page_of,
                scripts,
                kinds,
                fold,
                first_flags,
                start,
                end,
                script,
                flags,
                hashes,
                n,
            )
            at = mask_end[k]
            first_flags = left | AFTER_MASK | BREAK
        n, _ = words_of(
            buffer, at, offsets[i + 1], page_of, scripts, kinds, fold, first_flags, start, end, script, flags, hashes, n
        )
        by_text[i + 1] = n
    return start[:n].copy(), end[:n].copy(), script[:n].copy(), flags[:n].copy(), by_text, hashes[:n].copy()


@njit(cache=True, nogil=True)
def hash_words(buffer, start, end, fold):
    """Hash each word."""
    out = np.empty(len(start), np.uint64)
    for k in range(len(start)):
        out[k] = hash_word(buffer, start[k], end[k], fold)
    return out


@njit(cache=True, nogil=True)
def hash_parts(buffer, start, end, flags, hashes, fold):
    """Hash the sides of each word with an apostrophe or a hyphen at its last one, the longer first.

    Other words keep their hash on both places.
    """
    out = np.empty((len(start), 2), np.uint64)
    for k in range(len(start)):
        out[k, 0] = hashes[k]
        out[k, 1] = hashes[k]
        if not flags[k] & JOINED:
            continue
        cut = -1
        for at in range(start[k], end[k]):
            b = buffer[at]
            if b == 39 or b == 45:
                cut = at
            elif b == 0xE2 and at + 2 < end[k] and buffer[at + 1] == 0x80 and buffer[at + 2] == 0x99:
                cut = at
        if cut > 0:
            after = cut + (3 if buffer[cut] == 0xE2 else 1)
            longer = 0 if end[k] - after >= cut - start[k] else 1
            out[k, longer] = hash_word(buffer, after, end[k], fold)
            out[k, 1 - longer] = hash_word(buffer, start[k], cut, fold)
    return out
