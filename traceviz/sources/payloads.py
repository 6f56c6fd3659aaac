"""What API payloads say: the reasoning of a message from whichever of its fields holds it, each text once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from traceviz.schema import FORMS
from traceviz.sources.blocks import content_parts
from traceviz.sources.fields import FLAGS
from traceviz.sources.forms import Speaker, form_of_model, speaker_of
from traceviz.sources.parts import Part, joined, reasoning_part

__all__ = [
    "Part", "content_parts", "field_parts", "form_of_model", "is_assistant", "message_parts", "note_forms",
    "plain_text", "same", "trace_form",
]  # fmt: skip

#: Payloads that are read by the names of their fields: the fields, who writes them, the form of the text, a sample.
KNOWN: Final = (
    ("`reasoning_content`, `reasoning` or `thinking` beside `content`",
     "DeepSeek, vLLM, SGLang, llama.cpp, transformers, Hugging Face", "raw; by the model",
     "chat_completions.jsonl"),
    ("`reasoning_details[]`", "OpenRouter", "by item; `unknown` if the model is not known", "openrouter.jsonl"),
    ("`thinking_blocks[]`, `reasoning_items[]`", "LiteLLM", "by the model", "litellm.jsonl"),
    ("`content[]` with `thinking`, `redacted_thinking`", "Anthropic", "summary; raw for Claude 3.7",
     "anthropic_messages.jsonl"),
    ("`content[]` with `thinking`, a string or a list", "Mistral", "raw", "mistral.jsonl"),
    ("`candidates[].content.parts[]` with `thought`", "Gemini", "summary; encrypted if only signed", "gemini.jsonl"),
    ("`thinking` beside `message.content` or `response`", "Ollama", "raw", "ollama.jsonl"),
    ("`thinking.text` beside `text`", "HELM", "by the model", "helm_completion.jsonl"),
    ("`choices[].delta` by `id` and `index`", "OpenAI and who follows it, as chunks on lines", "as above",
     "chat_chunks.jsonl"),
    ("fragments until `done`", "Ollama, as chunks on lines", "raw", "ollama_stream.jsonl"),
    ("`data:` and `event:` lines", "OpenAI Chat Completions, recorded", "as above", "openai_stream.sse"),
    ("`data:` and `event:` lines", "OpenAI Responses, recorded", "as above", "responses_stream.sse"),
    ("`data:` and `event:` lines", "Anthropic, recorded", "as above", "anthropic_stream.sse"),
    ("`data:` and `event:` lines", "Gemini, recorded", "as above", "gemini_stream.sse"),
)  # fmt: skip

#: Fields of a message that hold its reasoning besides its content, the most telling first.
_FIELDS: Final = (
    "reasoning_details", "reasoning_content", "reasoning", "thinking", "reasoning_text", "thinking_content", "thought",
    "thinking_blocks", "reasoning_items",
)  # fmt: skip

#: Fields that aggregators write beside the plain one.
_RELAYED: Final = frozenset({"reasoning_details", "thinking_blocks", "reasoning_items"})

#: Objects in a message in which older clients keep what they do not know.
_CORNERS: Final = ("additional_kwargs", "provider_specific_fields", "model_extra")

#: Fields that tell that an object is a message with more in it than plain strings.
STRUCTURED: Final = frozenset({*_RELAYED, *_CORNERS})

#: All fields in which a message may have reasoning.
_ANY: Final = frozenset({*_FIELDS, *_CORNERS})

#: Where a message keeps what it says.
_CONTENTS: Final = ("content", "value", "text", "parts")

#: Roles of a turn that the model wrote.
_ASSISTANT: Final = frozenset({"assistant", "gpt", "model", "bot", "ai", "chatbot", "AIMessage", "AIMessageChunk"})

#: Strings in an object called like reasoning (`{"text": …}`).
_INNER: Final = ("text", "content", "reasoning_text", "thinking", "reasoning")

#: Longer values are no settings.
_LONGEST_FLAG: Final = 20

#: How deep the turns of a prompt are looked into.
_DEEPEST: Final = 20


def is_assistant(turn: Mapping[str, Any]) -> bool:
    """Tell whether the model wrote a turn."""
    role = turn.get("role", turn.get("from"))
    if role is None:
        return turn.get("type") == "ai" or turn.get("kind") == "response"
    return isinstance(role, str) and role in _ASSISTANT


def message_parts(message: Mapping[str, Any], model: object = None, notes: list[str] | None = None) -> list[Part]:
    """Give the parts of one assistant message, reasoning first.

    The first source of reasoning that is not empty wins.  A later one that says the same counts once, and the fuller
    of the two is kept; one that says something else is a part of the kind ``other``.

    Parameters
    ----------
    message
        The message.
    model
        Its model's name, or a `forms.Speaker`.
    notes
        Gets the diagnostic codes.
    """
    speaker = speaker_of(model)
    if (plain := _plain_parts(message, speaker)) is not None:
        return plain
    if not _RELAYED.isdisjoint(message):
        speaker = speaker._replace(relayed=True)
    content = next((message[name] for name in _CONTENTS if message.get(name) is not None), None)
    said = list(content_parts(content, speaker))
    if not any(part.kind == "answer" and part.text for part in said) and isinstance(message.get("refusal"), str):
        said.append(Part("answer", message["refusal"]))
    sources = [
        [part for part in said if part.kind == "reasoning"],
        *(list(field_parts(message[name], speaker)) for name in _FIELDS if message.get(name)),
        *_cornered(message, speaker),
    ]
    sources = [source for source in sources if source]
    if not sources:
        return said
    rest = [part for part in said if part.kind != "reasoning"]
    codes: list[str] = []
    settled = _settled(sources, codes)
    if notes is not None:
        notes += [code for code in dict.fromkeys(codes) if code not in notes]
    return [*settled, *rest]


def _plain_parts(message: Mapping[str, Any], speaker: Speaker) -> list[Part] | None:
    """Give the parts of the commonest message, whose content and one field of reasoning are strings."""
    content = message.get("content")
    present = _ANY.intersection(message)
    if content.__class__ is not str or not content or len(present) > 1:
        return None
    for name in present:
        value = message[name]
        if value.__class__ is not str or is_flag(value) or name in STRUCTURED:
            return None
        return [reasoning_part(value, speaker.form()), Part("answer", content)]
    return [Part("answer", content)]


def is_flag(value: str) -> bool:
    """Tell a setting from a text."""
    return not value or (len(value) <= _LONGEST_FLAG and value.strip().lower() in FLAGS)


def field_parts(value: Any, speaker: Speaker) -> Iterator[Part]:
    """Read one field that holds reasoning."""
    if isinstance(value, str):
        if not is_flag(value):
            yield reasoning_part(value, speaker.form())
    elif isinstance(value, list):
        strings = [item for item in value if isinstance(item, str) and item]
        if strings and len(strings) == len(value):
            yield reasoning_part("\n\n".join(strings), speaker.form())
        else:
            yield from (part for part in content_parts(value, speaker) if part.kind == "reasoning")
    elif isinstance(value, Mapping):
        text = next((value[name] for name in _INNER if isinstance(value.get(name), str)), "")
        if text:  # HELM
            yield reasoning_part(text, speaker.form("unknown"))


def _cornered(message: Mapping[str, Any], speaker: Speaker) -> Iterator[list[Part]]:
    """Read what LangChain and LiteLLM keep in an object of their own."""
    for corner in _CORNERS:
        inner = message.get(corner)
        if isinstance(inner, Mapping):
            for name in _FIELDS:
                value = inner.get(name)
                if isinstance(value, str) and value:
                    yield [reasoning_part(value, speaker.form("unknown"))]
                elif isinstance(value, Mapping) and "summary" in value:  # older LangChain: an item of Responses
                    text = joined(value["summary"])
                    yield [reasoning_part(text, "summary") if text else Part("reasoning", "", "omitted")]
                elif value:
                    yield list(field_parts(value, speaker))


def _settled(sources: list[list[Part]], notes: list[str]) -> list[Part]:
    """Choose among sources of the same reasoning."""
    first = next((i for i, source in enumerate(sources) if any(part.text for part in source)), 0)
    chosen = sources[first]
    silent = [part for source in sources[:first] for part in source]
    others: list[Part] = []
    for source in sources[first + 1 :]:
        if not any(part.text for part in source):
            silent += source
            continue
        fuller = same(chosen, source)
        if fuller is None:
            others += [Part("other", part.text, part.form) for part in source if part.text]
            notes.append("two_layer_reasoning")
            continue
        notes.append("duplicate_field_text")
        form = _lesser(chosen, source)
        texts = source if fuller else chosen
        chosen = [part if form is None else part._replace(form=form) for part in texts]
    forms = {part.form for part in chosen}
    return [*chosen, *(part for part in silent if part.form not in forms), *others]


def _lesser(chosen: Sequence[Part], other: Sequence[Part]) -> str | None:
    """Give the form that both have if one of them says more of it than the other: a summary is never raw."""
    forms = {part.form for part in (*chosen, *other) if part.text}
    if len({part.form for part in chosen if part.text}) != 1 or len(forms) == 1:
        return None
    return max(forms, key=FORMS.index)


def same(one: Sequence[Part], other: Sequence[Part]) -> bool | None:
    """Tell whether texts say the same but for white space, or one is within the other; True: the other is fuller.

    None means that they differ.
    """
    if [part.text for part in one] == [part.text for part in other]:
        return False
    a, b = (squeezed(part.text for part in parts) for parts in (one, other))
    if b in a:
        return False
    return True if a in b else None


def squeezed(texts: Iterator[str]) -> str:
    """Give texts without their white space."""
    return "".join("".join(text.split()) for text in texts)


def trace_form(parts: Sequence[Part]) -> str | None:
    """Give the form of a trace: raw if any raw part has text, else the first of `schema.FORMS` that occurs."""
    forms = {part.form for part in parts if part.kind == "reasoning" and (part.text or part.form != "raw")}
    return next((form for form in FORMS if form in forms), None)


def note_forms(form: str | None, parts: Sequence[Part], notes: list[str]) -> None:
    """Say what kinds of reasoning there are besides raw.

    Ciphertext beside a summary is the text that was summarised.
    """
    if form not in (None, "raw", "unknown", "omitted"):
        notes.append({"summary": "summary_only", "encrypted": "encrypted_only"}.get(str(form), str(form)))
    forms = {part.form for part in parts if part.kind == "reasoning" and (part.text or part.form != "raw")}
    if len(forms) > 1 and forms != {"summary", "encrypted"}:
        notes.append("mixed_forms")


def plain_text(content: Any, depth: int = 0) -> str:
    """Give the text of a prompt's turn: a string, or the texts among its blocks."""
    if isinstance(content, str):
        return content
    if depth > _DEEPEST:
        return ""
    if isinstance(content, Mapping):
        inner = next((content[name] for name in (*_CONTENTS, "contents") if content.get(name) is not None), None)
        return plain_text(inner, depth + 1)
    if isinstance(content, list):
        return "\n\n".join(text for text in (plain_text(item, depth + 1) for item in content) if text)
    return ""
