"""Make ``traceviz/data/languages.zst``: word lists and character models of the scripts that languages share.

Words come from wordfreq, from the n-grams of lingua, and from the lists in ``tools/words``.  Run it as

    python tools/make_language_model.py

with the packages of the extra ``tools``.  It takes some minutes and 3.5 GB of memory; the same packages give the same
bytes.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from language_model.assemble import Part, joined, part_of
from language_model.han import character_odds, pair_odds
from language_model.lists import LANGUAGES

from traceviz.segments.model_file import write_tables

TARGET = Path(__file__).parent.parent / "traceviz" / "data" / "languages.zst"


def main() -> None:
    """Write the file, and print what the parts hold and the file's hash."""
    parts: dict[str, Part] = {}
    for script in LANGUAGES:
        began = time.perf_counter()
        part = parts[script] = part_of(script)
        sizes = f"{len(part.languages)} languages, {len(part.words)} words, {len(part.grams)} n-grams"
        print(f"{script}: {sizes}, {time.perf_counter() - began:.0f} s", flush=True)
    pairs, odds_of_pairs = pair_odds()
    han = {"han_odds": character_odds(), "han_pairs": pairs, "han_pair_odds": odds_of_pairs}
    write_tables(TARGET, joined(parts) | han)
    digest = hashlib.sha256(TARGET.read_bytes()).hexdigest()
    print(f"{TARGET.name}: {TARGET.stat().st_size} bytes, sha256 {digest}")


if __name__ == "__main__":
    main()
