"""Count syllables, and blocks of lines."""

import numpy as np

from traceviz.compiling import entry, part

# How syllables are counted: positions in `readability.COUNTERS`.
GROUPS, ENGLISH, FRENCH, HIATUS, EACH_VOWEL = 0, 1, 2, 3, 4


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
def vowel(c):
    """Give the plain vowel of a small letter: 1 a, 2 e, 3 i, 4 o, 5 u, 6 y; plus 8 if it bears an accent; 0 if none."""
    if c == 97:
        return 1
    if c == 101:
        return 2
    if c == 105:
        return 3
    if c == 111:
        return 4
    if c == 117:
        return 5
    if c == 121:
        return 6
    if c < 0xE0:
        return 0
    if c <= 0xE6:
        return 9
    if c >= 0xE8 and c <= 0xEB:
        return 10
    if c >= 0xEC and c <= 0xEF:
        return 11
    if (c >= 0xF2 and c <= 0xF6) or c == 0xF8 or c == 0x153:
        return 12
    if c >= 0xF9 and c <= 0xFC:
        return 13
    if c == 0xFD or c == 0xFF:
        return 14
    # Cyrillic vowels.
    if (
        c == 0x430
        or c == 0x435
        or c == 0x451
        or c == 0x438
        or c == 0x43E
        or c == 0x443
        or c == 0x44B
        or c == 0x44D
        or c == 0x44E
        or c == 0x44F
        or c == 0x456
        or c == 0x457
        or c == 0x454
    ):
        return 9
    return 0


@part
def obstruent(c):
    """Tell whether a small letter is one of b c d f g k p s t z, after which l and r carry a syllable."""
    return (
        c == 98
        or c == 99
        or c == 100
        or c == 102
        or c == 103
        or c == 107
        or c == 112
        or c == 115
        or c == 116
        or c == 122
    )


@entry
def syllables(buffer, start, end, lower, style):
    """Count the syllables of a word; at least one.

    A syllable is a group of vowels.  Spanish and Italian part two open vowels and an accented close one; in English
    and French a final mute e does not count; in Russian each vowel counts.
    """
    at = start
    count = 0
    before = 0  # the vowel before, 0 after a consonant
    last1, last2, last3, last4 = np.int64(0), np.int64(0), np.int64(0), np.int64(0)
    while at < end:
        c, at = decode(buffer, at, end)
        if c < 0x10000:
            c = np.int64(lower[c])
        v = vowel(c)
        if v:
            open_now = v & 7 == 1 or v & 7 == 2 or v & 7 == 4
            open_before = before & 7 == 1 or before & 7 == 2 or before & 7 == 4
            apart = style == EACH_VOWEL or (
                style == HIATUS
                and (
                    (open_now and open_before)
                    or (open_now and before >= 8)
                    or (open_before and v >= 8 and not open_now)
                )
            )
            if before == 0 or apart:
                count += 1
            elif (
                style == ENGLISH
                and before == 3
                and (v == 1 or v == 4)
                and last2 != 116
                and last2 != 115
                and last2 != 99
            ):
                count += 1  # "ia", "io" but not in "-tion", "-cial"
        before = v
        last4, last3, last2, last1 = last3, last2, last1, c
    if style == ENGLISH and last1 == 103 and last2 == 110 and last3 == 105 and vowel(last4):
        count += 1  # "being"
    if style == ENGLISH and count > 1:
        if last1 == 101 and vowel(last2) == 0 and not (last2 == 108 and vowel(last3) == 0):
            count -= 1  # "make", not "table"
        elif last1 == 115 and last2 == 101 and vowel(last3) == 0:
            sibilant = last3 == 115 or last3 == 120 or last3 == 122 or last3 == 99 or last3 == 103 or last3 == 104
            if not sibilant and not (last3 == 108 and vowel(last4) == 0):
                count -= 1  # "makes", not "boxes"
        elif last1 == 100 and last2 == 101 and vowel(last3) == 0 and last3 != 116 and last3 != 100:
            if not ((last3 == 108 or last3 == 114) and obstruent(last4)):
                count -= 1  # "asked", not "added", "settled" or "hundred"
    elif style == FRENCH and count > 1:
        if (last1 == 101 and vowel(last2) == 0) or (last1 == 115 and last2 == 101 and vowel(last3) == 0):
            count -= 1
    return max(count, 1)


@entry
def count_syllables(buffer, start, end, lower, style):
    """Count the syllables of each word; ``style`` is the way to count them, -1 where there is none, which gives 0."""
    out = np.zeros(len(start), np.int64)
    for k in range(len(start)):
        if style[k] >= 0:
            out[k] = syllables(buffer, start[k], end[k], lower, style[k])
    return out


@entry
def count_blocks(buffer, offsets):
    """Count the blocks of lines of each text that lines of nothing but white space part."""
    out = np.zeros(len(offsets) - 1, np.int64)
    for i in range(len(offsets) - 1):
        breaks = 2  # line breaks since the last character that can be seen
        for at in range(offsets[i], offsets[i + 1]):
            b = buffer[at]
            if b == 10:
                breaks += 1
            elif b > 32:
                out[i] += breaks > 1
                breaks = 0
    return out
