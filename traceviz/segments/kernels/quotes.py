"""Mark foreign words that stand in the prompt, and foreign words that are talked about.

Both need the words around a foreign piece, so that each text is read once, only near its foreign pieces, and cut into
tokens: words (one a letter where the script writes no spaces) and signs.  A token's hash is that of its compatibility
decomposition, case-folded; marks on one letter are added up, so that their order does not matter.
"""

import numpy as np

from traceviz.compiling import entry, making, part

# Classes and flags of characters: see `unicode.py`.
LETTER, MARK, DIGIT, OTHER_NUMBER, SPACE, PUNCTUATION, SYMBOL = 1, 2, 3, 4, 5, 6, 7
CLASS, IGNORABLE_FLAG = 15, 128

# Scripts with fixed codes: see `tools/make_unicode_table.py`.
INHERITED, LATIN, HAN, HIRAGANA, KATAKANA = 1, 2, 3, 4, 5

# What a word can be, one bit each: positions in `mentions.CLASSES`, and below them what the spelling alone tells.
FUNCTION, PARTICLE, PREFIX, NOUN, SAYS, MEANS, LANGUAGE, LINK = 1, 2, 4, 8, 16, 32, 64, 128
FOR, AND, OTHER, NO_GLOSS, GRAMMAR = 256, 512, 1024, 2048, 4096
CLASSES = NOUN | SAYS | MEANS | LANGUAGE | LINK | FOR
STARTS, UNSPACED, AFTER_APOSTROPHE, ELIDED, STOP, JOINED = 1 << 16, 1 << 17, 1 << 18, 1 << 19, 1 << 20, 1 << 21

# How a script is treated, one bit each: see `quotes.py`.
NO_SPACES, SUFFIXES, PREFIXES = 1, 2, 4

NUMBER_SIGN, LINE_END = 48, 10
SARA_AM, LAO_AM = 0x0E33, 0x0EB3
LONGEST_ENTRY = 6  # letters of an unspaced script in one entry of the lexicon

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)
MIX = np.uint64(0x9E3779B97F4A7C15)
TURN = np.uint64(29)

# Constants that are handed on are wrapped (`np.int64(0)`), or each would be compiled for by itself.

# Columns of the tokens.
START, END, SIGN, BITS, WEIGHT, PIECE = 0, 1, 2, 3, 4, 5
N_COLUMNS = 6


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
def mixed(h, c):
    """Add a code point (or a hash) to a hash."""
    return (h ^ np.uint64(c)) * FNV_PRIME


@part
def slot_of(h, n_slots):
    """Give the slot at which the search for a hash begins; ``n_slots`` is a power of two."""
    h = h * MIX
    return np.int64((h ^ (h >> TURN)) & np.uint64(n_slots - 1))


@part
def find(h, keys, slots):
    """Find the position of a hash among keys, or -1."""
    n_slots = len(slots)
    slot = slot_of(h, n_slots)
    while slots[slot] >= 0:
        if keys[slots[slot]] == h:
            return np.int64(slots[slot])
        slot = (slot + 1) & (n_slots - 1)
    return np.int64(-1)


@part
def enter(h, value, keys, slots):
    """Put a hash, which is not there yet, at a position."""
    n_slots = len(slots)
    slot = slot_of(h, n_slots)
    while slots[slot] >= 0:
        slot = (slot + 1) & (n_slots - 1)
    slots[slot] = value
    keys[value] = h


@part
def power_of_two(least):
    """Give the smallest power of two that is at least so large."""
    size = 8
    while size < least:
        size *= 2
    return size


@part
def fold_into(h, marks, c, folds, unicode):
    """Add a folded character to the hash of a word; ``marks`` is what the last letter carries so far."""
    page_of, kinds = unicode[0], unicode[2]
    fold_page, fold, sequences = folds
    if c >= 0xAC00 and c <= 0xD7A3:
        rank = c - 0xAC00
        if marks:
            h = mixed(h, marks)
        h = mixed(mixed(h, 0x1100 + rank // 588), 0x1161 + rank % 588 // 28)
        if rank % 28:
            h = mixed(h, 0x11A7 + rank % 28)
        return h, np.uint64(0)
    folded = np.int64(fold[fold_page[c >> 8], c & 255])
    at = np.int64(0)
    last = np.int64(0)
    if folded == 0:
        folded = c
    elif folded < 0:
        at = -folded
        last = at + sequences[at]
        folded = np.int64(-1)
    while True:
        if last:
            at += 1
            folded = np.int64(sequences[at])
        kind = kinds[page_of[folded >> 8], folded & 255]
        if kind & IGNORABLE_FLAG or (folded >= 0x064B and folded <= 0x0652) or folded == 0x0640:
            pass  # joiners, vowel marks and the stretching of Arabic: a quotation may leave them out
        elif folded >= 0x0591 and folded <= 0x05C7:
            pass  # the same of Hebrew
        elif kind & CLASS == MARK:
            marks += (np.uint64(folded) ^ TURN) * MIX
        else:
            if marks:
                h = mixed(h, marks)
                marks = np.uint64(0)
            h = mixed(h, folded)
        if at == last:
            return h, marks


@part
def hash_of(buffer, start, end, folds, unicode):
    """Hash the characters of a stretch as one word."""
    h = FNV_BASIS
    marks = np.uint64(0)
    at = start
    while at < end:
        c, at = decode(buffer, at, end)
        h, marks = fold_into(h, marks, c, folds, unicode)
    return mixed(h, marks) if marks else h


@part
def is_joint(c):
    """Tell whether a sign between two letters holds one word together: apostrophe, hyphen, middle dot, underscore."""
    return c == 39 or c == 0x2019 or c == 45 or c == 0x2010 or c == 0x2011 or c == 0xB7 or c == 0x30FB or c == 0x02BC


@part
def stem_of(buffer, start, end, trait, n_letters, whole, lexicon, folds, unicode):
    """Hash a word without the particle that is written onto it; the word's own hash if it has none."""
    keys, slots, bits = lexicon
    if n_letters < 2:
        return whole
    if trait & SUFFIXES:
        at = end
        for n in range(1, 4):
            # Step back one letter and its marks.
            while True:
                at -= 1
                while at > start and buffer[at] & 0xC0 == 0x80:
                    at -= 1
                c, _ = decode(buffer, at, end)
                if at <= start or unicode[2][unicode[0][c >> 8], c & 255] & CLASS == LETTER:
                    break
            left = n_letters - n
            if left < 1 or at <= start:
                return whole
            if left < 2 and n < 2:
                continue
            k = find(hash_of(buffer, at, end, folds, unicode), keys, slots)
            if k >= 0 and bits[k] & PARTICLE:
                longer = stem_of_longer(buffer, start, at, end, left, lexicon, folds, unicode)
                return hash_of(buffer, start, longer, folds, unicode)
    if trait & PREFIXES:
        at = start
        cut = np.int64(-1)
        for n in range(1, 4):
            _, at = decode(buffer, at, end)
            if n_letters - n < 3:
                break
            k = find(hash_of(buffer, start, at, folds, unicode), keys, slots)
            if k >= 0 and bits[k] & PREFIX:
                cut = at
        if cut > 0:
            return hash_of(buffer, cut, end, folds, unicode)
    return whole


@part
def stem_of_longer(buffer, start, cut, end, left, lexicon, folds, unicode):
    """Give the cut before the longest particle that ends a word, given a cut before a shorter one."""
    keys, slots, bits = lexicon
    best = cut
    at = cut
    for _ in range(2):
        if left < 2 or at <= start:
            break
        at -= 1
        while at > start and buffer[at] & 0xC0 == 0x80:
            at -= 1
        left -= 1
        if at <= start:
            break
        k = find(hash_of(buffer, at, end, folds, unicode), keys, slots)
        if k >= 0 and bits[k] & PARTICLE:
            best = at
    return best


@entry
def tokenise(buffer, start, stop, first, tokens, hashes, lexicon, folds, unicode):
    """Cut a stretch into tokens, which are written from place ``first``; gives the place after the last.

    ``hashes`` holds of each word its hash and that of its stem.  White space is no token, but the end of a line is.
    """
    page_of, scripts, kinds, traits = unicode
    fold_page, fold = folds[0], folds[1]
    keys, slots, bits = lexicon
    n = first
    at = start
    joint = np.int64(0)  # the sign that joins the next word to the one before
    run = first  # where the present run of letters of unspaced scripts began
    while at < stop:
        if buffer[at] == 32:
            at += 1
            continue
        c, after = decode(buffer, at, stop)
        page = page_of[c >> 8]
        kind = kinds[page, c & 255]
        general = kind & CLASS
        if general == SPACE or general == 8:
            if c == 10:
                tokens[n, START] = at
                tokens[n, END] = after
                tokens[n, SIGN] = LINE_END
                tokens[n, BITS] = 0
                n += 1
                run = n
            at = after
            continue
        if general == MARK or kind & IGNORABLE_FLAG:
            at = after
            continue
        if general != LETTER:
            sign = c
            if general == DIGIT or general == OTHER_NUMBER:
                sign = np.int64(NUMBER_SIGN)
            else:
                folded = np.int64(fold[fold_page[c >> 8], c & 255])
                if folded > 0:
                    sign = folded
            if (
                is_joint(sign)
                and n > first
                and tokens[n - 1, SIGN] == 0
                and tokens[n - 1, END] == at
                and after < stop
                and is_letter(buffer, after, stop, unicode)
            ):
                joint = sign
                at = after
                continue
            if sign == NUMBER_SIGN and n > first and tokens[n - 1, SIGN] == NUMBER_SIGN and tokens[n - 1, END] == at:
                tokens[n - 1, END] = after
                at = after
                continue
            tokens[n, START] = at
            tokens[n, END] = after
            tokens[n, SIGN] = sign
            tokens[n, BITS] = STOP if ends_sentence(buffer, sign, after, stop, n, first, tokens) else 0
            n += 1
            run = n
            at = after
            continue
        script = scripts[page, c & 255]
        trait = traits[script]
        if c == 0x30FC or c == 0x3005 or c == 0xFF70:  # signs of length and repetition belong to no script
            trait = np.uint8(NO_SPACES)
        begin = at
        h = FNV_BASIS
        marks = np.uint64(0)
        n_letters = 1
        n_marks = 0
        if c < 0x80:
            h = mixed(h, c | 32)
        elif c == SARA_AM or c == LAO_AM:
            h = mixed(h, c - 1)
        elif fold[fold_page[c >> 8], c & 255] == 0 and (c < 0xAC00 or c > 0xD7A3) and c != 0x640:
            h = mixed(h, c)
        else:
            h, marks = fold_into(h, marks, c, folds, unicode)
        at = after
        while at < stop:
            c = np.int64(buffer[at])
            if c < 0x80 and script == LATIN:
                c |= 32
                if c < 97 or c > 122 or buffer[at] < 65:
                    break
                if marks:
                    h = mixed(h, marks)
                    marks = np.uint64(0)
                h = mixed(h, c)
                n_letters += 1
                at += 1
                continue
            c, after = decode(buffer, at, stop)
            page = page_of[c >> 8]
            kind = kinds[page, c & 255]
            if kind & CLASS == LETTER:
                if c == 0xFF9E or c == 0xFF9F:
                    n_marks += 1
                elif c == SARA_AM or c == LAO_AM:
                    # A mark on this letter and a letter after it, in one code point.
                    h, marks = fold_into(h, marks, c + 0x1A, folds, unicode)
                    n_marks += 1
                    break
                else:
                    if trait & NO_SPACES:
                        break
                    here = scripts[page, c & 255]
                    if traits[here] & NO_SPACES or c == 0x30FC or c == 0x3005 or c == 0xFF70:
                        break
                    if here != script and here > INHERITED:
                        if script > INHERITED:
                            break
                        script = here
                        trait = traits[here]
                    n_letters += 1
            elif kind & CLASS == MARK:
                n_marks += 1
            elif not kind & IGNORABLE_FLAG:
                break
            if (
                kind & CLASS == LETTER
                and marks == 0
                and fold[fold_page[c >> 8], c & 255] == 0
                and c < 0xAC00
                and c != 0x640
            ):
                h = mixed(h, c)
            else:
                h, marks = fold_into(h, marks, c, folds, unicode)
            at = after
        if marks:
            h = mixed(h, marks)
        tokens[n, START] = begin
        tokens[n, END] = at
        tokens[n, SIGN] = 0
        tokens[n, PIECE] = -1
        hashes[n, 0] = h
        hashes[n, 1] = h
        flags = np.int64(0)
        k = find(h, keys, slots)
        if trait & NO_SPACES:
            flags = np.int64(UNSPACED)
            tokens[n, BITS] = flags
            tokens[n, WEIGHT] = letter_weight(script, n_marks)
            if k >= 0:
                tokens[n, BITS] |= bits[k] & (PARTICLE | STARTS)
            if n == first or tokens[n - 1, SIGN] != 0 or not tokens[n - 1, BITS] & UNSPACED:
                run = n
            enter_lexicon(n, run, tokens, hashes, lexicon)
        else:
            if trait & (SUFFIXES | PREFIXES):
                hashes[n, 1] = stem_of(buffer, begin, at, trait, n_letters, h, lexicon, folds, unicode)
            if k < 0 and hashes[n, 1] != h:
                k = find(hashes[n, 1], keys, slots)
            if k >= 0:
                flags = np.int64(bits[k]) & ~np.int64(STARTS | PARTICLE | PREFIX)
            if n_letters == 1 and n_marks == 0 and script == LATIN:
                flags |= FUNCTION  # a variable, or a small word
            tokens[n, WEIGHT] = 1 if flags & FUNCTION else 5
            tokens[n, BITS] = flags
        if joint:
            tokens[n, BITS] |= JOINED
            if joint == 39 or joint == 0x2019 or joint == 0x02BC:
                if tokens[n - 1, END] - tokens[n - 1, START] <= 2:
                    tokens[n - 1, BITS] |= ELIDED
                elif n_letters <= 4:
                    tokens[n, BITS] |= AFTER_APOSTROPHE
            joint = np.int64(0)
        n += 1
    return n


@part
def letter_weight(script, n_marks):
    """Weigh a letter of an unspaced script, a word of others being 5: see `quotes.py`."""
    if script == HAN:
        return 3
    if script == HIRAGANA or script <= INHERITED:
        return 1
    return 2 if script == KATAKANA else 2 + min(n_marks, 1)


@part
def is_letter(buffer, at, stop, unicode):
    """Tell whether the character at a byte is a letter."""
    c, _ = decode(buffer, at, stop)
    return unicode[2][unicode[0][c >> 8], c & 255] & CLASS == LETTER


@part
def ends_sentence(buffer, sign, after, stop, n, first, tokens):
    """Tell whether a sign ends a sentence; a full stop does before a space, and not after a single letter."""
    if sign == 0x3002 or sign == 33 or sign == 63 or sign == 0x0964 or sign == 0x061F or sign == 0x06D4:
        return True
    if sign != 46 and sign != 0x2026:
        return False
    if after < stop and buffer[after] > 32:
        return False
    return not (n > first and tokens[n - 1, SIGN] == 0 and tokens[n - 1, END] - tokens[n - 1, START] == 1)


@part
def enter_lexicon(n, run, tokens, hashes, lexicon):
    """Look up the words of an unspaced script that end at a letter, and mark their letters."""
    keys, slots, bits = lexicon
    for begin in range(max(run, n - LONGEST_ENTRY + 1), n + 1):
        if tokens[begin, BITS] & STARTS:
            k = find(joined_hash(begin, n, hashes), keys, slots)
            if k >= 0:
                found = bits[k] & ~np.int64(STARTS | FUNCTION | PARTICLE | PREFIX)
                if found:
                    for j in range(begin, n + 1):
                        tokens[j, BITS] |= found


@entry
def joined_hash(begin, last, hashes):
    """Hash the letters of an unspaced script from one token to another as one word."""
    h = FNV_PRIME
    for j in range(begin, last + 1):
        h = mixed(h, hashes[j, 0])
    return h


@entry
def index_of(hashes):
    """Make an open-addressing table of different hashes: slot -> position, -1 where it is free."""
    slots = np.full(power_of_two(4 * len(hashes)), -1, np.int32)
    keys = np.empty(len(hashes), np.uint64)
    for i in range(len(hashes)):
        enter(hashes[i], i, keys, slots)
    return slots


@part
def next_stretch(buffer, low, high, starts, ends, k, last, reach):
    """Give what is read around piece ``k``: its begin and stop, and the next piece whose surroundings do not touch it.

    The text goes from ``low`` to ``high``, its foreign pieces up to ``last``.
    """
    begin = max(low, starts[k] - reach)
    while begin > low and buffer[begin] & 0xC0 == 0x80:
        begin -= 1
    stop = min(high, ends[k] + reach)
    k += 1
    while k < last and starts[k] - reach <= stop:
        stop = min(high, ends[k] + reach)
        k += 1
    while stop < high and buffer[stop] & 0xC0 == 0x80:
        stop += 1
    return begin, stop, k


@part
def tell_pieces(tokens, n, starts, ends, k, last):
    """Let each word know its piece, the pieces of a text being those from ``k`` to ``last``."""
    for t in range(n):
        if tokens[t, SIGN] != 0:
            continue
        while k < last and ends[k] <= tokens[t, START]:
            k += 1
        if k < last and tokens[t, START] >= starts[k]:
            tokens[t, PIECE] = k


# ---- Quoted -------------------------------------------------------------------------------------------------------


@making
def make_sieve(tokens, hashes, n):
    """Mark the hashes of a prompt's words in a table of one byte a hash: most words of a text fall through."""
    sieve = np.zeros(power_of_two(8 * n + 64), np.uint8)
    for t in range(n):
        if tokens[t, SIGN] == 0:
            sieve[slot_of(hashes[t, 0], len(sieve))] = 1
            sieve[slot_of(hashes[t, 1], len(sieve))] = 1
    return sieve


@part
def sift(tokens, hashes, n, sieve, ids):
    """Set ``ids`` to 0 for words that may stand in the prompt, to -1 for others; gives how many, and of pieces."""
    many = 0
    in_pieces = 0
    for t in range(n):
        ids[t] = -1
        if tokens[t, SIGN] == 0 and (
            sieve[slot_of(hashes[t, 0], len(sieve))]
            or (hashes[t, 1] != hashes[t, 0] and sieve[slot_of(hashes[t, 1], len(sieve))])
        ):
            ids[t] = 0
            many += 1
            in_pieces += tokens[t, PIECE] >= 0
    return many, in_pieces


@part
def number_words(hashes, n, ids, keys, slots, number):
    """Give a number to each word that passed the sieve, one to those that differ in a particle.

    ``number`` holds the number behind each key; the result is how many numbers there are.
    """
    many = 0
    n_keys = np.int64(0)
    for t in range(n):
        if ids[t] < 0:
            continue
        k = find(hashes[t, 0], keys, slots)
        stem = k
        if hashes[t, 1] != hashes[t, 0]:
            stem = find(hashes[t, 1], keys, slots)
        if k >= 0:
            ids[t] = number[k]
        elif stem >= 0:
            ids[t] = number[stem]
        else:
            ids[t] = many
            many += 1
        if k < 0:
            enter(hashes[t, 0], n_keys, keys, slots)
            number[n_keys] = ids[t]
            n_keys += 1
        if stem < 0 and hashes[t, 1] != hashes[t, 0]:
            enter(hashes[t, 1], n_keys, keys, slots)
            number[n_keys] = ids[t]
            n_keys += 1
    return many


@part
def follow(state, symbol, n_symbols, edges, slots):
    """Give the edge that leaves a state with a symbol, or -1."""
    key = np.uint64(state * n_symbols + symbol)
    slot = slot_of(key, len(slots))
    while slots[slot] >= 0:
        e = slots[slot]
        if edges[e, 0] == state and edges[e, 1] == symbol:
            return np.int64(e)
        slot = (slot + 1) & (len(slots) - 1)
    return np.int64(-1)


@part
def add_edge(state, symbol, target, n_edges, n_symbols, edges, slots, states):
    """Let an edge leave a state; gives the new count."""
    slot = slot_of(np.uint64(state * n_symbols + symbol), len(slots))
    while slots[slot] >= 0:
        slot = (slot + 1) & (len(slots) - 1)
    slots[slot] = n_edges
    edges[n_edges, 0] = state
    edges[n_edges, 1] = symbol
    edges[n_edges, 2] = target
    edges[n_edges, 3] = states[state, 2]
    states[state, 2] = n_edges
    return n_edges + 1


@part
def add_state(states, state, length, shorter):
    """Enter a state without edges, with the length of its longest stretch and the state of the longest end."""
    states[state, 0] = length
    states[state, 1] = shorter
    states[state, 2] = -1


@making
def build_automaton(symbols, n, n_symbols):
    """Build the automaton that knows every stretch of a sequence (-1 separates), in linear time.

    States have the length of their longest stretch, the state of its longest end that is one, and their last edge.
    """
    states = np.empty((2 * n + 2, 3), np.int64)
    add_state(states, np.int64(0), np.int64(0), np.int64(-1))
    edges = np.empty((4 * n + 4, 4), np.int64)
    slots = np.full(power_of_two(8 * n + 8), -1, np.int32)
    n_states = np.int64(1)
    n_edges = np.int64(0)
    last = np.int64(0)
    for i in range(n):
        symbol = symbols[i]
        if symbol < 0:
            last = np.int64(0)
            continue
        e = follow(last, symbol, n_symbols, edges, slots)
        new = np.int64(-1)
        p = last
        if e < 0:
            new = np.int64(n_states)
            n_states += 1
            add_state(states, new, states[last, 0] + 1, np.int64(0))
            while p >= 0:
                e = follow(p, symbol, n_symbols, edges, slots)
                if e >= 0:
                    break
                n_edges = add_edge(p, symbol, new, n_edges, n_symbols, edges, slots, states)
                p = states[p, 1]
        if p >= 0:
            q = edges[e, 2]
            if states[q, 0] == states[p, 0] + 1:
                there = q
            else:
                there = np.int64(n_states)
                n_states += 1
                add_state(states, there, states[p, 0] + 1, states[q, 1])
                f = states[q, 2]
                while f >= 0:
                    n_edges = add_edge(there, edges[f, 1], edges[f, 2], n_edges, n_symbols, edges, slots, states)
                    f = edges[f, 3]
                states[q, 1] = there
                while p >= 0:
                    e = follow(p, symbol, n_symbols, edges, slots)
                    if e < 0 or edges[e, 2] != q:
                        break
                    edges[e, 2] = there
                    p = states[p, 1]
            if new >= 0:
                states[new, 1] = there
            else:
                new = there
        last = new
    return states, edges, slots


@making
def read_prompt(tokens, hashes, n, keys, slots, number, alone):
    """Give the numbers of a prompt's words (-1, once, for words that the text does not have), and how many they are.

    ``alone`` is set for letters of unspaced scripts that stand for themselves between signs or spaces.
    """
    symbols = np.empty(n + 1, np.int64)
    m = 0
    for t in range(n):
        if tokens[t, SIGN] != 0:
            continue
        k = find(hashes[t, 0], keys, slots)
        if k < 0 and hashes[t, 1] != hashes[t, 0]:
            k = find(hashes[t, 1], keys, slots)
        if k < 0:
            if m and symbols[m - 1] >= 0:
                symbols[m] = -1
                m += 1
            continue
        symbol = number[k]
        symbols[m] = symbol
        m += 1
        if (
            tokens[t, BITS] & UNSPACED
            and (t == 0 or tokens[t - 1, SIGN] != 0 or tokens[t - 1, END] < tokens[t, START])
            and (t + 1 == n or tokens[t + 1, SIGN] != 0 or tokens[t + 1, START] > tokens[t, END])
        ):
            alone[symbol] = True
    return symbols, m


@part
def match_lengths(tokens, n, ids, n_symbols, states, edges, slots, matched):
    """Give for each word how many words up to it stand one after another in the prompt."""
    state = np.int64(0)
    length = np.int64(0)
    for t in range(n):
        if tokens[t, SIGN] == -1:
            state = np.int64(0)
            length = np.int64(0)
        matched[t] = 0
        if tokens[t, SIGN] != 0:
            continue
        if ids[t] < 0:
            state = np.int64(0)
            length = np.int64(0)
            continue
        e = follow(state, ids[t], n_symbols, edges, slots)
        while e < 0 and state > 0:
            state = states[state, 1]
            length = states[state, 0]
            e = follow(state, ids[t], n_symbols, edges, slots)
        if e >= 0:
            state = edges[e, 2]
            length += 1
        else:
            length = np.int64(0)
        matched[t] = length


@part
def is_quotation_mark(sign):
    """Tell whether a sign sets words off: quotation marks, back quote, asterisk, underscore."""
    return (
        sign == 34
        or sign == 39
        or sign == 42
        or sign == 95
        or sign == 96
        or sign == 0xAB
        or sign == 0xBB
        or (sign >= 0x2018 and sign <= 0x201F)
        or sign == 0x2039
        or sign == 0x203A
        or (sign >= 0x300A and sign <= 0x300F)
    )


@part
def is_wrapped(tokens, n, first, last):
    """Tell whether the words from one token to another stand in quotation marks that touch them."""
    left = first - 1
    right = last + 1
    if left < 0 or right >= n:
        return False
    if not is_quotation_mark(tokens[left, SIGN]) or tokens[left, END] != tokens[first, START]:
        return False
    if tokens[left, SIGN] == 0x201D and tokens[right, SIGN] == 0x201C:
        return False  # what stands between two quotations
    end = tokens[last, END]
    if not is_quotation_mark(tokens[right, SIGN]) and is_closing_stop(tokens[right, SIGN]) and right + 1 < n:
        if tokens[right, START] != end:
            return False
        end = tokens[right, END]
        right += 1
    return is_quotation_mark(tokens[right, SIGN]) and tokens[right, START] == end


@part
def is_closing_stop(sign):
    """Tell whether a sign may stand between a quoted word and the mark that closes the quotation."""
    return (
        sign == 44
        or sign == 46
        or sign == 59
        or sign == 58
        or sign == 33
        or sign == 63
        or sign == 0x3002
        or sign == 0x0964
    )


@part
def is_function_phrase(words, first, last, tokens, hashes, lexicon):
    """Tell whether letters of an unspaced script are a function word."""
    keys, slots, bits = lexicon
    if last - first >= LONGEST_ENTRY or not tokens[words[first], BITS] & UNSPACED:
        return False
    h = FNV_PRIME
    for j in range(first, last + 1):
        h = mixed(h, hashes[words[j], 0])
    k = find(h, keys, slots)
    return k >= 0 and bits[k] & FUNCTION != 0


@part
def cover(tokens, hashes, n, ids, matched, alone, weights, lexicon, covered, work):
    """Tell which words stand in the prompt as a phrase of the text, or in a long stretch."""
    whole_weight, long_weight = weights
    words, total, begins, next_begin = work[0], work[1], work[2], work[3]
    m = 0
    for t in range(n):  # words beside the pieces matter only where they continue a quotation
        if tokens[t, SIGN] == 0 and (ids[t] >= 0 or tokens[t, PIECE] >= 0):
            words[m] = t
            m += 1
    # Sums of weights, and where a phrase begins.
    total[0] = 0
    for j in range(m):
        t = words[j]
        total[j + 1] = total[j] + tokens[t, WEIGHT]
        begins[j] = 1
        if j and tokens[words[j - 1], PIECE] == tokens[t, PIECE]:
            begins[j] = 0
            for s in range(words[j - 1] + 1, t):
                if tokens[s, SIGN] != LINE_END:
                    begins[j] = 1
    begins[m] = 1
    next_begin[m] = m
    for j in range(m - 1, -1, -1):
        soft = j > 0 and begins[j - 1] and tokens[words[j - 1], BITS] & ELIDED != 0
        next_begin[j] = j if begins[j] or soft else next_begin[j + 1]
    low = m
    for j in range(m - 1, -1, -1):
        t = words[j]
        if matched[t]:
            first = j - matched[t] + 1
            if total[j + 1] - total[first] >= long_weight:
                low = min(low, first)
            soft = (
                j + 2 <= m and not begins[j + 1] and begins[min(j + 2, m)] and is_enclitic(tokens[words[j + 1], BITS])
            )
            if begins[j + 1] or soft:
                first = next_begin[first]
                if first <= j:
                    one = first == j and tokens[t, BITS] & UNSPACED != 0
                    weight = total[j + 1] - total[first]
                    wrapped = is_wrapped(tokens, n, words[first], t)
                    if (
                        (weight >= whole_weight and not is_function_phrase(words, first, j, tokens, hashes, lexicon))
                        or wrapped
                        or (one and alone[ids[t]])
                    ):
                        low = min(low, first)
        covered[t] = 1 if low <= j else 0
    for j in range(m):
        t = words[j]
        if covered[t]:
            continue
        if j > 0 and not begins[j] and covered[words[j - 1]] and is_enclitic(tokens[t, BITS]):
            covered[t] = 1
        elif j + 1 < m and not begins[j + 1] and tokens[t, BITS] & ELIDED and covered[words[j + 1]]:
            covered[t] = 1


@part
def is_enclitic(flags):
    """Tell whether a word is a particle written onto the one before."""
    return flags & AFTER_APOSTROPHE != 0 or (flags & UNSPACED != 0 and flags & PARTICLE != 0)


@making
def mark_quoted(tokens, hashes, n, prompt_tokens, prompt_hashes, n_prompt, weights, lexicon, work, quoted):
    """Mark the pieces all of whose words stand in the prompt, for the tokens of one text."""
    ids, matched, covered = work[0], work[1], work[2]
    sieve = make_sieve(prompt_tokens, prompt_hashes, n_prompt)
    many, in_pieces = sift(tokens, hashes, n, sieve, ids)
    if in_pieces == 0:
        return
    keys = np.empty(2 * many, np.uint64)
    number = np.empty(2 * many, np.int64)
    slots = np.full(power_of_two(4 * many), -1, np.int32)
    many = number_words(hashes, n, ids, keys, slots, number)
    alone = np.zeros(many, np.bool_)
    symbols, m = read_prompt(prompt_tokens, prompt_hashes, n_prompt, keys, slots, number, alone)
    if m == 0:
        return
    states, edges, edge_slots = build_automaton(symbols, m, many)
    match_lengths(tokens, n, ids, many, states, edges, edge_slots, matched)
    cover(tokens, hashes, n, ids, matched, alone, weights, lexicon, covered, work[3:])
    t = 0
    while t < n:
        if tokens[t, SIGN] != 0 or tokens[t, PIECE] < 0:
            t += 1
            continue
        piece = tokens[t, PIECE]
        whole = True
        while t < n and (tokens[t, SIGN] != 0 or tokens[t, PIECE] == piece):
            if tokens[t, SIGN] == 0:
                whole = whole and covered[t] != 0
            t += 1
        quoted[piece] = whole


# ---- Mentioned ----------------------------------------------------------------------------------------------------

# Half words: a letter of an unspaced script counts one, a word of others two.
LONGEST_MENTION, LONGEST_BARE_MENTION, LONGEST_EXPLAINED = 12, 8, 6
REACH_BEFORE, REACH_AFTER = 24, 12
LONGEST_GLOSS = 10


@part
def half_words(flags):
    """Count a word: two, or one where it is a letter of an unspaced script."""
    return 1 if flags & UNSPACED else 2


@part
def is_edge(tokens, n, t):
    """Tell whether a token (or none) ends an item of a list: end of a line or sentence, comma, bracket, bar, dash."""
    if t < 0 or t >= n:
        return True
    sign = tokens[t, SIGN]
    return (
        sign == LINE_END
        or tokens[t, BITS] & STOP != 0
        or sign == 44
        or sign == 59
        or sign == 124
        or sign == 40
        or sign == 41
        or sign == 0x3001
        or sign == 0x2022
        or sign == 42
        or sign == 45
    )


@part
def step_over_marks(tokens, n, t, step):
    """Give the first token from ``t`` on, in a direction, that is no quotation mark."""
    while t >= 0 and t < n and is_quotation_mark(tokens[t, SIGN]):
        t += step
    return t


@part
def look(tokens, n, t, step, reach):
    """Read the words beside a piece, from token ``t`` outwards, up to the end of the sentence or line.

    Gives the classes of all words in reach; of the nearest; of the nearest two; and of the one before a word for
    "means" (or after it, going forwards).
    """
    seen = np.int64(0)
    nearest = np.int64(0)
    near = np.int64(0)
    beyond = np.int64(0)
    far = 0
    last = np.int64(0)
    budget = 3 * reach
    while t >= 0 and t < n and far < reach and budget > 0:
        budget -= 1
        sign = tokens[t, SIGN]
        flags = tokens[t, BITS]
        if sign != 0:
            if sign == LINE_END or flags & STOP:
                break
            t += step
            continue
        if tokens[t, PIECE] >= 0 or flags & AND:
            t += step
            continue
        if last & MEANS and not flags & MEANS:
            beyond |= flags
        if step < 0 and flags & OTHER and last & NOUN:
            seen &= ~np.int64(NOUN)  # "in other words"
            nearest &= ~np.int64(NOUN)
            near &= ~np.int64(NOUN)
        else:
            seen |= flags
            if far == 0 or (last & flags & UNSPACED and flags & nearest & CLASSES):
                nearest |= flags
            if far <= 2:
                near |= flags
        last = flags
        far += half_words(flags)
        t += step
    return seen, nearest, near, beyond


@part
def is_gloss(tokens, n, t):
    """Tell whether a bracket with a few words of the text's main language opens at a token."""
    if t >= n or (tokens[t, SIGN] != 40 and tokens[t, SIGN] != 91):
        return False
    close = 41 if tokens[t, SIGN] == 40 else 93
    size = 0
    content = False
    first = True
    for s in range(t + 1, min(n, t + 2 * LONGEST_GLOSS)):
        sign = tokens[s, SIGN]
        flags = tokens[s, BITS]
        if sign == close:
            return content and size <= LONGEST_GLOSS
        if sign == LINE_END or sign == NUMBER_SIGN or sign == -1 or sign == 61:
            return False
        if sign == 0:
            if tokens[s, PIECE] >= 0 or (first and flags & NO_GLOSS):
                return False
            first = False
            size += half_words(flags)
            content = content or tokens[s, END] - tokens[s, START] > 1
    return False


@part
def is_bracketed(tokens, n, left, right):
    """Tell whether a piece alone fills a bracket that follows a word of the text's main language."""
    if left < 1 or right >= n:
        return False
    if not (tokens[left, SIGN] == 40 and tokens[right, SIGN] == 41):
        return False
    before = step_over_marks(tokens, n, left - 1, np.int64(-1))
    return before >= 0 and tokens[before, SIGN] == 0 and tokens[before, PIECE] < 0


@part
def pair_at(tokens, n, t, step):
    """Tell what joins a piece to a few words beside it: 2 an equals sign, 1 a colon, dash, arrow or bar, 0 nothing."""
    if t < 0 or t >= n:
        return 0
    sign = tokens[t, SIGN]
    if sign == 61:
        kind = 2
    elif sign == 58 or sign == 45 or sign == 0x2013 or sign == 0x2014 or sign == 0x2192 or sign == 124 or sign == 62:
        kind = 1
    else:
        return 0
    t += step
    if t >= 0 and t < n and (tokens[t, SIGN] == 45 or tokens[t, SIGN] == 62 or tokens[t, SIGN] == 61):
        t += step
    t = step_over_marks(tokens, n, t, step)
    size = 0
    content = False
    while t >= 0 and t < n and tokens[t, SIGN] == 0:
        if tokens[t, PIECE] >= 0:
            return 0
        size += half_words(tokens[t, BITS])
        content = content or tokens[t, END] - tokens[t, START] > 1
        t += step
    t = step_over_marks(tokens, n, t, step)
    if t >= 0 and t < n and tokens[t, SIGN] == NUMBER_SIGN and step > 0:
        return 0
    numbered = t >= 0 and t < n and step < 0 and (tokens[t, SIGN] == 46 or tokens[t, SIGN] == NUMBER_SIGN)
    return kind if content and size <= LONGEST_BARE_MENTION and (numbered or is_edge(tokens, n, t)) else 0


@part
def is_link_sign(sign):
    """Tell whether a sign can stand between a cue and the word that it announces."""
    return sign == 58 or sign == 61 or sign == 0x2013 or sign == 0x2014 or sign == 0x2192


@part
def follows_words(tokens, t):
    """Tell whether a word ends at a token, or a list of foreign words that follows one does."""
    listed = False
    separated = False
    for _ in range(REACH_BEFORE):
        if t < 0:
            return False
        sign = tokens[t, SIGN]
        if sign == 0 and tokens[t, PIECE] >= 0:
            listed = True
        elif sign == 44 or sign == 0x3001 or (sign == 0 and tokens[t, BITS] & AND):
            separated = True
        elif not is_quotation_mark(sign):
            return sign == 0 and (listed or not separated)
        t -= 1
    return False


@part
def mention_of(tokens, n, first, last):
    """Tell how a piece from one token to another is mentioned: 2 surely, 1 if its neighbour is, 0 not."""
    size = 0
    for t in range(first, last + 1):
        if tokens[t, SIGN] == 0:
            size += half_words(tokens[t, BITS])
        elif tokens[t, BITS] & STOP:
            return 0
        if size > LONGEST_MENTION:
            return 0
    wrapped = is_wrapped(tokens, n, first, last)
    left = step_over_marks(tokens, n, first - 1, np.int64(-1))
    right = last + 1
    if wrapped and not is_quotation_mark(tokens[right, SIGN]):
        right += 1
    right = step_over_marks(tokens, n, right, np.int64(1))
    if is_gloss(tokens, n, right) or (size <= LONGEST_BARE_MENTION and is_bracketed(tokens, n, left, right)):
        return 2
    bracket = left >= 0 and (tokens[left, SIGN] == 40 or tokens[left, SIGN] == 91)
    start = left - 1 if bracket else left
    seen, nearest, _, _ = look(tokens, n, start, np.int64(-1), np.int64(REACH_BEFORE))
    linked = left >= 0 and is_link_sign(tokens[left, SIGN])
    touched = linked or follows_words(tokens, start)
    after, next_to, soon, follows = look(tokens, n, right, np.int64(1), np.int64(REACH_AFTER))
    means = soon & MEANS != 0 and follows & NO_GLOSS == 0
    if wrapped and ((seen | after) & (NOUN | GRAMMAR | SAYS | LANGUAGE) != 0 or seen & MEANS != 0 or means):
        return 2
    if size > LONGEST_BARE_MENTION:
        return 0
    if touched and nearest & (NOUN | SAYS | LANGUAGE):
        # "a German ... chemist" has a word in it, and does not name one.
        goes_on = right < n and tokens[right, SIGN] == 0 and tokens[right, BITS] & (FUNCTION | CLASSES) == 0
        if not goes_on or nearest & NOUN:
            return 2
    if (linked or nearest & LINK) and (seen & LANGUAGE or (seen & NOUN and seen & FOR)):
        return 2
    if (
        size <= LONGEST_EXPLAINED
        and right < n
        and tokens[right, SIGN] == 0
        and means
        and not tokens[right, BITS] & NO_GLOSS
    ):
        return 2
    if next_to & (LINK | FOR) and soon & LANGUAGE:
        return 2
    one = pair_at(tokens, n, left, np.int64(-1))
    other = pair_at(tokens, n, right, np.int64(1))
    kind = 0
    if one and is_edge(tokens, n, right):
        kind = one
    elif other and is_edge(tokens, n, left):
        kind = other
    return kind


@making
def mark_mentioned(tokens, hashes, n, first_piece, last_piece, mentioned):
    """Mark the pieces that are talked about, for the tokens of one text."""
    many = last_piece - first_piece
    names = np.empty(many, np.uint64)  # a hash of the words of each piece
    slots = np.full(power_of_two(4 * many), -1, np.int32)
    keys = np.empty(many, np.uint64)
    n_keys = np.int64(0)
    wrapped = np.zeros(many, np.bool_)
    before = np.int64(-1)  # the last piece of a list, the token after it, and whether it is marked
    end = np.int64(0)
    t = np.int64(0)
    while t < n:
        if tokens[t, SIGN] != 0 or tokens[t, PIECE] < 0:
            t += 1
            continue
        piece = tokens[t, PIECE]
        first = t
        last = t
        h = FNV_BASIS
        while t < n and (tokens[t, SIGN] != 0 or tokens[t, PIECE] == piece):
            if tokens[t, SIGN] == 0:
                last = t
                h = mixed(h, hashes[t, 1])
            t += 1
        t = last + 1
        kind = mention_of(tokens, n, first, last)
        if kind == 1:
            lines = 0
            for s in range(end, min(first, end + 2 * REACH_BEFORE)):
                lines += tokens[s, SIGN] == LINE_END
            if before >= 0 and first - end < 2 * REACH_BEFORE and lines <= 2:
                mentioned[before] = True
                mentioned[piece] = True
            before = piece
            end = np.int64(t)
        mentioned[piece] = mentioned[piece] or kind == 2
        wrapped[piece - first_piece] = is_wrapped(tokens, n, first, last)
        names[piece - first_piece] = h
        if mentioned[piece] and find(h, keys, slots) < 0:
            enter(h, n_keys, keys, slots)
            n_keys += 1
    for k in range(many):
        if wrapped[k] and not mentioned[first_piece + k] and find(names[k], keys, slots) >= 0:
            mentioned[first_piece + k] = True


# ---- Both, for a batch of texts -----------------------------------------------------------------------------------


@part
def room_for(low, high, starts, ends, first, last, reach):
    """Give how many tokens the stretches around the pieces of a text have at most."""
    size = last - first
    for k in range(first, last):
        size += ends[k] - starts[k] + 2 * reach + 8
    return min(size, high - low + last - first) + 1


@making
def read_stretches(buffer, low, high, starts, ends, first, last, reach, tokens, hashes, lexicon, folds, unicode):
    """Cut what stands around the pieces of a text into tokens that know their piece; give how many they are."""
    n = np.int64(0)
    k = first
    while k < last:
        begin, stop, k = next_stretch(buffer, low, high, starts, ends, k, last, reach)
        n = tokenise(buffer, begin, stop, n, tokens, hashes, lexicon, folds, unicode)
        tokens[n, START] = stop  # between stretches stands a token with the sign -1
        tokens[n, END] = stop
        tokens[n, SIGN] = -1
        tokens[n, BITS] = STOP
        n += 1
    tell_pieces(tokens, n, starts, ends, first, last)
    return n


@entry
def find_mentioned(buffer, offsets, starts, ends, by_text, reach, lexicon, folds, unicode):
    """Mark the foreign pieces of every text that are talked about."""
    mentioned = np.zeros(len(starts), np.bool_)
    tokens = np.empty((0, N_COLUMNS), np.int64)
    hashes = np.empty((0, 2), np.uint64)
    for i in range(len(offsets) - 1):
        low, high, first, last = offsets[i], offsets[i + 1], by_text[i], by_text[i + 1]
        if first == last:
            continue
        size = room_for(low, high, starts, ends, first, last, reach)
        if size > len(tokens):  # kept from text to text: fresh memory is slow
            tokens = np.empty((2 * size, N_COLUMNS), np.int64)
            hashes = np.empty((2 * size, 2), np.uint64)
        n = read_stretches(buffer, low, high, starts, ends, first, last, reach, tokens, hashes, lexicon, folds, unicode)
        mark_mentioned(tokens, hashes, n, first, last, mentioned)
    return mentioned


@entry
def find_quoted(buffer, offsets, starts, ends, by_text, prompts, prompt_of, reach, weights, lexicon, folds, unicode):
    """Mark the foreign pieces of every text that stand in its prompt.

    ``prompts`` is a buffer with offsets; ``prompt_of`` says for each text which is its prompt (-1: none).
    """
    quoted = np.zeros(len(starts), np.bool_)
    tokens = np.empty((0, N_COLUMNS), np.int64)
    hashes = np.empty((0, 2), np.uint64)
    work = np.empty((7, 0), np.int64)
    prompt, prompt_offsets = prompts
    prompt_tokens = np.empty((0, N_COLUMNS), np.int64)
    prompt_hashes = np.empty((0, 2), np.uint64)
    for i in range(len(offsets) - 1):
        low, high, first, last, p = offsets[i], offsets[i + 1], by_text[i], by_text[i + 1], prompt_of[i]
        if first == last or p < 0:
            continue
        size = room_for(low, high, starts, ends, first, last, reach)
        if size > len(tokens):
            tokens = np.empty((2 * size, N_COLUMNS), np.int64)
            hashes = np.empty((2 * size, 2), np.uint64)
            work = np.empty((7, 2 * size + 1), np.int64)
        n = read_stretches(buffer, low, high, starts, ends, first, last, reach, tokens, hashes, lexicon, folds, unicode)
        prompt_low, prompt_high = prompt_offsets[p], prompt_offsets[p + 1]
        if prompt_high - prompt_low >= len(prompt_tokens):
            prompt_tokens = np.empty((2 * (prompt_high - prompt_low) + 2, N_COLUMNS), np.int64)
            prompt_hashes = np.empty((2 * (prompt_high - prompt_low) + 2, 2), np.uint64)
        n_prompt = tokenise(
            prompt, prompt_low, prompt_high, np.int64(0), prompt_tokens, prompt_hashes, lexicon, folds, unicode
        )
        mark_quoted(tokens, hashes, n, prompt_tokens, prompt_hashes, n_prompt, weights, lexicon, work, quoted)
    return quoted
