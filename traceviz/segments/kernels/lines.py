"""Find lines of code that stand outside fences: imports, definitions, statements, prompts of a shell.

A line is judged by its first word, its last sign, and by how many plain words it holds: words of three letters or
more that are no keyword.  A line of prose has many; "return" and "const" in a sentence stay in the sentence.
"""

import numpy as np

from traceviz.compiling import entry, part

CODE = 2  # the position in `schema.KINDS`

#: Longer lines are not judged.
LONGEST_LINE = 300

# Classes of first words.
IMPORT, FROM, DEFINITION, DECLARATION, BRANCH, SHELL, KEYWORD, ACTION, MODULE = 1, 2, 4, 8, 16, 32, 64, 128, 256

_LISTS = (
    ("import", IMPORT),
    ("from", FROM),
    ("def class fn func function async struct interface impl enum trait", DEFINITION),
    ("const let var int float double char bool boolean void long auto unsigned public private protected", DECLARATION),
    (
        "static final using string vector typedef namespace #include #define extern template uint64_t size_t",
        DECLARATION,
    ),
    ("if elif else for while try except with return switch case raise throw yield assert print del catch do", BRANCH),
    ("sudo pip pip3 npm npx git docker kubectl conda apt brew curl wget cargo chmod mkdir python python3 uv", SHELL),
    (
        "in not and or is as None True False true false null this self new await range len print mut std end begin",
        KEYWORD,
    ),
    ("import from def class fn func function async struct const let var int float double char bool void long", KEYWORD),
    ("auto public private static final using string vector if elif else for while try except with return", KEYWORD),
    ("switch case raise throw yield assert del catch do cin cout endl namespace unsigned pass break continue", KEYWORD),
    ("install run clone commit push pull add checkout build test exec apply get rollout update upgrade init", ACTION),
    ("os sys re math random json time itertools functools numpy pandas torch scipy sympy string heapq bisect", MODULE),
)

_PRIME, _BASIS, _SLOTS = 0x100000001B3, 0xCBF29CE484222325, 1024
PRIME, BASIS = np.uint64(_PRIME), np.uint64(_BASIS)


def _table_of_words():
    """Hash the lists above into one table of open addressing."""
    keys = np.zeros(_SLOTS, np.uint64)
    classes = np.zeros(_SLOTS, np.uint16)
    for words, flag in _LISTS:
        for word in words.split():
            h = _BASIS
            for b in word.encode():
                h = (h ^ b) * _PRIME & 0xFFFFFFFFFFFFFFFF
            slot = h >> 54
            while keys[slot] not in (0, h):
                slot = (slot + 1) % _SLOTS
            keys[slot] = h
            classes[slot] |= flag
    return keys, classes


KEYS, CLASSES = _table_of_words()


@part
def words_class(buffer, start, end):
    """Give the classes of a word, 0 if it stands in no list."""
    if end - start > 9:
        return 0
    h = BASIS
    for k in range(start, end):
        h = (h ^ np.uint64(buffer[k])) * PRIME
    slot = np.int64(h >> np.uint64(54))
    while KEYS[slot] != 0:
        if KEYS[slot] == h:
            return np.int64(CLASSES[slot])
        slot = (slot + 1) & 1023
    return 0


@part
def is_letter(b):
    """Tell whether a byte is an ASCII letter."""
    return (b >= 65 and b <= 90) or (b >= 97 and b <= 122)


@part
def is_name(b):
    """Tell whether a byte can stand in a name of a programming language."""
    return is_letter(b) or (b >= 48 and b <= 57) or b == 95


@part
def is_sign(b):
    """Tell whether a byte is a sign of code: = ( ) [ ] < > { } _ " + * & | %."""
    return (
        b == 61
        or b == 40
        or b == 41
        or b == 91
        or b == 93
        or b == 60
        or b == 62
        or b == 123
        or b == 125
        or b == 95
        or b == 34
        or b == 43
        or b == 42
        or b == 38
        or b == 124
        or b == 37
    )


@part
def name_end(buffer, at, stop):
    """Give the byte after a name with points, or ``at``."""
    if at >= stop or not (is_letter(buffer[at]) or buffer[at] == 95):
        return at
    while at < stop and (is_name(buffer[at]) or (buffer[at] == 46 and at + 1 < stop and is_name(buffer[at + 1]))):
        at += 1
    return at


@part
def skip_spaces(buffer, at, stop):
    """Give the first byte from ``at`` on that is no space."""
    while at < stop and (buffer[at] == 32 or buffer[at] == 9):
        at += 1
    return at


@part
def is_import(buffer, at, stop, after_code):
    """Tell whether names follow up to the end of the line, with ``as`` and commas, or a list in braces.

    One word alone is the name of a module if it is a known one or code stands before: "import taxes" is prose.
    """
    word = at
    while word < stop and is_letter(buffer[word]):
        word += 1
    if word == stop and not after_code:
        return words_class(buffer, at, stop) & MODULE != 0
    if at < stop and (buffer[at] == 123 or buffer[at] == 34 or buffer[at] == 39):
        return True
    while at < stop:
        end = name_end(buffer, at, stop)
        if end == at:
            return False
        at = skip_spaces(buffer, end, stop)
        if at + 3 < stop and buffer[at] == 97 and buffer[at + 1] == 115 and buffer[at + 2] == 32:  # as
            at = skip_spaces(buffer, at + 3, stop)
            end = name_end(buffer, at, stop)
            if end == at:
                return False
            at = skip_spaces(buffer, end, stop)
        if at < stop and buffer[at] == 44:
            at = skip_spaces(buffer, at + 1, stop)
        else:
            return at >= stop or buffer[at] == 59 or starts_from(buffer, at, stop)
    return False


@part
def starts_from(buffer, at, stop):
    """Tell whether ``from`` and a quotation mark stand here, as in an import of JavaScript."""
    return (
        at + 6 < stop
        and buffer[at] == 102
        and buffer[at + 1] == 114
        and buffer[at + 2] == 111
        and buffer[at + 3] == 109
        and (buffer[at + 5] == 34 or buffer[at + 5] == 39)
    )


@part
def count_line(buffer, start, stop):
    """Count the plain words of a line, its words of any kind, and its signs of code."""
    plain = 0
    words = 0
    signs = 0
    at = start
    while at < stop:
        b = buffer[at]
        if b == 32 or b == 9:
            at += 1
            continue
        begin = at
        letters = True
        wide = False
        while at < stop and buffer[at] != 32 and buffer[at] != 9:
            b = buffer[at]
            if is_sign(b):
                signs += 1
            wide = wide or b >= 0xC3
            # A comma or a point may end a word of prose; a semicolon or a colon ends the line's last word.
            ends = (b == 44 or b == 46 or b == 59 or b == 58 or b == 33 or b == 63) and (
                at + 1 == stop or buffer[at + 1] == 32
            )
            letters = letters and (is_letter(b) or b >= 128 or b == 39 or b == 45 or ends)
            at += 1
        words += 1
        if letters:
            end = at
            while end > begin and not (is_letter(buffer[end - 1]) or buffer[end - 1] >= 128):
                end -= 1
            if (end - begin >= 3 or wide) and words_class(buffer, begin, end) & KEYWORD == 0:
                plain += 1
    return plain, words, signs


@part
def is_shell(buffer, at, stop, prompted):
    """Tell whether a command of a shell stands here: an option, a path or a known action follows the first word."""
    end = at
    while end < stop and buffer[end] > 32:
        end += 1
    if stop - 1 > at and (buffer[stop - 1] == 46 or buffer[stop - 1] == 36) and not prompted:
        return False
    known = words_class(buffer, at, end) & SHELL != 0
    if not (known or prompted):
        return False
    second = skip_spaces(buffer, end, stop)
    k = second
    while k < stop and is_letter(buffer[k]):
        k += 1
    action = words_class(buffer, second, k) & ACTION != 0 and (k == stop or buffer[k] == 32)
    plain, words, _ = count_line(buffer, k if action else second, stop)
    if prompted and not (is_letter(buffer[at]) or buffer[at] == 46 or buffer[at] == 47):
        return False
    if prompted and words <= 2 and plain <= 1:
        return True
    options = False
    for j in range(end, stop - 1):
        if buffer[j] == 32 and (buffer[j + 1] == 45 or buffer[j + 1] == 47) and j + 2 < stop and buffer[j + 2] > 32:
            options = True
    return plain <= 2 and (options or (action and words <= 3))


@part
def is_code(buffer, start, stop, deeper, before, indented):
    """Tell whether a line is code.

    ``deeper`` tells that the next line is indented more, ``before`` that the line before was code, ``indented`` that
    this one is indented.
    """
    after_code = before and indented
    first = buffer[start]
    last = buffer[stop - 1]
    end = start
    while end < stop and (is_name(buffer[end]) or (end == start and first == 35)):
        end += 1
    known = words_class(buffer, start, end)
    if (
        first == 62
        and stop - start > 4
        and buffer[start + 1] == 62
        and buffer[start + 2] == 62
        and buffer[start + 3] == 32
    ):
        return True
    if first == 36:  # a prompt
        return (
            stop - start > 3
            and buffer[start + 1] == 32
            and last != 36
            and is_shell(buffer, start + 2, stop, np.bool_(True))
        )
    if first == 125 and (last == 125 or last == 59 or last == 123 or last == 41) and stop - start < 20:
        return True
    rest = skip_spaces(buffer, end, stop)
    closes = (last == 59 and buffer[stop - 2] != 92) or last == 123 or last == 125  # \\; is a space of LaTeX
    if known & IMPORT and rest > end:
        return is_import(buffer, rest, stop, before)
    if known & FROM and rest > end:
        k = skip_spaces(buffer, name_end(buffer, rest, stop), stop)
        return k + 7 < stop and buffer[k] == 105 and words_class(buffer, k, k + 6) & IMPORT != 0 and buffer[k + 6] == 32
    if first == 35:
        return known & DECLARATION != 0 and rest > end
    if known & SHELL and rest > end and is_shell(buffer, start, stop, np.bool_(False)):
        return True
    if not (closes or last == 58 or last == 41 or after_code or known & (BRANCH | DEFINITION)):
        return False
    plain, words, signs = count_line(buffer, start, stop)
    if after_code and plain <= 2:
        return True
    if known & DEFINITION and rest > end:
        k = name_end(buffer, rest, stop)
        opens = k < stop and (buffer[k] == 40 or buffer[k] == 123 or buffer[k] == 60 or buffer[k] == 58)
        if k > rest and (closes or last == 58 or last == 41) and plain <= 2:
            return opens or (closes and words <= 5)
    if known & BRANCH:
        if last == 58:
            return (plain <= 1 and signs > 0) or (deeper and plain <= 2)
        if closes or last == 41:
            return plain <= 1 and (signs > 0 or (last == 59 and words <= 3))
        return False
    if last == 59 and closes and plain <= 1:
        return signs > 0 or (known & DECLARATION != 0 and words <= 3)
    return known & DECLARATION != 0 and last == 123 and plain <= 2


@entry
def find_lines(buffer, offsets):
    """Find the lines of code of every text, neighbours joined: their starts and ends, and where each text's begin."""
    size = len(buffer) // 3 + 2
    out_start = np.empty(size, np.int64)
    out_end = np.empty(size, np.int64)
    by_text = np.zeros(len(offsets), np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        start, stop = offsets[i], offsets[i + 1]
        first = n
        at = start
        before = np.bool_(False)  # the line before was code
        while at < stop:
            begin = skip_spaces(buffer, at, stop)
            end = begin
            while end < stop and buffer[np.uint64(end)] != 10:
                end += 1
            last = end
            while last > begin and (buffer[last - 1] == 32 or buffer[last - 1] == 13 or buffer[last - 1] == 9):
                last -= 1
            code = False
            if last - begin >= 3 and last - begin <= LONGEST_LINE:
                b = buffer[begin]
                if (b >= 97 and b <= 122) or b == 35 or b == 62 or b == 36 or b == 125 or (before and begin > at + 1):
                    k = end + 1
                    while k < stop and k - end < 100 and buffer[k] == 32:
                        k += 1
                    deeper = k - end - 1 >= begin - at + 2
                    code = is_code(buffer, begin, last, deeper, before, begin > at + 1)
            elif last - begin == 1 and before and buffer[begin] == 125:
                code = True
            if code:
                if before and n > first:
                    out_end[n - 1] = last
                else:
                    out_start[n] = begin
                    out_end[n] = last
                    n += 1
            before = code
            at = end + 1
        by_text[i + 1] = n
    return out_start[:n], out_end[:n], by_text
