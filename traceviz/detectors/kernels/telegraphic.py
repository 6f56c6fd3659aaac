"""Function words that are missing between the words of a sentence."""

import numpy as np

from traceviz.compiling import entry

# Classes of tokens: see `kernels.word_order`.
LINE, NUMBER, FORMULA, FOREIGN = 2, 10, 11, 13


@entry
def count_missing(kinds, words, first, once, twice, function):
    """Give, an entry a sentence with a word: text, first and last word, function words there, and those missing.

    ``once`` and ``twice`` say how likely one, or two, are missing between a class (row) and the next (column), relative
    to none; ``function`` is the first class of the function words and the one after the last.  Beside a number, a
    formula, a foreign word and at the end of a line anything is usual, and nothing is counted.
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
        opening, closing = -1, -1
        here, gone = 0, 0.0
        before = np.int64(FORMULA)
        for t in range(first[i], first[i + 1]):
            kind = np.int64(kinds[t])
            if words[t] >= 0:
                closing = words[t]
                if opening < 0:
                    opening = closing
            usual = kind == LINE or kind == NUMBER or kind == FORMULA or kind == FOREIGN
            if not usual and before != LINE and before != NUMBER and before != FORMULA and before != FOREIGN:
                one, two = np.float64(once[before, kind]), np.float64(twice[before, kind])
                gone += (one + 2 * two) / (1 + one + two)
                here += kind >= function[0] and kind < function[1]
            before = kind
            if kind > LINE:
                continue
            if opening >= 0:
                text[n] = i
                first_word[n] = opening
                last_word[n] = closing
                present[n] = here
                missing[n] = gone
                n += 1
            opening, closing = -1, -1
            here, gone = 0, 0.0
    return text[:n], first_word[:n], last_word[:n], present[:n], missing[:n]
