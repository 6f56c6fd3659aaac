"""Cut a text into tokens and find its longest run of repeats."""

import numpy as np

from traceviz.compiling import entry, part

# Classes of characters: see `traceviz.segments.unicode`.
LETTER, MARK, DIGIT, SYMBOL = 1, 2, 3, 7
CLASS, MATH_FLAG = 15, 16


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
def tokens(buffer, start, stop, page_of, scripts, kinds, unspaced, token_start, token_end, token_hash):
    """Cut a text into words, numbers and operators; in scripts without spaces each letter is a token.

    A run of one operator is one token, so that a ruled line is no loop.  Gives the number of tokens.
    """
    n = 0
    operator = np.int64(0)
    at = start
    while at < stop:
        c, after = decode(buffer, at, stop)
        page = page_of[c >> 8]
        general = kinds[page, c & 255] & CLASS
        if general != LETTER and general != DIGIT:
            # Operators tell the turns of a calculation apart; the bars of a table do not.
            if general == SYMBOL and kinds[page, c & 255] & MATH_FLAG and c != 124 and c != 126:
                if c != operator:
                    token_start[n] = at
                    token_end[n] = after
                    token_hash[n] = np.uint64(c)
                    n += 1
                operator = c
            at = after
            continue
        operator = 0
        alone = unspaced[scripts[page, c & 255]]
        token_start[n] = at
        h = np.uint64(0xCBF29CE484222325)  # FNV-1a over the bytes
        while True:
            while at < after:
                h = (h ^ np.uint64(buffer[at])) * np.uint64(0x100000001B3)
                at += 1
            if at >= stop:
                break
            c, after = decode(buffer, at, stop)
            page = page_of[c >> 8]
            next_general = kinds[page, c & 255] & CLASS
            if next_general == MARK:
                continue
            if alone or next_general != general or unspaced[scripts[page, c & 255]]:
                break
        token_end[n] = at
        token_hash[n] = h
        n += 1
    return n


@entry
def longest_loop(token_hash, words, n, rule, last_seen, checked):
    """Find the longest run of a repeated unit: its first token, the token after it, and the length of the unit.

    ``rule`` is the longest unit, and the fewest repeats, tokens of the whole, tokens of a unit, words of a unit;
    ``words`` counts the words before each token.

    A run repeats with period p while token i equals token i - p.  Candidates for p come from the last place where the
    same three tokens stood, and each period reads each token once, so the time is linear in practice.
    ``last_seen`` (a hash table) and ``checked`` are scratch space that is cleaned here.
    """
    most_period, fewest_repeats, fewest_tokens, shortest_period, fewest_words = rule
    best_start, best_end, best_period = 0, 0, 0
    size = len(last_seen)
    last_seen[:] = -1
    checked[:] = 0
    for i in range(n):
        for gram in (1, 3):
            if i + gram > n:
                continue
            h = token_hash[i]
            for k in range(1, gram):
                h = h * np.uint64(0x9E3779B97F4A7C15) + token_hash[i + k]
            slot = np.int64((h ^ np.uint64(gram)) % np.uint64(size))
            j = last_seen[slot]
            last_seen[slot] = i
            if j < 0:
                continue
            period = i - j
            # The two grams of one token can fall into one slot: a period of 0.
            if period < 1 or period > most_period or checked[period] > i or token_hash[i] != token_hash[j]:
                continue
            end = i
            while end < n and token_hash[end] == token_hash[end - period]:
                end += 1
            checked[period] = end
            # The unit may have begun before the place where its tokens were first told apart.
            start = i - period
            while start > 0 and token_hash[start - 1] == token_hash[start - 1 + period]:
                start -= 1
            length = end - start
            if (
                length >= fewest_repeats * period
                and length >= fewest_tokens
                and period >= shortest_period
                and words[start + period] - words[start] >= fewest_words
                and length > best_end - best_start
            ):
                best_start, best_end, best_period = start, end, period
    return best_start, best_end, best_period


@entry
def find_loops(buffer, offsets, page_of, scripts, kinds, unspaced, exact, near, double):
    """Find the longest loop of each text by any of three rules (see `longest_loop`).

    ``near`` takes all numbers for one, so that a loop in which a counter goes up is found.

    Returns, a row a text: tokens, first token of the loop, tokens in it, its period, and its first and last byte.
    """
    n_texts = len(offsets) - 1
    out = np.zeros((n_texts, 6), np.int64)
    longest = 0
    for i in range(n_texts):
        longest = max(longest, offsets[i + 1] - offsets[i])
    token_start = np.empty(longest + 1, np.int64)
    token_end = np.empty(longest + 1, np.int64)
    token_hash = np.empty(longest + 1, np.uint64)
    same_number = np.empty(longest + 1, np.uint64)
    words = np.zeros(longest + 2, np.int64)
    checked = np.zeros(max(exact[0], near[0], double[0]) + 1, np.int64)
    for i in range(n_texts):
        n = tokens(
            buffer,
            offsets[i],
            offsets[i + 1],
            page_of,
            scripts,
            kinds,
            unspaced,
            token_start,
            token_end,
            token_hash,
        )
        out[i, 0] = n
        for k in range(n):
            b = buffer[token_start[k]]
            is_number = b >= 48 and b <= 57
            letter = b >= 65 and not (b >= 91 and b <= 96) and not (b >= 123 and b <= 127)
            is_word = letter and token_end[k] - token_start[k] > 2  # no name of a variable
            same_number[k] = 1 if is_number else token_hash[k]
            words[k + 1] = words[k] + is_word
        last_seen = np.empty(4 * n + 1, np.int64)
        start, end, period = longest_loop(token_hash, words, n, exact, last_seen, checked)
        for found in (
            longest_loop(same_number, words, n, near, last_seen, checked),
            longest_loop(token_hash, words, n, double, last_seen, checked),
        ):
            if found[1] - found[0] > end - start:
                start, end, period = found
        if period > 0:
            out[i, 1] = start
            out[i, 2] = end - start
            out[i, 3] = period
            out[i, 4] = token_start[start]
            out[i, 5] = token_end[end - 1]
    return out
