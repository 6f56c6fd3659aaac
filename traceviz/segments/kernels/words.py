"""Find the words outside the masks, and hash them for the look-up in the word lists."""

import numpy as np

from traceviz.compiling import entry, part

# Classes, flags and scripts of characters: see `unicode.py`.
LETTER, MARK = 1, 2
CLASS, UPPER_FLAG = 15, 64
INHERITED, LATIN, HAN, GREEK = 1, 2, 3, 7

# Flags of words.
CAPITAL, ALL_CAPITALS, SENTENCE_START, LINE_START, NEUTRAL, AFTER_MASK, AFTER_COLON = 1, 2, 4, 8, 16, 32, 64
SHORT, JOINED, BREAK = 128, 256, 512

# Classes of bytes, above the flags that a byte between words sets for the next word.
SETS = LINE_START | SENTENCE_START | AFTER_COLON | BREAK
LOWER, UPPER, JOINT, FULL_STOP = 1 << 10, 1 << 11, 1 << 12, 1 << 13
DIGIT, OPENER, OPERATOR, BRACKET = 1 << 14, 1 << 15, 1 << 16, 1 << 17
OF_BYTE = np.zeros(256, np.uint32)
OF_BYTE[ord("a") : ord("z") + 1] = LOWER
OF_BYTE[ord("A") : ord("Z") + 1] = UPPER
OF_BYTE[list(b"'-")] = JOINT
OF_BYTE[list(b".!?")] = FULL_STOP
OF_BYTE[list(b"0123456789_=^")] = DIGIT
OF_BYTE[list(b"\\@#$")] = OPENER
OF_BYTE[list(b"+<>/")] = OPERATOR
OF_BYTE[ord("(")] = BRACKET
OF_BYTE[ord("\n")] = LINE_START | SENTENCE_START | BREAK
OF_BYTE[list(b'"(),;[]|*')] |= BREAK
OF_BYTE[ord(":")] = BREAK | AFTER_COLON

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


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


@entry
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


@part
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


@part
def is_break(c):
    """Tell whether a character beyond ASCII sets phrases apart: quotation marks, brackets, commas, colons, dashes."""
    return (
        (c >= 0x2012 and c <= 0x2015)
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


@part
def touches_notation(buffer, begin, end, start, stop, length):
    """Tell whether a word stands against a digit, an underscore or an operator, or is a call such as ``f(``."""
    before = OF_BYTE[buffer[begin - 1]] if begin > start else np.uint32(0)
    after = OF_BYTE[buffer[end]] if end < stop else np.uint32(0)
    if before & (DIGIT | OPENER) or after & DIGIT:
        return True
    return length <= 3 and (before & OPERATOR != 0 or after & (OPERATOR | BRACKET) != 0)


@part
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
            here = OF_BYTE[b]
            if not here & (LOWER | UPPER):
                if not here & FULL_STOP:
                    flags |= here & SETS
                elif ends_sentence(buffer, at, at + 1, stop, np.int64(b), start):
                    flags |= SENTENCE_START | BREAK
                at += 1
                continue
            after = at + 1
            script = np.int64(LATIN)
            n_upper = 1 if here & UPPER else 0
            h = (FNV_BASIS ^ np.uint64(b | 32)) * FNV_PRIME
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
            n_upper = 1 if kind & UPPER_FLAG else 0
            h = hash_code_point(FNV_BASIS, c, fold)
        begin = at
        n_letters = 1
        f = CAPITAL if n_upper else 0
        at = after
        while at < stop:
            b = buffer[at]
            if b < 0x80 and script == LATIN:
                here = OF_BYTE[b]
                first = at
                while here & LOWER:
                    h = (h ^ np.uint64(b)) * FNV_PRIME
                    at += 1
                    if at >= stop:
                        break
                    b = buffer[np.uint64(at)]
                    here = OF_BYTE[b]
                if at > first:
                    n_letters += at - first
                    continue
                if here & UPPER:
                    h = (h ^ np.uint64(b | 32)) * FNV_PRIME
                    n_letters += 1
                    n_upper += 1
                    if n_upper < n_letters:
                        f |= CAPITAL
                    at += 1
                    continue
                if not here & JOINT:
                    break
            c, after = decode(buffer, at, stop)
            page = page_of[c >> 8]
            kind = kinds[page, c & 255]
            general = kind & CLASS
            if general == LETTER:
                other = np.int64(scripts[page, c & 255])
                if other != script and other > INHERITED:
                    if script > INHERITED:
                        break
                    script = other
                n_letters += 1
                if kind & UPPER_FLAG:
                    n_upper += 1
                    if n_upper < n_letters:
                        f |= CAPITAL
            elif (c == 39 or c == 0x2019 or c == 45) and script != HAN and after < stop:
                d, _ = decode(buffer, after, stop)
                block = page_of[d >> 8]
                if kinds[block, d & 255] & CLASS != LETTER or scripts[block, d & 255] != script:
                    break
                f |= JOINED
            elif c == 0x200C or c == 0x200D:
                at = after
                continue
            elif general != MARK:
                break
            h = hash_code_point(h, c, fold)
            at = after
        f |= flags
        if f & CAPITAL and n_letters > 1 and n_upper == n_letters:
            f |= ALL_CAPITALS
        if n_letters <= 2:
            f |= SHORT
        if script == LATIN:
            few = n_letters == 1 or (f & ALL_CAPITALS and n_letters <= 5)
            if few or touches_notation(buffer, begin, at, start, stop, n_letters):
                f |= NEUTRAL
        elif script <= INHERITED or (script == GREEK and n_letters <= 2):
            f |= NEUTRAL
        out_start[n] = begin
        out_end[n] = at
        out_script[n] = script
        out_flags[n] = f
        out_hash[n] = h
        n += 1
        flags = np.int64(0)
    return n, flags


@entry
def find_words(buffer, offsets, mask_start, mask_end, mask_by_text, page_of, scripts, kinds, fold):
    """Find the words of every text: starts, ends, scripts, flags, hashes, and where each text's begin."""
    size = len(buffer) + 1
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    script = np.empty(size, np.uint8)
    flags = np.empty(size, np.uint16)
    hashes = np.empty(size, np.uint64)
    by_text = np.zeros(len(offsets), np.int64)
    n = np.int64(0)
    for i in range(len(offsets) - 1):
        at = offsets[i]
        first_flags = np.int64(LINE_START | SENTENCE_START | BREAK)
        last = mask_by_text[i + 1]
        for k in range(mask_by_text[i], last + 1):
            stop = mask_start[k] if k < last else offsets[i + 1]
            n, left = words_of(
                buffer, at, stop, page_of, scripts, kinds, fold, first_flags, start, end, script, flags, hashes, n
            )
            if k < last:
                at = mask_end[k]
                first_flags = left | AFTER_MASK | BREAK
        by_text[i + 1] = n
    return start[:n], end[:n], script[:n], flags[:n], by_text, hashes[:n]


@entry
def hash_words(buffer, start, end, fold):
    """Hash each word."""
    out = np.empty(len(start), np.uint64)
    for k in range(len(start)):
        out[k] = hash_word(buffer, start[k], end[k], fold)
    return out


@entry
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
        cut = np.int64(-1)
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
