"""Segments as arrays, the form in which they are computed, and as the table that users see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from traceviz.schema import KINDS, SchemaError
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Pieces:
    """The segments of a batch of texts.

    Attributes
    ----------
    start, end
        int64, bytes of the batch's buffer.
    kind
        int8, positions in `schema.KINDS`.
    script, language
        int16, positions in the script names of the Unicode table and in ``tags``; -1 where there is none.
    confidence
        float32, 0-1.
    quoted, mentioned
        bool: the words stand in the prompt; the words are talked about.
    by_text
        int64, ``n_texts + 1``: the pieces of text ``i`` are those from ``by_text[i]`` to ``by_text[i + 1]``.
    tags
        BCP 47 tags of the languages.
    """

    start: NDArray[np.int64]
    end: NDArray[np.int64]
    kind: NDArray[np.int8]
    script: NDArray[np.int16]
    language: NDArray[np.int16]
    confidence: NDArray[np.float32]
    quoted: NDArray[np.bool_]
    mentioned: NDArray[np.bool_]
    by_text: NDArray[np.int64]
    tags: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.start)

    @property
    def text(self) -> NDArray[np.int64]:
        """The text of each piece."""
        return np.repeat(np.arange(len(self.by_text) - 1), np.diff(self.by_text))


def to_table(pieces: Pieces, texts: Texts, trace_ids: Any) -> pd.DataFrame:
    """Make the segments table, in code points.

    Parameters
    ----------
    pieces
        The segments of a batch.
    texts
        That batch.
    trace_ids
        The ``trace_id`` of each text of the batch, as an Arrow array.
    """
    import pandas as pd
    import pyarrow as pa

    text = pieces.text
    end = texts.code_points(text, pieces.end)
    start = np.zeros_like(end)
    start[1:] = end[:-1]
    start[pieces.by_text[:-1][np.diff(pieces.by_text) > 0]] = 0  # pieces tile: each begins where the last one ended
    return pd.DataFrame(
        {
            "trace_id": _strings(trace_ids.take(pa.array(text))),
            "start": start,
            "end": end,
            "kind": _named(KINDS, pieces.kind),
            "script": _named(unicode_table().script_names, pieces.script),
            "language": _named(pieces.tags, pieces.language),
            "confidence": np.round(pieces.confidence.astype(np.float64), 4),
            "quoted": pieces.quoted,
            "mentioned": pieces.mentioned,
        }
    )


def _named(names: tuple[str, ...], code: NDArray[Any]) -> Any:
    """Turn codes into an Arrow-backed column of names; -1 is missing."""
    import pyarrow as pa

    return _strings(pa.array(names, pa.large_string()).take(pa.array(code.astype(np.int32), mask=code < 0)))


def _strings(array: Any) -> Any:
    import pandas as pd
    import pyarrow as pa

    # pandas' stubs do not know the method that pandas gives to dtypes of Arrow
    dtype: Any = pd.StringDtype("pyarrow")
    return dtype.__from_arrow__(pa.chunked_array([array]))


def from_table(table: pd.DataFrame, texts: Texts, trace_ids: Any) -> Pieces:
    """Read segments back from a table, for the texts of a batch.

    Rows are put into the order of the texts and of their starts; rows of other traces are left out.

    Raises
    ------
    SchemaError
        When a segment ends beyond its text, the segments of a trace do not tile it, or one has an unknown kind or
        script.
    """
    import pandas as pd

    ids = pd.Index(trace_ids.to_pandas())
    text = ids.get_indexer(table["trace_id"].astype(object))
    rows = np.flatnonzero(text >= 0)
    start = table["start"].to_numpy(dtype=np.int64)
    rows = rows[np.lexsort((start[rows], text[rows]))]
    chosen = table.iloc[rows]
    text = text[rows].astype(np.int64)
    begin = texts.byte_positions(text, start[rows])
    end = texts.byte_positions(text, chosen["end"].to_numpy(dtype=np.int64))
    outside = np.flatnonzero((begin < 0) | (end < 0))
    if len(outside):
        row = chosen.iloc[outside[0]]
        raise SchemaError(
            f"The segment {row['start']}-{row['end']} of trace {row['trace_id']!r} lies outside its text. "
            "Segments count code points of the reasoning they were made from; make them again with tv.segment(traces)."
        )
    by_text = np.searchsorted(text, np.arange(len(texts) + 1)).astype(np.int64)
    _check_tiling(begin, end, by_text, texts, ids)
    tags, language = _codes(chosen["language"], None, "language")
    return Pieces(
        start=begin,
        end=end,
        kind=_codes(chosen["kind"], KINDS, "kind")[1].astype(np.int8),
        script=_codes(chosen["script"], unicode_table().script_names, "script")[1],
        language=language,
        confidence=chosen["confidence"].to_numpy(dtype=np.float32),
        quoted=chosen["quoted"].to_numpy(dtype=bool),
        mentioned=chosen["mentioned"].to_numpy(dtype=bool),
        by_text=by_text,
        tags=tags,
    )


def _check_tiling(
    begin: NDArray[np.int64], end: NDArray[np.int64], by_text: NDArray[np.int64], texts: Texts, ids: pd.Index[Any]
) -> None:
    """Refuse segments that leave a part of a text out, or overlap."""
    expected = np.concatenate([texts.offsets[:1], end])[:-1] if len(end) else end
    first = by_text[:-1][np.diff(by_text) > 0]
    expected[first] = texts.offsets[:-1][np.diff(by_text) > 0]
    covered = texts.offsets[:-1].copy()
    covered[np.diff(by_text) > 0] = end[by_text[1:][np.diff(by_text) > 0] - 1]
    broken = np.flatnonzero(covered != texts.offsets[1:])
    if len(broken) == 0 and (begin == expected).all():
        return
    which = broken[0] if len(broken) else np.searchsorted(by_text, np.flatnonzero(begin != expected)[0], "right") - 1
    raise SchemaError(
        f"The segments of trace {ids[which]!r} do not tile its text: a part is missing or counted twice. Give all rows "
        "that tv.segment(traces) made for these traces; filter the results, not the segments."
    )


def _codes(
    column: pd.Series[Any], names: tuple[str, ...] | None, what: str
) -> tuple[tuple[str, ...], NDArray[np.int16]]:
    """Turn a column of names into codes; where no names are given, they are those that occur, sorted."""
    import pandas as pd

    found, seen = pd.factorize(column.astype(object), sort=True)
    if names is None:
        return tuple(str(name) for name in seen), found.astype(np.int16)
    unknown = [name for name in seen if name not in names]
    if unknown:
        raise SchemaError(f"The segments table has the {what} {unknown[0]!r}, which traceviz does not know.")
    place = np.array([*(names.index(name) for name in seen), -1], dtype=np.int16)
    return names, place[found]


def matrix_of(
    text: NDArray[np.int64],
    language: NDArray[np.int16],
    weight: NDArray[Any],
    n_texts: int,
    tags: tuple[str, ...],
) -> NDArray[np.int16]:
    """Give the matrix language of each text: the one with most words, und only where no other has any.

    Ties go to English, then by the alphabet, so that the order of ``tags`` does not matter; -1 where no word has a
    language.
    """
    amount = language_counts(text, language, weight, n_texts, len(tags))
    if "und" in tags:
        amount[:, tags.index("und")] *= 1e-9
    if not tags:
        return np.full(n_texts, -1, dtype=np.int16)
    order = _order(tags)
    matrix: NDArray[np.int16] = order[amount[:, order].argmax(axis=1)].astype(np.int16)
    matrix[amount.sum(axis=1) == 0] = -1
    return matrix


@lru_cache(maxsize=64)
def _order(tags: tuple[str, ...]) -> NDArray[np.int64]:
    """Put tags into the order in which ties are broken."""
    return np.array(sorted(range(len(tags)), key=lambda place: (tags[place] != "en", tags[place])))


def language_counts(
    text: NDArray[np.int64], language: NDArray[np.int16], count: NDArray[Any], n_texts: int, n_languages: int
) -> NDArray[np.float64]:
    """Count the words of each text (row) in each language (column); words without a language are left out."""
    from traceviz.segments.kernels.pieces import count_languages

    total = np.zeros((n_texts, n_languages))
    count_languages(text, language, np.asarray(count, dtype=np.float64), total)
    return total
