"""The language of every word.

Where a script belongs to one language, the script decides (Hangul is Korean).  Han is told apart from Japanese by the
kana beside it.  Where several languages share a script (Latin, Cyrillic, Arabic) each word is looked up in word lists,
the words of a text choose its base language, and a Viterbi search finds where another language explains a run of
words so much better that the cost of entering it is paid.

What it gets wrong: words that two languages share, single capitalised words, related languages, and languages without
a list here, which come out as ``und`` (their words are unknown) or, when related to a listed one, as that.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.scan import Labels, Words
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

_FILE: Final = Path(__file__).parent.parent / "data" / "languages.npz"

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

#: Nats by script: entering another language, leaving it, each word in it, and the most that one word can say.
#: Latin is shared by many languages and by names and notation, so that a switch needs more evidence to be left alone.
COSTS: Final = {
    "Latin": (7.0, 0.1, 0.5, 9.0),
    "Cyrillic": (8.0, 2.0, 0.5, 12.0),
    "Arabic": (8.0, 2.0, 0.5, 12.0),
    "Devanagari": (8.0, 2.0, 0.5, 12.0),
}

#: Nats for English as the base language of Latin words: most reasoning is English, and short texts need a prior.
ENGLISH_BASE: Final = 8.0

#: Nats off the cost of entering English, the usual second language of reasoning.
ENGLISH_ENTRY: Final = -4.0

#: Nats on the cost of entering a language that is rare in reasoning and close to others in its words.
RARE_ENTRY: Final = 5.0
RARE: Final = ("ca", "fil", "hr", "is", "lt", "lv", "mk", "ms", "nb", "sk", "sl")

#: Nats on the cost of passing between languages that share most of their words.
KIN_ENTRY: Final = 8.0
KIN: Final = (
    ("id", "ms"),
    ("da", "nb"),
    ("cs", "sk"),
    ("hr", "sl"),
    ("es", "ca"),
    ("ru", "bg"),
    ("bg", "mk"),
    ("ru", "mk"),
)


class LanguageModel(NamedTuple):
    """The word lists as arrays for the compiled core, and the tags that its numbers stand for."""

    tags: tuple[str, ...]
    hashes: NDArray[np.uint64]
    slots: NDArray[np.int32]
    row_of: NDArray[np.int64]
    table: NDArray[np.uint8]
    step: float
    groups: NDArray[np.int64]
    group_of_script: NDArray[np.int64]
    language_of_script: NDArray[np.int16]
    costs: NDArray[np.float64]
    base_prior: NDArray[np.float64]
    entry_prior: NDArray[np.float64]


@cache
def language_model() -> LanguageModel:
    """Read the word lists, once a process."""
    from traceviz.segments.kernels.languages import build_index

    with np.load(_FILE) as file:
        shared = [[str(tag) for tag in file[f"{script}_languages"]] for script in SHARED_SCRIPTS]
        hashes = np.concatenate([file[f"{script}_hashes"] for script in SHARED_SCRIPTS])
        rows = [np.ascontiguousarray(file[f"{script}_rows"].T) for script in SHARED_SCRIPTS]
        step = float(file["step"])
    flat = [tag for tags in shared for tag in tags]
    sizes = [len(tags) for tags in shared]
    starts = np.cumsum([0, *[part.size for part in rows]])
    row_of = np.concatenate([starts[g] + np.arange(len(part)) * sizes[g] for g, part in enumerate(rows)])
    tags = ("und", *flat, "zh", "ja", *sorted(set(LANGUAGE_OF_SCRIPT.values()) - {"zh"}))
    names = unicode_table().script_names
    return LanguageModel(
        tags=tags,
        hashes=hashes,
        slots=build_index(hashes, 2 * len(hashes) + 1),
        row_of=row_of.astype(np.int64),
        table=np.concatenate([part.reshape(-1) for part in rows]),
        step=step,
        groups=np.array([[sum(sizes[:g]), sizes[g]] for g in range(len(sizes))], dtype=np.int64),
        group_of_script=np.array([SHARED_SCRIPTS.index(n) if n in SHARED_SCRIPTS else -1 for n in names]),
        language_of_script=np.array([tags.index(LANGUAGE_OF_SCRIPT.get(n, "und")) for n in names], dtype=np.int16),
        costs=np.array([COSTS[script] for script in SHARED_SCRIPTS]),
        base_prior=np.array([ENGLISH_BASE if tag == "en" else 0.0 for tag in flat]),
        entry_prior=_entry_prior(flat),
    )


@cache
def model_hash() -> str:
    """Give the first 16 digits of the SHA-256 of the word lists' file."""
    return hashlib.sha256(_FILE.read_bytes()).hexdigest()[:16]


def _entry_prior(tags: list[str]) -> NDArray[np.float64]:
    """Give what is added to the cost of entering a language (column) from a base language (row)."""
    prior = np.zeros((len(tags), len(tags)))
    for column, tag in enumerate(tags):
        prior[:, column] += RARE_ENTRY * (tag in RARE) + ENGLISH_ENTRY * (tag == "en")
    for one, other in KIN:
        prior[tags.index(one), tags.index(other)] += KIN_ENTRY
        prior[tags.index(other), tags.index(one)] += KIN_ENTRY
    return prior


def label_words(texts: Texts, words: Words) -> Labels:
    """Give the language of each word of a batch.

    A word that says nothing about language (a single letter, an acronym) gets none.  The confidence rises with the
    evidence; it is not calibrated.
    """
    from traceviz.segments.kernels import languages as kernel
    from traceviz.segments.kernels.words import hash_words

    model = language_model()
    whole, part = hash_words(texts.buffer, words.start, words.end, unicode_table().lower)
    language, confidence = kernel.label_words(
        words.by_text,
        words.script,
        words.flags,
        words.end - words.start,
        whole,
        part,
        model.hashes,
        model.slots,
        model.row_of,
        model.table,
        model.step,
        model.groups,
        model.group_of_script,
        model.language_of_script,
        model.costs,
        model.base_prior,
        model.entry_prior,
        model.tags.index("zh"),
        model.tags.index("ja"),
    )
    return Labels(language, confidence, model.tags)
