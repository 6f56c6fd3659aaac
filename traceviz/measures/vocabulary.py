"""Vocabulary: how common, how known and how much a trace's own its words are.

Words of the prose in the Latin script, looked up in an English list of 310,000 words (`traceviz.detectors.vocabulary`:
wordfreq 3.1.1, whose data end in 2021, before models had habits that others write down).  Quoted words count, masked
text does not.  Missing (``no_words``) without a Latin word, and where more than 60 % of a trace is masked
(``masked_out``); numbers about English are missing (``out_of_domain``) in a
trace whose main language is known and another one.

They describe words and no meaning: technical text is rare, a salad of common words is common, and what is listed is
not always spelled well ("teh").  Names, terms and romanised words are unknown too, so compare with text about the same
things.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from traceviz.detectors.function_words import FUNCTION_WORDS
from traceviz.detectors.idiolect import FEWEST_USES, LOWEST_RATE, TIMES
from traceviz.detectors.telegraphic import is_function_word
from traceviz.detectors.vocabulary import by_text, steps_in_english
from traceviz.measures.compute import unless_masked
from traceviz.measures.letters import bits_of_words
from traceviz.measures.registry import metric
from traceviz.measures.sample import Sample
from traceviz.measures.values import Values
from traceviz.segments.language_model import SHARED_SCRIPTS
from traceviz.segments.scan import unspaced
from traceviz.segments.unicode import unicode_table

#: Where the frequencies come from.
WORDFREQ: Final = "wordfreq 3.1.1 (Speer 2022)"

#: Below this Zipf frequency, once in a million words, a word is rare (the usual bound).
RARE: Final = 3.0


def _of_latin(sample: Sample, amount: NDArray[Any]) -> Values:
    """Give the mean of an amount a word over the Latin words of each text."""
    latin = sample.vocabulary.latin
    mean = Values.ratio(sample.by_text(amount, latin), sample.by_text(np.ones(len(latin)), latin), "no_words")
    return unless_masked(sample, mean)


def _in_english(sample: Sample, values: Values) -> Values:
    """Take away the numbers of the texts that are mainly in another language."""
    english = np.array([tag in ("en", "und") for tag in sample.pieces.tags] + [True])  # the last is that of no language
    return values.without(~english[sample.matrix], "out_of_domain")


@metric(group="vocabulary", unit="Zipf (log10 of uses in 10^9 words)", range="0-8", direction="none", source=WORDFREQ)
def mean_zipf(sample: Sample) -> Values:
    """Mean Zipf frequency of the words in written English; a word that is not listed has 0."""
    return _in_english(sample, _of_latin(sample, sample.vocabulary.zipf))


@metric(group="vocabulary", unit="share of Latin words", range="0-1", direction="none", source=WORDFREQ)
def rare_rate(sample: Sample) -> Values:
    """Share of the words that stand less than once in a million words of written English (Zipf below 3), or never."""
    return _in_english(sample, _of_latin(sample, sample.vocabulary.zipf < RARE))


@metric(group="vocabulary", unit="share of Latin words", range="0-1", direction="more is worse", source=WORDFREQ)
def oov_en(sample: Sample) -> Values:
    """Share of the Latin words that the English list lacks, in a trace of whatever language."""
    return _of_latin(sample, sample.vocabulary.zipf == 0)


@metric(
    group="vocabulary",
    unit="share of words",
    range="0-1",
    direction="more is worse",
    source="wordfreq 3.1.1, lists of 56 languages",
)
def oov_any(sample: Sample) -> Values:
    """Share of the words that no list of any language has, in the scripts for which there are lists.

    These are the Latin, Cyrillic, Arabic and Devanagari scripts; missing (``no_words``) without such a word.
    """
    names = unicode_table().script_names
    listed = np.isin(sample.words.script, [names.index(script) for script in SHARED_SCRIPTS])
    unknown = (sample.vocabulary.zipf == 0) & (steps_in_english(sample.words.hashes) < 0)
    one = np.ones(len(listed))
    share = Values.ratio(sample.by_text(one, listed & unknown), sample.by_text(one, listed), "no_words")
    return unless_masked(sample, share)


@metric(
    group="vocabulary",
    unit="share of words",
    range="0-1",
    direction="none",
    source="closed lists of traceviz.detectors.function_words",
)
def function_word_ratio(sample: Sample) -> Values:
    """Share of the words that are function words of the trace's main language: articles, pronouns, prepositions.

    Low in telegraphic style, lists and soup.  The lists differ in size (English 221 words, German 179, French 158,
    Spanish 151, Italian 147, Portuguese 140, Dutch 122, Russian 133), so that two languages are not comparable;
    missing (``out_of_domain``) in others.  Words of scripts without spaces do not count.
    """
    spaced, text = ~unspaced()[sample.words.script], sample.text_of_word
    # Damaged English of which the language cannot be told is known by its function words.
    doubtful = sample.in_english & ~sample.mainly_in(("en",))
    function = is_function_word(sample) | (sample.vocabulary.function & doubtful[text])
    told = doubtful | sample.mainly_in(FUNCTION_WORDS)
    one = np.ones(len(text))
    ratio = Values.ratio(sample.by_text(one, function & spaced), sample.by_text(one, spaced), "no_words")
    return unless_masked(sample, ratio.without(~told, "out_of_domain"))


@metric(
    group="vocabulary",
    unit="share of Latin words",
    range="0-1",
    direction="none",
    source=WORDFREQ,
    length_dependent=True,
)
def keyness_share(sample: Sample) -> Values:
    """Share of the words that stand three times or more and at over 200 times their rate in written English.

    A word of the topic does as one of the model's own: compare with text about the same things.  Rates below 10^-7
    count as that.  Unlike ``idiolect_share``, names, quoted words and single letters count.
    """
    known = sample.vocabulary
    word = np.flatnonzero(known.latin)
    text = sample.text_of_word[word]
    _, group, uses = np.unique(by_text(sample, word), return_inverse=True, return_counts=True)
    rate = np.maximum(10.0 ** (known.zipf[word].astype(np.float64) - 9), LOWEST_RATE)
    total = np.bincount(text, minlength=len(sample))[text]
    key = np.zeros(len(known.latin))
    key[word] = (uses[group] >= FEWEST_USES) & (uses[group] > TIMES * rate * total)
    return _in_english(sample, _of_latin(sample, key))


@metric(group="vocabulary", unit="bits per letter", range="0-16", direction="none", source=WORDFREQ)
def char3_surprisal(sample: Sample) -> Values:
    """Mean surprisal of the letters of the Latin words, each after the two before it, as English words are spelled.

    Trigrams of the words of the English list by their use; case and accents apart, and the end of a word is a letter.
    High in gibberish and foreign words, blind to words that are well spelled and out of place, and weak on
    misspellings: one letter changed in a tenth of the words is told from clean text in two cases of three (AUC .68).
    """
    word = np.flatnonzero(sample.vocabulary.latin)
    text = sample.text_of_word[word]
    bits, letters = (np.bincount(text, weights=part, minlength=len(sample)) for part in bits_of_words(sample, word))
    return _in_english(sample, unless_masked(sample, Values.ratio(bits, letters, "no_words")))
