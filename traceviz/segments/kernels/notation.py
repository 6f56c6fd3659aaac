"""Find notation that has the shape of words: identifiers, calls, quantities, formulas of chemistry, hashes, sequences.

Text is read in chunks, runs of printable ASCII.  One look at the classes of its bytes dismisses most chunks: a word of
small letters is no notation.  What is found here are tokens; `masks.py` gives way to them, or takes them for operands
of a formula.
"""

import numpy as np

from traceviz.compiling import entry, part

# Kinds of segments: positions in `schema.KINDS`.
NONE, CODE, URL, IDENTIFIER = 0, 2, 3, 4

# Classes of bytes.
LOWER, UPPER, DIGIT, POINT, SIGN, END, HYPHEN, DOT = 1, 2, 4, 8, 16, 32, 64, 128
DULL = LOWER | POINT | END | HYPHEN
OF_BYTE = np.full(256, SIGN, np.uint8)
OF_BYTE[ord("a") : ord("z") + 1] = LOWER
OF_BYTE[ord("A") : ord("Z") + 1] = UPPER
OF_BYTE[ord("0") : ord("9") + 1] = DIGIT
OF_BYTE[list(b",;:!?'\"")] = POINT
OF_BYTE[ord(".")] = DOT
OF_BYTE[ord("-")] = HYPHEN
OF_BYTE[:33] = END
OF_BYTE[127:] = END

# Classes of words.
UNIT, FACTOR, MODULE, SUFFIX, CALLED, DUNDER, STATEMENT, CLAUSE, CHEMICAL = 1, 2, 4, 8, 16, 32, 64, 128, 256

#: Units that are no word of a language: no "in", "bar", "ha", "mi", "mil", "us", "am".
_UNITS = """
kg mg ng pg km cm mm nm pm dm ms ns mL dL cL ml dl cl kWh Wh MWh GWh TWh kW MW GW mW kV mV MV kJ MJ GJ mJ kN MN mN kPa
MPa GPa hPa Hz kHz MHz GHz THz rpm mol mmol nmol kmol eV keV MeV GeV TeV kcal dB lb lbs oz ft yd mph kph psi atm mmHg
ppm ppb bps kbps Mbps Gbps kB KB MB GB TB PB KiB MiB GiB TiB kbit Mbit Gbit Nm hr hrs yr yrs sec min mA mAh kohm sqft
amu Pa kip fps dpi px
"""
#: Units of one letter, and such as are words elsewhere: only beside others, as in m/s.
_FACTORS = (
    "m s g h L l K V A J N W C T M F d t day hour person kgK molK rad bar min sec in ha mi year month week s2 m2 m3"
)
_MODULES = """
np pd plt tf os sys re df sns nn torch numpy pandas math self this console document window random itertools functools
collections json time datetime logging std jax scipy sklearn sympy sp cv np nltk requests string heapq bisect cmath
"""
_SUFFIXES = """
py js ts tsx jsx cpp hpp java rs go rb php cs swift kt sh bat ps sql txt csv tsv json jsonl xml html htm css md rst tex
pdf doc docx xls xlsx ppt png jpg jpeg gif svg mp wav zip gz tar log cfg ini yml yaml toml lock exe dll so bin dat db
com org net edu gov io de fr uk ru cn jp eu ipynb parquet npy npz pkl
"""
_CALLED = """
len print range sum max min abs int str float list dict set tuple sorted sqrt log exp sin cos tan gcd lcm round pow map
filter zip any all open input type isinstance enumerate reversed printf scanf println malloc free sizeof push pop append
floor ceil fact factorial fib phi func foo bar solve main cov var std mean
"""
_DUNDERS = """
init main name str repr call len eq hash iter next file dict class new del enter exit doc getitem setitem contains add
all version slots getattr setattr lt gt le ge
"""
_STATEMENTS = "SELECT INSERT UPDATE DELETE CREATE ALTER DROP"
_CLAUSES = """
SELECT FROM WHERE AND OR JOIN LEFT RIGHT INNER OUTER ON GROUP BY ORDER LIMIT SET VALUES INTO TABLE AS IN IS NOT NULL
LIKE BETWEEN DESC ASC COUNT SUM AVG MAX MIN DISTINCT HAVING UNION ALL INSERT UPDATE DELETE CREATE ALTER DROP INT VARCHAR
TEXT PRIMARY KEY COLUMN ADD
"""
#: Endings of names of chemistry, read from the end of a run of letters.
_CHEMICALS = "ane ene yne ol one ine ide ate oic al yl amine acid thiol oate amide nitrile phenol oxide ether toluene"

_PRIME, _BASIS, _SLOTS = 0x100000001B3, 0xCBF29CE484222325, 1024
PRIME, BASIS = np.uint64(_PRIME), np.uint64(_BASIS)


def _table_of_words():
    """Hash the lists above into one table of open addressing."""
    keys = np.zeros(_SLOTS, np.uint64)
    classes = np.zeros(_SLOTS, np.uint16)
    lists = (
        (_UNITS, UNIT | FACTOR),
        (_FACTORS, FACTOR),
        (_MODULES, MODULE),
        (_SUFFIXES, SUFFIX),
        (_CALLED, CALLED),
        (_DUNDERS, DUNDER),
        (_STATEMENTS, STATEMENT),
        (_CLAUSES, CLAUSE),
        (_CHEMICALS, CHEMICAL),
    )
    for words, flag in lists:
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


def _table_of_elements():
    """Mark the symbols of the elements: first letter by second letter (0 for none)."""
    symbols = """
    H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr Rb Sr Y Zr Nb Mo
    Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W Re Os Ir Pt Au Hg Tl Pb
    Bi Po At Rn Ra Ac Th Pa U Np Pu Am
    """
    table = np.zeros((26, 27), np.bool_)
    for symbol in symbols.split():
        table[ord(symbol[0]) - 65, ord(symbol[1]) - 96 if len(symbol) > 1 else 0] = True
    return table


ELEMENTS = _table_of_elements()


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
def is_alphanumeric(b):
    """Tell whether a byte is an ASCII letter or digit."""
    return OF_BYTE[b] <= DIGIT


@part
def is_letter(b):
    """Tell whether a byte is an ASCII letter."""
    return OF_BYTE[b] <= UPPER


@part
def is_digit(b):
    """Tell whether a byte is an ASCII digit."""
    return b >= 48 and b <= 57


@part
def is_hex(b):
    """Tell whether a byte is a hexadecimal digit."""
    return is_digit(b) or (b >= 97 and b <= 102) or (b >= 65 and b <= 70)


@part
def begins_accented(buffer, at, stop):
    """Tell whether a letter follows that makes what stands before it a part of a word: not Greek, not Han."""
    return at < stop and buffer[at] >= 0xC3 and buffer[at] < 0xE2 and buffer[at] != 0xCE and buffer[at] != 0xCF


@part
def scan_number(buffer, at, stop):
    """Give the byte after a number: digits with inner points and commas."""
    while at < stop and (
        is_digit(buffer[at]) or ((buffer[at] == 46 or buffer[at] == 44) and at + 1 < stop and is_digit(buffer[at + 1]))
    ):
        at += 1
    return at


@part
def factor_end(buffer, at, stop):
    """Give the byte after one factor of a unit with its exponent (or ``at``), and whether it is a unit by itself."""
    k = at
    found = UNIT
    if k + 1 < stop and buffer[k] == 0xC2 and buffer[k + 1] == 0xB0:  # degrees
        k += 2
        if not (k < stop and (buffer[k] == 67 or buffer[k] == 70 or buffer[k] == 75)):
            return at, False
        k += 1
    else:
        micro = k + 1 < stop and (
            (buffer[k] == 0xC2 and buffer[k + 1] == 0xB5) or (buffer[k] == 0xCE and buffer[k + 1] == 0xBC)
        )
        if micro:
            k += 2
        begin = k
        while k < stop and is_letter(buffer[k]) and k - begin < 7:
            k += 1
        if k == begin or k - begin > 6:
            return at, False
        found = words_class(buffer, begin, k)
        if micro and k - begin <= 3:
            found = UNIT | FACTOR
        if found & FACTOR == 0:
            return at, False
    letters_end = k
    if k < stop and buffer[k] == 94:  # ^
        k += 1
        if k < stop and buffer[k] == 45:
            k += 1
    while k < stop:
        if is_digit(buffer[k]):
            k += 1
        elif buffer[k] == 0xC2 and k + 1 < stop and (buffer[k + 1] == 0xB2 or buffer[k + 1] == 0xB3):  # squared, cubed
            k += 2
        elif buffer[k] == 0xE2 and k + 2 < stop and buffer[k + 1] == 0x81 and buffer[k + 2] >= 0xB0:
            k += 3
        else:
            break
    return k, found & UNIT != 0 or k > letters_end  # m is a variable, m^2 after a number is not


@part
def unit_end(buffer, at, stop):
    """Give the byte after a unit (kg, m/s, J/(mol K)), or ``at``.  A letter alone is none: it may be a variable."""
    k, whole = factor_end(buffer, at, stop)
    if k == at:
        return at
    end = k
    while k < stop:
        b = buffer[k]
        if b == 47 or b == 42:  # / *
            k += 1
            if k < stop and buffer[k] == 40:
                k += 1
        elif b == 0xC2 and k + 1 < stop and buffer[k + 1] == 0xB7:  # middle dot
            k += 2
        else:
            break
        after, _ = factor_end(buffer, k, stop)
        if after == k:
            break
        k = after
        if k < stop and buffer[k] == 41:
            k += 1
        end = k
        whole = True
    if end < stop and (is_alphanumeric(buffer[end]) or buffer[end] == 95 or begins_accented(buffer, end, stop)):
        return at
    if end < stop and buffer[end] == 39 and end + 1 < stop and is_letter(buffer[end + 1]):
        return at
    return end if whole else at


@part
def quantity_end(buffer, number_end, stop):
    """Give the byte after the unit that follows a number, after a space perhaps, or -1."""
    k = number_end
    if k < stop and buffer[k] == 32:
        k += 1
    elif k + 1 < stop and buffer[k] == 0xC2 and buffer[k + 1] == 0xA0:  # no-break space
        k += 2
    elif k + 2 < stop and buffer[k] == 0xE2 and buffer[k + 1] == 0x80 and buffer[k + 2] == 0xAF:  # and a narrow one
        k += 3
    if k >= stop:
        return -1
    end = unit_end(buffer, k, stop)
    return end if end > k else -1


@part
def raised_or_lowered(buffer, at, stop):
    """Tell whether a raised or lowered digit or sign of three bytes stands here."""
    return at + 2 < stop and buffer[at] == 0xE2 and (buffer[at + 1] == 0x82 or buffer[at + 1] == 0x81)


@part
def chemical_end(buffer, at, stop):
    """Give the byte after a formula of chemistry (H2SO4, [Cu(NH3)4]2+, Fe(OH)3, CO₂), or -1.

    Two elements or more, and something that a word has not: a digit, a bracket, a charge.
    """
    k = at
    elements = 0
    depth = 0
    odd = False
    while k < stop:
        b = buffer[k]
        if b >= 65 and b <= 90:
            small = buffer[k + 1] if k + 1 < stop else 32
            if small >= 97 and small <= 122:
                if not ELEMENTS[b - 65, small - 96]:
                    return -1
                k += 2
            else:
                if not ELEMENTS[b - 65, 0]:
                    return -1
                k += 1
            elements += 1
        elif is_digit(b) and k > at:
            odd = True
            k += 1
        elif raised_or_lowered(buffer, k, stop) and k > at:
            odd = True
            k += 3
        elif (b == 40 or b == 91) and k + 1 < stop and buffer[k + 1] >= 65 and buffer[k + 1] <= 90:
            depth += 1
            k += 1
        elif (b == 41 or b == 93) and depth > 0:
            depth -= 1
            k += 1
            odd = True
        else:
            break
        if k - at > 60:
            return -1
    if depth != 0 or elements == 0:
        return -1
    if k < stop and buffer[k] == 40:  # the state: (s), (l), (g), (aq)
        close = k + 2
        if close < stop and (buffer[k + 1] == 115 or buffer[k + 1] == 108 or buffer[k + 1] == 103):
            if buffer[close] == 41:
                k = close + 1
                odd = odd or elements > 1
        elif close + 1 < stop and buffer[k + 1] == 97 and buffer[close] == 113 and buffer[close + 1] == 41:
            k = close + 2
            odd = True
    elif odd and k < stop and (buffer[k] == 43 or buffer[k] == 45):  # a charge
        if k + 1 == stop or OF_BYTE[buffer[k + 1]] == END or buffer[k + 1] == 44 or buffer[k + 1] == 46:
            k += 1
    elif odd and k + 1 < stop and buffer[k] == 94:  # SO4^2-
        if is_digit(buffer[k + 1]) and k + 2 < stop and (buffer[k + 2] == 43 or buffer[k + 2] == 45):
            k += 3
    if k < stop and (is_alphanumeric(buffer[k]) or buffer[k] == 95 or begins_accented(buffer, k, stop)):
        return -1
    return k if odd else -1


@part
def is_smiles(buffer, start, end):
    """Tell whether a chunk writes a molecule: atoms, bonds, rings and branches, and too many of them for a word."""
    first = buffer[start]
    if end - start < 5 or not (is_letter(first) or first == 91):
        return False
    atoms = 0
    small = 0
    bonds = 0
    branches = 0
    rings = 0
    depth = 0
    k = start
    while k < end:
        b = buffer[k]
        after = buffer[k + 1] if k + 1 < end else 32
        if b == 67 or b == 78 or b == 79 or b == 83 or b == 80 or b == 70 or b == 73 or b == 66 or b == 72:  # CNOSPFIBH
            atoms += 1
            if (b == 67 and after == 108) or (b == 66 and after == 114):  # Cl, Br
                k += 1
        elif b == 99 or b == 110 or b == 111 or b == 115 or b == 112:  # c n o s p
            small += 1
        elif b == 61 or b == 35:  # = #
            if atoms + small == 0:
                return False
            bonds += 1
        elif b == 40 or b == 91:
            if atoms + small == 0 and b == 40:
                return False
            depth += 1
            branches += 1
        elif b == 41 or b == 93:
            depth -= 1
            if depth < 0:
                return False
        elif is_digit(b):
            if atoms + small == 0:
                return False
            rings += 1
        elif b == 64 or b == 43 or b == 45 or b == 47 or b == 92 or b == 46:  # @ + - / \ .
            if atoms + small == 0:
                return False
        else:
            return False
        k += 1
    if depth != 0 or atoms == 0 or atoms + small < 4 or (small > 0 and rings < 2):
        return False
    return bonds + branches + rings >= 2 and (bonds > 0 or branches > 1 or small >= 4)


@part
def is_sequence(buffer, start, end):
    """Tell whether capitals are a sequence: of bases (six or more of ACGT or ACGU), or of amino acids (twelve)."""
    n = end - start
    if n < 6:
        return False
    thymine = False
    uracil = False
    bases = True
    amino = True
    gap = 0  # consonants in a row
    longest = 0
    for k in range(start, end):
        b = buffer[k]
        if b < 65 or b > 90:
            return False
        if b == 84:
            thymine = True
        elif b == 85:
            uracil = True
        elif b != 65 and b != 67 and b != 71:
            bases = False
        if b == 66 or b == 74 or b == 79 or b == 85 or b == 88 or b == 90:  # no amino acid: B J O U X Z
            amino = False
        vowel = b == 65 or b == 69 or b == 73 or b == 79 or b == 85 or b == 89
        gap = 0 if vowel else gap + 1
        longest = max(longest, gap)
    if bases and not (thymine and uracil):
        return True
    return amino and n >= 12 and longest >= 6


@part
def is_ended_sequence(buffer, start, end):
    """Tell whether a strand with its ends stands here: 5'-ATG-3'."""
    if end - start < 8 or (buffer[start] != 53 and buffer[start] != 51) or buffer[start + 1] != 39:
        return False
    k = start + 2
    while k < end and (buffer[k] == 45 or (buffer[k] >= 65 and buffer[k] <= 90)):
        k += 1
    return k + 1 < end and (buffer[k] == 53 or buffer[k] == 51) and buffer[k + 1] == 39


@part
def is_hash(buffer, start, end):
    """Tell whether a chunk is a hash: eight or more of a-f, or groups of hexadecimal digits joined by hyphens."""
    letters = 0
    digits = 0
    hyphens = 0
    for k in range(start, end):
        b = buffer[k]
        if b == 45:
            hyphens += 1
        elif not is_hex(b):
            return False
        elif is_digit(b):
            digits += 1
        else:
            letters += 1
    if hyphens == 0:
        return letters >= 8 and digits == 0
    return hyphens >= 3 and end - start >= 20 and digits > 0 and letters > 0


@part
def is_base64(buffer, start, end):
    """Tell whether sixteen bytes or more change between capitals, small letters and digits as often as noise."""
    if end - start < 16:
        return False
    changes = 0
    seen = 0
    before = np.uint8(0)
    for k in range(start, end):
        b = buffer[k]
        here = OF_BYTE[b]
        if here > DIGIT and b != 43 and b != 47 and b != 61 and b != 95 and b != 45:  # + / = _ -
            return False
        if here <= DIGIT:
            seen |= here
            if here != before:
                changes += 1
            before = here
    return seen == LOWER | UPPER | DIGIT and 3 * changes >= end - start


@part
def is_joined_name(buffer, start, end):
    """Tell whether hyphens join a name of parts that are no words: gemma-2-9b-it, 2-methylpropan-1-ol.

    A part like 9b or 3.1 among small letters, or digits on both sides of letters; a compound such as COVID-19-Pandemie
    or 5-year-old is none.
    """
    groups = 0  # of digits, with letters between
    hyphens = 0
    commas = 0
    mixed = 0
    capitals = 0
    letters_since = 0
    longest = 0
    parts_letters = 0
    parts_digits = 0
    k = start
    while k <= end:
        b = buffer[k] if k < end else np.uint8(45)
        if b == 45 or b == 44:
            if parts_letters > 0 and parts_digits > 0:
                mixed += 1
            if parts_digits > 0:
                if groups == 0 or letters_since > 0:
                    groups += 1
                    letters_since = 0
            letters_since += parts_letters
            longest = max(longest, parts_letters)
            if k < end:
                hyphens += b == 45
                commas += b == 44
                last = k
            parts_letters = 0
            parts_digits = 0
        elif is_digit(b):
            parts_digits += 1
        elif OF_BYTE[b] == LOWER:
            parts_letters += 1
        elif OF_BYTE[b] == UPPER:
            capitals += 1
            parts_letters += 1
        elif b == 46 and k > start and k + 1 < end and is_digit(buffer[k - 1]) and is_digit(buffer[k + 1]):
            mixed += 1
        else:
            return False
        k += 1
    if hyphens == 0:
        return False
    if is_digit(buffer[start]):  # locants
        if capitals == 0 and groups >= 2 and longest >= 5:
            return True
        if commas == 0 or longest < 5:
            return False
        for suffix in range(2, 8):
            if end - suffix > last and words_class(buffer, end - suffix, end) & CHEMICAL:
                return True
        return False
    return capitals == 0 and commas == 0 and hyphens >= 2 and mixed > 0


@part
def is_chord(buffer, start, end):
    """Tell whether a sharp makes a chord or a note: C#m7, F#."""
    if end - start < 2 or end - start > 8 or buffer[start] < 65 or buffer[start] > 71 or buffer[start + 1] != 35:
        return False
    for k in range(start + 2, end):
        b = buffer[k]
        # m, maj, min, dim, aug, sus, add, digits, another root after a slash
        known = b == 109 or b == 97 or b == 106 or b == 105 or b == 110 or b == 100 or b == 117 or b == 103 or b == 115
        if not (known or is_digit(b) or b == 47 or b == 35 or (b >= 65 and b <= 71)):
            return False
    return True


@part
def is_castling(buffer, start, end):
    """Tell whether O-O or O-O-O stands here, perhaps with a sign of check."""
    if end > start and (buffer[end - 1] == 43 or buffer[end - 1] == 35):
        end -= 1
    n = end - start
    if n != 3 and n != 5:
        return False
    for k in range(start, end):
        if buffer[k] != (79 if (k - start) % 2 == 0 else 45):
            return False
    return True


@part
def starts_with(buffer, at, stop, word):
    """Tell whether the bytes of ``word`` stand at a place."""
    if at + len(word) > stop:
        return False
    for k in range(len(word)):
        if buffer[at + k] != word[k]:
            return False
    return True


@part
def chunk_shape(buffer, start, end, seen):
    """Give the kind of a whole chunk, or none; ``seen`` holds the classes of its bytes."""
    n = end - start
    if n < 2:
        return NONE
    first = buffer[start]
    if seen & SIGN:
        if n > 3 and is_letter(first) and buffer[start + 1] == 58 and buffer[start + 2] == 92:  # C:\
            return URL
        if n > 4 and first == 92 and buffer[start + 1] == 92 and is_letter(buffer[start + 2]):  # \\server\share
            for k in range(start + 3, end - 1):
                if buffer[k] == 92 and is_letter(buffer[k + 1]):
                    return URL
        if n > 8 and first == 73 and starts_with(buffer, start, end, b"InChI="):
            return IDENTIFIER
        if is_smiles(buffer, start, end) or is_chord(buffer, start, end):
            return IDENTIFIER
    if is_base64(buffer, start, end):
        return IDENTIFIER
    if seen & HYPHEN:
        if is_castling(buffer, start, end):
            return IDENTIFIER
        if seen & DIGIT and (
            is_hash(buffer, start, end)
            or (seen & SIGN == 0 and is_joined_name(buffer, start, end))
            or is_ended_sequence(buffer, start, end)
        ):
            return IDENTIFIER
    elif seen & (LOWER | DIGIT | SIGN) == 0 and (is_sequence(buffer, start, end) or is_hash(buffer, start, end)):
        return IDENTIFIER
    return NONE


@part
def run_end(buffer, at, stop):
    """Read a run of letters, digits and underscores: its end, and whether its shape makes it an identifier.

    An identifier has an underscore between other characters, a letter beside a digit, or a capital after a small
    letter.  A number before four small letters is a number and a word.
    """
    k = at
    letters = 0
    digits = 0
    underscores = 0
    camel = -1
    lead = 0  # digits before the first letter
    before = np.uint8(END)
    while k < stop:
        b = buffer[k]
        here = OF_BYTE[b]
        if here <= UPPER:
            if here == UPPER and before == LOWER:
                camel = k
            letters += 1
        elif here == DIGIT:
            if letters == 0:
                lead += 1
            digits += 1
        elif b == 95:
            underscores += 1
        else:
            break
        before = here
        k += 1
    if letters == 0:
        return k, False
    if underscores > 0 and (buffer[at] == 95 or buffer[k - 1] == 95):
        # _emphasis_ of Markdown is no identifier unless something else says so.
        double = k - at > 5 and buffer[at + 1] == 95 and buffer[k - 2] == 95 and buffer[k - 1] == 95
        if double and words_class(buffer, at + 2, k - 2) & DUNDER:
            return k, True
        return k, digits > 0
    if digits > 0:
        return k, not (lead == digits and letters >= 4 and underscores == 0 and camel < 0)
    if underscores > 0:
        return k, letters > 1
    if camel > 0 and letters > 2:
        if k - camel == 5 and starts_with(buffer, camel, k, b"Innen"):  # German writes LehrerInnen
            return k, False
        return k, not (k - camel == 2 and buffer[camel] == 73 and buffer[camel + 1] == 110)
    return k, False


@part
def dotted_end(buffer, start, end, stop, named):
    """Follow points between names: give the end of the chain, and whether it is an identifier.

    np.array, os.path.join, data.csv and item.get( are; a sentence that ends without a space is none.
    """
    known = words_class(buffer, start, end)
    module = known & MODULE != 0
    parts = 1
    k = end
    suffix = False
    while k + 2 < stop and buffer[k] == 46 and (is_letter(buffer[k + 1]) or buffer[k + 1] == 95):
        part, is_named = run_end(buffer, k + 1, stop)
        if part - k < 3 or begins_accented(buffer, part, stop):
            break
        known = words_class(buffer, k + 1, part)
        small = OF_BYTE[buffer[k + 1]] == LOWER or buffer[k + 1] == 95
        if not (small or is_named or (named and module)):
            break
        named = named or is_named
        suffix = known & SUFFIX != 0
        parts += 1
        k = part
    if parts == 1:
        return end, named
    call = k < stop and buffer[k] == 40
    if module or suffix or call or named or (parts > 2 and end - start > 1):
        return k, True
    return end, False


@part
def call_end(buffer, start, opener, stop, named):
    """Give the byte after the arguments of a call, or -1 where brackets follow a word of prose: word(s).

    One line, 120 bytes, no words side by side; a lone word is an argument only of a name that is no word itself.
    """
    length = opener - start
    known = named or words_class(buffer, start, opener) & CALLED != 0
    depth = 0
    quote = np.uint8(0)
    letters = 0  # of the word that is read
    longest = 0
    spaced = False  # a space stands after a word
    digits = False
    signs = False
    commas = False
    quoted = False
    k = opener
    limit = min(stop, opener + 120)
    while k < limit:
        b = buffer[k]
        if quote != 0:
            if b == quote:
                quote = np.uint8(0)
            elif b == 10:
                return -1
            k += 1
            continue
        if b == 34 or (b == 39 and letters == 0):
            quote = b
            quoted = True
        elif b == 40 or b == 91 or b == 123:
            depth += 1
            letters = 0
            spaced = False
            signs = signs or depth > 1
        elif b == 41 or b == 93 or b == 125:
            depth -= 1
            if depth == 0:
                break
        elif is_letter(b):
            if spaced:
                return -1
            letters += 1
            longest = max(longest, letters)
            k += 1
            continue
        elif is_digit(b) or b == 95:
            digits = True
            k += 1
            continue
        elif b == 32:
            spaced = spaced or letters > 1
            letters = 0
            k += 1
            continue
        elif b == 44:
            commas = True
            spaced = False
        elif b >= 128 or b == 10 or b == 36 or b == 96 or b == 92 or b == 59:
            return -1
        else:
            signs = signs or b == 61 or b == 42 or b == 43 or b == 60 or b == 62 or b == 91 or b == 37
            spaced = False
        letters = 0
        k += 1
    if k >= limit:
        return -1
    if k == opener + 1 or known or quoted:
        return k + 1
    if signs or (commas and (digits or longest <= 3)):
        return k + 1
    return k + 1 if digits and length <= 5 and OF_BYTE[buffer[start]] == LOWER else -1


@part
def query_end(buffer, start, stop):
    """Give the byte after a query that begins with a word such as SELECT, or -1 where none stands on its line."""
    k = start
    end = -1
    clauses = 0
    allowance = 2
    limit = min(stop, start + 600)
    while k < limit and buffer[k] != 10:
        if buffer[k] == 32:
            k += 1
            continue
        begin = k
        plain = True
        while k < limit and buffer[k] > 32:
            plain = plain and is_letter(buffer[k])
            k += 1
        last = buffer[k - 1]
        stem = k
        while stem > begin and not is_letter(buffer[stem - 1]):
            stem -= 1
        if words_class(buffer, begin, stem) & CLAUSE:
            clauses += 1
            allowance = 1
        elif plain:
            if allowance == 0:
                break
            allowance -= 1
        elif buffer[begin] >= 128:
            break
        else:
            allowance = 1 if last == 44 or last == 61 or last == 42 else 0
        end = k
        if last == 59:
            break
    while end > start and (buffer[end - 1] == 46 or buffer[end - 1] == 44 or buffer[end - 1] == 63):
        end -= 1
    return end if clauses > 1 else -1


@part
def key_end(buffer, at, stop):
    """Give the byte after ``"name":`` at a quotation mark, or -1."""
    k = at + 1
    limit = min(stop, at + 60)
    while k < limit and (is_alphanumeric(buffer[k]) or buffer[k] == 95 or buffer[k] == 45):
        k += 1
    if k == at + 1 or k + 1 >= stop or buffer[k] != 34:
        return -1
    k += 1
    if buffer[k] == 32:
        k += 1
    return k + 1 if k < stop and buffer[k] == 58 else -1


@part
def opens_object(buffer, at, stop):
    """Tell whether a brace opens an object of JSON: a key follows, after white space perhaps."""
    k = at + 1
    limit = min(stop, at + 40)
    while k < limit and buffer[k] <= 32:
        k += 1
    return k < limit and buffer[k] == 34 and key_end(buffer, k, stop) > 0


@part
def entity_end(buffer, at, stop):
    """Give the byte after ``&nbsp;`` and its like, or -1."""
    k = at + 1
    while k < stop and k - at < 9 and is_alphanumeric(buffer[k]):
        k += 1
    return k + 1 if k > at + 2 and k < stop and buffer[k] == 59 else -1


@part
def core_of(buffer, start, end):
    """Strip quotation marks, brackets without a partner and punctuation from the ends of a chunk."""
    while start < end and (
        buffer[start] == 34
        or buffer[start] == 39
        or buffer[start] == 40
        or buffer[start] == 42
        or buffer[start] == 95
        or buffer[start] == 96
    ):
        start += 1
    while end > start:
        b = buffer[end - 1]
        if b == 41 or b == 93 or b == 125:
            depth = 0
            for k in range(max(start, end - 200), end):
                c = buffer[k]
                if c == 40 or c == 91 or c == 123:
                    depth += 1
                elif c == 41 or c == 93 or c == 125:
                    depth -= 1
            if depth >= 0:
                break
        elif not (b == 44 or b == 46 or b == 59 or b == 58 or b == 33 or b == 63 or b == 34 or b == 42 or b == 96):
            if not (b == 39 and not (end - start > 2 and is_digit(buffer[end - 2]))):
                break
        end -= 1
    return start, end


@part
def tokens_of_chunk(buffer, at, end, stop, objects, out_start, out_end, out_kind, n):
    """Find the tokens inside a chunk that is none as a whole; give their count, where reading stopped, and objects.

    ``objects`` counts the open braces of JSON.
    """
    while at < end:
        b = buffer[at]
        here = OF_BYTE[b]
        token = -1
        kind = IDENTIFIER
        if here == DIGIT:
            number = scan_number(buffer, at, stop)
            token = quantity_end(buffer, number, stop)
            if token < 0:
                if number < end and (is_letter(buffer[number]) or buffer[number] == 95):
                    begin = number
                    while begin > at and is_digit(buffer[begin - 1]):
                        begin -= 1
                    after, named = run_end(buffer, begin, stop)
                    if named and not begins_accented(buffer, after, stop):
                        token = after
                    else:
                        at = after
                        continue
                else:
                    at = number
                    continue
        elif here <= UPPER or b == 95:
            after, named = run_end(buffer, at, stop)
            chemical = chemical_end(buffer, at, stop) if here == UPPER else -1
            if chemical > after:
                token = chemical
            else:
                if here == UPPER and not named and after - at >= 6:
                    if words_class(buffer, at, after) & STATEMENT:
                        token = query_end(buffer, at, stop)
                        kind = CODE
                    elif is_sequence(buffer, at, after):
                        named = True
                if token < 0:
                    name = after
                    if after < stop and buffer[after] == 46:
                        name, named = dotted_end(buffer, at, after, stop, named)
                    if name < stop and buffer[name] == 40 and name - at > 1:
                        token = call_end(buffer, at, name, stop, named)
                        kind = CODE
                    if token < 0:
                        if named and not begins_accented(buffer, name, stop):
                            token = name
                            kind = IDENTIFIER
                        else:
                            at = after
                            continue
        elif b == 34 and objects > 0:
            token = key_end(buffer, at, stop)
            kind = CODE
        elif b == 123:
            if objects > 0 or opens_object(buffer, at, stop):
                objects += 1
        elif b == 125:
            objects = max(0, objects - 1)
        elif b == 38:
            token = entity_end(buffer, at, stop)
            kind = CODE
        elif b == 91 and at + 1 < end and OF_BYTE[buffer[at + 1]] == UPPER:
            token = chemical_end(buffer, at, stop)
        if token > at:
            out_start[n] = at
            out_end[n] = token
            out_kind[n] = kind
            n += 1
            at = token
        else:
            at += 1
    return n, at, objects


@part
def next_chunk(buffer, at, start, stop, dull):
    """Skip words that are no notation; give the next byte whose chunk deserves a look (``stop`` if there is none).

    Bytes of the classes ``dull`` are passed over, a capital before small letters, and a full stop.
    """
    while True:
        while at < stop and OF_BYTE[buffer[np.uint64(at)]] & dull:  # an unsigned index is not tested for its sign
            at += 1
        if at >= stop:
            return stop
        here = OF_BYTE[buffer[at]]
        if here == DOT:
            if at + 1 < stop and OF_BYTE[buffer[at + 1]] & (LOWER | UPPER | SIGN):
                return at
            at += 1
            continue
        b = buffer[at]
        before = buffer[at - 1] if at > start else np.uint8(32)
        beyond = OF_BYTE[buffer[at + 1]] if at + 1 < stop else END
        if here == SIGN and (b == 42 or (b == 41 and beyond & (END | POINT | DOT))):
            at += 1  # the stars of Markdown, and the closing bracket of an aside
            continue
        if here & (SIGN | DIGIT):
            if OF_BYTE[before] & (END | POINT) == 0 and before != 40 and before != 36:
                return at
            if b == 40 and beyond & (LOWER | UPPER):
                at += 1  # the opening bracket of an aside
                continue
            k = at  # numbers and signs up to white space hold no token, but the last number may have a unit
            while k < stop and OF_BYTE[buffer[k]] & (DIGIT | SIGN | POINT | DOT | HYPHEN) and buffer[k] != 123:
                k += 1
            if k < stop:
                if OF_BYTE[buffer[k]] != END or dull & POINT == 0:
                    return at
                if OF_BYTE[buffer[k - 1]] == DIGIT and buffer[k] != 10 and quantity_end(buffer, k, stop) > 0:
                    return at
            at = k
            continue
        if OF_BYTE[before] & (LOWER | UPPER | DIGIT | SIGN) and before != 40 and before != 42:
            return at
        k = at + 1
        while k < stop and OF_BYTE[buffer[k]] == LOWER:
            k += 1
        if k < stop:
            after = OF_BYTE[buffer[k]]
            if after & (dull | DOT) == 0 or (k == at + 1 and after != END):
                return at
            if after == END and raised_or_lowered(buffer, k, stop):
                return at
        at = k


@part
def may_be_quantity(buffer, end, stop):
    """Tell whether what follows a number, after a space perhaps, may begin a unit."""
    if end + 1 >= stop or OF_BYTE[buffer[end - 1]] != DIGIT:
        return False
    b = buffer[end]
    if b == 32:
        b = buffer[end + 1]
    return is_letter(b) or b == 0xC2 or b == 0xCE or b == 0xE2


@entry
def find_tokens(buffer, offsets):
    """Find the tokens of every text: their starts, ends and kinds, and where each text's begin."""
    size = len(buffer) + 1  # never reached, and memory that is not touched costs nothing
    out_start = np.empty(size, np.int64)
    out_end = np.empty(size, np.int64)
    out_kind = np.empty(size, np.int8)
    by_text = np.zeros(len(offsets), np.int64)
    n = np.int64(0)
    for i in range(len(offsets) - 1):
        start, stop = offsets[i], offsets[i + 1]
        at = start
        objects = np.int64(0)
        done = start  # chunks before this byte are read
        while True:
            at = next_chunk(buffer, at, start, stop, DULL if objects == 0 else DULL & ~POINT)
            if at >= stop:
                break
            begin = at
            while begin > done and OF_BYTE[buffer[begin - 1]] != END:
                begin -= 1
            seen = 0
            end = begin
            while end < stop:
                here = OF_BYTE[buffer[end]]
                if here == END:
                    break
                seen |= here
                end += 1
            if objects > 0 and end + 1 < stop and buffer[end] == 10 and buffer[end + 1] == 10:
                objects = np.int64(0)  # no object goes on after an empty line
            elif seen & (LOWER | UPPER) == 0 and objects == 0 and buffer[end - 1] != 123:
                if not may_be_quantity(buffer, end, stop):
                    at = end
                    done = end
                    continue
            elif seen & (UPPER | SIGN | HYPHEN) and end - begin <= 4096:
                core, core_end = core_of(buffer, begin, end)
                kind = chunk_shape(buffer, core, core_end, seen)
                if kind != NONE:
                    out_start[n] = core
                    out_end[n] = core_end
                    out_kind[n] = kind
                    n += 1
                    at = end
                    done = end
                    continue
            n, at, objects = tokens_of_chunk(buffer, begin, end, stop, objects, out_start, out_end, out_kind, n)
            done = at
        by_text[i + 1] = n
    return out_start[:n], out_end[:n], out_kind[:n], by_text
