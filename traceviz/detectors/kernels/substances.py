"""Tell words that are built as the names of substances are."""

import numpy as np

from traceviz.compiling import entry, leaf, making

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

#: Letters of the shortest and longest name that is looked at, and of the longest part.
SHORTEST, LONGEST, LONGEST_PART = 5, 40, 8


@leaf
def holds(values, wanted):
    """Tell whether a sorted array holds a hash."""
    low, high = 0, len(values)
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low < len(values) and values[low] == wanted


@making
def is_chemical(symbols, n, roots, endings):
    """Tell whether a word is built as the names of substances are: a root, and then roots and endings."""
    end = n - 1
    if end - 1 < SHORTEST:
        return False
    reached = np.zeros(n, np.bool_)
    reached[1] = True
    for i in range(1, end):
        if not reached[i]:
            continue
        h = FNV_BASIS
        for j in range(i, min(end, i + LONGEST_PART)):
            h = (h ^ np.uint64(symbols[j])) * FNV_PRIME
            if not reached[j + 1] and j + 1 - i < end - 1 and (holds(roots, h) or (i > 1 and holds(endings, h))):
                reached[j + 1] = True
    return reached[end]


@entry
def are_chemical(buffer, start, end, roots, endings):
    """Tell which words of ASCII letters are built as the names of substances are."""
    found = np.zeros(len(start), np.bool_)
    symbols = np.empty(LONGEST + 2, np.int64)
    for k in range(len(start)):
        length = end[k] - start[k]
        if length > LONGEST:
            continue
        for j in range(length):
            symbols[j + 1] = buffer[start[k] + j] | 32
        found[k] = is_chemical(symbols, length + 2, roots, endings)
    return found
