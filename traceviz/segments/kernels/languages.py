"""Decide the language of each word: by its script, or by word lists and a Viterbi search along the text.

Log-probabilities are in nats.  `languages.py` documents the costs.
"""

import numpy as np
from numba import njit

# Scripts with fixed codes: see `tools/make_unicode_table.py`.
HAN, HIRAGANA, KATAKANA = 3, 4, 5

# Flags of words: see `words.py`.
CAPITAL, ALL_CAPITALS, SENTENCE_START, LINE_START, NEUTRAL, AFTER_MASK, AFTER_COLON = 1, 2, 4, 8, 16, 32, 64

# What a word's language can be besides an index into the tags.
NO_LANGUAGE, UNDETERMINED = -1, 0


@njit(cache=True, nogil=True)
def build_index(hashes, n_slots):
    """Make an open-addressing table: slot -> position of a hash, -1 where it is free."""
    slots = np.full(n_slots, -1, np.int32)
    for i in range(len(hashes)):
        slot = np.int64(hashes[i] % np.uint64(n_slots))
        while slots[slot] >= 0:
            slot = slot + 1 if slot + 1 < n_slots else 0
        slots[slot] = i
    return slots


@njit(cache=True, nogil=True)
def look_up(word, hashes, slots):
    """Find the position of a hash, or -1."""
    n_slots = len(slots)
    slot = np.int64(word % np.uint64(n_slots))
    while slots[slot] >= 0:
        if hashes[slots[slot]] == word:
            return slots[slot]
        slot = slot + 1 if slot + 1 < n_slots else 0
    return -1


@njit(cache=True, nogil=True)
def word_weight(flags, length):
    """Weigh the evidence of a word: names and particles say less than small words of some length."""
    if flags & CAPITAL:
        return 0.6 if flags & (SENTENCE_START | AFTER_COLON) else 0.8
    return 0.6 if length <= 2 else 1.0


@njit(cache=True, nogil=True)
def base_language(chosen, rows, weights, lengths, table, size, step, floor, prior):
    """Choose the language of most of a text's words in one script.

    Returns its place in the script's list (-1: cannot be told) and the advantage over the runner-up in nats.
    """
    total = prior.copy()
    for j in range(len(chosen)):
        row = rows[chosen[j]]
        if row >= 0:
            for k in range(size):
                total[k] -= weights[j] * min(step * table[row + k], floor)
    best = 0
    for k in range(1, size):
        if total[k] > total[best]:
            best = k
    runner_up = -np.inf
    for k in range(size):
        if k != best and total[k] > runner_up:
            runner_up = total[k]
    known = 0
    counted = 0
    for j in range(len(chosen)):
        if lengths[chosen[j]] >= 3:
            counted += 1
            row = rows[chosen[j]]
            if row >= 0 and step * table[row + best] <= 2.5:
                known += 1
    if counted == 0:
        for j in range(len(chosen)):  # only words of one or two letters
            if rows[chosen[j]] >= 0:
                known += 1
                counted += 1
    if known == 0 or (counted >= 8 and known < 0.35 * counted):
        return -1, 0.0
    return best, total[best] - runner_up if size > 1 else 9.0


@njit(cache=True, nogil=True)
def decode_window(chosen, begin, end, rows, weights, flags, table, size, step, base, costs, prior, out):
    """Find the best path of languages through the words ``chosen[begin:end]`` that starts and ends in the base.

    ``costs``: enter, exit, stay, clip.  ``out[j]`` gets the place of the language in the script's list.
    """
    enter, leave, stay, clip = costs[0], costs[1], costs[2], costs[3]
    n = end - begin
    back = np.empty((n, size), np.int8)
    score = np.full(size, -np.inf)
    score[base] = 0.0
    fresh = np.empty(size)
    for j in range(n):
        word = chosen[begin + j]
        cost = enter
        if flags[word] & LINE_START:
            cost -= 1.5
        elif flags[word] & (SENTENCE_START | AFTER_COLON):
            cost -= 1.0
        best = 0
        for k in range(1, size):
            if score[k] > score[best]:
                best = k
        row = rows[word]
        for k in range(size):
            gain = 0.0
            if row >= 0:
                gain = weights[begin + j] * step * (np.float64(table[row + base]) - np.float64(table[row + k]))
                gain = min(max(gain, -clip), clip)
            if k == base:
                fresh[k] = score[k]
                back[j, k] = k
                if best != base and score[best] - leave > fresh[k]:
                    fresh[k] = score[best] - leave
                    back[j, k] = best
            else:
                fresh[k] = score[k] - stay
                back[j, k] = k
                if best != k and score[best] - cost - prior[k] > fresh[k]:
                    fresh[k] = score[best] - cost - prior[k]
                    back[j, k] = best
                fresh[k] += gain
        score[:] = fresh
    state = base
    for k in range(size):
        if score[k] - leave > score[state]:
            state = k
    for j in range(n - 1, -1, -1):
        out[begin + j] = state
        state = back[j, state]


@njit(cache=True, nogil=True)
def keep_run(chosen, begin, end, rows, weights, flags, table, step, base, language, needs_small):
    """Judge a run of foreign words: trim its edges, and give begin, end and evidence (0 if it is dropped)."""
    while begin < end:
        row = rows[chosen[begin]]
        gain = step * (np.float64(table[row + base]) - np.float64(table[row + language])) if row >= 0 else 0.0
        if gain >= 1.0:
            break
        begin += 1
    while end > begin:
        row = rows[chosen[end - 1]]
        gain = step * (np.float64(table[row + base]) - np.float64(table[row + language])) if row >= 0 else 0.0
        if gain >= 1.0:
            break
        end -= 1
    evidence = 0.0
    small = False
    for j in range(begin, end):
        row = rows[chosen[j]]
        if row < 0:
            continue
        gain = step * (np.float64(table[row + base]) - np.float64(table[row + language]))
        capital = flags[chosen[j]] & CAPITAL != 0
        evidence += 0.2 * gain if capital else weights[j] * gain
        if not capital and gain >= 1.5:
            small = True
    if evidence < 4.0 or (needs_small and not small):
        return begin, begin, 0.0
    return begin, end, evidence


@njit(cache=True, nogil=True)
def label_script(
    chosen, rows, flags, lengths, table, first, size, step, costs, base_prior, entry_prior, out, confidence
):
    """Label the words of one text in one script that several languages share."""
    n = len(chosen)
    weights = np.empty(n)
    for j in range(n):
        weights[j] = word_weight(flags[chosen[j]], lengths[chosen[j]])
    base, advantage = base_language(
        chosen, rows, weights, lengths, table, size, step, 9.0, base_prior[first : first + size]
    )
    if base < 0:
        for j in range(n):
            out[chosen[j]] = UNDETERMINED
            confidence[chosen[j]] = 0.0
        return
    sure = 1.0 / (1.0 + np.exp(-advantage / 4.0))
    for j in range(n):
        out[chosen[j]] = first + base + 1
        confidence[chosen[j]] = sure
    if size == 1:
        return
    prior = entry_prior[first + base, first : first + size]
    cheapest = costs[0] - 1.5 + prior.min()
    state = np.full(n, base, np.int64)
    # Outside these windows no path can pay for entering another language, so no search is needed there.
    begin = 0
    reach = 0.0
    peak = 0.0
    for j in range(n + 1):
        gain = -np.inf
        if j < n:
            row = rows[chosen[j]]
            gain = 0.0
            if row >= 0:
                lowest = table[row]
                for k in range(1, size):
                    lowest = min(lowest, table[row + k])
                gain = weights[j] * step * (np.float64(table[row + base]) - np.float64(lowest))
                if gain <= 0.0:
                    gain = -0.25
        if j < n and reach + gain > 0.0:
            if reach == 0.0:
                begin = j
            reach += min(gain, costs[3])
            peak = max(peak, reach)
        elif reach > 0.0:
            if peak >= cheapest:
                decode_window(chosen, begin, j, rows, weights, flags, table, size, step, base, costs, prior, state)
            reach = 0.0
            peak = 0.0
    j = 0
    while j < n:
        if state[j] == base:
            j += 1
            continue
        end = j + 1
        while end < n and state[end] == state[j]:
            end += 1
        language = state[j]
        german = first == 0 and language == 4
        begin, stop, evidence = keep_run(chosen, j, end, rows, weights, flags, table, step, base, language, not german)
        for k in range(begin, stop):
            out[chosen[k]] = first + language + 1
            confidence[chosen[k]] = 1.0 / (1.0 + np.exp(-(evidence - 3.0) / 2.0))
        j = end


@njit(cache=True, nogil=True)
def label_cjk(begin, end, script, flags, lengths, chinese, japanese, out, confidence):
    """Tell Chinese from Japanese: Han in a stretch with kana is Japanese, and so is Han in a text of kana."""
    kana = 0
    han = 0
    for k in range(begin, end):
        if script[k] == HAN:
            han += lengths[k]
        elif script[k] == HIRAGANA or script[k] == KATAKANA:
            kana += lengths[k]
    mostly_japanese = kana > 0.15 * (kana + han)
    k = begin
    while k < end:
        if script[k] != HAN and script[k] != HIRAGANA and script[k] != KATAKANA:
            k += 1
            continue
        stop = k
        has_kana = False
        while stop < end and (script[stop] == HAN or script[stop] == HIRAGANA or script[stop] == KATAKANA):
            if stop > k and flags[stop] & (SENTENCE_START | AFTER_MASK):
                break
            if script[stop] != HAN:
                has_kana = True
            stop += 1
        for j in range(k, stop):
            out[j] = japanese if has_kana or mostly_japanese else chinese
            confidence[j] = 0.99 if has_kana == mostly_japanese else 0.9
        k = stop


@njit(cache=True, nogil=True)
def label_words(
    by_text,
    script,
    flags,
    lengths,
    whole,
    part,
    hashes,
    slots,
    row_of,
    table,
    step,
    groups,
    group_of_script,
    language_of_script,
    costs,
    base_prior,
    entry_prior,
    chinese,
    japanese,
):
    """Give the language of every word and how sure that is.

    ``groups[g]`` holds the first place and the number of the languages of a shared script; the index of a language
    is its place plus one, because 0 is "undetermined".
    """
    n_words = len(script)
    out = np.full(n_words, NO_LANGUAGE, np.int16)
    confidence = np.zeros(n_words, np.float32)
    rows = np.full(n_words, -1, np.int64)
    chosen = np.empty(n_words, np.int64)
    for i in range(len(by_text) - 1):
        begin = by_text[i]
        end = by_text[i + 1]
        cjk = False
        present = np.zeros(len(groups), np.int64)
        for k in range(begin, end):
            if flags[k] & NEUTRAL:
                continue
            s = script[k]
            g = group_of_script[s]
            if g >= 0:
                present[g] += 1
                found = look_up(whole[k], hashes, slots)
                if found < 0 and part[k] != whole[k]:
                    found = look_up(part[k], hashes, slots)
                if found >= 0:
                    rows[k] = row_of[found]
            elif s == HAN or s == HIRAGANA or s == KATAKANA:
                cjk = True
            else:
                out[k] = language_of_script[s]
                confidence[k] = 1.0 if out[k] != UNDETERMINED else 0.0
        if cjk:
            label_cjk(begin, end, script, flags, lengths, chinese, japanese, out, confidence)
        for g in range(len(groups)):
            if present[g] == 0:
                continue
            n = 0
            for k in range(begin, end):
                if group_of_script[script[k]] == g and not flags[k] & NEUTRAL:
                    chosen[n] = k
                    n += 1
            label_script(
                chosen[:n],
                rows,
                flags,
                lengths,
                table,
                groups[g, 0],
                groups[g, 1],
                step,
                costs[g],
                base_prior,
                entry_prior,
                out,
                confidence,
            )
    return out, confidence
