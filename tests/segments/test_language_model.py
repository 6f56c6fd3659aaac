"""The language model: its arrays fit together, and every word is found where its list is."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pytest

import traceviz as tv
from traceviz.segments.kernels.languages import FREE, PLACE_BITS, TRAIT_BITS, look_up_all
from traceviz.segments.kernels.words import hash_words
from traceviz.segments.language_model import (
    CLOSE,
    COMMON,
    COSTS,
    KIN,
    LANGUAGE_OF_SCRIPT,
    SHARED_SCRIPTS,
    language_model,
)
from traceviz.segments.model_file import KEY_BITS, read_tables
from traceviz.segments.unicode import folding, unicode_table
from traceviz.texts import Texts

SHIFT = np.uint64(64 - KEY_BITS)


def key_of(word: str) -> np.uint64:
    """Hash a word as it is hashed in a text, and give the bits that are kept."""
    buffer = Texts.of([word]).buffer
    return hash_words(buffer, np.array([0]), np.array([len(buffer)]), folding())[0] >> SHIFT


def place_in(index: np.ndarray, key: np.uint64) -> int:
    """Give the place of a key in an index, or -1."""
    found = int(look_up_all(np.array([key << SHIFT]), index)[0])
    return found if found < 0 else found & ((1 << PLACE_BITS) - 1)


def test_the_model_fits_together() -> None:
    model = language_model()
    assert model.tags[:2] == ("und", "en")
    assert {"zh", "ja", "ko", "de", "ru", "ar", "hi", "hi-Latn", "ar-Latn", "zh-Latn"} <= set(model.tags)
    assert set(COMMON) | {tag for pair in (*KIN, *CLOSE) for tag in pair} <= set(model.tags)
    assert set(LANGUAGE_OF_SCRIPT) <= set(unicode_table().script_names)
    assert not set(LANGUAGE_OF_SCRIPT) & set(SHARED_SCRIPTS)
    assert list(COSTS) == list(SHARED_SCRIPTS)
    shared = int(model.groups[:, 1].sum())
    assert model.base_prior.shape == (shared,)
    assert model.entry_prior.shape == model.kinship.shape == (shared, shared)
    assert (model.kinship == model.kinship.T).all()


def test_a_language_has_one_number() -> None:
    tags = language_model().tags
    assert len(set(tags)) == len(tags)


def test_each_script_has_its_own_part_of_the_tables() -> None:
    """The scripts' languages and rows follow on each other without a gap."""
    model = language_model()
    for groups, table in ((model.groups, model.table), (model.gram_groups, model.gram_table)):
        first, size, first_row, end_row, at = groups.T
        assert first[0] == first_row[0] == at[0] == 0
        assert (first[1:] == (first + size)[:-1]).all()
        assert (first_row[1:] == end_row[:-1]).all()
        ends = at + (end_row - first_row) * size
        assert (at[1:] == ends[:-1]).all()
        assert ends[-1] == len(table)
        assert (end_row - first_row > 50).all()


def test_rows_are_different_and_hold_steps_below_the_best_language() -> None:
    model = language_model()
    for _, size, first_row, end_row, at in model.groups.tolist():
        rows = model.table[at : at + (end_row - first_row) * size].reshape(-1, size)
        assert (rows.min(axis=1) == 0).all()
        some = rows[:20_000]
        assert len(np.unique(some, axis=0)) == len(some)


@pytest.mark.parametrize("what", ["words", "grams"])
def test_every_key_leads_to_the_row_that_it_has_in_the_file(what: str) -> None:
    model = language_model()
    index = getattr(model, what)
    file = read_tables(Path(tv.__file__).parent / "data" / "languages.zst")
    keys, (low, middle, high) = file[what], file[f"{what}_places"].astype(int)
    assert np.count_nonzero(index != FREE) == len(keys)
    assert len(index) & (len(index) - 1) == 0
    assert len(keys) < 0.8 * len(index)
    some = np.arange(0, len(keys), 97)
    found = np.array([place_in(index, key) for key in keys[some]])
    # Only the upper bits are compared, so that a neighbour may stand in for a key: rarely.
    assert np.count_nonzero(found != (low + 256 * middle + 65536 * high)[some]) <= 1 + len(some) // 1_000


@pytest.mark.parametrize("what", ["words", "grams"])
def test_a_key_is_in_one_list(what: str) -> None:
    """But for a few that meet by chance: of 1.5 million keys of 40 bits, one pair in the mean."""
    keys = read_tables(Path(tv.__file__).parent / "data" / "languages.zst")[what]
    assert len(keys) - len(np.unique(keys)) < 10


@pytest.mark.parametrize(
    ("word", "script"),
    [
        ("and", "Latin"),
        ("ответ", "Cyrillic"),
        ("और", "Devanagari"),
        ("на", "Cyrillic"),
        ("في", "Arabic"),
    ],
)
def test_a_word_is_found_in_the_list_of_its_script(word: str, script: str) -> None:
    model = language_model()
    _, _, begin, end, _ = model.groups[SHARED_SCRIPTS.index(script)].tolist()
    assert begin <= place_in(model.words, key_of(word)) < end


def test_the_index_knows_how_far_the_first_language_is_below_the_best() -> None:
    model = language_model()
    for word in ("the", "Haus", "mint", "maison"):
        found = int(look_up_all(np.array([key_of(word) << SHIFT]), model.words)[0])
        row = (found & ((1 << PLACE_BITS) - 1)) * int(model.groups[0, 1])
        assert found >> (PLACE_BITS + TRAIT_BITS) == model.table[row]


def test_common_words_are_listed_whatever_their_case_and_form() -> None:
    index = language_model().words
    for word in ("the", "größte", "straße", "où", "nước", "объём", "хорошо", "الجواب", "प्रश्न"):
        forms = {word, word.title(), word.upper(), *(unicodedata.normalize("NFD", w) for w in (word, word.upper()))}
        places = {place_in(index, key_of(form)) for form in forms}
        assert len(places) == 1, word
        assert min(places) >= 0, word
    assert place_in(index, key_of("qzxvwrtk")) == -1


@pytest.mark.parametrize("seed", [0, 1])
def test_the_index_finds_what_was_put_in(seed: int) -> None:
    from traceviz.segments.kernels.languages import build_index

    random = np.random.default_rng(seed)
    keys = np.unique(random.integers(0, 1 << KEY_BITS, 700, dtype=np.uint64))
    rows = random.integers(0, 41, (50, 3), dtype=np.uint8)
    place = random.integers(0, 50, len(keys))
    places = np.stack([place.astype(np.uint8), *np.zeros((2, len(keys)), np.uint8)])
    traits = random.integers(0, 4, len(keys), dtype=np.uint8)
    groups = np.array([[0, 3, 0, 20, 0], [3, 3, 20, 50, 60]])
    index = build_index(keys, places, traits, rows.reshape(-1), groups, 1024)
    found = look_up_all(keys << SHIFT, index)
    assert (found & ((1 << PLACE_BITS) - 1)).tolist() == place.tolist()
    assert (found >> PLACE_BITS & 3).tolist() == traits.tolist()
    assert (found >> (PLACE_BITS + TRAIT_BITS)).tolist() == rows[place, 0].tolist()
    others = np.random.default_rng(2).integers(0, 1 << 63, 300, dtype=np.uint64)
    assert set(look_up_all(others, index).tolist()) == {-1}
