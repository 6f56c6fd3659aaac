"""Put names that came from anywhere onto a plot: trace ids, models, languages.

matplotlib takes ``$`` for mathematics and warns for every character that its font lacks; neither may happen to
somebody because of how a trace is called.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from typing import Any, Final

#: Fonts that hold Chinese, Japanese and Korean, as they come with Linux, macOS and Windows; the first one that is
#: installed is used where the usual font lacks a character.
_WIDE_FONTS: Final = (
    "Noto Sans CJK JP",
    "Noto Sans CJK SC",
    "Source Han Sans",
    "Hiragino Sans",
    "PingFang SC",
    "Yu Gothic",
    "Microsoft YaHei",
    "Arial Unicode MS",
)

#: Characters of a label before its middle is left out.  Ids often share their beginning and differ at the end.
LABEL_LENGTH: Final = 27


def shortened(name: object, most: int = LABEL_LENGTH) -> str:
    """Give a name of at most ``most`` characters in one line, the middle left out where it is longer.

    Examples
    --------
    >>> shortened("rollouts/2025-11-07/deepseek-r1/question-118/sample-3")
    'rollouts/2025…-118/sample-3'
    """
    line = " ".join(str(name).split())
    if len(line) <= most:
        return line
    tail = (most - 1) // 2
    return f"{line[: most - 1 - tail]}…{line[-tail:]}"


def drawable(name: str, families: Sequence[str]) -> tuple[str, list[str]]:
    """Give what of a name can be drawn, and the fonts it takes.

    Parameters
    ----------
    name
        What shall be shown.
    families
        The fonts that the text would be drawn in.

    Returns
    -------
    text : str
        The name, with ``?`` for each character that no usable font has.
    families : list of str
        The fonts given, and one for Chinese, Japanese and Korean behind them if the name needs it.
    """
    own = list(families)
    if name.isascii() and name.isprintable():
        return name, own
    usual = frozenset().union(*(_characters(family) for family in own))
    if any(ord(character) not in usual for character in name):
        own += _installed()
        usual = usual.union(*(_characters(family) for family in _installed()))
    return "".join(c if ord(c) in usual and c.isprintable() else "?" for c in name), own


def write(text: Any, name: str) -> None:
    """Set a text of matplotlib to a name as it stands: no mathematics, no character that no font has.

    Not for the labels of ticks, which say at every drawing what their formatter says: see `write_ticks`.
    """
    shown, families = drawable(name, text.get_fontfamily())
    text.set(text=shown, fontfamily=families, parse_math=False)


def write_ticks(axis: Any, names: Sequence[str]) -> None:
    """Set the ticks of an axis to 0, 1, 2 ... and label them with names as they stand."""
    axis.set_ticks(range(len(names)), labels=list(names), parse_math=False)
    ticks = axis.get_ticklabels()
    drawn = [drawable(name, tick.get_fontfamily()) for name, tick in zip(names, ticks, strict=True)]
    axis.set_ticks(range(len(names)), labels=[text for text, _ in drawn], parse_math=False)
    for tick, (_, families) in zip(axis.get_ticklabels(), drawn, strict=True):
        tick.set_fontfamily(families)


@functools.lru_cache(maxsize=1)
def _installed() -> tuple[str, ...]:
    from matplotlib import font_manager

    names = {entry.name for entry in font_manager.fontManager.ttflist}
    return tuple(name for name in _WIDE_FONTS if name in names)[:1]


@functools.lru_cache(maxsize=16)
def _characters(family: str) -> frozenset[int]:
    from matplotlib import font_manager

    path = font_manager.findfont(font_manager.FontProperties(family=[family]))
    return frozenset(font_manager.get_font(os.fspath(path)).get_charmap())
