"""Join the parts of what a model said into its trace."""

from __future__ import annotations

from collections.abc import Sequence

from traceviz.sources.parts import Part, withheld
from traceviz.sources.payloads import note_forms, trace_form
from traceviz.sources.trace import Trace


def take(trace: Trace, parts: Sequence[Part], *, answered: bool, shown: bool) -> None:
    """Join parts, in their order, into the reasoning and the answer of a trace.

    Parameters
    ----------
    trace
        Changed in place.
    parts
        The parts of all turns.
    answered
        Whether there was a place for an answer, even an empty one.
    shown
        Whether a text may be a placeholder; what the user calls reasoning is reasoning, whatever it says.
    """
    if shown:
        parts = [_shown(part) for part in parts]
    form = trace_form(parts)
    texts = [part.text for part in parts if part.kind == "reasoning" and part.form == form and part.text]
    if form is None and any(part.kind == "reasoning" for part in parts):
        form, texts = "raw", [""]
    trace.reasoning_form = form
    trace.reasoning = "\n\n".join(texts) if texts else None
    answers = [part.text for part in parts if part.kind == "answer"]
    trace.answer = "\n\n".join(text for text in answers if text) if answers else None
    if trace.reasoning and not trace.answer and answered and trace.finish_reason == "stop":
        trace.note("answer_in_reasoning_suspect")
    if form is not None and "no_marker" in trace.diagnostics:
        trace.diagnostics.remove("no_marker")
    codes: list[str] = []
    note_forms(form, parts, codes)
    trace.note(*codes)
    _keep_others(trace, parts, form)


def _shown(part: Part) -> Part:
    """Give a part without its text, if the text only stands in for one that was withheld."""
    if part.kind != "reasoning" or not part.text:
        return part
    form = withheld(part.text)
    return part if form is None else Part("reasoning", "", form)


def _keep_others(trace: Trace, parts: Sequence[Part], form: str | None) -> None:
    """Let readable reasoning that is not the trace's ride along."""
    kept: dict[str, list[str]] = {}
    for part in parts:
        if part.text and part.kind == "other":
            kept.setdefault("reasoning_other", []).append(part.text)
        elif part.text and part.kind == "reasoning" and part.form != form:
            kept.setdefault(f"reasoning_{part.form}", []).append(part.text)
    trace.extras |= {name: "\n\n".join(texts) for name, texts in kept.items()}
