"""Compiled loops of the detectors.  See `traceviz.segments.kernels` for why `decode` stands here again."""

import numpy as np

from traceviz.compiling import entry, part

# Classes and flags of characters: see `traceviz.segments.unicode`.
LETTER, MARK, DIGIT, SYMBOL, PRIVATE = 1, 2, 3, 7, 10
CLASS, MATH_FLAG, PICTOGRAPHIC_FLAG = 15, 16, 32

# Classes of unusual symbols: positions in `symbols.LABELS`, from 1.
EMOJI, ARROW, MATHEMATICAL, BOX, DINGBAT, PRIVATE_USE, OTHER_SYMBOL = 1, 2, 3, 4, 5, 6, 7

# Kinds of hidden characters: positions in `hidden_characters.LABELS`, from 1.
ZERO_WIDTH, TAG, SELECTOR, FILLER, BIDI = 1, 2, 3, 4, 5


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


@entry
def trim(buffer, starts, ends, page_of, kinds):
    """Move the edges of each stretch to its first and last letter or mark; an empty stretch if it has none."""
    start = starts.copy()
    end = starts.copy()
    for i in range(len(starts)):
        at = starts[i]
        found = False
        while at < ends[i]:
            before = at
            c, at = decode(buffer, at, ends[i])
            general = kinds[page_of[c >> 8], c & 255] & CLASS
            if general == LETTER or general == MARK:
                if not found:
                    start[i] = before
                    found = True
                end[i] = at
    return start, end


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


@part
def longest_loop(token_hash, n, most_period, fewest_repeats, fewest_tokens, last_seen, checked):
    """Find the longest run of a repeated unit: its first token, the token after it, and the length of the unit.

    A run repeats with period p while token i equals token i - p.  Candidates for p come from the last place where the
    same three tokens stood, and each period reads each token once, so the time is linear in practice.
    ``last_seen`` (a hash table) and ``checked`` are scratch space that is cleaned here.
    """
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
            if length >= fewest_repeats * period and length >= fewest_tokens and length > best_end - best_start:
                best_start, best_end, best_period = start, end, period
    return best_start, best_end, best_period


@entry
def find_loops(buffer, offsets, page_of, scripts, kinds, unspaced, most_period, fewest_repeats, fewest_tokens):
    """Find the longest loop of each text.

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
    checked = np.zeros(most_period + 1, np.int64)
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
        last_seen = np.empty(4 * n + 1, np.int64)
        start, end, period = longest_loop(token_hash, n, most_period, fewest_repeats, fewest_tokens, last_seen, checked)
        if period > 0:
            out[i, 1] = start
            out[i, 2] = end - start
            out[i, 3] = period
            out[i, 4] = token_start[start]
            out[i, 5] = token_end[end - 1]
    return out


@part
def is_arrow(c):
    """Tell whether a code point of class S stands in one of the blocks of arrows, or in the arrows of another block."""
    if c < 0x2B00:
        return (c >= 0x2190 and c <= 0x21FF) or (c >= 0x27F0 and c <= 0x27FF) or (c >= 0x2900 and c <= 0x297F)
    if c < 0x2C00:
        return c <= 0x2B11 or (c >= 0x2B30 and c <= 0x2B4F) or (c >= 0x2B5A and c <= 0x2BB8)
    return c >= 0x1F800 and c <= 0x1F8FF


@part
def symbol_class(c, kind):
    """Tell which class of unusual symbols a code point belongs to; 0 if it is ordinary in prose."""
    general = kind & CLASS
    if general == PRIVATE:
        return PRIVATE_USE
    if general != SYMBOL or c < 0x2190:
        return 0
    if is_arrow(c):
        return ARROW
    if c >= 0x1F000 or (kind & PICTOGRAPHIC_FLAG and (c < 0x2400 or (c >= 0x2600 and c < 0x2C00))):
        return EMOJI
    # Unicode calls some squares and stars mathematical; as signs in running text they are shapes.
    if c >= 0x2500 and c <= 0x25FF:
        return BOX
    if c >= 0x2600 and c < 0x27C0:
        return DINGBAT
    if kind & MATH_FLAG:
        return MATHEMATICAL
    return OTHER_SYMBOL


@entry
def find_symbols(buffer, offsets, mask_by_text, mask_start, mask_end, page_of, kinds):
    """Find runs of unusual symbols of one class outside the masks; spaces and selectors between them belong to a run.

    Returns text, first byte, byte after, class and number of symbols of each run.
    """
    size = len(buffer) // 2 + 1  # no unusual symbol has fewer than two bytes
    text = np.empty(size, np.int64)
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    label = np.empty(size, np.int8)
    count = np.empty(size, np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        m = mask_by_text[i]
        at = offsets[i]
        stop = offsets[i + 1]
        is_open = False
        while at < stop:
            if m < mask_by_text[i + 1] and at >= mask_start[m]:
                at = max(at, mask_end[m])
                m += 1
                is_open = False
                continue
            b = buffer[at]
            if b < 0x80:
                if b != 32:
                    is_open = False
                at += 1
                continue
            before = at
            c, at = decode(buffer, at, stop)
            found = symbol_class(c, kinds[page_of[c >> 8], c & 255])
            if found == 0:
                is_open = is_open and (c == 0xFE0F or c == 0x200D)
                continue
            if is_open and label[n - 1] == found:
                end[n - 1] = at
                count[n - 1] += 1
            else:
                text[n] = i
                start[n] = before
                end[n] = at
                label[n] = found
                count[n] = 1
                n += 1
                is_open = True
    return text[:n].copy(), start[:n].copy(), end[:n].copy(), label[:n].copy(), count[:n].copy()


@part
def hidden_class(c):
    """Tell what kind of hidden character a code point can be; 0 if none."""
    if c == 0x200B or c == 0x200C or c == 0x200D or (c >= 0x2060 and c <= 0x2064) or c == 0x180E or c == 0xFEFF:
        return ZERO_WIDTH
    if c >= 0xE0000 and c <= 0xE007F:
        return TAG
    if (c >= 0xFE00 and c <= 0xFE0F) or (c >= 0xE0100 and c <= 0xE01EF):
        return SELECTOR
    if c == 0x3164 or c == 0x115F:
        return FILLER
    if (c >= 0x202A and c <= 0x202E) or (c >= 0x2066 and c <= 0x2069):
        return BIDI
    return 0


@part
def is_in_place(c, before, kind_before, script_before, joining, in_flag):
    """Tell whether a hidden character is at home after the character before it."""
    if c == 0x200D or c == 0x200C:
        emoji = kind_before & PICTOGRAPHIC_FLAG != 0 or before == 0xFE0F or (before >= 0x1F3FB and before <= 0x1F3FF)
        return emoji or joining[script_before]
    if c >= 0xFE00 and c <= 0xFE0F:
        keycap = (before >= 48 and before <= 57) or before == 35 or before == 42
        return kind_before & CLASS == SYMBOL or kind_before & (PICTOGRAPHIC_FLAG | MATH_FLAG) != 0 or keycap
    return c >= 0xE0000 and c <= 0xE007F and in_flag


@entry
def find_hidden(buffer, offsets, page_of, scripts, kinds, joining):
    """Find characters that cannot be seen and are not at home where they stand.

    ``joining`` tells for each script whether its letters need joiners.  Returns text, first byte, byte after and
    kind of each; neighbours of one kind are one run, whose length is the fifth result.
    """
    size = len(buffer) // 2 + 1
    text = np.empty(size, np.int64)
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    label = np.empty(size, np.int8)
    count = np.empty(size, np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        at = offsets[i]
        stop = offsets[i + 1]
        before = np.int64(0)
        kind_before = np.uint8(0)
        script_before = np.uint8(0)
        in_flag = False
        while at < stop:
            b = buffer[at]
            if b < 0x80:
                before = np.int64(b)
                kind_before = kinds[page_of[0], b]
                script_before = scripts[page_of[0], b]
                in_flag = False
                at += 1
                continue
            begin = at
            c, at = decode(buffer, at, stop)
            found = hidden_class(c)
            if found == ZERO_WIDTH and c == 0xFEFF and begin == offsets[i]:
                found = 0  # a byte-order mark at the start
            if found and is_in_place(c, before, kind_before, script_before, joining, in_flag):
                found = 0
            if found:
                if n > 0 and text[n - 1] == i and end[n - 1] == begin and label[n - 1] == found:
                    end[n - 1] = at
                    count[n - 1] += 1
                else:
                    text[n] = i
                    start[n] = begin
                    end[n] = at
                    label[n] = found
                    count[n] = 1
                    n += 1
                continue
            if c >= 0xE0000 and c <= 0xE007F:
                continue
            in_flag = c == 0x1F3F4
            before = c
            kind_before = kinds[page_of[c >> 8], c & 255]
            if scripts[page_of[c >> 8], c & 255] != 1:  # a mark of an inherited script does not end the letter
                script_before = scripts[page_of[c >> 8], c & 255]
    return text[:n].copy(), start[:n].copy(), end[:n].copy(), label[:n].copy(), count[:n].copy()
