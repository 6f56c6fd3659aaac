"""The strings that models write around their reasoning, as data.

To add a family, add a row to `FAMILIES`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
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
        The exact strings.
    wrappers
        Pairs that may stand around the answer, and are removed from it.
    """

    name: str
    opener: str
    closer: str
    wrappers: tuple[tuple[str, str], ...] = ()

    @property
    def is_tag(self) -> bool:
        """An angle-bracket word tag, which models also write in other case and with attributes."""
        word = self.opener[1:-1]
        return word.isascii() and word.isalpha() and (self.opener, self.closer) == (f"<{word}>", f"</{word}>")


#: One row a family: the marks that models and servers write around their reasoning.
FAMILIES: Final = (
    Family("think", "<think>", "</think>", (("<answer>", "</answer>"), ("<response>", "</response>"))),
    Family("thinking", "<thinking>", "</thinking>", (("<answer>", "</answer>"),)),
    Family("thought", "<thought>", "</thought>", (("<answer>", "</answer>"),)),
    Family("reasoning", "<reasoning>", "</reasoning>", (("<answer>", "</answer>"),)),
    Family("reason", "<reason>", "</reason>", (("<answer>", "</answer>"),)),
    Family("seed", "<seed:think>", "</seed:think>"),
    Family("mm", "<mm:think>", "</mm:think>"),
    Family("longcat", "<longcat_think>", "</longcat_think>"),
    Family("ifm", "<ifm|think>", "</ifm|think>"),
    Family("mistral", "[THINK]", "[/THINK]"),
    Family("kimi", "\u25c1think\u25b7", "\u25c1/think\u25b7"),  # white left- and right-pointing triangles
    Family(
        "kimi_k3",
        "<|open|>think<|sep|>",
        "<|close|>think<|sep|>",
        (("<|open|>response<|sep|>", "<|close|>response<|sep|>"),),
    ),
    Family(
        "cohere",
        "<|START_THINKING|>",
        "<|END_THINKING|>",
        (("<|START_RESPONSE|>", "<|END_RESPONSE|>"), ("<|START_TEXT|>", "<|END_TEXT|>")),
    ),
    Family("apertus", "<|inner_prefix|>", "<|inner_suffix|>"),
    Family("plamo", "<|plamo:begin_think:plamo|>", "<|plamo:end_think:plamo|>"),
    Family("pangu", "[unused16]", "[unused17]"),
    Family(
        "skyt1",
        "<|begin_of_thought|>",
        "<|end_of_thought|>",
        (("<|begin_of_solution|>", "<|end_of_solution|>"),),
    ),
)

#: Tokens that end a completion and are no part of its text.
END_TOKENS: Final = (
    "<|im_end|>",
    "<|endoftext|>",
    "<|eot_id|>",
    "<|end_of_text|>",
    "<|return|>",
    "</s>",
    "<\uff5cend\u2581of\u2581sentence\uff5c>",  # fullwidth vertical lines, lower one eighth blocks
)

#: Role headers that a template wrote before the completion.
START_TOKENS: Final = (
    "<|im_start|>assistant",
    "<|start_header_id|>assistant<|end_header_id|>",
    "<\uff5cAssistant\uff5c>",
    "<|assistant|>",
    "<s>",
)

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


def chosen(markers: str | tuple[str, str] | None) -> tuple[Family, ...]:
    """Give the families that a user asked for: all, one by its name, or a pair of the user's own.

    Raises
    ------
    SourceError
        When there is no family of that name, or the pair is none.
    """
    if markers is None:
        return FAMILIES
    if isinstance(markers, str):
        family = tuple(family for family in FAMILIES if family.name == markers)
        if not family:
            names = ", ".join(family.name for family in FAMILIES)
            raise SourceError(
                f"markers={markers!r} is no family; choose one of {names}, or give a pair: ('<cot>', '</cot>')."
            )
        return family
    pair: Sequence[str] = markers
    if len(pair) != 2 or not all(pair) or pair[0] == pair[1]:
        raise SourceError(f"markers={markers!r} has to be a pair of different strings, such as ('<cot>', '</cot>').")
    return (Family("own", pair[0], pair[1]),)


def patterns(families: tuple[Family, ...]) -> tuple[re.Pattern[str] | None, re.Pattern[str] | None]:
    """Compile what finds every opener and closer: one pattern for those that begin with ``<``, one for the others.

    The groups ``close`` and ``tag`` are the slash and the word of a word tag.  Attributes are bounded and hold no
    bracket, so that a run of unfinished tags costs linear time.  The first pattern begins with one literal character,
    which Python's matcher finds quickly.
    """
    words = "|".join(re.escape(family.opener[1:-1]) for family in families if family.is_tag)
    tags = [rf"(?P<close>/?)(?P<tag>(?i:{words}))(?:\s[^<>\n]{{0,200}})?>"] if words else []
    exact = [mark for family in families if not family.is_tag for mark in (family.opener, family.closer)]
    angle = [*tags, *(re.escape(mark[1:]) for mark in exact if mark.startswith("<"))]
    other = [re.escape(mark) for mark in exact if not mark.startswith("<")]
    return (
        re.compile(f"<(?:{'|'.join(angle)})", re.ASCII) if angle else None,
        re.compile("|".join(other)) if other else None,
    )
