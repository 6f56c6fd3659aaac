"""The verb `detect`: evidence of each failure mode, with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final

import numpy as np
import pandas as pd

from traceviz.detectors.echoes import without_echoes
from traceviz.detectors.evidence import Evidence, Scene
from traceviz.detectors.usage import described, reference_of
from traceviz.schema import MODES, SEGMENTS, SPANS, STRING, as_traces, check_choice, check_columns, stamp
from traceviz.segments.pieces import from_table
from traceviz.segments.segment import pieces_of, prompts_of, provenance, reasoning_of, trace_ids_of

#: The modes that have a detector.  A detector is a module of this name beside this file, with one function
#: ``find(scene) -> Evidence``.
DETECTORS: Final = MODES


def finder(mode: str) -> Callable[[Scene], Evidence]:
    """Give the function that finds the evidence of one mode, less what a trace only repeats from its prompt."""
    check_choice(mode, DETECTORS, name="modes")
    find: Callable[[Scene], Evidence] = import_module(f"traceviz.detectors.{mode}").find
    return lambda scene: without_echoes(scene, mode, find(scene))


def detect(
    traces: Any,
    *,
    segments: pd.DataFrame | None = None,
    modes: Sequence[str] = DETECTORS,
    forms: Sequence[str] = ("raw",),
    reference: Any = None,
) -> pd.DataFrame:
    """Find evidence of each failure mode.

    Parameters
    ----------
    traces
        A traces table, or one string or a list of strings.
    segments
        The segments of these traces, if they are there already.
    modes
        Which detectors run; by default all of them.
    forms
        Which forms of reasoning are analysed.
    reference
        What the words of the mode ``idiolect`` are compared with besides human usage: a column of the traces, such as
        ``"answer"`` (with the texts of the same ``model``, above all those of the same question), or texts of another
        model, as a traces table or a list of strings (above all those of the same ``question_id``).

    Returns
    -------
    pandas.DataFrame
        The spans: ``trace_id, start, end, mode, label, score``, ordered by trace, start and mode.  ``label`` and
        ``score`` depend on the mode: the language and its confidence of a switch, the class and number of symbols or
        of hidden characters, the period and the number of repeats of a loop.

    Raises
    ------
    SchemaError
        When a table lacks a column, a mode is unknown, the reference holds no words, or the segments are not those of
        the traces.

    Examples
    --------
    >>> detect("So we get 六个苹果 ⇒ done.")
      trace_id  start  end     mode   label  score
    0        0     10   14   switch      zh   0.99
    1        0     15   16  symbols  arrows   1.00
    """
    finders = {mode: finder(mode) for mode in ([modes] if isinstance(modes, str) else modes)}
    table = as_traces(traces, verb="tv.detect")
    ids = trace_ids_of(table)
    parts = []
    for start, scene in scenes(table, segments, forms, reference=reference):
        chosen = ids.slice(start, len(scene.texts))
        for mode, find in finders.items():
            parts.append(_to_table(find(scene), scene, chosen, mode, start))
    spans = pd.concat(parts, ignore_index=True) if parts else _to_table(None, None, None, "", 0)
    order = np.lexsort((spans["mode"].map(_mode_order), spans["start"], spans["row"]))
    spans = spans.iloc[order].drop(columns="row").reset_index(drop=True)
    spans.attrs = dict(table.attrs)
    made_with = provenance("traceviz") if segments is None else segments.attrs.get("traceviz", {})
    return stamp(spans, **{**made_with, **described(reference), "modes": list(finders)})


def _mode_order(mode: str) -> int:
    return DETECTORS.index(mode)


def scenes(
    table: pd.DataFrame, segments: pd.DataFrame | None, forms: Sequence[str], *, reference: Any = None
) -> Iterator[tuple[int, Scene]]:
    """Cut a traces table into batches with their segments; give the first row of each batch and its scene."""
    if segments is not None:
        check_columns(segments, SEGMENTS, name="segments", verb="This verb")
    texts = reasoning_of(table, forms)
    prompts = prompts_of(table)
    ids = trace_ids_of(table)
    usage = None if reference is None else reference_of(reference, table)
    for start, end in texts.batches():
        batch = texts.slice(start, end)
        asked = None if prompts is None else prompts[start:end]
        if segments is None:
            pieces = pieces_of(batch, asked)
        else:
            pieces = from_table(segments, batch, ids.slice(start, end - start))
        yield start, Scene(batch, pieces, asked, reference=None if usage is None else usage.of(slice(start, end)))


def _to_table(evidence: Evidence | None, scene: Scene | None, ids: Any, mode: str, first: int) -> pd.DataFrame:
    import pyarrow as pa

    if evidence is None or scene is None:
        empty = {name: pd.array([], dtype=dtype) for name, dtype in SPANS.items()}
        return pd.DataFrame({**empty, "row": np.empty(0, np.int64)})
    return pd.DataFrame(
        {
            "trace_id": pd.array(ids.take(pa.array(evidence.text)), dtype=STRING),
            "start": scene.texts.code_points(evidence.text, evidence.start),
            "end": scene.texts.code_points(evidence.text, evidence.end),
            "mode": pd.array([mode] * len(evidence.text), dtype=STRING),
            "label": pd.array(list(evidence.label), dtype=STRING),
            "score": np.round(evidence.score, 4),
            "row": evidence.text + first,
        }
    )
