"""Function words that are missing between the words of a sentence."""

import numpy as np

from traceviz.compiling import entry, part

# Classes of tokens: see `kernels.word_order`.
# From numbers to acronyms: formulas, variables, foreign words, names.
LINE, NUMBER, ACRONYM = 2, 10, 15

# How often the share of a sentence is estimated anew from what the last estimate makes likely.
TURNS = 4


@part
def anything_goes(kind):
    """Tell the classes beside which anything is usual, so that nothing is counted there."""
    return kind == LINE or (kind >= NUMBER and kind <= ACRONYM)


@part
def count_between(kinds, begin, end, once, twice, function, factor):
    """Count the function words of a stretch of tokens, and those that are missing between two tokens.

    ``factor`` is by how much more likely a missing word is than the tables of the chances say.
    """
    here, gone = 0, 0.0
    for t in range(begin, end):
        before, kind = np.int64(kinds[t - 1]), np.int64(kinds[t])
        if anything_goes(before) or anything_goes(kind):
            continue
        one, two = np.float64(once[before, kind]) * factor, np.float64(twice[before, kind]) * factor * factor
        gone += (one + 2 * two) / (1 + one + two)
        here += kind >= function[0] and kind < function[1]
    return here, gone


@entry
def count_missing(kinds, words, first, once, twice, function, expected, weight):
    """Give, an entry a sentence with a word: text, first and last word, function words there, and those missing.

    ``once`` and ``twice`` say how likely one, or two, are missing between a class (row) and the next (column), relative
    to none, if the share ``expected`` is missing.  That each sentence is taken for, with a ``weight`` of so many words.
    ``function`` is the first class of the function words and the one after the last.
    """
    size = 0
    for t in range(len(kinds)):
        size += kinds[t] <= LINE
    text = np.empty(size, np.int64)
    first_word = np.empty(size, np.int64)
    last_word = np.empty(size, np.int64)
    present = np.empty(size, np.int64)
    missing = np.empty(size, np.float64)
    n = 0
    for i in range(len(first) - 1):
        begin = first[i]
        opening, closing = -1, -1
        for t in range(first[i], first[i + 1]):
            if words[t] >= 0:
                closing = words[t]
                if opening < 0:
                    opening = closing
            if kinds[t] > LINE:
                continue
            if opening >= 0:
                here, gone, factor = 0, 0.0, 1.0
                for _ in range(TURNS):
                    here, gone = count_between(kinds, max(begin, first[i] + 1), t + 1, once, twice, function, factor)
                    share = (gone + expected * weight) / (gone + here + weight)
                    factor = share / (1 - share) * (1 - expected) / expected
                text[n] = i
                first_word[n] = opening
                last_word[n] = closing
                present[n] = here
                missing[n] = gone
                n += 1
            begin = t + 1
            opening, closing = -1, -1
    return text[:n], first_word[:n], last_word[:n], present[:n], missing[:n]
