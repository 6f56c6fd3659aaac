"""Join masks and words into pieces that tile each text."""

import numpy as np

from traceviz.compiling import entry, part

# Kinds of segments: positions in `schema.KINDS`.
PROSE, IDENTIFIER, OTHER = 0, 4, 6

# Scripts with fixed codes: see `tools/make_unicode_table.py`.
HAN, HIRAGANA, KATAKANA = 3, 4, 5

NO_LANGUAGE, NO_SCRIPT = -1, -1


@part
def is_cjk(script):
    """Tell whether a script is Han or kana, which Japanese mixes."""
    return script == HAN or script == HIRAGANA or script == KATAKANA


@part
def after_cjk_punctuation(buffer, at, stop):
    """Step over ideographic and full-width punctuation, which belongs to the words on its left."""
    while at + 2 < stop and (
        (buffer[at] == 0xE3 and buffer[at + 1] == 0x80)
        or (buffer[at] == 0xEF and (buffer[at + 1] == 0xBC or buffer[at + 1] == 0xBD))
    ):
        at += 3
    return at


@part
def is_blank(buffer, start, end):
    """Tell whether a stretch holds nothing but spaces and line ends of ASCII."""
    for k in range(start, end):
        b = buffer[k]
        if b != 32 and b != 10 and b != 13 and b != 9:
            return False
    return True


@entry
def count_languages(text, language, weight, total):
    """Add the weight of each word to the cell of its text (row) and language (column); -1 is no language."""
    for k in range(len(text)):
        if language[k] >= 0:
            total[text[k], language[k]] += weight[k]


@entry
def join_pieces(
    buffer,
    offsets,
    mask_by_text,
    mask_start,
    mask_end,
    mask_kind,
    word_by_text,
    word_start,
    word_end,
    word_script,
    language,
    confidence,
    matrix,
):
    """Tile every text with its masks and with runs of words of one script and language.

    What stands between two words of a run belongs to the run; between a foreign run and the text's main language, to
    the main language; beside a mask, to the words, but signs beside a foreign run are pieces of their own.  Words
    without a language (single letters, acronyms) join the run they stand in.  Returns starts, ends, kinds, scripts,
    languages, confidences and where each text's pieces begin.
    """
    size = 3 * (len(mask_start) + len(word_start)) + len(offsets)
    start = np.empty(size, np.int64)
    end = np.empty(size, np.int64)
    kind = np.empty(size, np.int8)
    script = np.empty(size, np.int16)
    tongue = np.empty(size, np.int16)
    sure = np.empty(size, np.float32)
    by_text = np.zeros(len(offsets), np.int64)
    n = 0
    for i in range(len(offsets) - 1):
        stop = offsets[i + 1]
        done = offsets[i]  # everything before is tiled
        m = mask_by_text[i]
        w = word_by_text[i]
        while done < stop:
            limit = mask_start[m] if m < mask_by_text[i + 1] else stop
            is_open = False
            loose = False  # words without a language, and no run yet
            last_end = done
            total = 0.0
            count = 0
            han = 0
            kana = 0
            hiragana = False
            while w < word_by_text[i + 1] and word_start[w] < limit:
                if language[w] < 0:
                    loose = loose or not is_open
                    if not (is_open and tongue[n] != matrix[i]):  # a foreign run ends with a word of its own
                        last_end = word_end[w]
                    w += 1
                    continue
                same = (
                    is_open
                    and tongue[n] == language[w]
                    and (script[n] == word_script[w] or (is_cjk(script[n]) and is_cjk(word_script[w])))
                )
                if not same:
                    if is_open:
                        cut = word_start[w]
                        if tongue[n] != matrix[i] and language[w] == matrix[i]:
                            cut = last_end
                            if is_cjk(script[n]):
                                cut = after_cjk_punctuation(buffer, cut, word_start[w])
                        end[n] = cut
                        sure[n] = total / count
                        if kana > han:
                            script[n] = HIRAGANA if hiragana else KATAKANA
                        n += 1
                        done = cut
                    elif not loose and language[w] != matrix[i] and not is_blank(buffer, done, word_start[w]):
                        start[n] = done
                        end[n] = word_start[w]
                        kind[n] = OTHER
                        script[n] = NO_SCRIPT
                        tongue[n] = NO_LANGUAGE
                        sure[n] = 1.0
                        n += 1
                        done = word_start[w]
                    start[n] = done
                    kind[n] = PROSE
                    script[n] = word_script[w]
                    tongue[n] = language[w]
                    is_open = True
                    total = 0.0
                    count = 0
                    han = 0
                    kana = 0
                    hiragana = False
                length = word_end[w] - word_start[w]
                total += confidence[w] * length
                count += length
                if word_script[w] == HAN:
                    han += length
                elif is_cjk(word_script[w]):
                    kana += length
                    hiragana = hiragana or word_script[w] == HIRAGANA
                last_end = word_end[w]
                w += 1
            if is_open:
                end[n] = limit
                sure[n] = total / count
                if kana > han:
                    script[n] = HIRAGANA if hiragana else KATAKANA
                if tongue[n] != matrix[i]:
                    end[n] = after_cjk_punctuation(buffer, last_end, limit) if is_cjk(script[n]) else last_end
                    if is_blank(buffer, end[n], limit):
                        end[n] = limit
                done = end[n]
                n += 1
            if limit > done:
                start[n] = done
                end[n] = limit
                kind[n] = IDENTIFIER if loose else OTHER
                script[n] = NO_SCRIPT
                tongue[n] = NO_LANGUAGE
                sure[n] = 1.0
                n += 1
            done = limit
            if m < mask_by_text[i + 1]:
                start[n] = mask_start[m]
                end[n] = mask_end[m]
                kind[n] = mask_kind[m]
                script[n] = NO_SCRIPT
                tongue[n] = NO_LANGUAGE
                sure[n] = 1.0
                n += 1
                done = mask_end[m]
                m += 1
        by_text[i + 1] = n
    return (
        start[:n],
        end[:n],
        kind[:n],
        script[:n],
        tongue[:n],
        sure[:n],
        by_text,
    )
