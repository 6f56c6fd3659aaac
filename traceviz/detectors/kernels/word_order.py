"""Classes of tokens, and how likely their order is."""

import numpy as np

from traceviz.compiling import entry, part

# Flags of words: see `traceviz.segments.kernels.words`.
CAPITAL, ALL_CAPITALS, SENTENCE_START, NEUTRAL, JOINED = 1, 2, 4, 16, 256

# Classes of tokens that are no words, and of words by their shape.  Those of endings follow, then words by identity.
STOP, QUESTION, LINE, COMMA, SEMICOLON, COLON, DASH, OPEN, CLOSE, QUOTE, NUMBER, FORMULA = range(12)
VARIABLE, FOREIGN, NAME, ACRONYM, HYPHENATED, POSSESSIVE, SHORT, OTHER = range(12, 20)
ENDINGS = 20

# What a pair of neighbours counts, in quarters for each of the two: formulas stand anywhere, and of words of other
# languages nothing is known.
WHOLE, LITTLE = 4, 1

# Scores are in eighths of a bit.  What a pair, and an exchange, can count at most; what an exchange must gain.
BIT = 8
MOST_OF_PAIR, MOST_OF_GAIN, LEAST_GAIN = 4 * BIT, 6 * BIT, 1 * BIT

# Listed words are known by the first bits of their hash.  Those of short words lie close together, so they are mixed;
# of the mixed bits the first are the slot of the look-up and the others the tag that it holds.
BITS_OF_KEY, BITS_OF_TAG = 40, 25
MIXER = np.uint64(0x9E3779B1)

# What a byte between words is; letters and bytes beyond ASCII are not looked at one by one.
NOTHING, OPERATOR = 255, 254
OF_BYTE = np.full(256, NOTHING, np.uint8)
OF_BYTE[list(b"0123456789")] = NUMBER
OF_BYTE[list(b"+=<>/^%$\\&~")] = OPERATOR
OF_BYTE[list(b".!")] = STOP
OF_BYTE[ord("?")] = QUESTION
OF_BYTE[ord("\n")] = LINE
OF_BYTE[ord(",")] = COMMA
OF_BYTE[ord(";")] = SEMICOLON
OF_BYTE[ord(":")] = COLON
OF_BYTE[ord("-")] = DASH
OF_BYTE[list(b"([{")] = OPEN
OF_BYTE[list(b")]}")] = CLOSE
OF_BYTE[ord('"')] = QUOTE


@part
def ending(buffer, start, end):
    """Give the class of a word by its ending, the longest first; `ENDINGS` and up."""
    n = end - start
    a = buffer[end - 1] | 32
    b = buffer[end - 2] | 32 if n > 1 else np.uint8(0)
    c = buffer[end - 3] | 32 if n > 2 else np.uint8(0)
    d = buffer[end - 4] | 32 if n > 3 else np.uint8(0)
    if n <= 3:
        return np.int64(SHORT)
    if a == 103 and b == 110 and c == 105 and n > 4:  # ing
        return np.int64(ENDINGS)
    if a == 100 and b == 101:  # ed
        return np.int64(ENDINGS + 1)
    if a == 121:  # y
        if b == 108 and n > 4:  # ly
            return np.int64(ENDINGS + 2)
        if b == 116:  # ity, ty
            return np.int64(ENDINGS + 3)
        return np.int64(ENDINGS + 4)
    if a == 110:  # n
        if b == 111:
            if c == 105 and (d == 116 or d == 115):  # tion, sion
                return np.int64(ENDINGS + 5)
            return np.int64(ENDINGS + 6)
        if b == 97:  # an
            return np.int64(ENDINGS + 7)
        if b == 101:  # en
            return np.int64(ENDINGS + 8)
        return np.int64(OTHER)
    if a == 115:  # s
        if b == 115:
            if c == 101 and (d == 110 or d == 108):  # ness, less
                return np.int64(ENDINGS + 9)
            return np.int64(OTHER)
        if b == 117 or b == 105:  # us, is
            if b == 117 and c == 111:  # ous
                return np.int64(ENDINGS + 10)
            return np.int64(ENDINGS + 11)
        if b == 110 and c == 111 and d == 105:  # ions
            return np.int64(ENDINGS + 12)
        if b == 114 and (c == 101 or c == 111):  # ers, ors
            return np.int64(ENDINGS + 13)
        if b == 101:  # es
            return np.int64(ENDINGS + 14)
        return np.int64(ENDINGS + 15)
    if a == 116:  # t
        if b == 110:
            if c == 101 and d == 109:  # ment
                return np.int64(ENDINGS + 16)
            if c == 101 or c == 97:  # ent, ant
                return np.int64(ENDINGS + 17)
        if b == 115:  # st
            return np.int64(ENDINGS + 18)
        return np.int64(OTHER)
    if a == 114 and (b == 101 or b == 111):  # er, or
        return np.int64(ENDINGS + 19)
    if a == 108:  # l
        if b == 97:  # al
            return np.int64(ENDINGS + 20)
        if b == 117 and c == 102:  # ful
            return np.int64(ENDINGS + 21)
        return np.int64(OTHER)
    if a == 99 and b == 105:  # ic
        return np.int64(ENDINGS + 22)
    if a == 101:  # e
        if b == 108 and c == 98:  # ble
            return np.int64(ENDINGS + 23)
        if b == 118:  # ve
            return np.int64(ENDINGS + 24)
        if b == 116:  # te
            return np.int64(ENDINGS + 25)
        if b == 99:  # ce
            return np.int64(ENDINGS + 26)
        if b == 122 or b == 115:  # ze, se
            return np.int64(ENDINGS + 27)
        if b == 114 or b == 103:  # re, ge
            return np.int64(ENDINGS + 28)
        return np.int64(ENDINGS + 29)
    if a == 104:  # h
        return np.int64(ENDINGS + 30)
    if a == 109:  # m
        return np.int64(ENDINGS + 31)
    return np.int64(OTHER)


@part
def listed_class(hashed, tags, classes):
    """Look up the class of a word by the first bits of its hash; 0 if it is not listed."""
    mixed = (hashed >> np.uint64(64 - BITS_OF_KEY)) * MIXER & np.uint64((1 << BITS_OF_KEY) - 1)
    slot = np.int64(mixed >> np.uint64(BITS_OF_TAG))
    tag = np.int64(mixed) & ((1 << BITS_OF_TAG) - 1)
    while classes[slot] != 0:
        if tags[slot] == tag:
            return np.int64(classes[slot])
        slot = (slot + 1) & (len(tags) - 1)
    return np.int64(0)


@part
def class_of(buffer, start, end, flags, begins, listed, after_function):
    """Give the class of a word: a function word is itself, others go by shape, by what they can be, or by ending."""
    if end - start == 1 and not begins and buffer[start] == 65:  # "option A" has no article
        return np.int64(VARIABLE)
    if listed > 0 and listed < after_function:
        return listed
    if flags & NEUTRAL and end - start == 1:
        return np.int64(VARIABLE)
    if flags & JOINED:
        b = buffer[end - 2]
        return np.int64(POSSESSIVE if b == 39 or b == 0x99 else HYPHENATED)
    if flags & ALL_CAPITALS:
        return np.int64(ACRONYM)
    if flags & CAPITAL and not begins:
        return np.int64(NAME)
    if listed > 0:
        return listed
    if buffer[end - 1] >= 128:
        return np.int64(FOREIGN)
    return ending(buffer, start, end)


@part
def opens_sentence(flags, kinds, first, n):
    """Tell whether a capital may be that of a sentence: at its start, after a colon, quotation mark, number or item."""
    if flags & SENTENCE_START or n == first:
        return True
    before = kinds[n - 1]
    if before == COLON or before == QUOTE or before == OPEN:
        return True
    return (before == NUMBER or before == DASH) and (n - 1 == first or kinds[n - 2] <= LINE)


@part
def push(kinds, words, n, kind, word):
    """Add a token; runs of numbers, operators and formulas are one."""
    if kind == NUMBER or kind == FORMULA:
        if n > 0 and (kinds[n - 1] == NUMBER or kinds[n - 1] == FORMULA):
            kinds[n - 1] = max(kinds[n - 1], kind)
            return n
    kinds[n] = kind
    words[n] = word
    return n + 1


@part
def between(buffer, at, stop, mask, last_mask, mask_start, mask_end, kinds, words, n):
    """Read what stands between two words; give the count of tokens, the next mask, and how a sentence would end."""
    ends = np.int64(LINE)
    start = at
    while at < stop:
        if mask < last_mask and at >= mask_start[mask]:
            at = max(at, mask_end[mask])
            mask += 1
            n = push(kinds, words, n, FORMULA, -1)
            continue
        b = buffer[at]
        here = OF_BYTE[b]
        if b >= 128:
            if b == 0xE2 and at + 2 < stop and buffer[at + 1] == 0x80:
                third = buffer[at + 2]
                if third == 0x93 or third == 0x94:
                    n = push(kinds, words, n, DASH, -1)
                elif third == 0x9C or third == 0x9D:
                    n = push(kinds, words, n, QUOTE, -1)
            at += 1
            continue
        at += 1
        if here == NOTHING or here == LINE:
            continue
        if here == STOP or here == QUESTION:
            ends = np.int64(here)
        elif here == DASH:
            # A bullet or a hyphen is none; a dash has spaces on both sides or is doubled.
            spaced = at < stop and buffer[at] == 32 and at - 2 >= start and buffer[at - 2] == 32
            if spaced or (at < stop and buffer[at] == 45 and (at - 2 < start or buffer[at - 2] != 45)):
                n = push(kinds, words, n, DASH, -1)
        elif here == NUMBER or here == OPERATOR:
            n = push(kinds, words, n, NUMBER, -1)
        elif here == COMMA and n > 0 and kinds[n - 1] == NUMBER and at < stop and OF_BYTE[buffer[at]] == NUMBER:
            continue
        else:
            n = push(kinds, words, n, np.int64(here), -1)
    return n, mask, ends


@entry
def find_tokens(buffer, offsets, masks, words_found, english, slots, after_function):
    """Turn texts into tokens: class, word (-1 for what is none), and where each text's begin.

    A sentence ends with a token of one of the first three classes, and so does a text.  ``masks`` are starts, ends and
    where each text's begin; ``words_found`` are starts, ends, flags, hashes and where each text's begin; ``slots`` is
    the look-up of listed words (tags and classes), of which function words have a class below ``after_function``.
    """
    mask_start, mask_end, mask_by_text = masks
    start, end, flags, hashes, by_text = words_found
    tags, classes = slots
    size = len(buffer) + 2 * len(offsets)
    kinds = np.empty(size, np.int16)
    words = np.empty(size, np.int32)
    first = np.zeros(len(offsets), np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        at = offsets[i]
        mask = mask_by_text[i]
        last_mask = mask_by_text[i + 1]
        for w in range(by_text[i], by_text[i + 1]):
            n, mask, ends = between(buffer, at, start[w], mask, last_mask, mask_start, mask_end, kinds, words, n)
            if flags[w] & SENTENCE_START and w > by_text[i]:
                kinds[n] = ends
                words[n] = -1
                n += 1
            kind = np.int64(FOREIGN)
            if english[w]:
                begins = opens_sentence(flags[w], kinds, first[i], n)
                listed = listed_class(hashes[w], tags, classes)
                kind = class_of(buffer, start[w], end[w], flags[w], begins, listed, after_function)
            kinds[n] = kind
            words[n] = w
            n += 1
            at = end[w]
        n, mask, ends = between(buffer, at, offsets[i + 1], mask, last_mask, mask_start, mask_end, kinds, words, n)
        kinds[n] = ends
        words[n] = -1
        n += 1
        first[i + 1] = n
    return kinds[:n].copy(), words[:n].copy(), first


@entry
def count_pairs(kinds, first, n_classes):
    """Count pairs of neighbours; a text begins as after a full stop."""
    count = np.zeros((n_classes, n_classes), np.int64)
    for i in range(len(first) - 1):
        before = np.int64(STOP)
        for t in range(first[i], first[i + 1]):
            count[before, kinds[t]] += 1
            before = np.int64(kinds[t])
    return count


@part
def weight(kind):
    """Give what a class counts in a pair."""
    if kind == FOREIGN:
        return np.int64(0)
    little = kind == NUMBER or kind == FORMULA or kind == VARIABLE or kind == ACRONYM  # "AB" is an acronym or a line
    return np.int64(LITTLE if little else WHOLE)


@part
def cost(table, before, kind):
    """Give the surprise of a class behind another, in eighths of a bit."""
    return np.int64(table[before, kind])


@part
def gain_of_exchange(table, far, before, kind, following):
    """Give what it would gain to exchange two neighbours; what is foreign or a line's end around them is not seen."""
    gain = cost(table, before, kind) - cost(table, kind, before)
    if far != FOREIGN:
        gain += cost(table, far, before) - cost(table, far, kind)
    if following != FOREIGN and following != LINE:
        gain += cost(table, kind, following) - cost(table, before, following)
    return gain


@entry
def score_sentences(kinds, words, first, table, alone, function):
    """Score the order of each sentence that has a word.

    ``table`` is the surprise of a class behind another, ``alone`` that of a class by itself, ``function`` the first
    class of the function words and the one after the last.

    Returns, an entry a sentence: text, first and last word, number of words; bits by which its neighbours are more
    surprising than its words alone, and how many pairs that is; bits gained by exchanging neighbours, and how many
    pairs that is.
    """
    size = 0
    for t in range(len(kinds)):
        size += kinds[t] <= LINE
    text = np.empty(size, np.int64)
    first_word = np.empty(size, np.int64)
    last_word = np.empty(size, np.int64)
    n_words = np.empty(size, np.int64)
    bits = np.empty(size, np.float64)
    pairs = np.empty(size, np.float64)
    gains = np.empty(size, np.float64)
    exchanges = np.empty(size, np.int64)
    n = 0
    for i in range(len(first) - 1):
        far, before = np.int64(STOP), np.int64(STOP)
        opening, closing = -1, -1
        own, surprise, counted, gained, exchanged = 0, 0, 0, 0, 0
        for t in range(first[i], first[i + 1]):
            kind = np.int64(kinds[t])
            share = weight(kind) * weight(before)
            if kind != LINE and share > 0:
                surprise += share * min(cost(table, before, kind) - np.int64(alone[kind]), MOST_OF_PAIR)
                counted += share
            if words[t] >= 0:
                closing = words[t]
                if opening < 0:
                    opening = closing
                own += 1
                # One of the two is a function word, and both are words.
                either = (kind >= function[0] and kind < function[1]) or (
                    before >= function[0] and before < function[1]
                )
                if either and share > 0 and t > first[i] and words[t - 1] >= 0:
                    following = np.int64(kinds[t + 1])  # a text ends with a token that is no word
                    gain = gain_of_exchange(table, far, before, kind, following)
                    gained += min(max(gain - LEAST_GAIN, 0), MOST_OF_GAIN)
                    exchanged += 1
            if kind > LINE:
                far, before = before, kind
                continue
            if own > 0:
                text[n] = i
                first_word[n] = opening
                last_word[n] = closing
                n_words[n] = own
                bits[n] = surprise / (BIT * WHOLE * WHOLE)
                pairs[n] = counted / (WHOLE * WHOLE)
                gains[n] = gained / BIT
                exchanges[n] = exchanged
                n += 1
            far, before = np.int64(STOP), np.int64(STOP)
            opening, closing = -1, -1
            own, surprise, counted, gained, exchanged = 0, 0, 0, 0, 0
    return text[:n], first_word[:n], last_word[:n], n_words[:n], bits[:n], pairs[:n], gains[:n], exchanges[:n]
