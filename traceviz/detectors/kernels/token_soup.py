"""Find words of other languages that no one language explains, and stretches of rare words."""

import numpy as np

from traceviz.compiling import entry, leaf, part

#: Bits of a set of languages.
LANGUAGES = 64


@entry
def languages_of_words(rows, table, size, within, own):
    """Give the languages in which each word is nearly as good as in its best: a bit each, and the best one.

    ``rows`` are places in the table of the word lists, -1 where no list has the word; ``size`` is the number of
    languages of the script, ``within`` the steps that count as nearly.  ``own`` is the main language of the text of
    each word (-1: none of this script); how many steps the word is below its best there comes last.
    """
    bits = np.zeros(len(rows), np.uint64)
    best = np.full(len(rows), -1, np.int64)
    steps = np.zeros(len(rows), np.int64)
    for k in range(len(rows)):
        if rows[k] < 0:
            continue
        for j in range(size):
            below = np.int64(table[rows[k] + j])
            if below <= within:
                bits[k] |= np.uint64(1) << np.uint64(j)
                if best[k] < 0 and below == 0:
                    best[k] = j
        if own[k] >= 0:
            steps[k] = table[rows[k] + own[k]]
    return bits, best, steps


@part
def count_bits(bits, change, counts):
    """Add to, or take from, the count of each language of a set."""
    for j in range(LANGUAGES):
        if (bits >> np.uint64(j)) & np.uint64(1):
            counts[j] += change


@entry
def count_incoherent(text, word, bits, hashes, reach):
    """Count, of each foreign word, those near it, and those of them that the best language of them all leaves over.

    ``word`` are places in the words of the batch, in order; ``bits`` the languages of each.  A word that was said
    already near by does not count again.
    """
    n = len(word)
    counted = bits.copy()
    near = np.zeros(n, np.int64)
    left_over = np.zeros(n, np.int64)
    counts = np.zeros(LANGUAGES, np.int64)
    first = 0
    last = 0
    distinct = 0
    for k in range(n):
        while last < n and text[last] == text[k] and word[last] <= word[k] + reach:
            j = last - 1
            while j >= 0 and text[j] == text[last] and word[j] >= word[last] - reach:
                if hashes[j] == hashes[last]:
                    counted[last] = 0
                j -= 1
            if counted[last] != 0:
                distinct += 1
            count_bits(counted[last], 1, counts)
            last += 1
        while text[first] != text[k] or word[first] < word[k] - reach:
            if counted[first] != 0:
                distinct -= 1
            count_bits(counted[first], -1, counts)
            first += 1
        most = np.int64(0)
        for j in range(LANGUAGES):
            most = max(most, counts[j])
        near[k] = distinct
        left_over[k] = distinct - most
    return near, left_over


@leaf
def is_sign(b):
    """Tell whether a byte between words sets them apart as items are: neither a space nor the end of a sentence."""
    is_letter = b >= 128 or (b >= 97 and b <= 122) or (b >= 65 and b <= 90)
    return not (is_letter or b <= 32 or b == 46 or b == 33 or b == 63 or b == 34 or b == 39)


@part
def is_item(buffer, first, last, start, end):
    """Tell whether a word stands between two signs, as the items of a list do; ``first:last`` is its text."""
    before, after = start - 1, end
    while before >= first and buffer[before] <= 32:
        before -= 1
    while after < last and buffer[after] <= 32:
        after += 1
    return before >= first and after < last and is_sign(buffer[before]) and is_sign(buffer[after])


@part
def are_related(buffer, start, end, other_start, other_end, shared):
    """Tell whether two words begin or end with the same letters, so many of them."""
    shorter = min(end - start, other_end - other_start)
    if shorter < shared:
        return False
    head, tail = np.int64(0), np.int64(0)
    while head < shorter and buffer[start + head] == buffer[other_start + head]:
        head += 1
    while tail < shorter and buffer[end - 1 - tail] == buffer[other_end - 1 - tail]:
        tail += 1
    return max(head, tail) >= shared


@entry
def find_loose(buffer, offsets, text, start, end, place, hashes, reaches, shared):
    """Tell which rare words belong to nothing around them.

    They are no items of a list, are said once within the first of the ``reaches``, and share no ``shared`` letters with
    a rare word within the second.  ``place`` are their places among the words that are looked at.
    """
    n = len(text)
    loose = np.ones(n, np.bool_)
    far, near = reaches
    for k in range(n):
        if is_item(buffer, offsets[text[k]], offsets[text[k] + 1], start[k], end[k]):
            loose[k] = False
        j = k + 1
        while j < n and text[j] == text[k] and place[j] < place[k] + far:
            related = hashes[j] == hashes[k] or (
                place[j] < place[k] + near and are_related(buffer, start[k], end[k], start[j], end[j], shared)
            )
            if related:
                loose[k] = False
                loose[j] = False
            j += 1
    return loose


@entry
def find_rare(text, is_rare, is_loose, is_function, size, least):
    """Mark the rare words of windows that hold little else.

    A window of ``size`` words counts two for each loose rare word (see `find_loose`), nothing for another rare one, and
    takes three off for each function word and one for each other word; it is found from ``least`` on.
    """
    n = len(text)
    found = np.zeros(n, np.bool_)
    worth = np.zeros(n, np.int64)
    total = np.int64(0)
    first = 0
    marked = 0
    for k in range(n):
        if k > 0 and text[k] != text[k - 1]:
            total = np.int64(0)
            first = k
        if is_rare[k]:
            worth[k] = 2 if is_loose[k] else 0
        else:
            worth[k] = -3 if is_function[k] else -1
        total += worth[k]
        if k - first >= size:
            total -= worth[first]
            first += 1
        if total >= least and k - first == size - 1:
            for j in range(max(first, marked), k + 1):
                found[j] = is_rare[j]
            marked = k + 1
    return found
