"""Mark the words of texts that stand in a prompt, alone and in a stretch."""

import numpy as np

from traceviz.compiling import entry, part

# What is known of a word: it stands in the prompt, and with its neighbours it does.
STANDS, STRETCH = 1, 2

MIXER = np.uint64(0x9E3779B97F4A7C15)


@part
def slot_of(key, size):
    """Give the slot that a key would like."""
    mixed = key * MIXER
    return np.int64(mixed >> np.uint64(33)) & (size - 1)


@part
def gram_of(hashes, first, length):
    """Hash a stretch of words; a stretch of one word is not the word's own hash."""
    h = np.uint64(length)
    for i in range(first, first + length):
        h = (h ^ hashes[i]) * MIXER
        h ^= h >> np.uint64(29)
    return h


@part
def enter(key, keys, owners, owner):
    """Enter a key for one owner; slots of other owners are free."""
    size = len(keys)
    slot = slot_of(key, size)
    while owners[slot] == owner and keys[slot] != key:
        slot = (slot + 1) & (size - 1)
    owners[slot] = owner
    keys[slot] = key


@part
def has(key, keys, owners, owner):
    """Tell whether an owner entered a key."""
    size = len(keys)
    slot = slot_of(key, size)
    while owners[slot] == owner:
        if keys[slot] == key:
            return True
        slot = (slot + 1) & (size - 1)
    return False


@entry
def mark_echoes(hashes, by_text, prompt_of, prompt_hashes, by_prompt, length):
    """Mark each word; a stretch is ``length`` words that follow each other in the prompt as they do here.

    ``prompt_of`` is the prompt of each text, -1 where it has none.
    """
    n_texts = len(by_text) - 1
    marks = np.zeros(len(hashes), np.uint8)
    most = 0
    for p in range(len(by_prompt) - 1):
        most = max(most, by_prompt[p + 1] - by_prompt[p])
    size = 64
    while size < 4 * most:
        size *= 2
    keys = np.zeros(size, np.uint64)
    owners = np.full(size, -1, np.int64)
    entered = np.int64(-1)
    for i in range(n_texts):
        p = prompt_of[i]
        if p < 0:
            continue
        if p != entered:
            entered = p
            for w in range(by_prompt[p], by_prompt[p + 1]):
                enter(gram_of(prompt_hashes, w, 1), keys, owners, p)
                if w + length <= by_prompt[p + 1]:
                    enter(gram_of(prompt_hashes, w, length), keys, owners, p)
        for w in range(by_text[i], by_text[i + 1]):
            if has(gram_of(hashes, w, 1), keys, owners, p):
                marks[w] |= STANDS
                if w + length <= by_text[i + 1] and has(gram_of(hashes, w, length), keys, owners, p):
                    for k in range(w, w + length):
                        marks[k] |= STRETCH
    return marks
