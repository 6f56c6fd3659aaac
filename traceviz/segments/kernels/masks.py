"""Find what is not prose: code, formulas, URLs, identifiers, template tokens.

A state machine over the bytes, in place of regular expressions with lazy ``.*?``, which take minutes on a text full
of openers.  Each kind of closer is searched once and remembered.  Two passes go before it and are given to it as
tokens: `lines.py` finds lines of code, `notation.py` what has the shape of a word and is none.
"""

import numpy as np

from traceviz.compiling import entry, part

# Kinds of segments: positions in `schema.KINDS`.
MATH, CODE, URL, IDENTIFIER, TEMPLATE, OTHER = 1, 2, 3, 4, 5, 6
#: Mathematics that may hold prose in braces; it leaves this file as `MATH`.
LATEX = 7

# Classes, flags and scripts of characters: see `unicode.py`.
LETTER, NUMBER, SYMBOL = 1, 4, 7
CLASS, MATH_FLAG = 15, 16
GREEK = 7

#: Bytes before the @ of an e-mail address, by RFC 5321.
LONGEST_LOCAL_PART = 64

#: A formula between delimiters is taken as one if it is no longer than this, or has no empty line and is no longer
#: than the second number: two strays must not hide what stands between them.
SHORT_DISPLAY, LONGEST_DISPLAY = 400, 4000

# Classes of bytes.
LOWER, UPPER, SPACE, STOP, MATH_LEAD, DULL_LEAD, TAIL = 1, 2, 4, 8, 16, 32, 64
OF_BYTE = np.zeros(256, np.uint8)
OF_BYTE[ord("a") : ord("z") + 1] = LOWER
OF_BYTE[ord("A") : ord("Z") + 1] = UPPER
OF_BYTE[[32, 9, 13, 10]] = SPACE
OF_BYTE[list(b".,;:!?'\")")] = STOP
OF_BYTE[0x80:0xC0] = TAIL
OF_BYTE[0xC0:] = DULL_LEAD
OF_BYTE[[0xC2, 0xC3, 0xCE, 0xCF, 0xE2, 0xEF, 0xF0]] = MATH_LEAD  # signs, Greek, full-width signs, styled letters


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
def is_letter(b):
    """Tell whether a byte is an ASCII letter."""
    return (b >= 65 and b <= 90) or (b >= 97 and b <= 122)


@part
def is_digit(b):
    """Tell whether a byte is an ASCII digit."""
    return b >= 48 and b <= 57


@part
def starts_with(buffer, at, stop, word):
    """Tell whether the bytes of ``word`` stand at a place."""
    if at + len(word) > stop:
        return False
    for k in range(len(word)):
        if buffer[at + k] != word[k]:
            return False
    return True


def _packed(words):
    """Pack words of up to eight letters into numbers, in order."""
    return np.array(sorted(int.from_bytes(word.encode(), "big") for word in words.split()), np.int64)


FUNCTIONS = _packed(
    "ln lg sin cos tan cot sec csc log exp mod gcd lcm max min lim det sqrt sinh cosh tanh arcsin arccos arctan ord "
    "var cov abs floor ceil phi"
)
BEGINNINGS = np.zeros((32, 32), np.bool_)
for _word in FUNCTIONS.tolist():
    _first, _second = int(_word).to_bytes(8, "big").lstrip(b"\0")[:2]
    BEGINNINGS[_first & 31, _second & 31] = True
#: Functions that are words of a language too, and those of them that may stand before a letter alone.
CALLED = _packed("det max min ord var cov abs floor ceil phi sec exp lim tan mod sin")
SPACED = _packed("sin tan mod max min lim exp")
#: Words of two or three letters that stand beside an operator in prose: two+two.
WORDS = _packed(
    "one two six ten the and for are was not but all any his her can has had how who why new old yes you see "
    "is it in on or of to as at be by he me my no so up us we an am do go if der die das und la le el de en il no"
)


#: Names of the tags of chat and reasoning templates, but the longest two.
TEMPLATES = _packed("s think answer thought thinking response solution")


@part
def stands_in(table, buffer, start, end):
    """Tell whether a word stands in a table of packed words."""
    if end - start > 8:
        return False
    code = np.int64(0)
    for k in range(start, end):
        code = code << 8 | np.int64(buffer[k])
    for k in range(len(table)):
        if table[k] >= code:
            return table[k] == code
    return False


@part
def is_function_name(buffer, start, end):
    """Tell whether a run of letters is the name of a mathematical function (sin, log, gcd ...)."""
    if end - start < 2 or end - start > 6:
        return False
    # Most words are dismissed by their first two letters.
    if not BEGINNINGS[buffer[start] & 31, buffer[start + 1] & 31]:
        return False
    return stands_in(FUNCTIONS, buffer, start, end)


@part
def takes_operand(buffer, start, end, stop):
    """Tell whether the name of a function has an argument here.

    ``det``, ``max``, ``tan`` and others are words of a language elsewhere: they need a bracket or a power, and ``sin``,
    ``max``, ``min`` and ``mod`` are content with a number or, if it is no vowel, a letter alone ("sin a", "sin y").
    """
    if end >= stop:
        return False
    after = buffer[end]
    if after == 40 or after == 94 or after == 95 or after >= 0x80:  # ( ^ _ and Greek letters
        return True
    if after != 32 or end + 1 >= stop:
        return False
    b = buffer[end + 1]
    if b == 40 or is_digit(b) or not stands_in(CALLED, buffer, start, end):
        return True
    alone = is_letter(b) and (end + 2 >= stop or not is_letter(buffer[end + 2]))
    vowel = b == 97 or b == 101 or b == 105 or b == 111 or b == 117 or b == 121
    return alone and not vowel and stands_in(SPACED, buffer, start, end)


@part
def is_unary(c):
    """Tell whether a symbol needs no operand on its left: roots, sums, integrals, quantifiers, signs."""
    return (
        c == 0x221A  # square root
        or c == 0x2211  # sum
        or c == 0x220F  # product
        or c == 0x222B  # integral
        or c == 0x2202  # partial
        or c == 0x2207  # nabla
        or c == 0x2200  # for all
        or c == 0x2203  # there is
        or c == 0x00AC  # not
        or c == 0x00B1  # plus-minus
        or c == 0x2212  # minus
    )


@part
def is_operator(buffer, at, stop, page_of, kinds):
    """Tell whether an operator stands here that prose has no use for; a lone hyphen or slash is none."""
    if at >= stop:
        return False
    b = buffer[at]
    if b < 0x80:
        if b == 42:  # a star with a space behind it: others make Markdown bold
            return at + 1 < stop and buffer[at + 1] == 32
        return b == 61 or b == 60 or b == 62 or b == 43 or b == 94  # = < > + ^
    c, _ = decode(buffer, at, stop)
    kind = kinds[page_of[c >> 8], c & 255]
    return kind & CLASS == SYMBOL and kind & MATH_FLAG != 0


@part
def is_times(buffer, at, stop, start):
    """Tell whether the letter x here means times: spaces around it, then numbers on both sides."""
    return (
        buffer[at] == 120
        and at + 2 < stop
        and buffer[at + 1] == 32
        and (is_digit(buffer[at + 2]) or buffer[at + 2] == 36)
        and at - 2 >= start
        and buffer[at - 1] == 32
        and is_digit(buffer[at - 2])
    )


@part
def scan_number(buffer, at, stop):
    """Give the byte after a number: digits with inner points and commas, and a closing per cent sign."""
    while at < stop:
        b = buffer[at]
        inner = (b == 46 or b == 44) and at + 1 < stop and is_digit(buffer[at + 1])
        if not (is_digit(b) or inner):
            break
        at += 1
    if at < stop and buffer[at] == 37:  # %
        at += 1
    return at


@part
def is_set_sign(c):
    """Tell whether a sign stands before the name of a set or a proposition, so that A is no article there."""
    return (
        (c >= 0x2208 and c <= 0x220D) or (c >= 0x2227 and c <= 0x222A) or (c >= 0x2282 and c <= 0x228B) or c == 0x2216
    )


@part
def joins_words(buffer, at, stop):
    """Tell whether the hyphen here joins letters to a word, as in x-axis or a-t-il."""
    k = at + 1
    limit = min(stop - 2, at + 16)
    while k < limit and is_letter(buffer[k]) and buffer[k + 1] == 45 and is_letter(buffer[k + 2]):
        k += 2
    return k + 1 < stop and is_letter(buffer[k]) and is_letter(buffer[k + 1])


@part
def is_weak(buffer, at, start, stop):
    """Tell whether the hyphen or slash here makes no formula by itself: 10-20, 2024-05-17, A/B, w/o."""
    if at == start or at + 1 >= stop:
        return False
    left, right = buffer[at - 1], buffer[at + 1]
    if buffer[at] == 45:
        return is_digit(left) and is_digit(right)
    alone_left = is_letter(left) and (at - 1 == start or not is_letter(buffer[at - 2]))
    alone_right = is_letter(right) and (at + 2 >= stop or not is_letter(buffer[at + 2]))
    return alone_left and alone_right


@part
def formula(buffer, start, stop, page_of, scripts, kinds, token_start, token_end, t, t_stop):
    """Read a plain formula from ``start``: numbers, one-letter names, functions, operators and brackets on a line.

    The tokens from ``t`` on are operands.  Returns where the formula ends (``start`` if there is none) and where
    reading stopped.  A formula has an operator between two operands, a relation before one, or a symbol such as a
    root; a range, a date and A/B have none of them.
    """
    at = start
    depth = 0
    end = start  # after the last operand or bracket at depth 0
    operand_before = False  # the last token was an operand
    operator = 0  # the last token was an operator: 1 binary, 2 relation or unary
    weak = False  # that operator makes no formula by itself
    before_set = False  # that operator stands before the name of a set
    seen_operand = False
    qualifies = False
    qualified_end = start
    spaced = False  # a space stands before this token
    while at < stop:
        b = buffer[at]
        if b == 32 or b == 9:
            spaced = True
            at += 1
            continue
        while t < t_stop and token_start[t] < at:
            t += 1
        is_token = t < t_stop and token_start[t] == at
        if spaced and operand_before and operator == 0 and (is_token or b == 36 or is_digit(b) or is_letter(b)):
            if is_times(buffer, at, stop, start):
                operator = 1
                at += 1
                continue
            run = at
            while run < stop and run - at < 8 and is_letter(buffer[run]):
                run += 1
            if not is_function_name(buffer, at, run) or not takes_operand(buffer, at, run, stop):
                break  # two operands side by side: the second one is not of this formula
            operator = 1
        spaced = False
        before = at
        operand = False
        if is_token:
            at = token_end[t]
            operand = True
        elif is_digit(b):
            at = scan_number(buffer, at, stop)
            if at < stop and is_letter(buffer[at]):  # 2x, 5kg
                run = at
                while run < stop and is_letter(buffer[run]):
                    run += 1
                if run - at > 3 and not is_function_name(buffer, at, run):
                    at = before
                    break
                at = run
            operand = True
        elif b == 36 and at + 1 < stop and is_digit(buffer[at + 1]):  # $5
            weak = False
            at += 1
            continue
        elif is_letter(b):
            run = at + 1
            while run < stop and is_letter(buffer[run]):
                run += 1
            n = run - at
            after = buffer[run] if run < stop else 32
            if n == 1:
                lone = (b == 97 or b == 65 or b == 73) and after == 32  # a, A, I before a space
                if lone and operator == 0 and not is_operator(buffer, run + 1, stop, page_of, kinds):
                    break
                if after == 39 and run + 1 < stop and is_letter(buffer[run + 1]):  # l'homme
                    break
                if after == 46 and run + 1 < stop and is_letter(buffer[run + 1]):  # e.g.
                    break
                if after >= 0xC3 and after < 0xD0:  # an accented letter follows: a word
                    break
                at = run
                if lone and operator != 0 and not (before_set and b < 97):
                    # "x = a big": an article rather than an operand, if a word follows.
                    ahead = run + 1
                    while ahead < stop and ahead - run < 4 and is_letter(buffer[ahead]):
                        ahead += 1
                    if ahead - run > 2:
                        at = before
                        break
                operand = True
            elif is_function_name(buffer, at, run) and takes_operand(buffer, at, run, stop):
                at = run
                operator = 2
                weak = False
                operand_before = False
                continue
            else:
                left = buffer[at - 1] if at > start else 32
                glued = left == 43 or left == 42 or left == 61 or left == 94  # + * = ^
                glued = glued or after == 43 or after == 42 or after == 61 or after == 94
                if n > 3 or not glued or stands_in(WORDS, buffer, at, run) or (after >= 0xC3 and after < 0xD0):
                    break
                at = run
                operand = True
            while at < stop and (is_digit(buffer[at]) or buffer[at] == 95):  # subscripts
                if buffer[at] == 95:
                    at += 1
                    while at < stop and is_letter(buffer[at]):
                        at += 1
                else:
                    at += 1
            if at < stop and buffer[at] == 39 and not (at + 1 < stop and is_letter(buffer[at + 1])):
                at += 1  # a prime
        elif b == 40 or b == 91 or b == 123:  # ( [ {
            depth += 1
            at += 1
            continue
        elif b == 41 or b == 93 or b == 125:  # ) ] }
            if depth == 0 or operator != 0:
                break
            depth -= 1
            at += 1
            if depth == 0 and seen_operand:
                end = at
                if qualifies:
                    qualified_end = end
            operand_before = True
            continue
        elif b == 61 or b == 60 or b == 62:  # = < >
            at += 1
            operator = 2
            weak = False
            before_set = False
            continue
        elif b == 33 and at + 1 < stop and buffer[at + 1] == 61:  # !=
            at += 2
            operator = 2
            weak = False
            continue
        elif b == 43 or b == 42 or b == 94 or b == 47 or b == 45:  # + * ^ / -
            if b == 45 and operand_before and joins_words(buffer, at, stop):
                break  # 5-year, x-axis
            if operator < 2:
                operator = 1 if operand_before or operator == 1 else 0
                weak = (b == 45 or b == 47) and is_weak(buffer, at, start, stop)
            before_set = False
            at += 1
            continue
        elif (b == 44 or b == 124) and depth > 0:  # a comma or a bar inside brackets
            at += 1
            operand_before = False
            operator = 0
            continue
        elif b >= 0x80:
            c, after_c = decode(buffer, at, stop)
            kind = kinds[page_of[c >> 8], c & 255]
            if kind & CLASS == NUMBER and operand_before:  # a superscript
                at = after_c
                operand = True
                qualifies = True
            elif kind & CLASS == SYMBOL and kind & MATH_FLAG:
                at = after_c
                if is_unary(c):
                    operator = 2
                elif c == 0x2260 or (c >= 0x2264 and c <= 0x2267) or c == 0x2248 or c == 0x2261:
                    operator = 2  # not equal, less or equal, about, identical
                elif operand_before or operator:
                    operator = max(operator, 1)
                weak = False
                before_set = is_set_sign(c)
                if c == 0x221E:  # infinity is an operand
                    operand = True
                else:
                    continue
            elif kind & CLASS == LETTER and (scripts[page_of[c >> 8], c & 255] == GREEK or kind & MATH_FLAG):
                if after_c < stop and buffer[after_c] >= 0x80:
                    d, _ = decode(buffer, after_c, stop)
                    if kinds[page_of[d >> 8], d & 255] & CLASS == LETTER and not kind & MATH_FLAG:
                        break  # a Greek word
                at = after_c
                operand = True
            elif c == 0x2013 or c == 0xB7:  # an en dash for a minus, a middle dot for times
                at = after_c
                operator = 1 if operand_before else operator
                weak = c == 0x2013
                continue
            else:
                break
        else:
            break
        if operand:
            if operator == 2 or (operator == 1 and seen_operand and not weak):
                qualifies = True
            operator = 0
            weak = False
            seen_operand = True
            operand_before = True
            if depth == 0:
                end = at
                if qualifies:
                    qualified_end = end
    return qualified_end, max(at, start + 1)


@part
def find_close(buffer, at, stop, which, memory):
    r"""Find the next closer: 0 ``$$``, 1 ``\)``, 2 ``\]``, 3 and 4 a line of three or four backticks, 5 an empty line.

    ``memory`` holds the last answer of each kind, so that a text full of openers is searched once.
    """
    known = memory[which]
    if known == -2:
        return -1
    if known >= at:
        return known
    k = at
    while k + 1 < stop:
        b = buffer[k]
        if which == 0:
            hit = b == 36 and buffer[k + 1] == 36
        elif which == 1:
            hit = b == 92 and buffer[k + 1] == 41
        elif which == 2:
            hit = b == 92 and buffer[k + 1] == 93
        elif which == 5:
            hit = b == 10 and buffer[k + 1] == 10
        else:
            hit = False
            if b == 10:
                while k + 1 < stop and (buffer[k + 1] == 32 or buffer[k + 1] == 9):  # a fence in a list is indented
                    k += 1
                hit = k + 3 < stop and buffer[k + 1] == 96 and buffer[k + 2] == 96 and buffer[k + 3] == 96
                hit = hit and (which == 3 or (k + 4 < stop and buffer[k + 4] == 96))
        if hit:
            memory[which] = k
            return k
        k += 1
    memory[which] = -2
    return -1


@part
def find_display_close(buffer, at, stop, which, memory):
    """Find the closer of a formula between delimiters, or -1 if it stands so far away that it is another's."""
    close = find_close(buffer, at, stop, which, memory)
    if close < 0 or close - at <= SHORT_DISPLAY:
        return close
    if close - at > LONGEST_DISPLAY:
        return -1
    gap = find_close(buffer, at, stop, np.int64(5), memory)
    return close if gap < 0 or gap > close else -1


@part
def inline_math(buffer, at, stop):
    """Give the byte after ``$...$`` that opens at a byte, or -1.  At most 240 bytes and no blank line inside.

    What begins with a digit or a space is mathematics only if it holds no words: two prices are no formula.
    """
    first = buffer[at + 1] if at + 1 < stop else 32
    wordless = is_digit(first) or first == 32 or first == 46 or first == 44 or first == 41 or first == 59
    letters = 0
    k = at + 1
    limit = min(stop, at + 241)
    while k < limit:
        b = buffer[k]
        if b == 36:
            price = k + 1 < stop and is_digit(buffer[k + 1])  # $5-$10
            return k + 1 if k > at + 1 and not price else -1
        if b == 92:
            k += 2
            while k < limit and is_letter(buffer[k]):
                k += 1
            if k < limit and buffer[k] == 123 and k - at > 5 and starts_with(buffer, k - 4, stop, b"text"):
                while k < limit and buffer[k] != 125 and buffer[k] != 36:  # words that say that they are words
                    k += 1
            letters = 0
            continue
        if b == 10 and k + 1 < stop and buffer[k + 1] == 10:
            return -1
        if OF_BYTE[b] == DULL_LEAD or (b == 0xC3 and wordless and k + 1 < limit and buffer[k + 1] != 0x97):
            return -1  # a letter that is neither ASCII nor Greek: prose between two prices
        letters = letters + 1 if is_letter(b) else 0
        if letters >= 3 and wordless and not is_function_name(buffer, k - 2, k + 1):
            return -1
        k += 1
    return -1


@part
def is_prose_command(buffer, start, end):
    r"""Tell whether the argument of a LaTeX command is prose: ``\text``, ``\textbf``, ``\emph``, ``\section`` ..."""
    if end - start >= 4 and starts_with(buffer, start, end, b"text"):
        return True
    n = end - start
    if n == 4:
        return starts_with(buffer, start, end, b"emph") or starts_with(buffer, start, end, b"mbox")
    return n >= 7 and (starts_with(buffer, start, end, b"section") or starts_with(buffer, start, end, b"subsect"))


@part
def latex_command(buffer, at, stop):
    r"""Give the byte after a LaTeX command at a backslash, with its arguments unless they are prose."""
    k = at + 1
    while k < stop and is_letter(buffer[k]):
        k += 1
    if k == at + 1:
        return min(at + 2, stop)
    prose = is_prose_command(buffer, at + 1, k)
    while k < stop and (buffer[k] == 123 or buffer[k] == 91):
        if prose:
            return k + 1
        opener = buffer[k]
        closer = 125 if opener == 123 else 93
        depth = 0
        end = -1
        for j in range(k, min(stop, k + 240)):
            b = buffer[j]
            if b == opener:
                depth += 1
            elif b == closer:
                depth -= 1
                if depth == 0:
                    end = j + 1
                    break
        if end < 0:
            return k
        k = end
    return k


@part
def is_role(buffer, start, end):
    """Tell whether a word is the name of a role that a chat template leaves behind when its tokens are removed."""
    n = end - start
    if n == 4:
        return starts_with(buffer, start, end, b"user")
    if n == 6:
        return starts_with(buffer, start, end, b"system")
    return n == 9 and starts_with(buffer, start, end, b"assistant")


@part
def is_spaced(buffer, at, start):
    """Tell whether a space or a letter stands before a byte, so that a word there belongs to a sentence."""
    return at > start and (buffer[at - 1] == 32 or is_letter(buffer[at - 1]))


@part
def is_template_name(buffer, start, end):
    """Tell whether a tag belongs to a chat or reasoning template rather than to HTML."""
    if end - start == 9:
        return starts_with(buffer, start, end, b"reasoning") or starts_with(buffer, start, end, b"tool_call")
    return stands_in(TEMPLATES, buffer, start, end)


@part
def tag(buffer, at, stop):
    """Read what stands at ``<``: a template token, a tag or a calculator mark; give its end (or -1) and its kind."""
    if at + 1 >= stop:
        return -1, OTHER
    b = buffer[at + 1]
    limit = min(stop, at + 120)
    bar = 124
    if b == bar or starts_with(buffer, at + 1, stop, b"\xef\xbd\x9c"):  # <| and its full-width form
        k = at + 2
        while k < limit and buffer[k] != 10:
            if buffer[k] == 62 and (buffer[k - 1] == bar or buffer[k - 1] == 0x9C):
                return k + 1, TEMPLATE
            k += 1
        return -1, OTHER
    if b == 60:  # <<48/2=24>>
        k = at + 2
        while k + 1 < limit and buffer[k] != 10:
            if buffer[k] == 62 and buffer[k + 1] == 62:
                return k + 2, MATH
            k += 1
        return -1, OTHER
    name = at + 2 if b == 47 else at + 1
    k = name
    while k < limit and (is_letter(buffer[k]) or (k > name and (is_digit(buffer[k]) or buffer[k] == 95))):
        k += 1
    if k == name or k >= limit:
        return -1, OTHER
    kind = TEMPLATE if is_template_name(buffer, name, k) else CODE
    if buffer[k] == 62:
        return k + 1, kind
    if buffer[k] == 47 and k + 1 < stop and buffer[k + 1] == 62:
        return k + 2, kind
    if buffer[k] != 32:
        return -1, OTHER
    assigned = False
    while k < limit and buffer[k] != 10 and buffer[k] != 60:
        if buffer[k] == 61:
            assigned = True
        if buffer[k] == 62:
            return (k + 1 if assigned or buffer[k - 1] == 47 else -1), kind
        k += 1
    return -1, OTHER


@part
def url(buffer, at, stop):
    """Give the byte after a URL or a path, without the punctuation that ends a sentence."""
    k = at
    depth = 0
    while k < stop:
        b = buffer[k]
        if b <= 32 or b >= 127 or b == 60 or b == 62 or b == 34 or b == 96 or b == 124:
            break
        if b == 40:
            depth += 1
        elif b == 41:
            if depth == 0:
                break
            depth -= 1
        k += 1
    while k > at and (
        buffer[k - 1] == 46
        or buffer[k - 1] == 44
        or buffer[k - 1] == 59
        or buffer[k - 1] == 58
        or buffer[k - 1] == 33
        or buffer[k - 1] == 63
        or buffer[k - 1] == 39
        or buffer[k - 1] == 42
    ):
        k -= 1
    return k


@part
def is_local_part(b):
    """Tell whether a byte can stand before the @ of an address."""
    return is_letter(b) or is_digit(b) or b == 46 or b == 95 or b == 37 or b == 43 or b == 45  # . _ % + -


@part
def begins_path(buffer, at, stop):
    """Tell whether a path begins here: ``/usr``, ``./run``, ``../data`` or ``~/data``."""
    k = at
    if starts_with(buffer, at, stop, b"../"):
        k += 2
    elif starts_with(buffer, at, stop, b"./") or starts_with(buffer, at, stop, b"~/"):
        k += 1
    return buffer[k] == 47 and k + 1 < stop and (is_letter(buffer[k + 1]) or buffer[k + 1] == 46 or buffer[k + 1] == 95)


@part
def is_relative_path(buffer, at, stop):
    """Tell whether a run without spaces is a path with a suffix on its last name: ``src/main.py``."""
    k = at
    point = -1
    slash = -1
    while k < stop and (is_local_part(buffer[k]) or buffer[k] == 47):
        if buffer[k] == 47:
            slash = k
        elif buffer[k] == 46 and k + 1 < stop and is_letter(buffer[k + 1]):
            point = k
        k += 1
    return slash > at and point > slash + 1 and k - point <= 6


@part
def inline_code(buffer, at, stop, exhausted):
    """Read backticks: give the end of inline code on the same line, or of the backticks alone.

    ``exhausted[n]`` is a byte before which no run of ``n`` backticks is left.  The second result tells whether code
    was found.
    """
    n = 0
    while at + n < stop and buffer[at + n] == 96:
        n += 1
    slot = min(n, 3)
    k = at + n
    if k < exhausted[slot]:
        return k, False
    while k < stop and buffer[k] != 10:
        if buffer[k] == 96:
            m = 0
            while k + m < stop and buffer[k + m] == 96:
                m += 1
            if m == n:
                return k + m, True
            k += m
        else:
            k += 1
    if n <= 3:
        exhausted[slot] = k
    return at + n, False


@part
def cut_prose(buffer, at, end, out_start, out_end, out_kind, n):
    r"""Write a formula of LaTeX as masks that leave out the prose inside it, and give the new count.

    Prose is a group in braces, without commands or signs of mathematics, of two words or more (``\text{ miles per
    hour}``), or with letters that are not ASCII.  A word alone stays with the formula: it is mostly a unit or a label.
    """
    opener = -1
    words = 0
    long_words = 0
    letters = 0
    first = False  # the word that is read stands after a space or an opening bracket
    wide = False
    done = at
    k = at
    while k < end:
        b = buffer[k]
        here = OF_BYTE[b]
        if here & (LOWER | UPPER):
            if letters == 0:
                first = k == at or buffer[k - 1] == 32 or buffer[k - 1] == 123 or buffer[k - 1] == 40
            letters += 1
            words += letters == 2 and first
            long_words += letters == 3
        else:
            letters = 0
            if b == 123:
                opener = k
                words = 0
                long_words = 0
                wide = False
            elif b == 125:
                if opener >= 0 and ((words > 1 and long_words > 0) or wide):
                    out_start[n] = done
                    out_end[n] = opener + 1
                    out_kind[n] = MATH
                    n += 1
                    done = k
                opener = -1
            elif (
                b == 92 or b == 61 or b == 94 or b == 95 or b == 38 or b == 36 or b == 43 or b == 42
            ):  # \ = ^ _ & $ + *
                opener = -1
            elif here == DULL_LEAD or (b == 0xC3 and k + 1 < end and buffer[k + 1] != 0x97 and buffer[k + 1] != 0xB7):
                wide = True
        k += 1
    out_start[n] = done
    out_end[n] = end
    out_kind[n] = MATH
    return n + 1


@part
def is_hash(buffer, start, end):
    """Tell whether a word of small letters is hexadecimal: no word of a language has eight letters of a-f."""
    for k in range(start, end):
        if buffer[k] > 102:
            return False
    return True


@part
def is_plain_word(buffer, start, end, stop):
    """Tell whether a run of letters is a word that can begin no formula, path, address or role."""
    if end >= stop:
        return end - start > 3
    after = buffer[end]
    n = end - start
    if after == 32:
        if n > 6:
            return True
        beyond = OF_BYTE[buffer[end + 1]] if end + 1 < stop else SPACE
        if beyond & (LOWER | UPPER) or n > 3:
            return not is_function_name(buffer, start, end)
        return False
    if OF_BYTE[after] == STOP:
        return end + 1 >= stop or OF_BYTE[buffer[end + 1]] == SPACE
    return False


@part
def is_operand(buffer, start, end, stop):
    """Tell whether a run of letters and digits may begin a formula: one letter, or a name beside an operator."""
    n = end - start
    if n == 1:
        beyond = end + 1 < stop and buffer[end] == 32
        return not (beyond and OF_BYTE[buffer[end + 1]] & (LOWER | UPPER))
    after = buffer[end] if end < stop else 32
    if n <= 3 and (after == 43 or after == 42 or after == 61 or after == 94 or is_digit(buffer[end - 1])):
        return True
    return is_function_name(buffer, start, end)


@part
def is_lone_number(buffer, end, stop):
    """Tell whether a number that ends here begins no formula: punctuation, the line's end or a word follows."""
    if end + 1 >= stop or buffer[end] == 10:
        return True
    after = buffer[end]
    if after == 32:
        if not (OF_BYTE[buffer[end + 1]] & (LOWER | UPPER) and end + 2 < stop):
            return False
        k = end + 1
        while k < stop and k - end < 8 and OF_BYTE[buffer[k]] & (LOWER | UPPER):
            k += 1
        return k - end > 2 and not is_function_name(buffer, end + 1, k)
    return OF_BYTE[after] == STOP and after != 33 and after != 41 and OF_BYTE[buffer[end + 1]] == SPACE


@entry
def find_masks(buffer, offsets, page_of, scripts, kinds, tokens, lines):
    """Find the masked stretches of every text: their starts, ends and kinds, and where each text's begin.

    ``tokens`` and ``lines`` are what `notation.py` and `lines.py` give for the same texts: they are masks unless a
    longer stretch holds them.
    """
    token_start, token_end, token_kind, tokens_by_text = tokens
    line_begin, line_end, lines_by_text = lines
    size = len(buffer) + 1  # never reached, and memory that is not touched costs nothing
    out_start = np.empty(size, np.int64)
    out_end = np.empty(size, np.int64)
    out_kind = np.empty(size, np.int8)
    by_text = np.zeros(len(offsets), np.int64)
    memory = np.empty(6, np.int64)
    exhausted = np.empty(4, np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        for k in range(len(memory)):
            memory[k] = -1
        for k in range(len(exhausted)):
            exhausted[k] = 0
        start, stop = offsets[i], offsets[i + 1]
        t, t_stop = tokens_by_text[i], tokens_by_text[i + 1]
        c, c_stop = lines_by_text[i], lines_by_text[i + 1]
        first = n
        at = start
        line_start = True
        chunk = start  # where the run of characters without a space began
        no_formula_before = start
        while at < stop:
            b = buffer[at]
            here = OF_BYTE[b]
            if here == SPACE:
                if b == 10:
                    line_start = True
                at += 1
                chunk = at
                continue
            while t < t_stop and token_start[t] < at:
                t += 1
            while c < c_stop and line_begin[c] < at:
                c += 1
            if c < c_stop and line_begin[c] == at:
                out_start[n] = at
                out_end[n] = line_end[c]
                out_kind[n] = CODE
                n += 1
                at = line_end[c]
                continue
            was_line_start = line_start
            line_start = False
            is_token = t < t_stop and token_start[t] == at
            end = -1
            kind = OTHER
            wanted = False  # a formula may begin here
            past = at  # it ends here or later, and if there is none, reading goes on from here
            if not is_token:
                if here == STOP and not (b == 46 and at == chunk):
                    at += 1
                    continue
                if b == 45 and at > start and OF_BYTE[buffer[at - 1]] & (LOWER | UPPER):
                    if at + 1 < stop and OF_BYTE[buffer[at + 1]] & (LOWER | UPPER):
                        at += 1  # the hyphen of a word
                        continue
            if here & (LOWER | UPPER):
                if not is_token and (
                    at == chunk or OF_BYTE[buffer[at - 1]] == STOP or buffer[at - 1] == 40 or buffer[at - 1] == 45
                ):
                    limit = token_start[t] if t < t_stop else stop
                    k = at + 1
                    word = at
                    # Most text is words: pass over them up to the last one before something else.
                    while True:
                        while k < stop and OF_BYTE[buffer[np.uint64(k)]] & (LOWER | UPPER):
                            k += 1
                        if k - word >= 8 and buffer[word] <= 102 and buffer[k - 1] <= 102 and is_hash(buffer, word, k):
                            break
                        ahead = k + 1
                        if k < stop and (buffer[k] == 44 or buffer[k] == 46):
                            ahead = k + 2
                        if (
                            ahead + 1 < stop
                            and buffer[ahead - 1] == 32
                            and OF_BYTE[buffer[ahead]] & (LOWER | UPPER)
                            and OF_BYTE[buffer[ahead + 1]] & (LOWER | UPPER)
                        ):
                            word = ahead
                            k = ahead + 2
                            if word >= limit:
                                break
                        else:
                            break
                    if word > at:
                        at = word
                        chunk = word
                        past = word
                        if word >= limit:
                            continue
                        was_line_start = False
                        b = buffer[at]
                    if is_plain_word(buffer, at, k, stop):
                        if k - at >= 8 and b >= 97 and b <= 102 and buffer[k - 1] <= 102 and is_hash(buffer, at, k):
                            out_start[n] = at
                            out_end[n] = k
                            out_kind[n] = IDENTIFIER
                            n += 1
                        at = k
                        if at < stop and buffer[at] == 32:
                            at += 1
                            chunk = at
                        continue
                if is_token:
                    word_end = token_end[t]
                else:
                    word_end = at
                    while word_end < stop and (
                        OF_BYTE[buffer[word_end]] & (LOWER | UPPER) or is_digit(buffer[word_end])
                    ):
                        word_end += 1
                after = buffer[word_end] if word_end < stop else 32
                if (
                    after == 10
                    and is_role(buffer, at, word_end)
                    and (was_line_start or not is_spaced(buffer, at, start))
                ):
                    end, kind = word_end, TEMPLATE
                elif after == 58 and starts_with(buffer, word_end, stop, b"://"):
                    end, kind = url(buffer, at, stop), URL
                elif b == 119 and starts_with(buffer, at, stop, b"www.") and at + 4 < stop and buffer[at + 4] > 32:
                    end, kind = url(buffer, at, stop), URL
                elif after == 47 and at == chunk and is_relative_path(buffer, at, stop):
                    end, kind = url(buffer, at, stop), URL
                else:
                    short = is_token or is_operand(buffer, at, word_end, stop)
                    past = word_end
                    wanted = short and (at == chunk or not is_letter(buffer[at - 1]))
            elif is_digit(b):
                if was_line_start:
                    k = at
                    while k < stop and is_digit(buffer[k]):
                        k += 1
                    if k + 1 < stop and (buffer[k] == 46 or buffer[k] == 41) and buffer[k + 1] == 32:
                        at = k + 1  # the number of a list's item
                        continue
                if not is_token:
                    k = scan_number(buffer, at, stop)
                    if is_lone_number(buffer, k, stop):
                        at = k
                        continue
                else:
                    k = at + 1
                past = k
                wanted = True
            elif is_token:
                end, kind = token_end[t], token_kind[t]
            elif b == 96:  # `
                if was_line_start and starts_with(buffer, at, stop, b"```"):
                    four = at + 3 < stop and buffer[at + 3] == 96
                    close = find_close(buffer, at + 2, stop, np.int64(4 if four else 3), memory)
                    end, kind = (close + 4 if close >= 0 else at), CODE  # a stray fence must not hide the rest
                    while end < stop and buffer[end] != 10:
                        end += 1
                else:
                    e, found = inline_code(buffer, at, stop, exhausted)
                    if found:
                        end, kind = e, CODE
                    else:
                        at = e
                        continue
            elif b == 36:  # $
                if at + 1 < stop and buffer[at + 1] == 36:
                    close = find_display_close(buffer, at + 2, stop, np.int64(0), memory)
                    if close > at + 2:
                        end, kind = close + 2, LATEX
                    else:
                        at += 2
                        continue
                else:
                    end, kind = inline_math(buffer, at, stop), LATEX
                    wanted = end < 0
            elif b == 92:  # backslash
                after = buffer[at + 1] if at + 1 < stop else 32
                if after == 40 or after == 91:  # \( \[
                    close = find_display_close(buffer, at + 2, stop, np.int64(1 if after == 40 else 2), memory)
                    end, kind = (close + 2 if close >= 0 else at + 2), LATEX
                elif is_letter(after) or after == 92:
                    end, kind = latex_command(buffer, at, stop), LATEX
                else:
                    at = min(at + 2, stop) if after < 0x80 else at + 1
                    continue
            elif b == 60:  # <
                end, kind = tag(buffer, at, stop)
                wanted = end < 0
            elif b == 91 and (
                starts_with(buffer, at, stop, b"[INST]")
                or starts_with(buffer, at, stop, b"[/INST]")
                or starts_with(buffer, at, stop, b"[THINK]")
                or starts_with(buffer, at, stop, b"[/THINK]")
            ):
                k = at
                while buffer[k] != 93:
                    k += 1
                end, kind = k + 1, TEMPLATE
            elif b == 64 and at > chunk and at + 1 < stop and is_letter(buffer[at + 1]):  # @ in an address
                k = at
                while k > max(chunk, at - LONGEST_LOCAL_PART) and is_local_part(buffer[k - 1]):
                    k -= 1
                while n > first and out_start[n - 1] >= k:
                    n -= 1
                if n > first and out_end[n - 1] > k:
                    k = out_end[n - 1]
                if k < at:
                    end, kind = url(buffer, at, stop), URL
                    at = k
            elif at == chunk and (b == 47 or b == 46 or b == 126) and begins_path(buffer, at, stop):
                end, kind = url(buffer, at, stop), URL
            elif here == DULL_LEAD:
                while at < stop and OF_BYTE[buffer[at]] & (DULL_LEAD | TAIL):
                    at += 1
                continue
            else:
                bullet = was_line_start and (b == 45 or b == 42 or b == 43 or b == 35 or b == 62)
                if bullet:
                    while at < stop and buffer[at] == b:
                        at += 1
                    continue
                if b == 45 and at + 1 < stop and OF_BYTE[buffer[at + 1]] == SPACE:
                    at += 1  # a dash
                    continue
                if b == 40 and at + 2 < stop and OF_BYTE[buffer[at + 1]] & OF_BYTE[buffer[at + 2]] & (LOWER | UPPER):
                    k = at + 1
                    while k < stop and k - at < 9 and OF_BYTE[buffer[k]] & (LOWER | UPPER):
                        k += 1
                    if k - at > 4 and not is_function_name(buffer, at + 1, k):
                        at += 1  # a bracket before a word
                        continue
                begins = b == 40 or b == 91 or b == 61 or b == 62 or b == 43 or b == 45 or b == 42 or here == MATH_LEAD
                if here == MATH_LEAD and at + 1 < stop:
                    after = buffer[at + 1]
                    # Accented letters, quotation marks and dashes begin no formula.
                    begins = not ((b == 0xC3 and after != 0x97 and after != 0xB7) or (b == 0xE2 and after == 0x80))
                wanted = begins
            if wanted and at >= no_formula_before:
                e, reached = formula(buffer, at, stop, page_of, scripts, kinds, token_start, token_end, t, t_stop)
                no_formula_before = reached
                if e > at and e >= past:
                    end, kind = e, MATH
            if end < 0 and is_token:
                end, kind = token_end[t], token_kind[t]
            if end > at:
                if kind == LATEX:
                    n = cut_prose(buffer, at, end, out_start, out_end, out_kind, n)
                else:
                    out_start[n] = at
                    out_end[n] = end
                    out_kind[n] = kind
                    n += 1
                at = end
            elif past > at:
                at = past
            else:
                at += 1
                while at < stop and OF_BYTE[buffer[at]] == TAIL:
                    at += 1
        by_text[i + 1] = n
    return out_start[:n], out_end[:n], out_kind[:n], by_text
