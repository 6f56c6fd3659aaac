"""What a reasoning text is, by the model that is named and by who served it, where the payload itself does not say."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

#: What may stand before a model's own name: the beginning, or a provider's prefix (``us.anthropic.``, ``openai/``).
_BEFORE: Final = r"(?:^|[/.:@~])\s*"

#: Models whose provider shows a summary in place of the reasoning.
_SUMMARISED: Final = re.compile(_BEFORE + r"(?:claude\b|gemini\b|gpt-?[5-9]|o\d\b|codex\b)")

#: The one Claude that showed its own reasoning.
_CLAUDE_37: Final = re.compile(r"claude[- ](?:[a-z]+[- ])?3[-._]7\b")

#: Families with open weights, wherever they stand in the name: their servers give what the model wrote.
_OPEN: Final = re.compile(
    r"deepseek|qwen|qwq|qvq|gpt-?oss|glm-|chatglm|kimi|moonshot|minimax|mimo-|nemotron|olmo|exaone|internlm|intern-s|"
    r"granite|seed-oss|longcat|magistral|ministral|mistral|mixtral|command-[ar]|command_[ar]|gemma|apertus|plamo|pangu|"
    r"sky-t1|skywork|stratos|openthinker|llama|hunyuan|ernie|smollm|llm-jp|hermes|falcon|tulu|cogito|r1-1776|"
    r"sonar-reasoning|marco-o1|open-?r1|\b(?:ling|ring|yi|k2|lfm|phi|step|hy)-?\d|\b(?:ling|ring)-"
)

#: Providers that show summaries of models of their own, and those that serve open weights only.
_SUMMARISING: Final = re.compile(r"anthropic|openai|azure|google|gemini|vertex")
_OPEN_ONLY: Final = re.compile(
    r"deepseek|mistral|ollama|vllm|sglang|llama|moonshot|alibaba|hugging|groq|cerebras|together|fireworks|deepinfra"
)

#: Longer names are no names.
_LONGEST: Final = 300


@lru_cache(maxsize=4096)
def known_form(model: str) -> str | None:
    """Say what the reasoning of a model is that its provider or server returns; None if the name tells nothing.

    Examples
    --------
    >>> [known_form(m) for m in ("us.anthropic.claude-3-7-sonnet-20250219-v1:0", "models/gemini-2.5-pro", "mystery")]
    ['raw', 'summary', None]
    """
    name = model[:_LONGEST].lower()
    if _OPEN.search(name) or _CLAUDE_37.search(name):
        return "raw"
    return "summary" if _SUMMARISED.search(name) else None


@lru_cache(maxsize=1024)
def _known_of_provider(provider: str) -> str | None:
    name = provider[:_LONGEST].lower()
    if _OPEN_ONLY.search(name):
        return "raw"
    return "summary" if _SUMMARISING.search(name) else None


class Speaker(NamedTuple):
    """Who said something.

    Attributes
    ----------
    model, provider
        As the payload names them.
    relayed
        Whether an aggregator such as OpenRouter or LiteLLM passed it on: then a name that is not known settles nothing.
    """

    model: str | None = None
    provider: str | None = None
    relayed: bool = False

    def form(self, otherwise: str = "raw") -> str:
        """Say what a readable reasoning text of this speaker is; ``otherwise`` where nothing tells."""
        known = known_form(self.model) if self.model else None
        if known is None and self.provider:
            known = _known_of_provider(self.provider)
        if known is not None:
            return known
        return "unknown" if self.relayed and self.model else otherwise


def speaker_of(model: object) -> Speaker:
    """Give a speaker of whatever a payload names as its model."""
    if isinstance(model, Speaker):
        return model
    return Speaker(model if isinstance(model, str) else None)


def form_of_model(model: object) -> str:
    """Say what a reasoning field of a payload holds, by the model that it names."""
    return speaker_of(model).form()
