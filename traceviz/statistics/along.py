"""The verb `along`: a share along the trace, with a band."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from traceviz.detectors.detect import DETECTORS
from traceviz.measures.group_names import group_name
from traceviz.measures.sample import Sample
from traceviz.measures.tables import columns_of, samples
from traceviz.schema import STRING, SchemaError, check_choice, stamp
from traceviz.segments.pieces import matrix_of
from traceviz.segments.scan import UNSPACED_SCRIPTS, WORDS_OF_A_LETTER, WORDS_OF_OTHER_LETTERS
from traceviz.segments.unicode import unicode_table
from traceviz.statistics.along_modes import ALIGNMENTS, edges, mode_shares
from traceviz.statistics.bootstrap import (
    FEW_CLUSTERS,
    Array,
    cluster_t_interval,
    percentile_interval,
    ratio,
    ratio_draws,
)
from traceviz.statistics.groups import Group, read_groups

#: The shares that can be followed along a trace.
SHARES: Final = ("foreign_share", "foreign_share_raw")

#: What the only group is called where nothing tells groups apart.
ALL: Final = "all"

#: Characters of a word and its space in scripts that write spaces: English reasoning has 5.5 to 6.
_WORD: Final = 6.0

_COLUMNS: Final = {
    "bin": "int64",
    "start": "float64",
    "end": "float64",
    "group": STRING,
    "share": "float64",
    "low": "float64",
    "high": "float64",
    "n_traces": "int64",
}


def along(  # noqa: PLR0913 - each is an independent choice of the analyst's
    segments: pd.DataFrame,
    traces: Any = None,
    *,
    by: str | Sequence[str] | None = None,
    bins: int = 20,
    what: str = "foreign_share",
    align: str = "whole",
    width: int = 500,
    cluster: str | None = "question_id",
    draws: int = 2000,
    seed: int = 0,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Give the share of foreign text, or of a failure mode, along the trace, from its start (0) to its end (1).

    Each trace is cut into bins of equal length in code points.  In each bin the share is the mean over the traces,
    so that a long trace counts no more than a short one, with an interval clustered by question.

    Parameters
    ----------
    segments
        The segments of `tv.segment`.
    traces
        The traces they were made from.  With them the share is one of letters, and the matrix language of a trace is
        the one with most words; without them it is one of *characters*, spaces and signs inside a piece included, and
        the words are estimated from the characters.
    by
        Column, or columns, of the traces whose values make the groups.
    bins
        Number of bins.
    what
        ``"foreign_share"``, or ``"foreign_share_raw"``, which counts quoted and mentioned text too; or a mode of
        `tv.detect` ("loop"): the share of the characters that stand in its spans, for which the traces are needed.
    align, width
        For a mode: ``"whole"`` cuts each trace into equal bins; ``"start"`` and ``"end"`` make bins of ``width``
        characters from its start, or back from its end, since trouble often begins late.  ``start`` and ``end`` of a
        bin are then characters, negative ones before the end.  A trace that is too short for a bin is not in it.
    cluster
        Column of the independent units; None takes each trace as one, which makes the band too narrow wherever
        several traces answer one question.
    draws, seed
        Number of bootstrap draws, and their seed.
    confidence
        Nominal coverage of each bin's interval; the whole line lies inside the band less often than that.

    Returns
    -------
    pandas.DataFrame
        ``bin, start, end, group, share, low, high, n_traces``: one row a bin of each group, groups in the order of
        their names.  ``start`` and ``end`` are the edges of the bin.  A trace counts in a bin where it has text in a
        known language there; where none has, the share is missing.

    Raises
    ------
    SchemaError
        When a table lacks a column, the segments are not those of the traces, or an argument is out of its range.

    Notes
    -----
    The intervals are those of `tv.compare`: percentiles of a cluster bootstrap, and with fewer than 10 clusters in a
    bin a t interval cut at 0 and 1.  Traces of which most words are undetermined are left out, as the metric is
    missing there.  The middle of a trace of 500 characters and of one of 50,000 fall into the same bin: a rise along
    the trace says where, not after how much text.

    Examples
    --------
    >>> from traceviz.segments.segment import segment
    >>> texts = ["So we add them and get the answer 答案是六个苹果", "We add two and three and that is all."]
    >>> along(segment(texts), texts, bins=2, cluster=None)[["bin", "share", "n_traces"]].round(2)
       bin  share  n_traces
    0    0   0.00         2
    1    1   0.19         2
    """
    columns = [by] if isinstance(by, str) else list(dict.fromkeys(by or []))
    _check(bins=bins, what=what, draws=draws, seed=seed, confidence=confidence)
    _check_mode(what, align, width, known=traces is not None)
    keys = list(dict.fromkeys([*columns, *([cluster] if cluster else [])]))
    of_trace = columns_of(segments, traces, keys, verb="tv.along")
    names = [f"bin {number}" for number in range(bins)]
    parts = [pd.DataFrame(columns=names, dtype=np.float64)]
    for ids, sample in samples(segments, traces, verb="tv.along"):
        if what in SHARES:
            shares = _shares(sample, bins, raw=what.endswith("_raw"), blank=traces is None)
        else:
            shares = mode_shares(sample, what, edges(sample, bins, align=align, width=width))
        parts.append(pd.DataFrame(shares, columns=names, index=pd.Index(ids, dtype=object)))
    measured = pd.concat(parts[1:] or parts)
    place = of_trace.index.get_indexer(measured.index)
    # Names of the user's columns and of the bins cannot meet: both get new ones.
    for number, key in enumerate(keys):
        measured[f"key {number}"] = of_trace[key].array.take(place)
    measured = measured.assign(all=ALL).reset_index(drop=True)
    groups = read_groups(
        measured,
        by=[f"key {keys.index(column)}" for column in columns] or ["all"],
        cluster=f"key {keys.index(cluster)}" if cluster else None,
        metrics=names,
        weights=[None] * bins,
    )
    tables = [_table(group, bins, draws=draws, seed=seed, confidence=confidence) for group in groups]
    table = pd.concat(tables or [pd.DataFrame(columns=list(_COLUMNS))], ignore_index=True).astype(_COLUMNS)
    if align != "whole":
        first = 0 if align == "start" else -bins
        table[["start", "end"]] = (np.column_stack([table["bin"], table["bin"] + 1]) + first) * float(width)
    table.attrs = {"traceviz": dict(segments.attrs.get("traceviz", {}))}
    unit = "characters" if traces is None or what not in SHARES else "letters"
    facts = {"what": what, "unit": unit, "by": columns, "bins": bins, "cluster": cluster, "align": align}
    return stamp(table, along={**facts, "draws": draws, "seed": seed, "confidence": confidence})


def _check(*, bins: int, what: str, draws: int, seed: int, confidence: float) -> None:
    check_choice(what, (*SHARES, *DETECTORS), name="what")
    if bins < 1:
        raise SchemaError(f"bins={bins!r} is no number of bins; 20 is usual.")
    if draws < 1:
        raise SchemaError(f"draws={draws!r} is no number of bootstrap draws; 2000 is usual.")
    if seed < 0:
        raise SchemaError(f"seed={seed!r} is negative; a seed is a whole number from 0 on.")
    if not 0 < confidence < 1:
        raise SchemaError(f"confidence={confidence!r} is no share between 0 and 1, such as 0.95.")


def _check_mode(what: str, align: str, width: int, *, known: bool) -> None:
    check_choice(align, ALIGNMENTS, name="align")
    if what in SHARES and align != "whole":
        raise SchemaError(f"align={align!r} is for modes, such as what='loop'; {what} is cut into parts of the whole.")
    if what not in SHARES and not known:
        raise SchemaError(f"what={what!r} needs the traces: tv.along(segments, traces, what={what!r}).")
    if width < 1:
        raise SchemaError(f"width={width!r} is no number of characters; 500 is usual.")


def _shares(sample: Sample, bins: int, *, raw: bool, blank: bool) -> Array:
    """Give the foreign share of each text (row) in each bin (column); NaN where nothing is in a known language."""
    pieces = sample.pieces
    known = (pieces.language >= 0) & (pieces.language != sample.undetermined)
    if blank:
        length = sample.length_of_piece
        matrix = _estimated_matrix(sample, length)
        foreign = known & (pieces.language != matrix[sample.text_of_piece])
        amounts = [sample.total(length, chosen) for chosen in (pieces.language == sample.undetermined, known)]
        abstained = amounts[0] > amounts[1]
    else:
        foreign, abstained = sample.foreign, sample.abstained
    if not raw:
        known = known & sample.used
    start, end, place = _stretches(sample, bins)
    piece = np.searchsorted(pieces.start, start, side="right") - 1
    amount = end - start if blank else sample.letters(start, end)
    whole, part = (
        np.bincount(place[chosen[piece]], weights=amount[chosen[piece]], minlength=len(sample) * bins)
        for chosen in (known, known & foreign)
    )
    shares = ratio(part.astype(np.float64), whole.astype(np.float64)).reshape(len(sample), bins)
    shares[abstained] = np.nan
    return shares


def _stretches(sample: Sample, bins: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.intp]]:
    """Cut the pieces at the edges of the bins: bytes of each stretch, and which bin of which text it lies in."""
    texts = sample.texts
    begins = edges(sample, bins)[:, :-1].ravel()
    cuts = np.unique(np.concatenate([sample.pieces.start, begins]))
    cuts = cuts[cuts < len(texts.buffer)]
    # Bins without a character begin where a later one does, which is the one that counts.
    return cuts, np.append(cuts[1:], len(texts.buffer)), np.searchsorted(begins, cuts, side="right") - 1


def _estimated_matrix(sample: Sample, length: NDArray[np.int64]) -> NDArray[np.int16]:
    """Estimate the language with most words from the characters of the pieces."""
    weights = [
        WORDS_OF_A_LETTER.get(name, WORDS_OF_OTHER_LETTERS) if name in UNSPACED_SCRIPTS else 1 / _WORD
        for name in unicode_table().script_names
    ]
    weight = length * np.array([*weights, 1 / _WORD])[sample.pieces.script]
    return matrix_of(sample.text_of_piece, sample.pieces.language, weight, len(sample), sample.pieces.tags)


def _table(group: Group, bins: int, *, draws: int, seed: int, confidence: float) -> pd.DataFrame:
    """Give the rows of one group."""
    share = ratio(group.numerators.sum(axis=0), group.denominators.sum(axis=0))
    drawn = ratio_draws(group.numerators, group.denominators, draws=draws, seed=(seed, 0))
    low, high = percentile_interval(drawn, confidence=confidence)
    few = (group.denominators > 0).sum(axis=0) < FEW_CLUSTERS
    for place in np.flatnonzero(few):
        sums = group.numerators[:, place], group.denominators[:, place]
        low[place], high[place] = np.clip(cluster_t_interval(*sums, confidence=confidence), 0.0, 1.0)
    number = np.arange(bins)
    return pd.DataFrame(
        {
            "bin": number,
            "start": number / bins,
            "end": (number + 1) / bins,
            "group": group_name(group.key),
            "share": share,
            "low": low,
            "high": high,
            "n_traces": group.n_traces.astype(np.int64),
        }
    )
