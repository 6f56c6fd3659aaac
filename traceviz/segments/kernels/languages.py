"""Decide the language of each word: by its script, or by word lists and a Viterbi search along the text.

Log-probabilities are in nats; tables hold them as steps below the best language.  `languages.py` documents the costs.
Han and kana are told apart in `han.py`.
"""

from typing import Any, NamedTuple

import numpy as np

from traceviz.compiling import entry, leaf, making, part

# Scripts with fixed codes: see `tools/make_unicode_table.py`.
LATIN, HAN, HIRAGANA, KATAKANA, GREEK = 2, 3, 4, 5, 7

# Flags of words: see `words.py`.
CAPITAL, ALL_CAPITALS, SENTENCE_START, LINE_START, NEUTRAL, AFTER_MASK, AFTER_COLON = 1, 2, 4, 8, 16, 32, 64
SHORT, JOINED, BREAK = 128, 256, 512

# What ends a phrase before a word: signs that set phrases apart, the end of a sentence, a formula.
EDGES = SENTENCE_START | LINE_START | AFTER_MASK | BREAK

# What a listed word is besides: a name, or a word that English borrowed.
NAME, LOAN = 1, 2

# Which base lends its words, or writes nouns with capitals: see `word_weight`.
NEITHER, ENGLISH, GERMAN = 0, 1, 2

# How nouns with capitals count in a run: see `evidence_of`.
NOUNS_NEVER, NOUNS_BESIDE, NOUNS_ALWAYS = 0, 1, 2

# What a word's language can be besides an index into the tags.
NO_LANGUAGE, UNDETERMINED = -1, 0

# What a word's row can be besides a place in the table.
NO_ROW = -1

# Where the costs of a script stand: see `languages.COSTS`.
ENTER, LEAVE, STAY, CLIP, SPELLED, LONE, KNOWN = 0, 1, 2, 3, 4, 5, 6

# Where the facts of a script stand: its first language and their number, its first row, the row after its last, and
# where its rows begin in the flat table.
FIRST, SIZE, FIRST_ROW, END_ROW, ROWS = 0, 1, 2, 3, 4

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

#: Bits of a slot: the row of its key, what the word is besides, the steps of the first language of its script; the
#: upper 32 bits are the check.
PLACE_BITS, TRAIT_BITS = 24, 2

#: What a free slot of an index holds.
FREE = np.uint64(0xFFFFFFFFFFFFFFFF)

#: Symbols of an unknown word that are looked at.
LONGEST_WORD = 32

#: Words of a text that are asked for its language.
BASE_WORDS = 128

#: Words from which on the first language of a script is the base if this share of them is as good in it as anywhere
#: (by a quarter of a nat), and the advantage in nats that this stands for.
CLEAR_WORDS, CLEAR_SHARE, CLEAR_ADVANTAGE = 12, 0.8, 20.0

#: Languages that are followed through a window, those that the words speak for most.
MOST_LANGUAGES = 6

#: Sides of a window: words around the stretch in which another language gains.
WINDOW_MARGIN = 4

#: Words of a run that takes the names at its edges along, and nats by which a name may be more like the base.
WORDS_THAT_CARRY_NAMES = 3
LEAST_OF_A_NAME = -2.0

#: Nats that a run must have in all; a single short word that is not English; the only word of a language that an
#: English text repeats, which as often is a term.
ENOUGH, ENOUGH_OF_A_SHORT_WORD, ENOUGH_OF_A_TERM = 4.0, 5.5, 8.0

#: Nats that a word at the edge of a run must have: of a short run, with a capital, of a long run, between kin where a
#: phrase ends.
EDGE, EDGE_WITH_CAPITAL, EDGE_OF_A_LONG_RUN, EDGE_OF_A_PHRASE = 0.7, 1.5, 0.0, -0.5

#: Words from which on a run is long.
LONG_RUN = 4

#: Nats below the best language that a word of one letter may be, and that the lower-case "i" is in English.
MOST_OF_A_LETTER, NOT_ENGLISH = 5.0, 8.0

#: Words of a run that takes others at its sides along, and nats that those must have: in lower case, with a capital.
WORDS_THAT_CARRY = 2
CARRIED, CARRIED_WITH_CAPITAL = 2.0, 6.0

#: Nats by which a run can show its language above the others of a text, and those that a run of another language of
#: the text gives way to.
MOST_CLEAR, MOST_LEAD = 4.0, 2.0

#: Nats that a lone German noun in English must have: it is written with a capital, as names are.
LONE_NOUN = 9.0

#: Nats by which a word between two runs of one language may be more like the base and yet belongs to them.
LEAST_OF_A_GAP = -4.0

#: Nats off the cost of entering the language that a text has most of, the share of that where the text has a single
#: word of it, and nats on the cost of the languages that it has not.
SEEN_ENTRY, SEEN_ONCE, UNSEEN_ENTRY = 3.0, 0.25, 3.0

#: Runs that are less probable than this are left to the base.
LEAST_CONFIDENCE = 0.35

#: Nats off the cost of entering a language where a line, and where a sentence or an enumeration begins.
AT_LINE, AT_SENTENCE = 1.5, 1.0

#: Nats by which a word of the base, in the sum of a window, counts against another language.
AGAINST = -0.5

#: Nats below the best language within which a word is one of a language.
KNOWN_WITHIN = 2.5


class Line(NamedTuple):
    """The words of one text in one script: what the lists say of each, and how it is written.

    ``rows`` are places in ``table``, or below -1 places in ``spelled``; ``first`` holds the steps of the first language
    of the script, which is mostly the base: they come with the look-up, when the row itself is far away in memory.
    """

    rows: Any
    first: Any
    flags: Any
    traits: Any
    lengths: Any
    hashes: Any
    table: Any
    spelled: Any
    size: Any
    step: Any


class Base(NamedTuple):
    """The language of most words, the steps of each word in it, and how it treats other languages."""

    language: Any
    below: Any
    lends: Any
    kin: Any


@leaf
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
def build_index(keys, places, traits, table, groups, n_slots):
    """Make an open-addressing table of 40-bit keys, whose slots hold 32 of those bits, a row, traits and steps.

    ``places`` are the rows of the keys in three bytes, the lowest first; the steps are those of the first language in
    that row.  The number of slots is a power of two.
    """
    index = np.full(n_slots, FREE, np.uint64)
    for i in range(len(keys)):
        slot = np.int64(keys[i] & np.uint64(n_slots - 1))
        while index[slot] != FREE:
            slot = (slot + 1) & (n_slots - 1)
        place = np.int64(places[0, i]) | np.int64(places[1, i]) << 8 | np.int64(places[2, i]) << 16
        g = 0
        while place >= groups[g, END_ROW]:
            g += 1
        steps = table[groups[g, ROWS] + (place - groups[g, FIRST_ROW]) * groups[g, SIZE]]
        facts = np.uint64(steps) << np.uint64(TRAIT_BITS) | np.uint64(traits[i])
        held = facts << np.uint64(PLACE_BITS) | np.uint64(place)
        index[slot] = (keys[i] >> np.uint64(8)) << np.uint64(32) | held
    return index


@leaf
def look_up(word, index):
    """Find what the index holds of a 64-bit hash, compared by its upper 40 bits: 32 bits, or -1."""
    mask = len(index) - 1
    key = word >> np.uint64(24)
    check = key >> np.uint64(8)
    slot = np.int64(key) & mask
    held = index[slot]
    while held != FREE and held >> np.uint64(32) != check:
        slot = (slot + 1) & mask
        held = index[slot]
    return np.int64(held & np.uint64(0xFFFFFFFF)) if held != FREE else np.int64(-1)


@entry
def look_up_all(words, index):
    """Find what the index holds of each of many hashes."""
    out = np.empty(len(words), np.int64)
    for k in range(len(words)):
        out[k] = look_up(words[k], index)
    return out


@leaf
def place_of(found):
    """Give the row of a key that was found, counted over all scripts."""
    return found & ((1 << PLACE_BITS) - 1)


@leaf
def row_in(found, group):
    """Give where the row of a key begins that was found, or NO_ROW if it is of another script."""
    place = place_of(found)
    is_here = found >= 0 and group[FIRST_ROW] <= place < group[END_ROW]
    return group[ROWS] + (place - group[FIRST_ROW]) * group[SIZE] if is_here else np.int64(NO_ROW)


@part
def symbols_of(buffer, start, end, fold, out):
    """Write the symbols of a word, edges included: a letter with the accents on it is one symbol; give their number."""
    out[0] = 32
    n = 1
    at = start
    while at < end and n < LONGEST_WORD - 1:
        c, at = decode(buffer, at, end)
        if c == 0x200C or c == 0x200D:
            continue
        for k in range(3):
            part = np.int64(fold[c, k]) if c < 0x10000 else (c if k == 0 else 0)
            if part == 0:
                break
            mark = (part >= 0x300 and part < 0x370) or (part >= 0x653 and part < 0x656) or part == 0x93C
            if mark and n > 1:
                out[n - 1] = out[n - 1] * 1009 + part
            elif n < LONGEST_WORD - 1:
                out[n] = part
                n += 1
    out[n] = 32
    return n + 1


@leaf
def hash_gram(symbols, start, end, salt):
    """Hash the symbols ``start:end``; the salt keeps the grams of different scripts apart."""
    h = FNV_BASIS ^ np.uint64(salt)
    for k in range(start, end):
        h = (h ^ np.uint64(symbols[k])) * FNV_PRIME
        h ^= h >> np.uint64(29)
    return h * FNV_PRIME


@entry
def hash_grams(buffer, start, end, fold, salt):
    """Hash grams given as texts, in which a space is the edge of a word."""
    out = np.empty(len(start), np.uint64)
    symbols = np.empty(LONGEST_WORD + 2, np.int64)
    for i in range(len(start)):
        n = symbols_of(buffer, start[i], end[i], fold, symbols)
        out[i] = hash_gram(symbols, 1, n - 1, salt)
    return out


@part
def has_vowel(symbols, n):
    """Tell whether a Latin word has a letter that stands for a vowel; one with an accent counts."""
    for k in range(1, n - 1):
        c = symbols[k]
        if c == 97 or c == 101 or c == 105 or c == 111 or c == 117 or c == 121 or c > 127:
            return True
    return False


@making
def spell(buffer, start, end, fold, index, group, table, salt, step, weight, out, at):
    """Write the row of a word that no list has, from the longest known gram at each of its places."""
    symbols = np.empty(LONGEST_WORD + 2, np.int64)
    n = symbols_of(buffer, start, end, fold, symbols)
    size = group[SIZE]
    if salt == 0 and not has_vowel(symbols, n):
        for k in range(size):
            out[at + k] = 0
        return
    total = np.zeros(size, np.int32)
    floor = np.int32(6.0 / step)
    for stop in range(2, n + 1):
        for length in range(min(4, stop), 0, -1):
            row = row_in(look_up(hash_gram(symbols, stop - length, stop, salt), index), group)
            if row >= 0:
                for k in range(size):
                    total[k] += min(np.int32(table[row + k]), floor)
                break
    least = total[0]
    for k in range(size):
        least = min(least, total[k])
    for k in range(size):
        out[at + k] = np.uint8(min(40.0, np.rint(weight * (total[k] - least))))


@leaf
def is_elided(buffer, start, end):
    """Tell whether a word begins with one or two letters and an apostrophe, as in "l'eau" and "qu'il"."""
    for at in range(start + 1, min(start + 3, end - 2)):
        if buffer[at] == 39 or (buffer[at] == 0xE2 and buffer[at + 1] == 0x80 and buffer[at + 2] == 0x99):
            return True
    return False


@part
def join_rows(table, one, other, size, out, at):
    """Write the row of a word of two parts: the sum of theirs."""
    least = 255
    for k in range(size):
        least = min(least, np.int64(table[one + k]) + table[other + k])
    for k in range(size):
        out[at + k] = np.uint8(min(40, np.int64(table[one + k]) + table[other + k] - least))


@leaf
def steps_of(line, j, language):
    """Give how many steps a word is below its best language."""
    row = line.rows[j]
    return np.int64(line.table[row + language]) if row >= 0 else np.int64(line.spelled[-row - 2 + language])


@leaf
def word_weight(flags, traits, lends):
    """Weigh the evidence of a word: names and borrowed words say less than others.

    In English a borrowed word is no switch.
    """
    if flags & CAPITAL:
        if traits & NAME:
            return 0.2
        return 0.6 if flags & (SENTENCE_START | AFTER_COLON) else 0.8
    return 0.15 if lends == ENGLISH and traits & LOAN else 1.0


@making
def base_language(line, prior):
    """Choose the language of most of a text's words in one script.

    Returns its place in the script's list and the advantage over the runner-up in nats.  Of a long text, words at
    even distances are asked.
    """
    # The steps of the first language are at hand; the rows of a long list are far away in memory.
    rows, first, flags, table, spelled = line.rows, line.first, line.flags, line.table, line.spelled
    clear = 0
    for j in range(len(first)):
        clear += first[j] <= 1 and rows[j] >= 0
    if clear >= max(CLEAR_WORDS, CLEAR_SHARE * len(first)):
        return 0, CLEAR_ADVANTAGE
    # Whole numbers and one row at a time: such a loop is unrolled, and this one is run for many words.
    size = line.size
    sums = np.zeros(size, np.int32)
    stride = max(1, len(rows) // BASE_WORDS)
    highest = np.uint8(9.0 / line.step)
    for j in range(0, len(rows), stride):
        row = rows[j]
        weight = np.int32(10)
        if flags[j] & CAPITAL:
            weight = np.int32(4)
        elif flags[j] & SHORT:
            weight = np.int32(6)
        if row >= 0:
            values = table[row : row + size]
        else:
            weight //= np.int32(2)
            values = spelled[-row - 2 : -row - 2 + size]
        for k in range(len(values)):
            sums[k] += weight * np.int32(min(values[k], highest))
    total = prior - 0.1 * line.step * sums
    best = 0
    for k in range(1, size):
        if total[k] > total[best]:
            best = k
    runner_up = -np.inf
    for k in range(size):
        if k != best and total[k] > runner_up:
            runner_up = total[k]
    return best, total[best] - runner_up if size > 1 else 9.0


@making
def candidates_of(line, begin, end, base, costs, prior, out):
    """Find the languages whose best stretch in a window could pay for entering them; the base comes first."""
    # What the words that speak against the base are worth in all: more than any path could gain.
    size = line.size
    below, flags, traits, rows, table, spelled = (
        base.below,
        line.flags,
        line.traits,
        line.rows,
        line.table,
        line.spelled,
    )
    sums = np.zeros(size, np.int32)
    for j in range(begin, end):
        at_base = np.int32(below[j])
        if at_base == 0:
            continue
        weight = np.int32(100.0 * word_weight(flags[j], traits[j], base.lends) + 1.0)
        row = rows[j]
        values = table[row : row + size] if row >= 0 else spelled[-row - 2 : -row - 2 + size]
        for k in range(len(values)):
            sums[k] += weight * max(at_base - np.int32(values[k]), np.int32(0))
    margins = np.empty(MOST_LANGUAGES + 1)
    out[0] = base.language
    n = 1
    for k in range(size):
        margin = 0.01 * line.step * sums[k] - (costs[ENTER] - AT_LINE + prior[k])
        if k == base.language or margin < 0.0:
            continue
        place = n
        if n > MOST_LANGUAGES:
            place = 1
            for c in range(2, n):
                if margins[c] < margins[place]:
                    place = c
            if margin <= margins[place]:
                continue
        else:
            n += 1
        out[place] = k
        margins[place] = margin
    return n


@making
def decode_window(line, begin, end, base, costs, prior, languages, state):
    """Find the best path of languages through the words ``begin:end`` that starts and ends in the base.

    ``languages`` are those that come into question, the base first; ``state[j]`` gets the place of the language in the
    script's list.
    """
    n = end - begin
    size = len(languages)
    back = np.empty((n, size), np.int8)
    score = np.empty(size)
    entry = np.empty(size)
    stay = np.empty(size)
    for c in range(size):
        score[c] = 0.0 if c == 0 else -np.inf
        entry[c] = prior[languages[c]]
        stay[c] = 0.0 if base.kin[languages[c]] else costs[STAY]
    below, flags, traits, rows, table, spelled = (
        base.below,
        line.flags,
        line.traits,
        line.rows,
        line.table,
        line.spelled,
    )
    clip, leave = costs[CLIP], costs[LEAVE]
    for j in range(n):
        word = begin + j
        cost = costs[ENTER]
        if flags[word] & LINE_START:
            cost -= AT_LINE
        elif flags[word] & (SENTENCE_START | AFTER_COLON):
            cost -= AT_SENTENCE
        best = 0
        for c in range(1, size):
            if score[c] > score[best]:
                best = c
        weight = line.step * word_weight(flags[word], traits[word], base.lends)
        at_base = np.int64(below[word])
        row = rows[word]
        peak = score[best]
        back[j, 0] = 0
        if best != 0 and peak - leave > score[0]:
            score[0] = peak - leave
            back[j, 0] = best
        for c in range(1, size):
            steps = np.int64(table[row + languages[c]]) if row >= 0 else np.int64(spelled[-row - 2 + languages[c]])
            gain = min(max(weight * (at_base - steps), -clip), clip)
            fresh = score[c] - stay[c]
            back[j, c] = c
            if best != c and peak - cost - entry[c] > fresh:
                fresh = peak - cost - entry[c]
                back[j, c] = best
            score[c] = fresh + gain
    last = 0
    for c in range(size):
        if score[c] - leave > score[last] - (leave if last != 0 else 0.0):
            last = c
    for j in range(n - 1, -1, -1):
        state[begin + j] = languages[last]
        last = back[j, last]


@making
def search(line, base, costs, prior, state):
    """Decode every window in which another language could pay for being entered; elsewhere the base stands."""
    n = len(state)
    below, flags, traits, step, lends = base.below, line.flags, line.traits, line.step, base.lends
    for j in range(n):
        state[j] = base.language
    cheapest = np.inf
    for k in range(line.size):
        if k != base.language:
            cheapest = min(cheapest, costs[ENTER] - AT_LINE + prior[k])
    languages = np.empty(MOST_LANGUAGES + 1, np.int64)
    begin = 0
    reach = 0.0
    peak = 0.0
    done = 0
    last = 0
    for j in range(n + 1):
        gain = AGAINST
        if j == n:
            gain = -np.inf
        elif below[j] > 0:
            gain = min(word_weight(flags[j], traits[j], lends) * step * below[j], costs[CLIP])
        elif reach == 0.0:
            continue
        if reach + gain > 0.0:
            if reach == 0.0:
                begin = j
            reach += gain
            peak = max(peak, reach)
            last = j
        elif reach > 0.0:
            if peak >= cheapest:
                first = max(done, begin - WINDOW_MARGIN)
                stop = min(n, last + 1 + WINDOW_MARGIN)
                found = candidates_of(line, first, stop, base, costs, prior, languages)
                if found > 1:
                    decode_window(line, first, stop, base, costs, prior, languages[:found], state)
                done = last + 1
            reach = 0.0
            peak = 0.0


@leaf
def listed_gain(line, j, base, language):
    """Give how much better a word is in a language than in the base, in nats, by the lists alone."""
    return line.step * (np.int64(base.below[j]) - steps_of(line, j, language))


@leaf
def gain_of(line, j, base, language):
    """Give how much better a word is in a language than in the base, in nats; a borrowed word is hardly better."""
    gain = listed_gain(line, j, base, language)
    return min(gain, 0.5) if base.lends == ENGLISH and line.traits[j] & LOAN else gain


@leaf
def ends_phrase(flags, j):
    """Tell whether a phrase ends before a word, or the text."""
    return j >= len(flags) or flags[j] & EDGES != 0


@part
def fill(array, begin, end, value):
    """Write a value to a stretch: a loop compiles faster than an assignment to a slice."""
    for k in range(begin, end):
        array[k] = value


@leaf
def edge_of(flags, n):
    """Give the nats that a word at the edge of a run of ``n`` words must have."""
    if n >= LONG_RUN:
        return EDGE_OF_A_LONG_RUN
    return EDGE_WITH_CAPITAL if flags & CAPITAL else EDGE


@making
def gains_of(line, begin, end, base, language):
    """Give how much better each word of a run is in its language than in the base, in nats."""
    rows, table, spelled, traits, below = line.rows, line.table, line.spelled, line.traits, base.below
    gains = np.empty(end - begin)
    for j in range(begin, end):
        row = rows[j]
        steps = table[row + language] if row >= 0 else spelled[-row - 2 + language]
        gain = line.step * (np.int64(below[j]) - np.int64(steps))
        gains[j - begin] = min(gain, 0.5) if base.lends == ENGLISH and traits[j] & LOAN else gain
    return gains


@part
def trim_run(line, begin, end, gains, is_kin):
    """Leave the words at the edges of a run to the base that are not clearly of the run's language."""
    # An edge that stands at the edge of a phrase is kept between kin, if the word could be of either.
    flags = line.flags
    first = begin
    while begin < end:
        least = EDGE_OF_A_PHRASE if is_kin and ends_phrase(flags, begin) else edge_of(flags[begin], end - begin)
        if gains[begin - first] >= least:
            break
        begin += 1
    while end > begin:
        least = EDGE_OF_A_PHRASE if is_kin and ends_phrase(flags, end) else edge_of(flags[end - 1], end - begin)
        if gains[end - 1 - first] >= least:
            break
        end -= 1
    return begin, end


@part
def is_particle(flags, j):
    """Tell whether a word is a short one between two capitals, which belongs to the name: Casa de la Luna."""
    if flags[j] & CAPITAL or not flags[j] & SHORT or j == 0 or j + 1 >= len(flags):
        return False
    return flags[j - 1] & CAPITAL != 0 and flags[j + 1] & CAPITAL != 0


@part
def is_plain_noun(line, j):
    """Tell whether a word with a capital is listed, no name and nothing borrowed, and does not begin a sentence."""
    other = SENTENCE_START | LINE_START | ALL_CAPITALS
    return line.flags[j] & (CAPITAL | other) == CAPITAL and line.rows[j] >= 0 and line.traits[j] == 0


@part
def evidence_of(line, begin, end, gains, costs, by_nouns):
    """Give what speaks for a run in nats, 0 if that is nothing but names, particles and borrowed words.

    ``by_nouns`` tells how nouns with capitals count: not at all, beside another word, always.
    """
    flags, traits, lengths = line.flags, line.traits, line.lengths
    evidence = 0.0
    small = False
    nouns = 0.0
    for j in range(begin, end):
        gain = min(gains[j - begin], costs[CLIP])
        if lengths[j] <= costs[LONE]:
            gain = min(gain, 1.0)
        if flags[j] & CAPITAL:
            is_name = traits[j] & NAME != 0
            evidence += (0.05 if is_name else 0.2) * gain
            nouns += 0.0 if is_name else 0.5 * gain
        elif not is_particle(flags, j):
            evidence += gain
            if gain >= 1.5 and (lengths[j] > 2 or costs[LONE] > 1 or end - begin > 1):
                small = True
    if by_nouns == NOUNS_BESIDE and end - begin == 1:
        small = small or (gains[0] >= LONE_NOUN and is_plain_noun(line, begin))
    if by_nouns == NOUNS_ALWAYS or (by_nouns == NOUNS_BESIDE and small):
        # Where nouns are written with capitals, a capital is no sign of a name.
        evidence += nouns
        small = small or nouns >= 2.0
    return evidence if small else 0.0


@part
def needed_of(line, begin, end, is_english, is_term):
    """Give the evidence that a run must have."""
    if is_term:
        return ENOUGH_OF_A_TERM
    if end - begin == 1 and line.lengths[begin] <= 3 and not is_english:
        return ENOUGH_OF_A_SHORT_WORD
    return ENOUGH


@making
def confidence_of_run(line, begin, end, base, language, in_latin, evidence, support, weights):
    """Give how probable it is that the language of a run is right: a logistic model of what speaks for it.

    ``support`` is how many other words of the text are in that language.  `languages.py` names the weights in the order
    of the features here.
    """
    n = end - begin
    size = line.size
    rows, table, spelled, flags, traits, below = (
        line.rows,
        line.table,
        line.spelled,
        line.flags,
        line.traits,
        base.below,
    )
    capitals = 0
    unknown = 0
    borrowed = 0
    most = 0
    totals = np.zeros(size, np.int32)
    for j in range(begin, end):
        row = rows[j]
        at_base = np.int32(below[j])
        values = table[row : row + size] if row >= 0 else spelled[-row - 2 : -row - 2 + size]
        for k in range(len(values)):
            totals[k] += at_base - np.int32(values[k])
        most = max(most, at_base - np.int32(values[language]))
        capitals += flags[j] & CAPITAL != 0
        unknown += row < 0
        borrowed += traits[j] != 0
    rival = 0
    for k in range(size):
        if k != language and k != base.language and totals[k] > rival:
            rival = totals[k]
    lead = line.step * (totals[language] - rival)
    in_english = base.language == 0 and in_latin
    score = weights[0]
    score += weights[1] * np.log1p(evidence)
    score += weights[2] * (2.0 if in_english and n == 1 else 0.0)
    score += weights[3] * 2.0 * capitals / n
    score += weights[4] * min(max(lead / 8.0, -3.0), 3.0)
    score += weights[5] * 2.0 * unknown / n
    score += weights[6] * min(np.log1p(support), 3.0)
    score += weights[7] * (1.0 if in_english else 0.0)
    score += weights[8] * min(line.step * most, 12.0) / 4.0
    score += weights[9] * 2.0 * borrowed / n
    return 1.0 / (1.0 + np.exp(-score))


@making
def count_words(line, state, base, kinds, total):
    """Count the words in each language but the base: all of them, and without those like the one before them.

    A word that is repeated is no more evidence than once.  Gives the most that a language has.
    """
    for k in range(line.size):
        kinds[k] = 0.0
        total[k] = 0
    last = np.empty(line.size, np.int64)
    for k in range(line.size):
        last[k] = -1
    for j in range(len(state)):
        language = state[j]
        if language == base.language:
            continue
        if last[language] < 0 or line.hashes[j] != line.hashes[last[language]]:
            kinds[language] += 1.0
        total[language] += 1
        last[language] = j
    most = 0.0
    for k in range(len(kinds)):
        most = max(most, kinds[k])
    return most


@part
def could_be_name(line, j, base, language):
    """Tell whether a capitalised word beside a run may be a name in it."""
    if not line.flags[j] & CAPITAL:
        return False
    return line.traits[j] & NAME != 0 or gain_of(line, j, base, language) >= LEAST_OF_A_NAME


@part
def after_names(line, end, state, base, language):
    """Give the end of a run with the names behind it, if they stand between it and the end of the phrase.

    Not so before a run: there a name as often ends the sentence of the base.
    """
    last = end
    while last < len(state) and last - end < 3:
        if line.flags[last] & EDGES or state[last] != base.language or not could_be_name(line, last, base, language):
            break
        last += 1
        if ends_phrase(line.flags, last):
            return last
    return end


@part
def before_names(line, begin, state, base, language):
    """Give the start of a run with the names before it, if they begin a sentence that is foreign to its end."""
    edge = SENTENCE_START | LINE_START | AFTER_MASK
    first = begin
    while first > 0 and begin - first < 3 and not line.flags[first] & EDGES:
        if state[first - 1] != base.language or not could_be_name(line, first - 1, base, language):
            break
        first -= 1
        if line.flags[first] & edge:
            return first
    return begin


@part
def belongs_to(line, j, base, language):
    """Tell whether a word beside a run is of its language too; that English borrowed it says nothing there."""
    gain = listed_gain(line, j, base, language)
    if line.flags[j] & CAPITAL:
        return line.traits[j] & NAME == 0 and gain >= CARRIED_WITH_CAPITAL
    return gain >= CARRIED


@part
def carry_words(line, begin, end, state, base, language):
    """Give a run with the words at its sides that are of its language, up to the ends of the phrase."""
    near = BREAK | AFTER_MASK
    while begin > 0 and state[begin - 1] == base.language and not line.flags[begin] & near:
        if not belongs_to(line, begin - 1, base, language):
            break
        begin -= 1
    while end < len(state) and state[end] == base.language and not line.flags[end] & near:
        if not belongs_to(line, end, base, language):
            break
        end += 1
    return begin, end


@part
def fill_gaps(line, state, base, confidence):
    """Give a single word of the base between two runs of one language to it, if it could be of that language."""
    for j in range(2, len(state) - 2):
        language = state[j - 1]
        if state[j] != base.language or language == base.language or state[j + 1] != language:
            continue
        if state[j - 2] != language and state[j + 2] != language:
            continue
        if (line.flags[j] | line.flags[j + 1]) & (BREAK | AFTER_MASK):
            continue
        if listed_gain(line, j, base, language) >= LEAST_OF_A_GAP:
            state[j] = language
            confidence[j] = min(confidence[j - 1], confidence[j + 1])


@part
def sum_steps(line, begin, end, out):
    """Write how many steps the words of a run are below their best language, in each language."""
    rows, table, spelled, size = line.rows, line.table, line.spelled, line.size
    for k in range(size):
        out[k] = 0
    for j in range(begin, end):
        row = rows[j]
        values = table[row : row + size] if row >= 0 else spelled[-row - 2 : -row - 2 + size]
        for k in range(len(values)):
            out[k] += np.int32(values[k])


@making
def unite_languages(line, state, base, kinds):
    """Give runs that could as well be of another language of the text to it, where that one is the clearer.

    A text that mixes in two languages mixes in related ones seldom: a word of both is of the one that other words show.
    """
    n = len(state)
    size = line.size
    present = 0
    for k in range(size):
        present += kinds[k] > 0.0
    if present < 2:
        return
    sums = np.empty(size, np.int32)
    clear = np.zeros(size)
    for again in range(2):
        end = np.int64(0)
        while end < n:
            begin = end
            end += 1
            language = state[begin]
            if language == base.language:
                continue
            while end < n and state[end] == language:
                end += 1
            sum_steps(line, begin, end, sums)
            rival = np.inf
            for k in range(size):
                if k != language and k != base.language and kinds[k] > 0.0:
                    rival = min(rival, line.step * (sums[k] - sums[language]))
            own = min(max(rival, 0.0), MOST_CLEAR)
            if again == 0:
                clear[language] += own
                continue
            best = language
            least = 0.0
            for k in range(size):
                if k == language or k == base.language or kinds[k] == 0.0:
                    continue
                lead = min(clear[k] - (clear[language] - own), MOST_LEAD)
                loss = line.step * (sums[k] - sums[language]) - lead
                if lead > 0.0 and loss < least:
                    best = k
                    least = loss
            fill(state, begin, end, best)


@making
def judge_runs(line, state, base, costs, first, german, kinds, total, weights, confidence):
    """Keep the runs that are probable enough, give them their edges, and leave the others to the base."""
    n = len(state)
    end = np.int64(0)
    while end < n:
        j = end
        end += 1
        if state[j] == base.language:
            continue
        language = state[j]
        while end < n and state[end] == language:
            end += 1
        gains = gains_of(line, j, end, base, language)
        begin, stop = trim_run(line, j, end, gains, base.kin[language])
        own = 0.0
        if stop > begin:
            is_term = base.lends == ENGLISH and total[language] > 1 and kinds[language] <= 1.0
            by_nouns = NOUNS_NEVER
            if base.lends == GERMAN or (first + language == german and base.lends == NEITHER):
                by_nouns = NOUNS_ALWAYS
            elif first + language == german:
                by_nouns = NOUNS_BESIDE
            evidence = evidence_of(line, begin, stop, gains[begin - j :], costs, by_nouns)
            if evidence >= needed_of(line, begin, stop, first + language == 0, is_term):
                support = max(0.0, kinds[language] - (stop - begin))
                own = confidence_of_run(line, begin, stop, base, language, first == 0, evidence, support, weights)
        fill(state, j, end, base.language)
        if own < LEAST_CONFIDENCE:
            continue
        if stop - begin >= WORDS_THAT_CARRY:
            begin, stop = carry_words(line, begin, stop, state, base, language)
        if stop - begin >= WORDS_THAT_CARRY_NAMES:
            stop = after_names(line, stop, state, base, language)
            if stop == n or line.flags[stop] & (SENTENCE_START | LINE_START | AFTER_MASK):
                begin = before_names(line, begin, state, base, language)
        fill(state, begin, stop, language)
        fill(confidence, begin, stop, own)
        end = max(end, stop)


@making
def base_of(line, language, lends, kin):
    """Put together what is asked of the base again and again."""
    below = line.first
    if language != 0:
        below = np.empty(len(line.rows), np.uint8)
        for j in range(len(below)):
            below[j] = steps_of(line, j, language)
    return Base(language, below, lends, kin)


@making
def are_known(line, state, base, least):
    """Tell for each language whether most of its words in a text are known ones.

    A language whose words are mostly unknown is one that no list here has; then languages with few words in the text
    are not to be trusted either.
    """
    counted = np.zeros(line.size, np.int64)
    found = np.zeros(line.size, np.int64)
    for j in range(len(state)):
        if line.lengths[j] < 3 or line.flags[j] & CAPITAL:
            continue
        language = state[j]
        counted[language] += 1
        if line.rows[j] >= 0:
            steps = base.below[j] if language == base.language else steps_of(line, j, language)
            found[language] += line.step * steps <= KNOWN_WITHIN
    lost = counted[base.language] >= 8 and found[base.language] < least * counted[base.language]
    known = np.empty(line.size, np.bool_)
    n_counted = 0
    for k in range(line.size):
        n_counted += counted[k]
        if counted[k] >= 8:
            known[k] = found[k] >= least * counted[k]
        else:
            known[k] = not lost
    return known, n_counted


@making
def label_line(line, first, costs, base_prior, entry_prior, kinship, german, weights, out, confidence):
    """Label the words of one text in one script that several languages share.

    ``first`` is the number of the script's first language.  Gives the place of the base, and whether other languages
    came into question.
    """
    n = len(line.rows)
    size = line.size
    language, advantage = base_language(line, base_prior[first : first + size])
    lends = ENGLISH if first + language == 0 else (GERMAN if first + language == german else NEITHER)
    base = base_of(line, language, lends, kinship[first + language, first : first + size])
    sure = 1.0 / (1.0 + np.exp(-advantage / 4.0))
    state = np.empty(n, np.int64)
    most = 0.0
    if size > 1:
        prior = entry_prior[first + language, first : first + size].copy()
        search(line, base, costs, prior, state)
        kinds = np.zeros(size)
        total = np.zeros(size, np.int64)
        most = count_words(line, state, base, kinds, total)
    else:
        fill(state, np.int64(0), n, language)
    if most == 0.0 and advantage == CLEAR_ADVANTAGE:
        fill(out, np.int64(0), n, first + language + 1)
        fill(confidence, np.int64(0), n, sure)
        return language, False
    if most > 0.0:
        for k in range(size):
            if kinds[k] == 0.0:
                prior[k] += UNSEEN_ENTRY
            else:
                prior[k] -= SEEN_ENTRY * kinds[k] / most * (1.0 if kinds[k] > 1.5 else SEEN_ONCE)
        search(line, base, costs, prior, state)
        count_words(line, state, base, kinds, total)
        unite_languages(line, state, base, kinds)
        count_words(line, state, base, kinds, total)
        judge_runs(line, state, base, costs, first, german, kinds, total, weights, confidence)
        fill_gaps(line, state, base, confidence)
    known, counted = are_known(line, state, base, costs[KNOWN])
    any_known = counted >= 8 or (first > 0 and advantage >= 2.0)
    for j in range(n):
        any_known = any_known or line.rows[j] >= 0
    for j in range(n):
        if not any_known or not known[state[j]]:
            out[j] = UNDETERMINED
            confidence[j] = 0.0
        else:
            out[j] = first + state[j] + 1
            if state[j] == language:
                confidence[j] = sure
    return language, most > 0.0


@part
def has_accent(buffer, start, end):
    """Tell whether a Greek word has a letter with an accent."""
    at = start
    while at < end:
        c, at = decode(buffer, at, end)
        if (c >= 0x386 and c <= 0x390) or (c >= 0x3AA and c <= 0x3B0) or (c >= 0x3CA and c <= 0x3CE):
            return True
        if (c >= 0x1F00 and c < 0x2000) or (c >= 0x300 and c < 0x370):
            return True
    return False


@part
def is_among(word, words):
    """Tell whether a hash is one of a few."""
    found = False
    for k in range(len(words)):
        found = found or words[k] == word
    return found


@part
def take_letters(buffer, begin, end, script, flags, hashes, starts, ends, index, group, table, step, base, out, sure):
    """Take Latin words of one letter along with the foreign run beside which they stand: "z drugiej strony".

    A letter that is a word of the base too (the English "a") stays where it is.
    """
    for k in range(begin, end):
        if ends[k] - starts[k] > 2 or script[k] != LATIN or not flags[k] & NEUTRAL or out[k] != NO_LANGUAGE:
            continue
        for other in (k + 1, k - 1):
            if other < begin or other >= end or script[other] != LATIN:
                continue
            language = out[other] - 1
            near = starts[other] - ends[k] if other > k else starts[k] - ends[other]
            if near != 1 or language < 0 or language == base or flags[max(k, other)] & BREAK:
                continue
            row = row_in(look_up(hashes[k], index), group)
            if row < 0:
                continue
            own = step * table[row + language]
            at_base = step * table[row + base]
            if base == 0 and buffer[starts[k]] == 105:
                at_base = NOT_ENGLISH  # the pronoun is a capital
            if own <= MOST_OF_A_LETTER and own + 2.0 < at_base:
                out[k] = out[other]
                sure[k] = sure[other]
                break


@part
def spread_greek(begin, end, script, starts, ends, greek, out, confidence):
    """Take short Greek words without an accent along where they stand beside Greek, where they are no formula."""
    for step in (1, -1):
        k = begin + 1 if step == 1 else end - 2
        while begin <= k < end:
            other = k - step
            near = starts[k] - ends[other] if step == 1 else starts[other] - ends[k]
            if script[k] == GREEK and out[k] == NO_LANGUAGE and out[other] == greek and near == 1:
                out[k] = greek
                confidence[k] = confidence[other]
            k += step


@part
def look_up_turkish(buffer, start, end, fold, index):
    """Find a word as if it was Turkish in an old encoding, in which these letters stand for others; -1 if it has none.

    Web text keeps such spellings: "deðil" for "değil", "kiþi" for "kişi".
    """
    h = FNV_BASIS
    at = start
    some = False
    while at < end:
        c, at = decode(buffer, at, end)
        meant = c
        if c == 0xF0 or c == 0xD0:
            meant = np.int64(0x11F)
        elif c == 0xFE or c == 0xDE:
            meant = np.int64(0x15F)
        elif c == 0xFD:
            meant = np.int64(0x131)
        some = some or meant != c
        if meant < 0x10000:
            for k in range(3):
                if fold[meant, k] == 0:
                    break
                h = (h ^ np.uint64(fold[meant, k])) * FNV_PRIME
    return look_up(h, index) if some else np.int64(-1)


@part
def look_up_parts(k, buffer, starts, ends, parts, index):
    """Find the longer part of a word, or the other; not those of one with an article ("l'eau")."""
    if is_elided(buffer, starts[k], ends[k]):
        return np.int64(-1)
    found = look_up(parts[k, 0], index)
    return found if found >= 0 else look_up(parts[k, 1], index)


@making
def spell_line(
    n,
    chosen,
    buffer,
    starts,
    ends,
    flags,
    parts,
    fold,
    index,
    group,
    table,
    grams,
    gram_group,
    gram_table,
    salt,
    step,
    weight,
    rows,
    first,
    spelled,
):
    """Write the rows of the words of a line that no list has."""
    at = np.int64(0)
    for j in range(n):
        if rows[j] != NO_ROW:
            continue
        k = chosen[j]
        if flags[k] & JOINED:
            one = row_in(look_up(parts[k, 0], index), group)
            other = row_in(look_up(parts[k, 1], index), group)
            if one >= 0 and other >= 0 and one != other:
                join_rows(table, one, other, group[SIZE], spelled, at)
                rows[j] = -at - 2
        if rows[j] == NO_ROW:
            spell(buffer, starts[k], ends[k], fold, grams, gram_group, gram_table, salt, step, weight, spelled, at)
            rows[j] = -at - 2
        first[j] = spelled[at]
        at += group[SIZE]


@entry
def label_words(
    buffer,
    starts,
    ends,
    by_text,
    script,
    flags,
    hashes,
    parts,
    fold,
    index,
    table,
    grams,
    gram_table,
    step,
    groups,
    gram_groups,
    group_of_script,
    language_of_script,
    greek_words,
    costs,
    base_prior,
    entry_prior,
    kinship,
    german,
    weights,
):
    """Give the language of every word and how sure that is; words in Han and kana are left to `han.py`.

    ``groups`` holds the facts of the scripts that several languages share; the number of a language is its place in
    them plus one, because 0 is "undetermined".
    """
    n_words = len(script)
    out = np.full(n_words, NO_LANGUAGE, np.int16)
    confidence = np.zeros(n_words, np.float32)
    longest = 0
    for i in range(len(by_text) - 1):
        longest = max(longest, by_text[i + 1] - by_text[i])
    chosen = np.empty(longest, np.int64)
    rows = np.empty(longest, np.int64)
    first_steps = np.empty(longest, np.uint8)
    line_flags = np.empty(longest, np.uint16)
    traits = np.empty(longest, np.uint8)
    lengths = np.empty(longest, np.int32)
    line_hashes = np.empty(longest, np.uint64)
    line_out = np.empty(longest, np.int16)
    sure = np.empty(longest, np.float64)
    present = np.zeros(len(groups), np.bool_)
    for i in range(len(by_text) - 1):
        begin = by_text[i]
        end = by_text[i + 1]
        has_greek = False
        for g in range(len(groups)):
            present[g] = False
        for k in range(begin, end):
            s = script[k]
            if flags[k] & NEUTRAL:
                continue
            if group_of_script[s] >= 0:
                present[group_of_script[s]] = True
            elif s == HAN or s == HIRAGANA or s == KATAKANA:
                continue
            elif (
                s == GREEK
                and ends[k] - starts[k] < 8
                and not has_accent(buffer, starts[k], ends[k])
                and not is_among(hashes[k], greek_words)
            ):
                out[k] = NO_LANGUAGE
            else:
                has_greek = has_greek or s == GREEK
                out[k] = language_of_script[s]
                confidence[k] = 1.0 if out[k] != UNDETERMINED else 0.0
        if has_greek:
            spread_greek(begin, end, script, starts, ends, language_of_script[GREEK], out, confidence)
        for g in range(len(groups)):
            if not present[g]:
                continue
            group = groups[g]
            size = group[SIZE]
            n = np.int64(0)
            unknown = np.int64(0)
            for k in range(begin, end):
                if group_of_script[script[k]] != g or flags[k] & NEUTRAL:
                    continue
                found = look_up(hashes[k], index)
                if found < 0 and flags[k] & JOINED:
                    found = look_up_parts(k, buffer, starts, ends, parts, index)
                chosen[n] = k
                if found < 0 and g == 0:
                    found = look_up_turkish(buffer, starts[k], ends[k], fold, index)
                row = row_in(found, group)
                facts = found >> PLACE_BITS if row >= 0 else 0
                rows[n] = row
                traits[n] = facts & ((1 << TRAIT_BITS) - 1)
                first_steps[n] = facts >> TRAIT_BITS
                unknown += row < 0
                line_flags[n] = flags[k]
                lengths[n] = ends[k] - starts[k]
                line_hashes[n] = hashes[k]
                n += 1
            spelled = np.empty(unknown * size, np.uint8)
            if unknown:
                spell_line(
                    n,
                    chosen,
                    buffer,
                    starts,
                    ends,
                    flags,
                    parts,
                    fold,
                    index,
                    groups[g],
                    table,
                    grams,
                    gram_groups[g],
                    gram_table,
                    g,
                    step,
                    costs[g, SPELLED],
                    rows,
                    first_steps,
                    spelled,
                )
            line = Line(
                rows[:n],
                first_steps[:n],
                line_flags[:n],
                traits[:n],
                lengths[:n],
                line_hashes[:n],
                table,
                spelled,
                size,
                step,
            )
            base, is_mixed = label_line(
                line,
                groups[g, FIRST],
                costs[g],
                base_prior,
                entry_prior,
                kinship,
                german,
                weights,
                line_out[:n],
                sure[:n],
            )
            for j in range(n):
                out[chosen[j]] = line_out[j]
                confidence[chosen[j]] = sure[j]
            if g == 0 and is_mixed:
                take_letters(
                    buffer,
                    begin,
                    end,
                    script,
                    flags,
                    hashes,
                    starts,
                    ends,
                    index,
                    groups[0],
                    table,
                    step,
                    base,
                    out,
                    confidence,
                )
    return out, confidence
