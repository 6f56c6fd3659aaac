"""Tell non-words: how near a word is to a common one, and how much of it is spelled as words are."""

import numpy as np

from traceviz.compiling import entry, leaf, making, part

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

# As in `kernels/vocabulary.py`.
MIX = np.uint64(0x9E3779B97F4A7C15)
STEP_BITS = 8

# As in `segments/kernels/languages.py`.
FREE = np.uint64(0xFFFFFFFFFFFFFFFF)
EDGE = 32

#: Letters of the longest word that is looked at.
LONGEST = 40

#: Letters of the longest word whose neighbours are looked for: longer ones are hardly common.
LONGEST_SLIP = 14

#: Steps from which on a listed word may be a part of a longer one, and have a plural that is not listed.
LISTED = 30
ONE_OF_ENGLISH = 60
LOWER_S = 115


@leaf
def slot_of(word, slots, shift):
    """Give the slot of a hash in the frequencies, or -1."""
    key = ((word ^ (word >> np.uint64(29))) * MIX) >> np.uint64(32)
    check = np.uint32(key & np.uint64(0xFFFFFF))
    at = np.int64(key >> np.uint64(shift))
    held = slots[at]
    while held != 0 and held >> np.uint32(STEP_BITS) != check:
        at = (at + 1) & (len(slots) - 1)
        held = slots[at]
    return at if held != 0 else np.int64(-1)


@leaf
def steps_of(word, slots, shift):
    """Give the steps of a hash in the frequencies, 0 if it is not listed."""
    slot = slot_of(word, slots, shift)
    return np.int64(slots[slot] & np.uint32(255)) if slot >= 0 else np.int64(0)


@leaf
def is_gram(gram, index):
    """Tell whether the language model knows a gram."""
    mask = len(index) - 1
    key = gram >> np.uint64(24)
    check = key >> np.uint64(8)
    slot = np.int64(key) & mask
    held = index[slot]
    while held != FREE and held >> np.uint64(32) != check:
        slot = (slot + 1) & mask
        held = index[slot]
    return held != FREE


@leaf
def hash_gram(symbols, start, end):
    """Hash the symbols ``start:end`` of a Latin word."""
    h = FNV_BASIS
    for k in range(start, end):
        h = (h ^ np.uint64(symbols[k])) * FNV_PRIME
        h ^= h >> np.uint64(29)
    return h * FNV_PRIME


@part
def spelled(symbols, n, index):
    """Give the mean length of the longest known gram that ends at each place of a word, in hundredths (100-400).

    ``symbols`` hold the word with its edges, ``n`` of them.
    """
    total = 0
    for stop in range(2, n + 1):
        length = min(4, stop)
        while length > 1 and not is_gram(hash_gram(symbols, stop - length, stop), index):
            length -= 1
        total += length
    return 100 * total // (n - 1)


@part
def hash_rest(symbols, h, start, end):
    """Add symbols to a hash of a word."""
    for k in range(start, end):
        h = (h ^ np.uint64(symbols[k])) * FNV_PRIME
    return h


@part
def most_common_neighbour(symbols, n, slots, shift):
    """Give the steps of the most common word that is one letter away: another, one more, one less, two swapped."""
    best = np.int64(0)
    end = n - 1
    before = FNV_BASIS
    for k in range(1, end + 1):
        for c in range(97, 123):  # another letter at k, or one more before it
            h = (before ^ np.uint64(c)) * FNV_PRIME
            if k < end and c != symbols[k]:
                best = max(best, steps_of(hash_rest(symbols, h, k + 1, end), slots, shift))
            best = max(best, steps_of(hash_rest(symbols, h, k, end), slots, shift))
        if k < end:
            best = max(best, steps_of(hash_rest(symbols, before, k + 1, end), slots, shift))
            if k + 1 < end and symbols[k] != symbols[k + 1]:
                h = (before ^ np.uint64(symbols[k + 1])) * FNV_PRIME
                h = (h ^ np.uint64(symbols[k])) * FNV_PRIME
                best = max(best, steps_of(hash_rest(symbols, h, k + 2, end), slots, shift))
            before = (before ^ np.uint64(symbols[k])) * FNV_PRIME
    return best


@making
def is_built(symbols, n, slots, marks, shift, affix):
    """Tell whether a word consists of listed words of four letters and more and of affixes, words for the most part."""
    end = n - 1
    in_words = np.full(n, -1, np.int64)  # letters in words, of the best way to each place
    in_words[1] = 0
    for i in range(1, end):
        if in_words[i] < 0:
            continue
        h = FNV_BASIS
        for j in range(i, end):
            h = (h ^ np.uint64(symbols[j])) * FNV_PRIME
            length = j + 1 - i
            slot = slot_of(h, slots, shift)
            if slot < 0 or length < 2 or length == end - 1:
                continue
            if length >= 4 and np.int64(slots[slot] & np.uint32(255)) >= LISTED:
                in_words[j + 1] = max(in_words[j + 1], in_words[i] + length)
            elif marks[slot] & affix:
                in_words[j + 1] = max(in_words[j + 1], in_words[i])
    return 2 * in_words[end] >= end - 1


@part
def is_plural(symbols, n, slots, shift):
    """Tell whether a word is a listed one with an s behind it."""
    return (
        n > 5
        and symbols[n - 2] == LOWER_S
        and steps_of(hash_rest(symbols, FNV_BASIS, 1, n - 2), slots, shift) >= ONE_OF_ENGLISH
    )


@entry
def look_at_words(buffer, start, end, wanted, slots, marks, shift, index, noise, affix):
    """Look at words of ASCII letters.

    Gives, of each, the steps of its most common neighbour, how much is spelled as words are, and whether it is built
    of words and affixes (``affix`` is their mark).  Other words and plurals have 0, 400 and True.  Neighbours are
    looked for where ``wanted``, unless the word is long or spelled no better than ``noise``.
    """
    near = np.zeros(len(start), np.int64)
    spelling = np.full(len(start), 400, np.int64)
    built = np.ones(len(start), np.bool_)
    symbols = np.empty(LONGEST + 2, np.int64)
    for k in range(len(start)):
        length = end[k] - start[k]
        if length > LONGEST:
            continue
        plain = True
        symbols[0] = EDGE
        for j in range(length):
            b = buffer[start[k] + j] | 32
            plain = plain and b >= 97 and b <= 122
            symbols[j + 1] = b
        if not plain:
            continue
        symbols[length + 1] = EDGE
        if is_plural(symbols, length + 2, slots, shift):
            continue
        spelling[k] = spelled(symbols, length + 2, index)
        if not wanted[k]:
            continue
        built[k] = is_built(symbols, length + 2, slots, marks, shift, affix)
        if length <= 4 or (length <= LONGEST_SLIP and spelling[k] > noise):
            near[k] = most_common_neighbour(symbols, length + 2, slots, shift)
    return near, spelling, built


@leaf
def class_of(b):
    """Give the class of a byte in a run of base64: 1 lower case, 2 upper case, 3 digit, 4 other signs of it, 0 none."""
    if b >= 97 and b <= 122:
        return 1
    if b >= 65 and b <= 90:
        return 2
    if b >= 48 and b <= 57:
        return 3
    return 4 if b == 43 or b == 47 or b == 61 or b == 45 or b == 95 else 0


@leaf
def is_lower(b):
    """Tell a small letter of ASCII."""
    return b >= 97 and b <= 122


@part
def letters_in_words(buffer, start, end, slots, shift):
    """Count the letters of listed words of three small letters and more, perhaps with a capital before them."""
    total, run = 0, 0
    for at in range(start, end + 1):
        if at < end and is_lower(buffer[at]):
            run += 1
            continue
        begin = at - run
        if run >= 3:
            if begin > start and class_of(buffer[begin - 1]) == 2:
                begin -= 1
            h = FNV_BASIS
            for k in range(begin, at):
                h = (h ^ np.uint64(buffer[k] | 32)) * FNV_PRIME
            if steps_of(h, slots, shift) >= LISTED:
                total += at - begin
        run = 0
    return total


@entry
def find_encoded(buffer, start, end, shortest, slots, shift):
    """Tell which stretches are runs of hexadecimal digits or of base64: long, and their classes change all the time.

    Where half of it is in words it is the name of something in code, and with many other signs it is a list of names.
    """
    found = np.zeros(len(start), np.bool_)
    for k in range(len(start)):
        length = end[k] - start[k]
        if length < shortest:
            continue
        lower, upper, digits, changes, beyond_f, signs, other = 0, 0, 0, 0, 0, 0, 0
        before = 0
        for at in range(start[k], end[k]):
            kind = class_of(buffer[at])
            lower += kind == 1
            upper += kind == 2
            digits += kind == 3
            signs += kind == 4
            other += kind == 0
            beyond_f += (kind == 1 or kind == 2) and (buffer[at] | 32) > 102
            changes += kind != before
            before = kind
        letters = lower + upper
        is_hexadecimal = beyond_f == 0 and 6 * digits >= length and 6 * letters >= length and (lower == 0 or upper == 0)
        is_base64 = 8 * lower >= length and 8 * upper >= length and 3 * changes >= length and 8 * signs < length
        is_base64 = is_base64 and 2 * letters_in_words(buffer, start[k], end[k], slots, shift) < length
        found[k] = other == 0 and (is_hexadecimal or is_base64)
    return found
