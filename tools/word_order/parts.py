"""What words can be: parts of speech of WordNet with the inflection, for classes that are finer than endings.

A word is what its commonest senses are: ``noun``, ``noun/verb`` where both are common, the more common first.  Regular
forms are taken apart; irregular ones keep the class of their ending, for the package has no list of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

Senses = Mapping[str, Mapping[str, float]]

#: The parts of speech by the digit of a sense key; 5 is an adjective that belongs to another.
_PARTS = {"1": "noun", "2": "verb", "3": "adjective", "4": "adverb", "5": "adjective"}

#: Forms: a pattern of the word, what the stem ends in instead, the part of speech of the stem, and the form.
_DOUBLED = r"([b-df-hj-np-tv-z])\1"
_FORMS = (
    *((re.compile(pattern), stem, "noun", "nouns") for pattern, stem in (("(?<!s)s$", ""), ("es$", ""), ("ies$", "y"))),
    *((re.compile(pattern), stem, "verb", "verbs") for pattern, stem in (("(?<!s)s$", ""), ("es$", ""), ("ies$", "y"))),
    *(
        (re.compile(pattern), stem, "verb", "verbed")
        for pattern, stem in (("ed$", ""), ("ed$", "e"), ("ied$", "y"), (f"{_DOUBLED}ed$", r"\1"))
    ),
    *(
        (re.compile(pattern), stem, "verb", "verbing")
        for pattern, stem in (("ing$", ""), ("ing$", "e"), (f"{_DOUBLED}ing$", r"\1"))
    ),
    *(
        (re.compile(pattern), stem, "adjective", "compared")
        for pattern, stem in (("er$", ""), ("er$", "e"), ("ier$", "y"), ("est$", ""), ("est$", "e"), ("iest$", "y"))
    ),
)

#: Share of a word's uses from which on a part of speech is one of its two.
COMMON = 0.3

#: Rarer classes are those of their first part of speech.
FEWEST_WORDS_OF_CLASS = 8

#: How often a lemma is tagged, and how often a word stands in the prose, to be listed.
FEWEST_TAGS, FEWEST_USES = 5, 2


def senses(files: Mapping[str, bytes]) -> Senses:
    """Count how often each lemma of one word is tagged as each part of speech; a sense that never is counts a fifth."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for line in files["package/dict/index.sense"].decode("latin-1").splitlines():
        key, _, _, tagged = line.split()
        lemma, _, rest = key.partition("%")
        if lemma.isascii() and lemma.isalpha():
            found[lemma][_PARTS[rest[0]]] += int(tagged) + 0.2
    return found


def uses(word: str, counts: Senses) -> Counter[str]:
    """Count what a word is used as: parts of speech, and forms of the stems that it may have."""
    found: Counter[str] = Counter(counts.get(word, {}))
    for pattern, stem, part, form in _FORMS:
        lemma, changed = pattern.subn(stem, word)
        if changed and len(lemma) > 2:
            found[form] = max(found[form], counts.get(lemma, {}).get(part, 0))
    return +found


def name_of_class(word: str, counts: Senses) -> str:
    """Give the class of a word; empty where no part of speech is known."""
    found = uses(word, counts)
    whole = sum(found.values())
    return "/".join([use for use, count in found.most_common() if count >= COMMON * whole][:2])


def classes(paragraphs: Iterable[str], files: Mapping[str, bytes], but: Sequence[str]) -> dict[str, str]:
    """Give the class of each word that is common in prose or in the tagged senses, except some."""
    counts = senses(files)
    used = Counter(word for one in paragraphs for word in re.findall(r"[a-z]{2,}", one.lower()))
    words = {word for word, many in used.items() if many >= FEWEST_USES}
    words |= {word for word, tagged in counts.items() if sum(tagged.values()) >= FEWEST_TAGS and len(word) > 1}
    named = {word: name for word in sorted(words - set(but)) if (name := name_of_class(word, counts))}
    common = {name for name, many in Counter(named.values()).items() if many >= FEWEST_WORDS_OF_CLASS}
    return {word: name if name in common else name.partition("/")[0] for word, name in named.items()}
