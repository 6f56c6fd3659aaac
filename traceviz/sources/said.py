"""What a model said in a record: its fields, messages and blocks, split into reasoning and answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from traceviz.sources.completions import Completion, split, starts_with_opener
from traceviz.sources.conversations import is_plain_dialogue
from traceviz.sources.fields import FLAGS, Plan, look_up
from traceviz.sources.finding import answer_in, as_message, joined_prompt, speaker_in, turns_of
from traceviz.sources.forms import known_form
from traceviz.sources.joining import take
from traceviz.sources.layouts import Layout
from traceviz.sources.markers import FAMILIES, Family
from traceviz.sources.parting import parted
from traceviz.sources.parts import Part, withheld
from traceviz.sources.payloads import field_parts, message_parts, same
from traceviz.sources.trace import Trace

#: A text of a field called reasoning that is no longer than this may be a setting, if there is a marked completion.
_LONGEST_FLAG: Final = 20

#: What is said of a completion that had its prompt in front.
_PARTED: Final = "prompt_in_output"


def from_text(text: str, families: tuple[Family, ...] = FAMILIES) -> Trace:
    """Read a bare string: a completion if it has reasoning markers, else raw reasoning."""
    prompt, completion = parted(text, None) or (None, text)
    outcome = split_text(completion, prompt, families)
    if outcome.reasoning is None:
        return Trace(reasoning=text, reasoning_form="raw", used={"reasoning": "the string"})
    trace = Trace(outcome.reasoning, outcome.answer or None, prompt, outcome.form)
    trace.note(*([] if prompt is None else [_PARTED]), *outcome.notes)
    trace.used = {"completion": "the string", "marker": str(outcome.family)}
    return trace


def split_text(text: str, prompt: str | None, families: tuple[Family, ...]) -> Completion:
    """Split a completion, whatever its markers."""
    return split(text, prompt=prompt, families=families)


class Texts:
    """Read the texts of a record into a trace.

    Parameters
    ----------
    families
        The markers to look for.
    named
        The field that the user calls reasoning.
    handed_over
        Whether the user gave the text itself: then what is called reasoning is raw, whatever the model.
    """

    def __init__(self, families: tuple[Family, ...], named: str | None, *, handed_over: bool = False) -> None:
        self.families = families
        self.named = named
        self.handed_over = handed_over

    def read(self, trace: Trace, record: Mapping[Any, Any], layout: Layout) -> None:
        """Find what the model said, and split it."""
        if (layout.pair or layout.lone or layout.dialogue) and self._read_simple(trace, record, layout):
            return
        roles = layout.roles
        if self.named is None and (message := as_message(record, layout)) is not None:
            self._take_turns(trace, [message_parts(message, speaker_in(trace, record), trace.diagnostics)], "content")
            return
        field = self._reasoning_field(trace, record, roles)
        turns, name, role = self._turns(trace, record, roles)
        if field is None and turns:
            self._take_turns(trace, turns, name, role)
            return
        answer = answer_in(trace, record, roles)
        if field is not None:
            self._take_field(trace, field, answer, (turns, name or next(iter(roles["said"]), "")))
        elif answer is not None and "diagnostics" in trace.used:  # a table of ours: it was split before
            trace.answer = answer
        elif answer is not None:
            self._take_completion(trace, answer)

    def _read_simple(self, trace: Trace, record: Mapping[Any, Any], layout: Layout) -> bool:
        """Read the commonest records: a completion or a dialogue alone, or reasoning and answer in fields of their own.

        What has markers, is short or is no string is left to the rest, and so is what is not raw.
        """
        if layout.pair is None:
            return self._read_one(trace, record.get(layout.lone or layout.dialogue), layout)
        name, other = layout.pair or ("", "")
        reasoning, answer = record.get(name), record.get(other)
        if reasoning.__class__ is not str or answer.__class__ is not str or not answer:
            return False
        if len(reasoning) <= _LONGEST_FLAG or withheld(reasoning) or self._form(trace, record, name) != "raw":
            return False
        if self._begins(reasoning) or self._begins(answer):
            return False
        trace.reasoning, trace.answer, trace.reasoning_form = reasoning, answer, "raw"
        trace.used["reasoning"], trace.used["answer"] = name, other
        return True

    def _read_one(self, trace: Trace, value: Any, layout: Layout) -> bool:
        """Read what alone holds a text of the model: a completion, or a dialogue that ends in one."""
        if layout.lone is not None:
            text, role, name = value, "completion", layout.lone
        elif value.__class__ is list and value and is_plain_dialogue(value):
            text, role, name = value[-1]["content"] or None, "messages", layout.dialogue or ""
        else:
            return False
        if text.__class__ is not str:
            return False
        if role == "messages" and trace.prompt is None and len(value) > 1:
            trace.prompt = joined_prompt(value[:-1])
        trace.used[role] = name
        self._take_completion(trace, text)
        return True

    # What is called reasoning

    def _reasoning_field(self, trace: Trace, record: Mapping[Any, Any], roles: Plan) -> list[Part] | None:
        """Give the first reasoning field that is not empty, or an empty one if all are.

        A later one with the same text is passed over, unless it is the fuller.
        """
        found: list[Part] | None = None
        empty = None
        for name in roles["reasoning"]:
            value = look_up(record, name)
            if isinstance(value, str):
                if len(value) <= _LONGEST_FLAG and self._is_flag(value, record, roles, name):
                    trace.note("flag_not_text")
                    continue
                if not value:
                    empty = empty or name
                    continue
                parts = [Part("reasoning", value, self._form(trace, record, name))]
            elif isinstance(value, (list, dict)):
                found_parts = field_parts(value, speaker_in(trace, record))
                parts = [part for part in found_parts if part.text or part.form != "raw"]
            else:
                continue
            if parts and found is None:
                found, trace.used["reasoning"] = parts, name
            elif parts and (fuller := same(found or [], parts)) is not None:
                trace.note("duplicate_field_text")
                if fuller:
                    found, trace.used["reasoning"] = parts, name
        if found is None and empty is not None and not any(record.get(name) for name in roles["completion"]):
            trace.used["reasoning"] = empty
            return [Part("reasoning", "", "raw")]
        return found

    def _form(self, trace: Trace, record: Mapping[Any, Any], name: str) -> str:
        """Say what a plain field of reasoning holds: raw, unless it is an API's and its model is shown as a summary."""
        if trace.model is None or self.named is not None or self.handed_over:
            return "raw"
        of_api = name == "reasoning_content" or (name in ("reasoning", "thinking") and "content" in record)
        return (known_form(trace.model) or "raw") if of_api else "raw"

    def _is_flag(self, value: str, record: Mapping[Any, Any], roles: Plan, name: str) -> bool:
        if name == self.named:
            return False
        if value.strip().lower() in FLAGS:
            return True
        texts = (record.get(name) for name in roles["completion"])
        return bool(value) and any(isinstance(text, str) and starts_with_opener(text, self.families) for text in texts)

    def _take_field(
        self, trace: Trace, field: list[Part], answer: str | None, beside: tuple[list[list[Part]], str]
    ) -> None:
        """Take reasoning from its own field, and the answer from beside it."""
        turns, name = beside
        if answer is None and turns:
            trace.used["answer"] = name
            said = [part for turn in turns for part in turn if part.kind == "answer"]
            inner = [part for turn in turns for part in turn if part.kind == "reasoning" and part.text]
            if inner and same(field, inner) is None:
                said += [part._replace(kind="other") for part in inner]
            split_parts = self._split([*field, *said], None, trace)
            take(trace, split_parts, answered=True, shown=self.named is None)
            return
        parts = self._split(field, None, trace)
        if answer is not None:  # a field of its own is the answer, whatever stands behind the reasoning
            parts = [*(part for part in parts if part.kind != "answer"), Part("answer", answer)]
        take(trace, parts, answered=bool(name) or answer is not None, shown=self.named is None)

    # What the model said

    def _turns(self, trace: Trace, record: Mapping[Any, Any], roles: Plan) -> tuple[list[list[Part]], str, str]:
        """Give the turns of the first field that holds what the model said, that field, and its role."""
        message = record.get("message")
        if message.__class__ is dict or isinstance(message, Mapping):
            return [message_parts(message, speaker_in(trace, record), trace.diagnostics)], "message", "completion"
        empty = ""
        for name in roles["said"]:
            value = look_up(record, name)
            if value.__class__ is str:
                if value:
                    return [[Part("answer", value)]], name, "completion"
                empty = empty or name
                continue
            turns = turns_of(trace, value, speaker_in(trace, record))
            if any(turns):
                return turns, name, "messages" if name in roles["messages"] else "completion"
        return ([[Part("answer", "")]], empty, "completion") if empty else ([], "", "")

    def _take_turns(self, trace: Trace, turns: list[list[Part]], name: str, role: str = "completion") -> None:
        trace.used[role] = name
        if len(turns) == 1 and len(turns[0]) == 1 and turns[0][0].kind == "answer":
            self._take_completion(trace, turns[0][0].text)
            return
        if len(turns) == 1 and len(turns[0]) == 2 and self._take_pair(trace, *turns[0]):
            return
        parts: list[Part] = []
        for number, turn in enumerate(turns):
            parts += self._split(turn, trace.prompt if number == 0 else None, trace)
        take(trace, parts, answered=True, shown=self.named is None)

    def _take_pair(self, trace: Trace, reasoning: Part, answer: Part) -> bool:
        """Take a turn that needs no deciding: raw reasoning and an answer, neither with markers."""
        if (reasoning.kind, reasoning.form, answer.kind) != ("reasoning", "raw", "answer"):
            return False
        if not reasoning.text or not answer.text or self._begins(reasoning.text) or self._begins(answer.text):
            return False
        trace.reasoning, trace.answer, trace.reasoning_form = reasoning.text, answer.text, "raw"
        return True

    def _begins(self, text: str) -> bool:
        return starts_with_opener(text, self.families)

    def _take_completion(self, trace: Trace, text: str) -> None:
        prompt = trace.prompt
        if (found := parted(text, prompt)) is not None:
            prompt, text = found
            trace.prompt = trace.prompt or prompt
            trace.note(_PARTED)
        outcome = split_text(text, prompt, self.families)
        trace.reasoning, trace.answer = outcome.reasoning, outcome.answer
        trace.diagnostics += outcome.notes
        if outcome.reasoning is not None:
            trace.reasoning_form = outcome.form
            trace.used["marker"] = str(outcome.family)

    def _split(self, parts: list[Part], prompt: str | None, trace: Trace) -> list[Part]:
        """Split the texts of one turn at the markers in them."""
        reasoning = [part for part in parts if part.kind == "reasoning"]
        answers = [part.text for part in parts if part.kind == "answer" and part.text]
        others = [part for part in parts if part.kind == "other"]
        empty = [part for part in parts if part.kind == "answer" and not part.text][:1]
        if any(part.text and starts_with_opener(part.text, self.families) for part in reasoning):
            reasoning, behind = self._opened(reasoning, trace)
            answers = answers or behind
        text = "\n\n".join(answers)
        filled = any(part.text for part in reasoning)
        if not text or (filled and not starts_with_opener(text, self.families)):
            said = [Part("answer", text)] if text else empty
            return [*reasoning, *said, *others]
        outcome = split_text(text, prompt, self.families)
        inner = [] if outcome.reasoning is None else [Part("reasoning", outcome.reasoning, outcome.form)]
        if inner:
            trace.used["marker"] = str(outcome.family)
        if filled and inner and outcome.reasoning:
            fuller = same(reasoning, inner)
            trace.note("two_layer_reasoning" if fuller is None else "duplicate_field_text")
            if fuller:
                reasoning, inner = [inner[0]._replace(form=reasoning[0].form)], []
            elif fuller is not None:
                inner = []
        else:
            trace.note(*outcome.notes)
        return [*reasoning, *inner, Part("answer", outcome.answer or ""), *others]

    def _opened(self, reasoning: list[Part], trace: Trace) -> tuple[list[Part], list[str]]:
        """Take the markers away that stand in a field of reasoning."""
        inner, behind = [], []
        for part in reasoning:
            if not starts_with_opener(part.text, self.families):
                inner.append(part)
                continue
            outcome = split_text(part.text, None, self.families)
            trace.note(*outcome.notes)
            trace.used["marker"] = str(outcome.family)
            inner.append(part._replace(text=outcome.reasoning or ""))
            if outcome.answer:
                behind.append(outcome.answer)
        return inner, behind
