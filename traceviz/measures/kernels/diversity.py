"""Cut prose into tokens, number their n-grams, and count how they repeat."""

import numpy as np

from traceviz.compiling import entry, part

# The class of letters: see `traceviz.segments.unicode`.
LETTER, CLASS = 1, 15

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

#: Spreads keys over the slots of a table.
MIXER = np.uint64(0x9E3779B97F4A7C15)

#: The type-token ratio that ends a factor (McCarthy & Jarvis 2010).
FACTOR_RATIO = 0.72


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
def slot_of(key, size):
    """Give the slot that a key would like in a table whose size is a power of two."""
    return np.int64((key * MIXER) >> np.uint64(33)) & (size - 1)


@part
def size_of_table(n):
    """Give the size of a table that n keys fill by half at most."""
    size = 4
    while size < 2 * n:
        size *= 2
    return size


@part
def most_between(by_text):
    """Give the most entries of a text."""
    most = 0
    for i in range(len(by_text) - 1):
        most = max(most, by_text[i + 1] - by_text[i])
    return most


@entry
def cut_tokens(buffer, start, end, hashes, apart, count, page_of, kinds):
    """Cut words into tokens: a word is one, and where ``apart`` each of its ``count`` letters is.

    Returns the hash of each token, its code points, and whether a space parts it from the token before.
    """
    size = 0
    for k in range(len(start)):
        size += count[k]
    key = np.empty(size, np.uint64)
    length = np.zeros(size, np.int64)
    spaced = np.ones(size, np.int64)
    n = 0
    for k in range(len(start)):
        if not apart[k]:
            key[n] = hashes[k]
            for at in range(start[k], end[k]):
                length[n] += buffer[at] & 0xC0 != 0x80
            n += 1
            continue
        first = n
        at = start[k]
        while at < end[k]:
            c, at = decode(buffer, at, end[k])
            if kinds[page_of[c >> 8], c & 255] & CLASS == LETTER and n < size:
                key[n] = FNV_BASIS
                spaced[n] = 0
                n += 1
            if n > first:
                key[n - 1] = (key[n - 1] ^ np.uint64(c)) * FNV_PRIME
                length[n - 1] += 1
    return key[:n].copy(), length[:n].copy(), spaced[:n].copy()


@entry
def number_keys(keys, by_text, n):
    """Number the distinct keys of each text from 0 in their order; the last n - 1 places of a text get -1."""
    out = np.full(len(keys), -1, np.int64)
    size = size_of_table(most_between(by_text))
    owner = np.full(size, -1, np.int64)
    held = np.empty(size, np.uint64)
    number = np.empty(size, np.int64)
    for i in range(len(by_text) - 1):
        fresh = 0
        for k in range(by_text[i], by_text[i + 1] - n + 1):
            slot = slot_of(keys[k], size)
            while owner[slot] == i and held[slot] != keys[k]:
                slot = (slot + 1) & (size - 1)
            if owner[slot] != i:
                owner[slot] = i
                held[slot] = keys[k]
                number[slot] = fresh
                fresh += 1
            out[k] = number[slot]
    return out


@entry
def count_grams(ids, by_text, n, characters, spaces):
    """Count the n-grams of each text by their numbers.

    ``characters`` and ``spaces`` add up what stands before each token.  Columns: n-grams, distinct ones, characters
    in repeated ones (a hit skips n tokens), and length times count of the most frequent one, the longest of several.
    """
    out = np.zeros((len(by_text) - 1, 4), np.int64)
    most = most_between(by_text)
    count = np.empty(most + 1, np.int64)
    seen = np.empty(most + 1, np.bool_)
    for i in range(len(by_text) - 1):
        first = by_text[i]
        stop = by_text[i + 1] - n + 1
        distinct = 0
        for k in range(first, stop):
            if ids[k] == distinct:  # numbers go up in the order of the text
                count[distinct] = 0
                seen[distinct] = False
                distinct += 1
            count[ids[k]] += 1
        best = 0
        longest = 0
        for k in range(first, stop):
            length = characters[k + n] - characters[k] + spaces[k + n] - spaces[k + 1]
            if count[ids[k]] > best or (count[ids[k]] == best and length > longest):
                best = count[ids[k]]
                longest = length
        k = first
        while k < stop:
            if seen[ids[k]]:
                out[i, 2] += characters[k + n] - characters[k]
                k += n
            else:
                seen[ids[k]] = True
                k += 1
        out[i, 0] = max(stop - first, 0)
        out[i, 1] = distinct
        out[i, 3] = best * longest
    return out


@part
def count_factors(ids, first, stop, step, met, turn):
    """Count the factors of MTLD in one direction, the last one in part; give them and the next free turn."""
    factors = 0.0
    types = 0
    tokens = 0
    at = first
    while at != stop:
        tokens += 1
        if met[ids[at]] != turn:
            met[ids[at]] = turn
            types += 1
        if types < FACTOR_RATIO * tokens:
            factors += 1.0
            types = 0
            tokens = 0
            turn += 1
        at += step
    if tokens > 0:
        factors += (1.0 - types / tokens) / (1.0 - FACTOR_RATIO)
    return factors, turn + 1


@entry
def count_types(ids, by_text, window, draws):
    """Count the types of each text by their numbers.

    Columns: tokens, types, sum of the squared counts of the types, mean type-token ratio of all windows, MTLD (0 where
    no ratio falls), HD-D.  What a text is too short for is 0.
    """
    out = np.zeros((len(by_text) - 1, 6), np.float64)
    most = most_between(by_text)
    count = np.empty(most + 1, np.int64)
    met = np.empty(most + 1, np.int64)
    for i in range(len(by_text) - 1):
        first = by_text[i]
        stop = by_text[i + 1]
        n = stop - first
        types = 0
        for k in range(first, stop):
            if ids[k] == types:
                count[types] = 0
                met[types] = -1
                types += 1
            count[ids[k]] += 1
        out[i, 0] = n
        out[i, 1] = types
        for k in range(types):
            out[i, 2] += count[k] * count[k]
        if n >= draws:
            for k in range(types):
                none = 1.0
                for drawn in range(draws):
                    none *= max(n - count[k] - drawn, 0) / (n - drawn)
                out[i, 5] += (1.0 - none) / draws
        forward, turn = count_factors(ids, first, stop, 1, met, 0)
        backward, turn = count_factors(ids, stop - 1, first - 1, -1, met, turn)
        if forward > 0.0 and backward > 0.0:
            out[i, 4] = (n / forward + n / backward) / 2.0
        if n >= window:
            for k in range(types):
                count[k] = 0
            inside = 0
            total = 0
            for k in range(first, stop):
                inside += count[ids[k]] == 0
                count[ids[k]] += 1
                if k - first >= window:
                    count[ids[k - window]] -= 1
                    inside -= count[ids[k - window]] == 0
                if k - first >= window - 1:
                    total += inside
            out[i, 3] = total / (window * (n - window + 1))
    return out


@entry
def count_lines(buffer, offsets):
    """Count the lines of each text that can be seen, white space at their ends left out.

    Columns: lines, those that stood before, characters, characters of those that stood before.
    """
    out = np.zeros((len(offsets) - 1, 4), np.int64)
    most = 0
    for i in range(len(offsets) - 1):
        lines = 1
        for at in range(offsets[i], offsets[i + 1]):
            lines += buffer[at] == 10
        most = max(most, lines)
    size = size_of_table(most)
    owner = np.full(size, -1, np.int64)
    held = np.empty(size, np.uint64)
    for i in range(len(offsets) - 1):
        start = offsets[i]
        stop = offsets[i + 1]
        while start < stop:
            end = start
            while end < stop and buffer[end] != 10:
                end += 1
            after = end + 1
            while start < end and buffer[start] <= 32:
                start += 1
            while end > start and buffer[end - 1] <= 32:
                end -= 1
            if end > start:
                key = FNV_BASIS
                characters = 0
                for at in range(start, end):
                    key = (key ^ np.uint64(buffer[at])) * FNV_PRIME
                    characters += buffer[at] & 0xC0 != 0x80
                slot = slot_of(key, size)
                while owner[slot] == i and held[slot] != key:
                    slot = (slot + 1) & (size - 1)
                out[i, 0] += 1
                out[i, 2] += characters
                if owner[slot] == i:
                    out[i, 1] += 1
                    out[i, 3] += characters
                owner[slot] = i
                held[slot] = key
            start = after
    return out
