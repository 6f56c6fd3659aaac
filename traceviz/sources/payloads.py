"""What API payloads say: typed content blocks, reasoning fields of a message, Responses items, Gemini parts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from traceviz.schema import FORMS

#: Fields of a message that hold its reasoning, the most telling first.
_FIELDS: Final = ("reasoning_content", "reasoning", "thinking", "thinking_blocks", "reasoning_items")

#: Roles of a turn that the model wrote.
_ASSISTANT: Final = frozenset({"assistant", "gpt", "model", "bot", "ai"})

#: Models whose provider shows a summary in place of the reasoning.
_SUMMARISED: Final = re.compile(r"claude|gemini|^o[134]\b|^o[134]-|gpt-5|/o[134]\b")
_NOT_SUMMARISED: Final = re.compile(r"claude-3-7|claude-3\.7|gpt-oss")

#: What stands in place of a withheld text.
_PLACEHOLDERS: Final = frozenset({"[redacted_thinking]", "[redacted]", "redacted"})


class Part(NamedTuple):
    """A piece of a payload: ``kind`` is reasoning, answer or other; ``form`` is of `schema.FORMS`."""

    kind: str
    text: str
    form: str = "raw"


def form_of_model(model: object) -> str:
    """Say what a reasoning field of a payload holds, by the model that it names."""
    name = model.lower() if isinstance(model, str) else ""
    return "summary" if _SUMMARISED.search(name) and not _NOT_SUMMARISED.search(name) else "raw"


def is_assistant(turn: Mapping[str, Any]) -> bool:
    """Tell whether the model wrote a turn."""
    return turn.get("role", turn.get("from")) in _ASSISTANT


def message_parts(message: Mapping[str, Any], model: object = None) -> list[Part]:
    """Give the parts of one assistant message, reasoning first.

    The first source of reasoning that is not empty wins: the others repeat it.
    """
    content = message.get("content", message.get("value", message.get("text")))
    parts = list(content_parts(content, model))
    if not any(part.kind == "reasoning" and part.text for part in parts):
        parts = [*_field_parts(message, model), *parts]
    return parts


def _field_parts(message: Mapping[str, Any], model: object) -> list[Part]:
    details = message.get("reasoning_details")
    if isinstance(details, list):
        parts = list(content_parts(details, model))
        if any(part.text for part in parts):
            return parts
    for name in _FIELDS:
        value = message.get(name)
        if isinstance(value, str) and value:
            return [Part("reasoning", value, form_of_model(model))]
        if isinstance(value, list):
            parts = list(content_parts(value, model))
            if parts:
                return parts
        if isinstance(value, Mapping) and isinstance(value.get("text"), str):
            return [Part("reasoning", value["text"], form_of_model(model))]
    return []


def content_parts(content: Any, model: object = None) -> Iterator[Part]:
    """Give the parts of a message's content: a string, or a list of typed blocks."""
    if isinstance(content, str):
        yield Part("answer", content)
        return
    for block in content if isinstance(content, list) else []:
        if isinstance(block, str):
            yield Part("answer", block)
        elif isinstance(block, Mapping):
            yield from _block_parts(block, model)


def _block_parts(block: Mapping[str, Any], model: object) -> Iterator[Part]:
    kind = block.get("type")
    if kind == "message":  # an item of the Responses API
        yield from content_parts(block.get("content"), model)
    elif kind == "thinking":
        yield _thinking(block, model)
    elif kind in ("redacted_thinking", "reasoning.encrypted"):
        yield Part("reasoning", "", "redacted" if kind == "redacted_thinking" else "encrypted")
    elif kind in ("reasoning.text", "reasoning.summary"):
        form = "summary" if kind == "reasoning.summary" else form_of_model(model)
        yield Part("reasoning", _joined(block.get("text") or block.get("summary")), form)
    elif kind == "reasoning":
        yield from _reasoning(block, model)
    elif "reasoningContent" in block:
        inner = block["reasoningContent"]
        text = inner.get("reasoningText", {}).get("text") if isinstance(inner, Mapping) else None
        yield Part("reasoning", text or "", form_of_model(model) if text else "redacted")
    elif isinstance(block.get("text"), str):  # text, output_text, and Gemini's parts
        thought = block.get("thought") is True
        yield Part("reasoning" if thought else "answer", block["text"], "summary" if thought else "raw")


def _thinking(block: Mapping[str, Any], model: object) -> Part:
    text = _joined(block.get("thinking"))
    if text.strip().lower() in _PLACEHOLDERS:
        return Part("reasoning", "", "redacted")
    if not text and block.get("signature"):
        return Part("reasoning", "", "omitted")
    if "signature" in block and not _NOT_SUMMARISED.search(str(model).lower()):
        return Part("reasoning", text, "summary")  # Anthropic signs its summaries; Mistral's blocks have no signature
    return Part("reasoning", text, form_of_model(model))


def _reasoning(block: Mapping[str, Any], model: object) -> Iterator[Part]:
    """Read a reasoning item of the Responses API, of Inspect or of LangChain."""
    if "reasoning" in block:
        summary = _joined(block.get("summary"))
        if block.get("redacted"):
            yield Part("reasoning", summary, "summary" if summary else "encrypted")
        elif block["reasoning"]:
            yield Part("reasoning", _joined(block["reasoning"]), form_of_model(model))
        else:
            yield Part("reasoning", summary, "summary" if summary else "omitted")
        return
    content, summary = _joined(block.get("content")), _joined(block.get("summary"))
    if content:
        yield Part("reasoning", content, "raw")
    if summary:
        yield Part("reasoning", summary, "summary")
    if not content and not summary:
        yield Part("reasoning", "", "encrypted" if block.get("encrypted_content") else "omitted")


def _joined(value: Any) -> str:
    """Join a text that comes as a string or as a list of blocks with ``text``."""
    if isinstance(value, str):
        return value
    if isinstance(value, Sequence):
        texts = (item.get("text") if isinstance(item, Mapping) else item for item in value)
        return "\n\n".join(text for text in texts if isinstance(text, str) and text)
    return ""


def trace_form(parts: Sequence[Part]) -> str | None:
    """Give the form of a trace: raw if any raw part has text, else the first of `schema.FORMS` that occurs."""
    forms = {part.form for part in parts if part.kind == "reasoning" and (part.text or part.form != "raw")}
    return next((form for form in FORMS if form in forms), None)


def plain_text(content: Any) -> str:
    """Give the text of a prompt's turn: a string, or the texts among its blocks."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return plain_text(content.get("content", content.get("value", content.get("parts", content.get("text")))))
    if isinstance(content, list):
        return "\n\n".join(text for text in map(plain_text, content) if text)
    return ""
