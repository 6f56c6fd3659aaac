"""Words: where they begin and end, and how many they count for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from strategies import any_texts

from traceviz.segments.kernels.words import (
    AFTER_COLON,
    AFTER_MASK,
    ALL_CAPITALS,
    BREAK,
    CAPITAL,
    JOINED,
    LINE_START,
    NEUTRAL,
    SENTENCE_START,
    SHORT,
    hash_parts,
    hash_word,
    hash_words,
)
from traceviz.segments.scan import Masks, Words, count_words, find_masks, find_words
from traceviz.segments.unicode import folding, unicode_table
from traceviz.texts import Texts


def words_of(text: str) -> tuple[Texts, Words]:
    texts = Texts.of([text])
    return texts, find_words(texts, find_masks(texts))


def strings(texts: Texts, words: Words) -> list[str]:
    return [texts.buffer[s:e].tobytes().decode() for s, e in zip(words.start, words.end, strict=True)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the answer is", ["the", "answer", "is"]),
        ("l'homme state-of-the-art don\u2019t", ["l'homme", "state-of-the-art", "don\u2019t"]),
        ("one- -two 'three' four--five", ["one", "two", "three", "four", "five"]),
        ("the答案is", ["the", "答案", "is"]),
        ("漢字とカタカナ", ["漢字", "と", "カタカナ"]),
        ("e\u0301te\u0301 می\u200cخواهم", ["e\u0301te\u0301", "می\u200cخواهم"]),
        ("12 + 34 …", []),
        ("Use `code` now", ["Use", "now"]),
        ("mixгod", ["mix", "г", "od"]),
        ("end-", ["end"]),
        ("end\u2019", ["end"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert strings(*words_of(text)) == expected


def test_flags() -> None:
    _, words = words_of("The NASA x was. Then e.g. this")
    flags = words.flags.tolist()
    assert [bool(f & CAPITAL) for f in flags] == [True, True, False, False, True, False, False, False]
    assert [bool(f & ALL_CAPITALS) for f in flags] == [False, True, False, False, False, False, False, False]
    assert [bool(f & SENTENCE_START) for f in flags] == [True, False, False, False, True, False, False, False]
    assert [bool(f & NEUTRAL) for f in flags] == [False, True, True, False, False, True, True, False]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("two words", 2), ("答案是", 3), ("これは", 3), ("คำ", 2), ("우리는 답을", 2), ("答案 is", 3), ("", 0)],
)
def test_letters_count_where_no_spaces_are_written(text: str, expected: int) -> None:
    assert int(count_words(*words_of(text)).sum()) == expected


def flagged(text: str, flag: int) -> list[str]:
    """Give the words of a text that carry a flag."""
    texts, words = words_of(text)
    return [word for word, flags in zip(strings(texts, words), words.flags.tolist(), strict=True) if flags & flag]


@pytest.mark.parametrize(
    ("text", "flag", "expected"),
    [
        ("We see. Then\nagain", LINE_START, ["We", "again"]),
        ("we use `code` twice here", AFTER_MASK, ["twice"]),
        ("note: this one, that", AFTER_COLON, ["this"]),
        ("see: this（注：那）", AFTER_COLON, ["this", "那"]),
        ("so we do it", SHORT, ["so", "we", "do", "it"]),
        ("l'homme well-known plain", JOINED, ["l'homme", "well-known"]),
        ("one two, three (four) five", BREAK, ["one", "three", "four", "five"]),
    ],
)
def test_flags_of_the_place(text: str, flag: int, expected: list[str]) -> None:
    assert flagged(text, flag) == expected


@pytest.mark.parametrize("text", ["a1", "max_n", "n=k", "f(x)", "#tag", "α", "αβ", "GPU"])
def test_notation_says_nothing_about_language(text: str) -> None:
    texts = Texts.of([text])
    no_masks = Masks(*(np.empty(0, kind) for kind in (np.int64, np.int64, np.int8)), np.zeros(2, np.int64))
    words = find_words(texts, no_masks)
    assert len(words.start) > 0
    assert all(flags & NEUTRAL for flags in words.flags.tolist())


def hashed(word: str) -> int:
    buffer = Texts.of([word]).buffer
    return int(hash_word(buffer, 0, len(buffer), folding()))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Haus", "hAUS"),
        ("Straße", "STRASSE"),
        ("l\u2019un", "L'UN"),
        ("λόγος", "ΛΌΓΟΣ"),
        ("كَتَبَ", "كتب"),
        ("é", "e\u0301"),
        ("Việt", "vie\u0323\u0302t"),
        ("район", "раи\u0306он"),
        ("می\u200cخواهم", "میخواهم"),
        ("İzmir", "izmir"),
    ],
)
def test_words_that_hash_alike(one: str, other: str) -> None:
    assert hashed(one) == hashed(other)


def test_words_that_hash_apart() -> None:
    words = ["a", "b", "ab", "ba", "aa", "é", "è", "e", "был", "𝑥", "", "l'un", "lun"]
    assert len({hashed(word) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("word", "part"),
    [
        ("l'homme", "homme"),
        ("planet's", "planet"),
        ("d\u2019accord", "accord"),
        ("well-known", "known"),
        ("plain", "plain"),
    ],
)
def test_the_longer_part_is_looked_up_too(word: str, part: str) -> None:
    texts, words = words_of(word)
    parts = hash_parts(texts.buffer, words.start, words.end, words.flags, words.hashes, folding())
    assert (int(words.hashes[0]), int(parts[0, 0])) == (hashed(word), hashed(part))


@given(any_texts())
def test_words_carry_the_hash_that_the_lists_were_made_with(text: str) -> None:
    texts, words = words_of(text)
    assert hash_words(texts.buffer, words.start, words.end, folding()).tolist() == words.hashes.tolist()


@given(any_texts())
def test_words_hold_every_letter_outside_the_masks(text: str) -> None:
    texts = Texts.of([text])
    masks = find_masks(texts)
    words = find_words(texts, masks)
    inside = bytearray(len(texts.buffer))
    for start, end in [*zip(masks.start, masks.end, strict=True), *zip(words.start, words.end, strict=True)]:
        inside[start:end] = b"\x01" * (end - start)
    at = 0
    table = unicode_table()
    for c in texts[0]:
        is_letter = table.kinds[table.page_of[ord(c) >> 8], ord(c) & 255] & 15 == 1
        assert inside[at] or not is_letter, c
        at += len(c.encode())


def test_letters_of_ascii_are_hashed_as_the_look_up_sees_them() -> None:
    letters = folding()[[*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1)]]
    alphabet = np.arange(ord("a"), ord("z") + 1)
    # The words pass sets a bit in place of looking the letter up.
    np.testing.assert_array_equal(letters[:, 0], np.tile(alphabet, 2))
    assert not letters[:, 1:].any()
    texts, words = words_of("Ab aB ABC abc DON'T the-END")
    expected = [hash_word(texts.buffer, s, e, folding()) for s, e in zip(words.start, words.end, strict=True)]
    assert words.hashes.tolist() == expected


def test_a_buffer_that_can_be_written_to_needs_no_kernel_of_its_own() -> None:
    from traceviz.segments.kernels.masks import find_masks as masks_kernel
    from traceviz.segments.kernels.words import find_words as words_kernel

    texts = Texts.of(["the cat sat"])
    writable = Texts(texts.buffer.copy(), texts.offsets, texts.present)
    assert writable.buffer.flags.writeable
    find_words(texts, find_masks(texts))
    known = len(masks_kernel.signatures), len(words_kernel.signatures)
    find_words(writable, find_masks(writable))
    assert (len(masks_kernel.signatures), len(words_kernel.signatures)) == known
    assert writable.buffer.flags.writeable
