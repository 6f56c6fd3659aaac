"""The verb `shares`: how much of each trace is in each language."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from traceviz.detectors.detect import scenes
from traceviz.schema import FORMS, SEGMENTS, as_traces, check_columns


def shares(segments: pd.DataFrame, traces: Any = None) -> pd.DataFrame:
    """Count how much of each trace is in each language and script: the long table behind the mixing metrics.

    Parameters
    ----------
    segments
        The segments of `tv.segment`.
    traces
        The traces they were made from.  Offsets alone do not tell letters and words: without the traces those two
        columns are missing.

    Returns
    -------
    pandas.DataFrame
        ``trace_id, language, script, letters, words, characters, share``: one row for each language and script that
        occurs in the prose of a trace, most characters first.  ``characters`` counts spaces and punctuation too;
        ``share`` is its share of the trace's prose.  Quoted and mentioned segments are counted.

    Examples
    --------
    >>> from traceviz.segments.segment import segment
    >>> text = "So the answer is 答案是六个苹果"
    >>> shares(segment(text), text)[["language", "letters", "words"]]
      language  letters  words
    0       en       13      4
    1       zh        7      7
    """
    check_columns(segments, SEGMENTS, name="segments", verb="tv.shares")
    prose = segments[segments["language"].notna()]
    counted = prose.assign(characters=prose["end"] - prose["start"], order=pd.factorize(prose["trace_id"])[0])
    if traces is None:
        counted = counted.assign(letters=np.nan, words=np.nan)
    else:
        counted = counted.merge(_letters_and_words(segments, traces), on=["trace_id", "start"], how="left")
    keys = ["order", "trace_id", "language", "script"]
    amounts = ["letters", "words", "characters"]
    table = counted.groupby(keys, sort=False, observed=True)[amounts].sum(min_count=1).reset_index()
    table["share"] = table["characters"] / table.groupby("order")["characters"].transform("sum")
    table = table.sort_values(["order", "characters"], ascending=[True, False], kind="stable")
    table = table.astype({"letters": "Int64", "words": "Int64"})
    return table.drop(columns="order").reset_index(drop=True)


def _letters_and_words(segments: pd.DataFrame, traces: Any) -> pd.DataFrame:
    """Count letters and words of each segment of the prose."""
    from traceviz.measures.sample import Sample

    table = as_traces(traces, verb="tv.shares")
    parts = [pd.DataFrame({"trace_id": [], "start": [], "letters": [], "words": []})]
    ids = table["trace_id"].astype(object).to_numpy()
    for first, scene in scenes(table, segments, FORMS):
        sample = Sample(scene.texts, scene.pieces)
        n = len(scene.pieces)
        words = np.bincount(sample.piece_of_word, weights=sample.word_count, minlength=n)
        text = scene.text_of_piece
        start = scene.texts.code_points(text, scene.pieces.start)
        letters = sample.letters_of_piece
        parts.append(pd.DataFrame({"trace_id": ids[first + text], "start": start, "letters": letters, "words": words}))
    found = pd.concat(parts[1:] or parts, ignore_index=True)
    return found.astype({"trace_id": segments["trace_id"].dtype, "start": "int64"})
