"""The verb `segment`: every trace cut into pieces that tile it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from traceviz.schema import SEGMENTS, analysed, as_traces, check_choice, stamp
from traceviz.segments.callable import Detector, name_of, relabel_with
from traceviz.segments.language_model import model_hash
from traceviz.segments.languages import label_words
from traceviz.segments.pieces import Pieces, matrix_of, to_table
from traceviz.segments.quotes import mark_quotes
from traceviz.segments.scan import Labels, Masks, Words, count_words, find_masks, find_words, read_only, weigh_words
from traceviz.segments.unicode import unicode_table
from traceviz.texts import Texts

if TYPE_CHECKING:
    import pandas as pd

#: Language detectors by name.
DETECTORS: Final = ("traceviz", "langdetect")


def segment(traces: Any, *, detector: str | Detector = "traceviz", forms: Sequence[str] = ("raw",)) -> pd.DataFrame:
    """Cut every trace into pieces that tile it exactly: masks, and runs of words of one script and language.

    Masked are fenced and inline code, LaTeX and plain formulas, URLs and paths, identifiers and template tokens; what
    is neither masked nor words is ``other``.  Words without a language of their own (single letters, acronyms) join
    the run they stand in.

    Parameters
    ----------
    traces
        A traces table, or one string or a list of strings, which are taken as they stand.
    detector
        ``"traceviz"``; or ``"langdetect"``: langdetect with a fixed seed, on each run of one script, for numbers
        comparable with papers that used it (it is slow, and wrong on short runs); or a function of your own that
        takes a text and gives ``(start, end, language)`` or ``(start, end, language, confidence)`` for its stretches,
        in code points, the end exclusive.  Masks and words stay ours: a word takes the language that covers most of
        it, and what no stretch covers has no language.
    forms
        Which forms of reasoning are analysed; traces of other forms get no segments, and a line says how many.

    Returns
    -------
    pandas.DataFrame
        The segments: ``trace_id, start, end, kind, script, language, confidence, quoted, mentioned``, in the order of
        the traces.  ``start`` and ``end`` count code points.  ``language`` is a BCP 47 tag, ``und`` where it cannot be
        told, and missing where the piece is not language.  ``confidence`` (0-1) rises with the evidence and is not
        calibrated.  ``quoted`` and ``mentioned`` are only looked for in pieces that are not in the trace's main
        language.

    Raises
    ------
    SchemaError
        When the table has no ``reasoning``, two traces share a ``trace_id``, or your function fails or gives a
        stretch that is not in the text or has no language tag.

    Examples
    --------
    >>> segment("So the answer is 答案是 x + 1 = 2.")[["start", "end", "kind", "language"]]
       start  end   kind language
    0      0   17  prose       en
    1     17   21  prose       zh
    2     21   30   math     <NA>
    3     30   31  other     <NA>

    >>> def all_german(text):
    ...     return [(0, len(text), "de")]
    >>> segment("die Hälfte von x + 1", detector=all_german)["language"].tolist()
    ['de', <NA>]
    """
    import pandas as pd

    if not callable(detector):
        check_choice(detector, DETECTORS, name="detector")
    table = as_traces(traces, verb="tv.segment")
    texts = reasoning_of(table, forms)
    prompts = prompts_of(table)
    ids = trace_ids_of(table)
    parts = []
    for start, end in texts.batches():
        batch = texts.slice(start, end)
        here = ids.slice(start, end - start)
        pieces = pieces_of(batch, None if prompts is None else prompts[start:end], detector=detector, ids=here)
        parts.append(to_table(pieces, batch, here))
    segments = pd.concat(parts, ignore_index=True) if parts else empty_segments()
    segments.attrs = dict(table.attrs)
    return stamp(segments, **provenance(detector))


def provenance(detector: str | Detector) -> dict[str, str]:
    """Give what segments were made with: detector, version of Unicode, and a hash of the language model."""
    name = detector if isinstance(detector, str) else name_of(detector)
    facts = {"detector": name, "unicode": unicode_table().version}
    return {**facts, "language_model": model_hash()} if detector == "traceviz" else facts


def empty_segments() -> pd.DataFrame:
    """Give a segments table without rows."""
    import pandas as pd

    return pd.DataFrame({name: pd.array([], dtype=dtype) for name, dtype in SEGMENTS.items()})


def reasoning_of(table: pd.DataFrame, forms: Sequence[str]) -> Texts:
    """Give the reasoning of a traces table as a batch; what is not analysed is missing."""
    texts = Texts.from_column(table["reasoning"])
    keep = analysed(table, forms).to_numpy(dtype=bool)
    return texts if keep.all() else texts.keep(keep)


def prompts_of(table: pd.DataFrame) -> list[str | None] | None:
    """Give the prompts of a traces table, or None if it has none."""
    if "prompt" not in table.columns:
        return None
    return [prompt if isinstance(prompt, str) else None for prompt in table["prompt"].tolist()]


def trace_ids_of(table: pd.DataFrame) -> Any:
    """Give the trace ids of a traces table as an Arrow array."""
    import pyarrow as pa

    return pa.array(table["trace_id"].astype(object).map(str), pa.large_string(), from_pandas=True)


def pieces_of(
    texts: Texts, prompts: Sequence[str | None] | None, *, detector: str | Detector = "traceviz", ids: Any = None
) -> Pieces:
    """Segment a batch of texts; ``ids`` names the traces in the errors about a detector of the user's own."""
    texts = read_only(texts)
    masks = find_masks(texts)
    words = find_words(texts, masks)
    if callable(detector):
        masks, words, labels = relabel_with(detector, texts, masks, words, ids=ids)
    elif detector == "langdetect":
        from traceviz.segments.langdetect import relabel

        labels = relabel(texts, masks, words)
    else:
        words, labels = label_words(texts, words)
    pieces, matrix = tile(texts, masks, words, labels)
    quoted, mentioned = mark_quotes(pieces, texts, matrix, prompts)
    pieces.quoted[:] = quoted
    pieces.mentioned[:] = mentioned
    return pieces


def tile(texts: Texts, masks: Masks, words: Words, labels: Labels) -> tuple[Pieces, NDArray[np.int16]]:
    """Join masks and labelled words into pieces; give them with the matrix language of each text."""
    from traceviz.segments.kernels.pieces import join_pieces

    weight = weigh_words(words, count_words(texts, words))
    matrix = matrix_of(words.text, labels.language, weight, len(texts), labels.tags)
    start, end, kind, script, language, confidence, by_text = join_pieces(
        texts.buffer,
        texts.offsets,
        masks.by_text,
        masks.start,
        masks.end,
        masks.kind,
        words.by_text,
        words.start,
        words.end,
        words.script,
        labels.language,
        labels.confidence,
        matrix,
    )
    unmarked = np.zeros(len(start), dtype=bool)
    pieces = Pieces(start, end, kind, script, language, confidence, unmarked, unmarked.copy(), by_text, labels.tags)
    return pieces, matrix
