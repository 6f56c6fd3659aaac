"""Make ``traceviz/data/languages.npz``: word lists of the scripts that several languages share.

The frequencies come from wordfreq 3.1.1 (data frozen in 2021, CC BY-SA 4.0; see DATA_LICENSES.md).  Each known word
has a row with one byte a language of its script: how far the word's log-probability in that language lies below that
in its best language, in steps of a quarter nat.  Run it as

    python tools/make_language_model.py

The same packages give the same bytes.
"""

from __future__ import annotations

import hashlib
import unicodedata
from importlib import metadata
from pathlib import Path

import numpy as np
import wordfreq

from traceviz.segments.kernels.words import hash_words
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

TARGET = Path(__file__).parent.parent / "traceviz" / "data" / "languages.npz"

#: BCP 47 tags by script, with the name of wordfreq's list.  Serbo-Croatian is one list there; in Latin it is `hr`.
LANGUAGES = {
    "Latin": "en ca cs da de es fi fil fr hr:sh hu id is it lt lv ms nb nl pl pt ro sk sl sv tr vi",
    "Cyrillic": "ru uk bg mk",
    "Arabic": "ar fa ur",
    "Devanagari": "hi",
}

#: Words a list.  English is larger, because reasoning is mostly English and an unknown word is a doubtful one.
LIST_SIZE, ENGLISH_SIZE = 8_000, 60_000

#: Steps of a quarter nat cost nothing in accuracy against an eighth, and clipping at 10 nats neither.
STEP, STEPS = 0.25, 40

#: Share of a word's probability that its spelling without accents gets (at least four letters; not Vietnamese).
UNACCENTED = 0.05

#: Words that English borrowed and that say nothing about a switch: at most half a nat below the best language.
LOANS = """
a ad al alter ante apropos bona circa cf cum curriculum de del der di du ego en enigma ergo erratum et etc ex facto fide
forte genre hoc ibid id idem in incognito inter ipso la le les locus los magnum modulo modus momentum mutandis mutatis
naive non nova nota bene opus par passim per perpetuum piano post pre prima primo pro quasi quid quo quorum radius ratio
re recto sic sine solo sub summa tempo tria ultra van vector verbatim versus verso via vice vide vis viva von
alpha beta gamma delta epsilon theta lambda sigma omega phi psi rho tau zeta eta iota kappa
sin cos tan cot sec csc arcsin arccos arctan sinh cosh tanh log ln lg exp mod gcd lcm max min sup inf lim arg det dim
ker
deg rank tr sqrt ceil floor sgn abs diag hom aut end span vol km kg cm mm ml mg hz khz mhz ghz kw kwh mol min sec hr hrs
ok okay hmm mm ah oh eh um uh ha so total formula problem original final
"""


def frequencies(name: str, size: int) -> dict[str, float]:
    """Give the most frequent words of one list, letters only, with spellings without accents."""
    words = {}
    for word, frequency in wordfreq.get_frequency_dict(name, "best").items():
        if len(words) >= size:
            break
        if all(unicodedata.category(c)[0] in "LM" or c in "'-" for c in word):
            words[word] = frequency
    if name != "vi":
        for word, frequency in list(words.items()):
            bare = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
            if bare != word and len(bare) >= 4 and bare.isascii():
                words[bare] = max(words.get(bare, 0.0), UNACCENTED * frequency)
    return words


def cleaned(lists: dict[str, dict[str, float]]) -> dict[str, dict[str, float]]:
    """Take other languages' frequent words (quotations, names) out of each list.

    How much of language k stands in the list of l is read off the 300 most frequent words of k.
    """
    result = {}
    for tag, words in lists.items():
        kept = dict(words)
        for other, theirs in lists.items():
            if other == tag:
                continue
            common = sorted(theirs, key=lambda word: -theirs[word])[:300]
            leaked = min(float(np.quantile([words.get(word, 0.0) / theirs[word] for word in common], 0.25)), 0.05)
            if leaked:
                for word in theirs.keys() & kept.keys():
                    kept[word] -= 1.5 * leaked * theirs[word]
        result[tag] = {word: p for word, p in kept.items() if p > 0}
    return result


def rows(lists: dict[str, dict[str, float]]) -> tuple[list[str], np.ndarray]:
    """Give the words of one script and their rows: steps below the best language."""
    words = sorted(set().union(*lists.values()))
    place = {word: i for i, word in enumerate(words)}
    # Not in a list: rarer than its last word, by about as much as half the list is long.
    table = np.empty((len(words), len(lists)))
    for k, listed in enumerate(lists.values()):
        table[:, k] = np.log(min(listed.values()) / 8)
        for word, p in listed.items():
            table[place[word], k] = np.log(p)
    best = table.max(axis=1)
    if "en" in lists:
        for word in LOANS.split():
            if word in place:
                i, english = place[word], list(lists).index("en")
                table[i, english] = max(table[i, english], best[i] - 0.5)
    return words, np.clip(np.rint((best[:, None] - table) / STEP), 0, STEPS).astype(np.uint8)


def main() -> None:
    """Write the file and print what it holds."""
    assert metadata.version("wordfreq") == "3.1.1"
    arrays: dict[str, np.ndarray] = {"step": np.array(STEP)}
    total = 0
    for script, entries in LANGUAGES.items():
        names = dict(entry.split(":") if ":" in entry else (entry, entry) for entry in entries.split())
        lists = cleaned(
            {tag: frequencies(name, ENGLISH_SIZE if tag == "en" else LIST_SIZE) for tag, name in names.items()}
        )
        words, table = rows(lists)
        batch = Texts.of(words)
        hashes, _ = hash_words(batch.buffer, batch.offsets[:-1], batch.offsets[1:], unicode_table().lower)
        order = np.argsort(hashes, kind="stable")
        hashes, first = np.unique(hashes[order], return_index=True)
        arrays[f"{script}_languages"] = np.array(list(names))
        arrays[f"{script}_hashes"] = hashes
        arrays[f"{script}_rows"] = np.ascontiguousarray(table[order][first].T)  # a language a line compresses better
        total += len(hashes)
    np.savez_compressed(TARGET, **arrays)
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    print(f"{TARGET.name}: {total} words, {TARGET.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
