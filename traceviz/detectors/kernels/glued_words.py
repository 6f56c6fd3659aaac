"""Split words that are none into words, as if the spaces between had been left out."""

from typing import Any, NamedTuple

import numpy as np

from traceviz.compiling import entry, leaf, part

# Flags of words: see `segments/kernels/words.py`.
CAPITAL = 1

# Marks of pieces: see `glued_words.py`.
STRONG, AFFIX, SHORT_WORD, PRONOMINAL, PREPOSITION, FUNCTION, PREFIX = (
    1,
    2,
    4,
    8,
    16,
    32,
    64,
)  # 128 is handed to `find_at_numbers`

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

# As in `kernels/vocabulary.py`.
MIX = np.uint64(0x9E3779B97F4A7C15)
STEP_BITS = 8

#: Steps of one unit of Zipf, and the word frequency against which a piece is weighed (see `glued_words.py`).
ONE = 20
WHOLE = 9 * ONE

#: Letters of the longest piece, and of the longest word that is looked at.
LONGEST_PIECE, LONGEST_WORD = 24, 400

#: What splitting a word comes to.
NOT_GLUED, WEAK, CLEAR = 0, 1, 2

# Bytes.
APOSTROPHE, HYPHEN, LOWER_S = 39, 45, 115

#: What `split` has where no split ends.
NOWHERE = -(1 << 40)


class Split(NamedTuple):
    """The facts of a split.

    Pieces; those that are no affixes, or are function words too; those that are no affixes; of these the strong ones,
    and those of three letters and more; pieces of one or two letters that are no function words; steps and length of
    the rarest and shortest word; the steps that the pieces would have as neighbours; marks and lengths of the first and
    last piece; capitals that do not begin a piece; spaces that are missing.
    """

    pieces: Any
    words: Any
    real: Any
    strong: Any
    long_strong: Any
    fragments: Any
    rarest: Any
    shortest: Any
    expected: Any
    first: Any
    last: Any
    first_length: Any
    last_length: Any
    capitals: Any
    missing: Any


@leaf
def look_up(word, slots, shift):
    """Give the slot of a hash, or -1."""
    key = ((word ^ (word >> np.uint64(29))) * MIX) >> np.uint64(32)
    check = np.uint32(key & np.uint64(0xFFFFFF))
    at = np.int64(key >> np.uint64(shift))
    held = slots[at]
    while held != 0 and held >> np.uint32(STEP_BITS) != check:
        at = (at + 1) & (len(slots) - 1)
        held = slots[at]
    return at if held != 0 else np.int64(-1)


@leaf
def is_upper(b):
    """Tell whether a byte is a capital of ASCII."""
    return b >= 65 and b <= 90


@leaf
def may_be_piece(length, first, steps, marks):
    """Tell whether a listed word may be a piece: short ones only if they are really words."""
    if length == 1:
        return first == 97 or first == 65 or first == 73  # a, A, I
    if length == 2:
        return marks & (SHORT_WORD | AFFIX) != 0
    if length == 3:
        return steps >= 4 * ONE or marks & (AFFIX | FUNCTION) != 0
    return steps >= (3 * ONE if length == 4 else 5 * ONE // 2)


@part
def split(buffer, start, end, slots, marks, shift, best, came_from, piece_slot):
    """Find the split into pieces whose frequencies, each against that of all words, have the largest product.

    ``best``, ``came_from`` and ``piece_slot`` have a place for each byte of the word and one more.  A possessive
    belongs to the piece before it.  Tells whether there is a split.
    """
    n = end - start
    for k in range(n + 1):
        best[k] = NOWHERE
    best[0] = 0
    for i in range(n):
        if best[i] == NOWHERE:
            continue
        if buffer[start + i] == HYPHEN:
            if i > 0 and best[i] > best[i + 1]:
                best[i + 1], came_from[i + 1], piece_slot[i + 1] = best[i], i, -1
            continue
        h = FNV_BASIS
        slot = np.int64(-1)
        for j in range(i, min(n, i + LONGEST_PIECE)):
            b = buffer[start + j]
            if b == HYPHEN or b >= 128:
                break
            if b == APOSTROPHE and slot >= 0 and j + 1 < n and buffer[start + j + 1] == LOWER_S:
                total = best[i] + np.int64(slots[slot] & np.uint32(255)) - ONE - WHOLE
                if total > best[j + 2]:
                    best[j + 2], came_from[j + 2], piece_slot[j + 2] = total, i, slot
            h = (h ^ np.uint64(b if b == APOSTROPHE else b | 32)) * FNV_PRIME
            slot = look_up(h, slots, shift)
            if slot < 0:
                continue
            steps = np.int64(slots[slot] & np.uint32(255))
            total = best[i] + steps - WHOLE
            if total > best[j + 1] and may_be_piece(j + 1 - i, buffer[start + i], steps, marks[slot]):
                best[j + 1], came_from[j + 1], piece_slot[j + 1] = total, i, slot
    return best[n] > NOWHERE


@part
def facts_of(buffer, start, end, slots, marks, came_from, piece_slot):
    """Give the facts of a split (see `Split`), read from its last piece to its first."""
    n = end - start
    pieces, words, real, strong, long_strong, fragments = 0, 0, 0, 0, 0, 0
    rarest, shortest, expected = np.int64(255), np.int64(255), np.int64(WHOLE)
    first, last = np.uint8(0), np.uint8(0)
    first_length, last_length = np.int64(0), np.int64(0)
    capitals, missing = 0, 0
    for k in range(1, n):
        if is_upper(buffer[start + k]):
            capitals += 1
    at = n
    while at > 0:
        before = came_from[at]
        slot = piece_slot[at]
        if slot >= 0:
            steps, mark, length = np.int64(slots[slot] & np.uint32(255)), marks[slot], at - before
            if pieces == 0:
                last, last_length = mark, length
            first, first_length = mark, length
            pieces += 1
            expected += steps - WHOLE
            if before > 0 and is_upper(buffer[start + before]):
                capitals -= 1
            if before > 0 and buffer[start + before - 1] != HYPHEN:
                missing += 1
            if length <= 2 and not mark & FUNCTION:
                fragments += 1
            if not mark & AFFIX or mark & FUNCTION:
                words += 1
                rarest, shortest = min(rarest, steps), min(shortest, length)
            if not mark & AFFIX:
                real += 1
                if mark & STRONG:
                    strong += 1
                    if length >= 3:
                        long_strong += 1
        at = before
    return Split(
        pieces,
        words,
        real,
        strong,
        long_strong,
        fragments,
        rarest,
        shortest,
        expected,
        first,
        last,
        first_length,
        last_length,
        capitals,
        missing,
    )


@part
def judge(found, own, is_capital):
    """Tell what a split comes to: NOT_GLUED, WEAK or CLEAR.  ``own`` are the steps of the whole, 0 if not listed."""
    if found.words < 2 or found.missing == 0 or 3 * found.fragments >= max(found.pieces, 3) or found.capitals > 0:
        return NOT_GLUED
    if own > 0 and own > found.expected - 3 * ONE // 2:
        return NOT_GLUED
    if found.rarest < 5 * ONE // 2 or (found.pieces == 2 and found.first & PRONOMINAL and found.last & PREPOSITION):
        return NOT_GLUED
    if found.strong == 0 and found.pieces > found.real and (found.words == found.real or found.first & AFFIX):
        return NOT_GLUED  # built with an affix
    if found.real < 2 or found.rarest < 3 * ONE:
        return WEAK if found.rarest >= 7 * ONE // 2 or found.strong > 0 else NOT_GLUED
    if found.real >= 4 and found.long_strong > 0:
        return CLEAR
    if is_capital and (not found.first & STRONG or found.first_length == 2 or found.last_length == 1):
        return WEAK if found.first_length >= 3 or found.first_length == 1 else NOT_GLUED
    if found.pieces == 2 and found.first_length <= 2 and found.last_length <= 2:
        return WEAK  # "init" is a name
    if found.real >= 3:
        is_clear = found.rarest >= 4 * ONE and (found.strong > 0 or found.shortest >= 3)
        return CLEAR if found.long_strong > 0 or is_clear else WEAK
    is_clear = found.strong > 0 and found.rarest >= 7 * ONE // 2 and not found.first & PREFIX
    is_clear = is_clear and found.pieces == found.real and found.last_length >= 2
    return CLEAR if is_clear else WEAK


@leaf
def is_possessive(buffer, end):
    """Tell whether a word ends with an apostrophe of ASCII and an s."""
    return end >= 2 and buffer[end - 1] == LOWER_S and buffer[end - 2] == APOSTROPHE


@entry
def find_glued(buffer, start, end, flags, steps, slots, marks, shift):
    """Judge each word (see `judge`); give the verdicts, the number of cuts of each word, and all cuts as bytes."""
    verdict = np.zeros(len(start), np.int8)
    n_cuts = np.zeros(len(start), np.int64)
    room = np.int64(1)
    for k in range(len(start)):
        room += end[k] - start[k]
    cuts = np.empty(room, np.int64)
    best = np.empty(LONGEST_WORD + 1, np.int64)
    came_from = np.empty(LONGEST_WORD + 1, np.int64)
    piece_slot = np.empty(LONGEST_WORD + 1, np.int64)
    total = np.int64(0)
    for k in range(len(start)):
        if end[k] - start[k] > LONGEST_WORD:
            continue
        if not split(buffer, start[k], end[k], slots, marks, shift, best, came_from, piece_slot):
            continue
        found = facts_of(buffer, start[k], end[k], slots, marks, came_from, piece_slot)
        verdict[k] = judge(found, np.int64(steps[k]), flags[k] & CAPITAL != 0)
        if verdict[k] == NOT_GLUED:
            continue
        if found.real < 4 and flags[k] & CAPITAL and is_possessive(buffer, end[k]):
            verdict[k] = WEAK  # somebody's name
        first = total
        at = end[k] - start[k]
        while came_from[at] > 0:
            at = came_from[at]
            if buffer[start[k] + at] != HYPHEN and buffer[start[k] + at - 1] != HYPHEN:
                cuts[total] = start[k] + at
                total += 1
        n_cuts[k] = total - first
        for i in range(n_cuts[k] // 2):
            cuts[first + i], cuts[total - 1 - i] = cuts[total - 1 - i], cuts[first + i]
    return verdict, n_cuts, cuts[:total]


@leaf
def letter(b):
    """Tell a letter of ASCII: 1 lower case, 2 upper case, 0 none."""
    if b >= 97 and b <= 122:
        return 1
    return 2 if is_upper(b) else 0


@leaf
def is_digit(b):
    """Tell whether a byte is a digit."""
    return b >= 48 and b <= 57


@leaf
def opens_formula(buffer, at, stop):
    r"""Tell whether a number or a formula begins at a byte: a digit, ``$``, ``\(``."""
    if at >= stop:
        return False
    b = buffer[at]
    return is_digit(b) or b == 36 or (b == 92 and at + 1 < stop and buffer[at + 1] == 40)


@leaf
def closes_formula(buffer, at, start):
    r"""Tell whether a number or a formula ends at a byte: a digit, ``$``, ``\)``."""
    if at < start:
        return False
    b = buffer[at]
    return is_digit(b) or b == 36 or (b == 41 and at - 1 >= start and buffer[at - 1] == 92)


@leaf
def stands_apart(buffer, at, start, stop):
    """Tell whether there is a space, a sign of punctuation or the end of the text at a byte."""
    if at < start or at >= stop:
        return True
    b = buffer[at]
    return b == 32 or b == 10 or b == 44 or b == 46 or b == 59 or b == 58


@entry
def find_at_numbers(buffer, offsets, text, start, end, slots, marks, shift, wanted):
    """Find function words written against a number or a formula, in the stretches given; the other side is free.

    ``wanted`` is the mark that such words have.  Gives the text, the first byte and the byte after of each, and whether
    the space is missing behind it (1) or before it (0).
    """
    size = len(buffer) // 2 + 1
    out_text = np.empty(size, np.int64)
    out_start = np.empty(size, np.int64)
    out_end = np.empty(size, np.int64)
    side = np.empty(size, np.int8)
    n = 0
    for k in range(len(start)):
        first, stop = offsets[text[k]], offsets[text[k] + 1]
        at = start[k]
        while at < end[k]:
            if letter(buffer[at]) == 0:
                at += 1
                continue
            begin = at
            h = FNV_BASIS
            is_plain = True
            while at < end[k] and letter(buffer[at]) != 0:
                is_plain = is_plain and (at == begin or letter(buffer[at]) == 1)
                h = (h ^ np.uint64(buffer[at] | 32)) * FNV_PRIME
                at += 1
            if not is_plain or at - begin < 2 or at - begin > 12:
                continue
            behind = opens_formula(buffer, at, stop) and stands_apart(buffer, begin - 1, first, stop)
            before = closes_formula(buffer, begin - 1, first) and stands_apart(buffer, at, first, stop)
            if not behind and not before:
                continue
            slot = look_up(h, slots, shift)
            if slot >= 0 and marks[slot] & wanted:
                out_text[n], out_start[n], out_end[n], side[n] = text[k], begin, at, 1 if behind else 0
                n += 1
    return out_text[:n], out_start[:n], out_end[:n], side[:n]
