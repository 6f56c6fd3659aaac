"""The language of every word.

Where a script belongs to one language, the script decides (Hangul is Korean).  Chinese and Japanese are told apart by
kana, and by characters and pairs of them that one of the two prefers.  Where several languages share a script (Latin,
Cyrillic, Arabic) each word is looked up in word lists, the words of a text choose its base language, and a Viterbi
search finds where another language explains a run of words so much better that the cost of entering it is paid.

What it gets wrong: words that two languages share, single capitalised words, related languages, and languages without
a list here, which come out as ``und`` (their words are unknown) or, when related to a listed one, as that.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from traceviz.segments.language_model import language_model
from traceviz.segments.lookalikes import unlabel_lookalikes
from traceviz.segments.phrases import unlabel_phrases
from traceviz.segments.scan import Labels, Words
from traceviz.segments.unicode import folding, unicode_table
from traceviz.texts import Texts

#: Weights of the logistic model of a run's confidence, in the order of `kernels.languages.confidence_of_run`: fitted by
#: `tools/fit_confidence.py`, the first then raised by .3 on the same records, where runs were right oftener than said.
CONFIDENCE: Final = (-2.4, 1.11, 0.57, 0.69, 0.68, -0.19, -0.22, -0.64, 0.23, 0.7)


def label_words(texts: Texts, words: Words) -> tuple[Words, Labels]:
    """Give the language of each word of a batch, with the words: runs of Han are cut where their language changes.

    A word that says nothing about language (a single letter, an acronym, one of a borrowed phrase) gets none.
    """
    from traceviz.segments.kernels import languages as kernel
    from traceviz.segments.kernels.words import hash_parts

    model = language_model()
    parts = hash_parts(texts.buffer, words.start, words.end, words.flags, words.hashes, folding())
    language, confidence = kernel.label_words(
        texts.buffer,
        words.start,
        words.end,
        words.by_text,
        words.script,
        words.flags,
        words.hashes,
        parts,
        folding(),
        model.words,
        model.table,
        model.grams,
        model.gram_table,
        model.step,
        model.groups,
        model.gram_groups,
        model.group_of_script,
        model.language_of_script,
        model.greek_words,
        model.costs,
        model.base_prior,
        model.entry_prior,
        model.kinship,
        model.tags.index("de") - 1,
        np.array(CONFIDENCE),
    )
    labels = Labels(language, confidence, model.tags)
    unlabel_phrases(words, labels)
    unlabel_lookalikes(words, labels)
    return _label_han(texts, words, labels) if _has_cjk(words) else (words, labels)


def _has_cjk(words: Words) -> bool:
    """Tell whether a batch has words in Han or kana."""
    names = unicode_table().script_names
    return bool(np.isin(words.script, [names.index(name) for name in ("Han", "Hiragana", "Katakana")]).any())


def _label_han(texts: Texts, words: Words, labels: Labels) -> tuple[Words, Labels]:
    """Label what is in Han and kana."""
    from traceviz.segments.kernels.han import label_han

    model = language_model()
    cuts = label_han(
        texts.buffer,
        words.start,
        words.end,
        words.by_text,
        words.script,
        words.flags,
        model.han_odds,
        model.pairs,
        model.pair_odds,
        model.tags.index("zh"),
        model.tags.index("ja"),
        labels.language,
        labels.confidence,
    )
    return _cut(words, labels, cuts)


def _cut(words: Words, labels: Labels, cuts: NDArray[np.int64]) -> tuple[Words, Labels]:
    """Cut words where their language changes; a row of ``cuts`` is a word, a byte in it, the language from there on."""
    if len(cuts) == 0:
        return words, labels
    word, at, language = cuts.T
    place = word + 1  # a part is put in before the next word
    start = np.insert(words.start, place, at)
    end = np.insert(words.end, place, words.end[word])
    touching = np.flatnonzero((start[1:] > start[:-1]) & (start[1:] < end[:-1]))
    end[touching] = start[touching + 1]
    cut_words = Words(
        start,
        end,
        np.insert(words.script, place, words.script[word]),
        np.insert(words.flags, place, 0),
        words.by_text + np.searchsorted(word, words.by_text),
        np.insert(words.hashes, place, words.hashes[word]),
    )
    confidence = np.insert(labels.confidence, place, labels.confidence[word])
    return cut_words, Labels(np.insert(labels.language, place, language), confidence, labels.tags)
