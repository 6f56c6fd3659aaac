"""Tell Chinese from Japanese, character by character: kana is Japanese, Han by what one of the two prefers.

Odds are log-probabilities of Japanese against Chinese in nats; tables hold them in steps.
"""

import numpy as np

from traceviz.compiling import entry, making, part

# Scripts with fixed codes: see `tools/make_unicode_table.py`.
HAN, HIRAGANA, KATAKANA = 3, 4, 5

# Flags of words: see `words.py`.
SENTENCE_START, LINE_START, BREAK = 4, 8, 512

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

#: Bits of a slot of an index that are the place of its key: see `languages.py`.
PLACE_BITS = 24

#: What a free slot of an index holds.
FREE = np.uint64(0xFFFFFFFFFFFFFFFF)

#: Characters that the odds cover.
FIRST_HAN, END_HAN = 0x3400, 0xA000

#: Nats by which Han without kana must look Japanese to be taken for it: in all, and for each character.
JAPANESE_WITHOUT_KANA, JAPANESE_CHARACTER = 1.0, 0.7

#: Nats: what a kana says, a step of the tables of Han, and the weight of a pair of characters beside the characters.
KANA_ODDS, HAN_STEP, PAIR_WEIGHT = 5.0, 0.0625, 0.5

#: Han characters that Japanese writes together, and nats for each that follows.
HAN_OF_JAPANESE, LONG_HAN_RUN = 4, -0.8

#: Nats of passing between Chinese and Japanese: where a sentence begins, behind a comma or another script, elsewhere.
SWITCH_AT_SENTENCE, SWITCH_AT_BREAK, SWITCH_INSIDE = 2.5, 3.5, 6.0


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
def look_up(word, index):
    """Find the place of a 64-bit hash in an index of `languages.build_index`, or -1."""
    n_slots = len(index)
    key = word >> np.uint64(24)
    check = key >> np.uint64(8)
    slot = np.int64(key & np.uint64(n_slots - 1))
    while index[slot] != FREE:
        if index[slot] >> np.uint64(32) == check:
            return np.int64(index[slot] & np.uint64((1 << PLACE_BITS) - 1))
        slot = (slot + 1) & (n_slots - 1)
    return np.int64(-1)


@part
def hash_pair(one, other):
    """Hash two characters that stand together."""
    h = (FNV_BASIS ^ np.uint64(one)) * FNV_PRIME
    h = (h ^ np.uint64(other)) * FNV_PRIME
    h ^= h >> np.uint64(29)
    return h * FNV_PRIME


@part
def han_value(c, before, run, odds, pairs, pair_odds):
    """Give the log-odds of Japanese against Chinese of a Han character: its own, and those of the pair it ends.

    ``before`` is the Han character against it, or 0; ``run`` counts the Han characters since the last kana or break:
    long runs without kana are Chinese.
    """
    own = 0.0
    if FIRST_HAN <= c < END_HAN:
        own = HAN_STEP * odds[c - FIRST_HAN]
    if run > HAN_OF_JAPANESE:
        own += LONG_HAN_RUN
    pair = 0.0
    if before != 0:
        found = look_up(hash_pair(before, c), pairs)
        if found >= 0:
            pair = PAIR_WEIGHT * HAN_STEP * pair_odds[found]
    return own, pair


@part
def is_mark(c):
    """Tell whether a character stands on the one before it: marks, joiners, selectors of a variant."""
    return (
        0x300 <= c < 0x370
        or 0x200C <= c <= 0x200D
        or 0x3099 <= c <= 0x309A
        or 0xFE00 <= c < 0xFE10
        or 0xE0100 <= c < 0xE01F0
    )


@making
def label_text(
    buffer,
    begin,
    end,
    script,
    flags,
    starts,
    ends,
    odds,
    pairs,
    pair_odds,
    chinese,
    japanese,
    out,
    confidence,
    cuts,
    n_cuts,
):
    """Label the words of one text in Han and kana.

    Two states along the characters of a text; passing between them costs less where a sentence or a line begins.  Where
    a word changes its language inside, ``cuts`` gets the word, the byte and the language from there on; gives their
    number.
    """
    most = 0
    for k in range(begin, end):
        if script[k] == HAN or script[k] == HIRAGANA or script[k] == KATAKANA:
            most += ends[k] - starts[k]  # apostrophes in a word have one byte
    values = np.empty(most)
    back = np.empty((most, 2), np.int8)
    total = 0.0
    kana = 0
    n = 0
    run = 0
    for k in range(begin, end):
        s = script[k]
        if s != HAN and s != HIRAGANA and s != KATAKANA:
            continue
        if flags[k] & BREAK:
            run = 0
        before = np.int64(0)
        at = starts[k]
        while at < ends[k]:
            c, at = decode(buffer, at, ends[k])
            if s == HAN:
                run += 1
                own, pair = han_value(c, before, run, odds, pairs, pair_odds)
                before = c
                total += own + pair
            else:
                run = 0
                kana += 1
                total += KANA_ODDS
            n += 1
    # Without any kana it takes characters that only Japanese writes so.
    if kana == 0:
        is_japanese = total >= JAPANESE_WITHOUT_KANA + JAPANESE_CHARACTER * n
        for k in range(begin, end):
            if script[k] == HAN:
                out[k] = japanese if is_japanese else chinese
                confidence[k] = 0.99 if total < 0.0 else 0.8
        return n_cuts
    ja, zh = (2.0, 0.0) if total > 0 else (0.0, 2.0)
    n = 0
    run = 0
    for k in range(begin, end):
        s = script[k]
        if s != HAN and s != HIRAGANA and s != KATAKANA:
            continue
        cost = SWITCH_INSIDE
        if flags[k] & BREAK:
            run = 0
        if flags[k] & (LINE_START | SENTENCE_START):
            cost = SWITCH_AT_SENTENCE
        elif flags[k] & BREAK or (k > begin and ends[k - 1] != starts[k]):
            cost = SWITCH_AT_BREAK
        before = np.int64(0)
        at = starts[k]
        while at < ends[k]:
            c, at = decode(buffer, at, ends[k])
            own = KANA_ODDS
            pair = 0.0
            if s == HAN:
                run += 1
                own, pair = han_value(c, before, run, odds, pairs, pair_odds)
                before = c
            else:
                run = 0
            if is_mark(c):
                cost = np.inf  # a mark stays with its character
            # The pair says nothing where the language changes between its two characters.
            stay_ja, move_ja = ja + pair, zh - cost
            stay_zh, move_zh = zh, ja - cost
            back[n, 1] = 1 if stay_ja >= move_ja else 0
            back[n, 0] = 0 if stay_zh >= move_zh else 1
            ja = max(stay_ja, move_ja) + own
            zh = max(stay_zh, move_zh)
            values[n] = own + pair
            n += 1
            cost = SWITCH_INSIDE
    state = 1 if ja > zh else 0
    sure = 1.0 / (1.0 + np.exp(-min(abs(ja - zh), 12.0) / 2.0))
    for j in range(n - 1, -1, -1):
        came = back[j, state]
        back[j, 0] = state
        state = came
    n = 0
    for k in range(begin, end):
        s = script[k]
        if s != HAN and s != HIRAGANA and s != KATAKANA:
            continue
        at = starts[k]
        state = back[n, 0]
        out[k] = japanese if state == 1 else chinese
        own = 0.0
        while at < ends[k]:
            if back[n, 0] != state:
                state = back[n, 0]
                cuts[n_cuts, 0] = k
                cuts[n_cuts, 1] = at
                cuts[n_cuts, 2] = japanese if state == 1 else chinese
                n_cuts += 1
            own += values[n] if state == 1 else -values[n]
            _, at = decode(buffer, at, ends[k])
            n += 1
        confidence[k] = max(0.5, min(0.99, max(sure, 1.0 / (1.0 + np.exp(-own / 2.0)))))
    return n_cuts


@entry
def hash_pairs(one, other):
    """Hash pairs of characters."""
    out = np.empty(len(one), np.uint64)
    for k in range(len(one)):
        out[k] = hash_pair(one[k], other[k])
    return out


@entry
def label_han(buffer, starts, ends, by_text, script, flags, odds, pairs, pair_odds, chinese, japanese, out, confidence):
    """Write the language of every word in Han or kana and how sure that is.

    Gives where words change their language inside: the word, the byte, and the language from there on.
    """
    most_cuts = 0
    for k in range(len(script)):
        if script[k] == HAN:
            most_cuts += (ends[k] - starts[k]) // 3
    cuts = np.empty((most_cuts, 3), np.int64)
    n_cuts = np.int64(0)
    for i in range(len(by_text) - 1):
        n_cuts = label_text(
            buffer,
            by_text[i],
            by_text[i + 1],
            script,
            flags,
            starts,
            ends,
            odds,
            pairs,
            pair_odds,
            chinese,
            japanese,
            out,
            confidence,
            cuts,
            n_cuts,
        )
    return cuts[:n_cuts]
