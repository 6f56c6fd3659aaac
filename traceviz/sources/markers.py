"""The strings that models write around their reasoning, as data.

To add a family, add a row to `FAMILIES`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from traceviz.schema import SourceError


@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """One pair of markers.

    Attributes
    ----------
    name
        The family's id.
    opener, closer
        The exact strings; ``ID`` in them stands for an id that is the same on both sides.
    wrappers
        Pairs that may stand around the answer, and are removed from it.
    models
        Who writes it, for the documentation.
    also
        Other spellings of the pair.
    ends
        Strings that end a block wherever they stand, and belong to what follows.
    kind
        How it is read: ``pair``; ``channels`` (messages with headers), ``phrase`` (words, at the start of the text
        only), ``header`` (the second turn of the model is the answer), ``details`` (HTML of a front end), and for what
        a user decides ``prefill`` and ``all``.
    sample
        The file below ``samples/formats/`` that has a text of the family.
    """

    name: str
    opener: str
    closer: str
    wrappers: tuple[tuple[str, str], ...] = ()
    models: str = ""
    also: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, ...] = ()
    kind: str = "pair"
    sample: str = "markers.jsonl"

    @property
    def is_tag(self) -> bool:
        """An angle-bracket word tag, which models also write in other case and with attributes."""
        return (
            not self.has_id
            and not self.also
            and _WORD_TAG.fullmatch(self.opener) is not None
            and self.closer == f"</{self.opener[1:-1]}>"
        )

    def spellings(self) -> tuple[tuple[str, str], ...]:
        """Give every spelling of the pair."""
        return ((self.opener, self.closer), *self.also)

    @property
    def has_id(self) -> bool:
        """Whether opener and closer carry an id."""
        return self.opener.endswith(":ID>")


_WORD_TAG: Final = re.compile(r"<[A-Za-z][\w:.-]*>", re.ASCII)

_ANSWER: Final = (("<answer>", "</answer>"),)


def _mojibake(text: str) -> tuple[str, str]:
    """Give what UTF-8 becomes when it is read as Windows-1252, and as Latin-1."""
    octets = text.encode()
    windows = "".join(
        bytes([byte]).decode("cp1252", "ignore") or chr(byte)  # five bytes mean nothing there and stay controls
        for byte in octets
    )
    return windows, octets.decode("latin-1")


_KIMI: Final = ("\u25c1think\u25b7", "\u25c1/think\u25b7")  # white left- and right-pointing triangles

#: One row a family: the marks that models and servers write around their reasoning.
FAMILIES: Final = (
    Family(
        "think",
        "<think>",
        "</think>",
        (("<answer>", "</answer>"), ("<response>", "</response>")),
        "DeepSeek R1, V3.1, V4, QwQ, Qwen3, Qwen3.5, GLM-4.5 to 5, Nemotron-3, Kimi-K2-Thinking, MiMo, MiniMax-M2, "
        "Step-3, Olmo-3, EXAONE-4, Intern-S1, Granite 3.3 and 4, Ling-3, Phi-4-reasoning, Hunyuan-A13B, "
        "ERNIE-4.5-Thinking, R1-Zero and its replications",
    ),
    Family("thinking", "<thinking>", "</thinking>", _ANSWER, "prompted chains of thought, front ends"),
    Family("thought", "<thought>", "</thought>", _ANSWER, "EXAONE-Deep, prompted chains of thought"),
    Family("reasoning", "<reasoning>", "</reasoning>", _ANSWER, "prompted chains of thought, GRPO recipes"),
    Family("reason", "<reason>", "</reason>", _ANSWER, "prompted chains of thought, front ends"),
    Family("think_id", "<think:ID>", "</think:ID>", models="Hunyuan Hy3, Hy4"),
    Family("seed", "<seed:think>", "</seed:think>", models="Seed-OSS"),
    Family("mm", "<mm:think>", "</mm:think>", models="MiniMax-M3 (without thinking, a turn begins with the closer)"),
    Family("longcat", "<longcat_think>", "</longcat_think>", models="LongCat-Flash-Thinking"),
    Family("ifm", "<ifm|think>", "</ifm|think>", models="K2-Horizon"),
    Family("ifm_fast", "<ifm|think_fast>", "</ifm|think_fast>", models="K2-Horizon, less effort"),
    Family("ifm_faster", "<ifm|think_faster>", "</ifm|think_faster>", models="K2-Horizon, least effort"),
    Family("mistral", "[THINK]", "[/THINK]", models="Magistral, Ministral-3-Reasoning"),
    Family(
        "kimi",
        *_KIMI,
        models="Kimi-VL-Thinking, Kimi-1.5",
        also=tuple(zip(_mojibake(_KIMI[0]), _mojibake(_KIMI[1]), strict=True)),
    ),
    Family(
        "kimi_k3",
        "<|open|>think<|sep|>",
        "<|close|>think<|sep|>",
        (("<|open|>response<|sep|>", "<|close|>response<|sep|>"),),
        "Kimi K3",
    ),
    Family(
        "cohere",
        "<|START_THINKING|>",
        "<|END_THINKING|>",
        (("<|START_RESPONSE|>", "<|END_RESPONSE|>"), ("<|START_TEXT|>", "<|END_TEXT|>")),
        "Command-A-Reasoning",
    ),
    Family("gemma4", "<|channel>thought\n", "<channel|>", models="Gemma 4"),
    Family("apertus", "<|inner_prefix|>", "<|inner_suffix|>", models="Apertus (tool calls may sit inside)"),
    Family("plamo", "<|plamo:begin_think:plamo|>", "<|plamo:end_think:plamo|>", models="PLaMo 3"),
    Family(
        "inkling",
        "<|content_thinking|>",
        "<|end_message|>",
        (("<|content_text|>", "<|end_message|>"),),
        "Inkling",
        ends=("<|message_model|>", "<|content_text|>"),
    ),
    Family(
        "muse",
        "to=self<|message|>",
        "<|eom|>",
        (("to=user<|message|>", "<|eot|>"),),
        "Muse, Glimmer",
        kind="channels",
    ),
    Family("pangu", "[unused16]", "[unused17]", models="openPangu"),
    Family(
        "skyt1",
        "<|begin_of_thought|>",
        "<|end_of_thought|>",
        (("<|begin_of_solution|>", "<|end_of_solution|>"),),
        "Sky-T1, Bespoke-Stratos, OpenThinker-1",
    ),
    Family(
        "granite32",
        "Here is my thought process:",
        "Here is my response:",
        models="Granite 3.2",
        also=(("Here's my thought process:", "Here's my response:"),),
        kind="phrase",
    ),
    Family(
        "hyperclova",
        "/think\n",
        "<|im_end|>\n<|im_start|>assistant",
        models="HyperCLOVA X THINK (the prompt ends in the opener)",
        kind="header",
    ),
    Family(
        "harmony",
        "<|channel|>analysis<|message|>",
        "<|end|>",
        (("<|channel|>final<|message|>", "<|return|>"),),
        "gpt-oss, LLM-jp-4-thinking",
        kind="channels",
    ),
    Family(
        "open_webui",
        '<details type="reasoning" done="true">',
        "</details>",
        models="Open WebUI, for every model",
        kind="details",
    ),
)

#: What a user may decide in place of a family.
PREFILL: Final = Family("prefill", "", "", models="every completion begins inside the block", kind="prefill")
ALL: Final = Family("all", "", "", models="all text is reasoning", kind="all")
MODES: Final = (PREFILL, ALL)

_DEEPSEEK_END: Final = "<\uff5cend\u2581of\u2581sentence\uff5c>"  # fullwidth vertical lines, lower one eighth blocks

#: Tokens that end a completion and are no part of its text.
END_TOKENS: Final = (
    "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<|return|>", "</s>", _DEEPSEEK_END,
    *_mojibake(_DEEPSEEK_END), "<|end|>", "<|eom_id|>", "<|end_of_turn|>", "<|endofturn|>", "<end_of_turn>", "<turn|>",
    "<eos>", "<pad>", "<|pad|>", "<|eot|>", "<|eom|>", "<|END_OF_TURN_TOKEN|>", "[|endofturn|]", "<|role_end|>",
    "<|content_model_end_sampling|>", "<|stop|>", "<|finetune_right_pad_id|>",
    "<|assistant_end|>", "<seed:eos>", "</longcat_s>", "<|user|>", "<|observation|>",
)  # fmt: skip

#: Role headers and other tokens that a template wrote before the completion.
START_TOKENS: Final = (
    "<|im_start|>assistant", "<|start_header_id|>assistant<|end_header_id|>", "<\uff5cAssistant\uff5c>",
    "<|assistant|>", "<s>", "<|begin_of_text|>", "<\uff5cbegin\u2581of\u2581sentence\uff5c>", "<bos>",
    "<|startoftext|>", "<start_of_turn>model", "<|turn>model", "<|start_of_role|>assistant<|end_of_role|>",
    "<|START_OF_TURN_TOKEN|><|CHATBOT_TOKEN|>", "[|assistant|]", "<|im_assistant|>assistant<|im_middle|>",
    "<|message_model|>", "[/INST]", "<|assistant_start|>", "<seed:bos>assistant",
)  # fmt: skip

#: Openers of tool calls, which end a block that has no closer when they begin a line.
IMPLICIT_CLOSERS: Final = (
    "<tool_call>",
    "<|tool_calls_section_begin|>",
    "<|open|>tools<|sep|>",
    "<ifm|tool_call",
    "<|START_ACTION|>",
    "<minimax:tool_call>",
    "<seed:tool_call>",
)

#: Endings of files that hold a chat template.
_TEMPLATES: Final = (".json", ".jinja", ".jinja2", ".j2")


def chosen(markers: str | tuple[str, str] | None) -> tuple[Family, ...]:
    """Give the families that a user asked for.

    Parameters
    ----------
    markers
        None for all; a family's name; ``"prefill"`` where every completion begins inside the block; ``"all"`` where
        all text is reasoning; a pair of the user's own, whose opener is ``""`` where it stood in the prompt; or the
        path of a ``tokenizer_config.json`` or of a chat template, from which the pair is learnt.

    Raises
    ------
    SourceError
        When there is no family of that name, the pair is none, or nothing can be learnt from the template.
    """
    if markers is None:
        return FAMILIES
    if isinstance(markers, (str, Path)):
        return _named(str(markers))
    pair: Sequence[str] = markers
    if len(pair) != 2 or not all(isinstance(mark, str) for mark in pair) or not pair[1] or pair[0] == pair[1]:
        raise SourceError(f"markers={markers!r} has to be a pair of different strings, such as ('<cot>', '</cot>').")
    own = Family("own", pair[0], pair[1])
    return (own,) if pair[0] else (own, PREFILL)


def _named(name: str) -> tuple[Family, ...]:
    family = tuple(family for family in FAMILIES if family.name == name)
    if family:
        return family
    for mode in MODES:
        if mode.name == name:
            return (*FAMILIES, mode)
    if name.lower().endswith(_TEMPLATES):
        from traceviz.sources.templates import learnt  # it needs jinja2, which nothing else here does

        return learnt(name)
    names = ", ".join(family.name for family in (*FAMILIES, *MODES))
    raise SourceError(
        f"markers={name!r} is no family; choose one of {names}, or give a pair: ('<cot>', '</cot>'), or a "
        "tokenizer_config.json or chat_template.jinja to learn it from."
    )
