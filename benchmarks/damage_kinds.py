"""All kinds of damage by name, and the failure mode that should see each.

A kind is a function of a text, a dose and a source of chance that gives edits; what it does, and of what its dose is a
share, stands first in its documentation.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from random import Random
from typing import Final

import damage_of_sentences as of_sentences
import damage_of_words as of_words
import damage_words as lists
from damage_prose import Edit

Kind = Callable[[str, float, Random], list[Edit]]

_ALL_SYMBOLS: Final = (*lists.SYMBOLS, "notation")
_FOREIGN: Final = ("zh", "ru", "ja", "hi", "ar")
_FOREIGN_LATIN: Final = ("de", "fr", "es", "pt")

#: All kinds of damage by name.
KINDS: Final[dict[str, Kind]] = {
    "soup": partial(of_words.soup, languages=lists.SOUP),
    "soup_latin": partial(of_words.soup, languages=lists.SOUP_LATIN),
    "glued": of_words.glued,
    "telegraphic": of_words.telegraphic,
    "idiolect": of_words.idiolect,
    "odd_words": of_words.odd_words,
    "loop": partial(of_sentences.loop, unit="phrase"),
    "loop_line": partial(of_sentences.loop, unit="line"),
    "loop_lines": partial(of_sentences.loop, unit="lines"),
    "loop_number": partial(of_sentences.loop, unit="number"),
    "loop_words": partial(of_sentences.loop, unit="words"),
    "sentence_switch": partial(of_sentences.foreign_sentences, languages=_FOREIGN),
    "sentence_switch_latin": partial(of_sentences.foreign_sentences, languages=_FOREIGN_LATIN),
    "word_switch": partial(of_words.foreign_words, languages=_FOREIGN),
    "word_switch_latin": partial(of_words.foreign_words, languages=_FOREIGN_LATIN),
    "typos": of_words.typos,
    "keyboard": of_words.keyboard_noise,
    "non_words": of_words.non_words,
    "base64": of_words.encoded_runs,
    "symbols": partial(of_words.symbols, groups=_ALL_SYMBOLS),
    **{f"symbols_{group}": partial(of_words.symbols, groups=(group,)) for group in _ALL_SYMBOLS},
    "symbols_invented": of_words.invented,
    "hidden": of_words.hidden,
    "homoglyphs": of_words.homoglyphs,
    "shuffle": of_sentences.shuffled,
    "swaps": of_sentences.swapped,
    "salad": partial(of_sentences.salad, ranks=lists.ORDINARY),
    "salad_frequent": partial(of_sentences.salad, ranks=None),
    "salad_stretch": of_sentences.salad_stretch,
    "salad_rare": partial(of_sentences.salad, ranks=lists.RARE),
    "other_subject": of_sentences.other_subject,
    "template": of_sentences.template,
    "truncation": of_sentences.truncated,
}

#: The mode that should see each kind; none sees sentences about something else, which are fluent.
MODE_OF: Final[dict[str, str]] = {
    "soup": "token_soup",
    "soup_latin": "token_soup",
    "glued": "glued_words",
    "telegraphic": "telegraphic",
    "idiolect": "idiolect",
    "odd_words": "word_order",
    "sentence_switch": "switch",
    "sentence_switch_latin": "switch",
    "word_switch": "switch",
    "word_switch_latin": "switch",
    "typos": "gibberish",
    "keyboard": "gibberish",
    "non_words": "gibberish",
    "base64": "gibberish",
    "hidden": "hidden_characters",
    "homoglyphs": "hidden_characters",
    "shuffle": "word_order",
    "swaps": "word_order",
    "template": "template_litter",
    "truncation": "truncation",
    **{kind: "loop" for kind in KINDS if kind.startswith("loop")},
    **{kind: "symbols" for kind in KINDS if kind.startswith("symbols")},
    **{kind: "word_order" for kind in KINDS if kind.startswith("salad")},
}
