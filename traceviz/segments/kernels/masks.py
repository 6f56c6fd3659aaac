"""Find what is not prose: code, formulas, URLs, identifiers, template tokens.

A state machine over the bytes, in place of regular expressions with lazy ``.*?``, which take minutes on a text full
of openers.  Each kind of closer is searched once and remembered.
"""

import numpy as np
from numba import njit

# Kinds of segments: positions in `schema.KINDS`.
MATH, CODE, URL, IDENTIFIER, TEMPLATE, OTHER = 1, 2, 3, 4, 5, 6

# Classes, flags and scripts of characters: see `unicode.py`.
LETTER, NUMBER, SYMBOL = 1, 4, 7
CLASS, MATH_FLAG = 15, 16
GREEK = 7

#: Bytes before the @ of an e-mail address, by RFC 5321.
LONGEST_LOCAL_PART = 64


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
def is_letter(b):
    """Tell whether a byte is an ASCII letter."""
    return (b >= 65 and b <= 90) or (b >= 97 and b <= 122)


@njit(cache=True, nogil=True)
def is_digit(b):
    """Tell whether a byte is an ASCII digit."""
    return b >= 48 and b <= 57


@njit(cache=True, nogil=True)
def starts_with(buffer, at, stop, word):
    """Tell whether the bytes of ``word`` stand at a place."""
    if at + len(word) > stop:
        return False
    for k in range(len(word)):
        if buffer[at + k] != word[k]:
            return False
    return True


@njit(cache=True, nogil=True)
def is_function_name(buffer, start, end):
    """Tell whether a run of letters is the name of a mathematical function (sin, log, gcd ...)."""
    n = end - start
    if n == 2:
        return buffer[start] == 108 and buffer[start + 1] == 110  # ln
    if n == 3:
        code = (np.int64(buffer[start]) << 16) | (np.int64(buffer[start + 1]) << 8) | np.int64(buffer[start + 2])
        return (
            code == 0x73696E  # sin
            or code == 0x636F73  # cos
            or code == 0x74616E  # tan
            or code == 0x636F74  # cot
            or code == 0x736563  # sec
            or code == 0x637363  # csc
            or code == 0x6C6F67  # log
            or code == 0x657870  # exp
            or code == 0x6D6F64  # mod
            or code == 0x676364  # gcd
            or code == 0x6C636D  # lcm
            or code == 0x6D6178  # max
            or code == 0x6D696E  # min
            or code == 0x6C696D  # lim
            or code == 0x646574  # det
        )
    if n == 4:
        return (
            buffer[start] == 115 and buffer[start + 1] == 113 and buffer[start + 2] == 114 and buffer[start + 3] == 116
        )
    return False  # the last one was sqrt


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def formula(buffer, start, stop, page_of, scripts, kinds):
    """Read a plain formula from ``start``: numbers, one-letter names, functions, operators and brackets on a line.

    Returns where the formula ends (``start`` if there is none) and where reading stopped.  A formula has an
    operator between two operands, a relation before one, or a symbol such as a root.
    """
    at = start
    depth = 0
    end = start  # after the last operand or bracket at depth 0
    operand_before = False  # the last token was an operand
    operator = 0  # the last token was an operator: 1 binary, 2 relation or unary
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
        if spaced and operand_before and operator == 0 and (b == 36 or is_digit(b) or is_letter(b)):
            if is_times(buffer, at, stop, start):
                operator = 1
                at += 1
                continue
            break  # two operands side by side: the second one is not of this formula
        spaced = False
        before = at
        operand = False
        if is_digit(b):
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
                if lone and operator != 0:
                    # "x = a big": an article rather than an operand, if a word follows.
                    ahead = run + 1
                    while ahead < stop and is_letter(buffer[ahead]):
                        ahead += 1
                    if ahead - run > 2:
                        at = before
                        break
                operand = True
            elif is_function_name(buffer, at, run):
                at = run
                operator = 2
                operand_before = False
                continue
            else:
                left = buffer[at - 1] if at > start else 32
                glued = left == 43 or left == 42 or left == 61 or left == 94  # + * = ^
                glued = glued or after == 43 or after == 42 or after == 61 or after == 94
                if n > 3 or not glued:
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
            continue
        elif b == 33 and at + 1 < stop and buffer[at + 1] == 61:  # !=
            at += 2
            operator = 2
            continue
        elif b == 43 or b == 42 or b == 94 or b == 47 or b == 45:  # + * ^ / -
            if b == 45 and operand_before and at + 2 < stop and is_letter(buffer[at + 1]) and is_letter(buffer[at + 2]):
                break  # 5-year, x-axis
            at += 1
            if operator < 2:
                operator = 1 if operand_before or operator == 1 else 0
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
                continue
            else:
                break
        else:
            break
        if operand:
            if operator == 2 or (operator == 1 and seen_operand):
                qualifies = True
            operator = 0
            seen_operand = True
            operand_before = True
            if depth == 0:
                end = at
                if qualifies:
                    qualified_end = end
    return qualified_end, max(at, start + 1)


@njit(cache=True, nogil=True)
def find_close(buffer, at, stop, which, memory):
    r"""Find the next closer of a kind: 0 ``$$``, 1 ``\)``, 2 ``\]``, 3 a line that begins with three backticks.

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
        else:
            hit = False
            if b == 10:
                while k + 1 < stop and (buffer[k + 1] == 32 or buffer[k + 1] == 9):  # a fence in a list is indented
                    k += 1
                hit = k + 3 < stop and buffer[k + 1] == 96 and buffer[k + 2] == 96 and buffer[k + 3] == 96
        if hit:
            memory[which] = k
            return k
        k += 1
    memory[which] = -2
    return -1


@njit(cache=True, nogil=True)
def inline_math(buffer, at, stop):
    """Give the byte after ``$...$`` that opens at a byte, or -1.  At most 240 bytes and no blank line inside.

    What begins with a digit or a space is mathematics only if it holds no words: two prices are no formula.
    """
    first = buffer[at + 1] if at + 1 < stop else 32
    wordless = is_digit(first) or first == 32
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
            letters = 0
            continue
        if b == 10 and k + 1 < stop and buffer[k + 1] == 10:
            return -1
        letters = letters + 1 if is_letter(b) else 0
        if letters >= 3 and wordless and not is_function_name(buffer, k - 2, k + 1):
            return -1
        k += 1
    return -1


@njit(cache=True, nogil=True)
def is_prose_command(buffer, start, end):
    r"""Tell whether the argument of a LaTeX command is prose: ``\text``, ``\textbf``, ``\emph``, ``\section`` ..."""
    if end - start >= 4 and starts_with(buffer, start, end, b"text"):
        return True
    n = end - start
    if n == 4:
        return starts_with(buffer, start, end, b"emph") or starts_with(buffer, start, end, b"mbox")
    return n >= 7 and (starts_with(buffer, start, end, b"section") or starts_with(buffer, start, end, b"subsect"))


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def is_role(buffer, start, end):
    """Tell whether a word is the name of a role that a chat template leaves behind when its tokens are removed."""
    n = end - start
    if n == 4:
        return starts_with(buffer, start, end, b"user")
    if n == 6:
        return starts_with(buffer, start, end, b"system")
    return n == 9 and starts_with(buffer, start, end, b"assistant")


@njit(cache=True, nogil=True)
def is_spaced(buffer, at, start):
    """Tell whether a space or a letter stands before a byte, so that a word there belongs to a sentence."""
    return at > start and (buffer[at - 1] == 32 or is_letter(buffer[at - 1]))


@njit(cache=True, nogil=True)
def is_template_name(buffer, start, end):
    """Tell whether a tag belongs to a chat or reasoning template rather than to HTML."""
    n = end - start
    if n == 1:
        return buffer[start] == 115  # <s>
    if n == 5:
        return starts_with(buffer, start, end, b"think")
    if n == 6:
        return starts_with(buffer, start, end, b"answer")
    if n == 7:
        return starts_with(buffer, start, end, b"thought")
    if n == 8:
        return (
            starts_with(buffer, start, end, b"thinking")
            or starts_with(buffer, start, end, b"response")
            or starts_with(buffer, start, end, b"solution")
        )
    if n == 9:
        return starts_with(buffer, start, end, b"reasoning") or starts_with(buffer, start, end, b"tool_call")
    return False


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def is_local_part(b):
    """Tell whether a byte can stand before the @ of an address."""
    return is_letter(b) or is_digit(b) or b == 46 or b == 95 or b == 37 or b == 43 or b == 45  # . _ % + -


@njit(cache=True, nogil=True)
def begins_path(buffer, at, stop):
    """Tell whether a path begins here: ``/usr``, ``./run``, ``../data`` or ``~/data``."""
    k = at
    if starts_with(buffer, at, stop, b"../"):
        k += 2
    elif starts_with(buffer, at, stop, b"./") or starts_with(buffer, at, stop, b"~/"):
        k += 1
    return buffer[k] == 47 and k + 1 < stop and (is_letter(buffer[k + 1]) or buffer[k + 1] == 46 or buffer[k + 1] == 95)


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
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


@njit(cache=True, nogil=True)
def word_token(buffer, at, stop):
    """Read a run of ASCII letters, digits and underscores: its end, and whether it is an identifier.

    An identifier has an underscore between other characters, a letter beside a digit, or a capital after a small
    letter; a run with a point before small letters (``np.array``) is one too.
    """
    k = at
    letters = 0
    digits = 0
    underscores = 0
    camel = False
    previous = np.int64(32)
    while k < stop:
        b = np.int64(buffer[k])
        if is_letter(b):
            letters += 1
            if b < 97 and previous >= 97 and previous <= 122:
                camel = True
        elif is_digit(b):
            digits += 1
        elif b == 95:
            underscores += 1
        elif (
            b == 46
            and letters > 1
            and k + 2 < stop
            and buffer[k + 1] >= 97
            and buffer[k + 1] <= 122
            and buffer[k + 2] >= 97
            and buffer[k + 2] <= 122
        ):
            camel = True
        else:
            break
        previous = b
        k += 1
    named = letters > 0 and (digits > 0 or (underscores > 0 and letters + digits > 1))
    if underscores > 0 and (letters + digits == 0 or buffer[at] == 95 or buffer[k - 1] == 95):
        # _emphasis_ of Markdown is no identifier unless something else says so.
        named = letters > 0 and digits > 0
    return k, named or (camel and letters > 2)


@njit(cache=True, nogil=True)
def mask_text(buffer, start, stop, page_of, scripts, kinds, out_start, out_end, out_kind, n):
    """Find the masked stretches of one text; write them from ``n`` on and give the new count."""
    memory = np.full(4, -1, np.int64)
    exhausted = np.zeros(4, np.int64)
    first = n
    at = start
    line_start = True
    chunk = start  # where the run of characters without a space began
    no_formula_before = start
    while at < stop:
        b = buffer[at]
        end = -1
        kind = OTHER
        if b == 10:
            line_start = True
            at += 1
            chunk = at
            continue
        if b == 32 or b == 9 or b == 13:
            at += 1
            chunk = at
            continue
        was_line_start = line_start
        line_start = False
        if is_letter(b):
            token_end, named = word_token(buffer, at, stop)
            after = buffer[token_end] if token_end < stop else 32
            if after == 10 and is_role(buffer, at, token_end) and (was_line_start or not is_spaced(buffer, at, start)):
                end, kind = token_end, TEMPLATE
            elif after == 58 and starts_with(buffer, token_end, stop, b"://"):
                end, kind = url(buffer, at, stop), URL
            elif b == 119 and starts_with(buffer, at, stop, b"www.") and at + 4 < stop and buffer[at + 4] > 32:
                end, kind = url(buffer, at, stop), URL
            elif after == 47 and at == chunk and is_relative_path(buffer, at, stop):
                end, kind = url(buffer, at, stop), URL
            else:
                short = (
                    token_end - at <= 3 or is_function_name(buffer, at, token_end) or (named and token_end - at < 12)
                )
                if short and at >= no_formula_before and (at == chunk or not is_letter(buffer[at - 1])):
                    e, reached = formula(buffer, at, stop, page_of, scripts, kinds)
                    no_formula_before = reached
                    if e > at and e >= token_end:
                        end, kind = e, MATH
                if end < 0:
                    if named:
                        end, kind = token_end, IDENTIFIER
                    else:
                        at = token_end
                        continue
        elif is_digit(b):
            if was_line_start:
                k = at
                while k < stop and is_digit(buffer[k]):
                    k += 1
                if k + 1 < stop and (buffer[k] == 46 or buffer[k] == 41) and buffer[k + 1] == 32:
                    at = k + 1  # the number of a list's item
                    continue
            if at >= no_formula_before:
                e, reached = formula(buffer, at, stop, page_of, scripts, kinds)
                no_formula_before = reached
                if e > at:
                    end, kind = e, MATH
            if end < 0:
                token_end, named = word_token(buffer, at, stop)
                number_end = scan_number(buffer, at, stop)
                if named:
                    end, kind = token_end, IDENTIFIER
                elif number_end < stop and number_end > token_end and is_letter(buffer[number_end]):
                    end, kind = word_token(buffer, number_end, stop)[0], IDENTIFIER  # 3.5kg
                else:
                    at = max(token_end, number_end)
                    continue
        elif b == 96:  # `
            if was_line_start and starts_with(buffer, at, stop, b"```"):
                close = find_close(buffer, at + 2, stop, 3, memory)
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
                close = find_close(buffer, at + 2, stop, 0, memory)
                if close > at + 2:
                    end, kind = close + 2, MATH
                else:
                    at += 2
                    continue
            else:
                end, kind = inline_math(buffer, at, stop), MATH
                if end < 0 and at >= no_formula_before:
                    e, reached = formula(buffer, at, stop, page_of, scripts, kinds)
                    no_formula_before = reached
                    if e > at:
                        end = e
        elif b == 92:  # backslash
            after = buffer[at + 1] if at + 1 < stop else 32
            if after == 40 or after == 91:  # \( \[
                close = find_close(buffer, at + 2, stop, 1 if after == 40 else 2, memory)
                end, kind = (close + 2 if close >= 0 else at + 2), MATH
            elif is_letter(after) or after == 92:
                end, kind = latex_command(buffer, at, stop), MATH
            else:
                at = min(at + 2, stop) if after < 0x80 else at + 1
                continue
        elif b == 60:  # <
            end, kind = tag(buffer, at, stop)
            if end < 0 and at >= no_formula_before:
                e, reached = formula(buffer, at, stop, page_of, scripts, kinds)
                no_formula_before = reached
                if e > at:
                    end, kind = e, MATH
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
        elif at == chunk and begins_path(buffer, at, stop):
            end, kind = url(buffer, at, stop), URL
        else:
            bullet = was_line_start and (b == 45 or b == 42 or b == 43 or b == 35 or b == 62)
            if bullet:
                while at < stop and buffer[at] == b:
                    at += 1
                continue
            if at >= no_formula_before and (
                b == 40 or b == 91 or b == 61 or b == 62 or b == 43 or b == 45 or b == 42 or b >= 0x80
            ):
                e, reached = formula(buffer, at, stop, page_of, scripts, kinds)
                no_formula_before = reached
                if e > at:
                    end, kind = e, MATH
        if end > at:
            out_start[n] = at
            out_end[n] = end
            out_kind[n] = kind
            n += 1
            at = end
        elif b < 0x80:
            at += 1
        else:
            at += 1
            while at < stop and (buffer[at] & 0xC0) == 0x80:
                at += 1
    return n


@njit(cache=True, nogil=True)
def find_masks(buffer, offsets, page_of, scripts, kinds):
    """Find the masked stretches of every text: their starts, ends and kinds, and where each text's begin."""
    size = len(buffer) + 1  # never reached, and memory that is not touched costs nothing
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    kind = np.empty(size, np.int8)
    by_text = np.zeros(len(offsets), np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        n = mask_text(buffer, offsets[i], offsets[i + 1], page_of, scripts, kinds, start, end, kind, n)
        by_text[i + 1] = n
    return start[:n].copy(), end[:n].copy(), kind[:n].copy(), by_text
