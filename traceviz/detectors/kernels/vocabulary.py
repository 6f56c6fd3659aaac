"""Look up how frequent words are."""

import numpy as np

from traceviz.compiling import entry, leaf, part

# Flags of words: see `segments/kernels/words.py`.
JOINED = 256

FNV_BASIS, FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)

#: Mixes a hash before its upper half becomes the key.
MIX = np.uint64(0x9E3779B97F4A7C15)

#: Bits of a slot below the check: the frequency in steps, from 1 on.  A free slot is 0.
STEP_BITS = 8


# Places for the words of a text: of a thousand different ones, two meet.
PLACE_BITS = 18


@leaf
def key_of(word):
    """Give the 32 bits of a 64-bit hash by which its word is known."""
    return ((word ^ (word >> np.uint64(29))) * MIX) >> np.uint64(32)


@entry
def keys_of(words):
    """Give the keys of many hashes."""
    out = np.empty(len(words), np.uint64)
    for k in range(len(words)):
        out[k] = key_of(words[k])
    return out


@entry
def build_slots(keys, steps, n_slots):
    """Make an open-addressing table: the check is the lower 24 bits of a key, the slot comes from the upper ones.

    The number of slots is a power of two, at least 256, so that slot and check together are the whole key.
    """
    slots = np.zeros(n_slots, np.uint32)
    shift = np.uint64(32)
    size = n_slots
    while size > 1:
        size >>= 1
        shift -= np.uint64(1)
    for k in range(len(keys)):
        at = np.int64(keys[k] >> shift)
        while slots[at] != 0:
            at = (at + 1) & (n_slots - 1)
        slots[at] = np.uint32((keys[k] & np.uint64(0xFFFFFF)) << np.uint64(STEP_BITS) | np.uint64(steps[k]))
    return slots


@leaf
def look_up(word, slots, shift):
    """Give the slot of a hash, or -1."""
    key = key_of(word)
    check = np.uint32(key & np.uint64(0xFFFFFF))
    at = np.int64(key >> np.uint64(shift))
    held = slots[at]
    while held != 0 and held >> np.uint32(STEP_BITS) != check:
        at = (at + 1) & (len(slots) - 1)
        held = slots[at]
    return at if held != 0 else np.int64(-1)


@entry
def look_up_all(words, slots, shift):
    """Give the slot of each of many hashes, or -1."""
    out = np.empty(len(words), np.int64)
    for k in range(len(words)):
        out[k] = look_up(words[k], slots, shift)
    return out


@part
def rarest_part(buffer, start, end, slots, shift):
    """Give the steps of the rarest part of a word of ASCII with apostrophes or hyphens; 0 if one is not listed."""
    least = 255
    h = FNV_BASIS
    for at in range(start, end + 1):
        b = buffer[at] if at < end else np.uint8(45)
        if b >= 128:
            return 0
        if b == 39 or b == 45:
            slot = look_up(h, slots, shift)
            least = min(least, np.int64(slots[slot] & np.uint32(255)) if slot >= 0 else 0)
            h = FNV_BASIS
        else:
            h = (h ^ np.uint64(b | 32)) * FNV_PRIME
    return least


@entry
def facts_of_words(buffer, start, end, flags, hashes, slots, traits, shift):
    """Give the steps of each word, 0 if it is not listed (of a word of parts, those of the rarest), and its traits.

    ``traits`` has a byte for each slot; a word that is not listed has none.
    """
    steps = np.zeros(len(start), np.uint8)
    found = np.zeros(len(start), np.uint8)
    for k in range(len(start)):
        slot = look_up(hashes[k], slots, shift)
        if slot >= 0:
            steps[k] = np.uint8(slots[slot] & np.uint32(255))
            found[k] = traits[slot]
        elif flags[k] & JOINED:
            steps[k] = np.uint8(rarest_part(buffer, start[k], end[k], slots, shift))
    return steps, found


@entry
def said_once(hashes, by_text, chosen):
    """Tell which of the chosen words of a text no other one equals; two that share a place are taken for equal."""
    held = np.full(1 << PLACE_BITS, -1, np.int64)
    once = chosen.copy()
    for i in range(len(by_text) - 1):
        for w in range(by_text[i], by_text[i + 1]):
            if not chosen[w]:
                continue
            place = np.int64(hashes[w] >> np.uint64(64 - PLACE_BITS))
            before = held[place]
            held[place] = w
            if before >= by_text[i]:
                once[w] = False
                once[before] = False
    return once
