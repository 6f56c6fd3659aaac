"""Typed blocks of a payload's content: those of Anthropic, OpenAI, Google, Amazon, Mistral, OpenRouter and others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from traceviz.sources.forms import Speaker, known_form, speaker_of
from traceviz.sources.parts import Part, joined, reasoning_part

#: How deep blocks may lie in blocks.
_DEEPEST: Final = 20

#: Blocks with a text that the model did not write.
_NOT_SAID: Final = frozenset({"tool_result", "tool_use", "function_call", "function_call_output", "input_text"})

_SIGNATURES: Final = ("thoughtSignature", "thought_signature")


def content_parts(content: Any, model: object = None, depth: int = 0) -> Iterator[Part]:
    """Give the parts of a message's content: a string, or a list of typed blocks."""
    if isinstance(content, str):
        yield Part("answer", content)
        return
    if isinstance(content, Mapping):
        content = [content]
    if not isinstance(content, list) or depth > _DEEPEST:
        return
    speaker = speaker_of(model)
    parts: list[Part] = []
    signed = False
    for block in content:
        if isinstance(block, str):
            parts.append(Part("answer", block))
        elif isinstance(block, Mapping):
            parts += block_parts(block, speaker, depth)
            signed = signed or any(block.get(name) for name in _SIGNATURES)
    if signed and not any(part.kind == "reasoning" for part in parts):
        parts.insert(0, Part("reasoning", "", "encrypted"))  # Gemini signs thoughts that it does not show
    yield from parts


def block_parts(block: Mapping[str, Any], speaker: Speaker, depth: int = 0) -> list[Part]:
    """Give the parts of one block."""
    kind = block.get("type", block.get("part_kind"))
    read = _BLOCKS.get(kind) if isinstance(kind, str) else None
    if read is not None:
        return read(block, speaker, depth)
    if "reasoningContent" in block:
        return [_bedrock(block["reasoningContent"], speaker)]
    if isinstance(block.get("text"), str) and not (isinstance(kind, str) and kind in _NOT_SAID):
        return _text(block, speaker, depth)
    return []


def _text(block: Mapping[str, Any], speaker: Speaker, _depth: int) -> list[Part]:
    """Read a text: ``content`` in Pydantic AI and OpenTelemetry; a thought, if it is one of Gemini's parts."""
    text = block.get("text", block.get("content"))
    if isinstance(text, Mapping):  # the Assistants API
        text = text.get("value")
    if not isinstance(text, str):
        return []
    if block.get("thought") is True:
        if text:
            return [reasoning_part(text, speaker.form("summary"))]
        return [Part("reasoning", "", "encrypted")] if any(block.get(name) for name in _SIGNATURES) else []
    return [Part("answer", text)]


def _message(block: Mapping[str, Any], speaker: Speaker, depth: int) -> list[Part]:
    """Read an item of the Responses API; those of the user stand in its input."""
    if block.get("role", "assistant") not in ("assistant", "model"):
        return []
    return list(content_parts(block.get("content"), speaker, depth + 1))


def _thinking(block: Mapping[str, Any], speaker: Speaker, _depth: int) -> list[Part]:
    """Read a block of Anthropic's, Mistral's or Pydantic AI's."""
    if "part_kind" in block:
        return [_of_pydantic(block, speaker)]
    return _signed(joined(block.get("thinking"), "") or joined(block.get("text"), ""), block, speaker)


def _detail(block: Mapping[str, Any], speaker: Speaker, _depth: int) -> list[Part]:
    """Read a text among the ``reasoning_details`` of OpenRouter."""
    return _signed(joined(block.get("text"), ""), block, speaker)


def _signed(text: str, block: Mapping[str, Any], speaker: Speaker) -> list[Part]:
    """Read a text that may have a signature: Anthropic signs its summaries, and what it leaves out."""
    signature = block.get("signature")
    if not text.strip():
        return [Part("reasoning", "", "omitted")] if signature else []
    if not signature:
        return [reasoning_part(text, speaker.form())]
    return [reasoning_part(text, (known_form(speaker.model) if speaker.model else None) or "summary")]


def _of_pydantic(block: Mapping[str, Any], speaker: Speaker) -> Part:
    provider = block.get("provider_name")
    named = speaker._replace(provider=provider if isinstance(provider, str) else speaker.provider)
    text = joined(block.get("content"), "")
    if not text:
        return Part("reasoning", "", "encrypted" if block.get("signature") else "omitted")
    return reasoning_part(text, named.form("unknown"))


def _redacted(_block: Mapping[str, Any], _speaker: Speaker, _depth: int) -> list[Part]:
    return [Part("reasoning", "", "redacted")]


def _encrypted(_block: Mapping[str, Any], _speaker: Speaker, _depth: int) -> list[Part]:
    return [Part("reasoning", "", "encrypted")]


def _detail_summary(block: Mapping[str, Any], _speaker: Speaker, _depth: int) -> list[Part]:
    text = joined(block.get("summary") or block.get("text"))
    return [reasoning_part(text, "summary")] if text else []


def _thought(block: Mapping[str, Any], _speaker: Speaker, _depth: int) -> list[Part]:
    """Read a thought of Gemini's Interactions API."""
    text = joined(block.get("summary")) or joined(block.get("text"))
    if text:
        return [reasoning_part(text, "summary")]
    return [Part("reasoning", "", "encrypted" if block.get("signature") else "omitted")]


def _reasoning(block: Mapping[str, Any], speaker: Speaker, _depth: int) -> list[Part]:
    """Read a reasoning item of the Responses API, of Inspect, of LangChain or of OpenTelemetry."""
    summary = joined(block.get("summary"))
    if "reasoning" in block:
        return _of_inspect(block, summary, speaker)
    content = joined(block.get("content")) or joined(block.get("text"))
    parts = []
    if content:
        listed = isinstance(block.get("content"), list)
        parts.append(reasoning_part(content, "raw" if listed else speaker.form("unknown")))
    if summary and summary != content:
        parts.append(reasoning_part(summary, "summary"))
    if not parts:
        parts.append(Part("reasoning", "", "encrypted" if block.get("encrypted_content") else "omitted"))
    return parts


def _of_inspect(block: Mapping[str, Any], summary: str, speaker: Speaker) -> list[Part]:
    """Read a block that has a field ``reasoning``: Inspect says whether it is redacted, LangChain does not."""
    if block.get("redacted"):  # then ``reasoning`` is a signature or ciphertext
        claude = "claude" in (speaker.model or "").lower()
        if not summary:
            return [Part("reasoning", "", "redacted" if claude else "encrypted")]
        form = speaker.form("summary")
        return [reasoning_part(summary, "unknown" if form == "raw" and not claude else form)]
    text = joined(block.get("reasoning"))
    shown = [reasoning_part(summary, "summary")] if summary and summary != text else []
    if text:
        return [reasoning_part(text, speaker.form("raw" if "redacted" in block else "unknown")), *shown]
    return shown or [Part("reasoning", "", "omitted")]


def _bedrock(inner: Any, speaker: Speaker) -> Part:
    """Read a block of Amazon Bedrock's Converse."""
    shown = inner.get("reasoningText") if isinstance(inner, Mapping) else inner
    text = joined(shown.get("text") if isinstance(shown, Mapping) else shown, "")
    if text:
        return reasoning_part(text, speaker.form("unknown"))
    signed = isinstance(shown, Mapping) and shown.get("signature")
    return Part("reasoning", "", "omitted" if signed else "redacted")


def _refusal(block: Mapping[str, Any], _speaker: Speaker, _depth: int) -> list[Part]:
    text = block.get("refusal")
    return [Part("answer", text)] if isinstance(text, str) and text else []


#: How blocks are read, by their ``type`` (``part_kind`` in Pydantic AI).
_BLOCKS: Final[dict[str, Callable[[Mapping[str, Any], Speaker, int], list[Part]]]] = {
    "message": _message,
    "text": _text,
    "output_text": _text,
    "thinking": _thinking,
    "redacted_thinking": _redacted,
    "reasoning.text": _detail,
    "reasoning.summary": _detail_summary,
    "reasoning.encrypted": _encrypted,
    "reasoning": _reasoning,
    "thought": _thought,
    "refusal": _refusal,
}
