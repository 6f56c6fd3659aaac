"""Cut a text into tokens and find its runs of repeats."""

import numpy as np

from traceviz.compiling import entry, part

# Classes of characters: see `traceviz.segments.unicode`.
LETTER, MARK, DIGIT, SYMBOL = 1, 2, 3, 7
CLASS, MATH_FLAG = 15, 16

# What a token says, in thirds of a word: see `traceviz.detectors.loop`.
NO_WORD, PART_OF_WORD, WORD = 0, 1, 3
SHORTEST_WORD = 3

# Joints of a token: a loop of one word with hyphens is not one word.
MOST_JOINTS = 2

# A number, whichever: no hash of a token is as small, but for operators, which are no digits.
ANY_NUMBER = 1

# Tokens that stood together before tell where a run may begin; that many have to agree.
GRAMS = (1, 3)


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
def joins(c, general):
    """Tell whether a sign between two letters, or two digits, makes them one token."""
    if general == DIGIT:
        return c == 46  # no comma, which parts the numbers of a list
    return c == 39 or c == 45 or c == 0x2019  # apostrophes, hyphen


@part
def tokens(buffer, start, stop, page_of, scripts, kinds, unspaced, out):
    """Cut a text into words, numbers and operators; in scripts without spaces each letter is a token.

    "don't", "well-known" and "3.5" are one token each.  A run of one operator is one token, so that a ruled line is no
    loop.  ``out`` gets first byte, byte after and hash of each token, and what it says; commands of LaTeX say nothing.
    Gives the number of tokens.
    """
    token_start, token_end, token_hash, content = out
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
                    content[n] = NO_WORD
                    n += 1
                operator = c
            at = after
            continue
        operator = 0
        letters = 0
        joints = 0
        is_command = at > start and buffer[at - 1] == 92
        alone = unspaced[scripts[page, c & 255]]
        token_start[n] = at
        h = np.uint64(0xCBF29CE484222325)  # FNV-1a over the bytes
        while True:
            while at < after:
                h = (h ^ np.uint64(buffer[at])) * np.uint64(0x100000001B3)
                at += 1
            letters += 1
            if at >= stop:
                break
            c, after = decode(buffer, at, stop)
            page = page_of[c >> 8]
            next_general = kinds[page, c & 255] & CLASS
            if next_general == MARK:
                continue
            if not alone and after < stop and joints < MOST_JOINTS and joins(c, general):
                following, behind = decode(buffer, after, stop)
                page = page_of[following >> 8]
                if kinds[page, following & 255] & CLASS == general and not unspaced[scripts[page, following & 255]]:
                    after = behind
                    joints += 1
                    continue
            if alone or next_general != general or unspaced[scripts[page, c & 255]]:
                break
        token_end[n] = at
        token_hash[n] = h
        content[n] = NO_WORD if general == DIGIT or is_command else PART_OF_WORD
        if content[n] and not alone and letters >= SHORTEST_WORD:
            content[n] = WORD
        n += 1
    return n


@part
def reach(seen, begin, bound, step, period, budget):
    """Go from a token while it equals the one a period before, past up to ``budget`` others within a period.

    ``step`` is 1 or -1, ``bound`` the first place that is not looked at.  Gives the last place that agreed.
    """
    last, newer, older = begin - step, -1, -1
    at = begin
    while at != bound:
        if seen[at] == seen[at - period]:
            last = at
        else:
            # Of the changes only the last two are remembered, which is as many as are ever let pass.
            limit = older if budget == 2 else newer
            if budget == 0 or (limit >= 0 and abs(at - limit) < period):
                break
            newer, older = at, newer
        at += step
    return last, at


@part
def is_loop(token_hash, seen, content, start, end, period, rules):
    """Tell whether a run satisfies one of the rules (see `traceviz.detectors.loop.Rule`)."""
    length = end - start
    enough = False
    for rule in rules:
        enough = enough or (length >= rule[1] * period and length >= rule[2] and period >= rule[3])
    if not enough:
        return False
    changes, new_words = 0, 0
    for k in range(start + period, end):
        changes += token_hash[k] != token_hash[k - period]
        new_words += seen[k] != seen[k - period]
    in_unit, in_all = 0, 0
    for k in range(start + period, end):
        if seen[k] == seen[k - period]:
            in_all += content[k]
            if k < start + 2 * period:
                in_unit += content[k]
    in_all += in_unit  # the first turn, which has nothing before it
    turns = (length - 1) // period
    for rule in rules:
        if (
            length >= rule[1] * period
            and length >= rule[2]
            and period >= rule[3]
            and in_unit >= rule[4]
            and in_all >= rule[5]
            and changes <= rule[6] * turns
            and new_words <= rule[7] * turns
        ):
            return True
    return False


@entry
def runs(token_hash, seen, content, n, rules, budget, scratch, found, n_found):
    """Find the runs of a repeated unit: first token, token after, and length of the unit of each.

    ``seen`` are the tokens as they are compared (numbers may be one), ``budget`` the tokens that may differ in a turn.
    A run repeats with period p while token i equals token i - p.  Candidates for p come from the last place where the
    same tokens stood, and each period reads each token twice at most, so the time is linear.
    ``scratch`` (a hash table, and a place for each period) is cleaned here.  Gives the number of runs in ``found``.
    """
    last_seen, checked = scratch
    most_period = len(checked) - 1
    size = len(last_seen)
    last_seen[:] = -1
    checked[:] = 0
    for i in range(n):
        for gram in GRAMS:
            if i + gram > n or (budget > 0 and gram == 1):
                continue
            h = seen[i]
            for k in range(1, gram):
                h = h * np.uint64(0x9E3779B97F4A7C15) + seen[i + k]
            slot = np.int64((h ^ np.uint64(gram)) % np.uint64(size))
            j = last_seen[slot]
            last_seen[slot] = i
            if j < 0:
                continue
            period = i - j
            # The two grams of one token can fall into one slot: a period of 0.
            if period < 1 or period > most_period or checked[period] > i or seen[i] != seen[j]:
                continue
            last, after = reach(seen, i, n, 1, period, budget)
            # The unit may have begun before the place where its tokens were first told apart.
            first, _ = reach(seen, i - 1, max(checked[period], period) - 1, -1, period, budget)
            checked[period] = after
            start, end = first - period, last + 1
            if n_found < len(found) and is_loop(token_hash, seen, content, start, end, period, rules):
                found[n_found, 0] = start
                found[n_found, 1] = end
                found[n_found, 2] = period
                n_found += 1
    return n_found


@entry
def apart(found, n_found, taken, rules):
    """Keep of runs that overlap the longest, and what is still a loop of the others; the longest stands first.

    ``taken`` is scratch space, zeros, as long as the tokens and one.  Gives the number that is kept.
    """
    order = np.argsort(found[:n_found, 0] - found[:n_found, 1], kind="mergesort")
    sorted_runs = found[:n_found][order].copy()
    n = 0
    for k in range(n_found):
        start, end, period = sorted_runs[k]
        whole = end - start
        if taken[start] and taken[end - 1]:
            continue
        while start < end and taken[start]:
            start += 1
        while end > start and taken[end - 1]:
            end -= 1
        if end - start < whole and end - start < rules[0, 1] * period:
            continue
        for at in range(start, end):
            taken[at] = True
        found[n, 0] = start
        found[n, 1] = end
        found[n, 2] = period
        n += 1
    return n


@entry
def find_loops(buffer, offsets, page_of, scripts, kinds, unspaced, exact, varied, most_period, most_changes):
    """Find the loops of each text: those by the rules of exact repeats, and those of repeats that change.

    Returns the tokens of each text, and a row a loop: text, first token, tokens, period, first byte and byte after.
    Loops of a text do not overlap; the longest stands first.
    """
    n_texts = len(offsets) - 1
    n_tokens = np.zeros(n_texts, np.int64)
    longest = 0
    for i in range(n_texts):
        longest = max(longest, offsets[i + 1] - offsets[i])
    token_start = np.empty(longest + 1, np.int64)
    token_end = np.empty(longest + 1, np.int64)
    token_hash = np.empty(longest + 1, np.uint64)
    seen = np.empty(longest + 1, np.uint64)
    content = np.empty(longest + 1, np.int64)
    checked = np.zeros(most_period + 1, np.int64)
    found = np.empty((longest + 16, 3), np.int64)
    rows = np.empty((16, 6), np.int64)
    n_rows = 0
    for i in range(n_texts):
        out = (token_start, token_end, token_hash, content)
        n = tokens(buffer, offsets[i], offsets[i + 1], page_of, scripts, kinds, unspaced, out)
        n_tokens[i] = n
        for k in range(n):
            b = buffer[token_start[k]]
            seen[k] = ANY_NUMBER if b >= 48 and b <= 57 else token_hash[k]
        scratch = (np.empty(4 * n + 1, np.int64), checked)
        n_found = runs(token_hash, token_hash, content, n, exact, 0, scratch, found, 0)
        n_found = runs(token_hash, seen, content, n, varied, most_changes, scratch, found, n_found)
        if n_found == 0:
            continue
        n_found = apart(found, n_found, np.zeros(n + 1, np.bool_), exact)
        while n_rows + n_found > len(rows):
            rows = np.concatenate((rows, np.empty_like(rows)))
        for k in range(n_found):
            start, end, period = found[k]
            rows[n_rows, 0] = i
            rows[n_rows, 1] = start
            rows[n_rows, 2] = end - start
            rows[n_rows, 3] = period
            rows[n_rows, 4] = token_start[start]
            rows[n_rows, 5] = token_end[end - 1]
            n_rows += 1
    return n_tokens, rows[:n_rows].copy()
