"""Decide the language of each word: by its script, or by word lists and a Viterbi search along the text.

Log-probabilities are in nats; tables hold them as steps below the best language.  `languages.py` documents the costs.
"""

import numpy as np
from numba import njit

# Scripts with fixed codes: see `tools/make_unicode_table.py`.
LATIN, HAN, HIRAGANA, KATAKANA, GREEK = 2, 3, 4, 5, 7

# Flags of words: see `words.py`.
CAPITAL, ALL_CAPITALS, SENTENCE_START, LINE_START, NEUTRAL, AFTER_MASK, AFTER_COLON = 1, 2, 4, 8, 16, 32, 64
SHORT, JOINED, BREAK = 128, 256, 512

# What a listed word is besides: a name, or a word that English borrowed.
NAME, LOAN = 1, 2

# What a word's language can be besides an index into the tags.
NO_LANGUAGE, UNDETERMINED = -1, 0

# What a word's row can be besides a place in the table.
NO_ROW = -1

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

#: Symbols of an unknown word that are looked at.
LONGEST_WORD = 32

#: Words of a text that are asked for its language.
BASE_WORDS = 128

#: Languages that are followed through a window, those that the words speak for most.
MOST_LANGUAGES = 6

#: Sides of a window: words around the stretch in which another language gains.
WINDOW_MARGIN = 4

#: Nats by which Han without kana must look Japanese to be taken for it: in all, and for each character.
JAPANESE_WITHOUT_KANA, JAPANESE_CHARACTER = 1.0, 0.7

#: Nats: what a kana says, a step of the tables of Han, and the weight of a pair of characters beside the characters.
KANA_ODDS, HAN_STEP, PAIR_WEIGHT = 5.0, 0.0625, 0.5

#: Han characters that Japanese writes together, and nats for each that follows.
HAN_OF_JAPANESE, LONG_HAN_RUN = 4, -0.8

#: Nats of passing between Chinese and Japanese: where a sentence begins, behind a comma or another script, elsewhere.
SWITCH_AT_SENTENCE, SWITCH_AT_BREAK, SWITCH_INSIDE = 2.5, 3.5, 6.0

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

#: Nats by which a word between two runs of one language may be more like the base and yet belongs to them.
LEAST_OF_A_GAP = -4.0

#: Nats off the cost of entering the language that a text has most of, the share of that where the text has a single
#: word of it, and nats on the cost of the languages that it has not.
SEEN_ENTRY, SEEN_ONCE, UNSEEN_ENTRY = 3.0, 0.25, 3.0

#: Runs that are less probable than this are left to the base.
LEAST_CONFIDENCE = 0.35


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def build_index(keys, n_slots):
    """Make an open-addressing table of 40-bit keys: for each slot the upper 32 bits, and the position (-1: free).

    The number of slots is a power of two.
    """
    slots = np.full(n_slots, -1, np.int32)
    checks = np.zeros(n_slots, np.uint32)
    for i in range(len(keys)):
        slot = np.int64(keys[i] & np.uint64(n_slots - 1))
        while slots[slot] >= 0:
            slot = (slot + 1) & (n_slots - 1)
        slots[slot] = i
        checks[slot] = np.uint32(keys[i] >> np.uint64(8))
    return slots, checks


@njit(cache=True, nogil=True)
def look_up(word, slots, checks):
    """Find the position of a 64-bit hash by its upper 40 bits, or -1."""
    n_slots = len(slots)
    key = word >> np.uint64(24)
    check = np.uint32(key >> np.uint64(8))
    slot = np.int64(key & np.uint64(n_slots - 1))
    while slots[slot] >= 0:
        if checks[slot] == check:
            return np.int64(slots[slot])
        slot = (slot + 1) & (n_slots - 1)
    return np.int64(-1)


@njit(cache=True, nogil=True)
def hash_pair(one, other):
    """Hash two characters that stand together."""
    h = (FNV_BASIS ^ np.uint64(one)) * FNV_PRIME
    h = (h ^ np.uint64(other)) * FNV_PRIME
    h ^= h >> np.uint64(29)
    return h * FNV_PRIME


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def hash_gram(symbols, start, end, salt):
    """Hash the symbols ``start:end``; the salt keeps the grams of different scripts apart."""
    h = FNV_BASIS ^ np.uint64(salt)
    for k in range(start, end):
        h = (h ^ np.uint64(symbols[k])) * FNV_PRIME
        h ^= h >> np.uint64(29)
    return h * FNV_PRIME


@njit(cache=True, nogil=True)
def hash_grams(buffer, start, end, fold, salt):
    """Hash grams given as texts, in which a space is the edge of a word."""
    out = np.empty(len(start), np.uint64)
    symbols = np.empty(LONGEST_WORD + 2, np.int64)
    for i in range(len(start)):
        n = symbols_of(buffer, start[i], end[i], fold, symbols)
        out[i] = hash_gram(symbols, 1, n - 1, salt)
    return out


@njit(cache=True, nogil=True)
def has_vowel(symbols, n):
    """Tell whether a Latin word has a letter that stands for a vowel; one with an accent counts."""
    for k in range(1, n - 1):
        c = symbols[k]
        if c == 97 or c == 101 or c == 105 or c == 111 or c == 117 or c == 121 or c > 127:
            return True
    return False


@njit(cache=True, nogil=True)
def spell(
    buffer, start, end, fold, gram_slots, gram_checks, gram_row_of, gram_table, size, salt, step, weight, out, at
):
    """Write the row of a word that no list has, from the longest known gram at each of its places."""
    symbols = np.empty(LONGEST_WORD + 2, np.int64)
    n = symbols_of(buffer, start, end, fold, symbols)
    if salt == 0 and not has_vowel(symbols, n):
        out[at : at + size] = 0
        return
    total = np.zeros(size, np.int32)
    floor = np.int32(6.0 / step)
    for stop in range(2, n + 1):
        for length in range(min(4, stop), 0, -1):
            found = look_up(hash_gram(symbols, stop - length, stop, salt), gram_slots, gram_checks)
            if found >= 0:
                row = gram_table[gram_row_of[found] : gram_row_of[found] + size]
                for k in range(size):
                    total[k] += min(np.int32(row[k]), floor)
                break
    least = total.min()
    for k in range(size):
        out[at + k] = np.uint8(min(40.0, np.rint(weight * (total[k] - least))))


@njit(cache=True, nogil=True)
def is_elided(buffer, start, end):
    """Tell whether a word begins with one or two letters and an apostrophe, as in "l'eau" and "qu'il"."""
    for at in range(start + 1, min(start + 3, end - 2)):
        if buffer[at] == 39 or (buffer[at] == 0xE2 and buffer[at + 1] == 0x80 and buffer[at + 2] == 0x99):
            return True
    return False


@njit(cache=True, nogil=True)
def join_rows(table, one, other, size, out, at):
    """Write the row of a word of two parts: the sum of theirs."""
    least = 255
    for k in range(size):
        least = min(least, np.int64(table[one + k]) + table[other + k])
    for k in range(size):
        out[at + k] = np.uint8(min(40, np.int64(table[one + k]) + table[other + k] - least))


@njit(cache=True, nogil=True)
def steps_below(row, language, table, spelled):
    """Give how many steps a word is below its best language: a row of the lists, or of the words spelled here."""
    if row >= 0:
        return np.float64(table[row + language])
    return np.float64(spelled[-row - 2 + language])


@njit(cache=True, nogil=True)
def word_weight(flags, traits, lends):
    """Weigh the evidence of a word: names and borrowed words say less than others.

    ``lends`` is 1 where the base is English, in which a borrowed word is no switch, 2 where it is German, which writes
    its nouns with capitals, else 0.
    """
    if flags & CAPITAL:
        if traits & NAME:
            return 0.2
        return 0.6 if flags & (SENTENCE_START | AFTER_COLON) else 0.8
    return 0.15 if lends == 1 and traits & LOAN else 1.0


@njit(cache=True, nogil=True)
def base_language(chosen, rows, flags, table, spelled, size, step, prior):
    """Choose the language of most of a text's words in one script.

    Returns its place in the script's list and the advantage over the runner-up in nats.  Of a long text, words at
    even distances are asked.
    """
    # Whole numbers and one row at a time: such a loop is unrolled, and this one is run for every word.
    sums = np.zeros(size, np.int32)
    stride = max(1, len(chosen) // BASE_WORDS)
    highest = np.uint8(9.0 / step)
    for j in range(0, len(chosen), stride):
        row = rows[chosen[j]]
        weight = np.int32(10)
        if flags[chosen[j]] & CAPITAL:
            weight = np.int32(4)
        elif flags[chosen[j]] & SHORT:
            weight = np.int32(6)
        if row >= 0:
            values = table[row : row + size]
        else:
            weight //= np.int32(2)
            values = spelled[-row - 2 : -row - 2 + size]
        for k in range(len(values)):
            sums[k] += weight * np.int32(min(values[k], highest))
    total = prior - 0.1 * step * sums
    best = 0
    for k in range(1, size):
        if total[k] > total[best]:
            best = k
    runner_up = -np.inf
    for k in range(size):
        if k != best and total[k] > runner_up:
            runner_up = total[k]
    return best, total[best] - runner_up if size > 1 else 9.0


@njit(cache=True, nogil=True)
def candidates_of(chosen, begin, end, rows, flags, traits, table, spelled, size, step, base, costs, prior, lends, out):
    """Find the languages whose best stretch in a window could pay for entering them; the base comes first."""
    # What the words that speak against the base are worth in all: more than any path could gain.
    sums = np.zeros(size, np.int32)
    for j in range(begin, end):
        word = chosen[j]
        row = rows[word]
        at_base = np.int32(steps_below(row, base, table, spelled))
        if at_base > 0:
            weight = np.int32(100.0 * word_weight(flags[word], traits[word], lends) + 1.0)
            values = table[row : row + size] if row >= 0 else spelled[-row - 2 : -row - 2 + size]
            for k in range(len(values)):
                sums[k] += weight * max(at_base - np.int32(values[k]), np.int32(0))
    peak = 0.01 * step * sums
    out[0] = base
    n = 1
    for k in range(size):
        margin = peak[k] - (costs[0] - 1.5 + prior[k])
        if k == base or margin < 0.0:
            continue
        peak[k] = margin
        if n <= MOST_LANGUAGES:
            out[n] = k
            n += 1
            continue
        least = 1
        for c in range(2, n):
            if peak[out[c]] < peak[out[least]]:
                least = c
        if margin > peak[out[least]]:
            out[least] = k
    return n


@njit(cache=True, nogil=True)
def decode_window(
    chosen, begin, end, rows, flags, traits, table, spelled, step, costs, prior, kin, lends, languages, state
):
    """Find the best path of languages through the words ``chosen[begin:end]`` that starts and ends in the base.

    ``costs``: enter, exit, stay, clip.  ``languages`` are those that come into question, the base first; ``state[j]``
    gets the place of the language in the script's list.
    """
    enter, leave, stay, clip = costs[0], costs[1], costs[2], costs[3]
    n = end - begin
    size = len(languages)
    base = languages[0]
    back = np.empty((n, size), np.int8)
    score = np.full(size, -np.inf)
    score[0] = 0.0
    fresh = np.empty(size)
    for j in range(n):
        word = chosen[begin + j]
        cost = enter
        if flags[word] & LINE_START:
            cost -= 1.5
        elif flags[word] & (SENTENCE_START | AFTER_COLON):
            cost -= 1.0
        best = 0
        for c in range(1, size):
            if score[c] > score[best]:
                best = c
        row = rows[word]
        weight = step * word_weight(flags[word], traits[word], lends)
        at_base = steps_below(row, base, table, spelled)
        fresh[0] = score[0]
        back[j, 0] = 0
        if best != 0 and score[best] - leave > fresh[0]:
            fresh[0] = score[best] - leave
            back[j, 0] = best
        for c in range(1, size):
            k = languages[c]
            gain = weight * (at_base - steps_below(row, k, table, spelled))
            gain = min(max(gain, -clip), clip)
            fresh[c] = score[c] - (0.0 if kin[k] else stay)
            back[j, c] = c
            if best != c and score[best] - cost - prior[k] > fresh[c]:
                fresh[c] = score[best] - cost - prior[k]
                back[j, c] = best
            fresh[c] += gain
        score[:] = fresh
    last = 0
    for c in range(size):
        if score[c] - leave > score[last]:
            last = c
    for j in range(n - 1, -1, -1):
        state[begin + j] = languages[last]
        last = back[j, last]


@njit(cache=True, nogil=True)
def search(chosen, rows, flags, traits, table, spelled, size, step, base, costs, prior, kin, lends, state):
    """Decode every window in which another language could pay for being entered; elsewhere the base stands."""
    n = len(chosen)
    state[:] = base
    cheapest = costs[0] - 1.5 + prior.min()
    languages = np.empty(size, np.int64)
    begin = 0
    reach = 0.0
    peak = 0.0
    done = 0
    last = 0
    for j in range(n + 1):
        gain = -np.inf
        if j < n:
            word = chosen[j]
            gain = step * steps_below(rows[word], base, table, spelled)
            if gain > 0.0:
                gain = min(word_weight(flags[word], traits[word], lends) * gain, costs[3])
            else:
                gain = -0.5
        if j < n and reach + gain > 0.0:
            if reach == 0.0:
                begin = j
            reach += gain
            if reach > peak:
                peak = reach
            last = j
        elif reach > 0.0:
            if peak >= cheapest:
                first = max(done, begin - WINDOW_MARGIN)
                stop = min(n, last + 1 + WINDOW_MARGIN)
                found = candidates_of(
                    chosen,
                    first,
                    stop,
                    rows,
                    flags,
                    traits,
                    table,
                    spelled,
                    size,
                    step,
                    base,
                    costs,
                    prior,
                    lends,
                    languages,
                )
                if found > 1:
                    decode_window(
                        chosen,
                        first,
                        stop,
                        rows,
                        flags,
                        traits,
                        table,
                        spelled,
                        step,
                        costs,
                        prior,
                        kin,
                        lends,
                        languages[:found],
                        state,
                    )
                done = last + 1
            reach = 0.0
            peak = 0.0


@njit(cache=True, nogil=True)
def gain_of(word, rows, traits, table, spelled, step, base, language, lends):
    """Give how much better a word is in a language than in the base, in nats."""
    row = rows[word]
    gain = step * (steps_below(row, base, table, spelled) - steps_below(row, language, table, spelled))
    return min(gain, 0.5) if lends == 1 and traits[word] & LOAN else gain


@njit(cache=True, nogil=True)
def edge_of(flags, n):
    """Give the nats that a word at the edge of a run of ``n`` words must have."""
    if n >= LONG_RUN:
        return EDGE_OF_A_LONG_RUN
    return EDGE_WITH_CAPITAL if flags & CAPITAL else EDGE


@njit(cache=True, nogil=True)
def keep_run(
    chosen,
    begin,
    end,
    rows,
    flags,
    traits,
    lengths,
    table,
    spelled,
    step,
    base,
    language,
    clip,
    lone,
    lends,
    is_german,
    is_kin,
    is_term,
    is_english,
):
    """Judge a run of foreign words: trim its edges, and give begin, end and evidence (0 if it is dropped)."""
    # An edge that stands at the edge of a phrase is kept, if the word could be of either language.
    while begin < end:
        word = chosen[begin]
        least = edge_of(flags[word], end - begin)
        if flags[word] & (SENTENCE_START | LINE_START | AFTER_MASK | BREAK) and is_kin:
            least = EDGE_OF_A_PHRASE
        if gain_of(word, rows, traits, table, spelled, step, base, language, lends) >= least:
            break
        begin += 1
    while end > begin:
        word = chosen[end - 1]
        least = edge_of(flags[word], end - begin)
        if is_kin and (end == len(chosen) or flags[chosen[end]] & (SENTENCE_START | LINE_START | AFTER_MASK | BREAK)):
            least = EDGE_OF_A_PHRASE
        if gain_of(word, rows, traits, table, spelled, step, base, language, lends) >= least:
            break
        end -= 1
    evidence = 0.0
    small = False
    nouns = 0.0
    for j in range(begin, end):
        word = chosen[j]
        gain = min(gain_of(word, rows, traits, table, spelled, step, base, language, lends), clip)
        capital = flags[word] & CAPITAL != 0
        if lengths[word] <= lone:
            gain = min(gain, 1.0)
        # A particle between two capitals belongs to the name: Casa de la Luna.
        if (
            not capital
            and flags[word] & SHORT
            and j > 0
            and j + 1 < len(chosen)
            and flags[chosen[j - 1]] & CAPITAL
            and flags[chosen[j + 1]] & CAPITAL
        ):
            continue
        if capital:
            evidence += (0.05 if traits[word] & NAME else 0.2) * gain
            if not traits[word] & NAME:
                nouns += 0.5 * gain
        else:
            evidence += gain
            if gain >= 1.5 and (lengths[word] > 2 or lone > 1 or end - begin > 1):
                small = True
    if lends == 2 or (is_german and (lends == 0 or small)):
        # Where nouns are written with capitals, a capital is no sign of a name.
        evidence += nouns
        small = small or nouns >= 2.0
    enough = ENOUGH
    if end - begin == 1 and lengths[chosen[begin]] <= 3 and not is_english:
        enough = ENOUGH_OF_A_SHORT_WORD
    if evidence < (ENOUGH_OF_A_TERM if is_term else enough) or not small:
        return begin, begin, 0.0
    return begin, end, evidence


@njit(cache=True, nogil=True)
def confidence_of_run(
    chosen, begin, end, rows, flags, traits, table, spelled, size, step, base, language, evidence, support, weights
):
    """Give how probable it is that the language of a run is right: a logistic model of what speaks for it.

    ``support`` is how many other words of the text are in that language.  `languages.py` names the weights in the order
    of the features here.
    """
    n = end - begin
    capitals = 0
    unknown = 0
    borrowed = 0
    own = 0.0
    most = 0.0
    totals = np.zeros(size)
    for j in range(begin, end):
        word = chosen[j]
        row = rows[word]
        at_base = steps_below(row, base, table, spelled)
        for k in range(size):
            totals[k] += at_base - steps_below(row, k, table, spelled)
        gain = step * (at_base - steps_below(row, language, table, spelled))
        own += gain
        most = max(most, gain)
        capitals += flags[word] & CAPITAL != 0
        unknown += row < 0
        borrowed += traits[word] != 0
    rival = 0.0
    for k in range(size):
        if k != language and k != base:
            rival = max(rival, step * totals[k])
    score = weights[0]
    score += weights[1] * np.log1p(evidence)
    score += weights[2] * (2.0 if base == 0 and size > 20 and n == 1 else 0.0)
    score += weights[3] * 2.0 * capitals / n
    score += weights[4] * min(max((own - rival) / 8.0, -3.0), 3.0)
    score += weights[5] * 2.0 * unknown / n
    score += weights[6] * min(np.log1p(support), 3.0)
    score += weights[7] * (1.0 if base == 0 and size > 20 else 0.0)
    score += weights[8] * min(most, 12.0) / 4.0
    score += weights[9] * 2.0 * borrowed / n
    return 1.0 / (1.0 + np.exp(-score))


@njit(cache=True, nogil=True)
def after_names(chosen, end, state, rows, flags, traits, table, spelled, step, base, language, lends):
    """Give the end of a run with the names behind it, if they stand between it and the end of the phrase.

    Not so before a run: there a name as often ends the sentence of the base.
    """
    edge = SENTENCE_START | LINE_START | AFTER_MASK | BREAK
    last = end
    while last < len(chosen) and last - end < 3:
        word = chosen[last]
        if not flags[word] & CAPITAL or flags[word] & edge or state[last] != base:
            break
        gain = gain_of(word, rows, traits, table, spelled, step, base, language, lends)
        if not traits[word] & NAME and gain < LEAST_OF_A_NAME:
            break
        last += 1
        if last == len(chosen) or flags[chosen[last]] & edge:
            return last
    return end


@njit(cache=True, nogil=True)
def count_words(chosen, state, hashes, base, kinds, total):
    """Count the words in each language but the base: all of them, and without those like the one before them.

    A word that is repeated is no more evidence than once.
    """
    kinds[:] = 0.0
    total[:] = 0
    last = np.full(len(total), -1, np.int64)
    for j in range(len(chosen)):
        language = state[j]
        if language == base:
            continue
        if last[language] < 0 or hashes[chosen[j]] != hashes[chosen[last[language]]]:
            kinds[language] += 1.0
        total[language] += 1
        last[language] = j


@njit(cache=True, nogil=True)
def fill_gaps(chosen, state, confidence, rows, flags, table, spelled, step, base):
    """Give a single word of the base between two runs of one language to it, if it could be of that language."""
    for j in range(2, len(chosen) - 2):
        language = state[j - 1]
        if state[j] != base or language == base or state[j + 1] != language:
            continue
        if state[j - 2] != language and state[j + 2] != language:
            continue
        if (flags[chosen[j]] | flags[chosen[j + 1]]) & (BREAK | AFTER_MASK):
            continue
        row = rows[chosen[j]]
        gain = step * (steps_below(row, base, table, spelled) - steps_below(row, language, table, spelled))
        if gain >= LEAST_OF_A_GAP:
            state[j] = language
            confidence[j] = min(confidence[j - 1], confidence[j + 1])


@njit(cache=True, nogil=True)
def belongs_to(word, rows, flags, traits, table, spelled, step, base, language):
    """Tell whether a word beside a run is of its language too; that English borrowed it says nothing there."""
    row = rows[word]
    gain = step * (steps_below(row, base, table, spelled) - steps_below(row, language, table, spelled))
    if flags[word] & CAPITAL:
        return not traits[word] & NAME and gain >= CARRIED_WITH_CAPITAL
    return gain >= CARRIED


@njit(cache=True, nogil=True)
def carry_words(chosen, begin, end, state, rows, flags, traits, table, spelled, step, base, language):
    """Give a run with the words at its sides that are of its language, up to the ends of the phrase."""
    while begin > 0 and state[begin - 1] == base and not flags[chosen[begin]] & (BREAK | AFTER_MASK):
        if not belongs_to(chosen[begin - 1], rows, flags, traits, table, spelled, step, base, language):
            break
        begin -= 1
    while end < len(chosen) and state[end] == base and not flags[chosen[end]] & (BREAK | AFTER_MASK):
        if not belongs_to(chosen[end], rows, flags, traits, table, spelled, step, base, language):
            break
        end += 1
    return begin, end


@njit(cache=True, nogil=True)
def before_names(chosen, begin, state, rows, flags, traits, table, spelled, step, base, language, lends):
    """Give the start of a run with the names before it, if they begin a sentence that is foreign to its end."""
    edge = SENTENCE_START | LINE_START | AFTER_MASK
    first = begin
    while first > 0 and begin - first < 3 and not flags[chosen[first]] & (edge | BREAK):
        word = chosen[first - 1]
        if not flags[word] & CAPITAL or state[first - 1] != base:
            break
        gain = gain_of(word, rows, traits, table, spelled, step, base, language, lends)
        if not traits[word] & NAME and gain < LEAST_OF_A_NAME:
            break
        first -= 1
        if flags[word] & edge:
            return first
    return begin


@njit(cache=True, nogil=True)
def label_script(
    chosen,
    rows,
    flags,
    traits,
    lengths,
    hashes,
    table,
    spelled,
    first,
    size,
    step,
    costs,
    base_prior,
    entry_prior,
    kinship,
    german,
    weights,
    out,
    confidence,
):
    """Label the words of one text in one script that several languages share; give the place of their base."""
    n = len(chosen)
    base, advantage = base_language(chosen, rows, flags, table, spelled, size, step, base_prior[first : first + size])
    sure = 1.0 / (1.0 + np.exp(-advantage / 4.0))
    state = np.full(n, base, np.int64)
    confidence_of = np.zeros(n)
    lends = 1 if first + base == 0 else (2 if first + base == german else 0)
    if size > 1:
        prior = entry_prior[first + base, first : first + size].copy()
        kin = kinship[first + base, first : first + size]
        search(chosen, rows, flags, traits, table, spelled, size, step, base, costs, prior, kin, lends, state)
        mass = np.zeros(size)
        words_in = np.zeros(size, np.int64)
        count_words(chosen, state, hashes, base, mass, words_in)
        most = mass.max()
        if most > 0.0:
            for k in range(size):
                if mass[k] == 0.0:
                    prior[k] += UNSEEN_ENTRY
                else:
                    prior[k] -= SEEN_ENTRY * mass[k] / most * (1.0 if mass[k] > 1.5 else SEEN_ONCE)
            search(chosen, rows, flags, traits, table, spelled, size, step, base, costs, prior, kin, lends, state)
            count_words(chosen, state, hashes, base, mass, words_in)
        j = 0
        while j < n:
            if state[j] == base:
                j += 1
                continue
            end = j + 1
            while end < n and state[end] == state[j]:
                end += 1
            language = state[j]
            begin, stop, evidence = keep_run(
                chosen,
                j,
                end,
                rows,
                flags,
                traits,
                lengths,
                table,
                spelled,
                step,
                base,
                language,
                costs[3],
                costs[5],
                lends,
                first + language == german,
                kin[language],
                lends == 1 and words_in[language] > 1 and mass[language] <= 1.0,
                first + language == 0,
            )
            own = 0.0
            if stop > begin:
                own = confidence_of_run(
                    chosen,
                    begin,
                    stop,
                    rows,
                    flags,
                    traits,
                    table,
                    spelled,
                    size,
                    step,
                    base,
                    language,
                    evidence,
                    max(0.0, mass[language] - (stop - begin)),
                    weights,
                )
            for k in range(j, end):
                if k < begin or k >= stop or own < LEAST_CONFIDENCE:
                    state[k] = base
                else:
                    confidence_of[k] = own
            if own >= LEAST_CONFIDENCE and stop - begin >= WORDS_THAT_CARRY:
                begin, stop = carry_words(
                    chosen, begin, stop, state, rows, flags, traits, table, spelled, step, base, language
                )
                for k in range(begin, stop):
                    state[k] = language
                    confidence_of[k] = own
            if stop - begin >= WORDS_THAT_CARRY_NAMES and own >= LEAST_CONFIDENCE:
                stop = after_names(
                    chosen, stop, state, rows, flags, traits, table, spelled, step, base, language, lends
                )
                if stop == n or flags[chosen[stop]] & (SENTENCE_START | LINE_START | AFTER_MASK):
                    begin = before_names(
                        chosen, begin, state, rows, flags, traits, table, spelled, step, base, language, lends
                    )
                for k in range(begin, stop):
                    state[k] = language
                    confidence_of[k] = own
            j = max(end, stop)
    fill_gaps(chosen, state, confidence_of, rows, flags, table, spelled, step, base)
    # A language whose words are mostly unknown is one that no list here has.
    counted = np.zeros(size, np.int64)
    found = np.zeros(size, np.int64)
    for j in range(n):
        word = chosen[j]
        if lengths[word] >= 3 and not flags[word] & CAPITAL:
            counted[state[j]] += 1
            if rows[word] >= 0 and step * table[rows[word] + state[j]] <= 2.5:
                found[state[j]] += 1
    lost = counted[base] >= 8 and found[base] < costs[6] * counted[base]
    for j in range(n):
        k = state[j]
        word = chosen[j]
        if (counted[k] >= 8 and found[k] < costs[6] * counted[k]) or (lost and counted[k] < 8):
            out[word] = UNDETERMINED
            confidence[word] = 0.0
        else:
            out[word] = first + k + 1
            confidence[word] = sure if k == base else confidence_of[j]
    if counted.sum() < 8 and (first == 0 or advantage < 2.0):
        any_known = False
        for j in range(n):
            any_known = any_known or rows[chosen[j]] >= 0
        if not any_known:
            for j in range(n):
                out[chosen[j]] = UNDETERMINED
                confidence[chosen[j]] = 0.0
    return base


@njit(cache=True, nogil=True)
def han_value(c, before, run, odds, pair_slots, pair_checks, pair_odds):
    """Give the log-odds of Japanese against Chinese of a Han character: its own, and those of the pair it ends.

    ``before`` is the Han character against it, or 0; ``run`` counts the Han characters since the last kana or break:
    long runs without kana are Chinese.
    """
    own = 0.0
    if c >= 0x3400 and c < 0xA000:
        own = HAN_STEP * odds[c - 0x3400]
    if run > HAN_OF_JAPANESE:
        own += LONG_HAN_RUN
    pair = 0.0
    if before != 0:
        found = look_up(hash_pair(before, c), pair_slots, pair_checks)
        if found >= 0:
            pair = PAIR_WEIGHT * HAN_STEP * pair_odds[found]
    return own, pair


@njit(cache=True, nogil=True)
def label_cjk(
    buffer,
    begin,
    end,
    script,
    flags,
    starts,
    ends,
    odds,
    pair_slots,
    pair_checks,
    pair_odds,
    chinese,
    japanese,
    out,
    confidence,
    cuts,
    n_cuts,
):
    """Tell Chinese from Japanese, character by character: kana is Japanese, Han by what one of the two prefers.

    Two states along the characters of a text; passing between them costs less where a sentence or a line begins.  Where
    a word changes its language inside, ``cuts`` gets the word, the byte and the language from there on; gives their
    number.
    """
    most = 0
    for k in range(begin, end):
        if script[k] == HAN or script[k] == HIRAGANA or script[k] == KATAKANA:
            most += (ends[k] - starts[k]) // 2 + 1
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
                own, pair = han_value(c, before, run, odds, pair_slots, pair_checks, pair_odds)
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
                own, pair = han_value(c, before, run, odds, pair_slots, pair_checks, pair_odds)
                before = c
            else:
                run = 0
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def take_letters(
    buffer, begin, end, script, flags, hashes, starts, ends, slots, checks, row_of, table, step, base, out, sure
):
    """Take Latin words of one letter along with the foreign run beside which they stand: "z drugiej strony".

    A letter that is a word of the base too (the English "a") stays where it is.
    """
    for k in range(begin, end):
        if script[k] != LATIN or not flags[k] & NEUTRAL or out[k] != NO_LANGUAGE or ends[k] - starts[k] > 2:
            continue
        for other in (k + 1, k - 1):
            if other < begin or other >= end or script[other] != LATIN:
                continue
            language = out[other] - 1
            near = starts[other] - ends[k] if other > k else starts[k] - ends[other]
            if near != 1 or language < 0 or language == base or flags[max(k, other)] & BREAK:
                continue
            found = look_up(hashes[k], slots, checks)
            if found < 0:
                continue
            own = step * table[row_of[found] + language]
            at_base = step * table[row_of[found] + base]
            if base == 0 and buffer[starts[k]] == 105:
                at_base = NOT_ENGLISH  # the pronoun is a capital
            if own <= MOST_OF_A_LETTER and own + 2.0 < at_base:
                out[k] = out[other]
                sure[k] = sure[other]
                break


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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
    slots,
    checks,
    row_of,
    trait_of,
    table,
    gram_slots,
    gram_checks,
    gram_row_of,
    gram_table,
    step,
    groups,
    group_of_script,
    language_of_script,
    greek_words,
    costs,
    base_prior,
    entry_prior,
    kinship,
    han_odds,
    pair_slots,
    pair_checks,
    pair_odds,
    chinese,
    japanese,
    german,
    weights,
):
    """Give the language of every word and how sure that is, and where words change their language inside.

    ``groups[g]`` holds the first place and the number of the languages of a shared script; the index of a language
    is its place plus one, because 0 is "undetermined".  Rows of unknown words are written behind the table's own.
    """
    n_words = len(script)
    out = np.full(n_words, NO_LANGUAGE, np.int16)
    confidence = np.zeros(n_words, np.float32)
    rows = np.full(n_words, NO_ROW, np.int64)
    traits = np.zeros(n_words, np.uint8)
    lengths = ends - starts
    chosen = np.empty(n_words, np.int64)
    most_cuts = 0
    for k in range(n_words):
        if script[k] == HAN:
            most_cuts += lengths[k] // 3
    cuts = np.empty((most_cuts, 3), np.int64)
    n_cuts = 0
    for i in range(len(by_text) - 1):
        begin = by_text[i]
        end = by_text[i + 1]
        cjk = False
        has_greek = False
        present = np.zeros(len(groups), np.int64)
        unknown = np.zeros(len(groups), np.int64)
        for k in range(begin, end):
            if flags[k] & NEUTRAL:
                continue
            s = script[k]
            g = group_of_script[s]
            if g >= 0:
                present[g] += 1
                found = look_up(hashes[k], slots, checks)
                if found < 0 and flags[k] & JOINED and not is_elided(buffer, starts[k], ends[k]):
                    found = look_up(parts[k, 0], slots, checks)
                    if found < 0:
                        found = look_up(parts[k, 1], slots, checks)
                if found >= 0:
                    rows[k] = row_of[found]
                    traits[k] = trait_of[found]
                else:
                    unknown[g] += 1
            elif s == HAN or s == HIRAGANA or s == KATAKANA:
                cjk = True
            elif (
                s == GREEK
                and ends[k] - starts[k] < 8
                and not has_accent(buffer, starts[k], ends[k])
                and not np.any(greek_words == hashes[k])
            ):
                out[k] = NO_LANGUAGE
            else:
                has_greek = has_greek or s == GREEK
                out[k] = language_of_script[s]
                confidence[k] = 1.0 if out[k] != UNDETERMINED else 0.0
        if has_greek:
            spread_greek(begin, end, script, starts, ends, language_of_script[GREEK], out, confidence)
        if cjk:
            n_cuts = label_cjk(
                buffer,
                begin,
                end,
                script,
                flags,
                starts,
                ends,
                han_odds,
                pair_slots,
                pair_checks,
                pair_odds,
                chinese,
                japanese,
                out,
                confidence,
                cuts,
                n_cuts,
            )
        for g in range(len(groups)):
            if present[g] == 0:
                continue
            first = groups[g, 0]
            size = groups[g, 1]
            spelled = np.empty(unknown[g] * size, np.uint8)
            n = 0
            at = 0
            for k in range(begin, end):
                if group_of_script[script[k]] == g and not flags[k] & NEUTRAL:
                    chosen[n] = k
                    n += 1
                    if rows[k] == NO_ROW and flags[k] & JOINED:
                        one = look_up(parts[k, 0], slots, checks)
                        other = look_up(parts[k, 1], slots, checks)
                        if one >= 0 and other >= 0 and one != other:
                            join_rows(table, row_of[one], row_of[other], size, spelled, at)
                            rows[k] = -at - 2
                            at += size
                    if rows[k] == NO_ROW:
                        spell(
                            buffer,
                            starts[k],
                            ends[k],
                            fold,
                            gram_slots,
                            gram_checks,
                            gram_row_of,
                            gram_table,
                            size,
                            g,
                            step,
                            costs[g, 4],
                            spelled,
                            at,
                        )
                        rows[k] = -at - 2
                        at += size
            base = label_script(
                chosen[:n],
                rows,
                flags,
                traits,
                lengths,
                hashes,
                table,
                spelled,
                first,
                size,
                step,
                costs[g],
                base_prior,
                entry_prior,
                kinship,
                german,
                weights,
                out,
                confidence,
            )
            if g == 0:
                take_letters(
                    buffer,
                    begin,
                    end,
                    script,
                    flags,
                    hashes,
                    starts,
                    ends,
                    slots,
                    checks,
                    row_of,
                    table,
                    step,
                    base,
                    out,
                    confidence,
                )
    return out, confidence, cuts[:n_cuts]
