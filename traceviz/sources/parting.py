"""Prompts that stand in one string with what the model wrote after them."""

from __future__ import annotations

import re
from typing import Final

from traceviz.sources.quotes import SPACE

#: How chat templates mark turns, and how they begin the model's.
_CHATS: Final = (
    ("<|im_start|>", "<|im_start|>assistant\n"),
    ("<|start_header_id|>", "<|start_header_id|>assistant<|end_header_id|>\n\n"),
    ("<\uff5cUser\uff5c>", "<\uff5cAssistant\uff5c>"),
    ("<start_of_turn>", "<start_of_turn>model\n"),
    ("<|turn>", "<|turn>model\n"),
    ("<|user|>", "<|assistant|>"),
    ("<|User|>", "<|Assistant|>"),
    ("[INST]", "[/INST]"),
    ("<|START_OF_TURN_TOKEN|>", "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>"),
    ("<|im_user|>", "<|im_assistant|>assistant<|im_middle|>"),
)  # fmt: skip

#: Harmony, in which each message of the model has a header: its first one after the user's last is the completion's.
_HARMONY: Final = ("<|start|>user", "<|start|>assistant")

_BEGIN: Final = (
    r"\s*(?:<s>|<bos>|<\|begin_of_text\|>|<\uff5cbegin\u2581of\u2581sentence\uff5c>|<BOS_TOKEN>|\[gMASK\]<sop>)?\s*"
)
_BEGINNING: Final = re.compile(_BEGIN)

#: How a rendered conversation begins that is not the model's own turn alone.
_RENDERED: Final = re.compile(
    _BEGIN + r"(?:<\|im_start\|>(?:system|user|developer)\b|<\|start_header_id\|>(?:system|user)\b|<\uff5cUser\uff5c>"
    r"|<start_of_turn>user\b|<\|turn>(?:system|user)\b|<\|(?:system|user|System|User)\|>|\[INST\]|\[SYSTEM_PROMPT\]"
    r"|<\|START_OF_TURN_TOKEN\|><\|(?:SYSTEM|USER)_TOKEN\|>|<\|im_(?:system|user)\|>)"
    r"|<\uff5cbegin\u2581of\u2581sentence\uff5c>(?=[^<])"
)

#: What rendered conversations begin with.
_FIRST: Final = frozenset("<[ \t\r\n")

#: A completion may begin like a shorter prompt by itself.
_SHORTEST: Final = 10


def parted(text: str, prompt: str | None) -> tuple[str, str] | None:
    r"""Part a completion that begins with its prompt, or with the turns before it as a template renders them.

    Parameters
    ----------
    text
        The completion.
    prompt
        What a field of its own says that the prompt was.

    Returns
    -------
    tuple of str or None
        The prompt and what the model wrote; None where the prompt does not stand in the text.

    Examples
    --------
    >>> parted("What is 3 + 4? Seven.", "What is 3 + 4?")
    ('What is 3 + 4?', 'Seven.')
    >>> parted("<|im_start|>user\n3 + 4<|im_end|>\n<|im_start|>assistant\nSeven.", None)[1]
    'Seven.'
    """
    end = _end_of_prompt(text, prompt) if prompt else 0
    if end:
        return text[:end], text[end:].lstrip(SPACE)
    return parted_text(text) if text[:1] in _FIRST and _RENDERED.match(text) else None


def _end_of_prompt(text: str, prompt: str) -> int:
    """Give the place behind the prompt at the beginning of a text; 0 if it is not there, or nothing parts the two."""
    if len(prompt) < _SHORTEST or len(text) <= len(prompt):
        return 0
    start = 0
    if not text.startswith(prompt):
        begin = _BEGINNING.match(text)
        start = begin.end() if begin else 0
        if not start or not text.startswith(prompt, start):
            return 0
    end = start + len(prompt)
    apart = prompt[-1].isspace() or prompt[-1] == ">" or end == len(text) or text[end].isspace() or text[end] in "<["
    return end if apart and text[end:].strip() else 0


def parted_text(text: str) -> tuple[str, str] | None:
    """Part a rendered conversation behind the last header of the model; None if there is no header.

    The template is that of the mark that comes first, for a model may write the marks of others.
    """
    found = [(text.find(mark), header) for mark, header in _CHATS if header in text]
    user, header = _HARMONY
    if header in text:
        found.append((text.find("<|start|>"), header))
    if not found:
        return None
    _, chosen = min(((at if at >= 0 else len(text)), each) for at, each in found)
    at = text.find(header, max(text.rfind(user), 0)) if chosen == header else text.rfind(chosen)
    at = text.rfind(chosen) if at < 0 else at
    end = at + len(chosen)
    return text[:end], text[end:]
