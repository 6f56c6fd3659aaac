"""The language model: word lists and what the search for languages pays, as arrays for the compiled core.

The lists are one file, made by `tools/make_language_model.py`; the costs beside them were fitted on the development
part of labelled spans (`benchmarks/language.py`).
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.model_file import read_tables
from traceviz.segments.unicode import folding, unicode_table
from traceviz.texts import Texts

_FILE: Final = Path(__file__).parent.parent / "data" / "languages.zst"

#: Scripts with word lists, in the order of the file.
SHARED_SCRIPTS: Final = ("Latin", "Cyrillic", "Arabic", "Devanagari")

#: Scripts that one living language, or one far more written than the rest, writes.
LANGUAGE_OF_SCRIPT: Final = {
    "Armenian": "hy",
    "Bengali": "bn",
    "Bopomofo": "zh",
    "Cherokee": "chr",
    "Ethiopic": "am",
    "Georgian": "ka",
    "Greek": "el",
    "Gujarati": "gu",
    "Gurmukhi": "pa",
    "Hangul": "ko",
    "Hebrew": "he",
    "Kannada": "kn",
    "Khmer": "km",
    "Lao": "lo",
    "Malayalam": "ml",
    "Mongolian": "mn",
    "Myanmar": "my",
    "Oriya": "or",
    "Sinhala": "si",
    "Tamil": "ta",
    "Telugu": "te",
    "Thaana": "dv",
    "Thai": "th",
    "Tibetan": "bo",
}

#: Greek words of three letters that have no accent: without one, so few letters are else taken for symbols.
GREEK_WITHOUT_ACCENT: Final = tuple(
    "και του τον την της στη στο στα που μας σας για τις των δεν μην μου σου πως ναι".split()  # noqa: RUF001, SIM905
)

#: Nats by script: entering another language, leaving it, each word in it, the most that one word can say, and the
#: weight of what is only spelled like a language.
#: Latin is shared by many languages and by names and notation, so that a switch needs more evidence to be left alone.
COSTS: Final = {
    "Latin": (6.0, 0.1, 0.5, 10.0, 0.45, 1.0, 0.5),
    "Cyrillic": (8.0, 2.0, 0.5, 12.0, 0.45, 2.0, 0.5),
    "Arabic": (8.0, 2.0, 0.5, 12.0, 0.45, 2.0, 0.5),
    "Devanagari": (8.0, 2.0, 0.5, 12.0, 0.8, 3.0, 0.35),
}

#: Nats for English as the base language of Latin words: most reasoning is English, and short texts need a prior.
ENGLISH_BASE: Final = 8.0

#: Nats off the cost of entering English, the usual second language of reasoning.
ENGLISH_ENTRY: Final = -4.0

#: Nats on the cost of entering a language that is rare in reasoning and close to others in its words.
RARE_ENTRY: Final = 7.0

#: Languages that reasoning is often in, or is often mixed with; all others are rare.
COMMON: Final = (
    "en",
    "de",
    "fr",
    "es",
    "pt",
    "it",
    "nl",
    "pl",
    "tr",
    "id",
    "vi",
    "sw",
    "sv",
    "da",
    "nb",
    "cs",
    "ro",
    "fi",
    "hu",
    "ru",
    "uk",
    "ar",
    "fa",
    "hi",
    "mr",
)

#: Nats on the cost of passing between languages that share most of their words.
KIN_ENTRY: Final = 8.0
KIN: Final = (
    ("id", "ms"),
    ("cs", "sk"),
    ("hr", "sl"),
    ("es", "ca"),
    ("nl", "af"),
    ("ru", "bg"),
    ("ru", "be"),
    ("bg", "mk"),
    ("ru", "mk"),
    ("sr", "mk"),
    ("ru", "sr"),
    ("bg", "sr"),
)

#: Languages so close that a run in one costs nothing a word beside the other.
CLOSE: Final = (("nb", "da"), ("nb", "sv"), ("da", "sv"), ("es", "pt"), ("ru", "uk"), ("hi", "mr"), ("de", "nl"))


class LanguageModel(NamedTuple):
    """The word lists as arrays for the compiled core, and the tags that its numbers stand for.

    ``groups`` and ``gram_groups`` have a row for each of `SHARED_SCRIPTS`: its first language and the number of its
    languages, its first row and the one after its last, and where its rows begin in the flat table.
    """

    tags: tuple[str, ...]
    words: NDArray[np.uint64]
    table: NDArray[np.uint8]
    grams: NDArray[np.uint64]
    gram_table: NDArray[np.uint8]
    step: float
    groups: NDArray[np.int64]
    gram_groups: NDArray[np.int64]
    group_of_script: NDArray[np.int64]
    language_of_script: NDArray[np.int16]
    greek_words: NDArray[np.uint64]
    costs: NDArray[np.float64]
    base_prior: NDArray[np.float64]
    entry_prior: NDArray[np.float64]
    kinship: NDArray[np.bool_]
    han_odds: NDArray[np.int8]
    pairs: NDArray[np.uint64]
    pair_odds: NDArray[np.int8]


@cache
def language_model() -> LanguageModel:
    """Read the word lists, once a process."""
    file = read_tables(_FILE)
    shared = [file[f"{script}_languages"].tobytes().decode().split() for script in SHARED_SCRIPTS]
    flat = [tag for tags in shared for tag in tags]
    sizes = np.array([len(tags) for tags in shared])
    tags = ("und", *flat, "zh", "ja", *sorted(set(LANGUAGE_OF_SCRIPT.values()) - {"zh", *flat}))
    names = unicode_table().script_names
    words, table, groups = _tables(file, "words", sizes)
    grams, gram_table, gram_groups = _tables(file, "grams", sizes)
    return LanguageModel(
        tags=tags,
        words=words,
        table=table,
        grams=grams,
        gram_table=gram_table,
        step=float(file["step"][0]),
        groups=groups,
        gram_groups=gram_groups,
        group_of_script=np.array([SHARED_SCRIPTS.index(n) if n in SHARED_SCRIPTS else -1 for n in names]),
        language_of_script=np.array([tags.index(LANGUAGE_OF_SCRIPT.get(n, "und")) for n in names], dtype=np.int16),
        greek_words=_hashes(GREEK_WITHOUT_ACCENT),
        costs=np.array([COSTS[script] for script in SHARED_SCRIPTS]),
        base_prior=np.array([ENGLISH_BASE if tag == "en" else 0.0 for tag in flat]),
        entry_prior=_entry_prior(flat),
        kinship=_kinship(flat),
        han_odds=file["han_odds"],
        pairs=_pairs(file.pop("han_pairs")),
        pair_odds=file["han_pair_odds"],
    )


def _hashes(words: tuple[str, ...]) -> NDArray[np.uint64]:
    """Hash words as they are hashed in a text."""
    from traceviz.segments.kernels.words import hash_words

    batch = Texts.of(list(words))
    return np.asarray(hash_words(batch.buffer, batch.offsets[:-1], batch.offsets[1:], folding()))


def _tables(
    file: dict[str, NDArray[Any]], what: str, sizes: NDArray[np.int64]
) -> tuple[NDArray[np.uint64], NDArray[np.uint8], NDArray[np.int64]]:
    """Give the index of the words or n-grams of a file, their rows, and the facts of each script."""
    rows, n_rows = file[f"{what}_rows"], file[f"{what}_rows_count"]
    first_row, begin = np.cumsum(n_rows) - n_rows, np.cumsum(n_rows * sizes) - n_rows * sizes
    groups = np.stack([np.cumsum(sizes) - sizes, sizes, first_row, first_row + n_rows, begin], axis=1)
    traits = file.pop(f"{what}_traits", None)
    index = _index(file.pop(what), file.pop(f"{what}_places"), traits=traits, table=rows, groups=groups)
    return index, rows, groups


def _index(
    keys: NDArray[np.uint64],
    places: NDArray[np.uint8],
    *,
    traits: NDArray[np.uint8] | None,
    table: NDArray[np.uint8],
    groups: NDArray[np.int64],
) -> NDArray[np.uint64]:
    """Make the index of keys: see `kernels.languages.build_index`.

    It has a power of two of slots; three in eight to three in four of them are taken.
    """
    from traceviz.segments.kernels.languages import build_index

    traits = np.zeros(len(keys), dtype=np.uint8) if traits is None else traits
    n_slots = 1 << (4 * len(keys) // 3).bit_length()
    return np.asarray(build_index(keys, places, traits, table, groups, n_slots))


def _pairs(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Make the index of the pairs of Han characters, whose odds lie in their order: no rows, no steps."""
    place = np.arange(len(keys))
    places = np.stack([(place >> shift).astype(np.uint8) for shift in (0, 8, 16)])
    whole = np.array([[0, 0, 0, len(keys), 0]], dtype=np.int64)
    return _index(keys, places, traits=None, table=np.zeros(1, dtype=np.uint8), groups=whole)


@cache
def shared_tags() -> frozenset[str]:
    """Give the languages that are told by words rather than by their script."""
    model = language_model()
    return frozenset(model.tags[1 : 1 + len(model.base_prior)])


@cache
def model_hash() -> str:
    """Give the first 16 digits of the SHA-256 of the word lists' file."""
    with _FILE.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]


def _entry_prior(tags: list[str]) -> NDArray[np.float64]:
    """Give what is added to the cost of entering a language (column) from a base language (row)."""
    prior = np.zeros((len(tags), len(tags)))
    for column, tag in enumerate(tags):
        prior[:, column] += RARE_ENTRY * (tag not in COMMON) + ENGLISH_ENTRY * (tag == "en")
    for one, other in KIN:
        prior[tags.index(one), tags.index(other)] += KIN_ENTRY
        prior[tags.index(other), tags.index(one)] += KIN_ENTRY
    return prior


def _kinship(tags: list[str]) -> NDArray[np.bool_]:
    """Give which languages are so close that staying in one beside the other costs nothing."""
    close = np.zeros((len(tags), len(tags)), dtype=bool)
    for one, other in CLOSE:
        close[tags.index(one), tags.index(other)] = close[tags.index(other), tags.index(one)] = True
    return close
