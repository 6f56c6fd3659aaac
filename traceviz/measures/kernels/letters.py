"""Give the trigrams of letters of words."""

import numpy as np

from traceviz.compiling import entry, part

#: Symbols: the edge of a word, the letters a to z, everything else that a word can hold.
EDGE, OTHER, SYMBOLS = 0, 27, 28


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
def symbol_of(c, fold):
    """Give the symbol of a code point, its case and accents taken away; -1 for what only changes a letter."""
    if c >= 0x10000:
        return OTHER
    plain = np.int64(fold[c, 0])
    if plain >= 97 and plain <= 122:
        return plain - 96
    if c == 45:
        return EDGE  # the parts of "well-known" are words
    if plain == 0 or (c >= 0x300 and c <= 0x36F):
        return -1
    return OTHER


@entry
def trigrams_of_words(buffer, start, end, fold):
    """Give the trigrams of words one after another, and where those of each word begin.

    A trigram is a symbol after the two before it, as one number; a word has two edges before it and one behind.
    """
    size = len(start)
    for k in range(len(start)):
        size += end[k] - start[k]
    out = np.empty(size, np.int16)
    by_word = np.zeros(len(start) + 1, np.int64)
    n = 0
    for k in range(len(start)):
        first = EDGE
        second = EDGE
        at = start[k]
        while at <= end[k]:
            symbol = np.int64(EDGE)
            if at < end[k]:
                c, at = decode(buffer, at, end[k])
                symbol = np.int64(symbol_of(c, fold))
            else:
                at += 1
            if symbol < 0 or (symbol == EDGE and second == EDGE):
                continue
            out[n] = (first * SYMBOLS + second) * SYMBOLS + symbol
            n += 1
            first = EDGE if symbol == EDGE else second
            second = symbol
        by_word[k + 1] = n
    return out[:n].copy(), by_word
