"""One trace on its way from a record to the table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Trace:
    """One row of the traces table, before it is a table."""

    reasoning: str | None = None
    answer: str | None = None
    prompt: str | None = None
    reasoning_form: str | None = None
    model: str | None = None
    provider: str | None = None
    trace_id: str | None = None
    question_id: str | None = None
    sample_index: int | None = None
    step: int | None = None
    correct: bool | None = None
    finish_reason: str | None = None
    source_uri: str | None = None
    record_index: int | None = None
    diagnostics: list[str] = field(default_factory=list)
    #: The user's own columns.
    extras: dict[str, Any] = field(default_factory=dict)
    #: Which field played which role; ``marker`` is the family of markers that was found.
    used: dict[str, str] = field(default_factory=dict)

    def note(self, *codes: str) -> None:
        """Add diagnostic codes, each once."""
        self.diagnostics += [code for code in dict.fromkeys(codes) if code not in self.diagnostics]
